"""The national interconnection software (liên thông): what citizens filed there, and the statuses that it is told.

Its replies to a status are plain Vietnamese text; `interconnection_replies` reads them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import ConfigDict, Field, StringConstraints

from activities.adapters.errors import OutsideError
from activities.adapters.http import TRY_LATER, Connection, Outgoing, Reply
from activities.adapters.interconnection_replies import ReplyMeaning, ReplyText, read_reply
from activities.adapters.messages import OutsideCode
from activities.adapters.portal_records import PortalTime
from activities.adapters.response_parsing import json_request, shaped
from activities.adapters.verdict import Verdict
from domain.inconsistency import Inconsistent
from domain.text.json_reader import read_json
from domain.values import Code, Name, Strict, Text, Value

ApplicationId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""The identifier of an application in the national software."""
TOKEN_REFUSED = 401
NOT_THERE = 404

Answer = TypeVar("Answer")


class InterconnectionStatus(StrEnum):
    """The statuses that the software is told."""

    ARRIVED = "1"
    SUPPLEMENT = "2"
    ACCEPTED = "3"
    RESULT = "4"
    RETURNED = "5"
    REFUSED = "6"
    SENT_ON = "7"


class FiledDocument(Value):
    """A document of one part."""

    component: Code = Field(alias="MaThanhPhanHoSo")
    file_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = Field(default=None, alias="MaBam")
    digitised: bool = Field(default=True, alias="DuocSoHoa")


class FiledPart(Value):
    """One procedure of the group."""

    procedure: Code = Field(alias="MaTTHC")
    documents: Annotated[tuple[FiledDocument, ...], Field(max_length=100)] = Field(default=(), alias="TaiLieu")
    status: InterconnectionStatus | None = Field(default=None, alias="TrangThai")


class FiledPerson(Value):
    """The applicant. Its values are personal data."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    name: Name = Field(alias="HoTen", repr=False)
    identity_number: Code = Field(alias="SoDinhDanh", repr=False)
    birth_date: Annotated[str, StringConstraints(pattern=r"^\d{8}$")] = Field(alias="NgaySinh", repr=False)
    address: Text | None = Field(default=None, alias="DiaChi", repr=False)
    phone: Code | None = Field(default=None, alias="DienThoai", repr=False)
    email: Text | None = Field(default=None, alias="ThuDienTu", repr=False)


class FiledApplication(Value):
    """One application as it was filed in the national software."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: ApplicationId = Field(alias="MaHoSoLienThong")
    group: Code = Field(alias="MaNhom")
    unit: Code = Field(alias="MaDonVi")
    """The commune's code there."""
    filed_at: PortalTime = Field(alias="NgayNop")
    applicant: FiledPerson = Field(alias="ChuHoSo", repr=False)
    parts: Annotated[tuple[FiledPart, ...], Field(min_length=1, max_length=20)] = Field(alias="DanhSachThuTuc")
    status: InterconnectionStatus | None = Field(default=None, alias="TrangThai")


class StatusPost(Strict):
    """One status of an application, or of one of its parts. A repetition changes nothing."""

    key: Code
    application: ApplicationId
    dossier: Code
    part: Code | None = None
    """The procedure of the part; None: the application as a whole."""
    status: InterconnectionStatus
    at: PortalTime
    unit: Code
    note: Text = ""

    def on_the_wire(self) -> dict[str, Any]:
        """The fields under the software's own names."""
        plain = self.model_dump(mode="json")
        fields = {
            "MaYeuCau": self.key,
            "MaHoSoLienThong": self.application,
            "MaHoSo": self.dossier,
            "MaTTHC": self.part,
            "TrangThai": self.status.value,
            "ThoiDiem": plain["at"],
            "MaDonViXuLy": self.unit,
            "NoiDung": self.note or None,
        }
        return {name: value for name, value in fields.items() if value is not None}


class StatusTold(Value):
    """The software has the status. `reply`: how it said so. `confirmed`: it was read back."""

    application: ApplicationId
    reply: ReplyText
    confirmed: bool


class _Token(Value):
    access_token: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,4096}$")]


