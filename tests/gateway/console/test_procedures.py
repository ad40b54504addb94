"""Tests of the procedures' pages: versions and limits, kept shares as plain SQL counts them, and the slowest step."""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import timedelta

import pytest

from domain.deadlines import clock
from domain.deadlines.clock import Holder, HolderKind, PauseGround
from domain.deadlines.limits import Limit, LimitUnit
from domain.roles import Actor, Role
from domain.rules.rulebook import content_hash
from tests.support.console_under_test import ConsoleUnderTest
from tests.support.drawn_register import draw, insert
from tests.support.given import DESK, HEAD
from tests.support.ledger_samples import MORNING, open_dossier, started, step
from tests.support.small_province import ACTING, CALENDAR, CENTRE, FREE, HA_NAM, a_small_province, people

pytestmark = pytest.mark.stack

WATCH = Actor(person="watch.centre", role=Role.SUPERVISOR, unit=CENTRE)
PERIOD = "first=2025-07-01&last=2025-07-31"


@pytest.fixture(scope="module", autouse=True)
async def register(console: ConsoleUnderTest) -> None:
    """Resolved dossiers of one procedure, of which one has events: two steps, the second with a pause in it."""
    pool = console.harness.pool
    console.harness.staff = people(*ACTING, (WATCH.person, WATCH.role, CENTRE))
    code = await open_dossier(pool, "steps", started(), step(1), step(3))
    rows, lot = draw(60, random.Random(5)), random.Random(6)  # noqa: S311  no secret
    timing = clock.start(
        MORNING, statutory=Limit(amount=3, unit=LimitUnit.WORKING_DAY), holder=Holder(kind=HolderKind.UNIT, code=HA_NAM)
    )
    timing = clock.pause(timing, PauseGround.SUPPLEMENT, MORNING + timedelta(hours=2))
    told = clock.resume(timing, PauseGround.SUPPLEMENT, MORNING + timedelta(hours=2, minutes=30)).model_dump(
        mode="json"
    )
    for row in rows:
        row["responsible"] = row["snapshot"]["responsible"] = HA_NAM
        row["procedure"] = FREE.code
        row["state"] = "returned" if row["ended_at"] else row["state"]
        row["late_promised_minutes"] = lot.choice((-5, 0, 10)) if row["ended_at"] else None
        row["received_at"] = MORNING
    await insert(pool, rows)
    ended = rows[0] | {"ended_at": MORNING + timedelta(hours=3)}
    await pool.execute(
        "update dossier set procedure = $2, state = 'returned', received_at = $3, ended_at = $4,"
        " snapshot = snapshot || $5 where code = $1",
        code, FREE.code, MORNING, ended["ended_at"], {"timing": told, "pins": {"calendar": content_hash(CALENDAR)}},
    )  # fmt: skip


async def test_the_list_has_limits_shares_and_the_slowest_step(console: ConsoleUnderTest) -> None:
    """The kept share is that of plain SQL. The second step took two working hours, less half an hour of pause."""
    kept, judged = await console.harness.pool.fetchrow(
        "select count(*) filter (where late_promised_minutes <= 0), count(*) from dossier where state = 'returned' "
        "and procedure = $1 and late_promised_minutes is not null and ended_at is not null",
        FREE.code,
    )
    async with console.browser(WATCH) as browser:
        page = await browser.get(f"/console/procedures?{PERIOD}")
        assert page.status_code == 200, page.text
        row = next(one for one in page.text.split("<tr>") if f"/procedures/{FREE.code}?" in one)
        assert f'{kept} <span class="whole">/ {judged} ' in row
        assert "b3: 1 giờ 30 phút" in row
        assert "không tìm" not in (await browser.get("/console/procedures?q=zzzz&page=x")).text


async def test_the_file_has_every_procedure_found(console: ConsoleUnderTest) -> None:
    """The numbers of the page, each with its whole; with a text only what it finds."""
    async with console.browser(WATCH) as browser:
        text = (await browser.get(f"/console/procedures/export.csv?{PERIOD}")).text.removeprefix("\ufeff")
        rows = [row for row in csv.reader(io.StringIO(text)) if len(row) > 10]
        known = {one.procedure.code for one in a_small_province().procedures}
        assert {row[0] for row in rows[1:]} == known
        row = dict(zip(rows[0], next(one for one in rows if one[0] == FREE.code), strict=True))
        page = (await browser.get(f"/console/procedures?{PERIOD}")).text
        assert f'{row["Đúng hẹn"]} <span class="whole">/ {row["Có ngày hẹn trả"]} ' in page
        assert (row["Bước chậm nhất"], row["Phút bình quân của bước"]) == ("b3", "90")
        narrower = await browser.get(f"/console/procedures/export.csv?{PERIOD}&q={FREE.code}")
        assert "=" not in narrower.text
        assert sum(line.startswith(FREE.code) for line in narrower.text.splitlines()) == 1
        assert (await browser.get(f"/console/procedures/export.xlsx?{PERIOD}")).content.startswith(b"PK")


async def test_one_procedure_has_its_versions_and_steps(console: ConsoleUnderTest) -> None:
    """Each version with its days and limits; an unknown procedure is an error page; the desk may not look."""
    async with console.browser(HEAD) as browser:
        page = (await browser.get(f"/console/procedures/{FREE.code}?{PERIOD}")).text
        for one in FREE.steps:
            assert one.name in page
        assert FREE.decision in page
        assert re.search(r"<td>từ \d\d/\d\d/\d{4}</td>", page), "a version without an end"
        last, resolved = re.findall(r"theo ([\d.]+) hồ sơ giải quyết gần nhất trong số ([\d.]+) ", page)[0]
        assert last == resolved != "300"
        unknown = await browser.get("/console/procedures/9.9")
        assert (unknown.status_code, "unknown_procedure" in unknown.text) == (404, True)
    async with console.browser(DESK) as browser:
        assert (await browser.get("/console/procedures")).status_code == 403
