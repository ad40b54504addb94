"""Finds who acts on assigned work at an instant: the assignee, or the stand-in while the assignee is away.

Who should get work that nobody has is another question: `domain.organisation.suggestions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

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
