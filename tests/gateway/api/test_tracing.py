"""Tests of what a request brings into its trace."""

from __future__ import annotations

from opentelemetry import baggage
from opentelemetry.trace import format_trace_id, get_current_span
from starlette.types import Message, Receive, Scope, Send

from gateway.api.tracing import Traced

TRACE = "0af7651916cd43dd8448eb211c80319c"


async def test_only_the_trace_of_the_caller_is_taken_over() -> None:
    """Its `baggage` would be kept in workflow histories and sent to outside systems: it is left out."""
    seen: list[tuple[str, object]] = []

    async def application(_scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append((format_trace_id(get_current_span().get_span_context().trace_id), baggage.get_all()))

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(_message: Message) -> None:
        """Sends nothing."""

    headers = [(b"traceparent", f"00-{TRACE}-b7ad6b7169203331-01".encode()), (b"baggage", b"name=Nguyen%20Van%20An")]
    await Traced(application)({"type": "http", "headers": headers}, receive, send)
    assert seen == [(TRACE, {})]
