"""Which unit has the dossier of each part of an interconnected dossier."""

from __future__ import annotations

from collections.abc import Mapping

from activities.ledger.reading import LedgerReader, dossier_in
from domain.dossier.state import Dossier


async def handled_by(reader: LedgerReader, dossier: Dossier) -> Mapping[str, str | None]:
    """The unit that answers for each part that is opened; nothing is read for a dossier without parts."""
    opened = [child.dossier for child in dossier.children if child.dossier is not None]
    rows = await reader.whole(opened) if opened else []
    routing = {row.code: dossier_in(row).routing for row in rows}
    return {code: one.responsible or one.competent or one.queue for code, one in routing.items()}
