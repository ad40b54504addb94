"""The requests to the engine from outside. Personal data are still in them."""

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
from domain.field_errors import MOST_TOLD, InvalidField, hidden_character, invalid_request, of_validation
from domain.inconsistency import Inconsistent
from domain.messages.dossier import DossierRefusal
from domain.organisation.routing import Matter
from domain.privacy.personal_numbers import IdentityNumber
from domain.procedures.procedure import Channel
from domain.roles import Actor
from domain.text.json_reader import read_json
from domain.text.plain_text import texts_of, unseen
from domain.text.sentences import sentence_of
from domain.values import DOSSIER_CODE, FROM_OUTSIDE, Bilingual, Code, Day, Name, Strict, Text

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:\-]{0,127}$")]
"""The caller's own key of a submission. The same key always means the same dossier."""


class Personal(Strict):
    """A model whose content never appears in an error or a log."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Applicant(Personal):
    """The applicant's particulars (chủ hồ sơ). They are stored in the vault only."""

    name: Name = Field(repr=False)
    identity_number: IdentityNumber = Field(repr=False)
    birth_date: Day = Field(repr=False)
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{8,15}$")] | None = Field(default=None, repr=False)
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]{1,64}@[^@\s]{1,190}$")] | None = Field(
        default=None, repr=False
    )
    address: Text | None = Field(default=None, repr=False)


class PostalAddress(Personal):
    """Where the post comes: who is there, and how to reach them. Stored in the vault only."""

    name: Name = Field(repr=False)
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{8,15}$")] = Field(repr=False)
    address: Name = Field(repr=False)


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
    postal_address: PostalAddress | None = Field(default=None, repr=False)
    """Where the post shall deliver the result; None: the applicant fetches it."""
    note: Text | None = Field(default=None, repr=False)

    @property
    def fingerprint(self) -> str:
        """A hash of the submission. It shows when the same key is used for another submission.

        It is kept for ever, so personal data are left out: a guess of name and birthday could be tested against it. The
        vault compares the persons. Whom the sender stands in for and which program carries the submission are left out
        too: they are looked up each time. Fields at their defaults are left out, so that a later release with a new
        field gives the same hash.
        """
        personal: Any = {
            "key": True, "applicant": True, "note": True, "matter": {"address"}, "postal_address": True,
        }  # fmt: skip
        looked_up = {"actor": {"stands_in_for", "carried_by"}}
        content = self.model_dump(mode="json", exclude={**personal, **looked_up}, exclude_defaults=True)
        return hashlib.sha256(canonical(content)).hexdigest()


class ActRequest(Personal):
    """A command on a dossier.

    `note` is a person's text, `applicant` has new particulars for `correct_entry` or `retry_refused_call`, and
    `postal_address` is that of `request_post`. They are stored in the vault, and the command holds their commitments.
    """

    command_id: UUID
    actor: Actor
    command: Annotated[HumanCommand, Field(discriminator="kind")]
    expected_version: Annotated[int, Field(ge=0)] | None = None
    note: Text | None = Field(default=None, repr=False)
    applicant: Applicant | None = Field(default=None, repr=False)
    postal_address: PostalAddress | None = Field(default=None, repr=False)


def require_dossier_code(code: str) -> None:
    """Raises InvalidInput `dossier_code_unreadable` for a text that is not a dossier code."""
    if not DOSSIER_CODE.fullmatch(code):
        raise InvalidInput(
            DossierRefusal.DOSSIER_CODE_UNREADABLE, given=code[:80].encode("ascii", "backslashreplace").decode()
        )


def require_born(applicant: Applicant, today: date, oldest: int = 130) -> None:
    """Raises InvalidInput `invalid_request` for an applicant who is not born yet or older than `oldest` years.

    The error does not hold the date.
    """
    if applicant.birth_date > today:
        vi, en = "ngày sinh ở tương lai", "the date of birth is in the future"
    elif today.year - applicant.birth_date.year > oldest:
        vi, en = f"ngày sinh đã quá {oldest} năm", f"the date of birth is more than {oldest} years ago"
    else:
        return
    raise InvalidField("/applicant/birth_date", Bilingual(vi=vi, en=en))


T = TypeVar("T")

SUBMISSION: TypeAdapter[Submission] = TypeAdapter(Submission)
ACT_REQUEST: TypeAdapter[ActRequest] = TypeAdapter(ActRequest)


def read_submission(data: Any) -> Submission:
    """Reads a submission from JSON. Raises InvalidInput `invalid_request`, which names each wrong field."""
    return read_strictly(SUBMISSION, data)


def read_act(data: Any) -> ActRequest:
    """Reads a command from JSON. Raises InvalidInput `invalid_request`, which names each wrong field."""
    return read_strictly(ACT_REQUEST, data)


def read_strictly(adapter: TypeAdapter[T], data: Any) -> T:
    """Reads JSON strictly: a number is not a text, "yes" not a boolean, 0 not a date. Refuses invisible characters.

    Raises InvalidInput `invalid_request`, which names each wrong field.
    """
    plain = with_plain_note(_plain(data))
    require_seen(plain)
    try:
        return validated_strictly(adapter, plain)
    except ValidationError as problem:
        raise invalid_request(of_validation(problem)) from None


def with_plain_note(plain: Any) -> Any:
    """The request with the line breaks of its note as one character each, as everywhere else."""
    if isinstance(plain, dict) and isinstance(plain.get("note"), str):
        return {**plain, "note": plain["note"].replace("\r\n", "\n")}
    return plain


def validated_strictly(adapter: TypeAdapter[T], plain: Any) -> T:
    """The JSON value as a model, strictly. Raises pydantic's ValidationError, which names each wrong field."""
    return adapter.validate_json(json.dumps(plain, default=str).encode(), strict=True, context=FROM_OUTSIDE)


def _plain(data: Any) -> Any:
    if not isinstance(data, str | bytes):
        return data
    try:
        return read_json(data.decode() if isinstance(data, bytes) else data)
    except Inconsistent as found:
        raise invalid_request([sentence_of(found)]) from None
    except UnicodeDecodeError as problem:
        position = Bilingual(
            vi=f"byte thứ {problem.start + 1} không phải UTF-8", en=f"byte {problem.start + 1} is not UTF-8"
        )
        raise invalid_request([position]) from None


def require_seen(plain: Any) -> None:
    """Raises InvalidInput `invalid_request` for texts with invisible characters, or with line breaks outside a note."""
    found = []
    for place, text in texts_of(plain):
        hidden = unseen(text.strip(), page=place == ("note",))
        if hidden is not None:
            found.append(hidden_character(".".join(map(str, place))[:100], *hidden))
    if found:
        raise invalid_request(found[:MOST_TOLD])
