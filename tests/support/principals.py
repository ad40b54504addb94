"""The principal that an actor of a test signs in as."""

from __future__ import annotations

from domain.organisation.staff import Staff
from domain.roles import Actor, Role
from gateway.access.principals import ApplicantPrincipal, MachineAccount, PersonPrincipal, Principal, ServicePrincipal


def principal_of(actor: Actor, staff: Staff | None = None) -> Principal:
    """A citizen signs in as an applicant, a service of the staff as itself, and everybody else as a person."""
    if actor.role is Role.APPLICANT:
        return ApplicantPrincipal(applicant=actor.person)
    if staff is not None and staff.service(actor.person) is not None:
        return ServicePrincipal(service=actor.person)
    return PersonPrincipal(person=actor.person)


ROOT = MachineAccount(account="root")
"""The account of the machine, which carries the orders and acts of others."""
