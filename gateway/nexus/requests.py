"""The inputs of the Nexus operations, as JSON.

They are the bodies of the HTTP API, with what it takes from addresses and headers: key, dossier, version.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import Field, StringConstraints, TypeAdapter, field_validator
from temporalio.common import RawValue

from domain.dossier.state import State
from domain.field_errors import Wrong, invalid_request
from domain.values import Bilingual, Strict
from gateway.client.requests import read_strictly
from gateway.dossiers.bodies import COMMAND_BODIES, ByCaller, SubmissionBody
from gateway.dossiers.command_ids import KEY

T = TypeVar("T")

Key = Annotated[str, StringConstraints(pattern=f"^{KEY}$")]
"""The caller's own key of this act, such as the id of its workflow: the same key acts once, also over HTTP."""
DossierCode = Annotated[str, StringConstraints(min_length=1, max_length=64)]
JSON_ENCODINGS = (b"json/plain", b"json/protobuf")
NOT_JSON = Bilingual(
    vi="nội dung phải là JSON (encoding json/plain), không mã hóa",
    en="the input must be JSON (json/plain), not encoded",
)


class SubmitInput(SubmissionBody):
    """Opens a dossier."""

    key: Key


class ActInput(Strict):
    """Gives a command to a dossier. `body` is that of the HTTP operation of the same name."""

    key: Key
    dossier: DossierCode
    command: str
    version: Annotated[int, Field(ge=0)] | None = None
    """The version that the caller has seen; another one is refused (`stale_version`)."""
    body: dict[str, Any] = Field(default={}, repr=False)

    @field_validator("command")
    @classmethod
    def _is_known(cls, command: str) -> str:
        if command in COMMAND_BODIES:
            return command
        raise Wrong("không phải một lệnh của giao diện HTTP", "is no command of the HTTP API")


class ReadInput(Strict):
    """Reads where a dossier is now."""

    dossier: DossierCode


class WaitInput(Strict):
    """Waits for one of the states; without states, for the end of the dossier."""

    dossier: DossierCode
    states: Annotated[tuple[State, ...], Field(max_length=len(State))] = ()
    after: Annotated[int, Field(ge=0)] | None = None
    """States of later versions count, also those that it has left again. By default: the present state and later."""


SUBMIT: TypeAdapter[SubmitInput] = TypeAdapter(SubmitInput)
ACT: TypeAdapter[ActInput] = TypeAdapter(ActInput)
READ: TypeAdapter[ReadInput] = TypeAdapter(ReadInput)
WAIT: TypeAdapter[WaitInput] = TypeAdapter(WaitInput)


def read_input(adapter: TypeAdapter[T], given: RawValue) -> T:
    """The input of an operation, read as the bodies of the HTTP API are. Raises InvalidInput `invalid_request`."""
    if given.payload.metadata.get("encoding") not in JSON_ENCODINGS:
        raise invalid_request([NOT_JSON])
    return read_strictly(adapter, given.payload.data)


def read_body(asked: ActInput) -> ByCaller:
    """The body of the command that is asked for. Raises InvalidInput `invalid_request`."""
    adapter: TypeAdapter[ByCaller] = TypeAdapter(COMMAND_BODIES[asked.command])
    return read_strictly(adapter, asked.body)
