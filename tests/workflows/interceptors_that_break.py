"""An interceptor of a worker with a planted mistake. The sandbox imports it, so it is a module of its own."""

from __future__ import annotations

from typing import Any

import temporalio.client
from temporalio.worker import (
    HandleUpdateInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)


class EveryActFails(temporalio.client.Interceptor, Interceptor):
    """Every act fails the workflow task, as a mistake in a handler does."""

    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor] | None:
        """The class whose objects stand before each workflow."""
        return _Broken


class _Broken(WorkflowInboundInterceptor):
    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:
        raise RuntimeError("a planted mistake")
