"""Forms and addresses that were changed, cannot be read, or come at a bad moment: none is a fault of ours or lost."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from domain.dossier.commands import Accept, AcknowledgeHandover
from gateway.access.rates import Quota
from gateway.api.parts import ApiPolicy
from gateway.api.request_limits import Limits
from tests.support.api_under_test import FOREVER
from tests.support.console_under_test import FROM_HERE, ConsoleUnderTest, open_console_under_test
from tests.support.engine_harness import EngineHarness
from tests.support.given import CITIZEN, DESK, HEAD, HEAD_OF_DESK, OFFICER
from tests.support.html_forms import form_in
from tests.support.waiting import WITHIN

pytestmark = pytest.mark.stack

FORM = "application/x-www-form-urlencoded"
UNREADABLE = {
    "multipart": (b"--x\r\n", "multipart/form-data; boundary=x"),
    "JSON": (b"{}", "application/json"),
    "no type": (b"a=1", ""),
    "not ASCII": (b"\xff\xfe", FORM),
    "not UTF-8": (b"note=%ED%A0%80", FORM),
    "too many fields": (b"&".join(b"a%d=" % number for number in range(3_000)), FORM),
}


async def acknowledged(harness: EngineHarness) -> str:
    code = (await harness.submit()).dossier
    await harness.act(code, DESK, Accept())
    await harness.act(code, HEAD, AcknowledgeHandover())
    return code


@pytest.mark.parametrize(("body", "kind"), UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_a_form_that_cannot_be_read_is_refused(console: ConsoleUnderTest, body: bytes, kind: str) -> None:
    """With a session and without one."""
    path = f"{console.url}/console/work/assign"
    headers = {**FROM_HERE, **({"Content-Type": kind} if kind else {})}
    async with console.browser(HEAD) as signed, console.browser() as nobody:
        for browser in (signed, nobody):
            answer = await browser.http.post(path, content=body, headers=headers)
            assert answer.status_code == 400, answer.text
            assert "form_unreadable" in answer.text


@pytest.mark.parametrize("version", ["9" * 5_000, "99999999999", "٣", "²", "-1", "1 ", "\x00"])
async def test_a_version_that_is_none_is_no_fault(console: ConsoleUnderTest, version: str) -> None:
    code = await acknowledged(console.harness)
    async with console.browser(HEAD) as browser:
        fields = {"_version": version, "person": "officer.1", "select": code, f"version.{code}": version}
        for path in (f"/console/dossiers/{code}/acts/suspend", "/console/work/assign"):
            answer = await browser.post(path, fields)
            assert answer.status_code < 500, answer.text


async def test_a_form_that_comes_too_soon_is_kept(harness: EngineHarness) -> None:
    """A form that is refused for now comes back with every field, and is sent again with one button."""
    code = await acknowledged(harness)
    policy = ApiPolicy(caller=Quota(requests=1, seconds=FOREVER))
    async with open_console_under_test(harness, api_policy=policy) as console, console.browser(HEAD) as browser:
        path = f"/console/dossiers/{code}/acts/suspend"
        await browser.get(path)
        answer = await browser.post(path, {"note": 'Một đoạn dài\n"và" <b>', "legal_basis": "Điều 5"})
        assert (answer.status_code, 0 < int(answer.headers["retry-after"]) <= FOREVER) == (429, True), answer.text
        kept = form_in(answer.text, "/acts/suspend")
        assert (kept["note"], kept["_key"]) == (['Một đoạn dài\n"và" <b>'], ["a-form-of-this-test"])
        other_site = {"Sec-Fetch-Site": "cross-site"}
        refused = await browser.post(path, {"note": "Do trang khác gửi"}, headers=other_site)
        assert "Do trang khác gửi" not in refused.text


async def test_what_is_refused_before_it_is_read_is_a_page_too(harness: EngineHarness) -> None:
    """A body that is too large or too slow, and a request too many, are told in the language of the screen, on the
    pages of the staff and of the citizen; the API answers with a problem as before."""
    limits = Limits(largest_body=1_000, body_seconds=2, at_once=0)
    async with open_console_under_test(harness, limits=limits) as console:
        async with console.browser(HEAD) as browser, console.browser(language="en") as citizen:
            large = await browser.post("/console/intake", {"note": "x" * 2_000})
            assert (large.status_code, "Nội dung quá lớn" in large.text) == (413, True)
            assert "Hãy quay lại bằng nút của trình duyệt" in large.text
            require_page(large, "vi")
            large = await citizen.post("/console/track", {"secret": "x" * 2_000})
            assert (large.status_code, "The body is too large" in large.text) == (413, True)
            require_page(large, "en")
            busy = await citizen.get("/console/track?dossier=H42")
            assert (busy.status_code, busy.headers["retry-after"]) == (503, "5")
            assert '<a class="button" href="/console/track?dossier=H42">Try again</a>' in busy.text
            require_page(busy, "en")
            part = await browser.get("/console/work", headers={"HX-Request": "true"})
            assert (part.status_code, part.headers["hx-retarget"]) == (503, "#notices")
            assert (part.headers["retry-after"], part.text.strip()[:20]) == ("5", '<p class="notice bad')
            kept = await browser.post("/console/intake", {"note": "Ông An"})
            assert (kept.status_code, form_in(kept.text, "/intake")["note"]) == (503, ["Ông An"])
            forged = await browser.post("/console/intake", {"note": "Ông An"}, headers={"Sec-Fetch-Site": "cross-site"})
            assert (forged.status_code, "Ông An" in forged.text) == (503, False)
            api = await browser.get("/v1/procedures")
            assert (api.status_code, api.headers["content-type"]) == (503, "application/problem+json")
        slow = await never_complete(console.url, "/console/track")
        assert "HTTP/1.1 408" in slow
        assert "Gửi quá chậm" in slow
        assert "content-type: text/html" in slow.lower()


def require_page(answer: httpx2.Response, language: str) -> None:
    """Requires a whole page in this language, with the headers of every page."""
    assert answer.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert f'<html lang="{language}">' in answer.text


async def never_complete(url: str, path: str) -> str:
    """What the server answers to a form whose body does not come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", httpx2.URL(url).port)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: 9\r\n\r\n".encode())
    async with asyncio.timeout(WITHIN):
        received = await reader.read()
    writer.close()
    return received.decode()


