"""The National Public Service Portal, older interface: look up, create or update, then report progress."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from activities.adapters.errors import OutsideError
from activities.adapters.http import Connection
from activities.adapters.messages import OutsideCode
from activities.adapters.portal_records import DossierRecord, PortalState, ProgressLine
from activities.adapters.response_parsing import shaped
from activities.adapters.session_auth import SessionedService
from domain.values import Code, Strict, Value


class LookUp(Strict):
    """Asks the portal for a dossier."""

    dossier: Code


class Found(Value):
    """The portal's answer: whether it has the dossier, and in which state."""

    exists: bool
    state: PortalState | None = None


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


class _Known(Value):
    MaHoSo: Code
    TrangThaiHoSo: PortalState | None = None


class _KnownList(Value):
    result: tuple[_Known, ...] | None = None


class Portal:
    """The portal's adapter.

    With `confirm` it reads every dossier back, because the portal may report success wrongly.
    """

    def __init__(self, connection: Connection, *, confirm: bool = True) -> None:
        self._service = SessionedService(connection)
        self._confirm = confirm

    async def look_up(self, request: LookUp) -> Found:
        """TraCuuHoSo: whether the portal has the dossier."""
        body = await self._service.call("TraCuuHoSo", {"mahoso": request.dossier})
        known = shaped(self._service.connection, "TraCuuHoSo", _KnownList, body).result or ()
        found = next((one for one in known if one.MaHoSo == request.dossier), None)
        if known and found is None:
            raise self._service.connection.error(OutsideCode.BAD_REPLY, "TraCuuHoSo", reason="another_dossier")
        return Found(exists=found is not None, state=found.TrangThaiHoSo if found else None)

    async def synchronise(self, request: Synchronise) -> Synchronised:
        """DongBoHoSoMC: creates the dossier, or updates it if the portal already has it."""
        record = request.record
        known = await self.look_up(LookUp(dossier=record.code))
        fields: dict[str, Any] = {"isUpdating": "True" if known.exists else "False", "data": [record.on_the_wire()]}
        await self._service.call("DongBoHoSoMC", fields, key=request.key)
        if self._confirm:
            await self._confirmed(record)
        outcome = SynchronisedAs.UPDATED if known.exists else SynchronisedAs.CREATED
        return Synchronised(dossier=record.code, outcome=outcome, confirmed=self._confirm)

    async def progress(self, request: PortalProgress) -> ProgressTold:
        """CapNhatTienDoHoSoMC: reports one step."""
        fields = {"data": [request.line.on_the_wire()]}
        await self._service.call("CapNhatTienDoHoSoMC", fields, key=request.key)
        return ProgressTold(dossier=request.line.code)

    async def _confirmed(self, record: DossierRecord) -> None:
        """Raises BAD_REPLY when the portal reported success without effect. An answer without a state is accepted."""
        try:
            now = await self.look_up(LookUp(dossier=record.code))
        except OutsideError as failed:
            raise failed.sent_again() from failed  # the dossier was sent: a refused look is no refusal of it
        if not now.exists or now.state not in (None, record.state):
            raise self._service.connection.error(OutsideCode.BAD_REPLY, "DongBoHoSoMC", reason="no_effect")
