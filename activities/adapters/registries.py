"""The registries (civil, residence, land, business): JSON over HTTP with the portal's envelope.

No public specification was found. The service names here are our own until a registry publishes its names, and so is
the meaning of the error code by which it says that it has the result already under the key of another request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from activities.adapters.errors import OutsideError
from activities.adapters.http import Connection
from activities.adapters.messages import OutsideCode
from activities.adapters.portal_records import PortalTime
from activities.adapters.response_parsing import shaped
from activities.adapters.session_auth import SessionedService
from activities.adapters.verdict import Verdict
from domain.dossier.refused_calls import REGISTERED_ELSEWHERE
from domain.outside_systems import Registry
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


class _Entries(Value):
    result: tuple[_Entered, ...] | None = None


class Registries:
    """The registries' adapter. Each registry has its own connection, so none can delay another."""

    def __init__(self, connections: Mapping[Registry, Connection], *, confirm: bool = True) -> None:
        self._services = {registry: SessionedService(connection) for registry, connection in connections.items()}
        self._confirm = confirm

    async def register(self, request: Register) -> Registered:
        """Enters the result. With `confirm` it reads the entry back by its key."""
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
        body = await self._entered(service, fields, request.key)
        entered = shaped(service.connection, "DangKyKetQua", _Entered, body)
        if self._confirm:
            await self._confirmed(service, request, entered)
        return Registered(reference=entered.SoThamChieu, confirmed=self._confirm)

    async def _entered(self, service: SessionedService, fields: Mapping[str, str], key: str) -> dict[str, Any]:
        """The reply. A registry that has the result already is a person's matter: a second entry would double it."""
        try:
            return await service.call("DangKyKetQua", fields, key=key)
        except OutsideError as failed:
            exists = service.connection.address.envelope.exists
            if failed.code is not OutsideCode.REFUSED or failed.reason.removeprefix("error_") not in exists:
                raise
            raise service.connection.error(
                OutsideCode.REFUSED, "DangKyKetQua", reason=REGISTERED_ELSEWHERE, verdict=Verdict.NEEDS_PERSON
            ) from None

    async def _confirmed(self, service: SessionedService, request: Register, entered: _Entered) -> None:
        try:
            body = await service.call("TraCuuKetQua", {"MaYeuCau": request.key})
        except OutsideError as failed:
            raise failed.sent_again() from failed  # the result was entered: a refused look is no refusal of the entry
        entries = shaped(service.connection, "TraCuuKetQua", _Entries, body).result or ()
        if entered not in entries:
            raise service.connection.error(OutsideCode.BAD_REPLY, "DangKyKetQua", reason="no_effect")
