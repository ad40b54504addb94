"""Carries the plan of the faults out, and sees that everything runs again afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx2
import psutil

from tools.chaos.misbehaviour import Misbehaviour
from tools.chaos.schedule import Planned, Strike
from tools.chaos.stack import ChaosStack
from tools.local_stack import StackError
from tools.local_stack.status import is_running

TRIES = 40
"""Starts of a process that was killed: its disk may be full, or its server be down."""
PAUSE = 1.5


@dataclass
class Striker:
    """Strikes the stack. `done` counts the strikes by kind, `failed` tells those that could not be carried out."""

    on: ChaosStack
    outside: Misbehaviour
    http: httpx2.AsyncClient
    done: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    """Open connections that were reset."""
    failed: list[str] = field(default_factory=list)
    ended: Counter[str] = field(default_factory=Counter)
    """The processes that ended although nobody had killed them, each as often as it was started again."""
    _struck: set[str] = field(default_factory=set)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def strike(self, plan: Sequence[Planned]) -> None:
        """Carries out the whole plan, each strike at its time."""
        began = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as strikes:
            for one in plan:
                strikes.create_task(self._at_its_time(one, began))

    async def _at_its_time(self, one: Planned, began: float) -> None:
        await asyncio.sleep(max(0.0, began + one.at - asyncio.get_running_loop().time()))
        try:
            await self._carry_out(one)
            self.done[one.strike.value] += 1
        except (StackError, OSError, psutil.Error, httpx2.HTTPError) as problem:
            self.failed.append(f"{one.strike} {one.target}: {type(problem).__name__} {str(problem)[:300]}")

    async def _carry_out(self, one: Planned) -> None:
        match one.strike:
            case Strike.OUTAGE | Strike.SILENCE:
                await self.outside.put_down(one.target, silent=one.strike is Strike.SILENCE)
                await asyncio.sleep(one.lasts)
                await self.outside.put_up(one.target)
            case Strike.KILL:
                self._struck.add(one.target)
                await asyncio.to_thread(self.on.stack.kill, one.target)
                await asyncio.sleep(one.lasts)
                await self.start(one.target)
                self._struck.discard(one.target)
            case Strike.FREEZE:
                await self._freeze(one)
            case Strike.RESET:
                self.connections += await self.on.links.order("reset", one.target)
            case Strike.CUT | Strike.STALL:
                self.connections += await self.on.links.order(one.strike.value, one.target)
                await asyncio.sleep(one.lasts)
                await self.on.links.order("mend", one.target)
            case Strike.DISK_FULL:
                await self._fill_disks(one)
            case Strike.DATE:
                await self._move_date(one.days)
                await asyncio.sleep(one.lasts)
                await self._move_date(0)

    async def start(self, name: str) -> None:
        """Starts a process as a supervisor would: again and again until it runs."""
        for tries in range(TRIES):
            try:
                async with self._starting:
                    running = await asyncio.to_thread(self.on.stack.start, name)
                if name in self.on.links.ports:
                    port = running.ports.get("sql") or running.ports.get("frontend") or running.ports.get("http")
                    await self.on.links.order("aim", name, port or 0)
                return
            except (StackError, OSError):
                if tries == TRIES - 1:
                    raise
                await asyncio.sleep(PAUSE)

    async def supervise(self) -> None:
        """Starts what ended by itself, as the supervisor of a machine does. Runs until it is cancelled."""
        while True:
            await asyncio.sleep(PAUSE)
            for name in self.on.processes:
                if name not in self._struck and not is_running(self.on.stack.running(name)):
                    self.ended[name] += 1
                    with contextlib.suppress(StackError, OSError):  # at the next look
                        await self.start(name)

    async def calm(self) -> None:
        """Nothing fails any more: links are mended, disks have space, every process runs, systems behave."""
        for name in self.on.links.ports:
            await self.on.links.order("mend", name)
        for name in self.on.disks.mounted:
            self.on.disks.free(name)
        await self._move_date(0)
        await self.outside.behave()
        for name in self.on.processes:
            await self.start(name)

    async def _freeze(self, one: Planned) -> None:
        stopped = await self._tree(one.target)
        for process in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(one.lasts)
        finally:
            for process in stopped:
                if process.is_running():
                    os.kill(process.pid, signal.SIGCONT)

    async def _tree(self, name: str) -> list[psutil.Process]:
        """A process and all that it has started: PostgreSQL answers by its children, and some of them just end."""
        for _ in range(TRIES):
            with contextlib.suppress(psutil.NoSuchProcess):
                parent = psutil.Process(self.on.stack.running(name).pid)
                return [parent, *parent.children(recursive=True)]
            await asyncio.sleep(PAUSE)
        raise psutil.NoSuchProcess(self.on.stack.running(name).pid)

    async def _fill_disks(self, one: Planned) -> None:
        for name in self.on.disks.mounted:
            await asyncio.to_thread(self.on.disks.fill, name)
        await asyncio.sleep(one.lasts)
        for name in self.on.disks.mounted:
            self.on.disks.free(name)
        for name in self.on.disks.mounted:
            await self.start(name)

    async def _move_date(self, days: float) -> None:
        (await self.http.post(f"{self.on.simulator_url}/date", json={"days": days})).raise_for_status()
