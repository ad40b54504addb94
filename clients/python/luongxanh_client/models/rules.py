"""The published rules: procedures, units, calendars; and what is calculated from them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Literal

from pydantic import AwareDatetime

from luongxanh_client.models.base import Answer, Bilingual, NamedCode, Question
from luongxanh_client.models.problem import ProblemBody
from luongxanh_client.models.submission import Matter
from luongxanh_client.models.words import (
    Channel,
    ExceptionKind,
    Level,
    LimitUnit,
    Role,
    Status,
    StepKind,
    TerritoryBasis,
    UnitLevel,
    Weekday,
    WhichClock,
)


class ProcedureLine(Answer):
    """One procedure in the list, in the version that is shown."""

    code: str
    name: str
    field: str
    field_code: str
    level: Level
    version: int
    status: Status
    effective_from: date
    effective_to: date | None
    channels: tuple[Channel, ...]


class ProcedurePage(Answer):
    """A page of procedures, in the order of their codes."""

    items: tuple[ProcedureLine, ...]
    next: str | None
    previous: str | None


class VersionLine(Answer):
    """One version of a procedure, and when dossiers are accepted under it."""

    version: int
    status: Status
    status_words: Bilingual
    effective_from: date
    effective_to: date | None
    hash: str


class RequiredDocument(Answer):
    """One component of the dossier."""

    code: str
    name: str
    required: bool = True


class ResultDocument(Answer):
    """The result that the applicant receives."""

    code: str
    name: str


class Limit(Answer):
    """A published limit: an amount of a unit."""

    amount: int
    unit: LimitUnit


class FeeCase(Answer):
    """A published fee for one kind of applicant, with its ground."""

    code: str
    fee: int
    legal_basis: str


class Terms(Answer):
    """The published limit and fee of one channel, or of one case of it. None: the catalogue publishes none."""

    channel: Channel
    channel_words: Bilingual
    case: int
    limit: Limit | None
    limit_words: Bilingual | None
    fee: int | None
    fee_cases: tuple[FeeCase, ...]


class Step(Answer):
    """One step of the process. `share` is its percentage of the whole limit."""

    code: str
    name: str
    kind: StepKind
    role: Role
    role_words: Bilingual
    share: int


class ProcedureContent(Answer):
    """What a version of a procedure says. Policies are as in the document of the API."""

    version: int
    decision: str
    territory: TerritoryBasis
    receive_anywhere: bool
    specialised_authority: NamedCode | None
    terms: tuple[Terms, ...]
    own_limit: Limit | None
    documents: tuple[RequiredDocument, ...]
    steps: tuple[Step, ...]
    result: ResultDocument
    green: Mapping[str, Any] | None
    counting: Mapping[str, Any]
    extension: Mapping[str, Any]
    supplement: Mapping[str, Any]
    payment: Mapping[str, Any]
    outside: Mapping[str, Any]


class Procedure(Answer):
    """One procedure as of a day: every version, and the content of the one in effect on that day."""

    code: str
    name: str
    field: str
    field_code: str
    level: Level
    on: date
    in_effect: ProcedureContent | None
    versions: tuple[VersionLine, ...]


class UnitLine(Answer):
    """One unit of a day."""

    code: str
    name: str
    level: UnitLevel
    parent: NamedCode | None
    valid_from: date
    valid_to: date | None


class UnitPage(Answer):
    """A page of the units of a day, in the order of their codes."""

    on: date
    items: tuple[UnitLine, ...]
    next: str | None
    previous: str | None


class Successor(Answer):
    """A unit that took over a closed one, whole or in part."""

    code: str
    name: str
    areas: tuple[str, ...]


class UnitPeriod(Answer):
    """One unit that had the code, from its first to its last day."""

    name: str
    level: UnitLevel
    authority_id: str
    district: str | None
    province: str | None
    valid_from: date
    valid_to: date | None
    successors: tuple[Successor, ...]


class Unit(Answer):
    """A code as of a day: the unit that has it then, its place, and every unit that ever had the code."""

    code: str
    name: str
    level: UnitLevel
    on: date
    in_force: bool
    above: tuple[NamedCode, ...]
    calendar: NamedCode | None
    succeeded_by: tuple[NamedCode, ...]
    periods: tuple[UnitPeriod, ...]


class DeskSession(Answer):
    """A part of a day in which the desks are open. `intake`: dossiers are received; `clock`: limits run."""

    opens: time
    closes: time
    intake: bool = True
    clock: bool = True


class CalendarException(Answer):
    """Why a day differs from its season, and the letter that ordered it (`source`)."""

    day: date
    kind: ExceptionKind
    kind_words: Bilingual
    name: Bilingual
    source: str
    sessions: tuple[DeskSession, ...] = ()
    swapped_with: date | None = None
    provisional: bool = False


class CalendarDay(Answer):
    """One day: its sessions, and why they differ from the ordinary ones."""

    day: date
    weekday: Weekday
    season: str
    worked: bool
    sessions: tuple[DeskSession, ...]
    exception: CalendarException | None


class Calendar(Answer):
    """A working calendar, day by day within a period."""

    code: str
    name: str
    version: str
    hash: str
    first_day: date
    last_day: date
    days: tuple[CalendarDay, ...]


class DeadlineQuestion(Question):
    """A procedure, how the dossier comes in, and when it is received."""

    procedure: str
    channel: Channel
    received: AwareDatetime
    case: int | None = None
    green: Literal["own", "none", "cap16", "factor50"] = "own"
    """Green Stream: that of the procedure, none, or one to try."""
    pauses: tuple[tuple[AwareDatetime, AwareDatetime], ...] = ()
    unit: str | None = None
    """Whose calendar counts; None: the common one."""


class DeadlineItem(DeadlineQuestion):
    """One question of a batch, with an id of the caller's own."""

    id: str | int


class CalculatedDeadline(Answer):
    """Both dates with their derivation: as data in the form of the document, and as lines for people."""

    procedure: NamedCode
    received: datetime
    statutory_due: datetime | None
    promised_due: datetime | None
    beyond_calendar: tuple[WhichClock, ...]
    calendar: NamedCode
    explained: Mapping[str, Any]
    lines: tuple[str, ...]


class DeadlineResult(Answer):
    """The answer to one question of a batch: the dates, or a problem."""

    id: str | int | None
    statutory_due: datetime | None = None
    promised_due: datetime | None = None
    beyond_calendar: tuple[WhichClock, ...] = ()
    problem: ProblemBody | None = None


class DeadlineResults(Answer):
    """The answers to a batch, in its order."""

    items: tuple[DeadlineResult, ...]


class RoutingQuestion(Question):
    """A procedure, where the dossier is handed in, and what ties the matter to a place."""

    procedure: str
    received_by: str
    matter: Matter
    on: date | None = None


class Reason(Answer):
    """One link of the chain of reasons."""

    code: str
    text: Bilingual


class Routing(Answer):
    """Where the matter would go. Exactly one of `competent` and `queue` is there."""

    procedure: NamedCode
    on: date
    received_by: NamedCode
    territory: NamedCode | None
    competent: NamedCode | None
    queue: NamedCode | None
    crossing: bool
    receivable: bool
    reasons: tuple[Reason, ...]