async def test_a_form_of_who_is_not_signed_in_any_more_is_kept(console: ConsoleUnderTest) -> None:
    """Somebody else has signed in meanwhile, who may do the act, or whose role may not do it: nothing is done in their
    name, the page says whose form it is and keeps it, and shows nothing of it. Whose it is sends it again."""
    code = await acknowledged(console.harness)
    path = f"/console/dossiers/{code}/acts/assign?back=/console/work"
    async with (
        console.browser(HEAD) as head,
        console.browser(HEAD_OF_DESK) as other,
        console.browser(OFFICER) as officer,
    ):
        typed = {"_person": head.person, "_key": "kept", "note": "Ông An xin lùi", "person": "officer.3"}
        for browser, refusal in ((other, "form_of_other_person"), (officer, "operation_not_allowed")):
            answer = await browser.post(path, typed)
            assert answer.status_code == 403, answer.text
            assert "Đây là biểu mẫu của: <strong><bdi>Lãnh đạo bộ phận – Phường Hà Nam</bdi>" in answer.text
            assert refusal in answer.text
            kept = form_in(answer.text, path)
            assert kept == {name: [value] for name, value in typed.items()}
            assert answer.text.count("Ông An xin lùi") == 1, "only in a hidden field"
        answer = await officer.post(path, typed | {"_person": officer.person})
        assert (answer.status_code, "Hiện bạn không được làm việc này" in answer.text) == (403, True)
        assert "operation_not_allowed" in answer.text
        assert form_in(answer.text, path)["note"] == [typed["note"]]
        assert "dossier_assigned" not in await console.harness.kinds(code)
        for name in ("stranger/x", "person/nobody", '<b>"'):
            answer = await other.post(path, typed | {"_person": name})
            assert (answer.status_code, "<b>" in answer.text) == (403, False)
            assert "Đây là biểu mẫu của" not in answer.text
        done = await head.post(path, kept)
        assert done.status_code == 303, done.text
        assert (await console.harness.kinds(code)).count("dossier_assigned") == 1
        from_elsewhere = await other.post(path, typed, headers={"Sec-Fetch-Site": "cross-site"})
        assert (from_elsewhere.status_code, "Ông An" in from_elsewhere.text) == (403, False)


