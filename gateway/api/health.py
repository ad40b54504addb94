"""Whether the process lives, and whether it can serve: for a service manager and a load balancer."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import APIRouter, Response

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from domain.values import Value
from gateway.api.parts import Api, Parts
from gateway.api.texts.operations import description_of

router = APIRouter(tags=["Tình trạng (health)"])
WITHIN = 2.0
"""Seconds that a server is waited for."""


class Living(Value):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(Value):
    """Whether requests can be served, and what is waited for."""

    ready: bool
    waits_for: tuple[Literal["postgres", "temporal"], ...] = ()


@router.get(
    "/health/live",
    operation_id="read_liveness",
    name="read_liveness",
    summary="Tiến trình còn sống (the process lives)",
    description=description_of("read_liveness"),
)
async def read_liveness() -> Living:
    """Answers as long as the process answers anything."""
    return Living()


@router.get(
    "/health/ready",
    operation_id="read_readiness",
    name="read_readiness",
    summary="Sẵn sàng phục vụ, hoặc đang chờ gì (ready to serve, or what is waited for)",
    description=description_of("read_readiness"),
    responses={503: {"model": Readiness, "description": "Đang chờ (not ready: it says what is waited for)"}},
)
async def read_readiness(parts: Parts, response: Response) -> Readiness:
    """Answers 200 when the database and Temporal answer; 503 with the names of those that do not."""
    database, temporal = await asyncio.gather(_database(parts), _temporal(parts))
    waits = tuple(name for name, answers in (("postgres", database), ("temporal", temporal)) if not answers)
    response.status_code = 503 if waits else 200
    return Readiness.model_validate({"ready": not waits, "waits_for": waits})


async def _database(parts: Api) -> bool:
    try:
        async with asyncio.timeout(WITHIN):
            return await parts.engine.reader.answers()
    except (DatabaseUnavailable, DatabaseRefuses, TimeoutError):
        return False


async def _temporal(parts: Api) -> bool:
    try:
        async with asyncio.timeout(WITHIN):
            return await parts.engine.temporal_answers()
    except TimeoutError:
        return False
