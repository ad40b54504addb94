"""The HTTP API over a real socket, before the engine of the small province."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
from fastapi import APIRouter

from activities.ledger.checkpoints.places import CheckpointPlaces
from activities.province import limits_of, load_province
from domain.procedures.published_limits import PublishedLimits
from domain.roles import Actor
from gateway.access.errors import NotAuthenticated
from gateway.access.messages import AccessRefusal
from gateway.access.principals import Principal
from gateway.access.rates import Quota
from gateway.access.sign_in import Tokens
from gateway.api.application import application, guarded
from gateway.api.keys import Keys
from gateway.api.parts import Api, ApiPolicy, EventsPolicy
from gateway.client import Engine
from gateway.dossiers.proving import Proofs
from tests.support.engine_harness import EngineHarness
from tests.support.ninh_binh import FOLDER
from tests.support.plain_http import NO_TLS
from tests.support.principals import principal_of
from tests.support.serving import Served, serving
from tests.support.small_province import FREE, HA_NAM, PHU_LY

SECRET = b"a secret of these tests only"
KEYS = Keys(SECRET)
NOTHING_SIGNED = Proofs(CheckpointPlaces(origin="luongxanh/H42", folder=Path("/nonexistent/checkpoints")))
"""The log of checkpoints of a ledger under which none was made yet."""
FOREVER = 1_000_000_000
"""Seconds of a quota that is not renewed during a test. The windows in which requests are counted begin at multiples of
their length since 1970: one of a minute begins during a test now and then, and takes a request more."""


@dataclass
class KnownTokens:
    """Believes the tokens that it gave out."""

    given: dict[str, Principal] = field(default_factory=dict)
    believed: Counter[Principal] = field(default_factory=Counter)
    """How many requests showed a token of each principal."""

    def give(self, principal: Principal) -> str:
        """A token of this principal."""
        token = uuid4().hex
        self.given[token] = principal
        return token

    async def verify(self, token: str, now: datetime) -> Principal:
        """The principal of a token."""
        if token not in self.given:
            raise NotAuthenticated(AccessRefusal.TOKEN_MISSING, header="Authorization: Bearer")
        self.believed[self.given[token]] += 1
        return self.given[token]


@dataclass
class ApiUnderTest:
    """The served API, and what callers do with it."""

    url: str
    harness: EngineHarness
    parts: Api
    tokens: KnownTokens
    http: httpx2.AsyncClient
    served: Served

    async def ask(
        self,
        method: str,
        path: str,
        by: Actor | Principal | None = None,
        *,
        headers: dict[str, str] | None = None,
        **how: Any,
    ) -> httpx2.Response:
        """Sends a request of this caller."""
        more = dict(headers or {})
        if by is not None:
            principal = principal_of(by) if isinstance(by, Actor) else by
            more["Authorization"] = f"Bearer {self.tokens.give(principal)}"
        return await self.http.request(method, f"{self.url}{path}", headers=more, **how)

    async def post(
        self, path: str, by: Actor | Principal | None, body: Any, *, key: str | None = None, **headers: str
    ) -> httpx2.Response:
        """Sends a request that acts, under a key of its own unless one is given."""
        more = {
            "Idempotency-Key": key or uuid4().hex,
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        answer = await self.ask("POST", path, by, json=body, headers=more)
        if answer.status_code == 201 and path == "/v1/dossiers":
            self.harness.made.append(answer.json()["dossier"])
        return answer

    async def submit(self, by: Actor | Principal, **changes: Any) -> str:
        """Submits a dossier and returns its code."""
        answer = await self.post("/v1/dossiers", by, submission_body(**changes))
        assert answer.status_code == 201, answer.text
        code: str = answer.json()["dossier"]
        return code

    async def act(
        self, code: str, by: Actor | Principal, command: str, body: Any = None, **how: Any
    ) -> httpx2.Response:
        """Gives a command."""
        return await self.post(f"/v1/dossiers/{code}/commands/{command}", by, body or {}, **how)


def submission_body(**changes: Any) -> dict[str, Any]:
    """A citizen files online in ward Phủ Lý for a matter of ward Hà Nam."""
    return {
        "procedure": FREE.code,
        "channel": "online",
        "received_by": PHU_LY,
        "matter": {"territory": HA_NAM},
        "applicant": {"name": "Nguyễn Văn An", "identity_number": "037099001234", "birth_date": "1999-01-01"},
        "documents": [{"code": "don", "digitised": True}],
        **changes,
    }


@asynccontextmanager
async def open_api(
    harness: EngineHarness,
    policy: ApiPolicy | None = None,
    *more: APIRouter,
    limits: PublishedLimits | None = None,
    events_out: EventsPolicy | None = None,
    verifier: Tokens | None = None,
    keys: Keys = KEYS,
    proofs: Proofs | None = None,
) -> AsyncIterator[ApiUnderTest]:
    """The API of the harness's engine, served over a socket. `verifier`: of tokens of an issuer, not of the test."""
    tokens = KnownTokens()
    parts = Api(
        harness.engine,
        harness.pool,
        verifier or tokens,
        keys,
        policy or ApiPolicy(),
        limits=limits or PublishedLimits({}),
        events_out=events_out or EventsPolicy(),
        proofs=proofs or NOTHING_SIGNED,
    )
    async with (
        serving(guarded(application(parts, *more)), on_stop=parts.events.live.stop) as served,
        httpx2.AsyncClient(trust_env=False, verify=NO_TLS, timeout=60) as http,
    ):
        yield ApiUnderTest(served.url, harness, parts, tokens, http, served)


@asynccontextmanager
async def open_api_of_ninh_binh(harness: EngineHarness, verifier: Tokens | None = None) -> AsyncIterator[ApiUnderTest]:
    """The API before the province of Ninh Bình, which has former units, letters and the national catalogue.

    Its people are still those of the small province. The public may ask as often as a test does.
    """
    province = load_province(FOLDER)
    engine = Engine(harness.env.client, harness.pool, province, harness.task_queue, lambda: harness.staff)
    policy = ApiPolicy(public=Quota(requests=100_000, seconds=60))
    async with open_api(
        replace(harness, engine=engine), policy, limits=limits_of(province, FOLDER), verifier=verifier
    ) as api:
        yield api
