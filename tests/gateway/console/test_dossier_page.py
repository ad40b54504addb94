"""Tests of a dossier's page: what each person sees of it, in both languages, also when its story is very long."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

import asyncpg
import pytest
from structlog.testing import capture_logs

from activities.ledger.contracts import Append
from activities.ledger.store import Ledger
from domain.dossier.commands import Accept, AcknowledgeHandover, Assign
from domain.dossier.context import Rules
from domain.dossier.events import AnyEvent, DossierAssigned, OutsideCallFailed
from domain.dossier.evolve import evolve_all
from domain.dossier.viewing import view_of
from domain.roles import ENGINE, Actor, Role
from domain.values import VIETNAM
from gateway.client import Applicant
from gateway.client.watching.next_tries import NextTry
from gateway.console.cookies import SESSION as COOKIE
from gateway.console.parts import ConsolePolicy
from gateway.console.tries import by_system
from gateway.views.work_course import MOST_MOVES
from tests.support.api_under_test import KEYS
from tests.support.chromium import looking, open_chromium
from tests.support.console_under_test import Browser, ConsoleUnderTest, open_console_under_test
from tests.support.databases import Database
from tests.support.engine_under_test import APPLICANT
from tests.support.given import CITIZEN, DESK, DESK_OF_HA_NAM, HEAD, OFFICER, OPERATOR, STRANGER
from tests.support.html_forms import form_in
from tests.support.pdf_words import words_of
from tests.support.principals import principal_of
from tests.support.small_province import ACTING, CENTRE, RULEBOOK, people
from tests.support.tampering import as_owner_of_the_server

pytestmark = pytest.mark.stack
PARTS = ("", "/events", "/events/by-day", "/timeline", "/deadlines", "/papers", "/ledger")
HOSTILE = 'Nguyễn <script>alert("x")</script>'
MANY = 20_000
WATCH = Actor(person="watch.centre", role=Role.SUPERVISOR, unit=CENTRE)
OP = OPERATOR.model_copy(update={"unit": CENTRE})
AT_ONCE = 5_000


@pytest.fixture(scope="module")
async def code(console: ConsoleUnderTest) -> str:
    """A dossier that an officer works on; its applicant has a hostile name."""
    console.harness.staff = people(*ACTING, (WATCH.person, WATCH.role, CENTRE))
    named = Applicant(**{**APPLICANT.model_dump(), "name": HOSTILE})
    receipt = await console.harness.submit(applicant=named)
    for actor, command in ((DESK, Accept()), (HEAD, AcknowledgeHandover()), (HEAD, Assign(person=OFFICER.person))):
        await console.harness.act(receipt.dossier, actor, command)
    return receipt.dossier


@pytest.fixture(scope="module")
async def long(console: ConsoleUnderTest) -> str:
    """A dossier of 20,000 events: a registry failed again and again."""
    code = (await console.harness.submit()).dossier
    await console.harness.act(code, DESK, Accept())
    failed = partial(OutsideCallFailed, effect="identity/1", system="population", code="timeout", final=False)
    await _written(console, code, MANY, lambda at, _: failed(at=at))
    return code


async def text_of(browser: Browser, path: str, status: int = 200, headers: dict[str, str] | None = None) -> str:
    answer = await browser.get(path, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.text


async def test_every_part_is_there_in_both_languages(console: ConsoleUnderTest, code: str) -> None:
    """Each part has the head with state, clocks and next act; the words are those of the language."""
    words = {"vi": ("Việc tiếp theo", "Đang xử lý"), "en": ("What happens next", "processing")}
    for language, (following, state) in words.items():
        async with console.browser(OFFICER, language=language) as officer:
            for part in PARTS:
                page = await text_of(officer, f"/console/dossiers/{code}{part}")
                assert following in page
                assert state in page
                assert "style=" not in page
                assert "<script>" not in page
            assert f"/console/dossiers/{code}/acts/complete_step" in page


async def test_who_may_not_see_it_finds_nothing(console: ConsoleUnderTest, code: str) -> None:
    """A dossier outside the scope looks like one that does not exist, on every address below it."""
    async with console.browser(STRANGER) as stranger:
        for part in (*PARTS, "/head", "/applicant", "/slip.pdf", "/receipt.pdf", "/changes", "/events/newer?after=1"):
            page = await text_of(stranger, f"/console/dossiers/{code}{part}", 404, {"HX-Request": "true"})
            assert "unknown_dossier" in page
        missing = await text_of(stranger, "/console/dossiers/H42.999-250101-0001", 404)
        assert "unknown_dossier" in missing


async def test_an_applicant_sees_no_officer(console: ConsoleUnderTest, code: str) -> None:
    """An applicant sees the own dossier in every part, and no officer by the internal code."""
    async with console.browser(CITIZEN) as citizen:
        for part in PARTS:
            page = await text_of(citizen, f"/console/dossiers/{code}{part}")
            assert OFFICER.person not in page
            assert HEAD.person not in page
    async with console.browser(OFFICER) as officer:
        assert OFFICER.person in await text_of(officer, f"/console/dossiers/{code}/timeline")


async def test_particulars_come_on_demand_and_are_escaped(console: ConsoleUnderTest, code: str) -> None:
    """No part has the applicant's name; the page of the applicant has it as text."""
    async with console.browser(OFFICER) as officer:
        for part in PARTS:
            assert "alert(" not in await text_of(officer, f"/console/dossiers/{code}{part}")
        page = await text_of(officer, f"/console/dossiers/{code}/applicant")
        assert "&lt;script&gt;alert(" in page
        assert "<script>alert" not in page
        assert "01/01/1999" in page
        assert "1999-01-01" not in page


