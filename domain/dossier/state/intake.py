"""What was submitted, and who the applicant is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from domain.dossier.commands import SubmittedDocument
from domain.dossier.group_commands import ParentLink
from domain.dossier.state.later_fields import LATER
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel
from domain.values import Code, Hash, Instant


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What was submitted, where it came from, and when a desk accepted it."""

    procedure: Code
    channel: Channel
    case: int = 1
    assisted_by: Code | None = None
    matter: Matter
    documents: tuple[SubmittedDocument, ...] = ()
    submitted_at: Instant
    accepted_at: Instant | None = None
    brought_over_from: Code | None = None
    """The older system that had the dossier before this one."""
    received_elsewhere_at: Instant | None = None
    parent: Annotated[ParentLink | None, LATER] = None
    """The interconnected dossier whose child it is."""


class Identity(StrEnum):
    NOT_NEEDED = "not_needed"
    WANTED = "wanted"
    MATCHES = "matches"
    DIFFERS = "differs"
    CONFIRMED = "confirmed"  # it differs, and a person takes responsibility


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """The applicant, and whether the population database has the same data."""

    commitment: Hash
    """The commitment to the particulars, which are in the vault."""
    submitted_by: Code | None = None
    """The applicant's internal identifier when filed online; None when a desk filed it for somebody."""
    identity: Identity = Identity.NOT_NEEDED
    identity_asked: int = 0
    """How often the population database was to be asked: once more after each correction of the applicant."""
