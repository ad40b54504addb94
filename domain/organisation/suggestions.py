"""Ranks the officers of a unit for one item of work, with the reasons for each: the one rule of who should get it.

The engine gives the item to the first who may have it; a head of unit sees the whole list. Staff and load change every
minute, and no dossier pins them. So nothing here may be decided inside a workflow: the gateway decides, and the dossier
records the result.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from domain.deadlines.calendar import WorkingCalendar
from domain.messages.organisation import AssignmentReason
from domain.organisation.assignment_rules import AssignmentRules
from domain.organisation.people import Post
from domain.organisation.routing import Reason
from domain.organisation.staff import Staff
from domain.organisation.times_away import finish
from domain.organisation.workload import NO_WORK, Load, WorkToGive
from domain.text.sentences import filled
from domain.values import Code, Instant, Value


class Standing(IntEnum):
    """Whether a person may get the item, the best first. The engine gives it to the first two kinds only."""

    IN_TIME = 0
    TOO_LATE = 1
    """The person's queue reaches the item only after its due date."""
    LEAVES = 2
    """The person goes away, for long, before the work could be done."""
    STANDS_IN = 3
    """The person may act only for an absent officer; that may end before the work does."""
    NOT_NOW = 4
    """The person is away, or holds posts in several units."""


class Suggestion(Value):
    """One officer for an item: the place in the list, what is known of the load, and the reasons."""

    person: Code
    post: Code
    standing: Standing
    chosen: bool = False
    """True for the one to whom the engine would give it."""
    items: int
    hours: int
    """The working hours that the person's open items still need, rounded up."""
    done_by: Instant | None = None
    """When the person would have done the item. None: at no time that is known."""
    reasons: tuple[Reason, ...] = ()


class Proposal(Value):
    """The proposed officer and the reasons. `person` is None where nobody can take the dossier now."""

    person: Code | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Basis:
    """What every choice rests on: the staff, the loads of an instant, the unit's calendar and the province's rules."""

    staff: Staff
    loads: Mapping[str, Load]
    calendar: WorkingCalendar
    rules: AssignmentRules
    at: datetime


@dataclass(frozen=True)
class _Candidate:
    post: Post
    person: str
    load: Load
    standing: Standing
    named: bool
    """True when the post names the field."""
    before: bool
    minutes: int
    """The working time of the open items; after a return at least the colleagues' average."""
    just_back: bool
    done_by: datetime | None
    leaves: datetime | None = None
    obstacle: Reason | None = None

    def rank(self, lead: int) -> tuple[Standing, bool, int, int, str]:
        """The order of the list: lower is better."""
        score = self.minutes - (lead if self.named else 0)
        return self.standing, not self.before, score, self.load.lately, self.person


def suggestions(work: WorkToGive, basis: Basis) -> tuple[Suggestion, ...]:
    """Everybody who could get the item, the best first, with the reasons for each.

    First who would do it in time and stays that long; of them who had the dossier before; then the least working time
    still to be done, where a post that names the field is worth some hours; then who got the fewest items lately; then
    by code.
    """
    lead = basis.rules.field_lead_working_hours * 60
    candidates = sorted(_candidates(work, basis), key=lambda one: one.rank(lead))
    first = candidates[0] if candidates and candidates[0].standing <= Standing.TOO_LATE else None
    found = [_suggestion(one, work, first, candidates) for one in candidates]
    seen = {one.person for one in candidates}
    found += (one for one in _stand_ins(work, basis) if one.person not in seen)
    return tuple(sorted(found, key=lambda one: one.standing))


