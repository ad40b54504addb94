"""`ops failed` finds what is stuck by its cause, with the worker that ran it last and the lines that failed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.service import RPCError
from temporalio.worker import Worker, WorkerDeploymentConfig

from activities.ledger.feed import FeedReader
from activities.ledger.history_reader import HistoryReader
from activities.ledger.search.query import SearchScope
from activities.ledger.store import Ledger
from activities.relays.set_aside import SetAsideList
from domain.dossier.commands import CompleteStep
from domain.dossier.decide import Act
from domain.dossier.revision import CURRENT
from domain.dossier.state import Dossier
from domain.errors import InvalidInput
from domain.repairs.causes import Cause
from domain.repairs.orders import RestartOrder
from gateway.client.doctor.checks import Severity
from gateway.client.doctor.of_dossiers import dossiers
from gateway.client.doctor.of_temporal import workers
from gateway.client.dossier_client import DossierClient
from gateway.client.repairs.cause_of_one import causes_of
from gateway.client.repairs.failed_dossiers import DossiersOfCause
from gateway.client.repairs.mend import MENDED, chosen_for
from gateway.client.repairs.present_state import FoundCause, PresentStates
from gateway.client.repairs.restart import RestartMechanic
from tests.support.dossier_steps import accepted, ordered_to_be_signed
from tests.support.engine_harness import EngineHarness
from tests.support.given import OFFICER
from tests.support.small_province import ENTERED_NOWHERE, HA_NAM, PAID
from tests.support.stuck_dossiers import not_replayable
from tests.support.waiting import until
from tests.workflows.broken_dossier_workflows import WithAMistake
from workers.sandbox import sandbox
from workflows.dossier import DossierWorkflow
from workflows.messages import OpenDossier

pytestmark = pytest.mark.stack

ELSEWHERE = SearchScope(units=("13999",))


async def found(harness: EngineHarness, cause: Cause, scope: SearchScope | None = None) -> DossiersOfCause | None:
    """What the desk finds of one cause."""
    causes = await harness.engine.failed.find(scope or SearchScope(), cause=cause)
    assert len(causes) <= 1
    return causes[0] if causes else None


async def told(harness: EngineHarness, cause: Cause) -> DossiersOfCause:
    """The cause, as soon as it is found: Temporal's list is some moments old."""

    async def there() -> DossiersOfCause | None:
        return await found(harness, cause)

    return await until(there, f"{cause} is found", 60)


async def test_what_temporal_knows_is_told_by_its_cause(harness: EngineHarness) -> None:
    """A workflow that ended early, and one that does not replay, with its builds and the type of the error."""
    ended = await accepted(harness)
    await harness.handle(ended).terminate("by mistake")
    early = await told(harness, Cause.ENDED_EARLY)
    assert [(one.dossier, one.code) for one in early.oldest] == [(ended, "ended_terminated")]
    assert (early.dossiers, early.or_more, len(early.versions)) == (1, False, 1)
    assert early.versions[0].version
    assert early.since is not None
    assert await found(harness, Cause.ENDED_EARLY, ELSEWHERE) is None

    code = await not_replayable(harness)
    async with Worker(
        harness.env.client,
        task_queue=f"{harness.task_queue}-other-release",
        workflows=[DossierWorkflow],
        activities=[Ledger(harness.pool).append, HistoryReader(harness.pool).since],
        workflow_runner=sandbox(),
    ):
        step = Act(command_id=uuid4(), actor=OFFICER, command=CompleteStep(step="process"))
        waiting = asyncio.create_task(harness.send(code, step))
        await harness.handle(code).signal("read_ledger")  # an update alone leaves no task that Temporal could list
        stuck = await told(harness, Cause.DOES_NOT_REPLAY)
        assert [one.dossier for one in stuck.oldest] == [code]
        assert stuck.trace is not None
        assert (stuck.trace.dossier, bool(stuck.trace.worker)) == (code, True)
        assert stuck.trace.types == ("non_deterministic_error",)
        assert (stuck.trace.event or "").endswith(" TimerStarted")
        levels = {one.facts["code"]: one.level for one in await dossiers(harness.engine.failed)}
        assert levels == {"ended_early": Severity.TROUBLE, "does_not_replay": Severity.TROUBLE}
        await harness.restart(code, although_sound=True)
        await harness.restart(ended)
        await waiting
    assert await until_none(harness, Cause.DOES_NOT_REPLAY)
    assert await found(harness, Cause.ENDED_EARLY) is None
    await harness.handle(ended).cancel()

    async def last_run_told() -> bool:
        early = await found(harness, Cause.ENDED_EARLY)
        return early is not None and [one.code for one in early.oldest] == ["ended_canceled"]

    await until(last_run_told, "its last run counts, not the one that ended before the repair", 20)


