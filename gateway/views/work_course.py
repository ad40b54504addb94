"""Who had the work on a dossier, from its first event on: the desks, and when each got it and gave it away.

The domain says whose work it was: the events are applied one by one, and after each `work_of` names who must act. So
the time line, the process-control slip and the work-lists cannot differ.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from activities.ledger.pool import Pool
from activities.ledger.story_pages import StoryPages
from domain.deadlines.clock import HolderKind, Judgement, WhichClock, judge_by_earliest
from domain.dossier.context import Rules
from domain.dossier.events import OutsideCallFailed, PaymentCheckAsked, PaymentChecked, ResultReturned
from domain.dossier.evolve import evolve_all
from domain.dossier.state import Dossier, NotSubmitted
from domain.dossier.view import WorkAct, WorkItem
from domain.dossier.work import work_of
from domain.errors import DomainError
from domain.outside_systems import System
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.roles import Role
from domain.values import Value
from gateway.views.event_groups import GROUP_OF, STAFF_ONLY, kinds_of

REPEATED_KINDS = kinds_of((OutsideCallFailed, PaymentCheckAsked, PaymentChecked))
"""Events that machines repeat without limit, and that move the work to nobody."""
MOST_MOVES = 300
"""Events from which a course is computed: more would take longer than a page may."""
MOST_MARKED = 300
"""Events that a course of units has beside it."""
MOVING_KINDS = frozenset(GROUP_OF) - REPEATED_KINDS - STAFF_ONLY
"""The events from which the course is computed."""


class DeskKind(StrEnum):
    """What kind of holder has the work."""

    STAFF = "staff"
    APPLICANT = "applicant"
    SYSTEM = "system"


class Desk(Value):
    """Who has the work: a role in a unit (and a person, if one is named), the applicant, or an outside system."""

    kind: DeskKind
    unit: str | None = None
    role: Role | None = None
    person: str | None = None
    system: str | None = None


APPLICANT = Desk(kind=DeskKind.APPLICANT, role=Role.APPLICANT)
SIGNING = Desk(kind=DeskKind.SYSTEM, system=System.SIGNING)


@dataclass(frozen=True)
class Stage:
    """The dossier after one command, and who had to act then: each desk with its act, the main one first."""

    events: tuple[RecordedEvent, ...]
    """What the command did, in order."""
    dossier: Dossier
    rules: Rules
    desks: dict[Desk, str]

    @property
    def at(self) -> datetime:
        """When it was."""
        return self.events[-1].at

    @property
    def version(self) -> int:
        """The last version that the command wrote."""
        return self.events[-1].version

    @property
    def main(self) -> Desk | None:
        """The desk that had to bring the dossier on; None when it waited for nobody."""
        return next(iter(self.desks), None)

    def judged(self) -> Judgement | None:
        """Early, on time or late at that moment, by the promised date, else by the statutory one."""
        timing = self.dossier.deadlines.timing
        if timing is None:
            return None
        calendars, at = self.rules.calendars(self.dossier), self.at
        both = (
            judge_by_earliest(timing, which, calendars, at) for which in (WhichClock.PROMISED, WhichClock.STATUTORY)
        )
        return next((one for one in both if one is not None), None)


class Held(Value):
    """One stay of the work at a desk: from its event on, until `ended` (None: it is there now)."""

    desk: Desk
    act: str
    began: datetime
    ended: datetime | None
    version: int


def stages(story: Sequence[RecordedEvent | UnreadEvent], rules: Rules) -> list[Stage]:
    """The dossier after each command of its story (at least the events of `MOVING_KINDS`), the oldest first.

    A command writes its events at one moment: what lies between them was nobody's work. Empty when the submission is
    not among the events. An event that cannot be read changes nothing.
    """
    return list(_stages(story, rules))


def _stages(story: Sequence[RecordedEvent | UnreadEvent], rules: Rules) -> Iterator[Stage]:
    dossier: Dossier | NotSubmitted | None = None
    then, pinned = rules, None
    read = (recorded for recorded in story if isinstance(recorded, RecordedEvent))
    for _, group in groupby(read, key=lambda recorded: recorded.command_id):
        events = tuple(group)
        try:
            dossier = evolve_all(dossier or NotSubmitted(events[0].dossier), [recorded.event for recorded in events])
        except DomainError:
            return
        if pinned != (dossier.pins, dossier.deadlines.binding_calendars):
            pinned = (dossier.pins, dossier.deadlines.binding_calendars)
            then = _rules_then(dossier, rules)
        yield Stage(events, dossier, then, _desks(dossier, then))


def _rules_then(dossier: Dossier, rules: Rules) -> Rules:
    """The rules that the dossier pinned then, if they are at hand; else those of now."""
    known = rules.rulebook.knows(dossier.pins, dossier.deadlines.binding_calendars)
    return Rules.pinned(dossier.pins, rules.rulebook) if known else rules


def _desks(dossier: Dossier, rules: Rules) -> dict[Desk, str]:
    found = {SIGNING: str(WorkAct.SIGN)} if dossier.signing.under_way else {}
    try:
        items = work_of(dossier, rules)
    except DomainError:  # a step of rules that are not at hand
        items = ()
    for item in items:
        if item.act != WorkAct.REPAIR:
            found.setdefault(_desk(item), item.act)
    return found


def _desk(item: WorkItem) -> Desk:
    if item.role is Role.APPLICANT:
        return APPLICANT
    return Desk(kind=DeskKind.STAFF, unit=item.unit, role=item.role, person=item.person)


def held(course: Sequence[Stage]) -> list[Held]:
    """Every stay of the work at a desk, in order of its beginning. Another act at the same desk is another stay."""
    ended: list[Held] = []
    now: dict[Desk, Held] = {}
    for stage in course:
        at = stage.at
        for desk, stay in list(now.items()):
            if stage.desks.get(desk) != stay.act:
                ended.append(stay.model_copy(update={"ended": at}))
                del now[desk]
        for desk, act in stage.desks.items():
            if desk not in now:
                now[desk] = Held(desk=desk, act=act, began=at, ended=None, version=stage.version)
    return sorted([*ended, *now.values()], key=lambda stay: (stay.began, stay.version))


@dataclass(frozen=True)
class Course:
    """The stages of a dossier, and the stays of its work at desks.

    `incomplete`: there are no stages, and the stays are of units alone; `marked` has the newest events of the kinds
    that were asked for.
    """

    stages: tuple[Stage, ...]
    stays: tuple[Held, ...]
    incomplete: bool = False
    marked: tuple[RecordedEvent, ...] = ()


async def course_of(pool: Pool, dossier: Dossier, rules: Rules, marked: Collection[str] = ()) -> Course:
    """The course of a dossier. With more than 300 moving events it is that of the units, which its clocks know.

    `marked`: the kinds of events that a course of units is to have beside it.

    Raises DatabaseUnavailable.
    """
    pages = StoryPages(pool)
    story = await pages.of_kinds(dossier.code, MOVING_KINDS, limit=MOST_MOVES + 1)
    if len(story) > MOST_MOVES:
        newest = await pages.newest(dossier.code, kinds=marked, limit=MOST_MARKED) if marked else []
        read = tuple(one for one in reversed(newest) if isinstance(one, RecordedEvent))
        return Course((), tuple(held_by_units(dossier)), incomplete=True, marked=read)
    found = stages(story, rules)
    return Course(tuple(found), tuple(held(found)))


async def has_too_many_moves(pool: Pool, dossier: Dossier) -> bool:
    """True when its course is told by units alone. Raises DatabaseUnavailable."""
    if dossier.version <= MOST_MOVES:
        return False
    counts = await StoryPages(pool).counts(dossier.code)
    return sum(count for kind, count in counts.items() if kind in MOVING_KINDS) > MOST_MOVES


def held_by_units(dossier: Dossier) -> Iterator[Held]:
    """The stays at units and at the signing service since the receipt, as its clocks have them."""
    timing = dossier.deadlines.timing
    holdings = timing.holdings if timing else ()
    ends = [*(holding.since for holding in holdings[1:]), timing.ended_at if timing else None][: len(holdings)]
    for holding, ended in zip(holdings, ends, strict=True):
        signing = holding.holder.kind is HolderKind.SIGNING
        desk = SIGNING if signing else Desk(kind=DeskKind.STAFF, unit=holding.holder.code)
        act = WorkAct.SIGN if signing else WorkAct.COMPLETE_STEP
        yield Held(desk=desk, act=act, began=holding.since, ended=ended, version=dossier.version)


@dataclass(frozen=True)
class Passed:
    """The work went from one desk to another, by a command."""

    giver: Desk
    receiver: Desk
    stage: Stage


def passed(course: Sequence[Stage]) -> list[Passed]:
    """Each time that the work went from one desk to another, in order: the rows of the process-control slip."""
    found: list[Passed] = []
    holder = APPLICANT
    for stage in course:
        receiver = stage.main
        if receiver is not None and receiver != holder:
            found.append(Passed(holder, receiver, stage))
            holder = receiver
        elif any(isinstance(one.event, ResultReturned) for one in stage.events):
            found.append(Passed(holder, APPLICANT, stage))
            holder = APPLICANT
    return found
