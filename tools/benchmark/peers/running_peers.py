"""Starts the processes of the peers in the folder of a running stack, and makes their dossiers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

import aiohttp
import httpx2

from activities.ledger.pool import Pool
from tools.benchmark.driving.peer_driver import PeerDossier, PeerServers
from tools.benchmark.peers.peer import RESTATE_SERVER, Peer, restate_program, version_of_program, versions_of_packages
from tools.local_stack import OWNER_ROLE, ProcessSpec, Ready, Stack
from tools.local_stack.messages import silently
from tools.local_stack.processes import free_ports

HTTP = "http://127.0.0.1:{port}"
DATABASE_OF_DBOS = "dbos"
"""Where DBOS keeps workflows and steps. The rows of its dossiers are in the ledger, as those of all others."""
PARTITIONS = 4
"""Of Restate's server. By itself it has 24, for a cluster. Two for each core are enough on a small machine."""


@dataclass(frozen=True)
class RunningPeer:
    """A started peer. `stack` has its processes, `versions` those of its packages and of its server."""

    stack: Stack
    servers: PeerServers
    versions: dict[str, str]

    def dossier(self, key: str, accepted_in: float) -> PeerDossier:
        """A new dossier of the peer."""
        return PeerDossier(self.servers, key, accepted_in)


@asynccontextmanager
async def running_peers(
    stack: Stack, pool: Pool, peers: Sequence[Peer], restate_server: str | None
) -> AsyncIterator[dict[Peer, RunningPeer]]:
    """Starts the peers beside a stack, which stops them when it is erased.

    Raises StackError, and BenchError as `require_peers` does.
    """
    connector = aiohttp.TCPConnector(limit=0)  # as many connections as commands are under way
    async with aiohttp.ClientSession(connector=connector) as http:
        yield {peer: await _started(peer, stack, PeerServers(http, "", pool), restate_server) for peer in peers}


async def _started(peer: Peer, beside: Stack, servers: PeerServers, restate_server: str | None) -> RunningPeer:
    versions = versions_of_packages(peer)
    match peer:
        case Peer.DBOS:
            stack = _with_processes(beside, _dbos(beside))
        case Peer.RESTATE:
            program = restate_program(restate_server)
            admin, node = (f"127.0.0.1:{port}" for port in free_ports([None, None]))
            versions[RESTATE_SERVER] = version_of_program(program)
            stack = _with_processes(beside, _restate_server(program, admin, node), _restate())
            await _register(admin, stack.running(peer).urls["http"])
        case _:
            assert_never(peer)
    address = stack.running(stack.processes[0].name).urls["http"] + "/dossier"
    return RunningPeer(stack, PeerServers(servers.http, address, servers.pool), versions)


def _with_processes(beside: Stack, *processes: ProcessSpec) -> Stack:
    """Starts the processes of a peer in the stack's folder. The first one takes commands."""
    stack = Stack(beside.folder, processes=processes, announce=silently)
    for process in processes:
        stack.start(process.name)
    return stack


def _dbos(stack: Stack) -> ProcessSpec:
    """The service. DBOS makes its own database when it starts."""
    database = stack.postgres_url(OWNER_ROLE, DATABASE_OF_DBOS)
    return _service(Peer.DBOS, "tools.benchmark.peers.dbos_service", {"DBOS_SYSTEM_DATABASE_URL": database})


def _restate() -> ProcessSpec:
    return _service(Peer.RESTATE, "tools.benchmark.peers.restate_service", {})


def _service(peer: Peer, module: str, environment: dict[str, str]) -> ProcessSpec:
    """The process that runs the peer's workflows. It has the name of the peer."""
    return ProcessSpec(
        name=peer,
        argv=("{python}", "-m", module, "--port", "{port}", "--rows", "{folder}/rows.json"),
        ready=Ready.HTTP,
        ready_path="/health",
        url=HTTP,
        environment={"PYTHONPATH": "{checkout}", **environment},
    )


def _restate_server(program: Path, admin: str, node: str) -> ProcessSpec:
    """A server with all its roles. It writes each step to its disk before it answers, as it does by itself."""
    return ProcessSpec(
        name=RESTATE_SERVER,
        argv=(str(program), "--base-dir", "{folder}/restate", "--no-logo", "--log-filter", "warn"),
        ready=Ready.HTTP,
        ready_path="/restate/health",
        url=HTTP,
        environment={
            "RESTATE_LISTEN_MODE": "tcp",
            "RESTATE_INGRESS__BIND_ADDRESS": "127.0.0.1:{port}",
            "RESTATE_ADMIN__BIND_ADDRESS": admin,
            "RESTATE_BIND_ADDRESS": node,
            "RESTATE_ADVERTISED_HOST": "127.0.0.1",
            "RESTATE_DEFAULT_NUM_PARTITIONS": str(PARTITIONS),
            "RESTATE_DISABLE_TELEMETRY": "true",
        },
    )


async def _register(admin: str, service: str) -> None:
    """Tells Restate's server which handlers the service has."""
    async with httpx2.AsyncClient(trust_env=False, timeout=30) as http:
        (await http.post(f"http://{admin}/deployments", json={"uri": service})).raise_for_status()
