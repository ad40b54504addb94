"""Temporal and the ledger are compared both ways: each kind of difference is made for real and found, and a busy system
that is healthy has none."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.ledger.contracts import entry_of
from activities.ledger.ended_workflows import EndedWorkflows
from activities.ledger.feed import Feed, FeedReader
from activities.ledger.pool import Pool, open_pool
from activities.ledger.store import Ledger
from activities.relays.set_aside import SetAsideList
from domain.changed import changed
from domain.dossier.commands import Approve, CompleteStep, Withdraw
from domain.dossier.decide import Act
from domain.dossier.evolve import evolve_all
from domain.dossier.revision import CURRENT
from domain.dossier.state import NotSubmitted, State
from domain.errors import Conflict, NotFound, RuleViolation
from domain.repairs.differences import Difference, Different
from gateway.client.reconciling.ending import WorkflowEnding
from gateway.client.reconciling.known_versions import known_in
from gateway.client.reconciling.reconciliation import Reconciliation
from gateway.client.watching.lost_executors import RUNNING
from tests.histories import corpus
from tests.support import databases
from tests.support.dossier_steps import accepted, ordered, reset, sign, written_and_lost
from tests.support.engine_harness import EngineHarness
from tests.support.given import CITIZEN, HEAD, OFFICER, OFFICIAL
from tests.support.restored_database import dump, restore
from tests.support.small_province import RULEBOOK
from tests.support.waiting import until
from tools.local_stack import Stack
from workflows.messages import OpenDossier

SOON = 0.3
"""Seconds between two looks."""
A_DOSSIER = re.compile(r"H[0-9]+\.")
"""The code of a dossier of any province."""


async def compared(
    harness: EngineHarness, pool: Pool | None = None, *, old_enough: timedelta = timedelta(0), versions: bool = True
) -> dict[str, Different]:
    """The differences by name, of this test's own dossiers: others use the same Temporal."""
    comparison = Reconciliation(harness.env.client, pool or harness.pool, settles=SOON, old_enough=old_enough)
    found = [one async for one in comparison.differences(versions=versions)]
    own = [one for one in found if one.name in harness.made or not A_DOSSIER.match(one.name)]
    assert len(own) == len({(one.difference, one.name) for one in own}), "each is reported once"
    return {one.name: one for one in own}


async def until_listed(harness: EngineHarness, *workflows: str) -> None:
    """Temporal's list is some moments old."""

    async def listed() -> bool:
        return set(workflows) <= {one.id async for one in harness.env.client.list_workflows(RUNNING)}

    await until(listed, f"Temporal lists {workflows}")


async def started_by_hand(harness: EngineHarness, workflow: str, start: OpenDossier, queue: str = "nobody") -> None:
    """When: somebody who reaches Temporal starts a workflow of a dossier; by default no worker takes it."""
    with harness.env.with_time_skipping_disabled():
        await harness.env.client.start_workflow("Dossier", start, id=workflow, task_queue=queue)
    await until_listed(harness, workflow)


@pytest.mark.stack
async def test_each_difference_is_found_once(harness: EngineHarness) -> None:
    """Lost, behind, of an ended dossier, without a dossier, doubled: found by their kinds, and nothing else."""
    lost, behind, ended, healthy = [await accepted(harness) for _ in range(4)]
    await harness.handle(lost).terminate("by mistake")
    await harness.act(behind, OFFICER, CompleteStep(step="process"))
    await harness.act(behind, HEAD, Approve(step="approve"))
    await harness.until_at_rest(behind)
    await written_and_lost(harness, behind, OFFICIAL, sign(behind))
    await harness.act(ended, CITIZEN, Withdraw())
    await harness.ended(ended)
    strange, second = f"thu-{uuid4().hex[:8]}", f"ban-sao-{uuid4().hex[:8]}"
    await started_by_hand(harness, ended, OpenDossier(code=ended))
    await started_by_hand(harness, strange, OpenDossier(code=strange))
    await started_by_hand(harness, second, OpenDossier(code=healthy))

    found = await compared(harness)
    assert {name: one.difference for name, one in found.items()} == {
        lost: Difference.WITHOUT_WORKFLOW,
        behind: Difference.WORKFLOW_BEHIND,
        ended: Difference.WORKFLOW_OF_ENDED,
        strange: Difference.WITHOUT_DOSSIER,
        second: Difference.DOUBLED,
    }
    ledger = (await harness.known(behind)).version
    assert (found[behind].version, found[behind].known) == (ledger, (await harness.workflow_knows(behind)).version)
    assert found[lost].detail == "ended_terminated"
    assert found[second].detail == healthy
    lists = await compared(harness, versions=False)
    assert set(found) - set(lists) == {behind}, "without the versions, what only they show is not found"
    young = await compared(harness, old_enough=timedelta(hours=1))
    assert set(young) == {lost, behind, second}, "a task, or a submission, of a moment ago may still be on its way"

    ending = WorkflowEnding(harness.env.client, harness.pool, settles=SOON, old_enough=timedelta(0))
    with pytest.raises(RuleViolation) as needed:
        await ending.end(healthy, "op.1", "a test")
    assert needed.value.code == "workflow_needed"
    with pytest.raises(NotFound):
        await ending.end(lost, "op.1", "a test")
    for workflow in (strange, second, ended):
        done = await ending.end(workflow, "op.1", "chạy thử")
        assert done.found == found[workflow].difference
    assert [(one.workflow, one.who) for one in await EndedWorkflows(harness.pool).last()] == [
        (ended, "op.1"),
        (second, "op.1"),
        (strange, "op.1"),
    ]
    await harness.restart(lost)
    await harness.restart(behind, although_sound=True)
    await harness.until(behind, lambda one: one.state is State.RESOLVED)
    await until_listed(harness, lost, behind)
    assert await compared(harness) == {}


