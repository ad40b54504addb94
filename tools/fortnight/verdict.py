"""Judges what the ladder did with the dossiers, beside what it should have done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.dossier.events import (
    AnyEvent,
    ClimbCause,
    DeadlineWarned,
    DossierEscalated,
    EscalationAcknowledged,
    EscalationClimbed,
    EscalationEnded,
    EscalationExplained,
)
from domain.dossier.evolve import evolve
from domain.dossier.state import Dossier, NotSubmitted
from tools.fortnight.oracle import Firing
from tools.fortnight.scenario import Planned

AT_ONCE = timedelta(0)


@dataclass
class Verdict:
    """What was found. `wrong`: each difference from the independent reading, and each escalation without an end."""

    late_by: timedelta = AT_ONCE
    """How long after its instant a rung may fire: nothing in virtual time, on a server the time of its work."""
    dossiers: int = 0
    fired: Counter[str] = field(default_factory=Counter)
    followed: Counter[str] = field(default_factory=Counter)
    """How often escalations were answered, explained, climbed, ended; and dossiers that were taken over or moved."""
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    delays: list[timedelta] = field(default_factory=list)
    """By how much each rung fired after its instant."""

    def judge(self, plan: Planned, events: Iterable[AnyEvent], expected: tuple[Firing, ...]) -> None:
        """Compares the events of one dossier with what should have happened."""
        happened, end = tuple(events), plan.fortnight.end
        self.dossiers += 1
        found = [one for one in _firings(happened) if one.at <= end + self.late_by]
        self.fired.update(one.rung for one in found)
        self.followed.update(filter(None, map(_what_followed, happened)))
        problems = (*self._differences(found, expected, end), *_left_open(happened, end, self.late_by))
        self.wrong += [f"{plan.code}: {one}" for one in (*problems, *_nobody_responsible(plan.code, happened))]

    def _differences(self, found: list[Firing], expected: tuple[Firing, ...], end: datetime) -> Iterator[str]:
        left = {one.named: one for one in expected}
        for one in found:
            meant = left.pop(one.named, None)
            if meant is None:
                if one.at <= end:
                    yield f"not expected {one}"
            elif not AT_ONCE <= one.at - meant.at <= self.late_by:
                yield f"fired at {one.at}, expected {meant}"
            else:
                self.delays.append(one.at - meant.at)
        yield from (f"expected {one}" for one in left.values() if one.at < end - self.late_by or not self.late_by)
        often = Counter((one.rung, one.occasion) for one in found)
        yield from (f"twice {one}" for one, times in often.items() if times > 1)


def _firings(events: Iterable[AnyEvent]) -> Iterator[Firing]:
    for event in events:
        if isinstance(event, DeadlineWarned | DossierEscalated):
            people = frozenset(one.person for one in event.addressees)
            yield Firing(at=event.at, rung=event.rung, occasion=event.occasion, people=people)


def _what_followed(event: AnyEvent) -> str | None:
    if isinstance(event, EscalationClimbed):
        return f"{event.kind}: {event.because}"
    if isinstance(event, DossierEscalated):
        return f"{event.kind}: taken over" if event.responsible else None
    return event.kind if event.kind.startswith("escalation_") or event.kind in ALSO_TOLD else None


ALSO_TOLD = ("moved_to_successor", "deadline_extended", "opinion_given", "payment_confirmed", "payment_expired")


def _left_open(events: tuple[AnyEvent, ...], end: datetime, late_by: timedelta) -> Iterator[str]:
    """The escalations that had neither an answer nor an end nor their next level by their time."""
    for place, event in enumerate(events):
        after = events[place + 1 :]
        for number, by, because in _wanted(event):
            if by <= end - late_by and not any(_settles(one, number, because, by + late_by) for one in after):
                yield f"escalation {number} of {event.at}: {because} by {by}, and nothing followed"


def _wanted(event: AnyEvent) -> Iterator[tuple[int, datetime, ClimbCause]]:
    """What an event wants: of which escalation, by when, and why it climbs if that does not come."""
    if isinstance(event, DeadlineWarned | DossierEscalated):
        if event.answer_by is not None:
            yield event.number, event.answer_by, ClimbCause.UNANSWERED
        if event.explain_by is not None:
            yield event.number, event.explain_by, ClimbCause.UNEXPLAINED
    elif isinstance(event, EscalationClimbed) and event.answer_by is not None:
        yield event.escalation, event.answer_by, ClimbCause.UNANSWERED


def _settles(event: AnyEvent, number: int, because: ClimbCause, by: datetime) -> bool:
    match event:
        case EscalationEnded():
            settles = True
        case EscalationAcknowledged():
            settles = because is ClimbCause.UNANSWERED
        case EscalationExplained():
            settles = because is ClimbCause.UNEXPLAINED
        case EscalationClimbed():
            settles = event.because is because
        case _:
            return False
    return settles and event.escalation == number and event.at <= by


def _nobody_responsible(code: str, events: Iterable[AnyEvent]) -> Iterator[str]:
    """The instants after which an accepted dossier that is open has no unit that must finish it."""
    dossier: Dossier | NotSubmitted = NotSubmitted(code)
    for event in events:
        dossier = evolve(dossier, event)
        open_one = isinstance(dossier, Dossier) and dossier.ended_at is None and dossier.intake.accepted_at is not None
        if open_one and isinstance(dossier, Dossier) and dossier.routing.responsible is None:
            yield f"nobody is responsible after {event.kind} of {event.at}"
