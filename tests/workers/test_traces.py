"""Tests of traces where only some processes export theirs. Each case has a process of its own: it has one set-up."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

SPAN = """
import json
import structlog
from opentelemetry import trace
from opentelemetry.propagate import extract, inject
from workers import telemetry
telemetry.set_up("test", otlp_endpoint={endpoint!r})
caller = extract({{"traceparent": "00-{trace}-00f067aa0ba902b7-00"}})
with trace.get_tracer("test").start_as_current_span("work", context=caller if {called} else None) as span:
    structlog.get_logger("test").info("worked")
    carrier = {{}}
    inject(carrier)
    context = span.get_span_context()
    recorded = span.is_recording()
print(json.dumps({{"trace": f"{{context.trace_id:032x}}", "recorded": recorded, "carrier": carrier}}))
"""
CALLERS = "4bf92f3577b34da6a3ce929d0e0e4736"


def worked(*, endpoint: str | None, called: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a process says of its span, and its log line inside of it."""
    code = SPAN.format(endpoint=endpoint, trace=CALLERS, called=called)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return json.loads(ran.stdout), json.loads(ran.stderr.splitlines()[0])


@pytest.mark.parametrize("called", [True, False])
def test_without_an_exporter_a_span_has_its_ids_and_nothing_is_recorded(called: bool) -> None:
    """Log lines and the ledger name the trace, and the next process continues it."""
    span, line = worked(endpoint=None, called=called)
    assert (span["trace"] == CALLERS) is called
    assert int(span["trace"], 16)
    assert not span["recorded"]
    assert line["trace_id"] == span["trace"]
    assert span["carrier"]["traceparent"].split("-")[1] == span["trace"]


@pytest.mark.parametrize("called", [True, False])
def test_a_process_that_exports_records_also_for_a_caller_who_does_not(called: bool) -> None:
    """The flag of a caller without an exporter does not hide the work of this process."""
    span, _ = worked(endpoint="http://127.0.0.1:9", called=called)
    assert (span["trace"] == CALLERS) is called
    assert span["recorded"]
