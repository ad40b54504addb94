"""Tests of signing in to the console at a real issuer, of sessions, and of requests from other sites."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import httpx2
import pytest
from starlette.datastructures import Headers

from gateway.access.issuer_policy import IssuerPolicy
from gateway.console.guards import is_from_here
from gateway.console.parts import ConsolePolicy
from tests.support.console_under_test import FROM_HERE, ConsoleUnderTest, open_console_under_test
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, HEAD
from tests.support.signed_in_api import AUDIENCE, SignIn, signing_in
from tests.support.waiting import WITHIN

pytestmark = pytest.mark.stack

CITIZEN_CODE = "cong-dan.0001"


@pytest.fixture(scope="module")
async def sign_in(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SignIn]:
    async with signing_in(tmp_path_factory.mktemp("console")) as opened:
        yield opened


@pytest.fixture(scope="module")
async def real(harness: EngineHarness, sign_in: SignIn) -> AsyncIterator[ConsoleUnderTest]:
    issuer = IssuerPolicy(issuer=sign_in.issuer, audience=AUDIENCE)
    async with open_console_under_test(harness, issuer=issuer, verifier=sign_in.verifier) as opened:
        yield opened


def visitor() -> httpx2.AsyncClient:
    """A browser without a session."""
    return httpx2.AsyncClient(trust_env=False, timeout=WITHIN)


async def chosen(http: httpx2.AsyncClient, url: str, applicant: str, back: str = "/console/") -> httpx2.Response:
    """Signs in as an applicant, as a browser does, and returns the answer to the return from the issuer."""
    to_issuer = await http.get(f"{url}/console/sign-in", params={"back": back})
    assert to_issuer.status_code == 303, to_issuer.text
    at_issuer = urlsplit(to_issuer.headers["location"])
    asked = {name: values[0] for name, values in parse_qs(at_issuer.query).items()}
    came_back = await http.post(
        f"{at_issuer.scheme}://{at_issuer.netloc}/authorize", data={**asked, "applicant": applicant}
    )
    assert came_back.status_code == 303, came_back.text
    return await http.get(came_back.headers["location"])


async def test_a_person_signs_in_and_out(real: ConsoleUnderTest) -> None:
    async with visitor() as http:
        answer = await chosen(http, real.url, CITIZEN_CODE)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/"), answer.text
        cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("lx_session="))
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        page = await http.get(f"{real.url}/console/")
        if page.status_code == 303:
            page = await http.get(real.url + page.headers["location"])
        assert CITIZEN_CODE in page.text
        secret = http.cookies["lx_session"]
        out = await http.post(f"{real.url}/console/sign-out", headers=FROM_HERE)
        assert out.headers["location"] == "/console/signed-out"
        assert await real.console.sessions.find(secret) is None
        assert "/end_session?" in (await http.get(f"{real.url}/console/signed-out")).text


async def test_nobody_is_led_to_another_site(real: ConsoleUnderTest) -> None:
    for back in ("https://evil.example/", "//evil.example/", "/console//evil.example", "/console/\\evil", "/v1/x"):
        async with visitor() as http:
            assert (await chosen(http, real.url, CITIZEN_CODE, back)).headers["location"] == "/console/"


async def test_a_code_of_another_attempt_is_refused(real: ConsoleUnderTest) -> None:
    async with visitor() as http, visitor() as other:
        to_issuer = await other.get(f"{real.url}/console/sign-in")
        state = parse_qs(urlsplit(to_issuer.headers["location"]).query)["state"][0]
        answer = await http.get(f"{real.url}/console/sign-in/done", params={"code": "x", "state": state})
        assert answer.status_code == 401
        assert "sign_in_failed" in answer.text
        assert "lx_session" not in http.cookies
        spent = await other.get(f"{real.url}/console/sign-in/done", params={"code": "spent", "state": state})
        assert "sign_in_failed" in spent.text
        assert "lx_session" not in other.cookies


async def test_an_ended_session_asks_for_a_sign_in_and_keeps_the_form(console: ConsoleUnderTest) -> None:
    async with console.browser(DESK) as browser:
        await console.console.sessions.end(browser.http.cookies["lx_session"])
        page = await browser.get("/console/")
        assert page.status_code == 303
        assert page.headers["location"].startswith("/console/sign-in?back=")


async def test_a_session_that_lies_idle_ends(harness: EngineHarness) -> None:
    policy = ConsolePolicy(session_idle=timedelta(0))
    async with open_console_under_test(harness, policy=policy) as console, console.browser(DESK) as browser:
        assert (await browser.get("/console/")).status_code == 303


async def test_an_open_page_does_not_keep_a_session_from_lying_idle(
    console: ConsoleUnderTest, harness: EngineHarness
) -> None:
    """A page that renews itself at an empty desk is no use of the session; a page that somebody opens is."""
    lies = "select bool_and(clock_timestamp() - seen_at > interval '20 minutes') from console_session"
    seen = f"{lies} where principal ->> 'person' = $1"
    async with console.browser(HEAD) as browser:
        await harness.pool.execute("update console_session set seen_at = seen_at - interval '30 minutes'")
        for path in ("/console/overview", "/console/work", "/console/register/newer?since=2026-01-01T00:00:00Z"):
            headers = {"HX-Request": "true", "Console-Renewal": quote(browser.person, safe="")}
            assert (await browser.get(path, headers=headers)).status_code == 200, path
        assert await harness.pool.fetchval(seen, HEAD.person) is True
        assert (await browser.get("/console/work")).status_code == 200
        assert await harness.pool.fetchval(seen, HEAD.person) is False


async def test_a_page_does_not_renew_itself_for_another_person(console: ConsoleUnderTest) -> None:
    """Who was signed in before left a page open: it does not go on with what the next one sees."""
    async with console.browser(HEAD) as browser:
        for path in ("/console/overview", "/console/work", "/console/work/changes"):
            answer = await browser.get(path, headers={"HX-Request": "true", "Console-Renewal": "person%2Fofficer.1"})
            assert answer.status_code == 403, path
            assert "page_of_other_person" in answer.text, path


async def test_a_request_from_another_site_is_refused(console: ConsoleUnderTest) -> None:
    async with console.browser(DESK) as browser:
        sites: list[dict[str, str]] = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}]
        for headers in (*sites, {"Origin": "https://evil.example"}, {}):
            answer = await browser.http.post(f"{console.url}/console/sign-out", headers=headers)
            assert answer.status_code == 403, headers
            assert "request_from_other_site" in answer.text
        assert await console.console.sessions.find(browser.http.cookies["lx_session"]) is not None
        own = {"Origin": console.url}
        assert (await browser.http.post(f"{console.url}/console/sign-out", headers=own)).status_code == 303


@pytest.mark.parametrize(
    ("public", "origin", "same"),
    [
        ("https://mc.vn:443", "https://mc.vn", True),
        ("http://MC.vn:80/", "http://mc.vn", True),
        ("https://mc.vn:8443", "https://mc.vn:8443", True),
        ("https://mc.vn:8443", "https://mc.vn", False),
        ("https://mc.vn:80", "https://mc.vn", False),
    ],
)
def test_the_port_of_a_scheme_makes_no_other_site(public: str, origin: str, same: bool) -> None:
    """A browser names an origin without the port that its scheme has anyway."""
    assert is_from_here("POST", Headers({"Origin": origin}), public) is same


async def test_every_answer_has_the_headers_of_pages(console: ConsoleUnderTest) -> None:
    async with console.browser() as browser:
        page = await browser.get("/console/")
        static = re.findall(r'(?:href|src)="(/console/static/[^"]+)"', page.text)
        assert len(static) >= 5
        for path in ("/console/", "/console/nothing-here", *static):
            answer = await browser.get(path)
            policy = answer.headers["content-security-policy"]
            assert "script-src 'self'" in policy
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["referrer-policy"] == "no-referrer"
        assert (await browser.get("/console/nothing-here")).status_code == 404
        assert "immutable" in (await browser.get(static[0])).headers["cache-control"]


async def test_vietnamese_first_and_english_by_switch(console: ConsoleUnderTest) -> None:
    async with console.browser() as browser:
        browser.http.cookies.delete("lx_language")
        page = await browser.get("/console/", headers={"Accept-Language": "en"})
        assert '<html lang="vi">' in page.text
        switched = await browser.get("/console/language/en?back=/console/")
        assert switched.headers["location"] == "/console/"
        assert '<html lang="en">' in (await browser.get("/console/")).text
