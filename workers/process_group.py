"""Several worker processes under one parent: `luongxanh worker --processes N`.

One Python process uses one core. Each process has its own connections to Temporal and PostgreSQL, and they share
nothing. The relays still run once: each holds a lock in the database.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

log = structlog.get_logger(__name__)

STARTED_AGAIN_AFTER = 2.0
"""Seconds before a process that ended by itself is started again."""
LOOK_EVERY = 0.1
"""Seconds between two looks whether all processes are ready."""


async def end_with_parent(parent: int, stopping: asyncio.Event) -> None:
    """Sets `stopping` when the parent process is gone, so that its processes do not live on unseen."""
    while not stopping.is_set():
        if os.getppid() != parent:
            log.error("parent_process_gone", pid=parent)
            stopping.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), 1.0)


class WorkerProcesses:
    """Starts the processes, passes the signal to stop on, and starts a process again that ended by itself."""

    def __init__(self, processes: int, ready: Path | None = None) -> None:
        self._processes = processes
        self._ready = ready
        self._running: dict[int, asyncio.subprocess.Process] = {}
        self._exit_code = 0

    async def run(self, stopping: asyncio.Event) -> int:
        """Until `stopping` is set. Returns 0, or the exit code of a process that gave up before it was ever ready."""
        with TemporaryDirectory(prefix="luongxanh-workers-") as folder:
            marks = [Path(folder) / f"{number}.ready" for number in range(self._processes)]
            keepers = [asyncio.create_task(self._keep(number, mark, stopping)) for number, mark in enumerate(marks)]
            announcing = asyncio.create_task(self._announce(marks))
            await stopping.wait()
            announcing.cancel()
            for process in self._running.values():
                with suppress(ProcessLookupError):
                    process.send_signal(signal.SIGTERM)
            await asyncio.gather(*keepers)
        return self._exit_code

    async def _keep(self, number: int, mark: Path, stopping: asyncio.Event) -> None:
        """Starts a process again, however it ended. Only one that gives up by itself before it was ever ready ends all:
        a setting is wrong, and every further start would end in the same way."""
        was_ready = False
        while not stopping.is_set():
            mark.unlink(missing_ok=True)
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "workers", "worker", "--ready", str(mark), "--parent", str(os.getpid())),
                start_new_session=True,  # Ctrl-C of a terminal reaches the parent only, which passes it on
            )
            self._running[number] = process
            log.info("worker_process_started", pid=process.pid)
            if stopping.is_set():  # it was set while the process started
                process.send_signal(signal.SIGTERM)
            code = await process.wait()
            del self._running[number]
            if stopping.is_set():
                return
            log.error("worker_process_ended", pid=process.pid, exit_code=code)
            was_ready = was_ready or mark.exists()
            killed = code < 0
            if not was_ready and not killed:
                self._exit_code = code or 1
                stopping.set()
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), STARTED_AGAIN_AFTER)

    async def _announce(self, marks: list[Path]) -> None:
        while not all(mark.exists() for mark in marks):  # noqa: ASYNC110 - other processes write them
            await asyncio.sleep(LOOK_EVERY)
        log.info("worker_processes_ready", count=self._processes)
        if self._ready is not None:
            self._ready.write_text("ready", encoding="utf-8")