class Interconnection:
    """The adapter for version 1 of the contract.

    With `confirm` it reads a status back, because the software may report success without an effect.
    """

    def __init__(self, connection: Connection, *, confirm: bool = True) -> None:
        self.connection = connection
        self._confirm = confirm
        self._token: str | None = None
        self._version = 0
        self._one_log_in = asyncio.Lock()

    async def application(self, wanted: ApplicationId) -> FiledApplication | None:
        """What was filed under this identifier; None when the software says that there is nothing."""
        request = self._application_request(wanted)
        return (await self._exchange(request, lambda reply: (self._read_application(reply, wanted),)))[0]

    async def tell(self, post: StatusPost) -> StatusTold:
        """Tells one status. Raises OutsideError: final when a person must look, otherwise to be sent again."""
        said = await self._exchange(self._status_request(post), lambda reply: self._read_status(reply, post))
        confirm = self._confirm and said is ReplyText.SUCCESS
        if confirm:
            await self._confirmed(post)
        return StatusTold(application=post.application, reply=said, confirmed=confirm)

    def _application_request(self, wanted: ApplicationId) -> Outgoing:
        path = f"{self.connection.address.interconnection.application_path}/{wanted}"
        return Outgoing("hosolienthong", path, method="GET")

    def _status_request(self, post: StatusPost) -> Outgoing:
        path = self.connection.address.interconnection.status_path
        return json_request("trangthai", path, post.on_the_wire(), key=post.key)

    async def _confirmed(self, post: StatusPost) -> None:
        """Raises BAD_REPLY when success was reported without an effect."""
        try:
            now = await self.application(post.application)
        except OutsideError as failed:
            raise failed.sent_again() from failed  # the status was taken: a refused look is no refusal of it
        if now is not None and _shows_another(now, post):
            raise self.connection.error(OutsideCode.BAD_REPLY, "trangthai", reason="no_effect")

    async def _exchange(self, request: Outgoing, read: Callable[[Reply], Answer]) -> Answer:
        """Sends the request with the token. After an expired one it gets another and repeats the request once."""

        def unless_expired(reply: Reply) -> Answer | None:
            return None if self._token_expired(reply) else read(reply)

        token = await self._logged_in(expired=None)
        answer = await self.connection.exchange(_with_token(request, token), unless_expired)
        if answer is None:
            token = await self._logged_in(expired=token)
            answer = await self.connection.exchange(_with_token(request, token), unless_expired)
        if answer is None:
            raise self.connection.error(OutsideCode.REFUSED, request.operation, reason=ReplyText.TOKEN_EXPIRED)
        return answer

    def _token_expired(self, reply: Reply) -> bool:
        return reply.status == TOKEN_REFUSED or read_reply(reply)[1] is ReplyMeaning.RENEW

    def _read_status(self, reply: Reply, post: StatusPost) -> ReplyText:
        said, meaning = read_reply(reply)
        if meaning is ReplyMeaning.DONE:
            return said
        raise self._failure("trangthai", reply)

    def _read_application(self, reply: Reply, wanted: ApplicationId) -> FiledApplication | None:
        value = read_object(reply)
        if value is not None and reply.status < 300 and "MaHoSoLienThong" in value:
            found = shaped(self.connection, "hosolienthong", FiledApplication, value)
            if found.id != wanted:
                raise self.connection.error(OutsideCode.BAD_REPLY, "hosolienthong", reason="another_application")
            return found
        no_page = reply.status == NOT_THERE and b"<" not in reply.body
        if read_reply(Reply(200, reply.body) if no_page else reply)[0] is ReplyText.MISSING:
            return None
        raise self._failure("hosolienthong", reply)

    def _failure(self, operation: str, reply: Reply) -> OutsideError:
        """The error of a reply that is neither done nor an application. The software's faults count for its breaker."""
        said, meaning = read_reply(reply)
        if meaning is ReplyMeaning.PERSON:
            return self.connection.error(OutsideCode.REFUSED, operation, reason=said, verdict=Verdict.NEEDS_PERSON)
        known = said not in (ReplyText.UNKNOWN, ReplyText.ANOTHER_PAGE)
        reason = said if known or reply.status < 300 else f"http_{reply.status}"
        if _is_busy(reply) or said in (ReplyText.SERVER_ERROR, ReplyText.SOAP_FAULT):
            return self.connection.error(OutsideCode.UNAVAILABLE, operation, reason=reason, after=reply.retry_after)
        return self.connection.error(OutsideCode.REFUSED if known else OutsideCode.BAD_REPLY, operation, reason=reason)

    def _not_of_contract(self, reply: Reply, operation: str) -> OutsideError:
        """The error of a reply that is not of this contract: of a proxy, or of a system that has other troubles."""
        code = OutsideCode.UNAVAILABLE if _is_busy(reply) else OutsideCode.BAD_REPLY
        return self.connection.error(code, operation, reason=f"http_{reply.status}", after=reply.retry_after)

    async def _logged_in(self, expired: str | None) -> str:
        async with self._one_log_in:
            if self._token is None or self._token == expired or self._version != self.connection.version:
                self._version = self.connection.version
                self._token = None
                self._token = await self._log_in()
            return self._token

    async def _log_in(self) -> str:
        address = self.connection.address
        body = {"username": address.username, "password": address.password.get_secret_value()}
        request = json_request("token", address.interconnection.token_path, body)
        return await self.connection.exchange(request, self._read_token)

    def _read_token(self, reply: Reply) -> str:
        value = read_object(reply)
        if reply.status >= 300 or value is None:
            code = OutsideCode.REFUSED if reply.status >= 400 else OutsideCode.BAD_REPLY
            raise self.connection.error(code, "token", reason=f"http_{reply.status}", after=reply.retry_after)
        return shaped(self.connection, "token", _Token, value).access_token


def _is_busy(reply: Reply) -> bool:
    return reply.status >= 500 or reply.status in TRY_LATER


def _with_token(request: Outgoing, token: str) -> Outgoing:
    headers = {**request.headers, "Authorization": f"Bearer {token}"}
    return replace(request, headers=headers, every_status=True)


def read_object(reply: Reply) -> dict[str, Any] | None:
    """The reply as one JSON object; None when it is not one."""
    try:
        value = read_json(reply.body.decode("utf-8-sig"))
    except (Inconsistent, UnicodeDecodeError):
        return None
    return value if isinstance(value, dict) else None


def _shows_another(application: FiledApplication, post: StatusPost) -> bool:
    """Whether the software shows another status than the one that was told. One that shows none is believed."""
    of_part = [one for one in application.parts if one.procedure == post.part]
    shown = [application] if post.part is None else of_part
    return any("status" in one.model_fields_set and one.status is not post.status for one in shown)
