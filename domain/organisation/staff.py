"""The staff of a province, checked as a whole: who holds a post, who is away, and who acts for them at an instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time
from functools import cached_property
from typing import Self, TypeVar

from pydantic import model_validator

from domain.errors import NotFound
from domain.messages.organisation import OrganisationRefusal
from domain.organisation.people import Appointment, Post, Service, StaffRecords
from domain.organisation.staff_checks import problems
from domain.organisation.times_away import TimeAway
from domain.organisation.units import ONE_DAY
from domain.roles import Role
from domain.values import VIETNAM, Code, Strict

T = TypeVar("T")


class ActingInPost(Strict):
    """Who acts in a post at an instant: its holder, or the stand-in of an absent holder."""

    post: Post
    holder: Code
    acting: Code


class Duty(Strict):
    """A role in a unit that a person acts in at an instant: by their own post, or for `holder`, who is away."""

    unit: Code
    role: Role
    holder: Code


class Staff(StaffRecords):
    """Everybody who works in the province, as dated data. Dossiers do not pin it: people come and go daily."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        problem = next(problems(self), None)
        if problem is not None:
            raise problem
        return self

    @cached_property
    def _by_post(self) -> dict[str, tuple[Appointment, ...]]:
        return _grouped(self.appointments, lambda appointment: appointment.post)

    @cached_property
    def _by_person(self) -> dict[str, tuple[Appointment, ...]]:
        return _grouped(self.appointments, lambda appointment: appointment.person)

    @cached_property
    def _posts_of_unit(self) -> dict[str, tuple[Post, ...]]:
        return _grouped(self.posts, lambda post: post.unit)

    @cached_property
    def _posts(self) -> dict[str, Post]:
        return {post.code: post for post in self.posts}

    @cached_property
    def _services(self) -> dict[str, Service]:
        return {service.code: service for service in self.services}

    def service(self, code: str) -> Service | None:
        """The trusted service with this code, or None."""
        return self._services.get(code)

    def knows(self, person: str) -> bool:
        """True when the person holds, held or will hold a post of the province."""
        return person in self._by_person

    def posts_of(self, person: str, at: datetime) -> tuple[Post, ...]:
        """The posts a person holds at an instant. NotFound: unknown_person."""
        if person not in self._by_person:
            raise NotFound(OrganisationRefusal.UNKNOWN_PERSON, person=person)
        on = at.astimezone(VIETNAM).date()
        return tuple(self._posts[held.post] for held in self._by_person[person] if held.in_force(on))

    def last_post(self, person: str, at: datetime) -> Post | None:
        """The first post that a person holds at an instant, else the last in the data. None: the person is unknown."""
        held = self._by_person.get(person, ())
        if not held:
            return None
        return next(iter(self.posts_of(person, at)), self._posts[held[-1].post])

    def place_among(self, post: Post) -> tuple[int, int]:
        """The number of a post among those of its role in its unit, from 1 in the order of the data, and how many."""
        alike = [one.code for one in self._posts_of_unit[post.unit] if one.role is post.role]
        return alike.index(post.code) + 1, len(alike)

    def unit_of(self, person: str, at: datetime) -> str | None:
        """The unit in which a person works at an instant, or None. NotFound: unknown_person."""
        return next((post.unit for post in self.posts_of(person, at)), None)

    def absent(self, person: str, at: datetime) -> bool:
        """True when the person is away at that instant."""
        return any(absence.person == person and absence.covers(at) for absence in self.absences)

    def times_away(self, person: str, unit: str, role: Role, at: datetime) -> tuple[TimeAway, ...]:
        """The times after an instant in which the person is away, or no longer holds such a post, in order."""
        absences = (one for one in self.absences if one.person == person and (one.ended is None or one.ended > at))
        away = [TimeAway(one.began, one.ended) for one in absences]
        on = at.astimezone(VIETNAM).date()
        held = [one for one in self._by_person.get(person, ()) if self._is_post(one.post, unit, role)]
        if held and not any(one.valid_to is None for one in held):
            last = max(one.valid_to for one in held if one.valid_to is not None)
            away.append(TimeAway(datetime.combine(max(last, on) + ONE_DAY, time(), VIETNAM), None))
        return tuple(sorted(away, key=lambda one: one.began))

    def back_since(self, person: str, at: datetime) -> datetime | None:
        """When the last absence of a person ended before an instant; None: the person was not away."""
        ended = (one.ended for one in self.absences if one.person == person and one.ended is not None)
        return max((end for end in ended if end <= at), default=None)

    def _is_post(self, code: str, unit: str, role: Role) -> bool:
        post = self._posts[code]
        return post.unit == unit and post.role is role

    def stand_in(self, person: str, role: Role, at: datetime) -> str | None:
        """Who acts for a person in a role: the person, when present; else the first present delegate; else None.

        A delegate who no longer holds a post acts for nobody. For an absent delegate, the delegate's own delegations
        apply; if they lead to nobody, the next delegate is tried.
        """
        return self._acting(person, role, at, set()) if self.absent(person, at) else person

    def _acting(self, away: str, role: Role, at: datetime, seen: set[str]) -> str | None:
        """Follows the delegations in force. Nobody is visited twice, so a ring of delegations ends."""
        seen.add(away)
        for given in self.delegations:
            receiver = given.receiver
            if given.giver != away or not given.covers(role, at) or receiver in seen or not self.posts_of(receiver, at):
                continue
            acting = self._acting(receiver, role, at, seen) if self.absent(receiver, at) else receiver
            if acting is not None:
                return acting
        return None

    def acting_in(self, unit: str, role: Role, at: datetime, field: str | None = None) -> tuple[ActingInPost, ...]:
        """Who can work for a unit in a role (and field) at an instant. A present stand-in replaces an absent holder.

        Posts that name the field come first. The caller chooses by load.
        """
        found: list[ActingInPost] = []
        for post, holder in self.holders(unit, role, at, field):
            acting = self.stand_in(holder, role, at)
            if acting is not None:
                found.append(ActingInPost(post=post, holder=holder, acting=acting))
        return tuple(found)

    def holders(self, unit: str, role: Role, at: datetime, field: str | None = None) -> tuple[tuple[Post, str], ...]:
        """Who holds such a post at an instant, present or absent. Posts that name the field come first."""
        on = at.astimezone(VIETNAM).date()
        posts = [p for p in self._posts_of_unit.get(unit, ()) if p.role is role and p.handles(field)]
        return tuple(
            (post, held.person)
            for post in sorted(posts, key=lambda post: not post.fields)
            for held in self._by_post.get(post.code, ())
            if held.in_force(on)
        )

    def duties(self, person: str, at: datetime) -> tuple[Duty, ...]:
        """All duties of a person at an instant, those of own posts first; an absent person has none.

        NotFound: unknown_person.
        """
        own = self.posts_of(person, at)
        if self.absent(person, at):
            return ()
        duties = [Duty(unit=post.unit, role=post.role, holder=person) for post in own]
        for away in dict.fromkeys(absence.person for absence in self.absences if absence.covers(at)):
            posts = (post for post in self.posts_of(away, at) if self.stand_in(away, post.role, at) == person)
            duties.extend(Duty(unit=post.unit, role=post.role, holder=away) for post in posts)
        return tuple(dict.fromkeys(duties))

    def holds(self, person: str, unit: str, role: Role, at: datetime) -> bool:
        """True when the person, present or not, holds a post of that role in the unit."""
        return self.knows(person) and any(p.unit == unit and p.role is role for p in self.posts_of(person, at))

    def may_act(self, person: str, unit: str, role: Role, at: datetime) -> bool:
        """True when the person is present and holds such a post in the unit, or stands in for an absent holder."""
        return self.knows(person) and any(duty.unit == unit and duty.role is role for duty in self.duties(person, at))


def _grouped(items: Iterable[T], key: Callable[[T], str]) -> dict[str, tuple[T, ...]]:
    groups: dict[str, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return {name: tuple(members) for name, members in groups.items()}