async def test_a_note_is_read_on_demand_and_the_reading_recorded(console: ConsoleUnderTest, code: str) -> None:
    """By those who may see personal data of the dossier; an applicant reads no note of an officer."""
    async with console.browser(HEAD) as head:
        form = form_in((await head.get(f"/console/dossiers/{code}/acts/assign")).text, "/acts/assign")
        typed = {"person": ["officer.2"], "note": [HOSTILE]}
        done = await head.post(f"/console/dossiers/{code}/acts/assign", form | typed)
        assert done.status_code == 303, done.text
    version = (await console.harness.engine.dossier(code)).version
    address = f"/console/dossiers/{code}/events/{version}/note"
    async with console.browser(HEAD) as head, console.browser(WATCH) as watch, console.browser(CITIZEN) as citizen:
        page = await text_of(head, f"/console/dossiers/{code}/events")
        assert (page.count(f'href="{address}"'), "alert(" in page) == (1, False)
        with capture_logs() as logs:
            part = await text_of(head, address, headers={"HX-Request": "true"})
            assert "&lt;script&gt;alert(" in part
            assert "<html" not in part
            assert "&lt;script&gt;alert(" in await text_of(head, address)
        read = [one for one in logs if one["event"] == "particulars_read"]
        assert [(one["dossier"], one["operation"], one["caller"]) for one in read] == [
            (code, "read_applicant", head.person)
        ] * 2
        assert not any("alert" in str(one) for one in logs)
        assert "/note" not in await text_of(watch, f"/console/dossiers/{code}/events")
        await text_of(watch, address, 403)
        assert "/note" not in await text_of(citizen, f"/console/dossiers/{code}/events")
        assert "alert(" not in await text_of(citizen, address)
        assert "Không có ghi chú" in await text_of(head, f"/console/dossiers/{code}/events/1/note")


async def test_the_forms_are_printed(console: ConsoleUnderTest, code: str) -> None:
    """Slip and receipt are PDF files."""
    async with console.browser(DESK) as desk, console.browser(HEAD) as head:
        for browser in (desk, head):
            for form in ("slip", "receipt"):
                answer = await browser.get(f"/console/dossiers/{code}/{form}.pdf")
                assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
                assert answer.content.startswith(b"%PDF-")


async def test_the_secret_stands_on_the_receipt_of_the_desk_alone(console: ConsoleUnderTest, code: str) -> None:
    """Who tracks the dossier needs it, so the desk that received it prints it. Another desk that works on the dossier,
    an officer, a head, a supervisor and the applicant online do not get it, and no page has it."""
    secret = KEYS.receipt_secret(code)
    for person in (DESK, DESK_OF_HA_NAM, OFFICER, HEAD, WATCH, CITIZEN):
        async with console.browser(person) as browser:
            receipt = words_of((await browser.get(f"/console/dossiers/{code}/receipt.pdf")).content)
            assert (secret in receipt) == (person is DESK), person
            assert code in receipt
            slip = words_of((await browser.get(f"/console/dossiers/{code}/slip.pdf")).content)
            assert secret not in slip
            assert (OFFICER.person in slip) == (person is not CITIZEN)
            for part in (*PARTS, "/applicant"):
                assert secret not in (await browser.get(f"/console/dossiers/{code}{part}")).text
    async with console.browser(DESK_OF_HA_NAM) as other_desk:
        assert secret not in await text_of(other_desk, f"/console/intake/{code}")


