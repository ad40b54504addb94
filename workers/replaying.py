"""Replays histories of workflows on this release's code, in several processes.

A history that does not replay is a dossier that would get stuck after the upgrade. One Python process uses one core, so
each core gets a process with a replayer and an event loop of its own.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType

from domain.rules.rulebook import StoredRule
from gateway.cli.problems import Exit
from workers.errors import CodedError
from workers.kept_histories import KeptHistory, Replayed
from workers.messages import ReplayRefusal

BATCH = 16
"""How many histories a process gets at once. A batch takes less than a second, so an interrupt is obeyed soon."""
BATCHES_AHEAD = 2
"""How many batches wait or run for each process. It never idles, and few histories are in memory."""


class ReplayError(CodedError):
    """The replay was broken off."""

    exit_code = Exit.FAILED

    def __init__(self, code: ReplayRefusal, /, **facts: object) -> None:
        super().__init__(code, **facts)


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
    """Runs once in each new process. Only there is imported what replays, because that takes two seconds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of the terminal; the parent obeys it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if os.getppid() != parent:  # it was gone before the thread looked
        os._exit(1)
    from workers.replay_process import prepare

    prepare(rules)


def _end_with_parent() -> None:
    """Ends this process when its parent was killed. It would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _replay(batch: tuple[KeptHistory, ...]) -> list[Replayed]:
    """Runs in a process of the pool."""
    from workers.replay_process import replay

    return replay(batch)
