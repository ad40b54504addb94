"""Sets up logs, traces and metrics of a process. They are exported by OTLP over HTTP where an endpoint is given.

A log line may carry only a short list of technical facts. Every other fact is dropped before the line is written, so
that no person's name, number, phone or address reaches a log by mistake.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON
from stamina.instrumentation import RetryDetails, set_on_retry_hooks
from structlog.typing import EventDict, Processor
from temporalio import activity, workflow
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    OpenTelemetryConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from domain.text.printable import harmless_json
from workers.tracing import WithoutErrorTexts

METRICS_EVERY = timedelta(seconds=10)

ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "logger", "process", "dossier", "unit", "command_id", "command", "trace_id",
        "span_id", "version", "state", "code", "relay", "failures", "system", "operation", "seconds", "count", "rules",
        "address", "task_queue", "workflow_id", "run_id", "activity", "attempt", "exception_type", "component", "path",
        "pid", "exit_code",
        "method", "status", "queue", "reader", "signal", "added", "order", "effect", "where", "repeated",
        "root", "last_day", "sqlstate", "caller",
        "build", "current", "instead", "percent", "ramp", "replay",
    }
)  # fmt: skip
"""The facts that a log line may carry. Before you add one, make sure that it cannot identify a person."""


def set_up(process: str, *, level: str = "info", otlp_endpoint: str | None = None) -> Runtime:
    """Sets up logs and traces of this process. Returns the runtime, with metrics, for Temporal's client."""
    set_up_logs(process, level)
    _set_up_traces(process, otlp_endpoint)
    metrics = _metrics(otlp_endpoint) if otlp_endpoint else None
    # Messages of the SDK's core go to the same log, without their details, which may quote a failure.
    core = LogForwardingConfig(
        logging.getLogger("temporal"), prepend_target_on_message=False, append_log_fields_to_message=False
    )
    core_logging = LoggingConfig(TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=core)
    return Runtime(telemetry=TelemetryConfig(logging=core_logging, metrics=metrics))


def _metrics(endpoint: str) -> OpenTelemetryConfig:
    return OpenTelemetryConfig(
        url=f"{endpoint.rstrip('/')}/v1/metrics", http=True, metric_periodicity=METRICS_EVERY, durations_as_seconds=True
    )


def set_up_logs(process: str, level: str) -> None:
    """Sets up only the logs: JSON lines on standard error. A line below `level` costs a call and no more."""
    lowest = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        drop_replayed,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        first_line,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_trace,
        exception_by_type,
        only_allowed,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_one_line),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(lowest)
    for noisy in ("httpx2", "httpcore2", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    structlog.contextvars.bind_contextvars(process=process)
    set_on_retry_hooks([_log_retry])


def _log_retry(details: RetryDetails) -> None:
    """Replaces stamina's own hook, which quotes the error and the arguments."""
    failed = type(details.caused_by).__name__
    structlog.get_logger("stamina").debug("tried_again", exception_type=failed, seconds=details.wait_for)


@asynccontextmanager
async def end_logged() -> AsyncIterator[None]:
    """Logs the error that ends a process, without its text. For processes whose standard error is a log."""
    try:
        yield
    except Exception as problem:
        structlog.get_logger(__name__).critical("process_failed", exc_info=problem)
        raise


def _set_up_traces(process: str, endpoint: str | None) -> None:
    """Traces exist even when they are not exported, so that log lines and ledger rows can name them.

    Then a span has its ids, and nothing else is recorded. A process that exports records every span, also under a
    caller who does not export.
    """
    resource = Resource.create({"service.name": f"luongxanh-{process}"})
    provider = TracerProvider(resource=resource, sampler=ALWAYS_ON if endpoint else ALWAYS_OFF)
    if endpoint:
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        provider.add_span_processor(BatchSpanProcessor(WithoutErrorTexts(exporter)))
    trace.set_tracer_provider(provider)


def serve_metrics() -> None:
    """Collects the metrics of this process, so that it can show them at `/metrics`."""
    metrics.set_meter_provider(MeterProvider(metric_readers=[PrometheusMetricReader(disable_target_info=True)]))


def shut_down() -> None:
    """Sends the spans that were not exported yet."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, TracerProvider):
        provider.shutdown()


def _one_line(event: EventDict, **options: Any) -> str:
    """One line of JSON without control characters, since a foreground process writes it to a terminal."""
    return harmless_json(json.dumps(event, ensure_ascii=False, **options))


def drop_replayed(_: Any, __: str, event: EventDict) -> EventDict:
    """Drops the lines of a workflow that is replayed: they were logged the first time."""
    if workflow.in_workflow() and workflow.unsafe.is_replaying_history_events():
        raise structlog.DropEvent
    return event


def add_trace(_: Any, __: str, event: EventDict) -> EventDict:
    """Adds the current trace and, in an activity, the dossier, the activity and the attempt."""
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


def first_line(_: Any, __: str, event: EventDict) -> EventDict:
    """Keeps the first line of a library's message, because the next lines may show whole objects."""
    event["event"] = str(event.get("event", "")).partition("\n")[0][:300]
    return event


def exception_by_type(_: Any, __: str, event: EventDict) -> EventDict:
    """Replaces an exception by its class, code and place. Its text may repeat what a person typed."""
    problem = event.pop("exc_info", None)
    if problem is True:
        problem = sys.exc_info()[1]
    if isinstance(problem, tuple):
        problem = problem[1]
    if isinstance(problem, BaseException):
        event["exception_type"] = type(problem).__name__
        event.setdefault("code", getattr(problem, "code", None) or getattr(problem, "type", None))
        event["where"] = _raised_at(problem)
    return event


def _raised_at(problem: BaseException) -> str | None:
    frames = traceback.extract_tb(problem.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno} {frames[-1].name}" if frames else None


def only_allowed(_: Any, __: str, event: EventDict) -> EventDict:
    """Drops every fact that is not in `ALLOWED`, except structlog's own keys."""
    return {name: value for name, value in event.items() if name in ALLOWED or name.startswith("_")}
