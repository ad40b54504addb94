"""The events of intake (submitted, accepted, routed, refused) and of supplements (requested, received)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain.deadlines.limits import Counting, GreenRule, Limit, WhichClock
from domain.dossier.commands import BroughtOver, SubmittedDocument
from domain.dossier.events.base import BaseEvent, Due
from domain.dossier.group_commands import ParentLink
from domain.organisation.routing import Matter, Reason
from domain.procedures.procedure import Channel
from domain.rules.rulebook import Pins
from domain.values import Code, Hash, Instant


class DossierSubmitted(BaseEvent):
    kind: Literal["dossier_submitted"] = "dossier_submitted"
    code: Code
    procedure: Code
    pins: Pins
    channel: Channel
    case: int
    received_by: Code
    assisted_by: Code | None
    matter: Matter
    applicant: Hash
    submitted_by: Code | None
    documents: tuple[SubmittedDocument, ...]
    brought_over: BroughtOver | None
    parent: ParentLink | None = Field(default=None, exclude_if=lambda parent: parent is None)
    """The interconnected dossier whose child it is."""
    postal_address: Hash | None = Field(default=None, exclude_if=lambda address: address is None)
    """The commitment to the address to which the post shall deliver the result."""


class DossierAccepted(BaseEvent):
    """Valid intake. `received_at` is when the clocks start to run (earlier than `at` when brought over)."""

    kind: Literal["dossier_accepted"] = "dossier_accepted"
    pins: Pins
    received_at: Instant
    statutory: Limit | None
    own: Limit | None
    green: GreenRule | None
    excluded_share: int
    step_shares: tuple[int, ...] = ()
    """The percents of the steps that Green Stream shortens, if it shortens each step separately."""
    counting: Counting
    first_step: Code
    verify_identity: bool
    fee: int = 0
    """Dong: the published fee, or that of a published case; in the first release also what the officer stated."""
    fee_basis: str | None = None
    """The ground of the published case."""
    fee_open: bool = False
    """True: the catalogue has no fee. A proposed fee counts when a second person has approved it."""
    due: Due


class DossierRouted(BaseEvent):
    """The competent unit and the reasons. `competent` None: the dossier is in the coordination queue of `queue`."""

    kind: Literal["dossier_routed"] = "dossier_routed"
    competent: Code | None
    queue: Code | None
    reasons: tuple[Reason, ...]
    crossing: bool
    handover_lapsed: bool = False
    """True: an open handover to another unit ended too. The desk hands the dossier over to the competent unit."""
    nothing_handed_over: bool = Field(default=False, exclude_if=lambda nothing: nothing is False)
    """True: the work is done in the dossiers of its children, so no unit has anything to acknowledge."""


class DossierRefused(BaseEvent):
    kind: Literal["dossier_refused"] = "dossier_refused"
    legal_basis: str


class IdentityVerified(BaseEvent):
    kind: Literal["identity_verified"] = "identity_verified"
    matches: bool


class IdentityConfirmed(BaseEvent):
    """A person takes responsibility for going on, although the population database has other data."""

    kind: Literal["identity_confirmed"] = "identity_confirmed"
    legal_basis: str


class SupplementRequested(BaseEvent):
    kind: Literal["supplement_requested"] = "supplement_requested"
    documents: tuple[Code, ...]
    legal_basis: str
    pauses: bool = True
    """False: no clock was running that could pause, for example before intake."""


class SupplementReceived(BaseEvent):
    kind: Literal["supplement_received"] = "supplement_received"
    documents: tuple[SubmittedDocument, ...]
    restarts_clock: bool
    granted_to: tuple[WhichClock, ...] | None = None
    """The clocks that start again; no later change takes this away. None in events of the first release."""
    due: Due


IntakeEvent = DossierAccepted | DossierRouted | DossierRefused | IdentityVerified | IdentityConfirmed
SupplementEvent = SupplementRequested | SupplementReceived
