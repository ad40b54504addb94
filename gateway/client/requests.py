"""What may be sent to the engine from outside, before personal data is parted from it."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from domain.canonical_json import canonical
from domain.dossier.commands import BroughtOver, HumanCommand, SubmittedDocument
from domain.errors import InvalidInput
from domain.field_errors import MOST_TOLD, hidden_character, invalid_request, of_validation
from domain.inconsistency import Inconsistent
from domain.messages.rules import sentence_of
from domain.organisation.routing import Matter
from domain.privacy.personal_numbers import IdentityNumber
from domain.procedures.procedure import Channel
from domain.roles import Actor
from domain.text.json_reader import read_json
from domain.text.plain_text import texts_of, unseen
from domain.values import DOSSIER_CODE, FROM_OUTSIDE, Bilingual, Code, Day, Name, Strict, Text

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:\-]{0,127}$")]
"""The caller's own key of a submission: the same key is the same dossier, for ever."""


class Personal(Strict):
    """Personal data never shows itself in an error or a log."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Applicant(Personal):
    """The applicant's particulars (chủ hồ sơ). They go to the vault and nowhere else."""

    name: Name = Field(repr=False)
    identity_number: IdentityNumber = Field(repr=False)
    birth_date: Day = Field(repr=False)
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

    @property
    def fingerprint(self) -> str:
        """What was sent under a key, without keeping it: another content under the same key is a mistake to be told.

        It is kept for ever, so it says nothing of a person: few people share a name and a birthday, and a guess could
        be tested against it. Persons are compared in the vault. For whom its sender stood in is no content: it is
        looked up anew each time. A field at its default is left out, so that a later release with a new field gives the
        same submission the same fingerprint.
        """
        personal: Any = {
            "key": True, "applicant": True, "note": True, "matter": {"address"}, "actor": {"stands_in_for"}
        }  # fmt: skip
        said = self.model_dump(mode="json", exclude=personal, exclude_defaults=True)
        return hashlib.sha256(canonical(said)).hexdigest()


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


def require_born(applicant: Applicant, today: date, oldest: int = 130) -> None:
    """InvalidInput `invalid_request` for an applicant who is not born yet, or older than anybody (`oldest`, in years).

    The date itself is not told.
    """
    if applicant.birth_date > today:
        vi, en = "ngày sinh ở tương lai", "the date of birth is in the future"
    elif today.year - applicant.birth_date.year > oldest:
        vi, en = f"ngày sinh đã quá {oldest} năm", f"the date of birth is more than {oldest} years ago"
    else:
        return
    raise invalid_request([Bilingual(vi=f"applicant.birth_date: {vi}", en=f"applicant.birth_date: {en}")])


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
    """Strict: a number is no text, "yes" is no boolean, 0 is no date; every text is looked at for what nobody sees."""
    plain = _plain(data)
    if isinstance(plain, dict) and isinstance(plain.get("note"), str):
        plain = {**plain, "note": plain["note"].replace("\r\n", "\n")}
    require_seen(plain)
    try:
        text = json.dumps(plain, default=str).encode()
        return adapter.validate_json(text, strict=True, context=FROM_OUTSIDE)
    except ValidationError as problem:
        raise invalid_request(of_validation(problem)) from None


def _plain(data: Any) -> Any:
    if not isinstance(data, str | bytes):
        return data
    try:
        return read_json(data.decode() if isinstance(data, bytes) else data)
    except Inconsistent as found:
        raise invalid_request([sentence_of(found)]) from None
    except UnicodeDecodeError as problem:
        told = Bilingual(
            vi=f"byte thứ {problem.start + 1} không phải UTF-8", en=f"byte {problem.start + 1} is not UTF-8"
        )
        raise invalid_request([told]) from None


def require_seen(plain: Any) -> None:
    """InvalidInput `invalid_request`: a note may have line breaks, no other text; none may hold what nobody sees."""
    found = []
    for place, text in texts_of(plain):
        hidden = unseen(text.strip(), page=place == ("note",))
        if hidden is not None:
            found.append(hidden_character(".".join(map(str, place))[:100], *hidden))
    if found:
        raise invalid_request(found[:MOST_TOLD])
