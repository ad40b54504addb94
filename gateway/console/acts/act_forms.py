"""What the form of a command shows: its fields with the choices of the dossier, and what stands in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from domain.dossier.state import Dossier
from domain.organisation.suggestions import Suggestion
from domain.roles import Actor
from domain.values import Bilingual
from gateway.access.scopes import units_of
from gateway.client import Engine
from gateway.console.visits import Visit
from gateway.dossiers.bodies import COMMAND_BODIES
from gateway.dossiers.forms.describing import described
from gateway.dossiers.forms.fields import FormField
from gateway.dossiers.forms.filling import typed_from
from gateway.dossiers.forms.options import OfDossier, options_of
from gateway.dossiers.reaching import Reached, reached
from gateway.dossiers.suggesting import suggestions_for
from gateway.views.names import Names
from gateway.views.possible_acts import IN_ENGLISH, PossibleAct, possible_acts
from gateway.views.timeline import line
from gateway.views.ways_back import WayBack, way_back_of

TYPED_ANEW = frozenset({("approve_fee", "amount")})
"""Values that the person who acts must type, also where they are known: the second person checks the first."""
MOST_CHANGES = 20


@dataclass(frozen=True)
class ActForm:
    """The form of one command on one dossier."""

    kind: str
    found: Reached
    fields: tuple[FormField, ...]
    possible: PossibleAct | None
    """The command with its data, when it would be accepted now."""
    way_back: WayBack | None
    on_behalf_of: str | None
    """The absent colleague for whom the command is given, unless the caller chooses another capacity."""
    suggestions: tuple[Suggestion, ...] = ()
    """Of an assignment: to whom it could go, the best first."""

    @property
    def defaults(self) -> dict[str, list[str]]:
        """What stands in the fields at first."""
        return typed_from(self.fields, _first_body(self.kind, self.possible, self.found.dossier))


async def act_form(visit: Visit, kind: str, code: str) -> ActForm:
    """The form for who is signed in. Raises NotFound `unknown_dossier`."""
    engine = visit.api.engine
    found = await reached(engine, visit.signed, code)
    actors = _actors(visit, found.dossier)
    given = OfDossier(found.dossier, found.rules, engine.staff, visit.now, await _loads(engine, kind, actors))
    offered = possible_acts(found.dossier, found.rules, visit.now, actors)
    possible = next((one for one in offered if one.command == kind), None)
    return ActForm(
        kind=kind,
        found=found,
        fields=described(kind, COMMAND_BODIES[kind], options_of(kind, given, actors)),
        possible=possible,
        way_back=way_back_of(kind),
        on_behalf_of=_on_behalf_of(actors, possible),
        suggestions=await suggestions_for(engine, found, visit.now) if kind == "assign" else (),
    )


def _on_behalf_of(actors: Collection[Actor], possible: PossibleAct | None) -> str | None:
    """For whom the first capacity acts that may give the command now. Who has such a post acts by it."""
    fitting = [one for one in actors if possible is None or (one.role, one.unit) == (possible.role, possible.unit)]
    if any(one.stands_in_for is None for one in fitting):
        return None
    return next((one.stands_in_for for one in fitting), None)


def _actors(visit: Visit, dossier: Dossier) -> list[Actor]:
    """The capacities in which the caller may give the command, those in a unit of the dossier first."""
    units = units_of(dossier)
    able = [one for one in visit.caller.capacities(units) if one.role in visit.signed.roles]
    return sorted(able, key=lambda one: one.unit not in units)


async def _loads(engine: Engine, kind: str, actors: Collection[Actor]) -> Mapping[str, int]:
    """How many open items each officer of the units has, for an assignment."""
    loads: dict[str, int] = {}
    if kind == "assign":
        for unit in dict.fromkeys(one.unit for one in actors if one.unit):
            for (person, _), items in (await engine.reader.assignees(unit)).items():
                loads[person] = loads.get(person, 0) + items
    return loads


def _first_body(kind: str, possible: PossibleAct | None, dossier: Dossier) -> dict[str, Any]:
    """The example of the possible act without its placeholders. A correction starts from what is recorded."""
    if kind == "correct_entry":
        documents = [one.model_dump(mode="json") for one in dossier.intake.documents]
        return {"correction": {"entry": "documents", "value": documents}}
    if possible is None:
        return {}
    known = {
        name: value
        for name, value in possible.data.items()
        if not (isinstance(value, str) and value in IN_ENGLISH) and (kind, name) not in TYPED_ANEW
    }
    return {**known, "acting_as": {"role": possible.role.value, "unit": possible.unit}}


async def changes_since(visit: Visit, found: Reached, version: int) -> list[str]:
    """What happened in the dossier after a version, in words; the last ones, when it was much."""
    story = await visit.api.engine.reader.story(found.row.code, version)
    names = Names.of_rules(found.rules, visit.now.date())
    return [line(one, names, visit.language) for one in story[-MOST_CHANGES:]]


def faults_in_words(visit: Visit, faults: Mapping[str, Bilingual]) -> dict[str, str]:
    """What is wrong with each field, in the language of the screen."""
    return {name: visit.text(words) for name, words in faults.items()}
