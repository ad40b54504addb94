"""Replays histories of workflows on this release's code, in several processes.

A history that does not replay is a dossier that would get stuck after the upgrade. One Python process uses one core, so
each core gets a process with a replayer and an event loop of its own.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import re
import signal
import threading
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType

import uvloop
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.worker import Replayer

from domain.rules.rulebook import StoredRule
from gateway.cli.problems import Exit
from workers.errors import CodedError
from workers.messages import ReplayRefusal
from workers.telemetry import set_up_logs
from workers.tracing import CallersTrace
from workers.worker import sandbox
from workflows import rules_in_force
from workflows.dossier import DossierWorkflow
from workflows.dossier_wait import DossierWaitWorkflow
from workflows.rollout import RolloutWorkflow

BATCH = 16
"""How many histories a process gets at once. A batch takes less than a second, so an interrupt is obeyed soon."""
BATCHES_AHEAD = 2
"""How many batches wait or run for each process. It never idles, and few histories are in memory."""

LONGEST_REASON = 500
"""Characters."""


@dataclass(frozen=True)
class KeptHistory:
    """A history to replay. `kept`: Temporal's `History` as bytes, or the JSON file that Temporal's programs write."""

    workflow: str
    kept: bytes | Path


@dataclass(frozen=True)
class Replayed:
    """What came of a history. `problem`: why it does not replay; None when it does."""

    workflow: str
    run: str
    events: int
    problem: str | None


class ReplayError(CodedError):
    """The replay was broken off."""

    exit_code = Exit.FAILED

    def __init__(self, code: ReplayRefusal, /, **facts: object) -> None:
        super().__init__(code, **facts)


def replayer(dossier: type = DossierWorkflow, runtime: Runtime | None = None) -> Replayer:
    """Replays as a worker would: in its sandbox, with its converter and its traces."""
    return Replayer(
        runtime=runtime,
        workflows=[dossier, RolloutWorkflow, DossierWaitWorkflow],
        workflow_runner=sandbox(),
        data_converter=pydantic_data_converter,
        interceptors=[CallersTrace()],
    )


class ReplayProcesses:
    """The processes that replay, which know these rules. They end with the context."""

    def __init__(self, processes: int, rules: Sequence[StoredRule]) -> None:
        self._processes = processes
        self._pool = ProcessPoolExecutor(
            processes, multiprocessing.get_context("spawn"), initializer=_prepare, initargs=(tuple(rules), os.getpid())
        )

    def __enter__(self) -> ReplayProcesses:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Waits for the batches that run. Batches that wait are dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def replay(self, histories: AsyncIterable[KeptHistory], tell: Callable[[Replayed], None]) -> None:
        """Replays all histories, and calls `tell` with the result of each, in their order.

        Raises ReplayError `replay_process_died`.
        """
        loop, running = asyncio.get_running_loop(), deque[asyncio.Future[list[Replayed]]]()

        async def first_ended() -> None:
            try:
                results = await running.popleft()
            except BrokenProcessPool as died:
                raise ReplayError(ReplayRefusal.REPLAY_PROCESS_DIED, processes=self._processes) from died
            for result in results:
                tell(result)

        try:
            async for batch in _batches(histories):
                running.append(loop.run_in_executor(self._pool, _replay, batch))
                if len(running) >= BATCHES_AHEAD * self._processes:
                    await first_ended()
            while running:
                await first_ended()
        finally:
            for future in running:  # of a replay that was broken off: nobody asks for these results
                future.cancel()


async def _batches(histories: AsyncIterable[KeptHistory]) -> AsyncIterator[tuple[KeptHistory, ...]]:
    batch: list[KeptHistory] = []
    async for history in histories:
        batch.append(history)
        if len(batch) == BATCH:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)


def _prepare(rules: tuple[StoredRule, ...], parent: int) -> None:
    """Runs once in each new process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the terminal; the parent obeys it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    set_up_logs("replay", "critical")  # a result tells the problem; the SDK would log it with its traceback
    rules_in_force.install(rules_in_force.rulebook().adding(*rules))
    if os.getppid() != parent:  # it was gone before the thread looked
        os._exit(1)


def _end_with_parent() -> None:
    """Ends this process when its parent was killed. It would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _replay(batch: tuple[KeptHistory, ...]) -> list[Replayed]:
    """Runs in a process of the pool."""
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
