"""What opens a dossier."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, Field

from luongxanh_client.models.base import Question
from luongxanh_client.models.words import Channel, Role


class ActingAs(Question):
    """In which capacity the caller acts, where it has more than one."""

    role: Role | None = None
    unit: str | None = None
    as_of: date | None = None
    """The day on which the unit had this code, where the code was used again."""


class Applicant(Question):
    """The applicant. The engine keeps these particulars apart from the record, where they can be erased."""

    name: str = Field(repr=False)
    identity_number: str = Field(repr=False)
    birth_date: date = Field(repr=False)
    phone: str | None = Field(default=None, repr=False)
    email: str | None = Field(default=None, repr=False)
    address: str | None = Field(default=None, repr=False)


class Matter(Question):
    """What decides which unit is competent: where the residence, the parcel or the seat lies."""

    territory: str | None = None
    address: str | None = None
    territory_as_of: date | None = None


class SubmittedDocument(Question):
    """One paper or file that came with the dossier."""

    code: str
    digitised: bool = False
    original: bool = False
    reused: bool = False
    sha256: str | None = None


class BroughtOver(Question):
    """The older system in which a dossier was received before it came here."""

    system: str
    code: str
    received_at: AwareDatetime


class PostalAddress(Question):
    """Where the post comes. The engine keeps it apart from the record, where it can be erased."""

    name: str = Field(repr=False)
    phone: str = Field(repr=False)
    address: str = Field(repr=False)


class Submission(Question):
    """A dossier to be opened."""

    procedure: str
    channel: Channel
    received_by: str
    matter: Matter
    applicant: Applicant
    documents: tuple[SubmittedDocument, ...] = ()
    case: int = 1
    """Which case of the channel, where the procedure has several."""
    assisted_by: str | None = None
    brought_over: BroughtOver | None = None
    postal_address: PostalAddress | None = Field(default=None, repr=False)
    """Where the post shall deliver the result."""
    note: str | None = Field(default=None, repr=False)
    acting_as: ActingAs | None = None