async def until_none(harness: EngineHarness, cause: Cause) -> bool:
    """Waits until the cause is found no more."""

    async def gone() -> bool:
        return await found(harness, cause) is None

    return await until(gone, f"{cause} is gone", 60)


async def test_a_mistake_of_the_program_is_told_with_its_lines_and_without_its_text(harness: EngineHarness) -> None:
    """The type of the error and the lines that raised it; the message may repeat personal data and is not told."""
    code = await accepted(harness)
    snapshot = await harness.known(code)
    await harness.handle(code).terminate("a release with a mistake takes it over")
    queue, client = f"{harness.task_queue}-mistaken", harness.env.client
    async with Worker(
        client,
        task_queue=queue,
        workflows=[WithAMistake],
        activities=[Ledger(harness.pool).append, HistoryReader(harness.pool).since],
        workflow_runner=sandbox(),
    ):
        start = OpenDossier(code=code, snapshot=snapshot, revision=CURRENT)
        await client.start_workflow("Dossier", start, id=code, task_queue=queue)
        failing = await told(harness, Cause.TASK_FAILS)
    assert [one.dossier for one in failing.oldest] == [code]
    assert failing.trace is not None
    assert failing.trace.types[-1] == "ZeroDivisionError"
    assert "broken_dossier_workflows.py:" in failing.trace.lines[-1]
    assert "0912345678" not in failing.model_dump_json()


async def test_what_the_registers_know_is_told_by_its_cause(harness: EngineHarness) -> None:
    """A system that is down, one that refuses, a handover that nobody acknowledges, an event that was set aside."""
    await harness.control("payments", {"mode": "down"})
    down = await accepted(harness, PAID)
    refused = await ordered_to_be_signed(harness, await accepted(harness, ENTERED_NOWHERE))
    handed = await accepted(harness)
    await harness.later(handed, days=10)
    await harness.until(handed, lambda one: one.handovers.sent[-1].overdue_at is not None)
    await SetAsideList(harness.pool).put(FeedReader.PORTAL, handed, 1, "event_unreadable")

    def failing(dossier: Dossier) -> bool:
        return any(one.system == "payments" for one in dossier.incidents)

    await harness.until(down, failing)
    await harness.until(refused, lambda one: bool(one.incidents))
    await harness.until_pending(down, "outside.patient", attempt=2)

    causes = {one.cause: one for one in await harness.engine.failed.find()}
    told_of = {cause: (one.dossiers, [example.dossier for example in one.oldest]) for cause, one in causes.items()}
    assert told_of[Cause.CALL_NOT_ANSWERED] == (1, [down])
    assert told_of[Cause.REFUSED_FOR_GOOD] == (1, [refused])
    assert told_of[Cause.UNACKNOWLEDGED] == (1, [handed])
    assert told_of[Cause.RELAY_REFUSED] == (1, [handed])
    for cause, (_, told) in told_of.items():
        if cause is Cause.NO_WORKER:
            with pytest.raises(InvalidInput, match="repair_of_queues"):
                await harness.engine.failed.codes([cause], 10)
            continue
        assert await harness.engine.failed.codes([cause], 10) == told, "all of them, for a plan"
    assert [(one.where, one.code) for one in causes[Cause.REFUSED_FOR_GOOD].parts] == [("khong-co", "unknown_registry")]
    assert [one.where for one in causes[Cause.UNACKNOWLEDGED].parts] == [HA_NAM]
    trace = causes[Cause.CALL_NOT_ANSWERED].trace
    assert trace is not None
    assert trace.dossier == down
    assert trace.types[0].startswith("outside_")
    assert any(line.startswith("activities/adapters/http.py:") for line in trace.lines)
    assert [one.dossiers for one in causes[Cause.CALL_NOT_ANSWERED].versions] == [1]
    idle = causes[Cause.NO_WORKER]
    assert [one.where for one in idle.parts] == ["rollouts"], "the harness has no worker for rollouts"
    within = {one.cause for one in await harness.engine.failed.find(SearchScope(units=(HA_NAM,)))}
    assert Cause.UNACKNOWLEDGED in within
    assert {one.cause for one in await harness.engine.failed.find(ELSEWHERE)} == {Cause.NO_WORKER}


