"""The stack of the benchmark: its own PostgreSQL, Temporal, simulator and worker, in a temporary folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2
from temporalio.client import Client

from activities.ledger.migrations import migrate
from activities.ledger.pool import Pool, open_pool
from activities.ledger.reading import LedgerReader
from domain.values import Code
from gateway.client import Engine
from tools.benchmark.baseline_rows import write_template
from tools.benchmark.driving.baseline_driver import BaselineDossier, BaselineServers
from tools.benchmark.driving.closed_loop import drive_now
from tools.benchmark.driving.deadlines import Limits, NotInTime, within
from tools.benchmark.driving.engine_driver import EngineDossier
from tools.benchmark.driving.standard_dossier import APPLICANT
from tools.benchmark.messages import BenchError, BenchRefusal
from tools.benchmark.peers.peer import Peer
from tools.benchmark.peers.running_peers import RunningPeer, running_peers
from tools.benchmark.rules import standard_province
from tools.local_stack import ProcessSpec, Ready, Stack
from tools.local_stack.components import SIMULATOR
from tools.local_stack.messages import Announce, silently
from workers.connections import connect_temporal
from workers.settings import Mode, load_settings
from workflows.search_attributes import SEARCH_ATTRIBUTES

T = TypeVar("T")
TEMPLATE = "the-baseline-repeats-this"
"""The key of the engine's first dossier, whose rows the baseline copies, without the number of the try."""
TEMPLATES = 5
"""Dossiers that are tried as template. A machine on which none is standard is too slow to measure."""
WORKER = ProcessSpec(
    name="worker",
    argv=("{python}", "-m", "tools.benchmark.worker", "--ready", "{ready}", "--rows", "{folder}/rows.json"),
    ready=Ready.FILE,
    stop_seconds=40,
    environment={"PYTHONPATH": "{checkout}"},
)


@dataclass(frozen=True)
class EngineStack:
    """The running servers, simulator and worker, and an engine that is connected to them."""

    stack: Stack
    client: Client
    pool: Pool
    engine: Engine


@dataclass(frozen=True)
class BenchStack(EngineStack):
    """The running stack, and what the drivers need to send commands to it."""

    template: Code
    """The engine's first dossier, whose rows the baseline and the peers copy."""
    peers: Mapping[Peer, RunningPeer]

    def engine_dossier(self, key: str, accepted_in: float) -> EngineDossier:
        """A new dossier of the engine."""
        return EngineDossier(self.engine, key, accepted_in)

    def baseline_dossier(self, key: str, accepted_in: float) -> BaselineDossier:
        """A new dossier of the baseline."""
        return BaselineDossier(BaselineServers(self.client, self.pool), key, accepted_in)


async def answered(limits: Limits, call: Coroutine[Any, Any, T]) -> T:
    """The answer of a server to a call that is no part of a dossier. Raises BenchError `server_silent`."""
    try:
        return await within(limits.call, call)
    except NotInTime as late:
        raise BenchError(BenchRefusal.SERVER_SILENT, seconds=limits.call) from late


@asynccontextmanager
async def bench_stack(
    limits: Limits,
    announce: Announce = silently,
    *,
    worker: ProcessSpec = WORKER,
    peers: Sequence[Peer] = (),
    restate_server: str | None = None,
) -> AsyncIterator[BenchStack]:
    """Starts PostgreSQL, Temporal, the simulator and the worker, then the peers.

    The first dossier is the template of the baseline and of the peers. Raises `StackError`; BenchError as
    `require_peers` does, `server_silent`, and `nothing_measured` when that dossier does not finish.
    """
    async with engine_stack(worker, limits, announce) as started:
        template = await _write_template(started, limits)
        async with running_peers(started.stack, started.pool, peers, restate_server) as running:
            yield BenchStack(started.stack, started.client, started.pool, started.engine, template, running)


@asynccontextmanager
async def engine_stack(
    worker: ProcessSpec, limits: Limits, announce: Announce = silently
) -> AsyncIterator[EngineStack]:
    """Starts PostgreSQL, Temporal, the simulator and the worker, and publishes the rules of the standard dossier.

    Raises `StackError`, and BenchError `server_silent`.
    """
    processes = (SIMULATOR.model_copy(update={"argv": SIMULATOR.argv[:-2]}), worker)
    with Stack.temporary(search_attributes=SEARCH_ATTRIBUTES, announce=announce) as servers:
        await answered(limits, migrate(servers.postgres_url("luongxanh_owner")))
        stack = Stack(servers.folder, processes=processes, search_attributes=SEARCH_ATTRIBUTES, announce=announce)
        stack.up()
        settings = load_settings({}, servers.folder, mode=Mode.EMBEDDED)
        await answered(limits, tell_simulator(stack.running("simulator").urls["http"]))
        pool = await answered(limits, open_pool(settings.need("database_url"), 8))
        try:
            client = await answered(limits, connect_temporal(settings))
            engine = Engine(client, pool, standard_province(), settings.task_queue)
            await answered(limits, engine.publish_rules())
            yield EngineStack(stack, client, pool, engine)
        finally:
            await _close(pool, limits)


async def _close(pool: Pool, limits: Limits) -> None:
    """Closes the connections. A call that was given up may still hold one, and it is not waited for."""
    try:
        await within(limits.call, pool.close())
    except NotInTime:
        pool.terminate()


async def _write_template(started: EngineStack, limits: Limits) -> Code:
    """Drives the first dossier, and writes its rows to a file for the baseline and the peers. Returns its code."""
    for number in range(1, TEMPLATES + 1):
        key = f"{TEMPLATE}-{number}"
        first = await drive_now(lambda key, accepted_in: EngineDossier(started.engine, key, accepted_in), key, limits)
        if first.problem is not None:
            raise BenchError(BenchRefusal.NOTHING_MEASURED, not_finished=1, key=key, problem=first.problem)
        if await write_template(LedgerReader(started.pool), first.code, key, started.stack.folder / "rows.json"):
            return first.code
    raise BenchError(BenchRefusal.NO_TEMPLATE, tries=TEMPLATES)


async def tell_simulator(simulator: str) -> None:
    """Makes one citizen known to the population database. The simulator pays every order at once."""
    citizen = {
        "identity_number": APPLICANT.identity_number,
        "name": APPLICANT.name,
        "birth": f"{APPLICANT.birth_date:%Y%m%d}",
    }
    async with httpx2.AsyncClient(base_url=simulator, trust_env=False) as http:
        (await http.post("/reset", json={"paid_at_once": True})).raise_for_status()
        (await http.post("/citizens", json=[citizen])).raise_for_status()
