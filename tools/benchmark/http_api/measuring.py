"""Measures each operation both ways in turn, the memory of an export of everything, and several clients at once."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import psutil
from pydantic import BaseModel

from tools.benchmark.http_api.options import ApiBenchOptions
from tools.benchmark.http_api.stack import ApiStack
from tools.benchmark.http_api.work import InProcess, OverHttp, TableForm, Way, over_http
from tools.benchmark.measuring.spread import percentile

WARM_UP = 5
OPENED = 10
"""Dossiers that are opened at each desk, to be read."""
CALM = 2.0
"""Seconds until the calls to outside systems for these dossiers are answered."""
LOOK_EVERY = 0.02
"""Seconds between two looks at the memory of the API."""
MOST_AT_ONCE = 200
"""Rows of a page while the middle of the register is looked for."""


class Operation(StrEnum):
    """What is measured."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    READ = "read"
    READ_OLDER = "read_older"
    """A dossier whose pinned rules are not those of today: they are read from the ledger."""
    SEARCH = "search"
    SEARCH_MIDDLE = "search_middle"
    EXPORT = "export"


class Milliseconds(BaseModel):
    """How long an operation took, one way."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> Milliseconds:
        """The percentiles of some measurements."""
        p50, p95, p99 = (round(percentile(milliseconds, p), 2) for p in (50, 95, 99))
        return cls(p50=p50, p95=p95, p99=p99)


class ProcessorMs(BaseModel):
    """Milliseconds of processor time for one operation: of the API process and of its caller, and of the library."""

    api: float
    caller: float
    in_process: float


@dataclass
class Timed:
    """The measurements of one operation."""

    http: list[float] = field(default_factory=list)
    in_process: list[float] = field(default_factory=list)
    api_cpu: list[float] = field(default_factory=list)
    caller_cpu: list[float] = field(default_factory=list)
    in_process_cpu: list[float] = field(default_factory=list)

    @property
    def cpu_ms(self) -> ProcessorMs:
        """The mean processor times."""
        means = (sum(spent) / len(spent) for spent in (self.api_cpu, self.caller_cpu, self.in_process_cpu))
        api, caller, in_process = (round(mean, 2) for mean in means)
        return ProcessorMs(api=api, caller=caller, in_process=in_process)


class WholeExport(BaseModel):
    """A table of every dossier over HTTP. Memory is that of the API process, in MB; `seconds`: until its last byte."""

    form: str
    bytes: int
    seconds: float
    in_process_seconds: float
    memory_before: float
    memory_peak: float

    @property
    def growth(self) -> float:
        """By how much the memory grew while the table was written and sent."""
        return round(self.memory_peak - self.memory_before, 1)


class AtOnce(BaseModel):
    """Operations a second with several clients at once, each of which asks again when it is answered."""

    http_per_s: float
    in_process_per_s: float


class ApiMeasuring:
    """Measures on a running stack."""

    def __init__(self, stack: ApiStack, options: ApiBenchOptions, in_process: InProcess) -> None:
        self._stack = stack
        self._options = options
        self._in_process = in_process
        self._api = stack.stack.running("api").pid
        self._today: dict[str, list[str]] = {}
        """Dossiers of each desk with the rules of today, which nothing changes while they are read."""

    async def latencies(self, http: OverHttp) -> dict[Operation, Timed]:
        """Every operation, `repeats` times each way. Which way comes first changes: a second reader finds it warm."""
        await self._open_some()
        middle, timed = await self._middle(), {operation: Timed() for operation in Operation}
        for number in range(self._options.repeats + WARM_UP):
            ways: list[Way] = [http, self._in_process]
            for way in ways if number % 2 else reversed(ways):
                await self._once(
                    number, way, middle, timed if number >= WARM_UP else {one: Timed() for one in Operation}
                )
        return timed

    async def _open_some(self) -> None:
        for desk in self._stack.desks:
            self._today[desk.unit] = [await self._in_process.submit(desk) for _ in range(OPENED)]
            for code in self._today[desk.unit]:
                await self._in_process.accept(desk, code)
        await asyncio.sleep(CALM)

    async def _once(self, number: int, way: Way, middle: str | None, timed: dict[Operation, Timed]) -> None:
        desk = self._stack.desks[0]
        known = desk.codes[number % len(desk.codes)]
        with self._timing(way, timed[Operation.SUBMIT]):
            code = await way.submit(desk)
        with self._timing(way, timed[Operation.ACCEPT]):
            await way.accept(desk, code)
        with self._timing(way, timed[Operation.READ]):
            await way.read(desk, self._today[desk.unit][number % OPENED])
        with self._timing(way, timed[Operation.READ_OLDER]):
            await way.read(desk, known)
        with self._timing(way, timed[Operation.SEARCH]):
            await way.search(None)
        with self._timing(way, timed[Operation.SEARCH_MIDDLE]):
            await way.search(middle)
        with self._timing(way, timed[Operation.EXPORT]):
            await way.export(desk.person, TableForm.CSV)

    @contextmanager
    def _timing(self, way: Way, timed: Timed) -> Iterator[None]:
        """Keeps how long the block took, and what it used."""
        api, own, began = _cpu_ms(self._api), time.process_time(), time.perf_counter()
        yield
        took, used = (time.perf_counter() - began) * 1_000, (time.process_time() - own) * 1_000
        if way is self._in_process:
            timed.in_process.append(took)
            timed.in_process_cpu.append(used)
        else:
            timed.http.append(took)
            timed.caller_cpu.append(used)
            timed.api_cpu.append(_cpu_ms(self._api) - api)

    async def _middle(self) -> str | None:
        """The cursor of the page in the middle of the register, to which a reader comes page by page."""
        cursor, steps = None, self._options.dossiers // 2 // MOST_AT_ONCE
        for _ in range(max(1, steps)):
            cursor = (await self._in_process.page(cursor, MOST_AT_ONCE)).next or cursor
        return cursor

    async def whole_export(self, http: OverHttp, form: TableForm) -> WholeExport:
        """A table of all dossiers each way, with the memory of the API meanwhile."""
        began = time.perf_counter()
        await self._in_process.export(self._stack.supervisor, form)
        in_process = time.perf_counter() - began
        async with _Memory(self._api) as memory:
            began = time.perf_counter()
            size = await http.export(self._stack.supervisor, form)
            seconds = time.perf_counter() - began
        return WholeExport(
            form=form.name.lower(),
            bytes=size,
            seconds=round(seconds, 2),
            in_process_seconds=round(in_process, 2),
            memory_before=memory.before,
            memory_peak=memory.peak,
        )

    async def at_once(self) -> dict[Operation, AtOnce]:
        """Reads and submissions by all clients at once, each way twice: first one way, then the other, and back."""
        async with over_http(self._stack, self._options.clients) as clients:
            libraries = [self._in_process] * self._options.clients
            return {
                Operation.READ: await self._both(clients, libraries, self._read),
                Operation.SUBMIT: await self._both(clients, libraries, self._submit),
            }

    async def _both(
        self, clients: Sequence[Way], libraries: Sequence[Way], ask: Callable[[Way, int, int], Awaitable[None]]
    ) -> AtOnce:
        first, second, third, fourth = [
            await self._seconds(ways, ask) for ways in (clients, libraries, libraries, clients)
        ]
        requests = 2 * self._each * self._options.clients
        return AtOnce(
            http_per_s=round(requests / (first + fourth), 1), in_process_per_s=round(requests / (second + third), 1)
        )

    @property
    def _each(self) -> int:
        """The requests of one client in a round."""
        return max(1, self._options.requests // self._options.clients)

    async def _seconds(self, ways: Sequence[Way], ask: Callable[[Way, int, int], Awaitable[None]]) -> float:
        async def client(place: int, way: Way) -> None:
            for number in range(self._each):
                await ask(way, place, number)

        began = time.perf_counter()
        async with asyncio.TaskGroup() as clients:
            for place, way in enumerate(ways):
                clients.create_task(client(place, way))
        return time.perf_counter() - began

    async def _read(self, way: Way, place: int, number: int) -> None:
        desk = self._stack.desks[place % len(self._stack.desks)]
        await way.read(desk, self._today[desk.unit][(number + place) % OPENED])

    async def _submit(self, way: Way, place: int, number: int) -> None:
        await way.submit(self._stack.desks[place % len(self._stack.desks)])


class _Memory:
    """The resident memory of a process, in MB, looked at while the block runs."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.before = self.peak = self._resident()

    async def __aenter__(self) -> _Memory:
        self._looking = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._looking.cancel()
        self.peak = max(self.peak, self._resident())

    async def _look(self) -> None:
        while True:
            self.peak = max(self.peak, self._resident())
            await asyncio.sleep(LOOK_EVERY)

    def _resident(self) -> float:
        return round(self._process.memory_info().rss / 2**20, 1)


def _cpu_ms(pid: int) -> float:
    """Milliseconds of CPU that the threads of a process have used, from the scheduler, which counts nanoseconds."""
    spent = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            spent += int(Path(f"/proc/{pid}/task/{thread}/schedstat").read_text(encoding="utf-8").split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue  # the thread ended while we looked
    return spent / 1e6
