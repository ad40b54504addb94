"""Tests of the operators' page of workers: which build has how much of the work."""

from __future__ import annotations

import pytest

from activities.releases.register import Build
from domain.dossier.revision import CURRENT
from tests.support.console_under_test import ConsoleUnderTest
from tests.support.engine_harness import EngineHarness
from tests.support.given import OPERATOR
from tests.support.small_province import CENTRE
from tests.support.waiting import until
from workers.releases import ReleaseWatch
from workers.worker import dossier_worker

pytestmark = pytest.mark.stack

BUILD = Build(build="0.2.0+0f", release="0.2.0", revision=CURRENT, migration="1200_releases.sql")


async def test_the_builds_with_their_shares_and_orders(console: ConsoleUnderTest, harness: EngineHarness) -> None:
    """An operator sees each build with its part of the work and its open dossiers, and how it came to have it."""
    await harness.close_workers()
    watch = ReleaseWatch(harness.env.client, harness.pool, harness.task_queue, BUILD, by_itself=True)
    await watch.announce()
    async with (
        dossier_worker(harness.env.client, harness.pool, harness.calls, harness.task_queue, deployment=watch.config),
        console.browser(OPERATOR.model_copy(update={"unit": CENTRE})) as browser,
    ):
        await watch.take_work_where_nobody_has_it()
        await harness.submit()

        async def counted() -> str | None:
            page = (await browser.get("/console/operations/workers")).text
            return page if 'data-label="Hồ sơ đang mở">1<' in page else None

        page = await until(counted, "the build has one open dossier")
        assert BUILD.build in page
        assert 'data-label="Việc mới">100%<' in page
        assert "tự nhận việc" in page
