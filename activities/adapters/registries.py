"""The registries (civil, residence, land, business): JSON over HTTP with the portal's envelope.

No public specification was found. The service names here are our own until a registry publishes its names, and so is
the meaning of the error code by which it says that it has the result already under the key of another request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator

from activities.adapters.errors import OutsideError
from activities.adapters.http import Connection
from activities.adapters.messages import OutsideCode
from activities.adapters.portal_records import PortalTime
from activities.adapters.response_parsing import shaped
from activities.adapters.session_auth import SessionedService
from activities.adapters.verdict import Verdict
from domain.dossier.refused_calls import REGISTERED_ELSEWHERE
from domain.outside_systems import Registry
from domain.repairs.call_codes import bare
from domain.values import Code, Hash, Name, Strict, Value


class Register(Strict):
    """Enters an issued result in a registry. The same key is entered once, however often it is sent."""

    registry: Registry
    key: Code
    dossier: Code
    procedure: Code
    unit: Code
    """The competent unit. The registry maps its code to its own."""
    result_number: Name
    document_hash: Hash
    issued_at: PortalTime


class Registered(Value):
    """The registry's reference number of the entry. `confirmed`: it was read back."""

    reference: Code
    confirmed: bool


class _Entered(Value):
    SoThamChieu: Code


_Stated = Annotated[Name | None, BeforeValidator(lambda given: None if given == "" else given)]
"""A text that a registry may leave out or leave empty."""


class Entry(_Entered):
    """An entry as it is read back by its key, with the names of the contract."""

    MaYeuCau: _Stated = None
    MaHoSo: _Stated = None
    SoKetQua: _Stated = None
    MaBamKetQua: _Stated = None

    def may_be_of(self, request: Register) -> bool:
        """True unless it states another dossier, number or document: then it is an earlier entry."""
        asked = (request.dossier, request.result_number, request.document_hash)
        stated = (self.MaHoSo, self.SoKetQua, self.MaBamKetQua)
        return all(theirs in (None, ours) for theirs, ours in zip(stated, asked, strict=True))

    def is_of(self, request: Register) -> bool:
        """True if it is the entry of this result: the same dossier, number and document."""
        asked = (request.dossier, request.result_number, request.document_hash)
        return (self.MaHoSo, self.SoKetQua, self.MaBamKetQua) == asked


class _Entries(Value):
    result: tuple[Entry, ...] | None = None


class Registries:
    """The registries' adapter. Each registry has its own connection, so none can delay another."""

    def __init__(self, connections: Mapping[Registry, Connection], *, confirm: bool = True) -> None:
        self._services = {registry: SessionedService(connection) for registry, connection in connections.items()}
        self._confirm = confirm

    async def register(self, request: Register) -> Registered:
        """Enters the result. With `confirm` it reads the entry back by its key.

        When the registry refuses, and has under this key the same number and document of the same dossier, that is the
        entry: it was made by an act that a restore of our database lost, and only the hour differs.
        """
        service = self._services[request.registry]
        fields = {
            "MaYeuCau": request.key,
            "MaHoSo": request.dossier,
            "MaTTHC": request.procedure,
            "MaDonViXuLy": request.unit,
            "SoKetQua": request.result_number,
            "MaBamKetQua": request.document_hash,
            "NgayKetQua": request.model_dump(mode="json")["issued_at"],
        }
        try:
            body = await service.call("DangKyKetQua", fields, key=request.key)
        except OutsideError as refused:
            return await self._there_already(service, request, refused)
        entered = shaped(service.connection, "DangKyKetQua", _Entered, body)
        if self._confirm:
            await self._confirmed(service, request, entered)
        return Registered(reference=entered.SoThamChieu, confirmed=self._confirm)

    async def find(self, registry: Registry, key: Code) -> Entry | None:
        """The entry that was made under this key; None when there is none."""
        return next(iter(await self._entries(self._services[registry], key)), None)

    async def _entries(self, service: SessionedService, key: Code) -> tuple[Entry, ...]:
        body = await service.call("TraCuuKetQua", {"MaYeuCau": key})
        entries = shaped(service.connection, "TraCuuKetQua", _Entries, body).result or ()
        if any(one.MaYeuCau not in (None, key) for one in entries):
            raise service.connection.error(OutsideCode.BAD_REPLY, "TraCuuKetQua", reason="another_entry")
        return entries

    async def _there_already(self, service: SessionedService, request: Register, refused: OutsideError) -> Registered:
        """The entry of this request, if the registry has it. Otherwise raises the refusal: under another number it is a
        person's matter, because a second entry would double it."""
        elsewhere = refused.reason.removeprefix("error_") in service.connection.address.envelope.exists
        if refused.code is not OutsideCode.REFUSED or (refused.retryable and not elsewhere):
            raise refused
        there = await self.find(request.registry, request.key)
        if there is not None and there.is_of(request):
            return Registered(reference=there.SoThamChieu, confirmed=True)
        if not elsewhere:
            raise refused
        reason = bare(REGISTERED_ELSEWHERE)
        verdict = Verdict.NEEDS_PERSON
        raise service.connection.error(OutsideCode.REFUSED, "DangKyKetQua", reason=reason, verdict=verdict) from refused

    async def _confirmed(self, service: SessionedService, request: Register, entered: _Entered) -> None:
        try:
            entries = await self._entries(service, request.key)
        except OutsideError as failed:
            raise failed.sent_again() from failed  # the result was entered: a refused look is no refusal of the entry
        made = [entry for entry in entries if entry.SoThamChieu == entered.SoThamChieu]
        if not all(entry.may_be_of(request) for entry in made):
            raise service.connection.error(OutsideCode.BAD_REPLY, "DangKyKetQua", reason="another_entry")
        if not made:
            raise service.connection.error(OutsideCode.BAD_REPLY, "DangKyKetQua", reason="no_effect")
