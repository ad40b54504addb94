"""Assignment by the engine on a real Temporal and a real ledger: once, evenly, and never over a person's decision."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from activities.ledger.feed import Feed
from activities.ledger.officer_loads import OfficerLoads
from activities.ledger.stuck_dossiers import StuckDossiers, StuckExecutor
from activities.ledger.unit_lock import unit_locked
from activities.relays.one_at_a_time import NotNow
from activities.relays.relay import Relay
from domain.dossier.commands import Accept, AcknowledgeHandover, AskOpinion, Assign, Claim, CompleteStep, Release
from domain.dossier.events import DossierAssigned
from domain.organisation.assignment_rules import AssignmentRules
from domain.organisation.people import Absence, Appointment, Delegation, Post
from domain.organisation.staff import Staff
from domain.roles import Actor, Role
from domain.rules.rulebook import Rulebook
from domain.values import VIETNAM
from gateway.client.assignment import ASSIGNER, Assigner
from gateway.client.assignment_rounds import AssignmentRounds
from gateway.client.engine_errors import Refused
from gateway.views.work_list import WorkLists
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, HEAD
from tests.support.small_province import HA_NAM, PHU_LY, SINCE, at
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


def assigner(harness: EngineHarness, staff: Staff) -> Assigner:
    """As the worker makes it."""
    return Assigner(harness.engine, lambda: staff, rules_in_force.rulebook)


async def followed(harness: EngineHarness, staff: Staff, reader: str = "assigner") -> None:
    """The relay has read everything that was written; under another name it begins at the beginning."""
    one = Relay(reader, harness.pool, assigner(harness, staff).hand)
    while await one.step():
        pass


async def acknowledged(harness: EngineHarness) -> str:
    """Given: a dossier that ward Hà Nam has, and that nobody works on."""
    code = (await harness.submit()).dossier
    await harness.act(code, DESK, Accept())
    await harness.act(code, HEAD, AcknowledgeHandover())
    return code


async def assignments(harness: EngineHarness, code: str) -> list[tuple[str, str]]:
    """Who named whom."""
    history = await harness.engine.history(code)
    return [(one.actor.person, one.event.person) for one in history if isinstance(one.event, DossierAssigned)]


async def test_dossiers_are_given_out_evenly_and_once(harness: EngineHarness) -> None:
    """Four dossiers between two officers: two each; whatever is read twice is assigned once; the note says why."""
    codes = [await acknowledged(harness) for _ in range(4)]
    await followed(harness, a_staff())
    await followed(harness, a_staff(), "again")
    named = [await assignments(harness, code) for code in codes]
    assert [len(one) for one in named] == [1, 1, 1, 1]
    assert {who for ((who, _),) in named} == {ASSIGNER}
    assert Counter(person for ((_, person),) in named) == {"an": 2, "binh": 2}
    assigned = next(one for one in await harness.engine.history(codes[0]) if isinstance(one.event, DossierAssigned))
    assert assigned.event.note is not None
    assert (assigned.actor.role, assigned.actor.unit) == (Role.ASSIGNER, HA_NAM)


async def test_nobody_is_named_before_the_unit_has_it(harness: EngineHarness) -> None:
    """An unacknowledged handover waits for the unit, not for one of its officers."""
    code = (await harness.submit()).dossier
    await harness.act(code, DESK, Accept())
    await followed(harness, a_staff())
    assert await assignments(harness, code) == []
    await harness.act(code, HEAD, AcknowledgeHandover())
    await followed(harness, a_staff())
    assert await assignments(harness, code) == [(ASSIGNER, "an")]


async def test_what_the_head_of_unit_decided_stays(harness: EngineHarness) -> None:
    """Assigned by hand, before the relay comes by or after it: the relay changes nothing."""
    before, after = await acknowledged(harness), await acknowledged(harness)
    await harness.act(before, HEAD, Assign(person="binh"))
    await followed(harness, a_staff())
    await harness.act(after, HEAD, Assign(person="binh"))
    await followed(harness, a_staff())
    assert await assignments(harness, before) == [(HEAD.person, "binh")]
    assert await assignments(harness, after) == [(ASSIGNER, "an"), (HEAD.person, "binh")]


async def test_the_absent_get_nothing_and_an_empty_unit_keeps_its_queue(harness: EngineHarness) -> None:
    """With one officer away the other has it; with both away nobody is named and the relay goes on."""
    one, other = await acknowledged(harness), await acknowledged(harness)
    binh_away = AN_AWAY.model_copy(update={"person": "binh"})
    await followed(harness, a_staff(AN_AWAY, binh_away))
    assert await assignments(harness, one) == []
    assert await Feed(harness.pool).lag("assigner") == 0
    await harness.act(other, HEAD, Assign(person="an"))
    await followed(harness, a_staff(AN_AWAY), "again")
    assert await assignments(harness, one) == [(ASSIGNER, "binh")]
    assert await assignments(harness, other) == [(HEAD.person, "an")]


async def test_of_two_who_claim_at_once_one_gets_it(harness: EngineHarness) -> None:
    """The other is told who has it; the dossier has one assignee, and the same claim sent again is the first."""
    code = await acknowledged(harness)
    officers = [Actor(person=person, role=Role.SPECIALIST, unit=HA_NAM) for person in ("an", "binh")]
    outcomes = await asyncio.gather(*(harness.act(code, one, Claim()) for one in officers), return_exceptions=True)
    [refused] = [one for one in outcomes if isinstance(one, BaseException)]
    assert isinstance(refused, Refused)
    assert refused.code == "taken_already"
    [(_, person)] = await assignments(harness, code)
    assert refused.facts["assignee"] == person
    who = next(one for one in officers if one.person == person)
    await harness.act(code, who, Release(reason="Nghỉ phép"))
    other = next(one for one in officers if one.person != person)
    await harness.act(code, other, Claim())
    assert [person for _, person in await assignments(harness, code)] == [who.person, other.person]


async def test_a_stand_in_finishes_what_was_the_absent_officer_s(harness: EngineHarness) -> None:
    """Only as a stand-in, let in at the door, may a colleague complete it; it was on their list."""
    code = await acknowledged(harness)
    await harness.act(code, HEAD, Assign(person="an"))
    delegation = Delegation(
        giver="an", receiver="binh", roles=(Role.SPECIALIST,), began=at("2025-07-01 00:00"), source="TB 12"
    )
    staff, now = a_staff(AN_AWAY, delegations=(delegation,)), datetime.now(VIETNAM)
    on_the_list = await WorkLists(harness.pool, staff).of_person("binh", now)
    assert [row.item.dossier for row in on_the_list] == [code]
    binh = Actor(person="binh", role=Role.SPECIALIST, unit=HA_NAM)
    with pytest.raises(Refused, match="not_assignee"):
        await harness.act(code, binh, CompleteStep(step="process"))
    harness.staff = harness.staff.model_copy(update={"absences": (AN_AWAY,), "delegations": (delegation,)})
    await harness.act(code, binh, CompleteStep(step="process"))
    assert "step_completed" in await harness.kinds(code)
    completed = next(one for one in await harness.engine.history(code) if one.kind == "step_completed")
    assert completed.actor == binh.model_copy(update={"stands_in_for": "an"})
    assert await WorkLists(harness.pool, staff).of_person("binh", now) == []


@pytest.fixture
def rounds(harness: EngineHarness) -> Callable[[Staff], Awaitable[None]]:
    """One round of the engine, with this staff."""

    async def round_with(staff: Staff) -> None:
        one = AssignmentRounds(harness.engine, assigner(harness, staff), lambda: staff)
        await one.go_round(datetime.now(VIETNAM))

    return round_with


async def test_what_the_absent_have_not_begun_is_given_anew_and_said(
    harness: EngineHarness, rounds: Callable[[Staff], Awaitable[None]]
) -> None:
    """The engine's own choice, without an event; what a head decided, what was begun, and short absences stay."""
    code, by_head, begun = [await acknowledged(harness) for _ in range(3)]
    away = a_staff(Absence(person="binh", began=at("2025-07-01 00:00"), ground="Nghỉ phép"))
    for one in (code, begun):
        await assigner(harness, away).look_at(one)
    await harness.act(by_head, HEAD, Assign(person="an"))
    an = Actor(person="an", role=Role.SPECIALIST, unit=HA_NAM)
    await harness.act(begun, an, AskOpinion(unit=PHU_LY))
    now = datetime.now(VIETNAM)
    short = AN_AWAY.model_copy(update={"began": now - timedelta(minutes=1), "ended": now + timedelta(minutes=1)})
    await rounds(a_staff(short))
    assert await assignments(harness, code) == [(ASSIGNER, "an")]
    await rounds(a_staff(AN_AWAY))
    await rounds(a_staff(AN_AWAY))
    assert await assignments(harness, code) == [(ASSIGNER, "an"), (ASSIGNER, "binh")]
    assert await assignments(harness, by_head) == [(HEAD.person, "an")]
    assert await assignments(harness, begun) == [(ASSIGNER, "an")]
    assert (await harness.engine.history(code))[-1].event.note is not None


