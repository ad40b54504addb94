"""A dossier whose executor does not go on by itself is found, told by its name, and set going again by an operator."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
from structlog.testing import capture_logs
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.runtime import Runtime

from activities.ledger.stuck_dossiers import StuckDossiers, StuckExecutor
from activities.ledger.verification.walk import verify
from domain.dossier.commands import Approve, CompleteStep, Withdraw
from domain.dossier.decide import Act
from domain.errors import RuleViolation
from gateway.client.watching.executors import Executors
from gateway.client.watching.lost_executors import RUNNING, described
from gateway.views.projection import fold_under_published_rules
from tests.support.dossier_steps import accepted
from tests.support.engine_harness import EngineHarness
from tests.support.given import CITIZEN, HEAD, OFFICER
from tests.support.stuck_dossiers import failed, not_replayable, other_release
from tests.support.waiting import until
from workers.executor_watch import ExecutorWatch
from workflows.dossier import DossierWorkflow

pytestmark = pytest.mark.stack

WHY = "Kẹt sau khi nâng cấp"


def watch_of(harness: EngineHarness) -> ExecutorWatch:
    return ExecutorWatch(harness.engine.executors, harness.pool, Runtime.default().metric_meter)


async def found(harness: EngineHarness, code: str) -> StuckExecutor:
    """The watch looks until it has the dossier on the list."""

    async def on_the_list() -> StuckExecutor | None:
        await watch_of(harness).look()
        return await StuckDossiers(harness.pool).of(code)

    return await until(on_the_list, f"{code} is on the list of stuck dossiers", 60)


async def taken_off(harness: EngineHarness, code: str) -> None:
    """The watch looks until it has the dossier no more on the list."""

    async def off_the_list() -> bool:
        await watch_of(harness).look()
        return await StuckDossiers(harness.pool).of(code) is None

    await until(off_the_list, f"{code} is off the list of stuck dossiers")


async def test_a_dossier_that_does_not_replay_is_told_and_restarted(harness: EngineHarness) -> None:
    """The watch names it once; `restart` ends the run, goes on from the ledger, and is on record; nothing is twice."""
    code = await not_replayable(harness)
    async with other_release(harness, DossierWorkflow):
        step = Act(command_id=uuid4(), actor=OFFICER, command=CompleteStep(step="process"))
        waiting = asyncio.create_task(harness.send(code, step))
        with capture_logs() as logs:
            stuck = await found(harness, code)
            await watch_of(harness).look()
        assert [one["dossier"] for one in logs if one["event"] == "dossier_stuck"].count(code) == 1
        assert stuck.code == "NonDeterministicError"
        await failed(harness, code, 3)
        version = (await harness.known(code)).version
        done = await harness.restart(code, WHY)
        assert (done.found, done.run, done.version) == ("task_fails", stuck.run, version)
        await waiting
    await harness.act(code, HEAD, Approve(step="approve"))
    assert (await harness.kinds(code)).count("step_completed") == 2
    [entry, *_] = await StuckDossiers(harness.pool).restarts()
    assert (entry.dossier, entry.who, entry.why, entry.version) == (code, "op.1", WHY, version)
    with capture_logs() as logs:
        await taken_off(harness, code)
    assert code not in [one["dossier"] for one in logs if one["event"] == "dossier_stuck"]
    problems = (await verify(harness.pool, code, fold=await fold_under_published_rules(harness.pool))).problems
    assert problems == ()


async def test_an_executor_that_goes_on_by_itself_is_left_alone(harness: EngineHarness) -> None:
    """Refused unless told; told, it goes on from the ledger with everything it waited for. An ended dossier: never."""
    code = await accepted(harness)
    with pytest.raises(RuleViolation) as refused:
        await harness.restart(code, WHY)
    assert refused.value.code == "restart_not_needed"
    assert await StuckDossiers(harness.pool).restarts() == []
    done = await harness.restart(code, WHY, although_sound=True)
    assert done.found == "sound"
    await harness.later(code, days=30)
    assert (await harness.engine.dossier(code)).rung == "committee"
    other = (await harness.submit()).dossier
    await harness.act(other, CITIZEN, Withdraw())
    await harness.ended(other)
    with pytest.raises(RuleViolation):
        await harness.restart(other, WHY, although_sound=True)


async def test_an_executor_that_ended_before_its_dossier_is_found(harness: EngineHarness) -> None:
    """Somebody terminated it, and nothing rings: it is on the list until it is restarted, or woken by a command."""
    code, woken = await accepted(harness), await accepted(harness)
    for one in (code, woken):
        await harness.handle(one).terminate("by mistake")
        await found(harness, one)
    assert (await harness.restart(code, WHY)).found == "ended"
    await harness.act(woken, OFFICER, CompleteStep(step="process"))
    for one in (woken, code):
        await taken_off(harness, one)
    await harness.act(code, OFFICER, CompleteStep(step="process"))


@pytest.mark.parametrize("deleted", [True, False], ids=["deleted", "ended_long_ago"])
async def test_an_executor_that_temporal_does_not_name_is_found(harness: EngineHarness, deleted: bool) -> None:
    """It is told once and stays on the list, whatever Temporal has forgotten, until its dossier goes on."""
    code = await accepted(harness)
    if not deleted:
        await harness.handle(code).terminate("by mistake")
    else:
        which = WorkflowExecution(workflow_id=code)
        request = DeleteWorkflowExecutionRequest(namespace=harness.env.client.namespace, workflow_execution=which)
        await harness.env.client.workflow_service.delete_workflow_execution(request)
        await until_unknown(harness, code)
    await until_unlisted(harness, code)
    executors = Executors(harness.env.client, harness.pool, looked_back=timedelta(0))
    watch = ExecutorWatch(executors, harness.pool, Runtime.default().metric_meter)
    with capture_logs() as logs:
        for _ in range(3):
            assert await watch.look() == 1
    said = [(one["event"], one["code"]) for one in logs if one.get("dossier") == code]
    assert said == [("dossier_stuck", "unknown_to_temporal" if deleted else "ended_terminated")]
    assert (await harness.restart(code, WHY)).found == "ended"
    assert await watch.look() == 0
    await harness.act(code, OFFICER, CompleteStep(step="process"))


async def until_unlisted(harness: EngineHarness, code: str) -> None:
    """Temporal's list of what runs is some moments old, and the watch compares it with the ledger at its first look."""

    async def unlisted() -> bool:
        return code not in [one.id async for one in harness.env.client.list_workflows(RUNNING)]

    await until(unlisted, f"Temporal lists {code} no more among what runs")


async def until_unknown(harness: EngineHarness, code: str) -> None:
    """Temporal deletes in its own time."""

    async def unknown() -> bool:
        return await described(harness.env.client, code) is None

    await until(unknown, f"Temporal has deleted {code}")
