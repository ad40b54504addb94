"""Temporal's worker deployment of one engine: its builds, and to which of them tasks go (decision 033).

Temporal calls all workers of the engine a *deployment*, and a build a *version* of it. The task queues of dossiers,
rollouts, outside systems and Nexus belong to one deployment, so that a build gets all of them or none.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC

import stamina
from temporalio.api.deployment.v1 import WorkerDeploymentInfo, WorkerDeploymentVersion
from temporalio.api.enums.v1 import RoutingConfigUpdateState
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentVersionRequest,
    SetWorkerDeploymentCurrentVersionRequest,
    SetWorkerDeploymentRampingVersionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.errors import Conflict
from domain.messages.dossier import DossierRefusal
from domain.messages.releases import ReleaseRefusal
from domain.values import Instant, Value
from gateway.client.engine_errors import EngineUnavailable
from gateway.client.watching.pollers import asking_now, pollers_of

SEPARATORS = re.compile(r"[.:]")
"""Characters that a deployment's name cannot have: Temporal joins it with the build by one of them."""
IN_PROGRESS = RoutingConfigUpdateState.ROUTING_CONFIG_UPDATE_STATE_IN_PROGRESS
EVERYWHERE_WITHIN, KNOWN_WITHIN = 10.0, 60.0
"""Seconds."""
LOOKS: dict[str, float] = {"wait_initial": 0.05, "wait_max": 0.5, "wait_jitter": 0}
"""The pauses between two looks, in seconds."""
NOT_POSSIBLE = (RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.INVALID_ARGUMENT)


class NotKnownYet(Exception):
    """Temporal has not everywhere what was told to it a moment ago."""


def deployment_of(task_queue: str) -> str:
    """The name of the deployment whose dossiers are on this queue."""
    return SEPARATORS.sub("-", task_queue)


class BuildAtTemporal(Value):
    """A build that Temporal knows."""

    build: str
    known_since: Instant


class Routing(Value):
    """To which builds tasks go now. `current` None: to workers without a build."""

    current: str | None = None
    ramping: str | None = None
    percent: float = 0.0
    """The part of the dossiers whose next task the ramping build gets."""
    builds: tuple[BuildAtTemporal, ...] = ()

    def share(self, build: str) -> float:
        """The part of the dossiers whose next task this build gets, in per cent."""
        if build == self.ramping:
            return self.percent
        return 100.0 - (self.percent if self.ramping else 0.0) if build == self.current else 0.0


