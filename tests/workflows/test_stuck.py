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
from temporalio.worker import Worker

from activities.ledger.looking_back import LedgerPast
from activities.ledger.store import Ledger
from activities.ledger.stuck_dossiers import StuckDossiers
from activities.ledger.verification import verify
from domain.dossier.commands import Accept, Approve, CompleteStep, Withdraw
from domain.dossier.decide import Act
from domain.dossier.revision import CURRENT
from domain.errors import RuleViolation
from gateway import executors
from gateway.folding import fold_under_published_rules
from gateway.lost_executors import described
from tests.domain.dossier.given import CITIZEN, DESK, HEAD, OFFICER
from tests.histories.acting import accepted, ended, known
from tests.workflows.hall import Hall
from tests.workflows.hesitant import HesitantDossierWorkflow
from workers.watch import ExecutorWatch
from workers.worker import sandbox
from workflows.dossier import DossierWorkflow
from workflows.messages import OpenDossier

pytestmark = pytest.mark.stack

WHY = "Kẹt sau khi nâng cấp"


async def not_replayable(hall: Hall) -> str:
    """Given: a dossier with a history that this release cannot replay, and a command on its way."""
    code = (await hall.submit()).dossier
    await hall.handle(code).terminate("another release takes it over")
    client, snapshot = hall.env.client, await known(hall, code)
    async with Worker(
        client,
        task_queue=f"{hall.task_queue}-hesitant",
        workflows=[HesitantDossierWorkflow],
        activities=[Ledger(hall.pool).append, LedgerPast(hall.pool).since],
        workflow_runner=sandbox(),
    ):
        start = OpenDossier(code=code, snapshot=snapshot, revision=CURRENT)
        await client.start_workflow("Dossier", start, id=code, task_queue=f"{hall.task_queue}-hesitant")
        await hall.act(code, DESK, Accept())
    return code


async def failed(hall: Hall, code: str, times: int, seconds: float = 60) -> None:
    """Waits until the dossier's workflow task is tried for the so-manieth time."""
    async with asyncio.timeout(seconds):
        while (await hall.handle(code).describe()).raw_description.pending_workflow_task.attempt < times:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def watch_of(hall: Hall) -> ExecutorWatch:
    return ExecutorWatch(hall.engine.executors, hall.pool, Runtime.default().metric_meter)


async def found(hall: Hall, code: str, seconds: float = 60) -> None:
    """The watch looks until it has the dossier on the list."""
    async with asyncio.timeout(seconds):
        while await StuckDossiers(hall.pool).of(code) is None:
            await watch_of(hall).look()
            await asyncio.sleep(0.2)


async def test_a_dossier_that_does_not_replay_is_told_and_restarted(hall: Hall) -> None:
    """The watch names it once; `restart` ends the run, goes on from the ledger, and is on record; nothing is twice."""
    code = await not_replayable(hall)
    async with Worker(
        hall.env.client,
        task_queue=f"{hall.task_queue}-hesitant",
        workflows=[DossierWorkflow],
        activities=[Ledger(hall.pool).append, LedgerPast(hall.pool).since],
        workflow_runner=sandbox(),
    ):
        step = Act(command_id=uuid4(), actor=OFFICER, command=CompleteStep(step="process"))
        waiting = asyncio.create_task(hall.engine.send(code, step))
        with capture_logs() as logs:
            await found(hall, code)
            await watch_of(hall).look()
        assert [one["dossier"] for one in logs if one["event"] == "dossier_stuck"].count(code) == 1
        stuck = await StuckDossiers(hall.pool).of(code)
        assert stuck is not None
        assert stuck.code == "NonDeterministicError"
        await failed(hall, code, 3)
        version = (await known(hall, code)).version
        done = await hall.engine.executors.restart(code, who="op.1", why=WHY)
        assert (done.found, done.run, done.version) == ("task_fails", stuck.run, version)
        await waiting
    await hall.act(code, HEAD, Approve(step="approve"))
    assert (await hall.kinds(code)).count("step_completed") == 2
    [entry, *_] = await StuckDossiers(hall.pool).restarts()
    assert (entry.dossier, entry.who, entry.why, entry.version) == (code, "op.1", WHY, version)
    with capture_logs() as logs:
        await watch_of(hall).look()
    assert await StuckDossiers(hall.pool).of(code) is None
    assert code not in [one["dossier"] for one in logs if one["event"] == "dossier_stuck"]
    problems = (await verify(hall.pool, code, fold=await fold_under_published_rules(hall.pool))).problems
    assert problems == ()