async def test_what_was_given_back_is_left_to_people_until_the_step_is_done(
    harness: EngineHarness, rounds: Callable[[Staff], Awaitable[None]]
) -> None:
    """The head undoes the engine's choice: it names nobody again for this step. A colleague may take it."""
    code = await acknowledged(harness)
    await followed(harness, a_staff())
    await harness.act(code, HEAD, Release(reason="Để anh Bình làm"))
    await followed(harness, a_staff())
    await rounds(a_staff())
    assert await assignments(harness, code) == [(ASSIGNER, "an")]
    row = await harness.engine.reader.dossier(code)
    assert row is not None
    assert row.assignee is None
    assert await OfficerLoads(harness.pool).before(code, ["process"]) is None


async def test_a_stuck_dossier_is_left_and_looked_at_again(harness: EngineHarness) -> None:
    """It holds up no other dossier of its unit; when it goes on it gets its officer without an event."""
    stuck, other = await acknowledged(harness), await acknowledged(harness)
    register = StuckDossiers(harness.pool)
    await register.put([StuckExecutor(dossier=stuck, run="", code="ended_terminated")])
    one = assigner(harness, a_staff())
    for code in (stuck, other):
        await one.look_at(code)
    assert (await assignments(harness, stuck), len(await assignments(harness, other))) == ([], 1)
    await register.goes_on(stuck)
    await AssignmentRounds(harness.engine, one, a_staff).look_at_what_was_left()
    assert len(await assignments(harness, stuck)) == 1


