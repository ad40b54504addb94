"""Tests of the table of permissions: the roles of a command are those to which the domain grants it."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from itertools import product

import pytest

from domain.changed import changed
from domain.dossier.commands import Accept, AcknowledgeHandover
from domain.dossier.context import Rules
from domain.dossier.effects import VerifyIdentity
from domain.dossier.outcomes import RecordFailure, RecordIdentity
from domain.roles import MACHINES, Actor, Role
from domain.rules.audience import Addressee
from gateway.access.permissions import COMMANDS, STEPS
from gateway.views.possible_acts import possible_acts
from tests.support.families import a_family
from tests.support.given import CITIZEN, DESK, HEAD, Case, a_submission, posted
from tests.support.random_lives import MOVES, Life
from tests.support.small_province import (
    ANSWERED,
    BORN,
    CENTRE,
    COMMITTEE,
    FREE,
    HA_NAM,
    KNOWN_ONLY,
    PAID,
    PHU_LY,
    RULEBOOK,
    UNSIGNED,
    people,
    pins,
)

pytestmark = pytest.mark.slow

LIVES = 160
UNITS = (PHU_LY, HA_NAM, CENTRE, COMMITTEE)
DECIDED_BY_DATA = {"claim", "release", "complete_step", "send_back_step", "approve", "reject_result", "extend"}
"""Commands whose roles the procedure names: any working role may have a step."""
TOLD = "told"


def actors_of(role: Role, life: Life | Case) -> list[Actor]:
    """Somebody in this role, in every unit; the assigned officer where there is one."""
    if role is Role.APPLICANT:
        return [CITIZEN]
    person = life.dossier.processing.assignee or "somebody"
    return [Actor(person=person, role=role, unit=unit) for unit in UNITS]


def escalated() -> Case:
    """Given: an escalation of which a person of the unit in every role was told, and which wants an explanation too."""
    case = Case()
    case.when(CITIZEN, a_submission(FREE, pins=pins(FREE, ANSWERED)))
    case.when(DESK, Accept())
    case.when(HEAD, AcknowledgeHandover())
    case.until("2025-07-09 08:00").tick_with(people((HEAD.person, Role.HEAD_OF_UNIT, HA_NAM)))
    told = tuple(Addressee(person=TOLD, unit=HA_NAM, role=role) for role in frozenset(Role) - MACHINES)
    open_one = changed(case.dossier.escalations[0], unit=HA_NAM, addressees=told, explains=HA_NAM)
    case.standing = changed(case.dossier, escalations=(open_one,))
    return case


def identity_differs(life: Life, _: int) -> None:
    """The population database has other data about the applicant."""
    for effect in life.reaction().effects:
        if isinstance(effect, VerifyIdentity):
            life.must(RecordIdentity(effect=effect.id, matches=False))


def refused_for_good(life: Life) -> None:
    """Outside systems refuse what the dossier wants of them."""
    for effect in life.reaction().effects:
        life.must(RecordFailure(effect=effect.id, system="outside", code="down", final=True))


@pytest.fixture(scope="module")
def granted() -> Mapping[str, set[Role]]:
    """The roles to which the domain grants each command, in many seeded lives of a dossier."""
    chance, found = random.Random(20261126), defaultdict[str, set[Role]](set)  # noqa: S311  the lives are to be the same each time
    for number, procedure in product(range(LIVES // 4), (FREE, PAID, KNOWN_ONLY, UNSIGNED)):
        life = Life.begin(procedure)
        for _ in range(12 + number % 20):
            life.now += timedelta(minutes=chance.choice([0, 1, 60, 300, 1_440]))
            chance.choice([*MOVES, identity_differs])(life, chance.randrange(1_000))
        for happens in (lambda _: None, refused_for_good):
            before = len(life.events)
            happens(life)
            if happens is refused_for_good and len(life.events) == before:
                continue  # nothing was wanted of outside systems: the dossier is as it was looked at
            rules = Rules.pinned(life.dossier.pins, RULEBOOK)
            for role in frozenset(Role) - MACHINES:
                for act in possible_acts(life.dossier, rules, life.now, actors_of(role, life)):
                    found[act.command].add(role)
    child = a_family(BORN).children["birth"]
    rules = Rules.pinned(child.dossier.pins, RULEBOOK)
    for act in possible_acts(child.dossier, rules, child.now, [HEAD]):
        found[act.command].add(HEAD.role)
    at_the_post = posted()
    rules = Rules.pinned(at_the_post.dossier.pins, RULEBOOK)
    for role in frozenset(Role) - MACHINES:
        for act in possible_acts(at_the_post.dossier, rules, at_the_post.now, actors_of(role, at_the_post)):
            found[act.command].add(role)
    answerable = escalated()
    rules = Rules.pinned(answerable.dossier.pins, RULEBOOK)
    for role in frozenset(Role) - MACHINES - {Role.OPERATOR}:
        actors = [actor.model_copy(update={"person": TOLD}) for actor in actors_of(role, answerable)]
        for act in possible_acts(answerable.dossier, rules, answerable.now, actors):
            found[act.command].add(role)
    return found


def test_the_domain_grants_nothing_beyond_the_table(granted: Mapping[str, set[Role]]) -> None:
    """A role to which the domain grants a command is in the row of the command."""
    beyond = {kind: roles - COMMANDS[kind] for kind, roles in granted.items() if not roles <= COMMANDS[kind]}
    assert beyond == {}


def test_the_table_grants_nothing_beyond_the_domain(granted: Mapping[str, set[Role]]) -> None:
    """Every role in the row of a command was granted it in some life, or the procedure's data may name the role."""
    beyond = {
        kind: set(roles) - granted.get(kind, set()) for kind, roles in COMMANDS.items() if kind not in DECIDED_BY_DATA
    }
    assert {kind: roles for kind, roles in beyond.items() if roles} == {}
    assert all(COMMANDS[kind] == STEPS for kind in DECIDED_BY_DATA)
