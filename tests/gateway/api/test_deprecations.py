"""Tests of an operation that will go: its answers and the document say so."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx2
from fastapi import APIRouter, FastAPI

from gateway.api import problems
from gateway.api.application import guarded
from gateway.api.bodies import StrictRoute
from gateway.api.deprecations import Deprecated
from gateway.api.documented import operation
from tests.support.plain_http import NO_TLS
from tests.support.serving import serving
from tests.support.waiting import WITHIN

ENDS = Deprecated(
    since=datetime(2027, 1, 1, tzinfo=UTC), until=datetime(2028, 1, 1, 7, tzinfo=UTC), instead="/v2/openapi.json"
)
TOLD = {
    "deprecation": "@1798761600",
    "sunset": "Sat, 01 Jan 2028 07:00:00 GMT",
    "link": '</v2/openapi.json>; rel="deprecation"',
}

router = APIRouter(route_class=StrictRoute)


@router.get("/old", response_model=int, **operation("read_unit", "Cũ", "old", ends=ENDS))
async def read_old(number: int) -> int:
    """Gives the number back."""
    return number


@router.get("/new", response_model=int, **operation("list_units", "Mới", "new"))
async def read_new(number: int) -> int:
    """Gives the number back."""
    return number


async def test_an_operation_that_will_go_says_so_in_each_answer() -> None:
    """An answer and a refusal have the dates and the address of what to use instead; other operations have none."""
    app = FastAPI()
    problems.install(app)
    app.include_router(router)
    async with (
        serving(guarded(app)) as served,
        httpx2.AsyncClient(trust_env=False, verify=NO_TLS, timeout=WITHIN) as http,
    ):
        answers = [
            await http.get(f"{served.url}{path}") for path in ("/old?number=7", "/old?number=x", "/new?number=7")
        ]
    assert [answer.status_code for answer in answers] == [200, 422, 200]
    told = [{name: answer.headers[name] for name in TOLD if name in answer.headers} for answer in answers]
    assert told == [TOLD, TOLD, {}]
    paths = app.openapi()["paths"]
    assert paths["/old"]["get"]["deprecated"] is True
    assert "deprecated" not in paths["/new"]["get"]
