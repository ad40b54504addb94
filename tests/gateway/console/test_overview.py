"""Tests of the overview's pages: figures as plain SQL counts them, within the caller's scope, also in the files."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from functools import partial
from html import escape
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import pytest

from domain.roles import Actor, Role
from gateway.console import kept_readings
from gateway.console.cookies import SESSION as COOKIE
from tests.support.chromium import looking, open_chromium
from tests.support.console_under_test import ConsoleUnderTest
from tests.support.drawn_register import draw, insert
from tests.support.given import HEAD
from tests.support.principals import principal_of
from tests.support.small_province import ACTING, CENTRE, HA_NAM, PHU_LY, people
from tests.support.waiting import until

pytestmark = pytest.mark.stack

WATCH = Actor(person="watch.centre", role=Role.SUPERVISOR, unit=CENTRE)
PERIOD = "first=2025-07-01&last=2025-07-02"
FIGURE = re.compile(
    r'<th scope="row">([^<]+)</th><td class="n">\s*<a href="([^"]+)">([\d.]+)(?: <span class="whole">/ ([\d.]+))?'
)

NUMBER = re.compile(r'<a href="(/console/register\?f=[^"]+)">([\d.]+)')


@pytest.fixture(scope="module", autouse=True)
async def register(console: ConsoleUnderTest) -> None:
    """A register of Phủ Lý, Hà Nam and the centre."""
    rows, lot = draw(200, random.Random(5)), random.Random(6)  # noqa: S311  no secret
    for row in rows:
        units = {part: lot.choice((PHU_LY, HA_NAM, CENTRE)) for part in ("received_by", "competent", "responsible")}
        row.update(units)
        row["snapshot"] |= {**units, "queue": None}
        row["rung"] = {"canh-bao": "warn", "qua-han": "expiry"}.get(row["rung"])
        row["ended_at"] = row["ended_at"] and max(row["ended_at"], row["received_at"] or row["ended_at"])
    console.harness.staff = people(*ACTING, (WATCH.person, WATCH.role, CENTRE), ("cb.1", Role.SPECIALIST, HA_NAM))
    await insert(console.harness.pool, rows)


def figures(html: str) -> dict[str, tuple[int, int | None, str]]:
    """The numbers of the table of the period, with their wholes and the addresses of their lists."""
    found = FIGURE.findall(html.split('id="period-title"')[1].split('id="rungs-title"')[0])
    as_number = {one: int(one.replace(".", "")) for _, _, *numbers in found for one in numbers if one}
    return {name: (as_number[count], as_number.get(of), href) for name, href, count, of in found}


COUNTED = """
select count(*) filter (where received_at >= $1 and received_at < $2),
       count(*) filter (where received_at >= $1 and received_at < $2 and channel = 'online'),
       count(*) filter (where received_at < $2 and coalesce(ended_at, 'infinity') >= $2)
