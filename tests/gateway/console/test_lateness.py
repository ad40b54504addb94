"""Tests of the lateness review: its cells as plain SQL counts them, and the evidence of each dossier."""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zipfile import ZipFile

import pytest

from activities.ledger.search.reader import FoundDossier
from domain.deadlines import clock
from domain.deadlines.clock import HeldTime, Holder, HolderKind, PauseGround
from domain.deadlines.limits import Limit, LimitUnit
from domain.roles import Actor, Role
from domain.rules.rulebook import content_hash
from gateway.console import kept_readings
from gateway.console.lateness import sheets
from gateway.console.lateness.sheets import Line
from gateway.views.lateness import Evidence, Held, Nearness
from tests.support.console_under_test import ConsoleUnderTest
from tests.support.drawn_register import Row, draw, insert
from tests.support.given import HEAD
from tests.support.ledger_samples import MORNING
from tests.support.small_province import ACTING, CALENDAR, CENTRE, ESCALATION, HA_NAM, PHU_LY, people

pytestmark = pytest.mark.stack

WATCH = Actor(person="watch.centre", role=Role.SUPERVISOR, unit=CENTRE)
PERIOD = "first=2025-07-01&last=2025-07-31"
BASIS = "khoản 2 Điều 17 <b>"


@pytest.fixture(scope="module", autouse=True)
async def register(console: ConsoleUnderTest) -> None:
    """Dossiers that were late by drawn causes, with a history in which the applicant had each for two hours."""
    console.harness.staff = people(*ACTING, (WATCH.person, WATCH.role, CENTRE), ("cb.1", Role.SPECIALIST, HA_NAM))
    await insert(console.harness.pool, drawn(800, 5))


def drawn(number: int, seed: int) -> list[Row]:
    """Rows of both units, each with the same times."""
    rows, lot = draw(number, random.Random(seed)), random.Random(6)  # noqa: S311  no secret
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
    return rows


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


async def test_who_would_be_late_with_a_nearly_late_dossier(console: ConsoleUnderTest) -> None:
    """An open dossier that was warned of is counted and listed under who has it now, as the register names them."""
    soon, warned = datetime.now(UTC) + timedelta(days=2), ESCALATION.rungs[0].code
    near = [
        row | {"code": f"H42.{HA_NAM}-250628-{number:04d}", "overdue_promised_from": soon, "rung": warned}
        for number, row in enumerate(one for one in drawn(100, 9) if one["ended_at"] is None)
    ]
    await insert(console.harness.pool, near)
    kinds = [{one["kind"] for one in row["late_promised_by"]} for row in near]
    async with console.browser(WATCH) as browser:
        page = (await browser.get(f"/console/lateness?{PERIOD}&cell=near_open&cause=unit")).text
        shown = {name: numbers[-1] for name, numbers in cells(page).items()}
        assert shown["Mọi nguyên nhân"] == len(near)
        assert shown["Đơn vị xử lý"] == sum("unit" in one for one in kinds) > 0
        assert shown["Chưa rõ nguyên nhân"] == kinds.count(set()) > 0
        assert page.count('<article class="card">') == min(40, shown["Đơn vị xử lý"])
        assert "Xem tất cả trong danh sách" not in page, "no filter of the register finds them"


async def test_each_dossier_has_its_evidence(console: ConsoleUnderTest) -> None:
    """Who had it since receipt, and each pause with its legal basis, escaped."""
    async with console.browser(WATCH) as browser:
        page = await browser.get(f"/console/lateness?{PERIOD}&cause=applicant")
        assert "người nộp (chờ bổ sung): 2 giờ" in page.text
        assert "khoản 2 Điều 17 &lt;b&gt;" in page.text
        assert "· <bdi>Công chức" in page.text
        assert ">cb.1<" not in page.text
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


