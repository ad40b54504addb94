"""One trace for each request: that of the caller (W3C traceparent), or a new one. Problems and logs name it."""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Receive, Scope, Send

_tracer = trace.get_tracer("luongxanh.api")
_propagator = TraceContextTextMapPropagator()
"""Reads the trace and nothing else. A caller's `baggage` would be kept in workflow histories and sent to other systems.
"""


class Traced:
    """An ASGI application in which each request has a span."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one ASGI connection."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        # The text of an error may repeat what somebody typed, so it is not recorded.
        with _tracer.start_as_current_span(
            "http.request", context=_propagator.extract(headers), kind=SpanKind.SERVER, record_exception=False,
            set_status_on_exception=False,
        ):  # fmt: skip
            await self._application(scope, receive, send)
