"""The web console over a real socket, before the engine of the small province."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from domain.roles import Actor
from gateway.access.issuer_policy import IssuerPolicy
from gateway.access.principals import Principal
from gateway.access.sign_in import Tokens
from gateway.api.application import application
from gateway.api.parts import Api, ApiPolicy
from gateway.api.request_limits import Limits
from gateway.console import kept_readings
from gateway.console.application import beside_api, entrance, open_console
from gateway.console.cookies import SESSION as COOKIE
from gateway.console.parts import Console, ConsolePolicy
from gateway.dossiers.proving import Proofs
from tests.support.api_under_test import KEYS, NOTHING_SIGNED, KnownTokens
from tests.support.engine_harness import EngineHarness
from tests.support.principals import principal_of
from tests.support.serving import serving

NO_ISSUER = IssuerPolicy(issuer="http://127.0.0.1:9", audience="luongxanh-api")
"""An issuer that does not answer: for tests that open sessions themselves."""
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Browser:
    """Somebody at the console, with the cookies of one browser. It follows no redirect by itself."""

    url: str
    http: httpx2.AsyncClient
    person: str

    async def get(self, path: str, **how: Any) -> httpx2.Response:
        """Opens a page."""
        return await self.http.get(f"{self.url}{path}", **how)

    async def post(
        self, path: str, fields: Mapping[str, str | Sequence[str]], *, headers: dict[str, str] | None = None
    ) -> httpx2.Response:
        """Sends a form that a page of the console made for this person."""
        data = {"_person": self.person, "_key": "a-form-of-this-test", **fields}
        return await self.http.post(f"{self.url}{path}", data=data, headers={**FROM_HERE, **(headers or {})})


@dataclass
class ConsoleUnderTest:
    """The served console, and who visits it."""

    url: str
    console: Console
    harness: EngineHarness

    @asynccontextmanager
    async def browser(self, by: Actor | Principal | None = None, *, language: str = "vi") -> AsyncIterator[Browser]:
        """A browser in which this person has signed in; without one, in which nobody has."""
        principal = principal_of(by) if isinstance(by, Actor) else by
        cookies = {"lx_language": language}
        person = "–"
        if principal is not None:
            cookies[COOKIE] = await self.console.sessions.open(principal.model_dump_json())
            person = f"{principal.kind}/{getattr(principal, principal.kind)}"
        async with httpx2.AsyncClient(trust_env=False, timeout=60, cookies=cookies) as http:
            yield Browser(self.url, http, person)


@asynccontextmanager
async def open_console_under_test(
    harness: EngineHarness,
    *,
    policy: ConsolePolicy | None = None,
    api_policy: ApiPolicy | None = None,
    issuer: IssuerPolicy = NO_ISSUER,
    verifier: Tokens | None = None,
    limits: Limits | None = None,
    proofs: Proofs | None = None,
) -> AsyncIterator[ConsoleUnderTest]:
    """The console of the harness's engine. `issuer`, `verifier`: of a real issuer, for tests of the sign-in.

    It keeps no reading, unless a test says otherwise: on a busy machine every reading takes long enough to be kept.
    """
    parts = Api(
        harness.engine,
        harness.pool,
        verifier or KnownTokens(),
        KEYS,
        api_policy or ApiPolicy(),
        proofs=proofs or NOTHING_SIGNED,
    )
    app = application(parts, entrance)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(kept_readings, "LONG", math.inf)
        async with (
            open_console(parts, issuer, policy or ConsolePolicy()) as console,
            serving(beside_api(app, console, limits), on_stop=parts.events.live.stop) as served,
        ):
            yield ConsoleUnderTest(served.url, console.state.console, harness)
