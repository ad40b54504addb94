"""Replays histories of workflows on this release's code, in several processes.

A history that does not replay is a dossier that would get stuck after the upgrade. One Python process uses one core, so
each core gets a process with a replayer and an event loop of its own.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType

from domain.rules.rulebook import StoredRule
from gateway.cli.problems import Exit
from workers import replay_pool
from workers.errors import CodedError
from workers.kept_histories import KeptHistory, Replayed
from workers.messages import ReplayRefusal

BATCH = 32
"""How many histories a process gets at once. A batch takes less than a second, so an interrupt is obeyed soon."""
BATCHES_AHEAD = 2
"""How many batches wait or run for each process. It never idles, and few histories are in memory."""


class ReplayError(CodedError):
    """The replay was broken off."""

    exit_code = Exit.FAILED

    def __init__(self, code: ReplayRefusal, /, **facts: object) -> None:
        super().__init__(code, **facts)


class ReplayProcesses:
    """The processes that replay, which know these rules. They end with the context.

    `sandboxed`: each history in a sandbox, as a worker runs it. It finds code that reads the clock, say, and takes
    twice as long. `release`: a folder with the packages of another release to replay with. `aside`: how far they step
    back for other processes, as `nice` counts.
    """

    def __init__(
        self,
        processes: int,
        rules: Sequence[StoredRule],
        *,
        sandboxed: bool = False,
        release: Path | None = None,
        aside: int = 0,
    ) -> None:
        self._processes, self._sandboxed = processes, sandboxed
        written = tuple(rule.model_dump_json() for rule in rules)
        self._pool = ProcessPoolExecutor(
            processes,
            multiprocessing.get_context("spawn"),
            initializer=replay_pool.prepare,
            initargs=(written, os.getpid(), release, aside),
        )

    def __enter__(self) -> ReplayProcesses:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Waits for the batches that run. Batches that wait are dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def end_at_once(self) -> None:
        """Ends the processes, whatever they do. What waits for their results gets ReplayError."""
        for process in list((self._pool._processes or {}).values()):  # Python 3.11 has no public way
            process.kill()

    async def start(self) -> None:
        """Waits until a process is ready, which takes two seconds. Raises as `replay`."""
        await self._results(self._asked(()))

    async def replay(self, histories: AsyncIterable[KeptHistory], tell: Callable[[Replayed], None]) -> None:
        """Replays all histories, and calls `tell` with the result of each, in their order.

        Raises ReplayError `replay_process_died`, `release_does_not_run`.
        """
        running = deque[asyncio.Future[bytes | str]]()

        async def first_ended() -> None:
            for result in await self._results(running.popleft()):
                tell(result)

        try:
            async for batch in _batches(histories):
                running.append(self._asked(batch))
                if len(running) >= BATCHES_AHEAD * self._processes:
                    await first_ended()
            while running:
                await first_ended()
        finally:
            for future in running:  # of a replay that was broken off: nobody asks for these results
                future.cancel()

    def _asked(self, batch: tuple[KeptHistory, ...]) -> asyncio.Future[bytes | str]:
        plain = tuple((one.workflow, one.kept if isinstance(one.kept, bytes) else str(one.kept)) for one in batch)
        return asyncio.get_running_loop().run_in_executor(self._pool, replay_pool.replay, plain, self._sandboxed)

    async def _results(self, asked: asyncio.Future[bytes | str]) -> list[Replayed]:
        try:
            answer = await asked
        except BrokenProcessPool as died:
            raise ReplayError(ReplayRefusal.REPLAY_PROCESS_DIED, processes=self._processes) from died
        if isinstance(answer, str):
            raise ReplayError(ReplayRefusal.RELEASE_DOES_NOT_RUN, problem=answer)
        results: list[Replayed] = pickle.loads(answer)  # noqa: S301  our own process wrote it
        return results


async def _batches(histories: AsyncIterable[KeptHistory]) -> AsyncIterator[tuple[KeptHistory, ...]]:
    batch: list[KeptHistory] = []
    async for history in histories:
        batch.append(history)
        if len(batch) == BATCH:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)
