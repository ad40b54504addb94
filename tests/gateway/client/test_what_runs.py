"""Tests of what operators see of the running engine: who works, what is tried next, what a restart would find."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.ledger.incident_counts import IncidentCounts
from activities.ledger.incident_rows import IncidentFilter
from activities.ledger.search.query import SearchScope
from domain.dossier.commands import Accept
from domain.dossier.state import Dossier
from domain.incidents import IncidentSource
from gateway.cli.ops.incident_page import NOT_KNOWN, tries_lines
from gateway.cli.output import Output
from gateway.client.incidents import Incidents
from gateway.client.watching.task_queues import _IDENTITY, worker_identity
from gateway.i18n.wording import at, failure_name
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import DESK
from tests.support.small_province import PAID, PHU_LY
from tests.support.waiting import until

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
async def harness(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as opened:
            yield opened


async def test_who_works_for_each_queue_is_seen(harness: EngineHarness) -> None:
    """Every queue has its workers, each process once; nothing waits where they keep up."""
    await harness.submit()

    async def dossiers_worked() -> bool:
        return any(one.serves == "dossiers" and one.workers for one in await harness.engine.queues.now())

    await until(dossiers_worked, "a worker of dossiers is seen")
    found = {one.serves: one for one in await harness.engine.queues.now()}
    assert {"dossiers", "rollouts", "payments", "population"} <= found.keys()
    assert "notices" not in found
    assert len(found["dossiers"].workers) == 1
    assert found["rollouts"].workers == ()


async def test_the_next_try_of_a_failed_call_is_known(harness: EngineHarness) -> None:
    """An open incident is counted for its system, with the oldest dossier; when it is tried next is known."""
    await harness.control("payments", {"mode": "down"})
    code = (await harness.submit(PAID)).dossier
    await harness.act(code, DESK, Accept())

    def failed(dossier: Dossier) -> bool:
        return any(one.system == "payments" for one in dossier.incidents)

    await harness.until(code, failed)
    (counted,) = await IncidentCounts(harness.pool).of(SearchScope())
    assert (counted.system, counted.dossiers, counted.final, counted.oldest) == ("payments", 1, 0, code)
    assert await IncidentCounts(harness.pool).of(SearchScope(units=("13999",))) == []
    assert len(await IncidentCounts(harness.pool).of(SearchScope(units=(PHU_LY,)))) == 1

    async def waits_for_its_next_try() -> bool:
        tries = await harness.engine.queues.next_tries(code)
        return any(one.system == "payments" and one.next_at is not None and one.code for one in tries)

    await until(waits_for_its_next_try, "the next try is known")
    await its_incident_says_when_and_why(harness, code)
    await harness.control("payments")
    assert await harness.engine.queues.next_tries("H42.13285-250707-0001") == ()


async def its_incident_says_when_and_why(harness: EngineHarness, code: str) -> None:
    """The incident has the code of its first failure; the next try has that of the last one. In words for a terminal:
    which try, when, and why the one before failed; and that nothing is known while Temporal does not answer."""
    known = Incidents(harness.engine)
    [incident] = await known.found(IncidentFilter(system="payments"), limit=10)
    [tried] = await known.tries(incident) or ()
    assert (tried.system, tried.code) == ("payments", "outside_unavailable")
    [line] = tries_lines([tried.model_copy(update={"tries": 3, "next_at": incident.since})], Output(lang="en"))
    assert line.strip() == f"Try 4 at {at(incident.since)}; the last failed: {failure_name(tried.code).en}"
    assert NOT_KNOWN in " ".join(tries_lines(None, Output(lang="en")))
    assert await known.tries(incident.model_copy(update={"source": IncidentSource.RELAY})) == ()


def test_a_process_tells_its_release() -> None:
    """The name of a process at Temporal has the release; the name of an older process has none."""
    told = _IDENTITY.fullmatch(worker_identity("0.9.0", "12@host"))
    assert told is not None
    assert (told["release"], told["process"]) == ("0.9.0", "12@host")
    assert _IDENTITY.fullmatch("12@host") is None
