"""Checks posts, people, absences and delegations against each other, and reports every problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.organisation.people import Appointment, Delegation, Post, StaffRecords
from domain.roles import OF_NO_POST, RESERVED_CARRIERS, Role, typed


def problems(staff: StaffRecords) -> Iterator[Inconsistent]:
    """Unknown posts and people, one person in two units, one post held twice by one person, rings of delegations."""
    yield from _posts_twice(staff)
    posts = {post.code: post for post in staff.posts}
    for appointment in staff.appointments:
        if appointment.post not in posts:
            yield Inconsistent(ConfigurationFault.UNKNOWN_POST, person=appointment.person, post=appointment.post)
    yield from _overlaps(staff, posts)
    yield from _unknown_people(staff)
    yield from _services(staff)
    yield from _rings(staff)


def _posts_twice(staff: StaffRecords) -> Iterator[Inconsistent]:
    seen: set[str] = set()
    for post in staff.posts:
        if post.code in seen:
            yield Inconsistent(ConfigurationFault.DUPLICATE_POST, post=post.code)
        seen.add(post.code)


def _overlaps(staff: StaffRecords, posts: dict[str, Post]) -> Iterator[Inconsistent]:
    """No person may be in two units, or twice in one post, on the same day. Several posts in one unit are allowed."""
    by_person: defaultdict[str, list[Appointment]] = defaultdict(list)
    for appointment in staff.appointments:
        if appointment.post in posts:
            by_person[appointment.person].append(appointment)
    for person, held in by_person.items():
        yield from _overlaps_of(person, sorted(held, key=lambda appointment: appointment.valid_from), posts)


def _overlaps_of(person: str, held: list[Appointment], posts: dict[str, Post]) -> Iterator[Inconsistent]:
    for earlier, later in combinations(held, 2):
        if earlier.valid_to is not None and earlier.valid_to < later.valid_from:
            continue
        units = (posts[earlier.post].unit, posts[later.post].unit)
        if units[0] != units[1]:
            yield Inconsistent(
                ConfigurationFault.PERSON_IN_TWO_UNITS, person=person, units=", ".join(units), day=later.valid_from
            )
        elif earlier.post == later.post:
            yield Inconsistent(ConfigurationFault.APPOINTED_TWICE, person=person, post=later.post, day=later.valid_from)


def _unknown_people(staff: StaffRecords) -> Iterator[Inconsistent]:
    people = {appointment.person for appointment in staff.appointments}
    named = [absence.person for absence in staff.absences]
    named += [person for delegation in staff.delegations for person in (delegation.giver, delegation.receiver)]
    for person in dict.fromkeys(named):
        if person not in people:
            yield Inconsistent(ConfigurationFault.PERSON_WITHOUT_POST, person=person)


def _services(staff: StaffRecords) -> Iterator[Inconsistent]:
    """A service must have a code of its own, and no role that only the engine or an applicant has."""
    people = {appointment.person for appointment in staff.appointments}
    seen: set[str] = set()
    for service in staff.services:
        if service.code in people:
            yield Inconsistent(ConfigurationFault.SERVICE_IS_A_PERSON, service=service.code)
        if service.code in seen:
            yield Inconsistent(ConfigurationFault.DUPLICATE_SERVICE, service=service.code)
        seen.add(service.code)
        for prefix in RESERVED_CARRIERS:
            if service.code.startswith(prefix):
                yield Inconsistent(ConfigurationFault.SERVICE_CODE_RESERVED, service=service.code, prefix=prefix)
        taken = OF_NO_POST.intersection(service.roles)
        if taken:
            yield Inconsistent(
                ConfigurationFault.SERVICE_ROLE_OF_NOBODY, service=service.code, roles=typed(*sorted(taken))
            )


def _rings(staff: StaffRecords) -> Iterator[Inconsistent]:
    """Delegation to oneself, or in a ring at one time for one role.

    A ring that exists at any instant exists when the last of its delegations begins. So these instants are enough.
    """
    reported: set[frozenset[str]] = set()
    for delegation in staff.delegations:
        if delegation.giver == delegation.receiver:
            yield Inconsistent(ConfigurationFault.DELEGATION_TO_ONESELF, person=delegation.giver)
            continue
        for role in delegation.roles:
            ring = _way_back(staff.delegations, delegation, role)
            if ring and frozenset(ring) not in reported:
                reported.add(frozenset(ring))
                yield Inconsistent(ConfigurationFault.DELEGATION_RING, person=delegation.giver, ring=" → ".join(ring))


def ring_with(delegations: Iterable[Delegation], added: Delegation) -> list[str] | None:
    """The ring that a further delegation would close at some instant, or None."""
    everyone = [*delegations, added]
    while_it_holds = [one for one in everyone if one.began >= added.began and added.covers(added.roles[0], one.began)]
    for first in (added, *while_it_holds):
        for role in added.roles:
            at_that_time = first.model_copy(update={"giver": added.giver, "receiver": added.receiver})
            ring = _way_back(everyone, at_that_time, role)
            if ring:
                return ring
    return None


def _way_back(delegations: Iterable[Delegation], first: Delegation, role: Role) -> list[str] | None:
    """The people through whom a role returns to its giver at the instant a delegation begins, or None."""
    receivers: defaultdict[str, list[str]] = defaultdict(list)
    for delegation in delegations:
        if delegation.covers(role, first.began):
            receivers[delegation.giver].append(delegation.receiver)
    paths, reached = [[first.giver, first.receiver]], {first.receiver}
    while paths:
        path = paths.pop(0)
        for receiver in receivers[path[-1]]:
            if receiver == first.giver:
                return [*path, receiver]
            if receiver not in reached:
                reached.add(receiver)
                paths.append([*path, receiver])
    return None
