"""Where a matter would go on a day, and why, without a dossier: one way for the command line and for HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.organisation.routing import Matter, Routing, route
from domain.rules.province import Province
from gateway.views.names import Names


@dataclass(frozen=True)
class CalculatedRoute:
    """The route of a matter, and the names of its day."""

    routing: Routing
    names: Names


def calculated_route(province: Province, procedure: str, matter: Matter, received_by: str, on: date) -> CalculatedRoute:
    """The route of a matter under the version of the procedure that is in effect on the day.

    NotFound: unknown_procedure, procedure_not_in_effect, unknown_unit, unit_not_open_yet, no_provincial_centre.
    """
    version = province.published(procedure, on).procedure
    routing = route(version, matter, received_by, province.organisation, on)
    return CalculatedRoute(routing, Names.of_procedure(version, province.organisation, on))
