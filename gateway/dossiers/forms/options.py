"""What may be chosen in the form of a command on one dossier: its own documents, steps, units, officers and orders.

People choose by name; nobody types a code.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.dossier.commands import ExplanationCause
from domain.dossier.context import Rules
from domain.dossier.post_stages import UNDER_ORDER
from domain.dossier.refused_calls import doubtful_calls, refused_calls
from domain.dossier.state import Dossier, Incident
from domain.organisation.organisation import Organisation
from domain.organisation.staff import Staff
from domain.organisation.units import Unit
from domain.procedures.procedure import FeeCase
from domain.roles import Actor, Role
from domain.text.sentences import dong
from domain.values import Bilingual
from gateway.dossiers.forms.describing import Options
from gateway.dossiers.forms.fields import Option
from gateway.i18n.wording import failure_name, say, system_name
from gateway.views.names import Names
from gateway.views.people import People

STARS = tuple(Option(value=str(stars), words=say(f"{stars} sao", f"{stars} of 5 stars")) for stars in range(5, 0, -1))


@dataclass(frozen=True)
class OfDossier:
    """What the choices of one dossier come from."""

    dossier: Dossier
    rules: Rules
    staff: Staff
    at: datetime
    loads: Mapping[str, int]
    """How many open items each officer of the unit has."""


def options_of(kind: str, given: OfDossier, capacities: Collection[Actor]) -> Options:
    """What may be chosen in each field, by its place. `capacities`: those in which the caller may give the command."""
    dossier, rules, today = given.dossier, given.rules, given.at.date()
    steps = [Option(value=one.code, words=say(one.name, one.name)) for one in rules.procedure.steps]
    codes = [step.value for step in steps]
    at = codes.index(dossier.processing.step) if dossier.processing.step in codes else None
    papers = _papers(given)
    units = units_of_day(rules.organisation, today)
    return {
        "step": () if at is None else (steps[at],),
        "to_step": tuple(reversed(steps if at is None else steps[:at])),
        "documents": papers,
        "correction.documents.value": papers,
        "receive_supplement.documents": _asked(papers, dossier) or papers,
        "person": officers(given, {actor.unit for actor in capacities if actor.unit}),
        "unit": units,
        "territory": communes_of_day(rules.organisation, today),
        "order": tuple(_plain(one) for one in [dossier.payment.order] if one),
        "item": tuple(_plain(one.item) for one in dossier.postal_items if one.item and one.stage in UNDER_ORDER),
        "fee_case": _fee_cases(dossier, rules),
        "effect": tuple(dict.fromkeys(_call(one) for one in (*refused_calls(dossier), *doubtful_calls(dossier)))),
        "stars": STARS,
        "escalation": tuple(_plain(str(one.number)) for one in dossier.escalations),
        "cause": tuple(Option(value=one.value, words=one.words) for one in ExplanationCause),
        "acting_as": capacities_named(capacities, People(given.staff, Names.of_rules(rules, today), given.at)),
    }


def _plain(code: str) -> Option:
    return Option(value=code, words=say(code, code))


def _call(incident: Incident) -> Option:
    system, code = system_name(incident.system), failure_name(incident.code, incident.system)
    return Option(
        value=incident.effect,
        words=say(f"{system.vi}: {code.vi} ({incident.effect})", f"{system.en}: {code.en} ({incident.effect})"),
    )


def _papers(given: OfDossier) -> tuple[Option, ...]:
    """The documents of the procedure, and those that came although it does not name them any more."""
    named = {one.code: one.name for one in given.rules.procedure.documents}
    codes = dict.fromkeys((*named, *(one.code for one in given.dossier.intake.documents)))
    return tuple(Option(value=code, words=say(named.get(code, code), named.get(code, code))) for code in codes)


def _asked(papers: Iterable[Option], dossier: Dossier) -> tuple[Option, ...]:
    asked = dossier.processing.open_supplement.documents if dossier.processing.open_supplement else ()
    return tuple(one for one in papers if one.value in asked)


def _fee_cases(dossier: Dossier, rules: Rules) -> tuple[Option, ...]:
    terms = rules.procedure.terms_for(dossier.intake.channel, dossier.intake.case)
    cases = terms.fee_cases if terms else ()
    return tuple(Option(value=one.code, words=_fee_case(one)) for one in cases)


def _fee_case(case: FeeCase) -> Bilingual:
    fee = dong(case.fee)
    return say(f"{case.code}: {fee.vi} ({case.legal_basis})", f"{case.code}: {fee.en} ({case.legal_basis})")


def officers(given: OfDossier, of_actor: Iterable[str]) -> tuple[Option, ...]:
    """Who may get the current step today, those with the fewest open items first.

    Present holders of a post in the role of the step, in the units of the dossier and of the head who assigns. A person
    who stands in may be assigned too.
    """
    dossier, staff, at = given.dossier, given.staff, given.at
    step = dossier.processing.step
    roles = (given.rules.step(step).role,) if step else ()
    units = dict.fromkeys(filter(None, (dossier.routing.competent, dossier.routing.responsible, *of_actor)))
    found = {
        one.acting: one.post.title
        for unit in units
        for role in roles
        for one in staff.acting_in(unit, role, at, given.rules.procedure.field)
    }
    loads, named = given.loads, People(staff, Names.of_rules(given.rules, at.date()), at)
    by_load = sorted(found.items(), key=lambda one: (loads.get(one[0], 0), one[0]))
    alone = next(iter(units)) if len(units) == 1 else None
    return tuple(
        Option(value=person, words=officer_with_load(named.words(person, alone), title, loads.get(person, 0)))
        for person, title in by_load
    )


def officer_with_load(called: Bilingual, title: str, items: int) -> Bilingual:
    """An officer as a choice: the words, the title of the post, and the open items."""
    number = "1 item" if items == 1 else f"{items} items"
    return say(f"{called.vi} ({title}): {items} việc", f"{called.en} ({title}): {number}")


def units_of_day(organisation: Organisation, on: date) -> tuple[Option, ...]:
    """Every unit of the day."""
    return tuple(_named(unit) for unit in sorted(organisation.in_force(on), key=lambda unit: unit.code))


def communes_of_day(organisation: Organisation, on: date) -> tuple[Option, ...]:
    """The communes and wards of the day. A former one is found by an address."""
    found = (unit for unit in organisation.in_force(on) if unit.level.is_commune)
    return tuple(_named(unit) for unit in sorted(found, key=lambda unit: unit.code))


def _named(unit: Unit) -> Option:
    return Option(value=unit.code, words=say(unit.name, unit.name))


def capacities_named(capacities: Iterable[Actor], people: People) -> tuple[Option, ...]:
    """Each role with its unit, as a person chooses among them; where it is an absent colleague's, with that colleague.

    Who has the post too acts by it, so it names nobody else.
    """
    each: dict[str, Actor] = {}
    for one in capacities:
        if one.role is not Role.APPLICANT:
            each.setdefault(f"{one.role}/{one.unit or ''}", one)
    return tuple(Option(value=value, words=_capacity(one, people)) for value, one in each.items())


def _capacity(one: Actor, people: People) -> Bilingual:
    unit = people.names.unit(one.unit)
    if one.stands_in_for is None:
        return say(f"{one.role.words.vi} – {unit}", f"{one.role.words.en} – {unit}")
    absent = people.words(one.stands_in_for, beside=one.unit)
    return say(
        f"{one.role.words.vi} – {unit} (làm thay {absent.vi})",
        f"{one.role.words.en} – {unit} (in place of {absent.en})",
    )