@pytest.mark.stack
async def test_an_ended_dossier_that_still_waits_for_somebody(harness: EngineHarness) -> None:
    """An order that can still be paid, or a refund under way, needs a workflow after the end too; nothing else does."""
    waits, settled = (await ordered(harness))[0], await accepted(harness)
    for code in (waits, settled):
        await harness.act(code, CITIZEN, Withdraw())
    await harness.ended(settled)
    assert not (await harness.known(waits)).closed
    await until_listed(harness, waits)
    assert await compared(harness) == {}
    await harness.handle(waits).terminate("by mistake")
    found = await compared(harness)
    assert {name: one.difference for name, one in found.items()} == {waits: Difference.WITHOUT_WORKFLOW}


@pytest.mark.stack
async def test_a_workflow_that_outlives_its_dossier(harness: EngineHarness) -> None:
    """It knows everything, and has nothing to do: its worker is of a release that did not end it."""
    code = await accepted(harness)
    await harness.close_workers()
    await harness.pool.execute(
        "update dossier set state = 'withdrawn', ended_at = now(), "
        """snapshot = snapshot || '{"state": "withdrawn"}' where code = $1""",
        code,
    )
    assert {name: one.difference for name, one in (await compared(harness)).items()} == {
        code: Difference.WORKFLOW_OF_ENDED
    }
    ending = WorkflowEnding(harness.env.client, harness.pool, settles=SOON)
    assert (await ending.end(code, "op.1", "a test")).found is Difference.WORKFLOW_OF_ENDED
    await harness.open_workers()


@pytest.mark.stack
async def test_a_database_of_an_earlier_moment(harness: EngineHarness, postgres: Stack, tmp_path: Path) -> None:
    """After a restore, workflows are ahead, one has no dossier, and readers and lists are beyond the last event."""
    ahead, same = await accepted(harness), await accepted(harness)
    file = dump(harness.database, tmp_path)
    await harness.act(ahead, OFFICER, CompleteStep(step="process"))
    later = (await harness.submit()).dossier
    await SetAsideList(harness.pool).put("portal", later, 1, "refused")
    feed = Feed(harness.pool)
    await feed.commit_cursor(FeedReader.PORTAL, await feed.end())
    await until_listed(harness, ahead, same, later)
    assert set(await compared(harness)) == set()

    older = await restore(file, postgres)
    owner = await asyncpg.connect(older.admin_url)
    place = await harness.pool.fetchrow("select reader, xid, position, passed from cursor where reader = 'portal'")
    await owner.execute("insert into cursor (reader, xid, position, passed) values ($1, $2, $3, $4)", *place)
    await owner.execute(
        "insert into relay_problem (reader, dossier, version, code) values ('portal', $1, 6, 'x')", ahead
    )
    await owner.close()
    pool = await open_pool(older.url, 4)
    try:
        comparison = Reconciliation(harness.env.client, pool, settles=SOON)
        found = [one async for one in comparison.differences()]
        assert {(one.difference, one.name) for one in found if one.name in (*harness.made, "portal")} == {
            (Difference.WORKFLOW_AHEAD, ahead),
            (Difference.WORKFLOW_AHEAD, later),
            (Difference.BEYOND_THE_LEDGER, ahead),
            (Difference.CURSOR_AHEAD, "portal"),
        }
        versions = {one.name: (one.version, one.known) for one in found if one.difference is Difference.WORKFLOW_AHEAD}
        assert (versions[ahead], versions[later]) == ((3, 6), (0, 1))
        ending = WorkflowEnding(harness.env.client, pool, settles=SOON)
        with pytest.raises(RuleViolation):
            await ending.end(ahead, "op.1", "a test")
        assert (await ending.end(later, "op.1", "nộp lại")).found is Difference.WORKFLOW_AHEAD
    finally:
        await pool.close()
        await databases.drop(postgres, older)


