"""What operators find over HTTP and on the pages: the checks of the installation, and what is stuck, by its cause."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.repairs.causes import Cause
from tests.support.api_under_test import open_api
from tests.support.console_under_test import open_console_under_test
from tests.support.databases import Database
from tests.support.dossier_steps import accepted
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import OFFICER, OPERATOR
from tests.support.waiting import until

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
async def harness(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as opened:
            yield opened


async def test_operators_see_the_checks_and_what_is_stuck(harness: EngineHarness) -> None:
    """The same on the pages as over HTTP; an officer sees neither. Nobody works for rollouts in this test."""
    code = await accepted(harness)
    await harness.handle(code).terminate("by mistake")

    async def found() -> bool:
        return bool(await harness.engine.failed.find(cause=Cause.ENDED_EARLY))

    await until(found, f"{code} is found", 60)
    async with open_api(harness) as api:
        checks = (await api.ask("GET", "/v1/operations/doctor", OPERATOR)).json()["items"]
        causes = (await api.ask("GET", "/v1/operations/failed", OPERATOR)).json()["items"]
        one = (await api.ask("GET", "/v1/operations/failed?cause=refused_for_good", OPERATOR)).json()["items"]
        for path in ("doctor", "failed"):
            assert (await api.ask("GET", f"/v1/operations/{path}", OFFICER)).status_code == 403
    levels = {each["check"]: each["level"] for each in checks}
    assert (levels["database"], levels["temporal"], levels["schema"]) == ("ok", "ok", "ok")
    assert (levels["workers"], levels["dossiers"], levels["checkpoints"]) == ("trouble", "trouble", "warning")
    told = {each["cause"]: each for each in causes}
    assert [each["dossier"] for each in told["ended_early"]["oldest"]] == [code]
    assert one == []
    async with open_console_under_test(harness) as console, console.browser(OPERATOR) as browser:
        page = await browser.get("/console/operations/failed")
        assert (page.status_code, code in page.text) == (200, True)
        assert f'href="/console/operations/repairs/new?code={code}"' in page.text
        page = await browser.get("/console/operations/doctor")
        assert page.status_code == 200
        assert "Không tiến trình nào phục vụ" in page.text
