"""The protocol of the portal and the registries: auth gives a session, and `{session, madonvi, service, …}` uses it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from tools.simulator.fault_injection import COMMON_MODES, Call, FaultMode
from tools.simulator.simulated_system import Answer, RawRequest, json_answer
from tools.simulator.world import World


class ErrorCode(StrEnum):
    """The simulator's error codes. The real list is not public."""

    SESSION = "01"  # no session, or an expired one
    UNIT = "02"  # a unit that is not known here
    DATA = "03"  # data that can never be accepted
    EXISTS = "04"
    MISSING = "05"
    CREDENTIALS = "06"
    SERVICE = "07"
    BUSY = "99"


def success(**fields: Any) -> Answer:
    """The success of a service call. (That of auth has the code 0.)"""
    return json_answer({"error_code": "00", **fields})


def refusal(code: ErrorCode, text: str) -> Answer:
    """An error in an HTTP 200."""
    return json_answer({"error_code": code, "message": text})


class Sessions:
    """The sessions of one system. They end with a restart, after some time, or on demand."""

    def __init__(self, world: World, system: str) -> None:
        self._world = world
        self._system = system
        self._count = 0
        self._until: dict[str, float] = {}

    def log_in(self, fields: Mapping[str, Any]) -> Answer:
        """A new session, if the username and password are right."""
        access = self._world.access
        if (fields.get("username"), fields.get("password")) != (access.username, access.password.get_secret_value()):
            return refusal(ErrorCode.CREDENTIALS, "Sai tên đăng nhập hoặc mật khẩu")
        self._count += 1
        session = self._world.name("session", self._system, self._count, self._world.monotonic())
        self._until[session] = self._world.monotonic() + access.session_seconds
        return json_answer({"error_code": 0, "session": session})

    def is_valid(self, session: object) -> bool:
        """Whether this session is valid."""
        return isinstance(session, str) and self._until.get(session, 0.0) > self._world.monotonic()

    def drop(self) -> None:
        """Ends all sessions."""
        self._until.clear()


class SessionSystem(ABC):
    """What the portal and the registries have in common."""

    modes = COMMON_MODES | {FaultMode.SESSION_EXPIRED}

    def __init__(self, world: World, system: str, effectful: frozenset[str]) -> None:
        self.system = system
        self._effectful = effectful
        self._sessions = Sessions(world, system)

    def read(self, request: RawRequest) -> Call | Answer:
        """The call: auth or a service; or an error."""
        fields = request.json()
        if request.method != "POST" or request.path not in ("/auth", "/service"):
            return json_answer({"message": "Không có địa chỉ này"}, 404)
        if fields is None:
            return refusal(ErrorCode.DATA, "Nội dung không phải JSON")
        if request.path == "/auth":
            return Call("auth", str(fields.get("username")), fields, effectful=False)
        service = str(fields.get("service"))
        key = self.key(service, fields)
        return Call(service, key, fields, effectful=service in self._effectful)

    def perform(self, call: Call) -> Answer:
        """Checks the session, then carries out the call."""
        if call.service == "auth":
            return self._sessions.log_in(call.fields)
        if not self._sessions.is_valid(call.fields.get("session")):
            return refusal(ErrorCode.SESSION, "Phiên làm việc đã hết hạn")
        if not call.fields.get("madonvi"):
            return refusal(ErrorCode.UNIT, "Không xác định được đơn vị")
        return self.perform_service(call)

    def failing(self, mode: FaultMode) -> Answer:
        """The errors of the protocol, all in an HTTP 200."""
        match mode:
            case FaultMode.SESSION_EXPIRED:
                self._sessions.drop()
                return refusal(ErrorCode.SESSION, "Phiên làm việc đã hết hạn")
            case FaultMode.REFUSED:
                return refusal(ErrorCode.UNIT, "Không ánh xạ được mã đơn vị")
            case FaultMode.UNKNOWN_CODE:
                return json_answer({"error_code": "4711", "message": "Mã lỗi mới"})
            case _:
                return refusal(ErrorCode.BUSY, "Hệ thống bận, vui lòng thử lại")

    @abstractmethod
    def key(self, service: str, fields: Mapping[str, Any]) -> str:
        """The key of the call: the same key is the same request."""

    @abstractmethod
    def perform_service(self, call: Call) -> Answer:
        """Carries out the service."""