@pytest.mark.stack
async def test_nothing_is_put_over_a_live_dossier(harness: EngineHarness) -> None:
    """Another history, an older view, and another state by a new start: each is refused or not believed, and the
    comparison finds nothing afterwards."""
    code, other = await accepted(harness), await accepted(harness)
    before, stranger = await harness.known(code), await harness.known(other)
    act = Act(command_id=uuid4(), actor=OFFICER, command=CompleteStep(step="process"))
    events = [one.event for one in await harness.engine.history(other)]
    imported = entry_of(NotSubmitted(code), evolve_all(NotSubmitted(code), events), act, events, RULEBOOK)
    with pytest.raises(Conflict, match="ledger_conflict"):
        await Ledger(harness.pool).record(imported)
    older = imported.view.model_copy(update={"version": 1})
    assert not await harness.pool.fetchval("select put_view($1::text::jsonb)", older.model_dump_json())
    start = OpenDossier(code=code, snapshot=changed(stranger, code=code, version=9), revision=CURRENT)
    queue, takes_over = harness.task_queue, WorkflowIDConflictPolicy.TERMINATE_EXISTING
    with harness.env.with_time_skipping_disabled():
        with pytest.raises(WorkflowAlreadyStartedError):
            await harness.env.client.start_workflow("Dossier", start, id=code, task_queue=queue)
        await harness.env.client.start_workflow(
            "Dossier", start, id=code, task_queue=queue, id_conflict_policy=takes_over
        )
    assert await harness.in_step(code) == before
    await until_listed(harness, code, other)
    assert await compared(harness) == {}


@pytest.mark.stack
async def test_a_busy_healthy_system_has_no_difference(harness: EngineHarness) -> None:
    """While dossiers are submitted, act, are paid, reset and end, no comparison reports any of them."""

    async def lives(paid: bool) -> None:
        code = (await ordered(harness))[0] if paid else await accepted(harness)
        if not paid:
            await harness.act(code, OFFICER, CompleteStep(step="process"))
            await reset(harness, code)
            await harness.act(code, HEAD, Approve(step="approve"))
            await harness.act(code, OFFICIAL, sign(code))
        await harness.act(code, CITIZEN, Withdraw()) if paid else None

    work = [asyncio.create_task(lives(number % 2 == 0)) for number in range(12)]
    looks = 0
    while not all(task.done() for task in work) or looks < 3:
        assert await compared(harness, old_enough=timedelta(minutes=10)) == {}
        looks += 1
    await asyncio.gather(*work)
    assert len(harness.made) == 12


@pytest.mark.parametrize("file", corpus.recorded(), ids=lambda file: file.stem)
async def test_the_end_of_a_history_tells_the_version(file: Path) -> None:
    """Read from its end, in small pieces, every recorded history tells what the whole of it tells; an ended one tells
    the version with which it ended."""
    events = WorkflowHistory.from_json(file.stem, file.read_text(encoding="utf-8")).events
    if events[0].workflow_execution_started_event_attributes.workflow_type.name != "Dossier":
        return

    async def pieces(length: int) -> AsyncIterator[Sequence[HistoryEvent]]:
        backwards = list(reversed(events))
        for start in range(0, len(backwards), length):
            yield backwards[start : start + length]

    whole = await known_in(pieces(len(events)), pydantic_data_converter)
    end = await known_in(pieces(10), pydantic_data_converter)
    assert (end.version, end.dossier or whole.dossier) == (whole.version, whole.dossier)
    if events[-1].HasField("workflow_execution_completed_event_attributes"):
        result = events[-1].workflow_execution_completed_event_attributes.result.payloads
        [told] = await pydantic_data_converter.decode(result)
        assert (whole.version, whole.dossier) == (told["version"], told["dossier"])
