"""The simulated notice gateway: it accepts text messages and e-mails, and keeps them for inspection."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from domain.values import Code, Strict, Text, Value
from tools.simulator.fault_injection import COMMON_MODES, Call, FaultMode
from tools.simulator.simulated_system import Answer, RawRequest
from tools.simulator.store import Shelf
from tools.simulator.token_protocol import authorised, done, failing, refused, unauthorised
from tools.simulator.world import Effects, World


class _Message(Strict):
    key: Code
    channel: Code
    template: Code
    recipient: Code
    text: Text


class _Accepted(Value):
    message: _Message
    message_id: str
    accepted_at: str


class NoticesSystem:
    """Serves POST /messages."""

    system = "notices"
    modes = COMMON_MODES

    def __init__(self, world: World) -> None:
        self._world = world
        self._accepted = Shelf(world.store, "notices/messages", _Accepted)
        self._effects = Effects(world, "notices")

    def read(self, request: RawRequest) -> Call | Answer:
        """The call with one message, or an error."""
        if not authorised(self._world, request):
            return unauthorised()
        fields = request.json()
        if (request.method, request.path) != ("POST", "/messages") or fields is None:
            return refused("unknown_request", 404)
        return Call("send", str(fields.get("key")), fields)

    def perform(self, call: Call) -> Answer:
        """Accepts the message, once for each key."""
        try:
            message = _Message.model_validate(call.fields)
        except ValidationError:
            return refused("invalid_message", 422)
        accepted = self._accepted.get(message.key)
        if accepted is None:
            message_id = self._world.name("TN", message.key)
            accepted = _Accepted(message=message, message_id=message_id, accepted_at=self._world.date.now().isoformat())
            self._accepted.put(message.key, accepted)
            self._effects.add("sent", message.key)
        elif accepted.message != message:
            return refused("key_reused", 409)
        return done(message_id=accepted.message_id, accepted_at=accepted.accepted_at)

    def failing(self, mode: FaultMode) -> Answer:
        """An error in an HTTP 200, or a refusal."""
        return failing(mode)

    def records(self, key: str | None) -> dict[str, Any]:
        """The effects and the accepted messages."""
        messages = [row.model_dump() for row in self._accepted.all() if key in (None, row.message.key)]
        return {"effects": self._effects.listed(key), "messages": messages}
