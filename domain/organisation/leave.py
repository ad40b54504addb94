"""Absences and delegations that people enter for a period, beside those of people.yaml, and when they are refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from domain.errors import Conflict, InvalidInput, NotAuthorised
from domain.messages.leave import LeaveRefusal
from domain.organisation.people import Absence, Delegation
from domain.organisation.staff import Staff
from domain.organisation.staff_checks import ring_with
from domain.roles import Role
from domain.values import Code, Instant, Name, Strict, Value

LONGEST = timedelta(days=180)
"""The longest period of one entry. Who is away for longer is entered again, or in people.yaml."""
TOLERANCE = timedelta(minutes=10)
"""An entry may begin so long before it arrives: whoever typed it took a while."""


class AbsenceToEnter(Strict):
    """Somebody is away for a period."""

    kind: Literal["absence"] = "absence"
    person: Code
    began: Instant
    ended: Instant
    ground: Name


class DelegationToEnter(Strict):
    """Somebody lets a colleague act in their roles for a period. It counts while the giver is away."""

    kind: Literal["delegation"] = "delegation"
    person: Code
    receiver: Code
    roles: tuple[Role, ...] = Field(min_length=1, max_length=20)
    began: Instant
    ended: Instant
    ground: Name
    legal_basis: Name | None = None
    """Why the receiver is of another unit; required then."""


LeaveToEnter = Annotated[AbsenceToEnter | DelegationToEnter, Field(discriminator="kind")]


class LeaveEntry(Value):
    """An entry of the register. `withdrawn_at`: it counts until then only."""

    number: int
    kind: Literal["absence", "delegation"]
    person: Code
    receiver: Code | None = None
    roles: tuple[Role, ...] = ()
    began: Instant
    ended: Instant
    ground: str
    who: str
    at: Instant
    withdrawn_at: Instant | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None

    @property
    def until(self) -> datetime:
        """Until when it counts."""
        return self.ended if self.withdrawn_at is None else min(self.ended, self.withdrawn_at)

    @property
    def counts(self) -> bool:
        """False for one that was withdrawn before it began."""
        return self.until > self.began

    def in_force(self, at: datetime) -> bool:
        """True when it counts at this instant."""
        return self.counts and self.began <= at < self.until


def with_leave(staff: Staff, entries: Iterable[LeaveEntry]) -> Staff:
    """The staff of the files with what was entered. What is about somebody who left the files is left out."""
    counting = [one for one in entries if one.counts and staff.knows(one.person)]
    absences = tuple(
        Absence(person=one.person, began=one.began, ended=one.until, ground=one.ground)
        for one in counting
        if one.kind == "absence"
    )
    delegations = tuple(
        Delegation(
            giver=one.person,
            receiver=one.receiver,
            roles=one.roles,
            began=one.began,
            ended=one.until,
            source=one.ground,
        )
        for one in counting
        if one.receiver is not None and staff.knows(one.receiver)
    )
    if not absences and not delegations:
        return staff
    return staff.model_copy(
        update={
            "absences": (*staff.absences, *absences),
            "delegations": (*staff.delegations, *delegations),
        }
    )


def require_enterable(entry: AbsenceToEnter | DelegationToEnter, by: str, staff: Staff, at: datetime) -> None:
    """Raises the refusals of `LeaveRefusal`. `staff`: with everything that was entered before. `by`: who enters it."""
    _require_right(entry.person, by, staff, at)
    _require_period(entry, at)
    if isinstance(entry, AbsenceToEnter):
        _require_present(entry, staff)
    else:
        _require_delegable(entry, staff)


def require_withdrawable(entry: LeaveEntry, by: str, staff: Staff, at: datetime) -> None:
    """Raises Conflict `leave_over` for what no longer counts, NotAuthorised `leave_of_another`."""
    _require_right(entry.person, by, staff, at)
    if entry.until <= at or not entry.counts:
        raise Conflict(LeaveRefusal.LEAVE_OVER, number=entry.number, until=entry.until)


def may_enter_for(person: str, by: str, staff: Staff, at: datetime) -> bool:
    """True for oneself, and for the head of the unit of one of the person's posts."""
    units = {post.unit for post in staff.posts_of(person, at)}
    return person == by or any(staff.may_act(by, unit, Role.HEAD_OF_UNIT, at) for unit in units)


