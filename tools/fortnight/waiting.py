"""The dossiers that hang: unpaid, without an opinion or a signature, with a later date, or in a unit that closes.

Each is in a commune of its own choice, whose head may be away, and nobody does more than its kind says.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from domain.organisation.merger import Closing, Merger, merged
from domain.organisation.units import Successor
from domain.rules.province import Province
from domain.rules.rulebook import RuleKind, StoredRule, hash_of_text, rule_text
from tools.fortnight.days import Fortnight
from tools.fortnight.scenario import (
    CLOSES,
    SUCCESSOR,
    Asked,
    Extended,
    Merged,
    Planned,
    limit_days,
    officer,
    playable,
    unmerged,
    with_fee,
)

MERGER_DAY = 8
"""The day of the fortnight from which the first one is closed."""
RESOLUTION = "Nghị quyết 1/NQ-HĐND"


def resolution(province: Province, fortnight: Fortnight) -> Merger:
    """The merger in the middle of the fortnight."""
    communes = [unit.code for unit in province.organisation.communes(fortnight.first_day)]
    closed = Closing(code=communes[CLOSES], successors=(Successor(code=communes[SUCCESSOR]),))
    return Merger(effective=fortnight.at(MERGER_DAY, 0).date(), source=RESOLUTION, closed=(closed,))


def after_merger(province: Province, fortnight: Fortnight) -> tuple[Province, StoredRule]:
    """The province with the organisation in which both days stand, and that organisation as a rule to publish.

    Dossiers pin the organisation of before until the merger reaches them.
    """
    organisation = merged(province.organisation, resolution(province, fortnight))
    text = rule_text(organisation)
    rule = StoredRule(kind=RuleKind.ORGANISATION, hash=hash_of_text(text), text=text)
    return province.model_copy(update={"organisation": organisation}), rule


def hanging(province: Province, fortnight: Fortnight, dossiers: int, seed: int) -> tuple[Planned, ...]:
    """So many dossiers, of each kind in turn."""
    drawn = random.Random(seed)  # noqa: S311 - a scenario, no secret
    communes = [unit.code for unit in province.organisation.communes(fortnight.first_day)]
    procedures = [one for one in playable(province, fortnight.first_day) if len(one.steps) > 3]
    free = unmerged(province, fortnight)
    made = []
    for number in range(dossiers):
        unit, procedure = drawn.choice(free), drawn.choice(procedures)
        received = fortnight.later(fortnight.at(0, 7, 30), 11 + drawn.randrange(0, 8 * 60 * 4))
        plan = Planned(
            number=5_001 + number, fortnight=fortnight, procedure=procedure, unit=unit, desk=unit, received=received,
            answers=drawn.random() < 0.5, officer=officer(unit, drawn.choice((1, 3))),
        )  # fmt: skip
        made.append(KINDS[number % len(KINDS)](plan, drawn, province, communes))
    return tuple(made)


Kind = Callable[[Planned, random.Random, Province, list[str]], Planned]


def _never_paid(plan: Planned, drawn: random.Random, province: Province, _communes: list[str]) -> Planned:
    costly = drawn.choice(with_fee(province, plan.fortnight.first_day))
    return replace(plan, procedure=costly, unpaid=True)


def _paid_late(plan: Planned, drawn: random.Random, province: Province, communes: list[str]) -> Planned:
    """On the last day, when nothing else can become due in the fortnight."""
    return replace(_never_paid(plan, drawn, province, communes), paid=plan.fortnight.end - timedelta(minutes=30))


def _no_opinion(plan: Planned, drawn: random.Random, _province: Province, communes: list[str]) -> Planned:
    assigned = plan.fortnight.later(plan.received, 45)
    asked = Asked(unit=_another(plan, drawn, communes), at=plan.fortnight.later(assigned, 30))
    return replace(plan, assigned=assigned, asked=asked)


def _opinion_comes(plan: Planned, drawn: random.Random, province: Province, communes: list[str]) -> Planned:
    """Before or after somebody is told that it does not come."""
    waits = _no_opinion(plan, drawn, province, communes)
    if waits.asked is None:
        return waits
    given = plan.fortnight.later(waits.asked.at, drawn.randrange(600, 1_300))
    return replace(waits, asked=replace(waits.asked, given=given))


def _later_date(plan: Planned, drawn: random.Random, province: Province, _communes: list[str]) -> Planned:
    """Before anything is late, or after the promise was broken."""
    longest = max(playable(province, plan.fortnight.first_day), key=limit_days)
    at = plan.fortnight.later(plan.received, drawn.choice((400, 1_100)))
    until = plan.fortnight.later(plan.received, (limit_days(longest) + 1) * 480).date()
    assigned = plan.fortnight.later(plan.received, 60)
    return replace(plan, procedure=longest, assigned=assigned, extended=Extended(at=at, until=until))


def _no_signature(plan: Planned, drawn: random.Random, _province: Province, _communes: list[str]) -> Planned:
    at = assigned = plan.fortnight.later(plan.received, 45)
    done = []
    for _ in plan.procedure.steps:
        at = plan.fortnight.later(at, drawn.randrange(20, 120)).replace(second=30)
        done.append(at)
    return replace(plan, assigned=assigned, steps=tuple(done), hangs=True)


def _unit_closes(plan: Planned, drawn: random.Random, _province: Province, communes: list[str]) -> Planned:
    """It comes two working days before, so that the escalation to its head is open when the unit closes."""
    fortnight, closing = plan.fortnight, communes[CLOSES]
    received = fortnight.later(fortnight.at(MERGER_DAY - 4, 13), drawn.randrange(5, 230))
    merging = Merged(into=communes[SUCCESSOR], at=fortnight.at(MERGER_DAY, 0, 30))
    return replace(plan, unit=closing, desk=closing, received=received, merged=merging)


def _another(plan: Planned, drawn: random.Random, communes: list[str]) -> str:
    merging = (communes[CLOSES], communes[SUCCESSOR])
    return drawn.choice([one for one in communes if one != plan.unit and one not in merging])


KINDS: tuple[Kind, ...] = (
    _unit_closes, _never_paid, _no_opinion, _no_signature, _later_date, _paid_late, _opinion_comes,
)  # fmt: skip
