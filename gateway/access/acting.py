"""Checks in whose name a verified principal may act, and says which program carries the act.

The actor of a request says only in which capacity the act is done. It is never believed: the principal decides whose
acts may be carried. Whether that person holds the role in the unit today is checked afterwards by
`gateway.client.admitting.authorization`.
"""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from domain.errors import NotAuthorised, NotFound
from domain.messages.organisation import OrganisationRefusal
from domain.organisation.people import Service
from domain.organisation.staff import Staff
from domain.roles import ACCOUNT_PREFIX, RESERVED_CARRIERS, Actor, Role
from domain.values import VIETNAM, Bilingual
from gateway.access.principals import (
    ApplicantPrincipal,
    MachineAccount,
    PersonPrincipal,
    Principal,
    ServicePrincipal,
)

LONGEST_CODE = 64
ANY = Bilingual(vi="bất kỳ", en="any")


def carried(principal: Principal, actor: Actor, staff: Staff, at: datetime) -> Actor:
    """The actor with the program that carries the act in `carried_by`.

    A person acts only as that person, and an applicant only as that applicant. A service acts under its own code, or
    for an applicant if it is trusted to. The account of a machine carries anybody who holds a post, and applicants.
    What the request itself says of the carrier is ignored.

    Raises NotAuthorised `not_who_signed_in`, `signed_in_for_another_post`, `service_not_for_staff`,
    `service_not_for_applicants`, `only_the_service_itself`, `carrier_reserved`, and the errors of `service_in_force`.
    """
    match principal:
        case PersonPrincipal(person=person, carried_by=program):
            _require_itself(person, actor, as_applicant=False)
            _require_within_sign_in(principal, actor)
            _require_no_service(actor, staff)
            return _through(_program(program), actor)
        case ApplicantPrincipal(applicant=applicant, carried_by=program):
            _require_itself(applicant, actor, as_applicant=True)
            return _through(_program(program), actor)
        case MachineAccount():
            _require_no_service(actor, staff)
            return _through(carrier_of(principal), actor)
        case ServicePrincipal(service=code):
            return _by_service(service_in_force(code, staff, at), actor)
        case _:
            assert_never(principal)


def carrier_of(account: MachineAccount) -> str:
    """The code by which the record names the account of a machine: `tai-khoan.root`."""
    return f"{ACCOUNT_PREFIX}{account.account}"[:LONGEST_CODE]


def service_in_force(code: str, staff: Staff, at: datetime) -> Service:
    """The service that is trusted on the day of `at`.

    Raises NotFound `unknown_person` for a code that is not entered; NotAuthorised `service_not_in_force_yet`,
    `service_revoked`.
    """
    service = staff.service(code)
    if service is None:
        raise NotFound(OrganisationRefusal.UNKNOWN_PERSON, person=code)
    today = at.astimezone(VIETNAM).date()
    if service.valid_from is not None and today < service.valid_from:
        raise NotAuthorised(OrganisationRefusal.SERVICE_NOT_IN_FORCE_YET, service=code, valid_from=service.valid_from)
    if service.valid_to is not None and today > service.valid_to:
        raise NotAuthorised(OrganisationRefusal.SERVICE_REVOKED, service=code, valid_to=service.valid_to)
    return service


def service_of(principal: Principal, staff: Staff, at: datetime) -> Service | None:
    """The service that asks, or None for anybody else. Raises the errors of `service_in_force`."""
    return service_in_force(principal.service, staff, at) if isinstance(principal, ServicePrincipal) else None


def require_command_in_scope(service: Service, command: str) -> None:
    """NotAuthorised `service_not_in_command` for a command that the service may not send."""
    if service.commands is not None and command not in service.commands:
        facts = {"service": service.code, "command": command, "commands": service.commands}
        raise NotAuthorised(OrganisationRefusal.SERVICE_NOT_IN_COMMAND, **facts)


def require_procedure_in_scope(service: Service, procedure: str) -> None:
    """NotAuthorised `service_not_in_procedure` for a procedure on which the service may not act."""
    if service.procedures is not None and procedure not in service.procedures:
        facts = {"service": service.code, "procedure": procedure, "procedures": service.procedures}
        raise NotAuthorised(OrganisationRefusal.SERVICE_NOT_IN_PROCEDURE, **facts)


def require_may_bring_over(principal: Principal, staff: Staff, at: datetime) -> None:
    """NotAuthorised `not_for_bringing_over` unless it is a service that brings dossiers over, or the account of the
    machine. The older system's date of receipt moves both due dates, so nobody states it for a dossier of their own.

    Raises the errors of `service_in_force` too.
    """
    service = service_of(principal, staff, at)
    if not isinstance(principal, MachineAccount) and (service is None or not service.brings_over):
        raise NotAuthorised(OrganisationRefusal.NOT_FOR_BRINGING_OVER)


def sees_only_own(principal: Principal, actor: Actor) -> bool:
    """True when a dossier that the applicant did not submit must look like one that does not exist.

    The account of a machine already reads every dossier, so it gets the dossier's own refusal.
    """
    return actor.role is Role.APPLICANT and not isinstance(principal, MachineAccount)


def _through(carrier: str | None, actor: Actor) -> Actor:
    return actor.model_copy(update={"carried_by": carrier})


def _program(code: str | None) -> str | None:
    """The client program of a person or an applicant. Its code must not be one of another carrier."""
    if code is not None and code.startswith(RESERVED_CARRIERS):
        raise NotAuthorised(OrganisationRefusal.CARRIER_RESERVED, carrier=code)
    return code


def _require_itself(code: str, actor: Actor, *, as_applicant: bool) -> None:
    if actor.person != code or (actor.role is Role.APPLICANT) is not as_applicant:
        raise NotAuthorised(OrganisationRefusal.NOT_WHO_SIGNED_IN, principal=code, person=actor.person, role=actor.role)


def _require_within_sign_in(principal: PersonPrincipal, actor: Actor) -> None:
    """A person who signed in for one role or one unit acts in nothing else, whatever posts they hold."""
    if not principal.covers(actor.role, actor.unit):
        role, unit = principal.role or ANY, principal.unit or ANY
        raise NotAuthorised(OrganisationRefusal.SIGNED_IN_FOR_ANOTHER_POST, role=role, unit=unit)


def _require_no_service(actor: Actor, staff: Staff) -> None:
    """Nobody else acts under the code of a service. An applicant's identifier may be the same by chance."""
    if actor.role is not Role.APPLICANT and staff.service(actor.person) is not None:
        raise NotAuthorised(OrganisationRefusal.ONLY_THE_SERVICE_ITSELF, service=actor.person)


def _by_service(service: Service, actor: Actor) -> Actor:
    if actor.role is Role.APPLICANT:
        if not service.for_applicants:
            raise NotAuthorised(OrganisationRefusal.SERVICE_NOT_FOR_APPLICANTS, service=service.code)
        return _through(service.code, actor)
    if actor.person != service.code:
        raise NotAuthorised(OrganisationRefusal.SERVICE_NOT_FOR_STAFF, service=service.code, person=actor.person)
    return _through(None, actor)
