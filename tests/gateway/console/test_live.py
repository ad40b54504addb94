"""Tests of live pages: each is told of what concerns it and nothing else, misses nothing, and hears nothing more when
its session or its right has ended."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Response, expect
from structlog.testing import capture_logs

from activities.events_out.cloud_events import CloudEvents
from activities.events_out.live import LiveEvents
from activities.events_out.pages import EventPages
from activities.events_out.positions import position_of
from activities.ledger.feed import Cursor, Feed
from domain.dossier.commands import Accept, AcknowledgeHandover, Assign, HandOver, RefuseHandover
from domain.roles import Actor
from gateway.console import changes
from gateway.console.changes import CHANGED, Changes, OpenPage
from gateway.console.cookies import SESSION as COOKIE
from tests.support.chromium import looking, open_chromium
from tests.support.console_under_test import Browser, ConsoleUnderTest
from tests.support.dossier_steps import accepted
from tests.support.given import DESK, DESK_OF_HA_NAM, HEAD, HEAD_OF_DESK, OFFICER
from tests.support.principals import principal_of
from tests.support.small_province import ACTING, FREE, HA_NAM, PHU_LY, people
from tests.support.waiting import WITHIN, until

pytestmark = pytest.mark.stack


@dataclass
class Stream:
    """The lines of one open stream, and whether it has ended."""

    status: int
    lines: list[str] = field(default_factory=list)
    ended: bool = False

    @property
    def told(self) -> int:
        """How often the page was told of a change."""
        return self.lines.count("event: changed")

    @property
    def place(self) -> str:
        """The id of the last message."""
        return [one for one in self.lines if one.startswith("id: ")][-1].removeprefix("id: ")

    async def until_told(self, times: int = 1) -> None:
        """Waits until the page was told so often."""
        await until(lambda: _when(self.told >= times), f"told {times} times")

    async def until_ended(self) -> None:
        """Waits until the stream has ended."""
        await until(lambda: _when(self.ended), "the stream ends")


async def _when(holds: bool) -> bool | None:
    return holds or None


@asynccontextmanager
async def listening(browser: Browser, path: str, after: str | None = None) -> AsyncIterator[Stream]:
    """The stream at an address, read meanwhile."""
    headers = {"HX-Request": "true", **({} if after is None else {"Last-Event-ID": after})}
    async with browser.http.stream("GET", f"{browser.url}{path}", headers=headers) as answer:
        stream = Stream(answer.status_code)

        async def read() -> None:
            async for line in answer.aiter_lines():
                stream.lines.append(line)
            stream.ended = True

        reading = asyncio.create_task(read())
        await until(lambda: _when(bool(stream.lines) or stream.ended), "the stream has begun")
        try:
            yield stream
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def until_read(console: ConsoleUnderTest) -> None:
    """Waits until the process has read what was done so far: a page that opens afterwards is not told of it."""
    live, end = console.console.api.events.live, position_of(await Feed(console.harness.pool).end())
    await until(lambda: _when(live.place is not None and position_of(live.place) >= end), "what was done is read")


def changes_of(code: str) -> str:
    return f"/console/dossiers/{code}/changes"


async def test_a_page_is_told_of_its_dossier_alone(console: ConsoleUnderTest) -> None:
    """A page is told of its dossier's changes with an id and nothing else; one that comes back, of what it missed."""
    code, other = await accepted(console.harness), await accepted(console.harness)
    await until_read(console)
    async with console.browser(HEAD) as head:
        async with listening(head, changes_of(code)) as page, listening(head, changes_of(other)) as quiet:
            await page.until_told()  # it does not say what it shows
            await quiet.until_told()
            await console.harness.act(code, HEAD, AcknowledgeHandover())
            await page.until_told(2)
            said = [one for one in page.lines if one and not one.startswith(":")]
            assert {one.split(":")[0] for one in said} == {"event", "data", "id"}
            assert not any(code in one for one in said)
            assert quiet.told == 1
            seen = page.place
        async with (
            listening(head, changes_of(code), seen) as back,
            listening(head, changes_of(code), quiet.place) as old,
        ):
            await old.until_told()
            assert back.told == 0
            await console.harness.act(code, HEAD, Assign(person=OFFICER.person))
            await back.until_told()