class Deployment:
    """Reads and changes the routing. Every method raises EngineUnavailable `temporal_unavailable`."""

    def __init__(self, temporal: Client, task_queue: str) -> None:
        self._temporal = temporal
        self._task_queue = task_queue
        self.name = deployment_of(task_queue)

    async def routing(self) -> Routing:
        """The routing of now. Before the first worker with a build there is none: `current` is None."""
        return _routing(await self._described())

    async def until_known(self, build: str) -> None:
        """Waits until Temporal knows a build whose workers ask for work. Raises NotKnownYet after a minute."""
        async for attempt in stamina.retry_context(on=NotKnownYet, attempts=None, timeout=KNOWN_WITHIN, **LOOKS):
            with attempt:
                if not await self.knows(build):
                    raise NotKnownYet(build)

    async def knows(self, build: str) -> bool:
        """True as soon as a worker of the build has asked for work."""
        request = DescribeWorkerDeploymentVersionRequest(
            namespace=self._temporal.namespace, deployment_version=self._version(build)
        )
        try:
            await self._temporal.workflow_service.describe_worker_deployment_version(request, retry=True)
        except RPCError as failed:
            if failed.status is RPCStatusCode.NOT_FOUND:
                return False
            raise _unavailable(failed) from failed
        return True

    async def workers(self) -> dict[str | None, tuple[str, ...]]:
        """The processes that asked for the dossiers' work in the last minute, by their build; None: without one."""
        try:
            pollers = asking_now(await pollers_of(self._temporal, self._task_queue))
        except RPCError as failed:
            raise _unavailable(failed) from failed
        found: dict[str | None, set[str]] = {}
        for poller in pollers:
            found.setdefault(poller.deployment_options.build_id or None, set()).add(poller.identity)
        return {build: tuple(sorted(processes)) for build, processes in found.items()}

    async def make_current(self, build: str, *, whatever_is_missing: bool = False) -> None:
        """All tasks go to this build, and none to a ramping one.

        Raises Conflict `release_not_routed` when Temporal refuses: the build has no workers, or lacks some queues that
        the current one serves and that have work. `whatever_is_missing`: the queues are not compared.
        """
        request = SetWorkerDeploymentCurrentVersionRequest(
            namespace=self._temporal.namespace,
            deployment_name=self.name,
            build_id=build,
            identity=self._temporal.identity,
            ignore_missing_task_queues=whatever_is_missing,
        )
        try:
            await self._temporal.workflow_service.set_worker_deployment_current_version(request, retry=True)
        except RPCError as failed:
            raise _refused(build, failed) from failed
        await self._until_everywhere()

    async def ramp(self, build: str, percent: float) -> None:
        """This part of the dossiers goes to the build with their next task. 0: no build ramps any more.

        Raises Conflict `release_not_routed`.
        """
        request = SetWorkerDeploymentRampingVersionRequest(
            namespace=self._temporal.namespace,
            deployment_name=self.name,
            build_id=build if percent else "",
            percentage=percent,
            identity=self._temporal.identity,
        )
        try:
            await self._temporal.workflow_service.set_worker_deployment_ramping_version(request, retry=True)
        except RPCError as failed:
            raise _refused(build, failed) from failed
        await self._until_everywhere()

    async def _until_everywhere(self) -> None:
        """Waits until every task queue goes by the new routing: it takes a moment, and what was ordered must be true
        when the order returns. After `EVERYWHERE_WITHIN` it goes on: Temporal itself does not give up."""
        with suppress(NotKnownYet):
            async for attempt in stamina.retry_context(
                on=NotKnownYet, attempts=None, timeout=EVERYWHERE_WITHIN, **LOOKS
            ):
                with attempt:
                    if (await self._described()).routing_config_update_state == IN_PROGRESS:
                        raise NotKnownYet

    async def _described(self) -> WorkerDeploymentInfo:
        """Raises EngineUnavailable. Where Temporal knows no build there is an empty answer."""
        request = DescribeWorkerDeploymentRequest(namespace=self._temporal.namespace, deployment_name=self.name)
        try:
            answer = await self._temporal.workflow_service.describe_worker_deployment(request, retry=True)
        except RPCError as failed:
            if failed.status is RPCStatusCode.NOT_FOUND:
                return WorkerDeploymentInfo()
            raise _unavailable(failed) from failed
        return answer.worker_deployment_info

    def _version(self, build: str) -> WorkerDeploymentVersion:
        return WorkerDeploymentVersion(deployment_name=self.name, build_id=build)


def _routing(info: WorkerDeploymentInfo) -> Routing:
    config = info.routing_config
    builds = tuple(
        BuildAtTemporal(
            build=one.deployment_version.build_id,
            known_since=one.create_time.ToDatetime(tzinfo=UTC),
        )
        for one in info.version_summaries
    )
    ramping = config.ramping_deployment_version.build_id or None
    return Routing(
        current=config.current_deployment_version.build_id or None,
        ramping=ramping,
        percent=round(config.ramping_version_percentage, 2) if ramping else 0.0,
        builds=builds,
    )


def _refused(build: str, failed: RPCError) -> Exception:
    if failed.status in NOT_POSSIBLE:
        return Conflict(ReleaseRefusal.RELEASE_NOT_ROUTED, build=build, problem=failed.message)
    return _unavailable(failed)


def _unavailable(failed: RPCError) -> EngineUnavailable:
    return EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name)
