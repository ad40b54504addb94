"""The workers of the bad release, in this process, as a build of their own that Temporal gives all work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from activities.adapters.address import BreakerPolicy
from activities.adapters.outside_calls import OutsideCalls
from activities.adapters.recorded_calls import RecordedCalls
from activities.adapters.systems import open_outside
from activities.audiences import Audiences
from activities.ledger.history_reader import HistoryReader
from activities.ledger.outside_tries import OutsideTries
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.rules_store import RulesStore
from activities.ledger.store import Ledger
from activities.ledger.vault import Vault
from gateway.client.releases.deployment import Deployment, deployment_of
from tools.repair_drill.bad_release import BadRelease
from workers.outside_addresses import outside_addresses
from workers.sandbox import sandbox
from workers.settings import Settings
from workers.worker import load_rules, patient_workers, rollout_worker
from workflows import rules_in_force

BUILD = "2.0.0-planted"
STOP_WITHIN = timedelta(seconds=2)
NEVER_OPEN = BreakerPolicy(failures=1_000_000)
"""An open breaker says itself when a call is tried again, which would cut the planted pauses short."""


@asynccontextmanager
async def bad_workers(client: Client, pool: Pool, settings: Settings) -> AsyncIterator[None]:
    """The bad release serves all dossiers until the end. No other worker may run."""
    async with planted_workers(client, pool, settings) as deployment:
        await deployment.make_current(BUILD, whatever_is_missing=True)
        yield


@asynccontextmanager
async def planted_workers(client: Client, pool: Pool, settings: Settings) -> AsyncIterator[Deployment]:
    """Workers of the bad release, which Temporal knows and gives no work yet."""
    await load_rules(RulesStore(pool))
    queue = settings.task_queue
    version = WorkerDeploymentVersion(deployment_of(queue), BUILD)
    behavior = VersioningBehavior.AUTO_UPGRADE
    config = WorkerDeploymentConfig(version=version, use_worker_versioning=True, default_versioning_behavior=behavior)
    addresses = [one.model_copy(update={"breaker": NEVER_OPEN}) for one in outside_addresses(settings)]
    async with AsyncExitStack() as stack:
        patient = await stack.enter_async_context(open_outside(addresses))
        quickly = [address.quick() for address in addresses]
        quick = await stack.enter_async_context(open_outside(quickly, confirm=False))
        calls = OutsideCalls(
            quick, patient, Vault(pool), LedgerReader(pool), OutsideTries(pool), settings.need("callback_url")
        )
        for worker in (
            _dossier_worker(client, pool, calls, queue, config),
            rollout_worker(client, pool, queue, stop_within=STOP_WITHIN, deployment=config),
            *patient_workers(client, calls, queue, stop_within=STOP_WITHIN, deployment=config),
        ):
            await stack.enter_async_context(worker)
        deployment = Deployment(client, queue)
        await deployment.until_known(BUILD)
        yield deployment


def _dossier_worker(
    client: Client, pool: Pool, calls: OutsideCalls, queue: str, config: WorkerDeploymentConfig
) -> Worker:
    return Worker(
        client,
        task_queue=queue,
        workflows=[BadRelease],
        activities=[
            Ledger(pool).append,
            HistoryReader(pool).since,
            calls.quick,
            RecordedCalls(calls, pool, rules_in_force.rulebook).quick_recorded,
            Audiences().find,
        ],
        workflow_runner=sandbox(),
        graceful_shutdown_timeout=STOP_WITHIN,
        deployment_config=config,
    )
