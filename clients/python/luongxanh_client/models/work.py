"""Work-lists, and dossiers in trouble."""

from __future__ import annotations

from datetime import datetime

from luongxanh_client.models.base import Answer, Bilingual, NamedCode, Question
from luongxanh_client.models.problem import ProblemBody
from luongxanh_client.models.submission import ActingAs
from luongxanh_client.models.words import AssignmentOutcome, EscalationState, Role, State, WhichClock


class WorkClock(Answer):
    """One clock of a dossier, in working minutes at the time of reading."""

    clock: WhichClock
    allowed: int
    used: int
    left: int
    over: int
    paused: bool


class WorkItem(Answer):
    """One item of work: what is to be done in which dossier, by whom, until when."""

    dossier: str
    act: str
    act_words: Bilingual
    state: State
    procedure: NamedCode
    unit: NamedCode
    role: Role
    person: str | None
    """To whom it is assigned; None: anybody in the role."""
    acting: str | None
    """Who does it today."""
    since: datetime
    due: datetime | None
    statutory_due: datetime | None
    promised_due: datetime | None
    href: str
    why: Bilingual
    """Why it is the caller's."""
    on_behalf_of: str | None
    """The absent colleague for whom the caller does it."""
    clocks: tuple[WorkClock, ...]


class WorkCount(Answer):
    """How many items the whole list has. `more`: there are more than were counted."""

    total: int
    overdue: int
    due_today: int
    unassigned: int
    more: bool


class WorkList(Answer):
    """A page of work, the most urgent first. `more`: there is a page after it, read by the cursor `next`."""

    at: datetime
    items: tuple[WorkItem, ...]
    more: bool
    next: str | None
    previous: str | None
    count: WorkCount


class Leave(Answer):
    """An absence or a delegation that somebody entered."""

    number: int
    kind: str
    person: str
    receiver: str | None
    roles: tuple[Role, ...]
    began: datetime
    ended: datetime
    ground: str
    who: str
    at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_why: str | None
    in_force: bool
    may_withdraw: bool


class LeaveList(Answer):
    """The entries about the people of the caller's units, the newest first."""

    items: tuple[Leave, ...]


class AbsenceToEnter(Question):
    """Somebody is away for a period."""

    kind: str = "absence"
    person: str
    began: datetime
    ended: datetime
    ground: str


class DelegationToEnter(Question):
    """Somebody lets a colleague act in their roles for a period. It counts while the giver is away."""

    kind: str = "delegation"
    person: str
    receiver: str
    roles: tuple[Role, ...]
    began: datetime
    ended: datetime
    ground: str
    legal_basis: str | None = None
    """Why the receiver is of another unit; required then."""


class LeaveToEnter(Question):
    """An absence or a delegation for a period."""

    entry: AbsenceToEnter | DelegationToEnter


class DossierToAssign(Question):
    """A dossier that is to be given. `version`: the one that was seen."""

    dossier: str
    version: int | None = None


class ToOfficer(Question):
    """All of them to one officer."""

    kind: str = "officer"
    person: str


class BySuggestion(Question):
    """Each to the first who is suggested for it."""

    kind: str = "suggestion"


class AssignmentToGive(Question):
    """Several dossiers, and to whom they are given."""

    dossiers: tuple[DossierToAssign, ...]
    to: ToOfficer | BySuggestion
    note: str | None = None
    acting_as: ActingAs | None = None


class AssignedDossier(Answer):
    """What became of one dossier of an order. `problem`: why not."""

    dossier: str
    href: str
    outcome: AssignmentOutcome
    person: str | None
    """Who got it. Undone: who has it again."""
    version: int | None
    repeated: bool
    problem: ProblemBody | None


class Assignment(Answer):
    """An order, and what became of each of its dossiers. `finished` False: send it again with the same key."""

    id: str
    href: str
    person: str | None
    """To whom; None: by suggestion."""
    at: datetime
    finished: bool
    items: tuple[AssignedDossier, ...]

    @property
    def refused(self) -> tuple[AssignedDossier, ...]:
        """The dossiers that were refused, each with its problem."""
        return tuple(one for one in self.items if one.outcome == AssignmentOutcome.REFUSED)


class OpenEscalation(Answer):
    """One escalation that is open, or one dossier that was taken over (`number` None)."""

    dossier: str
    procedure: NamedCode
    number: int | None
    rung: str | None
    state: EscalationState
    state_words: Bilingual
    unit: NamedCode
    """The unit that must answer or finish."""
    explains: NamedCode | None
    since: datetime
    answer_by: datetime | None
    explain_by: datetime | None
    at_top: bool
    """There is no level above that could be told."""
    handed_back_by: NamedCode | None


class OpenEscalationPage(Answer):
    """A page of open escalations: what must be answered first, then what must be explained."""

    items: tuple[OpenEscalation, ...]
    next: str | None
    previous: str | None


class Incident(Answer):
    """A call to an outside system that failed and has not succeeded yet. `final`: it is not tried again."""

    id: str
    system: str
    system_words: Bilingual
    effect: str
    code: str
    code_words: Bilingual
    failures: int
    since: datetime
    final: bool


class Stuck(Answer):
    """Why a dossier does not go on by itself, and since when."""

    id: str
    code: str
    code_words: Bilingual
    since: datetime


class TroubledDossier(Answer):
    """A dossier in trouble."""

    dossier: str
    procedure: NamedCode
    state: str
    received_by: NamedCode
    responsible: NamedCode | None
    incidents: tuple[Incident, ...]
    stuck: Stuck | None
    href: str


class TroubledPage(Answer):
    """A page of dossiers in trouble, in the order of their codes."""

    items: tuple[TroubledDossier, ...]
    next: str | None
    previous: str | None