from dossier where responsible = any($3)
"""


@pytest.mark.parametrize(("by", "units"), [(WATCH, (PHU_LY, HA_NAM, CENTRE)), (HEAD, (HEAD.unit,))])
async def test_the_numbers_are_those_of_plain_sql(console: ConsoleUnderTest, by: Actor, units: tuple[str, ...]) -> None:
    """A supervisor sees the province, a head the own unit; each number opens the list with as many dossiers."""
    async with console.browser(by) as browser:
        page = await browser.get(f"/console/overview?{PERIOD}")
        assert page.status_code == 200, page.text
        shown = figures(page.text)
        since, before = "2025-07-01 00:00+07", "2025-07-03 00:00+07"
        sql = COUNTED.replace("$1", f"'{since}'").replace("$2", f"'{before}'").replace("$3", "$1")
        received, online, left = await console.harness.pool.fetchrow(sql, list(units))
        assert shown["Tiếp nhận trong kỳ"][:2] == (received, None)
        assert shown["Nộp trực tuyến"][:2] == (online, received)
        assert shown["Còn lại cuối kỳ"][0] == left
        for name in ("Nộp trực tuyến", "Đúng hẹn", "Còn lại cuối kỳ"):
            count, _, href = shown[name]
            wanted = json.loads(parse_qs(urlsplit(href.replace("&amp;", "&")).query)["f"][0])
            assert await found(console, by, wanted) == count, name
            assert (await browser.get(href.replace("&amp;", "&"))).status_code == 200


@pytest.mark.parametrize(
    ("by", "query"), [(WATCH, PERIOD), (WATCH, f"{PERIOD}&unit={PHU_LY}"), (HEAD, PERIOD)], ids=["all", "unit", "head"]
)
async def test_every_number_opens_the_list_that_it_counts(console: ConsoleUnderTest, by: Actor, query: str) -> None:
    """For the province, for one unit, and for a head: each number of the page, and the dossiers behind its link."""
    async with console.browser(by) as browser:
        page = (await browser.get(f"/console/overview?{query}")).text
    shown = [(href, int(count.replace(".", ""))) for href, count in NUMBER.findall(page)]
    assert len(shown) > 20
    lists: dict[str, int] = {}
    for href, count in shown:
        wanted = json.loads(parse_qs(urlsplit(href.replace("&amp;", "&")).query)["f"][0])
        if href not in lists:
            lists[href] = await found(console, by, wanted)
        assert lists[href] == count, wanted


async def test_the_units_are_ordered_by_a_column_and_named_as_people_type_them(console: ConsoleUnderTest) -> None:
    """A column orders the table in both directions; a unit and days are found as they are typed."""
    async with console.browser(WATCH) as browser:
        counts = {}
        for sort in ("received", "-received"):
            page = (await browser.get(f"/console/overview?{PERIOD}&sort={sort}")).text
            assert f'aria-sort="{"ascending" if sort[0] == "-" else "descending"}"' in page
            rows = page.split('id="groups-title"')[1].split("<tbody>")[1].split("</tr>")[:-1]
            counts[sort] = [int(re.findall(r'<td class="n"><a href="[^"]+">([\d.]+)', row)[1]) for row in rows]
        assert counts["received"] == sorted(counts["received"], reverse=True)
        assert counts["-received"] == sorted(counts["received"])
        assert len(set(counts["received"])) > 1
        assert (await browser.get(f"/console/overview?{PERIOD}&sort=<script>")).status_code == 200
        typed = await browser.get("/console/overview?unit=ha nam&first=1/7/2025&last=02/07/2025")
        coded = await browser.get(f"/console/overview?unit={HA_NAM}&{PERIOD}")
        assert figures(typed.text) == figures(coded.text)
        assert "không đọc được" not in typed.text


async def found(console: ConsoleUnderTest, by: Actor, wanted: dict[str, object]) -> int:
    """How many dossiers the register lists for this caller."""
    async with console.browser(by) as browser:
        page = await browser.get("/console/register/export/csv", params={"f": json.dumps(wanted)})
        assert page.status_code == 200, page.text
        return len(list(csv.reader(io.StringIO(page.text)))) - 1


WRITTEN = """
window.written = [];
const fillText = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
  window.written.push(text);
  return fillText.call(this, text, ...place);
};
"""
"""Keeps what a page writes into its drawings."""


async def test_the_days_below_the_chart_are_those_of_the_period(console: ConsoleUnderTest) -> None:
    """In a browser: also a single day, and a period with few active days; day before month in both languages."""
    secret = await console.console.sessions.open(principal_of(WATCH).model_dump_json())
    periods = {
        ("2025-07-01", "2025-07-01"): ["01/07"],
        ("2025-07-01", "2025-07-02"): ["01/07", "02/07"],
        ("2025-07-01", "2025-07-03"): ["01/07", "02/07", "03/07"],
    }
    async with open_chromium() as chromium:
        for language in ("vi", "en"):
            async with looking(chromium, console.url, {"lx_language": language, COOKIE: secret}) as looked:
                await looked.page.add_init_script(WRITTEN)
                for (first, last), days in periods.items():
                    await looked.page.goto(f"{console.url}/console/overview?first={first}&last={last}")
                    await looked.page.locator(".chart canvas").wait_for()
                    written = await until(partial(looked.page.evaluate, "window.written"), "dates are drawn")
                    assert list(dict.fromkeys(one for one in written if "/" in one or "-" in one)) == days
                assert looked.faults == []


async def test_what_the_address_cannot_mean_is_said(console: ConsoleUnderTest) -> None:
    """A wrong date or an unknown unit is left out with a notice; a unit of others is refused."""
    async with console.browser(HEAD) as browser:
        for query in ("first=2025-13-01", "unit=<script>", "first=2025-07-02&last=2025-07-01", "first=0000-01-01"):
            page = await browser.get(f"/console/overview?{query}")
            assert page.status_code == 200, page.text
            label = "Đơn vị" if query.startswith("unit") else "Từ ngày"
            assert f"không đọc được nên đã bỏ qua: “{label}”" in " ".join(page.text.split())
            assert "<script>" not in page.text.replace("<script src", "").replace('<script type="application/json"', "")
        refused = await browser.get(f"/console/overview?unit={PHU_LY}")
        assert refused.status_code == 403
        assert "unit_not_in_scope" in refused.text


async def test_two_units_and_two_periods_stand_side_by_side(console: ConsoleUnderTest) -> None:
    """The compared numbers are those of the other overview alone."""
    async with console.browser(WATCH) as browser:
        page = (await browser.get(f"/console/overview?{PERIOD}&unit={HA_NAM}&with_unit={PHU_LY}")).text
        other = figures((await browser.get(f"/console/overview?{PERIOD}&unit={PHU_LY}")).text)
        hrefs = {href for _, href, *_ in FIGURE.findall(page)}
        assert other["Tiếp nhận trong kỳ"][2] in page
        assert other["Tiếp nhận trong kỳ"][2] not in hrefs
        month = await browser.get(f"/console/overview?{PERIOD}&with_first=2025-06-01&with_last=2025-06-30")
        assert "01/06/2025" in month.text


async def test_every_number_says_of_which_instant_it_is(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kept reading is of minutes before, and two that stand side by side were read at different instants."""
    monkeypatch.setattr(kept_readings, "LONG", 0.0)
    days = "first=2025-07-01&last=2025-07-03"
    async with console.browser(WATCH) as browser:
        page = (await browser.get(f"/console/overview?{days}&with_first=2025-06-01")).text
        heading = page.split('id="period-title"')[1].split("</thead>")[0]
        assert len(re.findall(r"tính đến \d\d:\d\d", heading)) == 2
        files = {}
        for beside in ("with_first=2025-06-01", f"with_unit={HA_NAM}"):
            text = (await browser.get(f"/console/overview/export.csv?{days}&{beside}")).text
            files[beside] = [row for row in csv.reader(io.StringIO(text)) if row]
    for rows in files.values():
        assert [len(re.findall(r"Số liệu lúc \d\d:\d\d", row[0])) for row in rows[1:4]] == [0, 1, 1]
    now = {beside: next(row for row in rows if row[0] == "Đang giải quyết") for beside, rows in files.items()}
    assert [len(row) for row in now.values()] == [4, 7]  # other days have the same dossiers as of now


