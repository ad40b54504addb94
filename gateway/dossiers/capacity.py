"""In which capacity a caller acts: the one it names, else the one that fits the dossier."""

from __future__ import annotations

from collections.abc import Collection
from typing import assert_never

from domain.organisation.staff import Duty
from domain.roles import Actor, Role
from gateway.access.principals import ApplicantPrincipal, MachineAccount, PersonPrincipal, ServicePrincipal
from gateway.access.sign_in import SignedIn
from gateway.dossiers.bodies import ActingAs

NOTHING_NAMED = ActingAs()


def actor_for_request(signed: SignedIn, named: ActingAs | None, units: Collection[str]) -> Actor:
    """The actor of a request. `units` are the units of the dossier, or the one that receives it.

    The engine checks the actor again. So an actor that may not act is refused there, with the reason.
    """
    asked = named or NOTHING_NAMED
    principal = signed.caller.principal
    if signed.caller.applicant is not None:
        return Actor(person=signed.caller.applicant, role=Role.APPLICANT)
    match principal:
        case ApplicantPrincipal():
            raise AssertionError("an applicant has one capacity")
        case ServicePrincipal():
            return _service(signed, asked, principal.service, units)
        case PersonPrincipal():
            return _person(signed, asked, principal.person, units)
        case MachineAccount():
            raise AssertionError("the account of a machine does not sign in")
        case _:
            assert_never(principal)


def _person(signed: SignedIn, asked: ActingAs, person: str, units: Collection[str]) -> Actor:
    duty = _fitting(signed.caller.duties, signed.roles, asked, units)
    role = asked.role or (duty.role if duty else min(signed.roles))
    return Actor(person=person, role=role, unit=asked.unit or (duty.unit if duty else None), as_of=asked.as_of)


def _fitting(duties: Collection[Duty], roles: Collection[Role], asked: ActingAs, units: Collection[str]) -> Duty | None:
    """The first duty in a role that may do it, in a unit of the dossier; else the first such duty in any unit."""
    wanted = (asked.role,) if asked.role else roles
    able = [duty for duty in duties if duty.role in wanted and asked.unit in (None, duty.unit)]
    return next((duty for duty in able if duty.unit in units), next(iter(able), None))


def _service(signed: SignedIn, asked: ActingAs, service: str, units: Collection[str]) -> Actor:
    scope = signed.caller.service
    own = scope.units if scope and scope.units is not None else tuple(units)
    unit = asked.unit or next((one for one in own if one in units), next(iter(own), None))
    return Actor(person=service, role=asked.role or min(signed.roles), unit=unit, as_of=asked.as_of)