def propose(work: WorkToGive, basis: Basis) -> Proposal:
    """The officer to whom the engine gives the item, with the reasons: why others are passed over, then why this one.

    Only a present holder of a fitting post gets work. A stand-in gets none, because the delegation may end before the
    work does. What nobody gets stays in the unit's queue, where the stand-in and the returning officer both find it.
    """
    listed = suggestions(work, basis)
    chosen = next((one for one in listed if one.chosen), None)
    passed = [one.reasons[0] for one in listed if one.standing not in (Standing.IN_TIME, Standing.STANDS_IN)]
    if chosen is None:
        passed = [one.reasons[0] for one in listed if one.standing in (Standing.LEAVES, Standing.NOT_NOW)]
        return Proposal(person=None, reasons=(*passed, reason(AssignmentReason.NOBODY_PRESENT, unit=work.unit)))
    passed = [one for one in passed if one not in chosen.reasons]
    return Proposal(person=chosen.person, reasons=(*passed, *chosen.reasons))


def reason(code: AssignmentReason, /, **facts: object) -> Reason:
    """One reason with its sentence."""
    return Reason(code=code, text=filled(code.sentence, facts))


def _candidates(work: WorkToGive, basis: Basis) -> list[_Candidate]:
    """The holders of fitting posts, each once."""
    held: dict[str, Post] = {}
    for post, person in basis.staff.holders(work.unit, work.role, basis.at, work.field):
        if person not in held or (post.code < held[person].code and bool(post.fields) == bool(held[person].fields)):
            held[person] = post
    present = {
        person: basis.loads.get(person, NO_WORK).minutes(basis.rules)
        for person in held
        if not basis.staff.absent(person, basis.at)
    }
    return [_candidate(person, post, present, work, basis) for person, post in held.items()]


def _candidate(person: str, post: Post, present: Mapping[str, int], work: WorkToGive, basis: Basis) -> _Candidate:
    load = basis.loads.get(person, NO_WORK)
    obstacle = _obstacle(person, work, basis)
    minutes, just_back = (0, False) if obstacle else _counted(person, load, present, basis)
    done_by, leaves = (None, None) if obstacle else _done_by(person, load, work, basis)
    return _Candidate(
        post=post,
        person=person,
        load=load,
        standing=Standing.NOT_NOW if obstacle else _standing(done_by, leaves, work),
        named=work.field is not None and bool(post.fields),
        before=person == work.before,
        minutes=minutes,
        just_back=just_back,
        done_by=done_by,
        leaves=leaves,
        obstacle=obstacle,
    )


def _obstacle(person: str, work: WorkToGive, basis: Basis) -> Reason | None:
    if basis.staff.absent(person, basis.at):
        return reason(AssignmentReason.AWAY, person=person)
    units = {post.unit for post in basis.staff.posts_of(person, basis.at)}
    if units != {work.unit}:
        return reason(AssignmentReason.IN_TWO_UNITS, person=person, units=", ".join(sorted(units)))
    return None


def _standing(done_by: datetime | None, leaves: datetime | None, work: WorkToGive) -> Standing:
    if leaves is not None:
        return Standing.LEAVES
    in_time = work.due is None or (done_by is not None and done_by <= work.due)
    return Standing.IN_TIME if in_time else Standing.TOO_LATE


def _done_by(person: str, load: Load, work: WorkToGive, basis: Basis) -> tuple[datetime | None, datetime | None]:
    """When the person would have done the item, in the order of the due dates; and when a long absence begins before.

    A short absence only delays the work.
    """
    most = basis.rules.reassign_absent_after_working_hours
    away = basis.staff.times_away(person, work.unit, work.role, basis.at)
    long = [one for one in away if most is None or one.longer_than(most, basis.calendar)]
    needed = load.minutes_before(work.due, basis.rules) + work.minutes
    short = [one for one in away if one not in long]
    done_by = finish(basis.at, needed, short, basis.calendar)
    leaves = min((one.began for one in long if done_by is None or one.began < done_by), default=None)
    return (done_by if leaves is None else finish(basis.at, needed, away, basis.calendar)), leaves


