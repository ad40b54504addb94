"""What a look at one dossier asks of Temporal. A plan of a repair looks at up to 10,000."""

from __future__ import annotations

import pytest
from temporalio.worker import Worker

from domain.dossier.commands import CompleteStep
from domain.repairs.causes import Cause
from domain.repairs.orders import MendOrder
from gateway.client.dossier_client import DossierClient
from gateway.client.repairs.history_end import history_end
from gateway.client.repairs.mechanics import mechanics_of
from gateway.client.task_queues import TaskQueues
from tests.support.counted_requests import counted_requests
from tests.support.dossier_steps import accepted, written_and_lost
from tests.support.engine_harness import EngineHarness
from tests.support.given import OFFICER
from tests.support.stuck_dossiers import another_build_asks
from workers.sandbox import sandbox
from workflows.dossier import DossierWorkflow

pytestmark = pytest.mark.stack

EACH = ("DescribeWorkflowExecution", "GetWorkflowExecutionHistoryReverse")
"""What is asked for every dossier."""
PARTITIONS = 4
"""Of a queue of the development server."""


async def test_a_look_asks_temporal_twice_and_no_worker(harness: EngineHarness) -> None:
    """For a dossier that goes on on its build. One that is behind is looked at again a moment later. A worker is asked
    only where another build may get the next task."""
    counted = await counted_requests(harness.env.client)
    line = DossierClient(counted.client, harness.engine.reader, harness.task_queue)
    mechanics = mechanics_of(counted.client, harness.pool, line)
    codes = [await accepted(harness) for _ in range(3)]
    for code in codes:
        await harness.until_at_rest(code)
        assert (await mechanics.look(code, MendOrder())).refused == "nothing_to_mend"
    asked = counted.so_far()
    partitions = asked.pop("DescribeTaskQueue")
    assert asked == {**dict.fromkeys(EACH, len(codes)), "ListTaskQueuePartitions": 1}
    assert partitions <= PARTITIONS
    counted.so_far()
    queues = await TaskQueues(counted.client, harness.task_queue).now()
    assert next(one.workers for one in queues if one.serves == "dossiers")
    assert counted.so_far()["ListTaskQueuePartitions"] == len(queues)  # a partition may not know another one's worker
    await written_and_lost(harness, codes[0], OFFICER, CompleteStep(step="process"))
    assert (await mechanics.look(codes[0], MendOrder())).cause is Cause.BEHIND_ITS_LEDGER
    behind = counted.so_far()
    assert {name: behind[name] for name in (*EACH, "QueryWorkflow")} == {**dict.fromkeys(EACH, 2), "QueryWorkflow": 0}
    async with Worker(
        counted.client,
        task_queue=harness.task_queue,
        workflows=[DossierWorkflow],
        workflow_runner=sandbox(),
        build_id="2.0.0",
    ):
        own = (await history_end(counted.client, codes[1], await harness.run_of(codes[1]) or "")).build
        await another_build_asks(counted.client, harness.task_queue, own)
        counted.so_far()
        untried = mechanics_of(counted.client, harness.pool, line)
        assert (await untried.look(codes[1], MendOrder())).refused == "nothing_to_mend"
        assert counted.so_far()["QueryWorkflow"] == 1
