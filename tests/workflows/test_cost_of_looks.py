"""What a look at one dossier asks of Temporal. A plan of a repair looks at up to 10,000."""

from __future__ import annotations

from datetime import datetime

import pytest
from temporalio.worker import Worker

from activities.ledger.acts_compared import ActsComparedRegister
from activities.ledger.pool import open_pool
from domain.dossier.commands import CompleteStep
from domain.errors import NotFound
from domain.repairs.causes import Cause
from domain.repairs.orders import MendOrder, RetryOrder, TerminateOrder
from domain.repairs.plans import ByCodes
from domain.values import VIETNAM
from gateway.client.dossier_client import DossierClient
from gateway.client.repairs import behind_the_ledger, planner
from gateway.client.repairs.behind_the_ledger import BehindTheLedger
from gateway.client.repairs.history_end import history_end
from gateway.client.repairs.mechanics import mechanics_of
from gateway.client.repairs.planner import RepairPlanner, ToPlan
from gateway.client.watching.task_queues import TaskQueues
from tests.support.counted_requests import counted_requests
from tests.support.counted_statements import counted_statements
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


async def test_looks_at_several_dossiers_read_the_register_once(
    harness: EngineHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the order is. The rules that they pin are read once, and a plan looks at a part of its dossiers after
    the other. A dossier that is not there is named."""
    pool = await open_pool(harness.database.url, 1)
    sent, line = await counted_statements(pool), DossierClient(harness.env.client, harness.engine.reader, "q")
    mechanics = mechanics_of(harness.env.client, pool, line)
    codes = [(await harness.submit()).dossier for _ in range(3)]
    for order in (MendOrder(), RetryOrder(), TerminateOrder(), TerminateOrder()):
        sent.clear()
        found = await mechanics.look_at_all(codes, order)
        assert [one.dossier for one in found] == codes
        assert [len(one.again) for one in found] == [0, 0, 0]
        assert sum("from dossier" in statement for statement in sent) == 1, order
    assert len(sent) == 1, "the rules are known"
    with pytest.raises(NotFound, match="unknown_dossier"):
        await mechanics.look_at_all([codes[0], "H42.00-000000-0000"], MendOrder())
    monkeypatch.setattr(planner, "TOGETHER", 2)
    sent.clear()
    wanted = ToPlan(
        order=MendOrder(), selected=ByCodes(codes=tuple(codes)), codes=tuple(codes), per_minute=60, who="op.1", why="x",
        at=datetime.now(VIETNAM),
    )  # fmt: skip
    told: list[int] = []
    plan = await RepairPlanner(pool, mechanics, harness.engine.failed).planned(
        wanted, lambda done, _of: told.append(done)
    )
    assert [one.dossier for one in plan.findings] == sorted(codes)
    assert sum("from dossier where code" in statement for statement in sent) == len(told) == 2
    await pool.close()


async def test_the_last_act_of_every_open_dossier_is_compared_once(
    harness: EngineHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However old it is, page by page. Afterwards Temporal is asked only for what was found behind."""
    monkeypatch.setattr(behind_the_ledger, "NEWEST", 1)
    counted = await counted_requests(harness.env.client)
    code, *others = [await accepted(harness) for _ in range(3)]
    await harness.until_at_rest(code)
    await written_and_lost(harness, code, OFFICER, CompleteStep(step="process"))
    others.append(await accepted(harness))
    for other in others:
        await harness.until_at_rest(other)
    small = BehindTheLedger(counted.client, harness.pool, pages=1, entries=2)
    first = await small.look()
    assert (first.dossiers, first.whole) == ((), False), "an older page is not looked at yet, and that is said"
    acts = await harness.engine.failed.acts_compared()
    assert (acts.at, acts.whole) == (first.upto, False)
    while not (await small.compare()).whole:
        pass
    found = await small.look()
    assert (found.dossiers, found.whole) == ((code,), True)
    assert (await harness.engine.failed.acts_compared()).whole
    assert await harness.engine.failed.codes([Cause.BEHIND_ITS_LEDGER], 10) == [code]
    counted.so_far()
    assert (await BehindTheLedger(counted.client, harness.pool).look()).dossiers == (code,)
    assert counted.so_far() == {"DescribeWorkflowExecution": 2, "GetWorkflowExecutionHistoryReverse": 1}
    await harness.handle(code).signal("read_ledger")
    await harness.in_step(code)
    await harness.until_at_rest(code)
    assert (await small.look()).dossiers == ()
    assert await ActsComparedRegister(harness.pool).listed(1) == []
