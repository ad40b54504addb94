"""What may be sent to the engine from outside, before personal data is parted from it."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from domain.dossier.commands import BroughtOver, HumanCommand, SubmittedDocument
from domain.errors import InvalidInput
from domain.organisation.routing import Matter
from domain.procedure import Channel
from domain.roles import Actor
from domain.values import Code, Name, Strict, Text

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:\-]{0,127}$")]
"""The caller's own key of a submission: the same key is the same dossier, for ever."""


DOSSIER_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]{0,31}-[0-9]{6}-[0-9]{4,12}")
"""The shape of a dossier's code: the authority, the day, a number of that day."""


class Personal(Strict):
    """Personal data never shows itself in an error or a log."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Applicant(Personal):
    """The applicant's particulars (chủ hồ sơ). They go to the vault and nowhere else."""

    name: Name = Field(repr=False)
    identity_number: Annotated[str, StringConstraints(pattern=r"^([0-9]{12}|[0-9]{9})$")] = Field(repr=False)
    birth_date: date = Field(repr=False)
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{8,15}$")] | None = Field(default=None, repr=False)
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]{1,64}@[^@\s]{1,190}$")] | None = Field(
        default=None, repr=False
    )
    address: Text | None = Field(default=None, repr=False)


class Submission(Personal):
    """A dossier to be opened. `command_id` is derived from `key`."""

    key: Key
    actor: Actor
    procedure: Code
    channel: Channel
    case: Annotated[int, Field(ge=1)] = 1
    received_by: Code
    assisted_by: Code | None = None
    matter: Matter
    applicant: Applicant = Field(repr=False)
    documents: Annotated[tuple[SubmittedDocument, ...], Field(max_length=200)] = ()
    brought_over: BroughtOver | None = None
    note: Text | None = Field(default=None, repr=False)


class ActRequest(Personal):
    """A command on a dossier. `note` is a person's text: it goes to the vault, the command carries its commitment.

    So do the new particulars of an `applicant` that `correct_entry` puts right.
    """

    command_id: UUID
    actor: Actor
    command: Annotated[HumanCommand, Field(discriminator="kind")]
    expected_version: Annotated[int, Field(ge=0)] | None = None
    note: Text | None = Field(default=None, repr=False)
    applicant: Applicant | None = Field(default=None, repr=False)


def require_dossier_code(code: str) -> None:
    """InvalidInput `dossier_code_unreadable`, before anything is looked up or kept under it."""
    if not DOSSIER_CODE.fullmatch(code):
        raise InvalidInput("dossier_code_unreadable", given=code[:80].encode("ascii", "backslashreplace").decode())


def require_born(applicant: Applicant, today: date) -> None:
    """InvalidInput `invalid_request` for an applicant who is not born yet; the date itself is not told."""
    if applicant.birth_date > today:
        raise InvalidInput("invalid_request", problems="applicant.birth_date: date_in_future")


T = TypeVar("T")

SUBMISSION: TypeAdapter[Submission] = TypeAdapter(Submission)
ACT_REQUEST: TypeAdapter[ActRequest] = TypeAdapter(ActRequest)


def read_submission(data: Any) -> Submission:
    """A submission from JSON that somebody sent. Raises InvalidInput `invalid_request`, naming each field."""
    return _read(SUBMISSION, data)


def read_act(data: Any) -> ActRequest:
    """A command from JSON that somebody sent. Raises InvalidInput `invalid_request`, naming each field."""
    return _read(ACT_REQUEST, data)


def _read(adapter: TypeAdapter[T], data: Any) -> T:
    try:
        return adapter.validate_json(data) if isinstance(data, str | bytes) else adapter.validate_python(data)
    except ValidationError as problem:
        told = "; ".join(f"{_place(one['loc'])}: {one['msg']}" for one in problem.errors(include_input=False)[:20])
        raise InvalidInput("invalid_request", problems=told) from None


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location)) or "–"
