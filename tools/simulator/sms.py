"""The simulated SMS gateway: it checks each text message strictly, accepts it once for each key, and keeps it."""

from __future__ import annotations

from typing import Any

from pydantic import Field, ValidationError

from domain.values import Code, Strict, Text, Value
from tools.simulator.fault_injection import COMMON_MODES, Call, FaultMode
from tools.simulator.simulated_system import Answer, RawRequest
from tools.simulator.store import Shelf
from tools.simulator.token_protocol import authorised, done, failing, refused, unauthorised
from tools.simulator.world import Effects, World


class _Message(Strict):
    key: Code
    brandname: str = Field(pattern=r"^[A-Za-z0-9 ._-]{1,11}$")
    template: Code
    phone: str = Field(pattern=r"^84[35789][0-9]{8}$")
    text: Text
    unicode: bool
    parts: int = Field(ge=1, le=3)

    @property
    def counts_its_parts(self) -> bool:
        """The network charges parts: 70 letters of Unicode, or 67 in each of several; else 160, or 153."""
        alone, each = (70, 67) if self.unicode else (160, 153)
        length = len(self.text)
        return (self.unicode or self.text.isascii()) and self.parts == (1 if length <= alone else -(-length // each))


class _Accepted(Value):
    message: _Message
    message_id: str
    accepted_at: str


class SmsSystem:
    """Serves POST /messages."""

    system = "sms"
    modes = COMMON_MODES | {FaultMode.NO_ACCOUNT}

    def __init__(self, world: World) -> None:
        self._world = world
        self._accepted = Shelf(world.store, "sms/messages", _Accepted)
        self._effects = Effects(world, "sms")

    def read(self, request: RawRequest) -> Call | Answer:
        """The call with one message, or an error."""
        if not authorised(self._world, request):
            return unauthorised()
        fields = request.json()
        if (request.method, request.path) != ("POST", "/messages") or fields is None:
            return refused("unknown_request", 404)
        if not request.has_key(str(fields.get("key"))):
            return refused("key_differs", 422)
        return Call("send", str(fields.get("key")), fields)

    def perform(self, call: Call) -> Answer:
        """Accepts the message, once for each key."""
        try:
            message = _Message.model_validate(call.fields)
        except ValidationError as error:
            wrong_number = any(one["loc"] == ("phone",) for one in error.errors())
            return refused("invalid_number" if wrong_number else "invalid_message", 422)
        if not message.counts_its_parts:
            return refused("wrong_length", 422)
        accepted = self._accepted.get(message.key)
        if accepted is None:
            message_id = self._world.name("TN", message.key)
            accepted = _Accepted(message=message, message_id=message_id, accepted_at=self._world.date.now().isoformat())
            self._accepted.put(message.key, accepted)
            self._effects.add("sent", message.key)
        elif accepted.message != message:
            return refused("key_reused", 409)
        return done(
            key=message.key,
            message_id=accepted.message_id,
            accepted_at=accepted.accepted_at,
            parts=message.parts,
        )

    def failing(self, mode: FaultMode) -> Answer:
        """An error in an HTTP 200, or a refusal."""
        return refused("blocked_number", 422) if mode is FaultMode.NO_ACCOUNT else failing(mode)

    def records(self, key: str | None) -> dict[str, Any]:
        """The effects and the accepted messages."""
        messages = [row.model_dump() for row in self._accepted.all() if key in (None, row.message.key)]
        return {"effects": self._effects.listed(key), "messages": messages}
