"""The lines of a digest that follow from one event: who of the staff is told, and what."""

from __future__ import annotations

from domain.dossier.events import (
    AnyEvent,
    DeadlineWarned,
    DossierEscalated,
    EscalationClimbed,
    ResponsibilityHandedBack,
    SigningHandedOver,
    WaitOverdue,
)
from domain.rules.notice_policy import StaffMatter
from domain.values import Code, Instant, Value


class StaffNotice(Value):
    """One line for one recipient: a person, or a unit where the event names no people."""

    recipient: Code
    matter: StaffMatter
    due: Instant | None = None
    answer_by: Instant | None = None


def staff_notices(event: AnyEvent) -> tuple[StaffNotice, ...]:
    """What members of staff are told of an event; nothing for most events."""
    match event:
        case DeadlineWarned() | DossierEscalated():
            due = None if event.clock is None else event.due
            return _each(_recipients(event), _matter(event), due=due, answer_by=event.answer_by)
        case EscalationClimbed():
            return _each(_recipients(event), StaffMatter.CLIMBED, answer_by=event.answer_by)
        case ResponsibilityHandedBack():
            return _each((event.to_unit,), StaffMatter.HANDED_BACK, due=event.finish_by)
        case WaitOverdue():
            return _each(event.notified_units, StaffMatter.WAITS)
        case SigningHandedOver():
            return _each((event.to_unit,), StaffMatter.SIGNING_HANDED_OVER)
        case _:
            return ()


def _recipients(event: DeadlineWarned | DossierEscalated | EscalationClimbed) -> tuple[str, ...]:
    """The people whom it names; the units, if it names none."""
    return tuple(one.person for one in event.addressees) or event.notified_units


def _matter(event: DeadlineWarned | DossierEscalated) -> StaffMatter:
    if isinstance(event, DeadlineWarned):
        return StaffMatter.WARNED
    if event.responsible is not None:
        return StaffMatter.TAKEN_OVER
    return StaffMatter.WAITS if event.clock is None else StaffMatter.OVERDUE


def _each(
    recipients: tuple[str, ...], matter: StaffMatter, *, due: Instant | None = None, answer_by: Instant | None = None
) -> tuple[StaffNotice, ...]:
    return tuple(
        StaffNotice(recipient=one, matter=matter, due=due, answer_by=answer_by) for one in dict.fromkeys(recipients)
    )
