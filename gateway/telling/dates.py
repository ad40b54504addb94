"""The two dates of a dossier in words."""

from __future__ import annotations

from domain.dossier.events import Due
from domain.values import Bilingual
from gateway.wording import at, say


def dates(due: Due) -> Bilingual:
    """Both dates after an event."""
    promised = at(due.promised) if due.promised else None
    statutory = at(due.statutory) if due.statutory else None
    return say(
        f"hẹn trả {promised or 'không có'}, thời hạn theo quy định {statutory or 'không có'}",
        f"promised {promised or 'none'}, statutory {statutory or 'none'}",
    )