async def test_an_executor_that_goes_on_by_itself_is_left_alone(hall: Hall) -> None:
    """Refused unless told; told, it goes on from the ledger with everything it waited for. An ended dossier: never."""
    code = await accepted(hall)
    with pytest.raises(RuleViolation) as refused:
        await hall.engine.executors.restart(code, who="op.1", why=WHY)
    assert refused.value.code == "restart_not_needed"
    assert await StuckDossiers(hall.pool).restarts() == []
    with hall.env.with_time_skipping_disabled():
        done = await hall.engine.executors.restart(code, who="op.1", why=WHY, although_sound=True)
    assert done.found == "sound"
    await hall.later(code, days=30)
    assert (await hall.engine.dossier(code)).rung == "committee"
    other = (await hall.submit()).dossier
    await hall.act(other, CITIZEN, Withdraw())
    await ended(hall, other)
    with pytest.raises(RuleViolation):
        await hall.engine.executors.restart(other, who="op.1", why=WHY, although_sound=True)


async def test_an_executor_that_ended_before_its_dossier_is_found(hall: Hall) -> None:
    """Somebody terminated it, and nothing rings: it is on the list until it is restarted, or woken by a command."""
    code, woken = await accepted(hall), await accepted(hall)
    for one in (code, woken):
        await hall.handle(one).terminate("by mistake")
        await found(hall, one)
    assert (await hall.engine.executors.restart(code, who="op.1", why=WHY)).found == "ended"
    await hall.act(woken, OFFICER, CompleteStep(step="process"))
    async with asyncio.timeout(30):
        while await StuckDossiers(hall.pool).of(woken) is not None:
            await watch_of(hall).look()
    assert await StuckDossiers(hall.pool).of(code) is None
    await hall.act(code, OFFICER, CompleteStep(step="process"))


@pytest.mark.parametrize("deleted", [True, False], ids=["deleted", "ended_long_ago"])
async def test_an_executor_that_temporal_does_not_name_is_found(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, deleted: bool
) -> None:
    """It is told once and stays on the list, whatever Temporal has forgotten, until its dossier goes on."""
    code = await accepted(hall)
    if not deleted:
        await hall.handle(code).terminate("by mistake")
    else:
        which = WorkflowExecution(workflow_id=code)
        request = DeleteWorkflowExecutionRequest(namespace=hall.env.client.namespace, workflow_execution=which)
        await hall.env.client.workflow_service.delete_workflow_execution(request)
        await until_unknown(hall, code)
    monkeypatch.setattr(executors, "LOOKED_BACK", timedelta(0))
    watch = watch_of(hall)
    with capture_logs() as logs:
        for _ in range(3):
            assert await watch.look() == 1
    said = [(one["event"], one["code"]) for one in logs if one.get("dossier") == code]
    assert said == [("dossier_stuck", "unknown_to_temporal" if deleted else "ended_terminated")]
    with hall.env.with_time_skipping_disabled():
        assert (await hall.engine.executors.restart(code, who="op.1", why=WHY)).found == "ended"
    assert await watch.look() == 0
    await hall.act(code, OFFICER, CompleteStep(step="process"))


async def until_unknown(hall: Hall, code: str) -> None:
    """Temporal deletes in its own time."""
    async with asyncio.timeout(30):
        while await described(hall.env.client, code) is not None:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.1)
