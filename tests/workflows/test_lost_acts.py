"""An act that is in the ledger and that its workflow never took: the task was lost, and no caller asked again in time.

Temporal keeps an update only until its first workflow task is completed. The ledger has the act then, and the dossier
must go on as if the task had been completed.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from temporalio.runtime import Runtime

from domain.dossier.commands import Accept, CompleteStep
from domain.dossier.state import State
from domain.repairs.causes import Cause
from gateway.client.watching.lost_acts import LostActs
from tests.support.dossier_steps import accepted, accepted_and_lost, approved, sign, written_and_lost
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, OFFICER, OFFICIAL
from workers.executor_watch import ExecutorWatch

pytestmark = pytest.mark.stack


async def to_be_signed(harness: EngineHarness) -> str:
    """Given: a dossier whose result waits for the signature."""
    code = await accepted(harness)
    await approved(harness, code)
    await harness.until_at_rest(code)
    return code


def watch_of(harness: EngineHarness) -> ExecutorWatch:
    return ExecutorWatch(harness.engine.executors, harness.pool, Runtime.default().metric_meter)


async def signed(harness: EngineHarness, code: str) -> None:
    """Then: the document is signed once, and the workflow is in step with the ledger."""
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    assert (await harness.kinds(code)).count("signature_requested") == 1
    assert (await harness.kinds(code)).count("result_signed") == 1
    await harness.in_step(code)


async def test_a_caller_who_asks_again_sets_the_dossier_going(harness: EngineHarness) -> None:
    """The receipt comes from the ledger, and what the act asked for is done."""
    code = await to_be_signed(harness)
    order = sign(code)
    command_id = await written_and_lost(harness, code, OFFICIAL, order)
    receipt = await harness.act(code, OFFICIAL, order, command_id=command_id)
    assert receipt.repeated
    await signed(harness, code)


async def test_the_watch_sets_it_going_when_nobody_asks_again(harness: EngineHarness) -> None:
    """An act of a moment ago may still be on its way: the watch tells the workflow at its next look."""
    code, watch = await to_be_signed(harness), watch_of(harness)
    await written_and_lost(harness, code, OFFICIAL, sign(code))
    await watch.look()
    assert (await harness.known(code)).state is State.PROCESSING
    await watch.look()
    await signed(harness, code)


async def ordered(harness: EngineHarness, code: str) -> None:
    """Then: the fee is ordered, and the workflow is in step with the ledger."""
    await harness.until(code, lambda one: one.payment.order is not None)
    assert (await harness.kinds(code)).count("payment_order_created") == 1
    await harness.in_step(code)


async def test_what_the_engine_did_in_the_lost_task_is_no_proof_that_it_was_taken(harness: EngineHarness) -> None:
    """The task wrote the act and the failure of its quick call. The watch tells the workflow, as does a caller."""
    watch = watch_of(harness)
    await watch.look()
    (asked, command_id), (unasked, _) = [await accepted_and_lost(harness) for _ in range(2)]
    assert (await harness.act(asked, DESK, Accept(), command_id=command_id)).repeated
    await ordered(harness, asked)
    assert await harness.engine.failed.codes([Cause.BEHIND_ITS_LEDGER], 10) == [unasked]
    await watch.look()
    await watch.look()
    await ordered(harness, unasked)


async def test_a_workflow_that_took_the_last_act_is_left_alone(harness: EngineHarness) -> None:
    """Nothing is added to its history, by the watch or by a caller who asks again."""
    code, watch, command_id = await accepted(harness), watch_of(harness), uuid4()
    await watch.look()
    await harness.act(code, OFFICER, CompleteStep(step="process"), command_id=command_id)
    await harness.until_at_rest(code)
    before = len((await harness.handle(code).fetch_history()).events)
    for _ in range(3):
        await watch.look()
    assert (await harness.act(code, OFFICER, CompleteStep(step="process"), command_id=command_id)).repeated
    await harness.until_at_rest(code)
    assert len((await harness.handle(code).fetch_history()).events) == before


async def test_the_watch_does_not_wake_a_dossier_that_has_no_workflow(harness: EngineHarness) -> None:
    """It is on the list of stuck dossiers for an operator; the look itself does not fail."""
    code, watch = await to_be_signed(harness), watch_of(harness)
    await written_and_lost(harness, code, OFFICIAL, sign(code))
    await harness.handle(code).terminate("by mistake")
    await watch.look()
    await watch.look()
    assert (await harness.known(code)).state is State.PROCESSING
    assert (await harness.restart(code)).found == "ended"
    await signed(harness, code)


async def test_after_a_restart_the_acts_before_it_are_asked_about_in_parts(harness: EngineHarness) -> None:
    """The newest come first, and every one is looked at once: no restart asks Temporal about all dossiers at a time."""
    lost = [await to_be_signed(harness) for _ in range(2)]
    for code in lost:
        await written_and_lost(harness, code, OFFICIAL, sign(code))
    first, second = lost
    entries = await harness.pool.fetchval("select count(*) from event")
    watch = LostActs(harness.env.client, harness.pool, looked_back=entries, at_once=1)
    await watch.look()
    await watch.look()
    await harness.until(second, lambda one: one.state is State.RESOLVED)
    assert (await harness.known(first)).state is State.PROCESSING
    for _ in range(entries - 1):
        await watch.look()
    for code in lost:
        await signed(harness, code)
