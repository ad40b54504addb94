"""The dossiers that a caller may see or change with an operation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from activities.ledger.search.query import SearchScope
from domain.dossier.state import Dossier
from domain.organisation.organisation import Organisation
from domain.organisation.units import UnitLevel
from domain.roles import Role
from domain.values import VIETNAM
from gateway.access.callers import Caller, subtree
from gateway.access.principals import ApplicantPrincipal, MachineAccount, PersonPrincipal, ServicePrincipal


@dataclass(frozen=True)
class Scope:
    """A restriction of dossiers. A field that is None does not restrict; the fields that are set all hold."""

    units: frozenset[str] | None = None
    """At least one of these units takes part in the dossier. They are compared by code. An open dossier follows its
    units through a merger; one that ended before keeps the old code, which must not be given to a unit that is no
    successor. The province's data do not do that (a test says so)."""
    procedures: frozenset[str] | None = None
    applicant: str | None = None
    """The applicant who submitted it online."""

    def covers(self, dossier: Dossier) -> bool:
        """True when the dossier is within the scope."""
        return (
            (self.units is None or not self.units.isdisjoint(units_of(dossier)))
            and (self.procedures is None or dossier.intake.procedure in self.procedures)
            and (self.applicant is None or dossier.applicant.submitted_by == self.applicant)
        )


EVERYTHING = Scope()
COMMITTEE = UnitLevel.PROVINCIAL_COMMITTEE
"""The level above the centre. It has no desk: it resolves dossiers that a desk has received."""


def units_of(dossier: Dossier) -> tuple[str, ...]:
    """Every unit that takes part in a dossier: it received it, assisted, is competent or asked, or is to take over.

    The responsible one, or the queue in which the dossier waits, is the first: who may act in every unit and names
    none acts in it.
    """
    routing, handover = dossier.routing, dossier.handovers.open
    named = (
        routing.responsible, routing.queue, routing.competent, routing.received_by, dossier.intake.assisted_by,
        dossier.signing.unit, handover.to_unit if handover else None,
        *(opinion.unit for opinion in dossier.processing.opinions),
    )  # fmt: skip
    return tuple(dict.fromkeys(unit for unit in named if unit is not None))


def search_scope(scope: Scope) -> SearchScope:
    """The same restriction for a search: it finds exactly the dossiers that the caller may read."""
    return SearchScope(
        units=None if scope.units is None else tuple(sorted(scope.units)),
        procedures=None if scope.procedures is None else tuple(sorted(scope.procedures)),
        applicant=scope.applicant,
    )


def is_whole_province(scope: Scope, organisation: Organisation, at: datetime) -> bool:
    """True when every desk of the province, and so every dossier, is within the scope."""
    if scope.procedures is not None or scope.applicant is not None:
        return False
    desks = (one for one in organisation.in_force(at.astimezone(VIETNAM).date()) if one.level is not COMMITTEE)
    return scope.units is None or all(one.code in scope.units for one in desks)


def scope_of(caller: Caller, roles: frozenset[Role], organisation: Organisation) -> Scope:
    """The dossiers that the caller reaches in these roles, which may do the operation (`require_permission`)."""
    match caller.principal:
        case PersonPrincipal():
            return Scope(units=_units(caller, roles, organisation))
        case ServicePrincipal():
            return _of_service(caller)
        case ApplicantPrincipal():
            return Scope(applicant=caller.principal.applicant)
        case MachineAccount():
            return EVERYTHING
        case _:
            assert_never(caller.principal)


def _of_service(caller: Caller) -> Scope:
    """The procedures of the service, and its units; for an applicant that applicant's dossiers instead of the units."""
    units = caller.service.units if caller.service else ()
    procedures = caller.service.procedures if caller.service else ()
    return Scope(
        units=None if units is None or caller.for_applicant is not None else frozenset(units),
        procedures=None if procedures is None else frozenset(procedures),
        applicant=caller.for_applicant,
    )


def _units(caller: Caller, roles: frozenset[Role], organisation: Organisation) -> frozenset[str]:
    units = {duty.unit for duty in caller.duties if duty.role in roles}
    return subtree(units, organisation, caller.at)