def _counted(person: str, load: Load, present: Mapping[str, int], basis: Basis) -> tuple[int, bool]:
    """The minutes that count for a person, and whether they are raised because the person has just come back.

    Who was away has little open work, and would get every new item until the loads are equal. So for some hours the
    colleagues' average counts, and what was given since the return on top of it.
    """
    own = present[person]
    others = [minutes for other, minutes in present.items() if other != person]
    back = basis.staff.back_since(person, basis.at)
    if back is None or not others or _worked(back, basis) >= timedelta(hours=basis.rules.returning_working_hours):
        return own, False
    raised = sum(others) // len(others) + load.minutes(basis.rules, since=back)
    return (raised, True) if raised > own else (own, False)


def _worked(since: datetime, basis: Basis) -> timedelta:
    """The working time since an instant; an instant before the calendar is long ago."""
    known: timedelta = basis.calendar.known_working_time(since, basis.at)
    return known


def _suggestion(
    one: _Candidate, work: WorkToGive, first: _Candidate | None, candidates: list[_Candidate]
) -> Suggestion:
    return Suggestion(
        person=one.person,
        post=one.post.code,
        standing=one.standing,
        chosen=one is first,
        items=len(one.load.work),
        hours=math.ceil(one.minutes / 60),
        done_by=one.done_by,
        reasons=tuple(_reasons(one, work, first, candidates)),
    )


def _reasons(
    one: _Candidate, work: WorkToGive, first: _Candidate | None, candidates: list[_Candidate]
) -> Iterator[Reason]:
    """The one that decides against a person comes first."""
    if one.obstacle is not None:
        yield one.obstacle
        return
    if one.leaves is not None:
        yield reason(AssignmentReason.LEAVES_BEFORE, person=one.person, leaves=one.leaves)
    elif one.standing is Standing.TOO_LATE:
        yield reason(AssignmentReason.NOT_IN_TIME, person=one.person, due=work.due)
    if one.before:
        yield reason(AssignmentReason.HAD_IT_BEFORE, person=one.person)
    if one.named:
        yield reason(AssignmentReason.HANDLES_FIELD, person=one.person, post=one.post.code, field=work.field)
    else:
        yield reason(AssignmentReason.HANDLES_EVERY_FIELD, person=one.person, post=one.post.code)
    if one.just_back:
        yield reason(AssignmentReason.JUST_BACK, person=one.person)
    yield _of_load(one, first, candidates)
    equal = first is not None and one is not first and one.standing is first.standing and one.minutes == first.minutes
    if first is not None and equal and one.named is first.named and one.before is first.before:
        code = AssignmentReason.FEWER_LATELY if first.load.lately < one.load.lately else AssignmentReason.FIRST_BY_CODE
        yield reason(code, person=first.person, other=one.person)


def _of_load(one: _Candidate, first: _Candidate | None, candidates: list[_Candidate]) -> Reason:
    facts = {"person": one.person, "hours": math.ceil(one.minutes / 60), "items": len(one.load.work)}
    rivals = [other for other in candidates if other.standing is one.standing]
    if one is first and all(one.minutes <= other.minutes for other in rivals):
        return reason(AssignmentReason.LEAST_WORK, count=len(rivals), **facts)
    return reason(AssignmentReason.WORK_LEFT, **facts)


def _stand_ins(work: WorkToGive, basis: Basis) -> Iterator[Suggestion]:
    """Those who act for an absent officer: a head may choose them, the engine does not."""
    found: dict[str, Suggestion] = {}
    acting = basis.staff.acting_in(work.unit, work.role, basis.at, work.field)
    for one in sorted(acting, key=lambda one: (not one.post.fields, one.post.code, one.holder)):
        if one.acting == one.holder or one.acting in found:
            continue
        load = basis.loads.get(one.acting, NO_WORK)
        why = reason(AssignmentReason.STANDS_IN_FOR, person=one.acting, holder=one.holder)
        found[one.acting] = Suggestion(
            person=one.acting,
            post=one.post.code,
            standing=Standing.STANDS_IN,
            items=len(load.work),
            hours=math.ceil(load.minutes(basis.rules) / 60),
            reasons=(why,),
        )
    yield from sorted(found.values(), key=lambda one: (one.hours, one.person))
