"""Tests of what stands before the operations: a refusal has the headers of every answer; nothing has two readings."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel
from starlette.responses import PlainTextResponse

from gateway.api import problems
from gateway.api.answer_headers import ALWAYS
from gateway.api.application import guarded
from gateway.api.bodies import StrictRoute
from gateway.api.request_limits import Limits
from tests.support.serving import Served, serving

router = APIRouter(route_class=StrictRoute)


class Given(BaseModel):
    """Any body."""


@router.get("/fails")
async def fails() -> None:
    """Fails with an error that nobody foresaw."""
    raise RuntimeError("a fault of ours")


@router.post("/takes")
async def takes(given: Given) -> Given:
    """Takes a body."""
    return given


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    app = FastAPI()
    problems.install(app)
    app.include_router(router)
    async with serving(guarded(app, Limits(largest_body=1_000))) as served:
        yield served


@pytest.fixture
async def http() -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(trust_env=False) as http:
        yield http


def require_headers(answer: httpx2.Response, status: int) -> None:
    """Requires an answer of this status with every header that an answer has."""
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS


async def test_every_refusal_is_an_answer_like_others(served: Served, http: httpx2.AsyncClient) -> None:
    """A refusal before the operations, by the router, and after a fault of ours is not stored by anybody either."""
    require_headers(await http.post(f"{served.url}/takes", content=b"x" * 1_001), 413)
    require_headers(await http.get(f"{served.url}/nothing"), 404)
    require_headers(await http.put(f"{served.url}/takes"), 405)
    require_headers(await http.get(f"{served.url}/fails"), 500)


async def test_who_is_turned_away_is_told_so_in_the_same_way(http: httpx2.AsyncClient) -> None:
    """Also the answer to one request too many is not stored."""
    async with serving(guarded(PlainTextResponse("ok"), Limits(at_once=0))) as full:
        require_headers(await http.get(full.url), 503)
