"""Tests of the lateness review: its cells as plain SQL counts them, and the evidence of each dossier."""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import timedelta
from zipfile import ZipFile

import pytest

from domain.deadlines import clock
from domain.deadlines.clock import Holder, HolderKind, PauseGround
from domain.deadlines.limits import Limit, LimitUnit
from domain.roles import Actor, Role
from domain.rules.rulebook import content_hash
from tests.support.console_under_test import ConsoleUnderTest
from tests.support.drawn_register import draw, insert
from tests.support.given import HEAD
from tests.support.ledger_samples import MORNING
from tests.support.small_province import ACTING, CALENDAR, CENTRE, HA_NAM, PHU_LY, people

pytestmark = pytest.mark.stack

WATCH = Actor(person="watch.centre", role=Role.SUPERVISOR, unit=CENTRE)
PERIOD = "first=2025-07-01&last=2025-07-31"
BASIS = "khoản 2 Điều 17 <b>"


@pytest.fixture(scope="module", autouse=True)
async def register(console: ConsoleUnderTest) -> None:
    """Dossiers that were late by drawn causes, with a history in which the applicant had each for two hours."""
    rows, lot = draw(800, random.Random(5)), random.Random(6)  # noqa: S311  no secret
    timing = clock.start(
        MORNING, statutory=Limit(amount=1, unit=LimitUnit.HOUR), holder=Holder(kind=HolderKind.UNIT, code=HA_NAM)
    )
    timing = clock.pause(timing, PauseGround.SUPPLEMENT, MORNING + timedelta(hours=1), legal_basis=BASIS)
    timing = clock.resume(timing, PauseGround.SUPPLEMENT, MORNING + timedelta(hours=3))
    for row in rows:
        row["responsible"] = unit = lot.choice((HA_NAM, PHU_LY))
        told = timing.model_dump(mode="json")
        row["snapshot"] |= {"responsible": unit, "timing": told, "pins": {"calendar": content_hash(CALENDAR)}}
        row["state"] = "returned" if row["ended_at"] else row["state"]
        row["received_at"] = MORNING
    console.harness.staff = people(*ACTING, (WATCH.person, WATCH.role, CENTRE))
    await insert(console.harness.pool, rows)


def cells(html: str) -> dict[str, list[int]]:
    """The numbers of each cause."""
    table = html.split('id="causes-title"')[1].split("</table>")[0]
    found = re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', table, re.DOTALL)
    return {name: [int(one) for one in re.findall(r'<td class="n"><a href="[^"]+">(\d+)', row)] for name, row in found}


@pytest.mark.parametrize(("by", "units"), [(WATCH, (HA_NAM, PHU_LY)), (HEAD, (HEAD.unit,))])
async def test_the_cells_are_those_of_plain_sql(console: ConsoleUnderTest, by: Actor, units: tuple[str, ...]) -> None:
    """Of the caller's units: ended late in July by cause, and overdue now."""
    async with console.browser(by) as browser:
        page = await browser.get(f"/console/lateness?{PERIOD}")
        assert page.status_code == 200, page.text
        shown = cells(page.text)
        rows = await console.harness.pool.fetch(
            "select kind, count(distinct code) from dossier, jsonb_to_recordset(late_promised_by) as by (kind text) "
            "where responsible = any($1) and late_promised_minutes > 0 and state = 'returned' "
            "and ended_at < '2025-08-01 00:00+07' group by 1",
            list(units),
        )
        by_kind = dict(rows)
        assert shown["Đơn vị xử lý"][0] == by_kind["unit"] > 0
        assert shown["Người nộp (chờ bổ sung)"][0] == by_kind["applicant"] > 0
        overdue = await console.harness.pool.fetchval(
            "select count(*) from dossier where responsible = any($1) and overdue_promised_from < now()", list(units)
        )
        assert shown["Mọi nguyên nhân"][1] == overdue


async def test_each_dossier_has_its_evidence(console: ConsoleUnderTest) -> None:
    """Who had it since receipt, and each pause with its legal basis, escaped."""
    async with console.browser(WATCH) as browser:
        page = await browser.get(f"/console/lateness?{PERIOD}&cause=applicant")
        assert "người nộp (chờ bổ sung): 2 giờ" in page.text
        assert "khoản 2 Điều 17 &lt;b&gt;" in page.text
        wrong = await browser.get(f"/console/lateness?{PERIOD}&cause=nobody&clock=3&cell=x")
        labels = "“Theo hạn nào”, “con số được liệt kê hồ sơ”, “nguyên nhân”."
        assert f"không đọc được nên đã bỏ qua: {labels}" in " ".join(wrong.text.split())


@pytest.mark.parametrize(("by", "units"), [(WATCH, (HA_NAM, PHU_LY)), (HEAD, (HEAD.unit,))])
async def test_the_file_has_every_late_dossier_by_cause(
    console: ConsoleUnderTest, by: Actor, units: tuple[str, ...]
) -> None:
    """All of the caller's units and not only those on the page, each under each of its causes, with the evidence."""
    late = await console.harness.pool.fetch(
        "select code, late_promised_by from dossier where responsible = any($1) and late_promised_minutes > 0 "
        "and state = 'returned' and ended_at < '2025-08-01 00:00+07'",
        list(units),
    )
    listed = sum(max(1, len({one["kind"] for one in row["late_promised_by"]})) for row in late)
    async with console.browser(by) as browser:
        text = (await browser.get(f"/console/lateness/export.csv?{PERIOD}")).text.removeprefix("\ufeff")
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
        ended = [row for row in rows if "Kết thúc trễ trong kỳ" in row[1:] and row[0] != "Nguyên nhân"]
        ended = [row for row in ended if row[0] != "Đơn vị"]
        assert len(ended) == listed > (40 if by is WATCH else 0)
        assert {row[0] for row in ended} == {row["code"] for row in late}
        assert "người nộp (chờ bổ sung): 120" in text
        assert "khoản 2 Điều 17 <b>" in text
        start = [row[0] for row in rows].index("Theo đơn vị") + 2
        counted = {row[1]: int(row[2]) for row in rows[start : start + len(units)]}
        assert counted.keys() == {*units}
        assert sum(counted.values()) == len(late)
        book = await browser.get(f"/console/lateness/export.xlsx?{PERIOD}")
        assert len(ZipFile(io.BytesIO(book.content)).namelist()) > 10
        assert (await browser.get(f"/console/lateness/export.pdf?{PERIOD}")).content.startswith(b"%PDF")


async def test_every_number_has_its_whole(console: ConsoleUnderTest) -> None:
    """Late ones of those that ended with the date, overdue ones of those that are open."""
    async with console.browser(WATCH) as browser:
        page = (await browser.get(f"/console/lateness?{PERIOD}")).text
        first = re.search(r'<tr><th scope="row">Mọi nguyên nhân</th>(.*?)</tr>', page, re.DOTALL)
        assert first is not None
        assert len(re.findall(r'class="whole">/ [\d.]+ \([\d,]+\s?%\)', first[1])) == 4