async def test_the_forms_have_the_right_words(console: ConsoleUnderTest, code: str) -> None:
    """The slip names giver and receiver of each passing, the dates and the hash of the newest version; the receipt
    names the applicant letter by letter, the limit and the time of the result."""
    row = await console.harness.engine.dossier(code)
    async with console.browser(DESK) as desk:
        slip = words_of((await desk.get(f"/console/dossiers/{code}/slip.pdf")).content)
        receipt = words_of((await desk.get(f"/console/dossiers/{code}/receipt.pdf")).content)
    for expected in (
        "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", code, "Người nộp hồ sơ", "Cán bộ một cửa, Phường Phủ Lý",
        f"({OFFICER.person}), Phường Hà Nam", "Trước hạn", f"bản {row.version}", "Đang xử lý",
    ):  # fmt: skip
        assert expected in slip, slip
    head = await console.harness.pool.fetchval(
        "select encode(hash, 'hex') from event where dossier = $1 order by version desc limit 1", code
    )
    assert head in slip.replace(" ", "")
    assert "Nguyễn" not in slip
    for expected in (
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", code, HOSTILE, "5 ngày làm việc", "Nơi nhận kết quả: Phường Phủ Lý",
        "Thời gian hẹn trả kết quả:",
    ):  # fmt: skip
        assert expected in receipt, receipt


async def test_each_reading_of_particulars_is_recorded(console: ConsoleUnderTest, code: str) -> None:
    """The page of the applicant and the receipt show personal data: each reading is logged with dossier and reader, and
    without what was read. All other pages and the slip show none, and log none; who may not read them gets none."""
    for path in ("/applicant", "/receipt.pdf"):
        assert await _readings(console, OFFICER, f"/console/dossiers/{code}{path}") == [(code, "person/officer.hanam")]
    for path in (*PARTS, "/head", "/events/newer?after=1", "/slip.pdf"):
        assert await _readings(console, OFFICER, f"/console/dossiers/{code}{path}") == []
    async with console.browser(WATCH) as watch:
        await text_of(watch, f"/console/dossiers/{code}/applicant", 403)
        assert "Nguyễn" not in words_of((await watch.get(f"/console/dossiers/{code}/receipt.pdf")).content)
        assert "/applicant" not in await text_of(watch, f"/console/dossiers/{code}")
    assert await _readings(console, WATCH, f"/console/dossiers/{code}/receipt.pdf") == []


async def _readings(console: ConsoleUnderTest, person: Actor, path: str) -> list[tuple[str, str]]:
    """The readings of particulars that opening a page logs. Without one, the page has no name."""
    async with console.browser(person) as browser:
        with capture_logs() as logs:
            answer = await browser.get(path, headers={"HX-Request": "true"})
    assert answer.status_code == 200, path
    read = [one for one in logs if one["event"] == "particulars_read"]
    shown = words_of(answer.content) if path.endswith(".pdf") else answer.text
    assert ("Nguyễn" in shown) == bool(read), path
    assert not any("Nguyễn" in str(value) for one in read for value in one.values())
    return [(one["dossier"], one["caller"]) for one in read]


async def test_a_link_leads_operators_into_temporal(console: ConsoleUnderTest, code: str) -> None:
    """Only operators get it, and only where the province says where Temporal's own pages are."""
    policy = ConsolePolicy(temporal_ui="http://temporal.example/namespaces/luongxanh")
    link = f'href="http://temporal.example/namespaces/luongxanh/workflows/{code}"'
    async with open_console_under_test(console.harness, policy=policy) as with_link:
        for person in (OP, WATCH, HEAD, OFFICER, CITIZEN):
            async with with_link.browser(person) as browser:
                assert (link in await text_of(browser, f"/console/dossiers/{code}")) == (person is OP)
    async with console.browser(OP) as operator:
        assert "/workflows/" not in await text_of(operator, f"/console/dossiers/{code}")


