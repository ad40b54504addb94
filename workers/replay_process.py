"""What runs in a process that replays. The process that starts it imports none of this."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from functools import cache

import uvloop
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.worker import Replayer

from domain.rules.rulebook import StoredRule
from workers.kept_histories import KeptHistory, Replayed
from workers.sandbox import sandbox
from workers.telemetry import set_up_logs
from workers.tracing import CallersTrace
from workflows import rules_in_force
from workflows.dossier import DossierWorkflow
from workflows.dossier_wait import DossierWaitWorkflow
from workflows.rollout import RolloutWorkflow

LONGEST_REASON = 500
"""Characters."""


def replayer(dossier: type = DossierWorkflow, runtime: Runtime | None = None) -> Replayer:
    """Replays as a worker would: in its sandbox, with its converter and its traces."""
    return Replayer(
        runtime=runtime,
        workflows=[dossier, RolloutWorkflow, DossierWaitWorkflow],
        workflow_runner=sandbox(),
        data_converter=pydantic_data_converter,
        interceptors=[CallersTrace()],
    )


def prepare(rules: tuple[StoredRule, ...]) -> None:
    """Runs once in each new process."""
    set_up_logs("replay", "critical")  # a result tells the problem; the SDK would log it with its traceback
    rules_in_force.install(rules_in_force.rulebook().adding(*rules))


def replay(batch: Sequence[KeptHistory]) -> list[Replayed]:
    """The result of each history, in their order."""
    return uvloop.run(_replayed(batch))


@cache
def _replayer_of_this_process() -> Replayer:
    """Its SDK logs no warnings, for the same reason."""
    quiet = LoggingConfig(TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    return replayer(runtime=Runtime(telemetry=TelemetryConfig(logging=quiet)))


async def _replayed(batch: Sequence[KeptHistory]) -> list[Replayed]:
    """One replayer for all of the batch: to make one for each history costs as much as half a replay."""
    read = [_read(history) for history in batch]

    async def histories() -> AsyncIterator[WorkflowHistory]:
        for one in read:
            if isinstance(one, WorkflowHistory):
                yield one

    results: list[Replayed] = []
    async with _replayer_of_this_process().workflow_replay_iterator(histories()) as replaying:
        async for result in replaying:
            run, failure = result.history, result.replay_failure
            problem = None if failure is None else reason_in(str(failure))
            results.append(Replayed(run.workflow_id, run.run_id, len(run.events), problem))
    replayed = iter(results)
    return [one if isinstance(one, Replayed) else next(replayed) for one in read]


def reason_in(failure: str) -> str:
    """The reason in the text of a failed replay: its message, where the SDK shows one among internal fields."""
    shown = re.search(r'message: "((?:[^"\\]|\\.)+)"', failure)
    return (failure if shown is None else shown[1]).partition("\n")[0][:LONGEST_REASON]


def _read(history: KeptHistory) -> WorkflowHistory | Replayed:
    """The history, or the result of one that cannot be read: it does not replay either."""
    if isinstance(history.kept, bytes):
        return WorkflowHistory(history.workflow, list(History.FromString(history.kept).events))
    try:
        read = WorkflowHistory.from_json(history.workflow, history.kept.read_text(encoding="utf-8"))
        if not read.events or read.events[0].event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            raise ValueError("it does not begin with the start of a workflow")
    except Exception as problem:  # the file, JSON and protobuf each have their own kinds
        return Replayed(history.workflow, "", 0, f"not a history: {problem}")
    return read
