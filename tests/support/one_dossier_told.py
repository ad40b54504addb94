"""One dossier told to the portal, as the relay does it with many: look up, create or update, read back."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from activities.adapters.messages import OutsideCode
from activities.adapters.portal import LookUp, RowRefused
from activities.adapters.portal_records import DossierRecord, ProgressLine
from activities.adapters.systems import Outside
from domain.outside_systems import System
from domain.values import Code, Strict, Value


class Synchronise(Strict):
    """Sends the present facts of a dossier to the portal. A repetition changes nothing."""

    key: Code
    record: DossierRecord


class SynchronisedAs(StrEnum):
    """Whether the portal created or updated the dossier."""

    CREATED = "created"
    UPDATED = "updated"


class Synchronised(Value):
    """The portal has the dossier. `confirmed`: it was read back."""

    dossier: Code
    outcome: SynchronisedAs
    confirmed: bool


class PortalProgress(Strict):
    """Reports a step of progress to the portal. The same step sent twice counts once."""

    key: Code
    line: ProgressLine


class ProgressTold(Value):
    """The portal has accepted the step."""

    dossier: Code


async def synchronised(outside: Outside, request: Synchronise) -> Synchronised:
    """DongBoHoSoMC of one dossier: creates it, or updates it if the portal already has it."""
    record, portal = request.record, outside.portal
    known = await portal.look_up(LookUp(dossier=record.code))
    refused = await portal.send([record], updating=known.exists, key=request.key)
    _require_taken(outside, "DongBoHoSoMC", refused)
    if portal.reads_back and not await portal.has_state(record.code, record.state):
        error = outside.connections[System.PORTAL].error
        raise error(OutsideCode.BAD_REPLY, "DongBoHoSoMC", reason="no_effect")
    outcome = SynchronisedAs.UPDATED if known.exists else SynchronisedAs.CREATED
    return Synchronised(dossier=record.code, outcome=outcome, confirmed=portal.reads_back)


async def progress_told(outside: Outside, request: PortalProgress) -> ProgressTold:
    """CapNhatTienDoHoSoMC of one step."""
    _require_taken(outside, "CapNhatTienDoHoSoMC", await outside.portal.report([request.line], key=request.key))
    return ProgressTold(dossier=request.line.code)


def _require_taken(outside: Outside, service: str, refused: Sequence[RowRefused]) -> None:
    for one in refused:
        error = outside.connections[System.PORTAL].error
        raise error(OutsideCode.REFUSED, service, reason=one.reason, verdict=one.verdict)