async def test_a_fault_of_ours_keeps_the_form_and_the_headers(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in the middle of an act: the page has the headers of every page, and what was typed."""

    def broken(*_: object, **__: object) -> object:
        raise ZeroDivisionError

    code = await acknowledged(console.harness)
    monkeypatch.setattr("gateway.console.acts.routes.act", broken)
    async with console.browser(HEAD) as browser:
        fields = form_in((await browser.get(f"/console/dossiers/{code}/acts/suspend")).text, "/acts/suspend")
        answer = await browser.post(
            f"/console/dossiers/{code}/acts/suspend", fields | {"note": ["Việc gấp"], "legal_basis": ["Điều 5"]}
        )
        assert answer.status_code == 500
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
        assert form_in(answer.text, "/acts/suspend")["note"] == ["Việc gấp"]
        assert "ZeroDivision" not in answer.text


async def test_a_rating_of_a_page_that_closed_is_kept(console: ConsoleUnderTest) -> None:
    """The page of a receipt closes after two hours; what the citizen wrote until then is not lost."""
    code = await acknowledged(console.harness)
    async with console.browser() as browser:
        answer = await browser.post(f"/console/track/{code}/rate", {"stars": "2", "note": "Chờ lâu <b>"})
        assert answer.status_code == 401
        kept = form_in(answer.text, "/rate")
        assert (kept["stars"], kept["note"]) == (["2"], ["Chờ lâu <b>"])


ADDRESSES = (
    "/console/register/saved/a%00b",
    "/console/register?f=%7B%22text%22%3A%22%00%22%7D",
    "/console/register?x=%ff%fe",
    "/console/overview?last=9999-12-31",
    "/console/overview?first=0001-01-01&last=0001-01-02",
    "/console/lateness?last=9999-12-31&clock=%00",
    "/console/operations/incidents/%00",
    "/console/operations/needs-a-person?dossier=%00",
    "/console/procedures/%00?page=" + "9" * 5_000,
    "/console/dossiers/..%2f..%2f/events",
)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_an_address_that_was_changed_is_no_fault(console: ConsoleUnderTest, address: str) -> None:
    async with console.browser(HEAD) as browser:
        answer = await browser.get(address)
        assert answer.status_code < 500, answer.text


async def test_a_script_does_not_begin_a_sign_in(console: ConsoleUnderTest) -> None:
    """A page whose session has ended and that asks by itself is told so; only a person is led to the issuer."""
    async with console.browser() as browser:
        for headers in ({"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "no-cors"}, {"HX-Request": "true"}):
            answer = await browser.get("/console/work/changes", headers=headers)
            assert answer.status_code == 401, headers
            assert "set-cookie" not in answer.headers
        assert (await browser.get("/console/work", headers={"Sec-Fetch-Mode": "navigate"})).status_code == 303


async def test_a_refusal_names_the_page_that_was_asked_for(console: ConsoleUnderTest) -> None:
    """Several pages need the same operation; a part of a page without a line in the menu is “this page”."""
    named = {"overview": "Tổng quan", "lateness": "Rà soát trễ hạn", "procedures": "Thủ tục", "": "mở trang này"}
    async with console.browser(CITIZEN) as browser:
        for path, words in named.items():
            answer = await browser.get(f"/console/{path or 'operations/rollouts'}")
            assert answer.status_code == 403, path
            assert f"không được làm việc “{words}”" in answer.text, path


async def test_one_person_does_not_take_every_stream(
    console: ConsoleUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A caller has a bounded number of open pages that are told of changes; others still get theirs."""
    monkeypatch.setattr("gateway.console.changes.MOST_OF_ONE", 1)
    path = f"{console.url}/console/work/changes"
    async with (
        console.browser(HEAD) as browser,
        console.browser(OFFICER) as other,
        browser.http.stream("GET", path) as first,
    ):
        assert first.status_code == 200
        lines = first.aiter_lines()
        assert await anext(lines)
        assert (await browser.http.get(path)).status_code == 429
        async with other.http.stream("GET", path) as others:
            assert others.status_code == 200


async def test_no_address_is_made_of_the_host_that_was_named(console: ConsoleUnderTest) -> None:
    """A slash too many leads to the page, on whatever host the request says that it is."""
    async with console.browser(HEAD) as browser:
        for path, to in (
            ("/console/work/", "/console/work"),
            ("/console/x//", "/console/x"),
            ("/console//", "/console/"),
            ("/console/work/?of=unit&limit=7", "/console/work?of=unit&limit=7"),
        ):
            answer = await browser.get(path, headers={"Host": "evil.example"})
            assert (answer.status_code, answer.headers.get("location")) == (307, to)
        wrong = await browser.http.put(f"{console.url}/console/work", headers=FROM_HERE)
        assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")