async def test_a_late_dossier_without_a_holder_is_counted_and_listed(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the page and in the file: the worst of them, and of how many, whatever else is later than they are."""
    monkeypatch.setattr(sheets, "MOST", 5)
    ended = await console.harness.pool.fetchval(
        "select count(*) from dossier where late_promised_minutes > 0 and late_promised_by = '[]' "
        "and state = 'returned' and ended_at < '2025-08-01 00:00+07'",
    )
    name = "Chưa rõ nguyên nhân"
    async with console.browser(WATCH) as browser:
        page = (await browser.get(f"/console/lateness?{PERIOD}&cause=not_known")).text
        assert cells(page)[name][0] == ended > 5
        assert page.count("<article") == min(40, ended)
        assert (await browser.get(f"/console/lateness?{PERIOD}")).text.count("cause=not_known#dossiers") == 6
        text = (await browser.get(f"/console/lateness/export.csv?{PERIOD}")).text
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    first = [row[0] for row in rows].index(name, rows.index(["Theo đơn vị"]))
    assert rows[first + 1][0].startswith(f"Kết thúc trễ trong kỳ: 5 hồ sơ trễ nhất trong {ended} hồ sơ")
    assert sum("Kết thúc trễ trong kỳ" in row[1:] for row in rows[first + 3 : first + 13]) == 5


async def test_the_numbers_of_a_file_are_those_of_its_lists(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Although the page has kept a reading of before: what ended late since then is counted and listed."""
    monkeypatch.setattr(kept_readings, "LONG", 0.0)
    days = "first=2025-07-01&last=2025-07-30"
    late = [row for row in drawn(100, 7) if row["ended_at"] and (row["late_promised_minutes"] or 0) > 0]
    more = [row | {"code": f"H42.{HA_NAM}-250630-{number:04d}"} for number, row in enumerate(late)]
    async with console.browser(WATCH) as browser:
        before = cells((await browser.get(f"/console/lateness?{days}")).text)
        await insert(console.harness.pool, more)
        text = (await browser.get(f"/console/lateness/export.csv?{days}")).text
        await console.harness.pool.execute("delete from dossier where code = any($1)", [row["code"] for row in more])
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    tables = [row[0] for row in rows]
    counted = {row[0]: int(row[1]) for row in rows if len(row) > 10 and row[0] in before}
    assert counted["Mọi nguyên nhân"] == before["Mọi nguyên nhân"][0] + len(more)
    for cause in before.keys() - {"Mọi nguyên nhân"}:
        if counted[cause]:
            note = rows[len(tables) - tables[::-1].index(cause)]
            assert note[0].startswith(f"Kết thúc trễ trong kỳ: {counted[cause]}")


async def test_the_numbers_and_lists_of_a_file_are_of_one_moment(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What ends late while the file is made, after the counting, is in no list either."""
    days, listed_before = "first=2025-07-01&last=2025-07-29", sheets._listed
    late = [row for row in drawn(60, 8) if row["ended_at"] and (row["late_promised_minutes"] or 0) > 0]
    more = [row | {"code": f"H42.{HA_NAM}-250629-{number:04d}"} for number, row in enumerate(late)]

    async def listed_after_others(*given: Any) -> Any:
        if more:
            await insert(console.harness.pool, [more.pop()])
        return await listed_before(*given)

    monkeypatch.setattr(sheets, "_listed", listed_after_others)
    async with console.browser(WATCH) as browser:
        text = (await browser.get(f"/console/lateness/export.csv?{days}")).text
    assert len(more) < len(late)
    assert f"H42.{HA_NAM}-250629" not in text


async def test_a_kept_number_opens_the_list_of_its_own_instant(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is warned and still in time changes with the instant: the number and its link are of the same one."""
    monkeypatch.setattr(kept_readings, "LONG", 0.0)
    links = []
    async with console.browser(WATCH) as browser:
        for _ in range(2):
            page = (await browser.get("/console/lateness?first=2025-07-01&last=2025-07-29")).text
            links.append(re.findall(r'href="([^"]+)"', page.split('id="causes-title"')[1].split("</table>")[0]))
    assert links[0] == links[1] != []


async def test_parts_of_minutes_are_added_before_they_are_left_out() -> None:
    """Three holders of forty seconds each are two minutes late."""
    ward = Holder(kind=HolderKind.UNIT, code=HA_NAM)
    part = HeldTime(holder=ward, began=MORNING, ended=MORNING, working=timedelta(seconds=40))
    proof = Evidence(timing=None, held=(Held(part=part, version=None),) * 3)
    row, not_needed = drawn(1, 5)[0] | {"ended_at": None}, cast("Any", None)
    found = FoundDossier.model_validate({name: row[name] for name in FoundDossier.model_fields if name in row})
    assert Line(not_needed, not_needed, Nearness.OVERDUE, found, proof).late_minutes == 2
    nothing_known = Evidence(timing=None)
    assert Line(not_needed, not_needed, Nearness.OVERDUE, found, nothing_known).late_minutes is None


async def test_every_number_has_its_whole(console: ConsoleUnderTest) -> None:
    """Late ones of those that ended with the date, overdue ones of those that are open."""
    async with console.browser(WATCH) as browser:
        page = (await browser.get(f"/console/lateness?{PERIOD}")).text
        first = re.search(r'<tr><th scope="row">Mọi nguyên nhân</th>(.*?)</tr>', page, re.DOTALL)
        assert first is not None
        assert len(re.findall(r'class="whole">/ [\d.]+ \([\d,]+\s?%\)', first[1])) == 4