async def test_a_broken_chain_is_said_in_red(console: ConsoleUnderTest, code: str, module_database: Database) -> None:
    """A row that was altered: the first version that does not agree, what still agrees, and what is to be done; the
    version is marked in the list. Without a verification the page claims nothing."""
    broken = (await console.harness.submit()).dossier
    await console.harness.act(broken, DESK, Accept())
    superuser = await asyncpg.connect(module_database.superuser_url)
    try:
        backdated = "update event set at = at - interval '2 days' where version = 2 and dossier = "
        await as_owner_of_the_server(superuser, f"{backdated}'{broken}'")
    finally:
        await superuser.close()
    async with console.browser(WATCH, language="en") as watch:
        page = await text_of(watch, f"/console/dossiers/{broken}/ledger?verify=true")
        assert "the first version that does not agree is 2" in page
        assert "1 to 1, agree" in page
        assert "decide nothing on this dossier" in page
        assert '<tr class="broken"><td class="n">2</td>' in page
        assert 'role="alert"' in page
        assert "whole" not in re.sub(r"<[^>]+>", "", page)
        assert "whole" in await text_of(watch, f"/console/dossiers/{code}/ledger?verify=true")
        unverified = await text_of(watch, f"/console/dossiers/{broken}/ledger")
        assert "agree" not in unverified
    async with console.browser(WATCH) as watch:
        assert "Bị đứt" in await text_of(watch, f"/console/dossiers/{broken}/ledger?verify=true")


async def test_a_window_that_was_tampered_with_is_refused_or_mended(console: ConsoleUnderTest, code: str) -> None:
    """Days that are none are refused in words; days outside the dossier's life show all of it."""
    async with console.browser(OFFICER) as officer:
        await text_of(officer, f"/console/dossiers/{code}/timeline?from=x", 422)
        await text_of(officer, f"/console/dossiers/{code}/events?group=nothing", 422)
        await text_of(officer, f"/console/dossiers/{code}/timeline?from=9999-12-31&to=9999-12-31")
        await text_of(officer, f"/console/dossiers/{code}/timeline?from=0001-01-01&to=0001-01-01")
        await text_of(officer, f"/console/dossiers/{code}/events?before=1")


async def test_new_rows_come_alone(console: ConsoleUnderTest, code: str) -> None:
    """A page that hears of a change asks for the rows after its version, and is told the place of the next."""
    before = (await console.harness.engine.dossier(code)).version
    await console.harness.act(code, HEAD, Assign(person=OFFICER.person))
    async with console.browser(HEAD) as head:
        rows = await head.get(f"/console/dossiers/{code}/events/newer?after={before}", headers={"HX-Request": "true"})
    assert "<html" not in rows.text
    assert rows.text.count('class="changed"') == 1
    assert f"after={before + 1}" in rows.text


async def test_the_chain_is_verified_on_demand(console: ConsoleUnderTest, code: str) -> None:
    """The ledger's part says that the chain is whole, with the hash of its head."""
    async with console.browser(OFFICER) as officer:
        page = await text_of(officer, f"/console/dossiers/{code}/ledger?verify=true")
    assert "nguyên vẹn" in page
    assert 'Tiếp nhận, giấy tờ: <span class="code">dossier_accepted</span>' in page
    head = await console.harness.pool.fetchval(
        "select encode(hash, 'hex') from event where dossier = $1 order by version desc limit 1", code
    )
    assert page.count(head) == 2


@pytest.mark.usefixtures("code")
async def test_every_page_gives_the_time_in_an_older_system_to_the_unit(console: ConsoleUnderTest) -> None:
    """The clocks count from the receipt there, against the unit that held the dossier first: so do head and time line,
    which names the older system as where it was, not as who had it."""
    since = datetime.now(VIETNAM) - timedelta(days=20)
    old = {"system": "igate", "code": f"old-{uuid4().hex[:8]}", "received_at": since}
    code = (await console.harness.submit(brought_over=old)).dossier
    there = '<th scope="row">Phường Phủ Lý</th><td>In the older system “igate”, before it came into this one</td>'
    async with console.browser(WATCH, language="en") as watch:
        assert there in await text_of(watch, f"/console/dossiers/{code}/timeline?from=2000-01-01")
        await console.harness.act(code, DESK, Accept())
        page = await text_of(watch, f"/console/dossiers/{code}/timeline?from=2000-01-01")
        assert there in page
        assert '<g class="due">' in await text_of(watch, f"/console/dossiers/{code}/timeline")
        assert re.search(r"Whose working time it was:</span>\s+<bdi>Phường Phủ Lý</bdi> <strong>\d+ d", page)


