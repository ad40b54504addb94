"""The lines of a digest that follow from one event: who of the staff is told, and what."""

from __future__ import annotations

from domain.dossier.events import AnyEvent, DeadlineWarned, DossierEscalated, SigningHandedOver, WaitOverdue
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
        case DeadlineWarned():
            return _each(event.notified_units, StaffMatter.WARNED, due=event.due)
        case DossierEscalated():
            matter = StaffMatter.OVERDUE if event.responsible is None else StaffMatter.TAKEN_OVER
            return _each(event.notified_units, matter, due=event.due)
        case WaitOverdue():
            return _each(event.notified_units, StaffMatter.WAITS)
        case SigningHandedOver():
            return _each((event.to_unit,), StaffMatter.SIGNING_HANDED_OVER)
        case _:
            return ()


def _each(
    recipients: tuple[str, ...], matter: StaffMatter, *, due: Instant | None = None, answer_by: Instant | None = None
) -> tuple[StaffNotice, ...]:
    return tuple(
        StaffNotice(recipient=one, matter=matter, due=due, answer_by=answer_by) for one in dict.fromkeys(recipients)
    )
