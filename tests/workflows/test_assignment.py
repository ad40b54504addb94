"""Assignment by the engine on a real Temporal and a real ledger: once, evenly, and never over a person's decision."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime
from uuid import uuid4

import pytest

from activities.ledger.feed import Feed
from activities.relays.relay import NotNow, Relay
from domain.dossier.commands import Accept, AcknowledgeHandover, Assign, CompleteStep
from domain.dossier.events import DossierAssigned
from domain.organisation.people import Absence, Appointment, Delegation, Post, Staff
from domain.roles import Actor, Role
from domain.rules import Rulebook
from domain.values import VIETNAM
from gateway.assignment import ASSIGNER, Assigner
from gateway.authority import admitted
from gateway.refused import Refused
from gateway.requests import ActRequest
from gateway.work_list import WorkLists
from tests.domain.dossier.given import DESK, HEAD
from tests.small_province import HA_NAM, SINCE, at
from tests.workflows.conftest import Hall
from workflows import rules_in_force

pytestmark = pytest.mark.stack

POSTS = tuple(
    Post(code=f"post.{person}", unit=HA_NAM, role=Role.SPECIALIST, title="Chuyên môn") for person in ("an", "binh")
)


def a_staff(*absences: Absence, delegations: tuple[Delegation, ...] = ()) -> Staff:
    """Two officers in ward Hà Nam."""
    return Staff(
        posts=POSTS,
        appointments=tuple(
            Appointment(person=post.code.removeprefix("post."), post=post.code, valid_from=SINCE) for post in POSTS
        ),
        absences=absences,
        delegations=delegations,
    )


AN_AWAY = Absence(person="an", began=at("2025-07-01 00:00"), ground="Nghỉ phép")


def assigner(hall: Hall, staff: Staff) -> Assigner:
    """As the worker makes it."""
    return Assigner(hall.engine, lambda: staff, rules_in_force.rulebook)


async def followed(hall: Hall, staff: Staff, reader: str = "assigner") -> None:
    """The relay has read everything that was written; under another name it begins at the beginning."""
    one = Relay(reader, hall.pool, assigner(hall, staff).hand)
    while await one.step():
        pass


async def acknowledged(hall: Hall) -> str:
    """Given: a dossier that ward Hà Nam has, and that nobody works on."""
    code = (await hall.submit()).dossier
    await hall.act(code, DESK, Accept())
    await hall.act(code, HEAD, AcknowledgeHandover())
    return code


async def assignments(hall: Hall, code: str) -> list[tuple[str, str]]:
    """Who named whom."""
    history = await hall.engine.history(code)
    return [(one.actor.person, one.event.person) for one in history if isinstance(one.event, DossierAssigned)]


async def test_dossiers_are_given_out_evenly_and_once(hall: Hall) -> None:
    """Four dossiers between two officers: two each; whatever is read twice is assigned once; the note says why."""
    codes = [await acknowledged(hall) for _ in range(4)]
    await followed(hall, a_staff())
    await followed(hall, a_staff(), "again")
    named = [await assignments(hall, code) for code in codes]
    assert [len(one) for one in named] == [1, 1, 1, 1]
    assert {who for ((who, _),) in named} == {ASSIGNER}
    assert Counter(person for ((_, person),) in named) == {"an": 2, "binh": 2}
    assigned = next(one for one in await hall.engine.history(codes[0]) if isinstance(one.event, DossierAssigned))
    assert assigned.event.note is not None
    assert (assigned.actor.role, assigned.actor.unit) == (Role.ASSIGNER, HA_NAM)


async def test_nobody_is_named_before_the_unit_has_it(hall: Hall) -> None:
    """An unacknowledged handover waits for the unit, not for one of its officers."""
    code = (await hall.submit()).dossier
    await hall.act(code, DESK, Accept())
    await followed(hall, a_staff())
    assert await assignments(hall, code) == []
    await hall.act(code, HEAD, AcknowledgeHandover())
    await followed(hall, a_staff())
    assert await assignments(hall, code) == [(ASSIGNER, "an")]


async def test_what_the_head_of_unit_decided_stays(hall: Hall) -> None:
    """Assigned by hand, before the relay comes by or after it: the relay changes nothing."""
    before, after = await acknowledged(hall), await acknowledged(hall)
    await hall.act(before, HEAD, Assign(person="binh"))
    await followed(hall, a_staff())
    await hall.act(after, HEAD, Assign(person="binh"))
    await followed(hall, a_staff())
    assert await assignments(hall, before) == [(HEAD.person, "binh")]
    assert await assignments(hall, after) == [(ASSIGNER, "an"), (HEAD.person, "binh")]


async def test_the_absent_get_nothing_and_an_empty_unit_keeps_its_queue(hall: Hall) -> None:
    """With one officer away the other has it; with both away nobody is named and the relay goes on."""
    one, other = await acknowledged(hall), await acknowledged(hall)
    binh_away = AN_AWAY.model_copy(update={"person": "binh"})
    await followed(hall, a_staff(AN_AWAY, binh_away))
    assert await assignments(hall, one) == []
    assert await Feed(hall.pool).lag("assigner") == 0
    await hall.act(other, HEAD, Assign(person="an"))
    await followed(hall, a_staff(AN_AWAY), "again")
    assert await assignments(hall, one) == [(ASSIGNER, "binh")]
    assert await assignments(hall, other) == [(HEAD.person, "an")]


async def test_a_stand_in_finishes_what_was_the_absent_officer_s(hall: Hall) -> None:
    """Only as a stand-in, let in at the door, may a colleague complete it; it was on their list."""
    code = await acknowledged(hall)
    await hall.act(code, HEAD, Assign(person="an"))
    delegation = Delegation(
        giver="an", receiver="binh", roles=(Role.SPECIALIST,), began=at("2025-07-01 00:00"), source="TB 12"
    )
    staff, now = a_staff(AN_AWAY, delegations=(delegation,)), datetime.now(VIETNAM)
    on_the_list = await WorkLists(hall.engine.reader, staff).of_person("binh", now)
    assert [row.item.dossier for row in on_the_list] == [code]
    binh = Actor(person="binh", role=Role.SPECIALIST, unit=HA_NAM)
    with pytest.raises(Refused, match="not_assignee"):
        await hall.act(code, binh, CompleteStep(step="process"))
    request = ActRequest(command_id=uuid4(), actor=binh, command=CompleteStep(step="process"))
    await hall.engine.act(code, admitted(request, await hall.engine.dossier(code), staff, now))
    assert "step_completed" in await hall.kinds(code)
    assert await WorkLists(hall.engine.reader, staff).of_person("binh", now) == []


async def test_two_relays_at_once_assign_once(hall: Hall) -> None:
    """The same dossier at the same version is one command, whoever sends it."""
    code = await acknowledged(hall)
    history = await hall.engine.history(code)
    await asyncio.gather(*(assigner(hall, a_staff()).hand(history) for _ in range(4)))
    assert await assignments(hall, code) == [(ASSIGNER, "an")]


async def test_a_dossier_whose_rules_are_not_loaded_is_waited_for(hall: Hall) -> None:
    """Nothing is passed over: the cursor stays where it was until the dossier can be judged."""
    code = await acknowledged(hall)
    blind = Relay("assigner", hall.pool, Assigner(hall.engine, a_staff, Rulebook.of).hand)
    with pytest.raises(NotNow, match="unknown_rule"):
        await blind.step()
    await followed(hall, a_staff())
    assert await assignments(hall, code) == [(ASSIGNER, "an")]
