"""Which build has which open dossiers, and which of them are stuck on it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from temporalio.client import Client
from temporalio.service import RPCError

from domain.messages.dossier import DossierRefusal
from domain.values import Value
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.watching.executors import FAILING
from gateway.client.watching.lost_executors import described

OPEN = 'WorkflowType = "Dossier" and ExecutionStatus = "Running" and TaskQueue = "{queue}"'
LOOKED_AT = 500
"""How many failing dossiers are asked for their build: then it is clear that something is wrong."""
AT_ONCE = 8


class OpenDossiers(Value):
    """How many dossiers are open: in all, and by the build that did their last task; None: workers without a build."""

    total: int
    by_build: dict[str | None, int]


class StuckOnBuild(Value):
    """A dossier whose tasks fail, and the build that fails them. None: workers without a build."""

    dossier: str
    build: str | None


class Shares:
    """Counts and lists at Temporal, whose answers may be a moment old. Every method raises EngineUnavailable."""

    def __init__(self, temporal: Client, task_queue: str, deployment: str) -> None:
        self._temporal = temporal
        self._deployment = deployment
        self._on_queue = f'TaskQueue = "{task_queue}"'
        self._open = OPEN.format(queue=task_queue)

    async def open_dossiers(self, builds: Iterable[str]) -> OpenDossiers:
        """The open dossiers, and how many of them each of these builds has."""
        wanted = tuple(builds)
        try:
            total, bare, *each = await asyncio.gather(
                self._count(self._open),
                self._count(f"{self._open} and TemporalWorkerDeploymentVersion is null"),
                *(self._count(f"{self._open} and {self._is_on(build)}") for build in wanted),
            )
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        counted: dict[str | None, int] = dict(zip(wanted, each, strict=True))
        return OpenDossiers(total=total, by_build={None: bare, **counted})

    async def anything_open(self, queues: Iterable[str]) -> bool:
        """True when some workflow of the engine is open, so that somebody may be at work already."""
        names = ", ".join(f'"{queue}"' for queue in queues)
        try:
            return await self._count(f'ExecutionStatus = "Running" and TaskQueue in ({names})') > 0
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed

    async def stuck(self) -> tuple[StuckOnBuild, ...]:
        """The dossiers whose tasks Temporal reports to fail, with their builds: at most `LOOKED_AT`."""
        try:
            found = [one.id async for one in self._temporal.list_workflows(f"{FAILING} and {self._on_queue}")]
            turns = asyncio.Semaphore(AT_ONCE)
            looked = await asyncio.gather(*(self._on_which(one, turns) for one in found[:LOOKED_AT]))
        except RPCError as failed:
            raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed
        return tuple(one for one in looked if one is not None)

    async def _on_which(self, dossier: str, turns: asyncio.Semaphore) -> StuckOnBuild | None:
        """The build that has the dossier's failing task: the one to which it is just moving, if there is one."""
        async with turns:
            executor = await described(self._temporal, dossier)
        if executor is None:
            return None
        info = executor.raw_description.workflow_execution_info.versioning_info
        moving = info.version_transition.deployment_version.build_id
        return StuckOnBuild(dossier=dossier, build=moving or info.deployment_version.build_id or None)

    def _is_on(self, build: str) -> str:
        return f'TemporalWorkerDeploymentVersion = "{self._deployment}:{build}"'

    async def _count(self, query: str) -> int:
        return (await self._temporal.count_workflows(query)).count
