"""Measures requests: how many, how long, with which status. Served at `/metrics` in the form of Prometheus."""

from __future__ import annotations

import time

from fastapi import APIRouter, Response
from opentelemetry import metrics
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_meter = metrics.get_meter("luongxanh.api")
_seconds = _meter.create_histogram(
    "luongxanh_request_duration",
    unit="s",
    description="Seconds from the first byte of a request to the last byte of its answer, by operation and status",
    explicit_bucket_boundaries_advisory=[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
)
_answering = _meter.create_up_down_counter(
    "luongxanh_requests_answering", description="Requests that are being answered"
)
NOWHERE = "none"
"""The operation of a request that no route took: an address may hold anything, so it is no label."""

router = APIRouter(tags=["Tình trạng (health)"], include_in_schema=False)


class Measured:
    """An ASGI application whose requests are measured."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        _answering.add(1)
        try:
            await self._app(scope, receive, watched)
        finally:
            _answering.add(-1)
            operation = getattr(scope.get("route"), "operation_id", None) or NOWHERE
            _seconds.record(time.perf_counter() - began, {"operation": operation, "status": str(status)})


@router.get("/metrics")
async def read_metrics() -> Response:
    """The metrics of this process. They hold no personal data."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
