"""The National Public Service Portal, older interface: look up, create or update, then report progress.

Its services take lists, so many dossiers go in one call. A reply is about the whole list; a row that the portal names
in a successful reply with an error code of its own was not taken.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from pydantic import Field

from activities.adapters.errors import OutsideError
from activities.adapters.http import Connection
from activities.adapters.messages import OutsideCode
from activities.adapters.portal_records import DossierRecord, PortalState, ProgressLine
from activities.adapters.response_parsing import is_success, shaped
from activities.adapters.session_auth import SessionedService
from activities.adapters.verdict import Verdict
from domain.values import Code, Strict, Value


class LookUp(Strict):
    """Asks the portal for a dossier."""

    dossier: Code


class Found(Value):
    """The portal's answer: whether it has the dossier, in which state, and the fields that it shows."""

    exists: bool
    state: PortalState | None = None
    fields: dict[str, Any] = Field(default_factory=dict, repr=False)
    """With the portal's own names. Personal data may be among them."""


class RowRefused(Value):
    """A row of a list that the portal did not take, although it took others."""

    dossier: Code
    reason: str
    """As `OutsideError.reason`."""
    verdict: Verdict


class _Known(Value):
    MaHoSo: Code
    TrangThaiHoSo: PortalState | None = None


class _KnownList(Value):
    result: tuple[_Known, ...] | None = None


class _Row(Value):
    MaHoSo: Code
    error_code: int | str = "00"


class _Rows(Value):
    result: tuple[_Row, ...] | None = None


class Portal:
    """The portal's adapter.

    The portal may report success wrongly. With `confirm` who sends lists reads some of it back, with `has_state`.
    """

    def __init__(self, connection: Connection, *, confirm: bool = True) -> None:
        self._service = SessionedService(connection)
        self._confirm = confirm

    @property
    def reads_back(self) -> bool:
        """Whether what was sent is read back."""
        return self._confirm

    @property
    def late_after(self) -> float:
        """Seconds after the beginning of a call from which on it can have no effect any more."""
        address = self._service.connection.address
        return address.total_seconds + address.late_seconds

    def is_final(self, reason: str) -> bool:
        """Whether the same message always gets this error of the portal again, such as `error_02`."""
        code = reason.removeprefix("error_")
        return code != reason and self._service.connection.classified("DongBoHoSoMC", code).verdict is not Verdict.RETRY

    async def look_up(self, request: LookUp) -> Found:
        """TraCuuHoSo: whether the portal has the dossier."""
        body = await self._service.call("TraCuuHoSo", {"mahoso": request.dossier})
        known = shaped(self._service.connection, "TraCuuHoSo", _KnownList, body).result or ()
        for place, one in enumerate(known):
            if one.MaHoSo == request.dossier:
                return Found(exists=True, state=one.TrangThaiHoSo, fields=body["result"][place])
        if known:
            raise self._service.connection.error(OutsideCode.BAD_REPLY, "TraCuuHoSo", reason="another_dossier")
        return Found(exists=False)

    async def send(self, records: Sequence[DossierRecord], *, updating: bool, key: str) -> tuple[RowRefused, ...]:
        """DongBoHoSoMC: creates all of these dossiers, or updates all; returns the rows that were not taken.

        The portal knows no key and no version: the list that it carries out last counts.
        """
        rows = [one.on_the_wire() for one in records]
        fields: dict[str, Any] = {"isUpdating": "True" if updating else "False", "data": rows}
        return await self._list_sent("DongBoHoSoMC", fields, key, {one.code for one in records})

    async def report(self, lines: Sequence[ProgressLine], *, key: str) -> tuple[RowRefused, ...]:
        """CapNhatTienDoHoSoMC: reports these steps; returns the rows that were not taken.

        The same step is stored once. The contract does not say whether its state becomes that of the dossier.
        """
        fields = {"data": [one.on_the_wire() for one in lines]}
        return await self._list_sent("CapNhatTienDoHoSoMC", fields, key, {one.code for one in lines})

    async def has_state(self, dossier: Code, state: PortalState) -> bool:
        """Whether the portal has the dossier in this state. An answer without a state is accepted.

        Raises OutsideError, which is never final: the dossier was sent, so a refused look is no refusal of it.
        """
        try:
            now = await self.look_up(LookUp(dossier=dossier))
        except OutsideError as failed:
            raise failed.sent_again() from failed
        return now.exists and now.state in (None, state)

    async def _list_sent(
        self, service: str, fields: dict[str, Any], key: str, codes: Collection[str]
    ) -> tuple[RowRefused, ...]:
        """The rows that were not taken. One of another list may mean one of ours: then none counts."""
        body = await self._service.call(service, fields, key=key, once=True)
        rows = shaped(self._service.connection, service, _Rows, body).result or ()
        refused = [row for row in rows if not is_success(row.error_code)]
        if any(row.MaHoSo not in codes for row in refused):
            raise self._service.connection.error(OutsideCode.BAD_REPLY, service, reason="another_dossier")
        return tuple(self._refused(service, row) for row in refused)

    def _refused(self, service: str, row: _Row) -> RowRefused:
        judged = self._service.connection.classified(service, row.error_code, named=f"error_{row.error_code}")
        self._service.connection.raise_alarm(judged)
        return RowRefused(dossier=row.MaHoSo, reason=judged.reason, verdict=judged.verdict)
