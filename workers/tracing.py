"""Traces in which the work of an update belongs to its sender, and in which no error is quoted.

The SDK's interceptor puts everything that a workflow does under the call that started it, and only links an update to
its sender. A dossier is open for weeks and many people act on it. So here the work of an update (its local activities,
its SQL) stands under the sender's span, and the ledger's rows carry the sender's trace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from opentelemetry import context
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, Status
from temporalio.contrib.opentelemetry import TracingInterceptor, TracingWorkflowInboundInterceptor
from temporalio.worker import HandleUpdateInput, WorkflowInterceptorClassInput


class _UpdateUnderItsSender(TracingWorkflowInboundInterceptor):
    def handle_update_validator(self, input: HandleUpdateInput) -> None:
        with self._under_its_sender(input, "ValidateUpdate"):
            self.next.handle_update_validator(input)

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:
        with self._under_its_sender(input, "HandleUpdate"):
            return await self.next.handle_update_handler(input)

    @contextmanager
    def _under_its_sender(self, input: HandleUpdateInput, stage: str) -> Iterator[None]:
        header = input.headers.get(self.header_key)
        carrier = self.payload_converter.from_payloads([header])[0] if header else {}
        token = context.attach(self._set_on_context(self.text_map_propagator.extract(carrier)))
        try:
            self._completed_span(f"{stage}:{input.update}", kind=SpanKind.SERVER)
            yield
        finally:
            context.detach(token)


class CallersTrace(TracingInterceptor):
    """The tracing interceptor of this project's clients and workers."""

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,
    ) -> type[TracingWorkflowInboundInterceptor]:
        """The SDK's class, with each update under the span of its sender."""
        super().workflow_interceptor_class(input)
        return _UpdateUnderItsSender


class WithoutErrorTexts(SpanExporter):
    """Exports spans without the texts of errors, which may repeat what a person typed. The class is kept."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Sends the spans without the texts of errors."""
        return self._exporter.export([_without_error_texts(span) for span in spans])

    def shutdown(self) -> None:
        """Calls the wrapped exporter."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Calls the wrapped exporter."""
        return self._exporter.force_flush(timeout_millis)


def _without_error_texts(span: ReadableSpan) -> ReadableSpan:
    if not span.events and not span.status.description:
        return span
    return ReadableSpan(
        name=span.name,
        context=span.get_span_context(),
        parent=span.parent,
        resource=span.resource,
        attributes=span.attributes,
        events=[Event(event.name, _class_of(event), event.timestamp) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _class_of(event: Event) -> dict[str, str]:
    kind = (event.attributes or {}).get("exception.type")
    return {"exception.type": str(kind)} if kind else {}
