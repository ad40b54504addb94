"""The orders for comparisons: one way for every door, and a record of whatever ends one before its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.ledger.pool import DatabaseUnavailable, open_pool
from activities.ledger.reconciliations import Reconciled, Reconciliations, ReconciliationState
from domain.errors import Conflict, InvalidInput, NotAuthorised, NotFound
from domain.repairs.differences import Difference, Different
from gateway.access.principals import PersonPrincipal
from gateway.client.admitting.operators import this_machine
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.reconciling import running
from gateway.client.reconciling.orders import ReconciliationOrders
from tests.support.databases import Database
from tests.support.dossier_steps import accepted
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.waiting import until

pytestmark = pytest.mark.stack

OPERATOR, OFFICER = PersonPrincipal(person="op.1"), PersonPrincipal(person="officer.hanam")


@pytest.fixture(scope="module")
async def harness(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as opened:
            yield opened


@pytest.fixture
def orders(harness: EngineHarness) -> ReconciliationOrders:
    return orders_of(harness)


def orders_of(harness: EngineHarness, temporal: Client | None = None) -> ReconciliationOrders:
    """Those that look again soon."""
    temporal = temporal or harness.env.client
    return ReconciliationOrders(temporal, harness.pool, lambda: harness.staff, settles=0.2, old_enough=timedelta(0))


async def ended(orders: ReconciliationOrders, number: int) -> Reconciled:
    """When: the comparison has ended."""

    async def over() -> bool:
        return (await orders.register.one(number)).state is not ReconciliationState.RUNNING

    await until(over, f"the comparison {number} has ended", 60)
    return await orders.register.one(number)


async def test_one_is_compared_in_the_background(harness: EngineHarness, orders: ReconciliationOrders) -> None:
    """It is begun by an operator, refused while it runs, and its list has what is lost; nobody else may begin one."""
    lost, sound = await accepted(harness), await accepted(harness)
    await harness.handle(lost).terminate("by mistake")
    with pytest.raises(NotAuthorised):
        await orders.begin(OFFICER)
    begun = await orders.begin(OPERATOR)
    orders.in_background(begun)
    with pytest.raises(Conflict) as twice:
        await orders.begin(this_machine())
    assert (twice.value.code, twice.value.facts["who"]) == ("reconciliation_under_way", "op.1")
    result = await ended(orders, begun.number)
    assert (result.state, result.who, result.whole, result.agree) == (ReconciliationState.FINISHED, "op.1", True, False)
    assert result.done == result.workflows > 0
    assert sum(result.counts.values()) == result.listed
    names = [one.name for one in await orders.differences(result.number, Difference.WITHOUT_WORKFLOW, limit=500)]
    assert (lost in names, sound in names) == (True, False)
    assert lost in await orders.to_be_restarted(result.number, 500)
    seen: list[Different] = []
    again = await orders.carry_out(await orders.begin(this_machine(), versions=False), found=seen.append)
    assert (again.whole, len(seen), lost in [one.name for one in seen]) == (False, again.differences, True)
    with pytest.raises(NotFound) as gone:
        await orders.differences(result.number, limit=5)
    assert gone.value.code == "reconciliation_list_gone"


async def test_a_process_that_stops_records_it(harness: EngineHarness, orders: ReconciliationOrders) -> None:
    """It stops in the middle: the comparison is interrupted, its list is gone, that of the last one stays."""
    lost = await accepted(harness)
    await harness.handle(lost).terminate("by mistake")
    last = await orders.carry_out(await orders.begin(OPERATOR))
    slow = orders_of(harness)
    slow.settles = 60.0
    begun = await slow.begin(OPERATOR)
    slow.in_background(begun)
    await until(lambda: has_begun(slow, begun.number), "it compares", 30)
    await slow.close()
    stopped = await orders.register.one(begun.number)
    assert (stopped.state, stopped.listed) == (ReconciliationState.INTERRUPTED, 0)
    kept = await orders.register.finished()
    assert kept is not None
    assert (kept.number, kept.listed) == (last.number, last.differences)
    assert (await orders.carry_out(await orders.begin(OPERATOR))).state is ReconciliationState.FINISHED


async def has_begun(orders: ReconciliationOrders, number: int) -> bool:
    """Whether it tells how much there is to compare: it tells so on its own, every few seconds."""
    return (await orders.register.one(number)).workflows > 0


async def test_one_that_was_taken_for_dead_has_no_result(harness: EngineHarness, orders: ReconciliationOrders) -> None:
    """A process that stood still comes back when another comparison has begun: it writes nothing over that one."""
    still = await orders.begin(OPERATOR)
    second = await Reconciliations(harness.pool, silent=timedelta(0)).begin("op.2", whole=True)
    with pytest.raises(Conflict) as late:
        await orders.carry_out(still)
    assert late.value.code == "reconciliation_interrupted"
    assert (await orders.register.one(still.number)).failed == "interrupted"
    assert (await orders.carry_out(second)).state is ReconciliationState.FINISHED


async def test_temporal_does_not_answer(harness: EngineHarness, orders: ReconciliationOrders) -> None:
    """The comparison ends with the code of the error, and another can begin."""
    elsewhere = await Client.connect(
        harness.env.client.service_client.config.target_host,
        namespace="nowhere-such",
        data_converter=harness.env.client.data_converter,
    )
    absent = orders_of(harness, elsewhere)
    begun = await absent.begin(OPERATOR)
    with pytest.raises(EngineUnavailable):
        await absent.carry_out(begun)
    failed = await orders.register.one(begun.number)
    assert (failed.state, failed.failed) == (ReconciliationState.FAILED, "temporal_unavailable")
    assert (await orders.begin(OPERATOR)).state is ReconciliationState.RUNNING
    await harness.pool.execute(
        "update reconciliation set ended_at = now(), failed = 'interrupted' where ended_at is null"
    )


async def test_the_database_goes_away_in_the_middle(
    harness: EngineHarness, module_database: Database, orders: ReconciliationOrders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison ends; it cannot say so, and counts as interrupted as soon as it is silent for long."""
    monkeypatch.setattr(running, "BATCH", 1)
    lost = await accepted(harness)
    await harness.handle(lost).terminate("by mistake")
    pool = await open_pool(module_database.url, 3)
    cut = ReconciliationOrders(harness.env.client, pool, lambda: harness.staff, settles=0.2, old_enough=timedelta(0))
    begun = await cut.begin(OPERATOR)

    def goes_away(_one: Different) -> None:
        pool.terminate()

    with pytest.raises(DatabaseUnavailable):
        await cut.carry_out(begun, found=goes_away)
    assert (await orders.register.one(begun.number)).state is ReconciliationState.RUNNING
    assert (
        await Reconciliations(harness.pool, timedelta(0)).one(begun.number)
    ).state is ReconciliationState.INTERRUPTED
    again = await Reconciliations(harness.pool, timedelta(0)).begin("op.1", whole=True)
    await orders.register.fail(again.number, "interrupted")


async def test_what_is_ended_is_looked_at_and_recorded(harness: EngineHarness, orders: ReconciliationOrders) -> None:
    """By an operator, with a reason, and only what no dossier needs: that is seen before it is ordered."""
    code = await accepted(harness)
    with pytest.raises(NotAuthorised):
        await orders.end(OFFICER, code, why="a test")
    with pytest.raises(InvalidInput) as silent:
        await orders.end(OPERATOR, code, why="  ")
    assert silent.value.code == "ending_without_reason"
    with pytest.raises(NotFound) as unknown:
        await orders.look_at("khong-co")
    assert unknown.value.code == "workflow_not_running"
    tried = await asyncio.gather(*(orders.end(OPERATOR, code, why="a test") for _ in range(2)), return_exceptions=True)
    assert [getattr(one, "code", None) for one in tried] == ["workflow_needed"] * 2
    assert await orders.ended.last() == []
