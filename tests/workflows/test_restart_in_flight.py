"""A dossier is started anew, or set back, while an entry of the run before is still on its way to the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from temporalio.common import WorkflowIDConflictPolicy

from domain.dossier.commands import Accept, CompleteStep
from domain.dossier.revision import CURRENT
from tests.support.dossier_steps import restart, set_back, set_back_and_sent_again
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, OFFICER
from tests.support.small_province import PAID
from workflows.dossier import LOOKS_BACK, DossierWorkflow
from workflows.messages import OpenDossier

pytestmark = pytest.mark.stack

Renewal = Callable[[EngineHarness, str], Awaitable[object]]


@pytest.mark.parametrize("renewed", [restart, set_back, set_back_and_sent_again])
async def test_an_entry_that_arrives_late_is_followed(harness: EngineHarness, renewed: Renewal) -> None:
    """Whoever sent the command has gone, and the entry lands behind the new run's back: it follows all the same."""
    code = (await harness.submit(PAID)).dossier
    async with harness.entries_held_up():
        accepting = asyncio.create_task(harness.act(code, DESK, Accept()))
        await harness.until_held_up()
        accepting.cancel()
        await renewed(harness, code)
    await harness.until(code, lambda one: one.version > 1)  # the entry has landed
    await harness.later(code, seconds=LOOKS_BACK[0].total_seconds())
    await harness.until(code, lambda one: one.payment.order is not None)
    await harness.in_step(code)
    assert (await harness.kinds(code)).count("dossier_accepted") == 1


async def test_a_command_whose_run_ended_is_not_refused_by_a_run_that_is_behind(harness: EngineHarness) -> None:
    """The run ends with the command in hand, and the one that took over does not know the record yet: the command is
    decided on the record, as it would be had it been sent a moment later, and acts once."""
    code = (await harness.submit()).dossier
    before = await harness.known(code)
    await harness.act(code, DESK, Accept())
    async with harness.entries_held_up():
        completing = asyncio.create_task(harness.act(code, OFFICER, CompleteStep(step="process")))
        await harness.until_held_up()
        held_up_before = await harness.database_time()
        with harness.env.with_time_skipping_disabled():
            await harness.env.client.start_workflow(
                DossierWorkflow.run,
                OpenDossier(code=code, snapshot=before, revision=CURRENT),
                id=code,
                task_queue=harness.task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
            )
        await harness.until_held_up(since=held_up_before)
    receipt = await asyncio.wait_for(completing, 40)
    assert (await harness.kinds(code)).count("step_completed") == 1
    assert receipt.version == (await harness.engine.dossier(code)).version
