"""The simulated national interconnection software: applications, and the statuses that it was told in words."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from domain.values import Value
from tools.simulator import interconnection_codes
from tools.simulator.fault_injection import COMMON_MODES, IN_WORDS, Call, FaultMode
from tools.simulator.simulated_system import Answer, RawRequest, json_answer
from tools.simulator.store import Shelf
from tools.simulator.world import Effects, World

_ALWAYS = ("MaYeuCau", "MaHoSoLienThong", "MaHoSo", "TrangThai", "ThoiDiem", "MaDonViXuLy")
_STATUSES = frozenset("1234567")
RESULT, RETURNED, REFUSED = "4", "5", "6"
SOAP = "<soap:Envelope><soap:Body><soap:Fault><faultstring>{}</faultstring></soap:Fault></soap:Body></soap:Envelope>"


class _Application(Value):
    fields: dict[str, Any]


class _Told(Value):
    application: str
    part: str
    status: str
    fields: dict[str, Any]


class InterconnectionSystem:
    """Serves POST /token, GET /hosolienthong/{id} and POST /trangthaihoso."""

    system = "interconnection"
    modes = COMMON_MODES | IN_WORDS | {FaultMode.SESSION_EXPIRED}

    def __init__(self, world: World) -> None:
        self._world = world
        self._applications = Shelf(world.store, "interconnection/applications", _Application)
        self._told = Shelf(world.store, "interconnection/told", _Told)
        self._effects = Effects(world, "interconnection")
        self._tokens: dict[str, float] = {}
        self._given = 0

    def file(self, applications: Iterable[dict[str, Any]]) -> int:
        """Files applications as citizens do, and returns how many there are."""
        for one in applications:
            self._applications.put(str(one["MaHoSoLienThong"]), _Application(fields=one))
        return len(self._applications.all())

    def read(self, request: RawRequest) -> Call | Answer:
        """The call: a token, an application, or a status; or an error. Below /v2 it is one of version 2."""
        fields = request.json() or {}
        if request.path.startswith("/v2/"):
            return interconnection_codes.read(request, fields)
        if (request.method, request.path) == ("POST", "/token"):
            return Call("token", str(fields.get("username")), fields, effectful=False)
        sent = {**fields, "token": request.headers.get("authorization", "").removeprefix("Bearer ")}
        if request.method == "GET" and (found := re.fullmatch(r"/hosolienthong/([^/]+)", request.path)):
            return Call("hosolienthong", found[1], {**sent, "id": found[1]}, effectful=False)
        if (request.method, request.path) == ("POST", "/trangthaihoso"):
            return Call("trangthai", str(fields.get("MaYeuCau")), sent)
        return said("Not found", 404)

    def perform(self, call: Call) -> Answer:
        """Checks the token, then carries out the call."""
        if call.version == "2":
            first = replace(call, version="1")
            return interconnection_codes.in_codes(self.perform(first), call.key)
        if call.service == "token":
            return self._new_token(call)
        if self._tokens.get(str(call.fields.get("token")), 0.0) <= self._world.monotonic():
            return said("Token hết hạn", 401)
        return self._application(call.key) if call.service == "hosolienthong" else self._take(call)

    def failing(self, mode: FaultMode) -> Answer:
        """A failure in words, most of them in an HTTP 200."""
        match mode:
            case FaultMode.SESSION_EXPIRED:
                self._tokens.clear()
                return said("Token hết hạn", 401)
            case FaultMode.REFUSED:
                return said("Logic xử lý không hợp lệ")
            case FaultMode.NOT_UPDATED:
                return said("Chưa cập nhật trạng thái")
            case FaultMode.SOAP_FAULT:
                return Answer(SOAP.format("Lỗi máy chủ").encode(), 500, "text/xml; charset=utf-8")
            case FaultMode.UNKNOWN_CODE:
                return json_answer({"error_code": "4711", "message": "Mã lỗi mới"})
            case FaultMode.UNKNOWN_REPLY:
                return said("Đã ghi nhận yêu cầu, đang chờ xử lý")
            case _:
                return said("Server error")

    def failing_call(self, mode: FaultMode, call: Call) -> Answer:
        """The failure as the version of the call says it."""
        answer = self.failing(mode)
        if call.version == "1":
            return answer
        return interconnection_codes.unknown(mode, call.key) or interconnection_codes.in_codes(answer, call.key)

    def records(self, key: str | None) -> dict[str, Any]:
        """The effects, and the statuses in the order in which they were first told, of one application or of all."""
        told = [row for row in self._told.all() if key in (None, row.application)]
        return {"effects": self._effects.listed(None), "told": [row.model_dump() for row in told]}

    def _new_token(self, call: Call) -> Answer:
        access = self._world.access
        password = str(call.fields.get("password")).encode()
        if call.fields.get("username") != access.username or not hmac.compare_digest(
            password, access.password.get_secret_value().encode()
        ):
            return said("Sai tên đăng nhập hoặc mật khẩu", 400)
        self._given += 1
        token = self._world.name("token", self._given, self._world.monotonic())
        self._tokens[token] = self._world.monotonic() + access.session_seconds
        return json_answer({"access_token": token})

    def _application(self, wanted: str) -> Answer:
        found = self._applications.get(wanted)
        if found is None:
            return said("Hồ sơ không tồn tại")
        parts = [{**one, "TrangThai": self._last(wanted, one["MaTTHC"])} for one in found.fields["DanhSachThuTuc"]]
        return json_answer({**found.fields, "DanhSachThuTuc": parts, "TrangThai": self._last(wanted, "")})

    def _take(self, call: Call) -> Answer:
        fields = {name: value for name, value in call.fields.items() if name != "token"}
        if any(not fields.get(name) for name in _ALWAYS) or fields["TrangThai"] not in _STATUSES:
            return said("Logic xử lý không hợp lệ: thiếu dữ liệu")
        application, part, status = (str(fields.get(name, "")) for name in ("MaHoSoLienThong", "MaTTHC", "TrangThai"))
        if self._applications.get(application) is None:
            return said("Hồ sơ không tồn tại")
        if self._told.get(call.key) is not None:
            return said("Đã tồn tại")
        last = self._last(application, part)
        if last in (REFUSED, RETURNED) or (status == RETURNED and last != RESULT):
            return said("Logic xử lý không hợp lệ")
        self._told.put(call.key, _Told(application=application, part=part, status=status, fields=fields))
        self._effects.add("told", f"{application}/{part}/{status}")
        return said("Thành công")

    def _last(self, application: str, part: str) -> str | None:
        of_part = [row.status for row in self._told.all() if (row.application, row.part) == (application, part)]
        return of_part[-1] if of_part else None


def said(words: str, status: int = 200) -> Answer:
    """An answer in words."""
    return Answer(words.encode(), status, "text/plain; charset=utf-8")