def _require_right(person: str, by: str, staff: Staff, at: datetime) -> None:
    if not may_enter_for(person, by, staff, at):
        raise NotAuthorised(LeaveRefusal.LEAVE_OF_ANOTHER, person=person)


def _require_period(entry: AbsenceToEnter | DelegationToEnter, at: datetime) -> None:
    if entry.ended <= entry.began:
        raise InvalidInput(LeaveRefusal.LEAVE_REVERSED, began=entry.began, ended=entry.ended)
    if entry.began < at - TOLERANCE:
        raise InvalidInput(LeaveRefusal.LEAVE_IN_THE_PAST, began=entry.began)
    if entry.ended - entry.began > LONGEST:
        raise InvalidInput(LeaveRefusal.LEAVE_TOO_LONG, days=LONGEST.days)
    if entry.began - at > 2 * LONGEST:
        raise InvalidInput(LeaveRefusal.LEAVE_TOO_FAR, days=2 * LONGEST.days)


def _require_present(entry: AbsenceToEnter, staff: Staff) -> None:
    for other in staff.absences:
        if other.person == entry.person and _overlap(entry, other):
            raise Conflict(LeaveRefusal.ABSENCE_OVERLAPS, person=entry.person, began=other.began, ended=other.ended)


def _require_delegable(entry: DelegationToEnter, staff: Staff) -> None:
    if entry.receiver == entry.person:
        raise InvalidInput(LeaveRefusal.LEAVE_TO_ONESELF, person=entry.person)
    own = staff.posts_of(entry.person, entry.began)
    theirs = staff.posts_of(entry.receiver, entry.began)
    if not theirs:
        raise InvalidInput(LeaveRefusal.RECEIVER_WITHOUT_POST, person=entry.receiver)
    missing = [role for role in entry.roles if role not in {post.role for post in own}]
    if missing:
        raise InvalidInput(LeaveRefusal.ROLE_NOT_HELD, person=entry.person, roles=tuple(missing))
    if entry.legal_basis is None and {post.unit for post in own}.isdisjoint(post.unit for post in theirs):
        raise InvalidInput(LeaveRefusal.RECEIVER_OF_ANOTHER_UNIT, person=entry.receiver)
    for other in staff.delegations:
        if other.giver == entry.person and _overlap(entry, other) and not set(entry.roles).isdisjoint(other.roles):
            raise Conflict(
                LeaveRefusal.DELEGATION_OVERLAPS, person=other.receiver, began=other.began, ended=other.ended
            )
    ring = ring_with(staff.delegations, delegation_of(entry))
    if ring is not None:
        raise Conflict(LeaveRefusal.LEAVE_IN_A_RING, people=tuple(ring))


def delegation_of(entry: DelegationToEnter) -> Delegation:
    """The delegation as the staff has it."""
    return Delegation(
        giver=entry.person,
        receiver=entry.receiver,
        roles=entry.roles,
        began=entry.began,
        ended=entry.ended,
        source=ground_of(entry),
    )


def ground_of(entry: AbsenceToEnter | DelegationToEnter) -> str:
    """The ground that is recorded, with the legal basis of another unit."""
    basis = entry.legal_basis if isinstance(entry, DelegationToEnter) else None
    return entry.ground if basis is None else f"{entry.ground} ({basis})"


def _overlap(entry: AbsenceToEnter | DelegationToEnter, other: Absence | Delegation) -> bool:
    return other.began < entry.ended and (other.ended is None or entry.began < other.ended)
