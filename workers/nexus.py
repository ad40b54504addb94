"""The worker of the Nexus service, where a setting turns it on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker, WorkerDeploymentConfig, WorkflowRunner

from activities.ledger.pool import Pool
from gateway.access.rates import Quota
from gateway.access.tokens import open_verifier
from gateway.client import Engine
from gateway.nexus.callers import NexusCallers
from gateway.nexus.looking import Looking
from gateway.nexus.refusals import PlainFailures
from gateway.nexus.service import ANSWER_WITHIN, DossierService, nexus_queue_of
from workers.policies import issuer_policy
from workers.setting_values import entrusted_endpoints
from workers.settings import Settings
from workers.staff_in_force import StaffInForce
from workflows.dossier_wait import DossierWaitWorkflow

AT_ONCE = 32
"""Operations that one process carries out at the same time. Others wait in Temporal."""


def quota_of(settings: Settings) -> Quota:
    """The operations of one caller in one process: as many as its requests over HTTP."""
    return Quota(requests=settings.requests_a_minute, seconds=60)


@asynccontextmanager
async def open_nexus(
    settings: Settings,
    client: Client,
    pool: Pool,
    runner: WorkflowRunner,
    stop_within: timedelta,
    deployment: WorkerDeploymentConfig | None = None,
) -> AsyncIterator[Worker]:
    """A running worker of the Nexus service for the configured province. Raises ConfigurationErrors, SettingsError."""
    staff = StaffInForce(settings.province())
    engine = Engine(client, pool, staff.province, settings.task_queue, staff, ANSWER_WITHIN)
    async with open_verifier(issuer_policy(settings)) as tokens:
        in_force, endpoints = engine.staff_in_force, entrusted_endpoints(settings.nexus_endpoints)
        callers = NexusCallers(tokens, endpoints, in_force, quota_of(settings))
        queue = settings.task_queue
        watching = asyncio.create_task(in_force.watch())
        try:
            async with nexus_worker(client, engine, callers, queue, runner, stop_within, deployment) as worker:
                yield worker
        finally:
            watching.cancel()


def nexus_worker(
    client: Client,
    engine: Engine,
    callers: NexusCallers,
    task_queue: str,
    runner: WorkflowRunner,
    stop_within: timedelta,
    deployment: WorkerDeploymentConfig | None = None,
) -> Worker:
    """A Temporal worker that answers Nexus operations and runs their waits. `task_queue`: that of the dossiers."""
    queue = nexus_queue_of(task_queue)
    return Worker(
        with_plain_failures(client),
        task_queue=queue,
        workflows=[DossierWaitWorkflow],
        activities=[Looking(engine).look],
        nexus_service_handlers=[DossierService(engine, callers, queue)],
        workflow_runner=runner,
        max_concurrent_workflow_tasks=4,
        max_concurrent_activities=8,
        max_concurrent_nexus_tasks=AT_ONCE,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(initial=1, maximum=4),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(initial=1, maximum=2),
        nexus_task_poller_behavior=PollerBehaviorAutoscaling(initial=1, maximum=4),
        graceful_shutdown_timeout=stop_within,
        deployment_config=deployment,
    )


def with_plain_failures(client: Client) -> Client:
    """The same connection, for a worker whose failures go to callers in other namespaces."""
    config = client.config()
    config["data_converter"] = replace(config["data_converter"], failure_converter_class=PlainFailures)
    return Client(**config)
