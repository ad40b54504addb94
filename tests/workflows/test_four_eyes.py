"""Who did one thing in a dossier does not do another one, where the province says so: by every door, also in a race."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.enums.v1 import EventType

from domain.dossier.commands import Approve, AskOpinion, Assign, CompleteStep, RejectResult, Suspend
from domain.errors import DomainError
from domain.organisation.people import Appointment, FourEyes, Post
from domain.roles import Actor, Role
from domain.values import Code
from gateway.access.principals import PersonPrincipal
from tests.support.dossier_steps import accepted
from tests.support.engine_harness import EngineHarness
from tests.support.given import HEAD, OFFICER, OFFICIAL
from tests.support.principals import ROOT
from tests.support.small_province import HA_NAM, PHU_LY, SINCE
from tests.support.waiting import until

pytestmark = pytest.mark.stack

BOTH = OFFICER.model_copy(update={"role": Role.HEAD_OF_UNIT})
"""The officer, who is also a head of the unit."""
LAW = "Quy chế 1"


def demand(harness: EngineHarness, done: str, then: str, **more: Any) -> None:
    """The province demands four eyes, and the officer is also a head of the unit."""
    post = Post(code="p.both", unit=HA_NAM, role=Role.HEAD_OF_UNIT, title="Trưởng")
    held = Appointment(person=OFFICER.person, post=post.code, valid_from=SINCE)
    harness.staff = harness.staff.model_copy(
        update={
            "posts": (*harness.staff.posts, post),
            "appointments": (*harness.staff.appointments, held),
            "four_eyes": (FourEyes(done=(done,), then=(then,), source=LAW, **more),),
        }
    )


async def refused(harness: EngineHarness, code: Code, actor: Actor, command: Any, **how: Any) -> DomainError:
    """The error with which a command is refused."""
    with pytest.raises(DomainError) as refusal:
        await harness.act(code, actor, command, **how)
    return refusal.value


async def test_who_processed_does_not_approve(harness: EngineHarness) -> None:
    """Whichever program carries the act, with or without a version; a colleague does it, and the processing itself is
    answered again when it is sent again."""
    demand(harness, "complete_step", "approve")
    code, command_id = await accepted(harness), uuid4()
    done = await harness.act(code, OFFICER, CompleteStep(step="process"), command_id=command_id)
    for how in (
        {},
        {"principal": ROOT},
        {"principal": PersonPrincipal(person=BOTH.person, carried_by="mot-cua")},
        {"expected_version": done.version},
    ):
        refusal = await refused(harness, code, BOTH, Approve(step="approve"), **how)
        assert refusal.code == "four_eyes"
        assert (refusal.facts["done"], refusal.facts["command"]) == ("complete_step", "approve")
        assert LAW in refusal.message.vi
    again = await harness.act(code, OFFICER, CompleteStep(step="process"), command_id=command_id)
    assert (again.repeated, again.version) == (True, done.version)
    await harness.act(code, HEAD, Approve(step="approve"))
    assert (await harness.kinds(code)).count("step_completed") == 2


async def test_without_the_demand_one_person_may_do_both(harness: EngineHarness) -> None:
    """And a demand for another procedure, or for another pair of commands, forbids nothing here."""
    plain = harness.staff
    for done, procedures in (("accept", None), ("complete_step", ("9.9",))):
        harness.staff = plain
        demand(harness, done, "approve", procedures=procedures)
        code = await accepted(harness)
        await harness.act(code, OFFICER, CompleteStep(step="process"))
        await harness.act(code, BOTH, Approve(step="approve"))


async def test_who_approved_may_approve_again_after_it_was_sent_back(harness: EngineHarness) -> None:
    """Approving writes the same event as processing, and is told apart by the step."""
    demand(harness, "complete_step", "approve")
    code = await accepted(harness)
    for _ in range(2):
        await harness.act(code, OFFICER, CompleteStep(step="process"))
        await harness.act(code, HEAD, Approve(step="approve"))
        await harness.act(code, OFFICIAL, RejectResult(to_step="process"))


async def accepted_updates(harness: EngineHarness, code: Code) -> int:
    """How many commands the dossier's workflow has taken in hand."""
    wanted = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
    return len([one async for one in harness.handle(code).fetch_history_events() if one.event_type == wanted])


async def test_an_act_on_its_way_is_not_passed_by(harness: EngineHarness) -> None:
    """The same person sends the second act while the first is still on its way to the ledger, where nothing shows it
    yet: the second waits for it, is looked at again, and is refused. A colleague's act is looked at again and done."""
    demand(harness, "ask_opinion", "suspend")
    for first, expected in ((HEAD, "four_eyes"), (BOTH, None)):
        code = await accepted(harness)
        await harness.act(code, HEAD, Assign(person="an"))
        before = await accepted_updates(harness, code)
        async with harness.entries_held_up():
            asking = asyncio.create_task(harness.act(code, first, AskOpinion(unit=PHU_LY)))
            await harness.until_held_up()
            suspending = asyncio.create_task(harness.act(code, HEAD, Suspend(legal_basis="Điều 5")))

            async def both_in_hand(code: Code = code, before: int = before) -> bool:
                return await accepted_updates(harness, code) >= before + 2

            await until(both_in_hand, "both acts are in the workflow's hands", 30)
        await asking
        if expected is None:
            await suspending
            assert (await harness.kinds(code))[-1] == "dossier_suspended"
        else:
            with pytest.raises(DomainError) as refusal:
                await suspending
            assert refusal.value.code == expected
            assert "dossier_suspended" not in await harness.kinds(code)


async def test_a_version_to_come_is_no_way_past(harness: EngineHarness) -> None:
    """Who names a version that the dossier does not have yet is told so at once."""
    demand(harness, "complete_step", "approve")
    code = await accepted(harness)
    version = (await harness.engine.dossier(code)).version
    refusal = await refused(harness, code, BOTH, Approve(step="approve"), expected_version=version + 1)
    assert refusal.code == "stale_version"
