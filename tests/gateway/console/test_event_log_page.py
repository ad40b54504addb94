"""Tests of the page from which the event log is taken."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.roles import Actor, Role
from tests.support.console_under_test import ConsoleUnderTest, open_console_under_test
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import OFFICER, OPERATOR
from tests.support.recorded_lives import lives, record_lives
from tests.support.small_province import ACTING, CENTRE, FREE, people

pytestmark = pytest.mark.stack

WATCH = Actor(person="watch.centre", role=Role.SUPERVISOR, unit=CENTRE)
OP = OPERATOR.model_copy(update={"unit": CENTRE})
LATEST = "Các nhật ký lấy gần đây"
PAGE = "/console/operations/event-log"


@pytest.fixture(scope="module")
async def console(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ConsoleUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness:
            harness.staff = people(*ACTING, (WATCH.person, WATCH.role, CENTRE))
            await record_lives(harness.pool, lives())
            async with open_console_under_test(harness) as opened:
                yield opened


def cases(text: str) -> int:
    return len({row["case:concept:name"] for row in csv.DictReader(io.StringIO(text))})


async def test_the_form_leads_to_the_four_files(console: ConsoleUnderTest) -> None:
    """The page says what each format is for, and takes days, a procedure and a unit as people write them."""
    async with console.browser(WATCH) as browser:
        page = (await browser.get(PAGE)).text
        assert "Không có dữ liệu cá nhân" in page
        for form in ("xes", "ocel2", "csv", "parquet"):
            assert f'formaction="{PAGE}/{form}"' in page
            assert (await browser.get(f"{PAGE}/{form}?first=&last=&procedure=&unit=")).status_code == 200
        assert cases((await browser.get(f"{PAGE}/csv?last=31/12/2030")).text) == len(lives())
        assert cases((await browser.get(f"{PAGE}/csv?procedure={FREE.code}&last=1/7/2020")).text) == 0
        for wrong in ("first=mai", "first=2/7/2025&last=1/7/2025", "unit=sao-hoa", "procedure=9"):
            refused = await browser.get(f"{PAGE}/csv?{wrong}")
            assert refused.status_code == 422, wrong
            assert "<form" in refused.text
        assert (await browser.get(f"{PAGE}/docx")).status_code == 404


async def test_operators_see_who_took_a_log(console: ConsoleUnderTest) -> None:
    """A log that a supervisor took stands in the list of operators; other staff has neither page nor file."""
    async with console.browser(WATCH) as supervisor, console.browser(OP) as operator:
        await supervisor.get(f"{PAGE}/xes")
        assert LATEST in (await operator.get(PAGE)).text
        assert LATEST not in (await supervisor.get(PAGE)).text
    async with console.browser(OFFICER) as officer:
        assert {(await officer.get(f"{PAGE}{path}")).status_code for path in ("", "/csv")} == {403}
