"""Attacks on the sign-in: hostile issuers, cookies that were changed or put in, replays, several tabs and persons."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

import httpx2
import pytest
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse

from domain.roles import Actor
from gateway.access.principals import PersonPrincipal
from gateway.access.rates import Quota
from gateway.api.parts import ApiPolicy
from gateway.console.parts import ConsolePolicy
from gateway.console.register.reading import HOME as REGISTER
from gateway.console.sign_in.attempts import MOST
from tests.support.api_under_test import KnownTokens
from tests.support.console_under_test import FROM_HERE, ConsoleUnderTest, open_console_under_test
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, HEAD
from tests.support.html_forms import form_in
from tests.support.issuers import DISCOVERY, TOKEN, Issuer, issuing
from tests.support.principals import principal_of
from tests.support.small_province import FREE
from tests.support.waiting import WITHIN

pytestmark = pytest.mark.stack

UNCOUNTED = ApiPolicy(public=Quota(requests=100_000, seconds=60))


@dataclass(frozen=True)
class Attacked:
    """A console, and an issuer that answers what a test says."""

    console: ConsoleUnderTest
    issuer: Issuer
    tokens: KnownTokens

    def grants(self, by: Actor) -> None:
        """From now on the issuer gives a token of this person."""
        granted = {"access_token": self.tokens.give(principal_of(by)), "token_type": "Bearer"}
        self.answers(lambda: JSONResponse(granted))

    def answers(self, answer: Callable[[], Response]) -> None:
        """From now on the issuer answers so to a code."""

        async def answered() -> Response:
            return answer()

        self.issuer.answers[TOKEN] = answered

    async def begun(self, http: httpx2.AsyncClient, back: str = "/console/") -> str:
        """Begins to sign in. Returns the state."""
        to = await http.get(f"{self.console.url}/console/sign-in?back={quote(back, safe='')}")
        assert to.status_code == 303, to.text
        return parse_qs(urlsplit(to.headers["location"]).query)["state"][0]

    async def back(self, http: httpx2.AsyncClient, state: str) -> httpx2.Response:
        """Comes back from the issuer."""
        return await http.get(f"{self.console.url}/console/sign-in/done", params={"code": "a-code", "state": state})


@pytest.fixture(scope="module")
async def attacked(harness: EngineHarness) -> AsyncIterator[Attacked]:
    async with issuing() as issuer:
        issuer.documents = {
            "authorization_endpoint": f"{issuer.url}/authorize",
            "token_endpoint": issuer.url + TOKEN,
            "end_session_endpoint": f"{issuer.url}/end",
        }
        tokens = KnownTokens()
        opened = open_console_under_test(harness, issuer=issuer.policy(), verifier=tokens, api_policy=UNCOUNTED)
        async with opened as console:
            yield Attacked(console, issuer, tokens)


def browser() -> httpx2.AsyncClient:
    return httpx2.AsyncClient(trust_env=False, timeout=WITHIN)


async def test_an_answer_that_comes_in_parts_is_read_whole(attacked: Attacked) -> None:
    """The issuer's answer comes in two packets, and is compressed for whoever allows it: the sign-in succeeds."""
    granted = json.dumps({"access_token": attacked.tokens.give(principal_of(DESK))}).encode()

    async def parts() -> AsyncIterator[bytes]:
        yield granted[:20]
        await asyncio.sleep(0.05)
        yield granted[20:]

    attacked.answers(lambda: StreamingResponse(parts(), media_type="application/json"))
    async with browser() as http:
        answer = await attacked.back(http, await attacked.begun(http))
        assert (answer.status_code, answer.headers.get("location")) == (303, "/console/"), answer.text


