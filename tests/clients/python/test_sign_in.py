"""Tests of how the client signs in: which token it sends, when it asks for a new one, and what a refusal is."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from luongxanh_client import AsyncLuongXanh, ClientCredentials, LuongXanh, SignInFailed
from luongxanh_client.credentials import KeptToken
from tests.support.serving import serving


@dataclass
class Both:
    """An issuer, and an API that notes the tokens it gets."""

    url: str = ""
    issuer: str = ""
    lives: int | None = 3600
    granted: list[dict[str, list[str]]] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    async def discovery(self, _: Request) -> Response:
        """The addresses of the issuer."""
        return JSONResponse({"issuer": self.issuer, "token_endpoint": f"{self.url}/token"})

    async def token(self, request: Request) -> Response:
        """A token for one client."""
        pair = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        if pair != "kiosk:b%C3%AD+m%E1%BA%ADt":
            return JSONResponse({"error": "invalid_client"}, 401)
        self.granted.append(parse_qs((await request.body()).decode()))
        told = {} if self.lives is None else {"expires_in": self.lives}
        return JSONResponse({"access_token": f"token-{len(self.granted)}", "token_type": "Bearer", **told})

    async def api(self, request: Request) -> Response:
        """An empty catalogue, or where a dossier would be."""
        self.tokens.append(request.headers.get("authorization"))
        papers: dict[str, Any] = {"papers": [], "result_number": None, "result_document": None}
        return JSONResponse({"items": [], "next": None, "previous": None, **papers})


@pytest.fixture
async def both() -> AsyncIterator[Both]:
    found = Both()
    routes = [
        Route("/.well-known/openid-configuration", found.discovery),
        Route("/token", found.token, methods=["POST"]),
        Route("/v1/{path:path}", found.api),
    ]
    async with serving(Starlette(routes=routes)) as served:
        found.url = found.issuer = served.url
        yield found


def credentials(both: Both, secret: str = "bí mật", **changes: str) -> ClientCredentials:  # noqa: S107  # of a test
    """Those of the kiosk."""
    return ClientCredentials(both.url, "kiosk", secret, **changes)


async def test_a_token_is_kept_until_shortly_before_its_end(both: Both) -> None:
    """Many requests at once ask the issuer once; a token at its end is renewed."""
    async with AsyncLuongXanh(both.url, credentials(both, scope="dossiers", audience="api")) as client:
        await asyncio.gather(*(client.documents("H42") for _ in range(10)))
        assert set(both.tokens) == {"Bearer token-1"}
        assert both.granted == [{"grant_type": ["client_credentials"], "scope": ["dossiers"], "audience": ["api"]}]
    both.lives = 0
    async with AsyncLuongXanh(both.url, credentials(both)) as client:
        for _ in range(2):
            await client.documents("H42")
    assert both.tokens[-2:] == ["Bearer token-2", "Bearer token-3"]


async def test_the_synchronous_client_signs_in_too(both: Both) -> None:
    """From several threads at once, with one token."""
    with LuongXanh(both.url, credentials(both)) as client:
        await asyncio.gather(*(asyncio.to_thread(client.documents, "H42") for _ in range(4)))
    assert both.tokens == ["Bearer token-1"] * 4


async def test_a_token_and_a_function_that_gives_one(both: Both) -> None:
    """A text is sent as it is; a function is asked each time."""
    number = 0

    async def fresh() -> str:
        nonlocal number
        number += 1
        return f"own-{number}"

    for sign_in in ("text", fresh):
        async with AsyncLuongXanh(both.url, sign_in) as client:
            await client.documents("H42")
            await client.documents("H42")
    assert both.tokens == ["Bearer text", "Bearer text", "Bearer own-1", "Bearer own-2"]


async def test_no_token_where_none_is_needed(both: Both) -> None:
    """What the law publishes is read without a sign-in, also by who has one."""
    async with AsyncLuongXanh(both.url, credentials(both)) as client:
        assert [line async for line in client.rules.procedures()] == []
    assert (both.tokens, both.granted) == ([None], [])


async def test_an_issuer_that_refuses(both: Both) -> None:
    """A wrong secret, and a document of another issuer, are a failed sign-in; the secret is in no text."""
    wrong = credentials(both, "wrong-secret")
    async with AsyncLuongXanh(both.url, wrong) as client:
        with pytest.raises(SignInFailed) as refused:
            await client.documents("H42")
    assert "wrong-secret" not in f"{refused.value} {wrong!r}"
    both.issuer = "https://elsewhere.example"
    async with AsyncLuongXanh(both.url, credentials(both)) as client:
        with pytest.raises(SignInFailed) as other:
            await client.documents("H42")
    assert other.value.error == "issuer_mismatch"
    assert both.tokens == []


def test_when_a_token_is_renewed() -> None:
    """A tenth of its life before its end, and at most a minute; an unknown life counts as five minutes."""
    for lives, used in ((3600.0, 3540.0), (100.0, 90.0), (None, 270.0)):
        kept = KeptToken.granted("t", lives, 1000.0)
        assert kept.until == 1000.0 + used
        assert "'t'" not in repr(kept)
