"""Dossiers that another release of the program has left stuck."""

from __future__ import annotations

from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

from activities.adapters.recorded_calls import RecordedCalls
from activities.audiences import Audiences
from activities.ledger.history_reader import HistoryReader
from activities.ledger.store import Ledger
from domain.dossier.commands import Accept
from domain.dossier.revision import CURRENT
from gateway.client.repairs.builds_at_work import BuildsAtWork
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK
from tests.support.waiting import until
from tests.workflows.broken_dossier_workflows import WithOneTimerMore
from workers.sandbox import sandbox
from workflows import rules_in_force
from workflows.messages import OpenDossier

OLDER = "0.0.1"
"""The build that wrote the history."""


def other_release(harness: EngineHarness, dossiers: Any, build: str | None = None) -> Worker:
    """A worker on the queue of another release, with its workflow of a dossier, under the name of this build."""
    calls = RecordedCalls(harness.calls, harness.pool, rules_in_force.rulebook)
    return Worker(
        harness.env.client,
        task_queue=f"{harness.task_queue}-other-release",
        workflows=[dossiers],
        activities=[
            Ledger(harness.pool).append,
            HistoryReader(harness.pool).since,
            calls.quick_recorded,
            Audiences().find,
        ],
        workflow_runner=sandbox(),
        build_id=build,
    )


async def not_replayable(harness: EngineHarness) -> str:
    """Given: a dossier with a history that this release cannot replay, and a command on its way."""
    code = (await harness.submit()).dossier
    await harness.handle(code).terminate("another release takes it over")
    client, snapshot = harness.env.client, await harness.known(code)
    async with other_release(harness, WithOneTimerMore, OLDER):
        start = OpenDossier(code=code, snapshot=snapshot, revision=CURRENT)
        await client.start_workflow("Dossier", start, id=code, task_queue=f"{harness.task_queue}-other-release")
        await harness.act(code, DESK, Accept())
    return code


async def another_build_asks(client: Client, queue: str, than: str | None) -> None:
    """Waits until Temporal knows a worker of another build than this one for the queue."""

    async def known() -> bool:
        return bool(await BuildsAtWork(client).of(queue) - {than})

    await until(known, f"another build than {than} asks for work", 30)


async def failed(harness: EngineHarness, code: str, times: int) -> None:
    """Waits until the dossier's workflow task is tried for the so-manieth time."""

    async def so_often() -> bool:
        now = (await harness.handle(code).describe()).raw_description
        return now.pending_workflow_task.attempt >= times

    await until(so_often, f"the task of {code} is tried for the {times}th time", 60)
