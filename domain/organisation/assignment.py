"""Finds who acts on assigned work at an instant: the assignee, or the stand-in while the assignee is away.

Who should get work that nobody has is another question: `domain.organisation.suggestions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from domain.deadlines.calendar import WorkingCalendar
from domain.organisation.staff import Staff
from domain.roles import Role


def acting_officer(assignee: str | None, role: Role, units: Iterable[str], staff: Staff, at: datetime) -> str | None:
    """Who acts on work that is assigned to a person, at an instant; None: nobody, so the work is in the unit's queue.

    The assignee acts if present and still in one of these units in that role. While the assignee is away, the stand-in
    by a dated delegation acts. Nothing is written when the assignee comes back. An assignee who is not in the staff
    data is returned unchanged.
    """
    if assignee is None or not staff.knows(assignee):
        return assignee
    wanted = tuple(units)
    if not staff.absent(assignee, at):
        return assignee if any(staff.may_act(assignee, unit, role, at) for unit in wanted) else None
    held = any(staff.holds(assignee, unit, role, at) for unit in wanted)
    return staff.stand_in(assignee, role, at) if held else None


def gone_for_long(
    person: str, unit: str, role: Role, staff: Staff, calendar: WorkingCalendar, hours: int, at: datetime
) -> bool:
    """True when the person is away now, for more working hours than these in all, or no longer holds such a post.

    Somebody who is not in the staff data is taken to be there.
    """
    if not staff.knows(person):
        return False
    away = (one for one in staff.times_away(person, unit, role, at) if one.began <= at)
    return not staff.holds(person, unit, role, at) or any(one.longer_than(hours, calendar) for one in away)
