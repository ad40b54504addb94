"""Tests that a workflow in virtual time does what it does with Temporal: recorded histories are played once more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from temporalio.client import WorkflowHistory

from domain.dossier.decide import Act
from domain.dossier.revision import CURRENT
from tests.histories import corpus
from workers.simulation.virtual_ledger import VirtualLedger
from workers.simulation.virtual_workflow import UpdateRefused, VirtualWorkflow, read
from workflows import rules_in_force
from workflows.messages import OpenDossier, Receipt

STORIES = (
    "straight_through", "refused_at_the_desk", "withdrawn", "supplemented", "suspended_and_resumed",
    "handed_over_and_refused", "escalated_to_the_top",
)  # fmt: skip
"""Stories without a fault of an outside system, of the database or of a worker."""


@pytest.fixture
def _rules_of_the_histories() -> Iterator[None]:
    before = rules_in_force.rulebook()
    rules_in_force.install(before.adding(*corpus.rules()))
    yield
    rules_in_force.install(before)


@pytest.mark.usefixtures("_rules_of_the_histories")
@pytest.mark.parametrize("story", STORIES)
def test_a_recorded_dossier_goes_the_same_way(story: str) -> None:
    """The same acts at the same times have the same receipts (versions, states, dates), and the same timers fire."""
    history = kept(story)
    ledger = VirtualLedger()
    workflow = VirtualWorkflow(start_of(history), ledger.answer)
    fired = 0
    receipts = receipts_of(history)
    for update, act, at in acts_of(history):
        fired += fire(workflow, at)
        try:
            receipt = workflow.act(act, at)
        except UpdateRefused as refused:
            pytest.fail(f"{act.command.kind} was refused: {refused.code}")
        assert receipt == receipts[update], act.command.kind
    fired += fire(workflow, time_of(history.events[-1]))
    assert fired == sum(event.HasField("timer_fired_event_attributes") for event in history.events)
    assert workflow.ended == history.events[-1].HasField("workflow_execution_completed_event_attributes")
    workflow.close()


def fire(workflow: VirtualWorkflow, until: datetime) -> int:
    """Fires the timers that are due before this time; returns how many."""
    fired = 0
    while (wakes_at := workflow.wakes_at) is not None and wakes_at <= until:
        workflow.wake()
        fired += 1
    return fired


def kept(story: str) -> WorkflowHistory:
    file = corpus.file_of(story, CURRENT)
    return WorkflowHistory.from_json(file.stem, file.read_text(encoding="utf-8"))


def start_of(history: WorkflowHistory) -> OpenDossier:
    started = history.events[0].workflow_execution_started_event_attributes
    return read(started.input.payloads[0], OpenDossier)


def acts_of(history: WorkflowHistory) -> Iterator[tuple[str, Act, datetime]]:
    """The id of each update, its act, and the time of the workflow task that took it."""
    at = datetime.min.replace(tzinfo=UTC)
    for event in history.events:
        if event.HasField("workflow_task_started_event_attributes"):
            at = time_of(event)
        elif event.HasField("workflow_execution_update_accepted_event_attributes"):
            accepted = event.workflow_execution_update_accepted_event_attributes
            asked = accepted.accepted_request
            yield asked.meta.update_id, read(asked.input.args.payloads[0], Act), at


def receipts_of(history: WorkflowHistory) -> dict[str, Receipt]:
    completed = (
        event.workflow_execution_update_completed_event_attributes
        for event in history.events
        if event.HasField("workflow_execution_update_completed_event_attributes")
    )
    return {one.meta.update_id: read(one.outcome.success.payloads[0], Receipt) for one in completed}


def time_of(event: Any) -> datetime:
    at: datetime = event.event_time.ToDatetime(tzinfo=UTC)
    return at
