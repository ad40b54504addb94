"""Starts, kills and finds the processes of a run. What ends by itself is started again, as on a machine.

The servers are started by the stack. Our own processes are launched beside it: the stack starts one after another and
waits for each, and a worker that waits for its database would keep the database from starting.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tools.chaos.stack import ChaosStack
from tools.local_stack import ProcessSpec, StackError, processes
from tools.local_stack.messages import silently
from tools.local_stack.service import program_of
from tools.local_stack.status import is_running
from tools.local_stack.temporal import answers

SERVERS = ("postgres", "temporal")
TRIES = 40
PAUSE = 1.5
READY_WITHIN = 300.0


@dataclass
class Supervisor:
    """The processes of one run, by name."""

    on: ChaosStack
    ended: Counter[str] = field(default_factory=Counter)
    """How often a process ended by itself and was started again."""
    _launched: dict[str, processes.Child] = field(default_factory=dict)
    _kept_down: set[str] = field(default_factory=set)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)

    def pid(self, name: str) -> int:
        """The number of the process."""
        return self._launched[name].pid if name in self._launched else self.on.stack.running(name).pid

    async def tree(self, name: str) -> list[psutil.Process]:
        """A process and all that it has started: PostgreSQL answers by its children, and some of them just end."""
        for _ in range(TRIES):
            with contextlib.suppress(psutil.NoSuchProcess):
                parent = psutil.Process(self.pid(name))
                return [parent, *parent.children(recursive=True)]
            await asyncio.sleep(PAUSE)
        raise psutil.NoSuchProcess(self.pid(name))

    @contextlib.contextmanager
    def keeping_down(self, names: Iterable[str]) -> Iterator[None]:
        """Does not start these again by itself meanwhile."""
        names = set(names) - self._kept_down
        self._kept_down |= names
        try:
            yield
        finally:
            self._kept_down -= names

    async def kill(self, name: str) -> None:
        """Kills a process at once (`kill -9`)."""
        pid = self.pid(name)
        born = processes.birth(pid)
        await asyncio.to_thread(processes.end, name, pid, born, signals=(), seconds=0, announce=silently)

    async def start(self, name: str) -> None:
        """Starts a process, again and again until it runs. Raises StackError and OSError when it never does."""
        if name not in SERVERS:
            if not self._runs(name):
                self._launch(name)
            return
        for tries in range(TRIES):
            try:
                async with self._starting:
                    running = await asyncio.to_thread(self.on.stack.start, name)
                await self.on.links.order("aim", name, running.ports.get("sql") or running.ports["frontend"])
                return
            except (StackError, OSError):
                if tries == TRIES - 1:
                    raise
                await asyncio.sleep(PAUSE)

    async def supervise(self) -> None:
        """Starts what ended by itself. Runs until it is cancelled."""
        while True:
            await asyncio.sleep(PAUSE)
            for name in self.on.processes:
                if name not in self._kept_down and not self._runs(name):
                    self.ended[name] += 1
                    with contextlib.suppress(StackError, OSError):  # at the next look
                        await self.start(name)

    async def all_ready(self) -> None:
        """Waits until every process runs and says that it is ready. Raises TimeoutError."""
        async with asyncio.timeout(READY_WITHIN):
            for name in self.on.processes:
                await self.start(name)
            for name in self.on.processes:
                await self._until_ready(name)

    async def _until_ready(self, name: str) -> None:
        while True:
            if await asyncio.to_thread(self._is_ready, name):
                return
            await asyncio.sleep(PAUSE)

    def _runs(self, name: str) -> bool:
        child = self._launched.get(name)
        if child is None:
            return is_running(self.on.stack.running(name))
        return child.handle.poll() is None

    def _is_ready(self, name: str) -> bool:
        if name in SERVERS or name not in self._launched:
            return self._runs(name)
        spec = self._spec(name)
        if spec.url:
            return answers(spec.url.format(port=self.on.stack.running(name).ports["http"]) + spec.ready_path)
        return self._ready_file(name).exists()

    def _launch(self, name: str) -> None:
        port = self.on.stack.running(name).ports.get("http", 0)
        self._ready_file(name).unlink(missing_ok=True)
        program = program_of(self._spec(name), self.on.stack.folder, port, self._ready_file(name))
        self._launched[name] = processes.start(program)

    def _spec(self, name: str) -> ProcessSpec:
        return next(spec for spec in self.on.stack.processes if spec.name == name)

    def _ready_file(self, name: str) -> Path:
        return self.on.stack.folder / "run" / f"{name}.ready"
