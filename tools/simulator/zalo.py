"""The simulated Zalo gateway: access tokens that expire, templates with parameters, one effect for each tracking id."""

from __future__ import annotations

import hmac
from typing import Any

from pydantic import Field, ValidationError

from domain.values import Code, Strict, Value
from tools.simulator.fault_injection import COMMON_MODES, Call, FaultMode
from tools.simulator.simulated_system import Answer, RawRequest, json_answer
from tools.simulator.store import Shelf
from tools.simulator.token_protocol import done, refused
from tools.simulator.world import Effects, World

LONGEST_PARAMETER = 400


class _Message(Strict):
    tracking_id: Code
    template_id: Code
    phone: str = Field(pattern=r"^84[35789][0-9]{8}$")
    template_data: dict[Code, str] = Field(min_length=1)


class _Accepted(Value):
    message: _Message
    msg_id: str


def _answer(error: int, message: str, **data: object) -> Answer:
    return json_answer({"error": error, "message": message, **({"data": data} if data else {})})


class ZaloSystem:
    """Serves POST /token and POST /message/template."""

    system = "zalo"
    modes = COMMON_MODES | {FaultMode.NO_ACCOUNT, FaultMode.SESSION_EXPIRED}

    def __init__(self, world: World) -> None:
        self._world = world
        self._accepted = Shelf(world.store, "zalo/messages", _Accepted)
        self._effects = Effects(world, "zalo")
        self._given = 0
        self._until: dict[str, float] = {}

    def read(self, request: RawRequest) -> Call | Answer:
        """The call with one message, or an error."""
        fields = request.json()
        if request.method != "POST" or fields is None:
            return refused("unknown_request", 404)
        if request.path == "/token":
            return Call("auth", "", fields, effectful=False)
        if request.path != "/message/template":
            return refused("unknown_request", 404)
        if not request.has_key(str(fields.get("tracking_id"))):
            return refused("key_differs", 422)
        token = request.headers.get("access_token", "")
        if self._until.get(token, 0.0) <= self._world.monotonic():
            return _answer(-124, "Access token invalid")
        return Call("send", str(fields.get("tracking_id")), fields)

    def perform(self, call: Call) -> Answer:
        """Gives a token, or accepts the message once for each tracking id."""
        if call.service == "auth":
            return self._token(call)
        try:
            message = _Message.model_validate(call.fields)
        except ValidationError as error:
            wrong_number = any(one["loc"] == ("phone",) for one in error.errors())
            return _answer(-108, "Phone number invalid") if wrong_number else _answer(-112, "Template data invalid")
        if any(not text.strip() or len(text) > LONGEST_PARAMETER for text in message.template_data.values()):
            return _answer(-132, "Parameter invalid")
        accepted = self._accepted.get(message.tracking_id)
        if accepted is None:
            accepted = _Accepted(message=message, msg_id=self._world.name("ZL", message.tracking_id))
            self._accepted.put(message.tracking_id, accepted)
            self._effects.add("sent", message.tracking_id)
        elif accepted.message != message:
            return refused("key_reused", 409)
        sent = self._world.date.now().isoformat()
        return _answer(0, "Success", tracking_id=message.tracking_id, msg_id=accepted.msg_id, sent_time=sent)

    def _token(self, call: Call) -> Answer:
        access = self._world.access
        secret = str(call.fields.get("secret_key", ""))
        if call.fields.get("app_id") != access.username or not hmac.compare_digest(
            secret.encode(), access.password.get_secret_value().encode()
        ):
            return refused("unauthorised", 401)
        self._given += 1
        token = self._world.name("zalo-token", self._given, self._world.monotonic())
        self._until[token] = self._world.monotonic() + access.session_seconds
        return done(access_token=token, expires_in=access.session_seconds)

    def failing(self, mode: FaultMode) -> Answer:
        """An error in an HTTP 200. An expired token is forgotten."""
        match mode:
            case FaultMode.SESSION_EXPIRED:
                self._until.clear()
                return _answer(-124, "Access token invalid")
            case FaultMode.NO_ACCOUNT:
                return _answer(-118, "Zalo account not existed")
            case FaultMode.REFUSED:
                return _answer(-131, "Template not approved")
            case FaultMode.UNKNOWN_CODE:
                return _answer(-4711, "New error")
            case _:
                return _answer(-100, "Unknown error, please try again later")

    def records(self, key: str | None) -> dict[str, Any]:
        """The effects and the accepted messages."""
        messages = [row.model_dump() for row in self._accepted.all() if key in (None, row.message.tracking_id)]
        return {"effects": self._effects.listed(key), "messages": messages}
