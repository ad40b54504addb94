"""What runs in a process that replays. The process that starts it imports none of this."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import FrameType

import uvloop
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from domain.rules.rulebook import StoredRule
from workers.kept_histories import KeptHistory, Replayed
from workers.lean_runner import skip_needless_work
from workers.replay_findings import HUNG, Broken, explained
from workers.replay_reading import read
from workers.replay_recording import Log, RecordingRunner
from workers.sandbox import sandbox
from workers.telemetry import set_up_logs
from workers.tracing import CallersTrace
from workflows import rules_in_force
from workflows.dossier import DossierWorkflow
from workflows.dossier_wait import DossierWaitWorkflow
from workflows.rollout import RolloutWorkflow

BUILD = "replay"
"""The build that a replayer says it is. Without a name it reads the code of every loaded module to make one."""
LONGEST_REASON = 500
"""Characters."""
SIDE_BY_SIDE = 4
"""How many histories a process replays in turns. While Temporal's core prepares one, Python runs another."""
PATIENCE = 5
"""Seconds after which code that has not come back from a task is interrupted. The SDK watches its own threads only."""


def replayer(dossier: type = DossierWorkflow, runtime: Runtime | None = None) -> Replayer:
    """Replays as a worker would: in its sandbox, with its converter and its traces."""
    return Replayer(
        runtime=runtime,
        workflows=[dossier, RolloutWorkflow, DossierWaitWorkflow],
        workflow_runner=sandbox(),
        data_converter=pydantic_data_converter,
        build_id=BUILD,
        interceptors=[CallersTrace()],
    )


def quick_replayer(
    dossier: type = DossierWorkflow, runtime: Runtime | None = None, runner: UnsandboxedWorkflowRunner | None = None
) -> Replayer:
    """Replays in half the time: the same code and converter, without the sandbox, traces and a thread of its own.

    `debug_mode` is the SDK's switch for running a workflow in the calling thread.
    """
    skip_needless_work()
    return Replayer(
        runtime=runtime,
        workflows=[dossier, RolloutWorkflow, DossierWaitWorkflow],
        workflow_runner=runner or UnsandboxedWorkflowRunner(),
        data_converter=pydantic_data_converter,
        build_id=BUILD,
        debug_mode=True,
    )


@dataclass(frozen=True)
class How:
    """How histories are replayed. `dossier`: the workflow of a dossier, which tests replace by a broken one."""

    sandboxed: bool = False
    dossier: type = DossierWorkflow

    def replayer(self) -> Replayer:
        """A replayer of this process."""
        return (replayer if self.sandboxed else quick_replayer)(self.dossier, _runtime_of_this_process())


def prepare(rules: Sequence[str]) -> None:
    """Runs once in each new process. `rules`: published rules, each as JSON."""
    set_up_logs("replay", "critical")  # a result tells the problem; the SDK would log it with its traceback
    rules_in_force.install(rules_in_force.rulebook().adding(*map(StoredRule.model_validate_json, rules)))


def replay(batch: Sequence[KeptHistory], how: How | None = None) -> list[Replayed]:
    """The result of each history, in their order."""
    return uvloop.run(_replayed(batch, how or How()))


@cache
def _runtime_of_this_process() -> Runtime:
    """Its SDK logs no warnings, for the same reason."""
    quiet = LoggingConfig(TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    return Runtime(telemetry=TelemetryConfig(logging=quiet))


@cache
def _replayers(how: How) -> tuple[Replayer, ...]:
    return tuple(how.replayer() for _ in range(1 if how.sandboxed else SIDE_BY_SIDE))


async def _replayed(batch: Sequence[KeptHistory], how: How) -> list[Replayed]:
    """One replayer for many histories: to make one for each history costs as much as half a replay."""
    found = [read(history) for history in batch]
    whole = [(place, one) for place, one in enumerate(found) if isinstance(one, WorkflowHistory)]
    histories = dict(whole)
    results: dict[int, Replayed | Broken] = {place: one for place, one in enumerate(found) if isinstance(one, Replayed)}
    replayers = _replayers(how)
    with _interrupted_when_it_hangs(how):
        parts = [whole[number :: len(replayers)] for number in range(len(replayers))]
        for part in await asyncio.gather(*(_part(*one) for one in zip(replayers, parts, strict=True))):
            results |= part
    return [
        result if isinstance(result, Replayed) else await _explained(histories[place], result, how)
        for place, result in sorted(results.items())
    ]


async def _part(replayer: Replayer, part: Sequence[tuple[int, WorkflowHistory]]) -> dict[int, Replayed | Broken]:
    async def histories() -> AsyncIterator[WorkflowHistory]:
        for _, one in part:
            yield one

    results: dict[int, Replayed | Broken] = {}
    if not part:
        return results
    async with replayer.workflow_replay_iterator(histories()) as replaying:
        places = iter(place for place, _ in part)
        async for result in replaying:
            run, failure = result.history, result.replay_failure
            results[next(places)] = (
                Replayed(run.workflow_id, run.run_id, len(run.events), None)
                if failure is None
                else Broken(reason_in(str(failure)), str(failure), isinstance(failure, workflow.NondeterminismError))
            )
    return results


async def _explained(history: WorkflowHistory, broken: Broken, how: How) -> Replayed:
    """Replays the history once more, and says what the code asked for where the two differ."""
    log = Log()
    recording = quick_replayer(how.dossier, _runtime_of_this_process(), RecordingRunner(log))
    if not broken.hung:
        with _interrupted_when_it_hangs(how):
            await recording.replay_workflow(history, raise_on_replay_failure=False)
    failure = explained(history.events, broken, log, PATIENCE)
    return Replayed(history.workflow_id, history.run_id, len(history.events), failure)


def reason_in(failure: str) -> str:
    """The reason in the text of a failed replay: its message, where the SDK shows one among internal fields."""
    shown = re.search(r'message: "((?:[^"\\]|\\.)+)"', failure)
    return (failure if shown is None else shown[1]).partition("\n")[0][:LONGEST_REASON]


@contextmanager
def _interrupted_when_it_hangs(how: How) -> Iterator[None]:
    """Looks every few seconds whether this thread is still in the same task of the same run."""
    if how.sandboxed:
        yield
        return
    seen: tuple[str, int] | None = None

    def look(_signal: int, _frame: FrameType | None) -> None:
        nonlocal seen
        info = workflow.info() if workflow.in_workflow() else None
        now = None if info is None else (info.run_id, info.get_current_history_length())
        if now is not None and now == seen:
            seen = None
            raise RuntimeError(HUNG)
        seen = now

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