async def test_a_page_begins_where_it_was_made(console: ConsoleUnderTest) -> None:
    """What changed between the making of a page and its stream is told; the page of a list is told of its units'."""
    async with console.browser(HEAD) as head, listening(head, "/console/work/changes"):  # the process reads
        page = (await head.get("/console/work?of=unit")).text
        place = page.partition('data-place="')[2].partition('"')[0]
        async with listening(head, f"/console/work/changes?since={place}") as nothing:
            assert nothing.told == 0
        await accepted(console.harness)
        async with listening(head, f"/console/work/changes?since={place}") as something:
            await something.until_told()


async def test_a_sign_out_ends_the_stream(console: ConsoleUnderTest) -> None:
    """At once in the same process; within seconds where the session ended elsewhere. A new stream is refused."""
    code = await accepted(console.harness)
    async with console.browser(HEAD) as head, listening(head, changes_of(code)) as page:
        assert (await head.post("/console/sign-out", {})).status_code == 303
        await page.until_ended()
    async with console.browser(HEAD) as head:
        async with listening(head, "/console/work/changes") as page:
            await console.console.sessions.end(head.http.cookies[COOKIE])
            await page.until_ended()
        async with listening(head, "/console/work/changes") as refused:
            assert refused.status == 401
            assert "session_ended" in "".join(refused.lines)


async def test_whose_post_ended_hears_nothing_more(console: ConsoleUnderTest) -> None:
    code, staff = await accepted(console.harness), console.harness.staff
    await until_read(console)
    async with console.browser(HEAD) as head, listening(head, changes_of(code)) as page:
        await page.until_told()
        console.harness.staff = people(*(one for one in ACTING if one[0] != HEAD.person))
        try:
            await page.until_ended()
        finally:
            console.harness.staff = staff
        assert page.told == 1


async def test_who_may_see_the_dossier_no_more_hears_nothing_of_it(console: ConsoleUnderTest) -> None:
    """A unit that gives a handover back is not told of its own act, and its stream of the dossier is not there."""
    code = (await console.harness.submit(received_by=HA_NAM)).dossier
    await console.harness.act(code, DESK_OF_HA_NAM, Accept())
    await console.harness.act(code, HEAD, HandOver(unit=PHU_LY, legal_basis="Điều 4"))
    await until_read(console)
    async with console.browser(HEAD_OF_DESK) as browser:
        async with listening(browser, changes_of(code)) as page:
            await page.until_told()
            await console.harness.act(code, HEAD_OF_DESK, RefuseHandover(legal_basis="Điều 4"))
            await page.until_ended()
            assert page.told == 1
        async with listening(browser, changes_of(code)) as gone:
            assert gone.status == 404


