"""A caller: a verified principal with what it is in the staff and the organisation of now.

The staff is looked up for each request, because people come and go daily.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import product
from typing import assert_never

from domain.errors import NotAuthorised
from domain.messages.organisation import OrganisationRefusal
from domain.organisation.organisation import Organisation
from domain.organisation.people import Service
from domain.organisation.staff import Duty, Staff
from domain.roles import Actor, Role
from domain.values import VIETNAM
from gateway.access.acting import service_in_force
from gateway.access.messages import AccessRefusal
from gateway.access.principals import (
    ApplicantPrincipal,
    MachineAccount,
    PersonPrincipal,
    Principal,
    ServicePrincipal,
)

ON_BEHALF_OF = "On-Behalf-Of"
"""The header by which a service names the applicant for whom it asks."""


@dataclass(frozen=True)
class Caller:
    """Who asks, and what they are today."""

    principal: Principal
    at: datetime
    duties: tuple[Duty, ...] = ()
    """The roles that a person acts in today under this sign-in, with their units. Empty for every other principal."""
    service: Service | None = None
    """The entry of a service in the staff. None for every other principal."""
    for_applicant: str | None = None
    """The applicant for whom a service asks. Then it sees and does what this applicant may, and nothing else."""

    @property
    def roles(self) -> frozenset[Role]:
        """Every role in which the caller may act today."""
        match self.principal:
            case PersonPrincipal():
                return frozenset(duty.role for duty in self.duties)
            case ServicePrincipal() if self.for_applicant is not None:
                return frozenset({Role.APPLICANT})
            case ServicePrincipal():
                return frozenset(self.service.roles if self.service else ())
            case ApplicantPrincipal():
                return frozenset({Role.APPLICANT})
            case MachineAccount():
                return frozenset(Role)
            case _:
                assert_never(self.principal)

    def capacities(self, of_dossier: Collection[str]) -> tuple[Actor, ...]:
        """Every role and unit in which the caller could act today. A service that acts in every unit does so in the
        units of the dossier, which are given."""
        match self.principal:
            case PersonPrincipal():
                return tuple(_capacity(self.principal.person, duty) for duty in self.duties)
            case ServicePrincipal() if self.for_applicant is not None:
                return (Actor(person=self.for_applicant, role=Role.APPLICANT),)
            case ServicePrincipal():
                own = self.service.units if self.service else ()
                units = of_dossier if own is None else own
                return tuple(
                    Actor(person=self.principal.service, role=role, unit=unit)
                    for unit, role in product(units, sorted(self.roles))
                )
            case ApplicantPrincipal():
                return (Actor(person=self.principal.applicant, role=Role.APPLICANT),)
            case MachineAccount():
                return ()
            case _:
                assert_never(self.principal)

    def may_send(self, command: str) -> bool:
        """False for a service that is trusted with other commands only."""
        return self.service is None or self.service.commands is None or command in self.service.commands

    @property
    def applicant(self) -> str | None:
        """The applicant who asks, or for whom a service asks. None for the staff."""
        return self.principal.applicant if isinstance(self.principal, ApplicantPrincipal) else self.for_applicant

    @property
    def person(self) -> str:
        """Who acts, as the events of a dossier name them."""
        return self.for_applicant or identifier_of(self.principal)

    @property
    def name(self) -> str:
        """The caller as logs, limits and kept answers name it: `person/cb.13366.specialist.1`."""
        return f"{self.principal.kind}/{identifier_of(self.principal)}"


def _capacity(person: str, duty: Duty) -> Actor:
    stands_in_for = None if duty.holder == person else duty.holder
    return Actor(person=person, role=duty.role, unit=duty.unit, stands_in_for=stands_in_for)


def identifier_of(principal: Principal) -> str:
    """The identifier of the principal within its kind."""
    match principal:
        case ServicePrincipal():
            return principal.service
        case PersonPrincipal():
            return principal.person
        case ApplicantPrincipal():
            return principal.applicant
        case MachineAccount():
            return principal.account
        case _:
            assert_never(principal)


def caller_of(principal: Principal, staff: Staff, at: datetime) -> Caller:
    """The caller with the duties or the scopes of today.

    Raises NotFound `unknown_person` for a person or a service that the staff does not know, and NotAuthorised
    `person_absent` for a person who is away, `service_not_in_force_yet` and `service_revoked` for a service.
    """
    match principal:
        case PersonPrincipal():
            held = _duties(principal.person, staff, at)
            return Caller(principal, at, tuple(duty for duty in held if principal.covers(duty.role, duty.unit)))
        case ServicePrincipal():
            return Caller(principal, at, service=service_in_force(principal.service, staff, at))
        case ApplicantPrincipal() | MachineAccount():
            return Caller(principal, at)
        case _:
            assert_never(principal)


def on_behalf_of(caller: Caller, applicant: str) -> Caller:
    """The caller asking for an applicant. Only a service may that is trusted to.

    Raises NotAuthorised `service_not_for_applicants`, and `only_services_for_applicants` for any other caller.
    """
    if caller.service is None:
        raise NotAuthorised(AccessRefusal.ONLY_SERVICES_FOR_APPLICANTS, header=ON_BEHALF_OF)
    if not caller.service.for_applicants:
        raise NotAuthorised(OrganisationRefusal.SERVICE_NOT_FOR_APPLICANTS, service=caller.service.code)
    return replace(caller, for_applicant=applicant)


def _duties(person: str, staff: Staff, at: datetime) -> tuple[Duty, ...]:
    duties = staff.duties(person, at)
    if not duties and staff.absent(person, at):
        ground = next(one.ground for one in staff.absences if one.person == person and one.covers(at))
        raise NotAuthorised(OrganisationRefusal.PERSON_ABSENT, person=person, ground=ground, stand_in="–")
    return duties


class _TheSame:
    """An organisation as a key: this object, not one that is equal, so that its hundreds of units are not compared."""

    __slots__ = ("organisation",)

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation

    def __hash__(self) -> int:
        return id(self.organisation)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _TheSame) and other.organisation is self.organisation


def subtree(units: Collection[str], organisation: Organisation, at: datetime) -> frozenset[str]:
    """The codes of some units, of the units below them today, and of the former units that went into these.

    The code of a former unit is left out when another unit has it today: codes are reused. Every request of the staff
    asks for the same few, so the answers of the day are kept.
    """
    return _subtree(frozenset(units), _TheSame(organisation), at.astimezone(VIETNAM).date())


@lru_cache(maxsize=2_000)
def _subtree(wanted: frozenset[str], of: _TheSame, today: date) -> frozenset[str]:
    organisation = of.organisation
    in_force = organisation.in_force(today)
    below = [
        one
        for one in in_force
        if one.code in wanted or not wanted.isdisjoint(above.code for above in organisation.chain(one.code, today))
    ]
    in_use = {one.code for one in in_force}
    former = {old.code for one in below for old in organisation.predecessors(one)} - in_use
    return frozenset({*wanted, *(one.code for one in below), *former})