HOSTILE: dict[str, Callable[[], Response]] = {
    "huge": lambda: PlainTextResponse("{" + " " * 200_000 + "}"),
    "not JSON": lambda: PlainTextResponse("<script>alert(1)</script>"),
    "nested": lambda: PlainTextResponse("[" * 50_000),
    "a list": lambda: JSONResponse([1]),
    "no text": lambda: JSONResponse({"access_token": {"a": 1}}),
    "an error": lambda: JSONResponse({"error": "<b>invalid\r\nSet-Cookie: x=1"}, 400),
    "a token with a failure": lambda: JSONResponse({"access_token": "x"}, 500),
    "elsewhere": lambda: RedirectResponse("http://127.0.0.1:9/"),
    "an unknown token": lambda: JSONResponse({"access_token": "x" * 100}),
    "a wrong encoding": lambda: Response(b"\xff\xfe{}", headers={"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE.keys())
async def test_a_hostile_answer_signs_nobody_in(attacked: Attacked, answer: Callable[[], Response]) -> None:
    attacked.answers(answer)
    async with browser() as http:
        refused = await attacked.back(http, await attacked.begun(http))
        assert refused.status_code == 401, refused.text
        assert "lx_session" not in http.cookies
        assert "<b>" not in refused.text
        assert "<script>alert" not in refused.text


async def test_several_tabs_sign_in(attacked: Attacked) -> None:
    """A browser that opens several pages after a night leads each to the sign-in: each can come back."""
    attacked.grants(DESK)
    async with browser() as http:
        pages = [f"/console/work?of=unit&limit={number}" for number in range(1, MOST + 1)]
        states = [await attacked.begun(http, page) for page in pages]
        for state, page in zip(states, pages, strict=True):
            answer = await attacked.back(http, state)
            assert (answer.status_code, answer.headers.get("location")) == (303, page), answer.text
        for _ in range(3 * MOST):
            await attacked.begun(http)
        assert len([one for one in http.cookies if one.startswith("lx_sign_in_")]) <= MOST


async def test_a_long_address_is_not_lost_at_the_sign_in(attacked: Attacked) -> None:
    """A shared link with a long filter leads there after the sign-in; with one that is too long, to its page."""
    attacked.grants(DESK)
    codes = json.dumps({"units": {"codes": [f"{13_000 + number * 7}" for number in range(129)], "part": "any"}})
    random = "".join(chr(33 + (number * number * 7_919) % 93) for number in range(3_000))
    for back, to in (
        (f"{REGISTER}?f={quote(codes, safe='')}", f"{REGISTER}?f={quote(codes, safe='')}"),
        (f"{REGISTER}?f={quote(random, safe='')}", None),
    ):
        async with browser() as http:
            state = await attacked.begun(http, back)
            assert all(len(f"{name}={value}") < 3_000 for name, value in http.cookies.items())
            answer = await attacked.back(http, state)
            assert answer.status_code == 303, answer.text
            assert answer.headers["location"] in (to, REGISTER, back)


async def test_a_code_is_used_once_and_the_way_back_is_no_error(attacked: Attacked) -> None:
    """The address with the code opens nothing a second time. In the browser that signed in, it leads on."""
    attacked.grants(DESK)
    async with browser() as http, browser() as thief:
        state = await attacked.begun(http)
        assert (await attacked.back(http, state)).status_code == 303
        asked = attacked.issuer.asked[TOKEN]
        again = await attacked.back(http, state)
        assert (again.status_code, again.headers.get("location")) == (303, "/console/")
        assert "set-cookie" not in again.headers
        stolen = await attacked.back(thief, state)
        assert stolen.status_code == 401
        assert "lx_session" not in thief.cookies
        assert attacked.issuer.asked[TOKEN] == asked


async def test_a_new_sign_in_ends_the_session_before(attacked: Attacked) -> None:
    """A session that was in the browser, whoever put it there, cannot be used after somebody has signed in."""
    find = attacked.console.console.sessions.find
    async with browser() as http:
        attacked.grants(DESK)
        await attacked.back(http, await attacked.begun(http))
        before = http.cookies["lx_session"]
        attacked.grants(HEAD)
        await attacked.back(http, await attacked.begun(http))
        assert await find(before) is None
        assert HEAD.person in str(await find(http.cookies["lx_session"]))


async def test_who_signs_out_is_out_when_the_issuer_does_not_answer(attacked: Attacked) -> None:
    async def down() -> Response:
        return PlainTextResponse("", 503)

    attacked.issuer.answers[DISCOVERY] = down
    try:
        async with attacked.console.browser(DESK) as signed:
            out = await signed.http.post(f"{signed.url}/console/sign-out", headers=FROM_HERE)
            page = await signed.get(out.headers["location"])
            assert page.status_code == 200, page.text
            assert "sign_in_failed" not in page.text
    finally:
        del attacked.issuer.answers[DISCOVERY]


FORGED = ("", "x", "eJwDAAAAAAE=", "5", "W" * 4_000, "W10=", "eJyLjgUAARUAuQ==", "é")


@pytest.mark.parametrize("value", FORGED)
async def test_a_forged_attempt_is_none(attacked: Attacked, value: str) -> None:
    attacked.grants(DESK)
    async with browser() as http:
        state = await attacked.begun(http)
        name = next(one for one in http.cookies if one.startswith("lx_sign_in"))
        http.cookies.clear()
        answer = await http.get(
            f"{attacked.console.url}/console/sign-in/done", params={"code": "x", "state": state},
            headers=[(b"cookie", f"{name}={value}".encode())],
        )  # fmt: skip
        assert answer.status_code == 401, answer.text
        assert 'href="/console/signed-out"' not in answer.text, "the issuer named nobody"


async def test_over_tls_a_session_comes_from_this_host_alone(harness: EngineHarness) -> None:
    """Behind a proxy that ends TLS, cookies are Secure, and a session that another host put in is none."""
    policy = ConsolePolicy(public_url="https://mot-cua.example")
    async with open_console_under_test(harness, policy=policy) as console, browser() as http:
        secret = await console.console.sessions.open(principal_of(DESK).model_dump_json())
        page = f"{console.url}/console/work"
        put_in = await http.get(page, headers={"cookie": f"lx_session={secret}"})
        assert put_in.status_code == 303
        own = await http.get(page, headers={"cookie": f"__Host-lx_session={secret}"})
        assert own.status_code == 200, own.text
        intake = f"{console.url}/console/intake?procedure={FREE.code}"
        chosen = await http.get(intake, headers={"cookie": f"__Host-lx_session={secret}"})
        assert "lx_procedures" in chosen.headers["set-cookie"]
        out = await http.post(
            f"{console.url}/console/sign-out",
            headers={"Origin": "https://mot-cua.example", "cookie": f"__Host-lx_session={secret}"},
        )
        assert out.status_code == 303, out.text
        for answer in (out, chosen, await http.get(f"{console.url}/console/language/en")):
            assert "Secure" in answer.headers["set-cookie"]
            assert "HttpOnly" in answer.headers["set-cookie"]
        assert "__Host-lx_session=" in out.headers["set-cookie"]
        assert "Path=/;" in out.headers["set-cookie"]


async def test_who_has_left_is_shown_nothing_and_finds_the_way_out(attacked: Attacked) -> None:
    """A session of somebody who has no post any more opens no page, and can be ended to sign in as somebody else."""
    gone = PersonPrincipal(person="da.nghi.viec")
    async with attacked.console.browser(gone) as signed:
        for path in ("/console/", "/console/work", "/console/register", "/console/work/changes"):
            page = await signed.get(path)
            assert page.status_code == 403, path
            assert "caller_unknown" in page.text
            form_in(page.text, "/console/sign-out")
        out = await signed.http.post(f"{signed.url}/console/sign-out", headers=FROM_HERE)
        assert out.status_code == 303
    granted = {"access_token": attacked.tokens.give(gone)}
    attacked.answers(lambda: JSONResponse(granted))
    async with browser() as http:
        refused = await attacked.back(http, await attacked.begun(http))
        assert refused.status_code == 403
        assert 'href="/console/signed-out"' in refused.text
        assert "lx_session" not in http.cookies