async def test_a_version_that_no_worker_runs_is_told(harness: EngineHarness) -> None:
    """A dossier is pinned to a version of the workers, and the last worker of the version has ended."""
    code = await accepted(harness)
    snapshot = await harness.known(code)
    await harness.handle(code).terminate("a versioned release takes it over")
    queue, client = f"{harness.task_queue}-versioned", harness.env.client
    version = WorkerDeploymentVersion(deployment_name=queue, build_id="b1")
    async with Worker(
        client,
        task_queue=queue,
        workflows=[DossierWorkflow],
        activities=[Ledger(harness.pool).append, HistoryReader(harness.pool).since],
        workflow_runner=sandbox(),
        deployment_config=WorkerDeploymentConfig(
            version=version, use_worker_versioning=True, default_versioning_behavior=VersioningBehavior.PINNED
        ),
    ):
        await made_current(harness, version)
        start = OpenDossier(code=code, snapshot=snapshot, revision=CURRENT)
        await client.start_workflow("Dossier", start, id=code, task_queue=queue)
        await harness.until_workflow(code, lambda one: one.version == snapshot.version)

    idle = await told_of_version(harness, f"{queue}:b1")
    assert idle.dossiers >= 1
    assert await harness.engine.failed.codes([Cause.NO_WORKER], 10) == [code], "those that a plan can take"
    await is_mended(harness, code)
    unserved = [one for one in await workers(client, harness.engine.queues) if one.code == "version_unserved"]
    assert [(one.level, one.facts["waiting"]) for one in unserved if one.facts["version"] == f"{queue}:b1"] == [
        (Severity.TROUBLE, "1")
    ]


async def is_mended(harness: EngineHarness, code: str) -> None:
    """A restart is chosen as soon as Temporal tells no more of the workers that have ended, a minute later."""
    temporal, reader = harness.env.client, harness.engine.reader
    seen = replace(await PresentStates(temporal, reader).of(code), builds=frozenset())
    causes = await causes_of(temporal, seen)
    assert causes == (FoundCause(Cause.NO_WORKER, "b1"),)
    assert chosen_for(causes[0]) == RestartOrder()
    line = DossierClient(temporal, reader, harness.task_queue)
    assert RestartMechanic(temporal, harness.pool, line).finding(seen, causes, RestartOrder()).refused is None


def test_what_is_stuck_can_be_repaired() -> None:
    """A repair is chosen for each cause that counts as stuck and for no other, whatever its code is."""
    assert {cause for cause in Cause if chosen_for(FoundCause(cause, "b1")) is not None} == MENDED
    assert {cause for cause in Cause if chosen_for(FoundCause(cause)) is not None} == MENDED - {Cause.NO_WORKER}


async def told_of_version(harness: EngineHarness, version: str) -> DossiersOfCause:
    """Waits until Temporal's list has the dossier with its version."""

    async def there() -> DossiersOfCause | None:
        cause = await found(harness, Cause.NO_WORKER)
        return cause if cause and any(one.code == version for one in cause.parts) else None

    return await until(there, f"{version} is found without a worker", 60)


async def made_current(harness: EngineHarness, version: WorkerDeploymentVersion) -> None:
    """New workflows of the deployment go to this version, as soon as Temporal knows it."""
    from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest

    request = SetWorkerDeploymentCurrentVersionRequest(
        namespace=harness.env.client.namespace,
        deployment_name=version.deployment_name,
        build_id=version.build_id,
        ignore_missing_task_queues=True,
    )

    async def done() -> bool:
        try:
            await harness.env.client.workflow_service.set_worker_deployment_current_version(request)
        except RPCError:
            return False
        return True

    await until(done, "the version is the current one", 60)
