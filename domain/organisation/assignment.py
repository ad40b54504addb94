"""Proposes an officer for a dossier, and finds who acts on an assigned one: by field, load, absence, delegation.

Staff and load change every minute, and no dossier pins them. So nothing here may be decided inside a workflow: the
gateway decides, and the dossier records the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum

from domain.messages.organisation import AssignmentReason
from domain.organisation.people import Post
from domain.organisation.routing import Reason
from domain.organisation.staff import Staff
from domain.roles import Role
from domain.text.sentences import filled
from domain.values import Code, Value


class AssignmentPolicy(StrEnum):
    """Whether a dossier that comes to a unit is assigned automatically, or waits for the head of unit."""

    AUTOMATIC = "automatic"
    BY_HAND = "by_hand"


class Proposal(Value):
    """The proposed officer and the reasons. `person` is None where nobody can take the dossier now."""

    person: Code | None
    reasons: tuple[Reason, ...]


def propose(role: Role, field: str | None, unit: str, staff: Staff, loads: Mapping[str, int], at: datetime) -> Proposal:
    """The officer of a unit who should get work of a role and a field at an instant.

    First by field (a post that names the field comes before one that handles every field), then by load (the fewest
    open items), then by code. Only a present holder of such a post gets work. A stand-in gets none, because the
    delegation may end before the work does. The work of an absent officer stays in the unit's queue, where the stand-in
    and the returning officer both find it.
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
        return Proposal(person=None, reasons=(*passed_over, _reason(AssignmentReason.NOBODY_PRESENT, unit=unit)))
    named = [(post, person) for post, person in free if field is not None and post.fields]
    candidates = named or free
    post, person = min(candidates, key=lambda pair: (loads.get(pair[1], 0), pair[1], pair[0].code))
    people = {candidate for _, candidate in candidates}
    return Proposal(person=person, reasons=(*passed_over, *_reasons(post, person, field, people, loads)))


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


def _obstacle(person: str, unit: str, staff: Staff, at: datetime) -> Reason | None:
    if staff.absent(person, at):
        return _reason(AssignmentReason.AWAY, person=person)
    units = {post.unit for post in staff.posts_of(person, at)}
    if units != {unit}:
        return _reason(AssignmentReason.IN_TWO_UNITS, person=person, units=", ".join(sorted(units)))
    return None


def _reasons(
    post: Post, person: str, field: str | None, candidates: set[str], loads: Mapping[str, int]
) -> Iterator[Reason]:
    if post.fields and field is not None:
        yield _reason(AssignmentReason.HANDLES_FIELD, person=person, post=post.code, field=field)
    else:
        yield _reason(AssignmentReason.HANDLES_EVERY_FIELD, person=person, post=post.code)
    load = loads.get(person, 0)
    yield _reason(AssignmentReason.FEWEST_OPEN, person=person, load=load, count=len(candidates))
    others = sorted(other for other in candidates - {person} if loads.get(other, 0) == load)
    if others:
        yield _reason(AssignmentReason.FIRST_BY_CODE, others=", ".join(others))


def _reason(code: AssignmentReason, /, **facts: object) -> Reason:
    return Reason(code=code, text=filled(code.sentence, facts))
