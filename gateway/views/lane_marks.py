"""What is marked on the time line of a dossier: rungs that fired, answers of outside systems, passings of the work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.dossier.events import (
    AnyEvent,
    DeadlineWarned,
    DossierEscalated,
    IdentityVerified,
    PaymentConfirmed,
    PaymentOrderCreated,
    Refunded,
    ResultRegistered,
    ResultSealed,
    ResultSigned,
)
from domain.outside_systems import System
from domain.record.sealing import RecordedEvent
from domain.values import Instant, Value
from gateway.views.event_groups import kinds_of
from gateway.views.work_course import Course, Desk, DeskKind, Passed, passed

MOST_MARKS = 300
"""Marks of one sort that are shown: the newest."""
MOST_PASSINGS = 100
"""Passings that are drawn. When there are more, only those between units are, and of them the newest."""
SYSTEM_OF_ANSWER: Mapping[type[AnyEvent], System] = {
    IdentityVerified: System.POPULATION,
    PaymentOrderCreated: System.PAYMENTS,
    PaymentConfirmed: System.PAYMENTS,
    Refunded: System.PAYMENTS,
    ResultSigned: System.SIGNING,
    ResultSealed: System.SIGNING,
}
"""The system whose answer each event records. A registration names its registry itself."""
MARKED_KINDS = kinds_of((DeadlineWarned, DossierEscalated, ResultRegistered, *SYSTEM_OF_ANSWER))
"""The events that are marked."""


class Mark(Value):
    """A rung of the ladder that fired."""

    rung: str
    at: Instant
    escalated: bool


@dataclass(frozen=True)
class Answer:
    """A call to an outside system that succeeded, by the event that records it."""

    system: str
    recorded: RecordedEvent


@dataclass(frozen=True)
class Passing:
    """The work went from one desk to another. `between_units`: from one unit to another."""

    giver: Desk
    receiver: Desk
    at: Instant
    between_units: bool


def rungs(events: Iterable[RecordedEvent]) -> list[Mark]:
    """The rungs that fired, in order."""
    return [
        Mark(rung=one.event.rung, at=one.at, escalated=isinstance(one.event, DossierEscalated))
        for one in events
        if isinstance(one.event, DeadlineWarned | DossierEscalated)
    ][-MOST_MARKS:]


def answers(events: Iterable[RecordedEvent]) -> list[Answer]:
    """The calls that succeeded, in order."""
    found = ((answering_system(one.event), one) for one in events)
    return [Answer(system, one) for system, one in found if system is not None][-MOST_MARKS:]


def answering_system(event: AnyEvent) -> str | None:
    """The outside system whose answer an event records; None for another event. A cashier is no outside system."""
    if isinstance(event, ResultRegistered):
        return event.registry
    if isinstance(event, PaymentConfirmed) and event.by == "cashier":
        return None
    return SYSTEM_OF_ANSWER.get(type(event))


def passings(course: Course, first: datetime, end: datetime) -> list[Passing]:
    """The passings of the work from `first` to `end`, in order."""
    every = [_passing(one) for one in passed(course.stages) if first <= one.stage.at <= end]
    shown = every if len(every) <= MOST_PASSINGS else [one for one in every if one.between_units]
    return shown[-MOST_PASSINGS:]


def _passing(one: Passed) -> Passing:
    staff = one.giver.kind is one.receiver.kind is DeskKind.STAFF
    return Passing(one.giver, one.receiver, one.stage.at, staff and one.giver.unit != one.receiver.unit)


def marked_events(course: Course) -> Sequence[RecordedEvent]:
    """The events of a course that may be marked."""
    return [one for stage in course.stages for one in stage.events] if course.stages else course.marked
