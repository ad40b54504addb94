"""The portal's envelope, which the registries share: auth gives a session; `{session, madonvi, service, …}` uses it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from tools.simulator.fault_injection import COMMON_MODES, Call, FaultMode
from tools.simulator.simulated_system import Answer, RawRequest, json_answer
from tools.simulator.world import World


class ErrorCode(StrEnum):
    """The simulator's codes beside success; the real list is not public."""

    SESSION = "01"  # no session, or an expired one
    UNIT = "02"  # a unit that is not known here
    DATA = "03"  # data that can never be accepted
    EXISTS = "04"
    MISSING = "05"
    CREDENTIALS = "06"
    SERVICE = "07"
    BUSY = "99"


def success(**fields: Any) -> Answer:
    """The service calls' way of saying yes; auth says 0."""
    return json_answer({"error_code": "00", **fields})


def refusal(code: ErrorCode, text: str) -> Answer:
    """An error inside an HTTP 200."""
    return json_answer({"error_code": code, "message": text})


class Sessions:
    """Sessions of one system: lost by a restart, by time, and on demand."""

    def __init__(self, world: World, system: str) -> None:
        self._world = world
        self._system = system
        self._made = 0
        self._until: dict[str, float] = {}

    def log_in(self, fields: Mapping[str, Any]) -> Answer:
        """A new session for the right username and password."""
        access = self._world.access
        if (fields.get("username"), fields.get("password")) != (access.username, access.password.get_secret_value()):
            return refusal(ErrorCode.CREDENTIALS, "Sai tên đăng nhập hoặc mật khẩu")
        self._made += 1
        session = self._world.name("session", self._system, self._made, self._world.monotonic())
        self._until[session] = self._world.monotonic() + access.session_seconds
        return json_answer({"error_code": 0, "session": session})

    def holds(self, session: object) -> bool:
        """Whether this session is alive."""
        return isinstance(session, str) and self._until.get(session, 0.0) > self._world.monotonic()

    def drop(self) -> None:
        """All sessions expire now."""
        self._until.clear()


class SessionSystem(ABC):
    """What the portal and the registries do alike."""

    modes = COMMON_MODES | {FaultMode.SESSION_EXPIRED}

    def __init__(self, world: World, system: str, effectful: frozenset[str]) -> None:
        self.system = system
        self._effectful = effectful
        self._sessions = Sessions(world, system)

    def read(self, request: RawRequest) -> Call | Answer:
        """Auth or a service call."""
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
        """Check the session, then do it."""
        if call.service == "auth":
            return self._sessions.log_in(call.fields)
        if not self._sessions.holds(call.fields.get("session")):
            return refusal(ErrorCode.SESSION, "Phiên làm việc đã hết hạn")
        if not call.fields.get("madonvi"):
            return refusal(ErrorCode.UNIT, "Không xác định được đơn vị")
        return self.served(call)

    def failing(self, mode: FaultMode) -> Answer:
        """The envelope's errors, all inside an HTTP 200."""
        match mode:
            case FaultMode.SESSION_EXPIRED:
                self._sessions.drop()
                return refusal(ErrorCode.SESSION, "Phiên làm việc đã hết hạn")
            case FaultMode.REFUSED:
                return refusal(ErrorCode.UNIT, "Không ánh xạ được mã đơn vị")
            case _:
                return refusal(ErrorCode.BUSY, "Hệ thống bận, vui lòng thử lại")

    @abstractmethod
    def key(self, service: str, fields: Mapping[str, Any]) -> str:
        """What the call is about."""

    @abstractmethod
    def served(self, call: Call) -> Answer:
        """The service itself."""
