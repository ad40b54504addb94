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
from tools.chaos.supervisor import Supervisor
from tools.local_stack import StackError


@dataclass
class Striker:
    """Strikes the stack. `done` counts the strikes by kind, `failed` tells those that could not be carried out."""

    on: ChaosStack
    supervisor: Supervisor
    outside: Misbehaviour
    http: httpx2.AsyncClient
    done: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    """Open connections that were reset."""
    failed: list[str] = field(default_factory=list)

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
                with self.supervisor.keeping_down([one.target]):
                    await self.supervisor.kill(one.target)
                    await asyncio.sleep(one.lasts)
                await self.supervisor.start(one.target)
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

    async def calm(self) -> None:
        """Nothing fails any more: links are mended, disks have space, every process runs, systems behave."""
        for name in self.on.links.ports:
            await self.on.links.order("mend", name)
        for name in self.on.disks.mounted:
            self.on.disks.free(name)
        await self._move_date(0)
        await self.outside.behave()
        await self.supervisor.all_ready()

    async def _freeze(self, one: Planned) -> None:
        stopped = await self.supervisor.tree(one.target)
        for process in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGSTOP)
        try:
            await asyncio.sleep(one.lasts)
        finally:
            for process in stopped:
                if process.is_running():
                    os.kill(process.pid, signal.SIGCONT)

    async def _fill_disks(self, one: Planned) -> None:
        for name in self.on.disks.mounted:
            await asyncio.to_thread(self.on.disks.fill, name)
        await asyncio.sleep(one.lasts)
        for name in self.on.disks.mounted:
            self.on.disks.free(name)
        for name in self.on.disks.mounted:
            await self.supervisor.start(name)

    async def _move_date(self, days: float) -> None:
        (await self.http.post(f"{self.on.simulator_url}/date", json={"days": days})).raise_for_status()
