"""Logs, traces and metrics of a process, set up once. Exported by OTLP over HTTP where an endpoint is given.

What a log line may carry is a short list of technical facts; whatever else somebody passes is dropped before it is
written, so that no name, number, phone or address can reach a log by mistake.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from structlog.typing import EventDict, Processor
from temporalio import activity, workflow
from temporalio.runtime import OpenTelemetryConfig, Runtime, TelemetryConfig

ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "logger", "process", "dossier", "unit", "command_id", "command", "trace_id",
        "span_id", "version", "state", "code", "relay", "failures", "system", "operation", "seconds", "count", "rules",
        "address", "task_queue", "workflow_id", "run_id", "activity", "attempt", "exception_type", "component", "path",
        "method", "status", "queue", "reader", "signal", "added", "order", "effect",
    }
)  # fmt: skip
"""The facts that a log line may carry. A new one is added here, after asking whether a person could be known by it."""


def set_up(process: str, *, level: str = "info", otlp_endpoint: str | None = None) -> Runtime:
    """Sets up logs and traces for this process; returns the runtime, with metrics, for Temporal's client."""
    _set_up_logs(process, level)
    if otlp_endpoint:
        _set_up_traces(process, otlp_endpoint)
    metrics = OpenTelemetryConfig(url=f"{otlp_endpoint}/v1/metrics", http=True) if otlp_endpoint else None
    return Runtime(telemetry=TelemetryConfig(metrics=metrics))


def _set_up_logs(process: str, level: str) -> None:
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        drop_replayed,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_trace,
        exception_by_type,
        only_allowed,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for noisy in ("httpx2", "httpcore2", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(process=process)


def _set_up_traces(process: str, endpoint: str) -> None:
    provider = TracerProvider(resource=Resource.create({"service.name": f"luongxanh-{process}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)


def shut_down() -> None:
    """Sends what is still to be exported."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.shutdown()


def drop_replayed(_: Any, __: str, event: EventDict) -> EventDict:
    """A workflow that is replayed says nothing twice."""
    if workflow.in_workflow() and workflow.unsafe.is_replaying_history_events():
        raise structlog.DropEvent
    return event


def add_trace(_: Any, __: str, event: EventDict) -> EventDict:
    """The trace that the line belongs to, and the workflow or activity that wrote it."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event.setdefault("trace_id", f"{span.trace_id:032x}")
        event.setdefault("span_id", f"{span.span_id:016x}")
    if activity.in_activity():
        info = activity.info()
        event.setdefault("dossier", info.workflow_id)
        event.setdefault("activity", info.activity_type)
        event.setdefault("attempt", info.attempt)
    return event


def exception_by_type(_: Any, __: str, event: EventDict) -> EventDict:
    """An exception is named, never quoted: its text may echo what somebody typed."""
    problem = event.pop("exc_info", None)
    if problem is True:
        problem = sys.exc_info()[1]
    if isinstance(problem, tuple):
        problem = problem[1]
    if isinstance(problem, BaseException):
        event["exception_type"] = type(problem).__name__
        event.setdefault("code", getattr(problem, "code", None) or getattr(problem, "type", None))
    return event


def only_allowed(_: Any, __: str, event: EventDict) -> EventDict:
    """Drops every fact that is not on the list. Private keys of structlog itself pass."""
    return {name: value for name, value in event.items() if name in ALLOWED or name.startswith("_")}
