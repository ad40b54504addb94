"""Tests of the table of permissions: the roles of a command are those to which the domain grants it."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from itertools import product

import pytest

from domain.dossier.context import Rules
from domain.dossier.effects import VerifyIdentity
from domain.dossier.outcomes import RecordFailure, RecordIdentity
from domain.roles import MACHINES, Actor, Role
from gateway.access.permissions import COMMANDS, STEPS
from gateway.views.possible_acts import possible_acts
from tests.support.families import a_family
from tests.support.given import CITIZEN, HEAD
from tests.support.random_lives import MOVES, Life
from tests.support.small_province import (
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
)

LIVES = 100
UNITS = (PHU_LY, HA_NAM, CENTRE, COMMITTEE)
DECIDED_BY_DATA = {"claim", "release", "complete_step", "send_back_step", "approve", "reject_result", "extend"}
"""Commands whose roles the procedure names: any working role may have a step."""


def actors_of(role: Role, life: Life) -> list[Actor]:
    """Somebody in this role, in every unit; the assigned officer where there is one."""
    if role is Role.APPLICANT:
        return [CITIZEN]
    person = life.dossier.processing.assignee or "somebody"
    return [Actor(person=person, role=role, unit=unit) for unit in UNITS]


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
            happens(life)
            rules = Rules.pinned(life.dossier.pins, RULEBOOK)
            for role in frozenset(Role) - MACHINES:
                for act in possible_acts(life.dossier, rules, life.now, actors_of(role, life)):
                    found[act.command].add(role)
    child = a_family(BORN).children["birth"]
    rules = Rules.pinned(child.dossier.pins, RULEBOOK)
    for act in possible_acts(child.dossier, rules, child.now, [HEAD]):
        found[act.command].add(HEAD.role)
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