async def test_a_page_that_opens_during_a_look_goes_on(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer tells which sessions of the pages of that moment last, and nothing of a page that opens meanwhile.
    The log says what has ended, the session or the right."""
    monkeypatch.setattr(changes, "LOOK_EVERY", 0.02)
    asked, answers = asyncio.Event(), asyncio.Event()

    async def slowly(secrets: set[str]) -> set[str]:
        found = await console.console.sessions.lasting(secrets)
        asked.set()
        await answers.wait()
        return found

    followed, pages = Changes(console.console.api.events.live, slowly), [_page("no session")]
    pages += [_page(await _session(console, HEAD)), _page(await _session(console, HEAD), allowed=False)]
    with capture_logs() as logs:
        reading = [asyncio.create_task(_read_through(followed, pages[0]))]
        await asked.wait()
        reading += [asyncio.create_task(_read_through(followed, one)) for one in pages[1:]]
        await asyncio.sleep(0)
        answers.set()
        for ended in (reading[0], reading[2]):
            await asyncio.wait_for(ended, WITHIN)
        assert [one.ended for one in pages] == [True, False, True]
        followed.end_session(pages[1].session)
        await asyncio.wait_for(reading[1], WITHIN)
    assert [one["code"] for one in logs if one["event"] == "stream_ends"] == ["session_ended", "scope_changed"]


async def test_a_page_is_told_while_nothing_is_known(console: ConsoleUnderTest) -> None:
    """A process that has not read any event cannot say that nothing changed after the place of a page."""
    pool, place = console.harness.pool, position_of(Cursor(xid=1, position=1))
    live = LiveEvents(pool, EventPages(pool, CloudEvents("H42")))
    followed, page = Changes(live, console.console.sessions.lasting), _page(await _session(console, HEAD))
    messages = followed.told(page, place)
    async with asyncio.timeout(WITHIN):
        assert [(await anext(messages)).event for _ in range(2)] == [None, CHANGED]
        live.stop()
        assert [one.event async for one in messages] == []


def _page(session: str, *, allowed: bool = True) -> OpenPage:
    return OpenPage("somebody", session, lambda event: True, lambda: allowed)


async def _read_through(followed: Changes, page: OpenPage) -> None:
    async for _ in followed.told(page, followed.place):
        pass


@pytest.mark.slow
async def test_an_open_page_becomes_right_by_itself(console: ConsoleUnderTest) -> None:
    """In a browser: without network the page says so, and is right when the network is back. After a sign-out elsewhere
    it says so, with a way back to this place; after a sign-in in another tab it goes on. What was chosen stays."""
    code = await accepted(console.harness)
    cookies = {"lx_language": "en", COOKIE: await _session(console, HEAD)}
    async with open_chromium() as chromium, looking(chromium, console.url, cookies) as looked:
        page, context = looked.page, looked.page.context
        by_itself: dict[str, bool] = {}
        page.on("request", lambda one: by_itself.update({one.url: "console-renewal" in one.headers}))
        await page.goto(f"{console.url}/console/dossiers/{code}/events")
        await page.get_by_text(await _version(console, code)).wait_for()
        await page.locator("input[name=group]").first.check()
        await context.set_offline(True)
        await expect(page.locator("#not-fresh")).to_be_visible()
        await console.harness.act(code, HEAD, AcknowledgeHandover())
        await context.set_offline(False)
        before = await _version(console, code)
        await page.get_by_text(before).wait_for()
        await expect(page.locator("#not-fresh")).to_be_hidden()
        for part in (f"/{code}/head", f"/{code}/events/newer", f"/{code}/changes"):
            assert {said for address, said in by_itself.items() if part in address} == {True}, (part, by_itself)

        await console.console.sessions.end(cookies[COOKIE])
        notice = page.locator("#notices")
        await expect(notice).to_contain_text("session_ended")
        back = await notice.get_by_role("link", name="come back here").get_attribute("href")
        assert back == f"/console/sign-in?back=%2Fconsole%2Fdossiers%2F{code}%2Fevents"
        await console.harness.act(code, HEAD, Assign(person=OFFICER.person))
        await expect(page.get_by_text(before)).to_be_visible()
        await context.add_cookies([
            {"name": COOKIE, "value": await _session(console, HEAD), "url": f"{console.url}/console/"}
        ])  # fmt: skip
        await page.get_by_text(await _version(console, code)).wait_for()
        await expect(notice).to_be_empty()
        await expect(page.locator("input[name=group]").first).to_be_checked()
        unexpected = [one for one in looked.faults if "401" not in one and "ERR_INTERNET_DISCONNECTED" not in one]
        assert unexpected == []


@pytest.mark.slow
async def test_an_open_form_says_that_its_session_has_ended(console: ConsoleUnderTest) -> None:
    """In a browser: within seconds, without an act, and what was typed stays; from somebody else who signs in it is
    hidden, and whose form it is goes on. Such a page hears of no event."""
    cookies = {"lx_language": "en", COOKIE: await _session(console, DESK)}
    async with open_chromium() as chromium, looking(chromium, console.url, cookies) as looked:
        page, notice, name = looked.page, looked.page.locator("#notices"), looked.page.locator("#f-applicant-name")
        await page.goto(f"{console.url}/console/intake?procedure={FREE.code}")
        await name.fill("Nguyễn Văn An")
        await accepted(console.harness)
        await console.console.sessions.end(cookies[COOKIE])
        await expect(notice).to_contain_text("session_ended")
        await expect(name).to_have_value("Nguyễn Văn An")
        for by, seen in ((DESK_OF_HA_NAM, False), (DESK, True)):
            session = {"name": COOKIE, "value": await _session(console, by), "url": f"{console.url}/console/"}
            await page.context.add_cookies([session])  # type: ignore[list-item]
            await expect(name).to_be_visible(visible=seen)
            await expect(notice).to_contain_text("" if seen else "opened while somebody else was signed in")
        await expect(name).to_have_value("Nguyễn Văn An")


async def test_a_page_that_no_event_concerns_hears_only_the_end(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes no place from pages that show what changes."""
    code = await accepted(console.harness)
    async with console.browser(HEAD) as head, listening(head, "/console/changes") as quiet:
        async with listening(head, changes_of(code)) as page:
            await page.until_told()
            monkeypatch.setattr(changes, "MOST_WITHOUT_EVENTS", 2)
            async with listening(head, "/console/changes") as refused, listening(head, changes_of(code)) as told:
                assert (refused.status, told.status) == (503, 200)
        await console.console.sessions.end(head.http.cookies[COOKIE])
        await quiet.until_ended()
        assert quiet.told == 0


HEARS = "document.querySelector('#live').dispatchEvent(new Event('changed', { bubbles: true }))"
SEEN_BY = """seen => {
  Object.defineProperty(document, "visibilityState", { value: seen ? "visible" : "hidden", configurable: true });
  Object.defineProperty(document, "hidden", { value: !seen, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.mark.slow
async def test_a_page_that_renews_itself_misses_nothing_and_leaves_nothing(console: ConsoleUnderTest) -> None:
    """In a browser: a part that is renewed only after changes is asked for again when the server did not answer, and
    when somebody looks again at a page that heard of a change unseen. A list of somebody else is taken away."""
    address = f"{console.url}/console/dossiers/{await accepted(console.harness)}"
    cookies = {"lx_language": "en", COOKIE: await _session(console, HEAD)}
    async with open_chromium() as chromium, looking(chromium, console.url, cookies) as looked:
        page = looked.page

        def renewed(response: Response) -> bool:
            return response.url == address and response.ok

        await page.goto(address)
        await page.route(address, lambda route: route.fulfill(status=503), times=1)
        async with page.expect_response(renewed):
            await page.evaluate(HEARS)
        await page.evaluate(SEEN_BY, False)
        await page.evaluate(HEARS)
        async with page.expect_response(renewed):
            await page.evaluate(SEEN_BY, True)

        await page.goto(f"{address}/events")
        for part in ("head", "newer"):
            await page.route(re.compile(f"/{part}($|[?])"), lambda route: route.fulfill(status=503), times=1)
        async with page.expect_response(part_of("head")), page.expect_response(part_of("newer")):
            await page.evaluate(HEARS)
        await expect(page.locator("#not-fresh")).to_be_hidden()
        await expect(page.locator("#notices")).to_be_empty()

        async with page.expect_response("**/console/changes"):  # an answer that comes later would be a good one
            await page.goto(f"{console.url}/console/register")
        await expect(page.locator("#newer")).to_be_attached()
        await page.context.add_cookies([
            {"name": COOKIE, "value": await _session(console, OFFICER), "url": f"{console.url}/console/"}
        ])  # fmt: skip
        await page.evaluate("document.querySelector('#newer').dispatchEvent(new Event('look'))")
        await expect(page.locator("#notices")).to_contain_text("page_of_other_person")
        await expect(page.locator("#main")).to_be_empty()


def part_of(end: str) -> Callable[[Response], bool]:
    """An answer with this part of a page."""
    return lambda answer: answer.ok and urlsplit(answer.url).path.endswith(f"/{end}")


async def _version(console: ConsoleUnderTest, code: str) -> str:
    return f"version {(await console.harness.engine.dossier(code)).version},"


async def _session(console: ConsoleUnderTest, by: Actor) -> str:
    return await console.console.sessions.open(principal_of(by).model_dump_json())
