"""Tests of the ledger's traces: one span for each operation, with the dossier but without the written data."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode, format_trace_id

from activities.ledger.reading import LedgerReader
from activities.ledger.store import Ledger
from activities.ledger.vault import Vault
from domain.errors import InvalidInput
from tests.support.ledger_samples import append, submitted

pytestmark = pytest.mark.stack
CODE = "H42.12-250701-0001"


@pytest.fixture(scope="module")
def exporter() -> Iterator[InMemorySpanExporter]:
    """The spans of this process, kept in memory. A process sets its tracer provider once; later spans go nowhere."""
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    trace.set_tracer_provider(provider)
    yield kept
    provider.shutdown()


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> InMemorySpanExporter:
    """The spans of one test."""
    exporter.clear()
    return exporter


def written(span: ReadableSpan) -> str:
    return f"{span.name} {dict(span.attributes or {})} {[event.attributes for event in span.events]} {span.status}"


async def test_an_append_is_one_span(spans: InMemorySpanExporter, ledger: Ledger, reader: LedgerReader) -> None:
    """The span names the operation and the dossier, and the rows have the trace."""
    with trace.get_tracer("test").start_as_current_span("command") as outer:
        await ledger.record(append(CODE, [submitted(CODE)]))
    [inner, _] = spans.get_finished_spans()
    assert inner.name == "ledger.append"
    assert inner.attributes is not None
    assert inner.attributes["luongxanh.dossier"] == CODE
    assert inner.attributes["db.system.name"] == "postgresql"
    trace_id = format_trace_id(outer.get_span_context().trace_id)
    assert [recorded.trace_id for recorded in await reader.history(CODE)] == [trace_id]


async def test_no_span_holds_what_was_written(spans: InMemorySpanExporter, ledger: Ledger, vault: Vault) -> None:
    """No span of a success or a failure has a name, a note or a row."""
    kept = await vault.keep(CODE, {"name": "Nguyễn Thị Hồng Ánh"})
    await vault.reveal(kept)
    with pytest.raises(InvalidInput):
        await ledger.record(append(CODE, [submitted(CODE, applicant=kept)], portal_code=99_999, step="secret-step"))
    finished = spans.get_finished_spans()
    assert [span.name for span in finished] == ["vault.keep", "vault.reveal", "ledger.append"]
    assert finished[-1].status.status_code is StatusCode.ERROR
    assert (finished[-1].attributes or {})["error.type"] == "InvalidInput"
    assert not any("Ánh" in written(span) or "secret-step" in written(span) for span in finished)
