"""Who in a unit is given a dossier, and in whose hands an assigned one is now: by field, load, absence, delegation.

Staff and load change by the minute and no dossier pins them: nothing here may be decided inside a workflow. It is
decided at the gateway, and the dossier records the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum

from domain.messages.organisation import ASSIGNMENT_REASONS
from domain.organisation.people import Post
from domain.organisation.routing import Reason
from domain.organisation.staff import Staff
from domain.roles import Role
from domain.text.sentences import filled
from domain.values import Code, Value


class AssignmentPolicy(StrEnum):
    """Whether a dossier that comes to a unit is given to a person by itself, or waits for the head of unit."""

    AUTOMATIC = "automatic"
    BY_HAND = "by_hand"


class Proposal(Value):
    """Who should be given a dossier, and why; nobody where nobody can take it now."""

    person: Code | None
    reasons: tuple[Reason, ...]


def propose(role: Role, field: str | None, unit: str, staff: Staff, loads: Mapping[str, int], at: datetime) -> Proposal:
    """Whom in a unit to give work of a role and a field at an instant.

    First by field (a post that names it goes before one that handles every field), then by load (the fewest open
    items), then by code. Only who holds such a post and is present: an absent person gets nothing, and neither does
    somebody who only stands in for one, for the delegation may end before the work does. Such work stays in the
    unit's queue, where the stand-in and the returning officer both find it.
    """
    free: list[tuple[Post, str]] = []
    passed_over: list[Reason] = []
    for post, person in staff.holders(unit, role, at, field):
        obstacle = _obstacle(person, unit, staff, at)
        if obstacle is None:
            free.append((post, person))
        elif obstacle not in passed_over:
            passed_over.append(obstacle)
    if not free:
        return Proposal(person=None, reasons=(*passed_over, _reason("nobody_present", unit=unit)))
    named = [(post, person) for post, person in free if field is not None and post.fields]
    able = named or free
    post, person = min(able, key=lambda one: (loads.get(one[1], 0), one[1], one[0].code))
    return Proposal(person=person, reasons=(*passed_over, *_why(post, person, field, {p for _, p in able}, loads)))


def in_whose_hands(assignee: str | None, role: Role, units: Iterable[str], staff: Staff, at: datetime) -> str | None:
    """Who has work that was assigned to a person, at an instant; None: nobody, so it is the unit's queue's.

    The assignee, when present and still in one of these units in that role; while away, who stands in by a dated
    delegation; back again, the assignee, without anything being written. Somebody whom the staff does not know is
    taken at their word.
    """
    if assignee is None or not staff.knows(assignee):
        return assignee
    wanted = tuple(units)
    if not staff.absent(assignee, at):
        return assignee if any(staff.may_act(assignee, unit, role, at) for unit in wanted) else None
    held = any(staff.holds(assignee, unit, role, at) for unit in wanted)
    return staff.stand_in(assignee, role, at) if held else None


def _obstacle(person: str, unit: str, staff: Staff, at: datetime) -> Reason | None:
    if staff.absent(person, at):
        return _reason("away", person=person)
    units = {post.unit for post in staff.posts_of(person, at)}
    if units != {unit}:
        return _reason("in_two_units", person=person, units=", ".join(sorted(units)))
    return None


def _why(post: Post, person: str, field: str | None, able: set[str], loads: Mapping[str, int]) -> Iterator[Reason]:
    if post.fields and field is not None:
        yield _reason("handles_field", person=person, post=post.code, field=field)
    else:
        yield _reason("handles_every_field", person=person, post=post.code)
    load = loads.get(person, 0)
    yield _reason("fewest_open", person=person, load=load, count=len(able))
    others = sorted(one for one in able - {person} if loads.get(one, 0) == load)
    if others:
        yield _reason("first_by_code", others=", ".join(others))


def _reason(code: str, **facts: object) -> Reason:
    return Reason(code=code, text=filled(ASSIGNMENT_REASONS[code], facts))
