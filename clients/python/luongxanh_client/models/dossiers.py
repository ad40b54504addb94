"""Answers about one dossier."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field, RootModel

from luongxanh_client.models.base import Answer, Bilingual, NamedCode
from luongxanh_client.models.problem import ProblemBody
from luongxanh_client.models.words import ActStatus, Channel, ChildStatus, Going, Role, State, Timeliness, WhichClock


class Receipt(Answer):
    """The answer to an act: what it wrote, and the dossier after it. Whoever reads next sees it."""

    dossier: str
    state: State
    version: int
    first_version: int
    """The first event that the act wrote."""
    statutory_due: datetime | None = None
    promised_due: datetime | None = None
    beyond: tuple[WhichClock, ...] = ()
    """The clocks whose date lies beyond the calendar."""
    repeated: bool = False
    """True when the act had been done before."""
    tracking_secret: str | None = Field(default=None, repr=False)
    """The secret that is printed on the receipt of a submission."""


class BoundDate(Answer):
    """One clock's date under an earlier calendar, which binds, and its date under the calendar in force."""

    which: WhichClock
    due: datetime
    in_force: datetime | None = None
    calendar: str
    calendar_version: str


class ClockNow(Answer):
    """One clock now, or at its end. `minutes` is the working time left, negative when overdue."""

    clock: WhichClock
    due: datetime | None
    minutes: int
    going: Going
    timeliness: Timeliness
    bound: BoundDate | None = None


class Holding(Answer):
    """Who has the dossier now, for which act, and since when."""

    act: str
    role: Role
    unit: NamedCode | None
    person: str | None
    since: datetime
    due: datetime | None


class StepNow(Answer):
    """One step of the process."""

    code: str
    name: str
    done: bool
    current: bool


class AllowedAct(Answer):
    """A command that the caller may give now, with an example of its body."""

    command: str
    words: Bilingual
    role: Role
    unit: str | None
    href: str
    body: Mapping[str, Any]


class Dossier(Answer):
    """One dossier as it is now."""

    code: str
    version: int
    state: State
    state_words: Bilingual
    portal_code: int
    procedure: NamedCode
    channel: Channel
    received_by: NamedCode
    competent: NamedCode | None
    responsible: NamedCode | None
    crossing: bool
    """True when it was received by another unit than the competent one."""
    assignee: str | None
    submitted_at: datetime
    received_at: datetime | None
    updated_at: datetime
    ended_at: datetime | None
    ended_because: str | None
    rung: str | None
    """The last rung of escalation that fired."""
    stuck: bool
    clocks: tuple[ClockNow, ...]
    held_by: tuple[Holding, ...]
    steps: tuple[StepNow, ...]
    allowed: tuple[AllowedAct, ...]
    """What the caller may do now."""

    def clock(self, which: WhichClock) -> ClockNow | None:
        """One of the two clocks; None when it does not run for this dossier."""
        return next((one for one in self.clocks if one.clock == which), None)


class HistoryEntry(Answer):
    """One event of the history, with its sentence."""

    version: int
    at: datetime
    kind: str
    sentence: Bilingual
    who: Bilingual
    role: str
    unit: str | None
    person: str | None
    stands_in_for: str | None
    carried_by: str | None
    event: Mapping[str, Any] | None
    hash: str | None


class HistoryPage(Answer):
    """A page of the history, oldest first. `next` is the `after` of the next page, or None at the end."""

    items: tuple[HistoryEntry, ...]
    next: int | None


class Paper(Answer):
    """One document of the dossier: whether it was brought, and since when the applicant is asked for it."""

    code: str
    name: str
    required: bool
    brought: bool
    asked_at: datetime | None = None


class Documents(Answer):
    """The papers of the dossier, and its result."""

    papers: tuple[Paper, ...]
    result_number: str | None
    result_document: str | None
    """The SHA-256 of the result's file."""


class Route(Answer):
    """Where the dossier is, and why."""

    received_by: NamedCode
    assisted_by: NamedCode | None
    competent: NamedCode | None
    responsible: NamedCode | None
    queue: NamedCode | None
    awaited_handover_to: NamedCode | None
    reasons: tuple[Bilingual, ...]


class ProvedEvent(Answer):
    """One event as it was sealed, its number in the tree, and the hashes on the path to the signed root."""

    row: str
    index: int
    path: tuple[str, ...]


class Proof(Answer):
    """The proof of a dossier's events, which the independent script verifies."""

    dossier: str
    checkpoint: str
    events: tuple[ProvedEvent, ...]
    waiting: int
    """How many newer events are under no checkpoint yet."""


class Deadline(Answer):
    """Both clocks of a dossier with their derivation: as data in the form of the document, and as lines for people."""

    dossier: str
    explained: Mapping[str, Any] | None
    """None before the dossier is accepted."""
    lines: tuple[str, ...]


class Ladder(Answer):
    """The ladder of a dossier, rung by rung: as data in the form of the document, and as lines for people."""

    dossier: str
    ladder: str
    calendar: str
    rungs: tuple[Mapping[str, Any], ...]
    lines: tuple[str, ...]


class PendingAct(Answer):
    """An act that was accepted and is not recorded yet."""

    command_id: UUID
    dossier: str
    status: ActStatus = ActStatus.PENDING
    update: str


class Started(RootModel[Receipt | PendingAct]):
    """The answer to an act whose caller does not wait: the receipt where it is known at once."""


class ActOutcome(Answer):
    """The outcome of an act as soon as there is one: its receipt, or why it was refused."""

    command_id: UUID
    dossier: str | None
    status: ActStatus
    receipt: Receipt | None = None
    problem: ProblemBody | None = None


class PartTracked(Answer):
    """One part of an interconnected dossier, as its applicant may see it."""

    name: str
    authority: str | None
    status: ChildStatus
    status_words: Bilingual
    due: datetime | None
    late: bool
    on_path: bool
    told: tuple[Bilingual, ...]


class Tracking(Answer):
    """What an applicant may see of a dossier."""

    dossier: str
    procedure: str
    state: State
    state_words: Bilingual
    received_by: str
    handled_by: str | None
    submitted_at: datetime
    received_at: datetime | None
    promised_at: datetime | None
    printed_at: datetime | None
    ended_at: datetime | None
    asked_documents: tuple[str, ...]
    to_pay: int
    result_ready: bool
    reasons: tuple[Bilingual, ...] = ()
    parts: tuple[PartTracked, ...] = ()


class ApplicantNow(Answer):
    """The applicant's particulars as they are kept now."""

    name: str = Field(repr=False)
    identity_number: str = Field(repr=False)
    birth_date: date = Field(repr=False)
    phone: str | None = Field(default=None, repr=False)
    email: str | None = Field(default=None, repr=False)
    address: str | None = Field(default=None, repr=False)


class Particulars(Answer):
    """The applicant of a dossier, and the full address of the matter."""

    applicant: ApplicantNow
    matter_address: str | None = Field(repr=False)
