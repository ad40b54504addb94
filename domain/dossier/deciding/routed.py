"""Where a dossier goes: the unit that is competent for its matter today."""

from __future__ import annotations

from domain.dossier.context import Context, Rules
from domain.dossier.events import DossierRouted
from domain.dossier.revision import Revision
from domain.errors import InvalidInput, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.organisation.routing import Matter, contradiction, route


def routed(
    matter: Matter, received_by: str, rules: Rules, context: Context, *, anywhere: bool = False
) -> DossierRouted:
    """The unit that is competent today; `not_received_here` if the boundary policy does not allow this desk.

    `anywhere`: a child's, since the desk of the whole was the right one for its intake.
    """
    today = context.now.date()
    routing = route(rules.procedure, matter, received_by, rules.organisation, today, read=rules.reader)
    if not routing.receivable and not anywhere:
        raise RuleViolation(DossierRefusal.NOT_RECEIVED_HERE, procedure=rules.procedure.code, unit=received_by)
    return DossierRouted(
        at=context.now,
        competent=routing.competent,
        queue=routing.queue,
        reasons=routing.reasons,
        crossing=routing.crossing,
        nothing_handed_over=bool(rules.procedure.children),
    )


def require_one_place(matter: Matter, rules: Rules, context: Context) -> None:
    """`territory_contradicts_address` when the two name different places: one of them is a mistake."""
    if context.revision < Revision.SECOND:
        return
    found = contradiction(matter, rules.organisation, context.now.date())
    if found is not None:
        unit, other = found
        raise InvalidInput(
            DossierRefusal.TERRITORY_CONTRADICTS_ADDRESS, territory=unit.code, name=unit.name, address=other.name
        )
