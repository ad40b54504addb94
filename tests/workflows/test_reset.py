"""Operators set a workflow back, or Temporal forgets it: the ledger is the record, and the dossier follows it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import takewhile
from uuid import uuid4

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from domain.dossier.commands import Accept, Approve, CompleteStep, ReturnResult
from domain.dossier.revision import Revision
from domain.dossier.state import Identity, State
from domain.errors import Conflict
from gateway.client.dossier_client import DossierClient
from gateway.client.engine_errors import Refused
from tests.support.dossier_steps import accepted, ordered_to_be_signed, paid, reset, sign, under_revision
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, HEAD, OFFICER, OFFICIAL
from workers.replay_process import replayer

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("updates_too", [False, True], ids=["updates_sent_again", "updates_lost"])
@pytest.mark.parametrize("to_task", [0, 1, 3])
async def test_a_reset_never_undoes_the_record(harness: EngineHarness, to_task: int, updates_too: bool) -> None:
    """Set back to any point, with or without its later updates: the state is the ledger's and no event comes twice."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, HEAD, Approve(step="approve"))
    before = await harness.engine.history(code)
    await reset(harness, code, to_task, updates_too=updates_too)
    await harness.in_step(code)
    assert await harness.engine.history(code) == before
    await harness.act(code, OFFICIAL, sign(code))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    assert (await harness.act(code, DESK, ReturnResult())).state is State.RETURNED


@pytest.mark.parametrize("revision", Revision)
async def test_a_run_replays_wherever_temporal_ended_its_first_task(harness: EngineHarness, revision: Revision) -> None:
    """A query or heavy load may end it between the answer of a local activity and what follows from the answer."""
    code = await accepted(harness)
    run = await under_revision(harness, code, revision)
    history = await harness.handle(code, run).fetch_history()
    await replayer().replay_workflow(WorkflowHistory(code, ended_after_an_answer(history.events)))


def ended_after_an_answer(events: Sequence[HistoryEvent]) -> list[HistoryEvent]:
    """The history's first task, as two: the first ends after the first answer of a local activity."""
    answer = next(
        event.event_id
        for event in events
        if event.marker_recorded_event_attributes.marker_name == "core_local_activity"
    )
    *_, scheduled, started, completed = (
        copied(event) for event in events[:answer] if "workflow_task" in (event.WhichOneof("attributes") or "")
    )
    started.workflow_task_started_event_attributes.scheduled_event_id = answer + 1
    completed.workflow_task_completed_event_attributes.scheduled_event_id = answer + 1
    completed.workflow_task_completed_event_attributes.started_event_id = answer + 2
    of_this_task = takewhile(
        lambda event: not event.HasField("workflow_task_scheduled_event_attributes"), events[answer:]
    )
    later = [copied(event) for event in of_this_task]
    for number, event in enumerate(then := [scheduled, started, completed, *later], answer + 1):
        event.event_id = number
    for event in later:
        of_its_kind = getattr(event, str(event.WhichOneof("attributes")))
        of_its_kind.workflow_task_completed_event_id = answer + 3
    return [*events[:answer], *then]


def copied(event: HistoryEvent) -> HistoryEvent:
    """An event that can be changed."""
    copy = HistoryEvent()
    copy.CopyFrom(event)
    return copy


async def test_a_reset_repeats_nothing_outside(harness: EngineHarness) -> None:
    """Order, payment, signature and seal were asked for before the reset; each has happened once after it."""
    code = await ordered_to_be_signed(harness, await paid(harness))
    await harness.until(code, lambda one: one.state is State.RESOLVED and one.result.reference is not None)
    await harness.until(code, lambda one: one.applicant.identity is Identity.MATCHES and not one.incidents)
    before = await harness.kinds(code)
    await reset(harness, code, 1)
    await harness.in_step(code)
    assert await harness.kinds(code) == before
    for system in ("payments", "signing", "civil"):
        effects = (await harness.inspect(system))["effects"]
        assert effects
        assert {effect["times"] for effect in effects} == {1}, system


async def test_after_a_reset_the_first_command_is_decided_on_the_record(harness: EngineHarness) -> None:
    """A command that arrives before the dossier has caught up is neither refused for what is long past nor acts twice.

    The clerk's command stays what it was, the refusal too.
    """
    code = (await harness.submit()).dossier
    first = uuid4()
    await harness.act(code, DESK, Accept(), command_id=first)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await reset(harness, code, 0, updates_too=True)
    again, approved = await asyncio.gather(
        harness.act(code, DESK, Accept(), command_id=first), harness.act(code, HEAD, Approve(step="approve"))
    )
    assert again.repeated
    assert approved.version == (await harness.engine.dossier(code)).version
    with pytest.raises(Refused) as refused:
        await harness.act(code, DESK, Accept())
    assert refused.value.code == "wrong_state"
    await harness.in_step(code)


async def test_a_dossier_that_temporal_has_lost_is_woken_from_the_ledger(harness: EngineHarness) -> None:
    """Its workflow is gone: it is started from the snapshot, remembers old command ids, and its deadlines ring."""
    code = (await harness.submit()).dossier
    first = uuid4()
    accepted_first = await harness.act(code, DESK, Accept(), command_id=first)
    await harness.handle(code).terminate("lost")
    line = DossierClient(harness.env.client, harness.engine.reader, harness.task_queue)
    with harness.env.with_time_skipping_disabled():
        assert await line.wake(code)
        assert not await line.wake(code)
    again = await harness.act(code, DESK, Accept(), command_id=first)
    assert (again.first_version, again.version) == (accepted_first.first_version, accepted_first.version)
    assert (await harness.workflow_knows(code)).version == accepted_first.version
    await harness.later(code, days=30)
    assert (await harness.engine.dossier(code)).rung == "committee"
    await harness.in_step(code)


async def test_a_command_id_belongs_to_one_dossier(harness: EngineHarness) -> None:
    """The id of a command that acted in one dossier is refused in another one, and told as a mistake."""
    one, other = [(await harness.submit()).dossier for _ in range(2)]
    command_id = uuid4()
    await harness.act(one, DESK, Accept(), command_id=command_id)
    with pytest.raises((Refused, Conflict)) as refused:
        await harness.act(other, DESK, Accept(), command_id=command_id)
    assert refused.value.code == "command_id_reused"
    assert await harness.kinds(other) == ["dossier_submitted"]
