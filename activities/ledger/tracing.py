"""One span for each operation on the database, with its name and the dossier and without the data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import SpanKind, Status, StatusCode

_tracer = trace.get_tracer("luongxanh.ledger")


@contextmanager
def sql_span(operation: str, *, dossier: str | None = None, **facts: str | int) -> Iterator[None]:
    """A client span named `operation`, inside the current span.

    A failure is recorded by its class only: messages of PostgreSQL may repeat a row.
    """
    attributes: dict[str, str | int] = {"db.system.name": "postgresql", "db.operation.name": operation, **facts}
    if dossier is not None:
        attributes["luongxanh.dossier"] = dossier
    with _tracer.start_as_current_span(
        operation, kind=SpanKind.CLIENT, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except Exception as problem:
            span.set_attribute("error.type", type(problem).__name__)
            span.set_status(Status(StatusCode.ERROR))
            raise


def current_trace_id() -> str | None:
    """The current trace as 32 hexadecimal digits; None outside a trace."""
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None