async def test_what_nobody_could_take_is_given_when_somebody_is_there(
    harness: EngineHarness, rounds: Callable[[Staff], Awaitable[None]]
) -> None:
    """No event comes when an officer returns: the round finds it."""
    code = await acknowledged(harness)
    binh_away = AN_AWAY.model_copy(update={"person": "binh"})
    await followed(harness, a_staff(AN_AWAY, binh_away))
    assert await assignments(harness, code) == []
    await rounds(a_staff(AN_AWAY))
    assert await assignments(harness, code) == [(ASSIGNER, "binh")]


async def test_a_unit_may_keep_the_choice_to_its_head(harness: EngineHarness) -> None:
    """The engine assigns nothing in a unit, or of a procedure, that the province leaves to heads."""
    code = await acknowledged(harness)
    procedure = next(row.procedure for row in [await harness.engine.reader.dossier(code)] if row is not None)
    for left in ({"by_hand_units": (HA_NAM,)}, {"by_hand_procedures": (procedure,)}):
        one = assigner(harness, a_staff())
        one._terms = AssignmentRules(**left)
        await one.look_at(code)
    assert await assignments(harness, code) == []


async def test_while_another_process_chooses_in_the_unit_nothing_is_assigned(harness: EngineHarness) -> None:
    """Two processes never choose by the same load; the relay comes again."""
    code = await acknowledged(harness)
    async with unit_locked(harness.pool, HA_NAM) as locked:
        assert locked
        with pytest.raises(NotNow, match="officer_chosen_elsewhere"):
            await assigner(harness, a_staff()).look_at(code)
    await assigner(harness, a_staff()).look_at(code)
    assert await assignments(harness, code) == [(ASSIGNER, "an")]


async def test_two_processes_at_once_share_out_evenly(harness: EngineHarness) -> None:
    """Each sees the assignments of the other: of six dossiers each officer gets three."""
    codes = [await acknowledged(harness) for _ in range(6)]
    both = [assigner(harness, a_staff()) for _ in range(2)]

    async def until_given(one: Assigner, mine: list[str]) -> None:
        for code in mine:
            while not await assignments(harness, code):
                with suppress(NotNow):
                    await one.look_at(code)

    await asyncio.gather(until_given(both[0], codes[:3]), until_given(both[1], codes[3:]))
    named = [await assignments(harness, code) for code in codes]
    assert Counter(person for ((_, person),) in named) == {"an": 3, "binh": 3}


async def test_two_relays_at_once_assign_once(harness: EngineHarness) -> None:
    """The same dossier at the same version is one command, whoever sends it."""
    code = await acknowledged(harness)
    history = await harness.engine.history(code)

    async def until_handed(one: Assigner) -> None:
        handed = False
        while not handed:
            with suppress(NotNow):
                await one.hand(history)
                handed = True

    await asyncio.gather(*(until_handed(assigner(harness, a_staff())) for _ in range(4)))
    assert await assignments(harness, code) == [(ASSIGNER, "an")]


async def test_a_dossier_whose_rules_are_not_loaded_is_waited_for(harness: EngineHarness) -> None:
    """Nothing is passed over: the cursor stays where it was until the dossier can be judged."""
    code = await acknowledged(harness)
    blind = Relay("assigner", harness.pool, Assigner(harness.engine, a_staff, Rulebook.of).hand)
    with pytest.raises(NotNow, match="unknown_rule"):
        await blind.step()
    await followed(harness, a_staff())
    assert await assignments(harness, code) == [(ASSIGNER, "an")]