async def test_the_numbers_as_of_now_are_renewed(console: ConsoleUnderTest) -> None:
    """The page asks for this part again; it has the same open dossiers."""
    async with console.browser(WATCH) as browser:
        part = await browser.get(f"/console/overview?{PERIOD}", headers={"HX-Request": "true"})
        number = await console.harness.pool.fetchval(
            "select count(*) from dossier where ended_at is null and received_at is not null"
        )
        assert "<html" not in part.text
        assert f">{number}<" in part.text


async def test_the_files_have_what_the_page_shows(console: ConsoleUnderTest) -> None:
    """The same numbers as CSV, as a workbook and on paper."""
    async with console.browser(WATCH) as browser:
        shown = figures((await browser.get(f"/console/overview?{PERIOD}")).text)
        as_csv = await browser.get(f"/console/overview/export.csv?{PERIOD}")
        rows = {row[0]: row for row in csv.reader(io.StringIO(as_csv.text)) if row}
        for name, (count, of, _) in shown.items():
            assert rows[name][1] == str(count)
            assert rows[name][2] == ("" if of is None else str(of))
        workbook = await browser.get(f"/console/overview/export.xlsx?{PERIOD}")
        assert len(ZipFile(io.BytesIO(workbook.content)).namelist()) > 5
        assert (await browser.get(f"/console/overview/export.pdf?{PERIOD}")).content.startswith(b"%PDF")


async def test_a_file_calls_officers_and_rungs_as_the_page_does(console: ConsoleUnderTest) -> None:
    """Officers by their posts, beside their codes; rungs in the order of the ladder, not of their codes."""
    async with console.browser(WATCH) as browser:
        page = (await browser.get(f"/console/overview?{PERIOD}&unit={HA_NAM}")).text
        text = (await browser.get(f"/console/overview/export.csv?{PERIOD}&unit={HA_NAM}")).text
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    shown = re.findall(r'<th scope="row"><bdi>([^<]+)', page.split('id="groups-title"')[1])
    known = {row[1]: row[0] for row in rows if len(row) > 20}
    assert known["cb.1"] in shown
    assert known["cb.1"].startswith("Công chức")
    assert known["cb.2"] == "cb.2"
    ladder = re.findall(r'<th scope="row">([^<]+)', page.split('id="rungs-title"')[1].split("</table>")[0])
    first = [row[0] for row in rows].index("Bậc leo thang gần nhất")
    assert [row[0] for row in rows[first + 2 : first + 4]] == ladder
    assert len(ladder) == 2


@pytest.mark.parametrize(
    "file", [f"overview/export.csv?{PERIOD}", f"procedures/export.csv?{PERIOD}", "register/export/csv"]
)
async def test_a_file_takes_a_place(console: ConsoleUnderTest, file: str) -> None:
    """When all are taken it is refused; the page is read as before."""
    places = console.console.api.exports
    async with console.browser(WATCH) as browser:
        with places.place(), places.place():
            refused = await browser.get(f"/console/{file}")
            assert refused.status_code == 503, refused.text
            assert refused.headers["retry-after"] == "5"
            assert "exports_busy" in refused.text
            assert f'href="/console/{escape(file)}"' in refused.text, "it can be asked again"
            assert (await browser.get(f"/console/{file.split('/')[0]}")).status_code == 200