async def test_twenty_thousand_events_are_read_in_parts(console: ConsoleUnderTest, long: str) -> None:
    """Every part of a dossier of 20,000 events stays small, says how many there are, and scrolls a page at a time."""
    code = long
    async with console.browser(HEAD) as head:
        for part in (*PARTS, "/slip.pdf"):
            answer = await head.get(f"/console/dossiers/{code}{part}")
            assert answer.status_code == 200, answer.text
            assert len(answer.content) < 100_000
        page = await text_of(head, f"/console/dossiers/{code}/events")
        assert page.count("timeout") + page.count("quá thời gian chờ") >= 40
        older = re.search(r'hx-get="([^"]+before=\d+[^"]*)"', page)
        assert older
        rows = await head.get(older[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
        assert "<html" not in rows.text
        assert rows.text.count("<tr") == 41
        days = await text_of(head, f"/console/dossiers/{code}/events/by-day")
        assert f"before={MANY + 1}&amp;group=outside" in days
        intake = await text_of(head, f"/console/dossiers/{code}/events?group=intake")
        assert "quá thời gian chờ" not in intake
        lanes = await text_of(head, f"/console/dossiers/{code}/timeline")
        assert lanes.count("<rect") < 400


async def test_a_story_of_many_acts_is_told_by_units(console: ConsoleUnderTest) -> None:
    """With more than 300 events the time line and the slip are of the units, and both pages say so."""
    receipt = await console.harness.submit()
    code = receipt.dossier
    await console.harness.act(code, DESK, Accept())
    await console.harness.act(code, HEAD, AcknowledgeHandover())
    await _written(
        console, code, MOST_MOVES + 20, lambda at, n: DossierAssigned(at=at, person=f"officer.{n % 2}", step="process")
    )
    async with console.browser(HEAD, language="en") as head:
        lanes = await text_of(head, f"/console/dossiers/{code}/timeline")
        assert "told by units, not by people" in lanes
        assert lanes.count('class="span work') >= 2
        assert "a row for each unit that had it" in await text_of(head, f"/console/dossiers/{code}")
        assert (await head.get(f"/console/dossiers/{code}/slip.pdf")).content.startswith(b"%PDF-")


def test_each_of_two_calls_to_one_system_has_its_try() -> None:
    """Two open calls to one system are tried at their own instants: both are told, not one of them twice."""
    at = datetime(2026, 3, 2, 9, 0, tzinfo=VIETNAM)
    tries = [
        NextTry(system=system, tries=n, next_at=at + timedelta(minutes=n), code="down")
        for n, system in enumerate(("payments", "civil", "payments"), 1)
    ]
    assert by_system(tries) == {"payments": [tries[0], tries[2]], "civil": [tries[1]]}


async def _written(
    console: ConsoleUnderTest, code: str, until: int, happened: Callable[[datetime, int], AnyEvent]
) -> None:
    """Writes one event a second into the ledger until the dossier has this version."""
    harness = console.harness
    dossier = await harness.known(code)
    while dossier.version < until:
        numbers = range(1, min(AT_ONCE, until - dossier.version) + 1)
        events = tuple(happened(dossier.updated_at + timedelta(seconds=number), number) for number in numbers)
        after = evolve_all(dossier, events)
        rules = Rules.pinned(dossier.pins, RULEBOOK)
        request = Append(
            dossier=code, after_version=dossier.version, command_id=uuid4(), actor=ENGINE, events=events,
            view=view_of(after, rules.rulebook),
        )  # fmt: skip
        await Ledger(harness.pool).record(request)
        dossier = after


async def test_an_open_page_renews_itself(console: ConsoleUnderTest, code: str, long: str) -> None:
    """In a browser: older events come as one scrolls; after an act of somebody else the head has the new version and
    the list has the new row, without a new page. What was being filled in stays."""
    async with open_chromium() as chromium:
        secret = await console.console.sessions.open(principal_of(HEAD).model_dump_json())
        async with looking(chromium, console.url, {"lx_language": "en", COOKIE: secret}) as looked:
            page = looked.page
            await page.goto(f"{console.url}/console/dossiers/{code}/events")
            row = await console.harness.engine.dossier(code)
            await page.get_by_text(f"version {row.version},").wait_for()
            await page.locator("input[name=group]").first.check()
            shown = await page.locator("table.events tbody tr").count()
            await console.harness.act(code, HEAD, Assign(person=OFFICER.person))
            await page.get_by_text(f"version {row.version + 1},").wait_for()
            await page.locator("table.events tr.changed").first.wait_for()
            assert await page.locator("table.events tbody tr").count() == shown + 1
            assert await page.locator("input[name=group]").first.is_checked()
            await page.goto(f"{console.url}/console/dossiers/{long}/events")
            await page.locator("table.events tr.more").scroll_into_view_if_needed()
            await page.get_by_role("cell", name=str(MANY - 60), exact=True).wait_for()
            assert looked.faults == []
