"""The trace of a command goes on in the dossier's workflow: each update belongs to whoever sent it.

The SDK's interceptor puts everything that a workflow does under the call that once started it, and only links an
update to its sender. A dossier lives for weeks and is driven by many people, so here what an update causes (its
local activities, its SQL) stands under the sender's span, and the ledger's rows carry the sender's trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import context
from opentelemetry.trace import SpanKind
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
    def _under_its_sender(self, input: HandleUpdateInput, what: str) -> Iterator[None]:
        header = input.headers.get(self.header_key)
        carrier = self.payload_converter.from_payloads([header])[0] if header else {}
        token = context.attach(self._set_on_context(self.text_map_propagator.extract(carrier)))
        try:
            self._completed_span(f"{what}:{input.update}", kind=SpanKind.SERVER)
            yield
        finally:
            context.detach(token)


class CallersTrace(TracingInterceptor):
    """The tracing interceptor of this project's clients and workers."""

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,
    ) -> type[TracingWorkflowInboundInterceptor]:
        """As the SDK's, with updates under their senders."""
        super().workflow_interceptor_class(input)
        return _UpdateUnderItsSender
