"""What a caller may do with a dossier now: what the rules accept, its roles open, and four eyes do not forbid."""

from __future__ import annotations

from gateway.access.callers import Caller
from gateway.access.permissions import COMMANDS
from gateway.access.scopes import units_of
from gateway.client import Engine
from gateway.client.admitting.four_eyes import Deeds
from gateway.dossiers.reaching import Reached
from gateway.views.possible_acts import PossibleAct, possible_acts


async def allowed_acts(engine: Engine, caller: Caller, found: Reached) -> tuple[PossibleAct, ...]:
    """The commands that would be accepted from the caller now, each with an example of its data."""
    possible = possible_acts(found.dossier, found.rules, caller.at, caller.capacities(units_of(found.dossier)))
    acts = [act for act in possible if act.role in COMMANDS.get(act.command, ()) and caller.may_send(act.command)]
    by = Deeds(caller.person, as_applicant=caller.applicant is not None)
    forbidden = await engine.four_eyes.forbidden(found.row, by, [act.command for act in acts]) or {}
    return tuple(act for act in acts if act.command not in forbidden)
