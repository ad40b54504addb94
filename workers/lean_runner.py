"""The sandbox of workflows, without work whose result nobody uses.

For every payload temporalio 1.35 asks the sandboxed workflow for a *serialization context*. It walks every message six
times to convert its payloads, and it compiles the same lines of source code for every task. Contexts and walks have an
effect only with a payload codec, external storage, or a converter that uses a context. Where there is none of these,
this runner skips them (decision 020). The sandbox's restrictions are unchanged.

The module replaces private parts of the SDK, so it starts only with the version that it was written for.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from types import CodeType
from typing import Any
from weakref import WeakKeyDictionary

import temporalio.bridge.worker
import temporalio.service
import temporalio.workflow
from temporalio.converter import DataConverter, WorkflowSerializationContext
from temporalio.converter._extstore import StorageOperationMetrics
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker import _workflow as sdk_worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.worker.workflow_sandbox._runner import _Instance

WRITTEN_FOR = "1.35."
"""The versions of temporalio whose private parts this module knows."""


_MADE: WeakKeyDictionary[type, list[SandboxRestrictions]] = WeakKeyDictionary()
"""Under which restrictions the sandbox has made a workflow in this process."""


class LeanSandboxedRunner(SandboxedWorkflowRunner):
    """Runs workflows in the sandbox as `SandboxedWorkflowRunner` does."""

    def prepare_workflow(self, defn: Any) -> None:
        """Tries whether the sandbox can make a workflow. Raises what making it raises.

        Each worker and each replay of a history does so for all its workflows. Their code is the same during the whole
        process: what was made once under the same restrictions is not tried again.
        """
        made_under = _MADE.setdefault(defn.cls, [])
        if self.restrictions not in made_under:
            super().prepare_workflow(defn)
            made_under.append(self.restrictions)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """A sandboxed workflow. Raises RuntimeError when the SDK is another one."""
        skip_needless_work()
        return _LeanInstance(det, self.runner_class, self.restrictions)


class _LeanInstance(_Instance):
    def _run_code(self, code: str, **extra_globals: Any) -> None:
        """As in the SDK, except that the code is compiled once for each process."""
        self.globals_and_locals.update(extra_globals)
        try:
            temporalio.workflow.unsafe._set_in_sandbox(True)
            self._current_thread_id = threading.get_ident()
            exec(_compiled(code), self.globals_and_locals, self.globals_and_locals)  # noqa: S102  as the SDK does
        finally:
            temporalio.workflow.unsafe._set_in_sandbox(False)
            self._current_thread_id = None
            for name in extra_globals:
                self.globals_and_locals.pop(name, None)


@lru_cache(maxsize=64)
def _compiled(code: str) -> CodeType:
    return compile(code, "<workflow sandbox>", "exec")


@lru_cache(maxsize=16)
def converts_in_place(converter: DataConverter) -> bool:
    """True when all its work is to convert values to payloads: no codec, no external storage, no use of a context."""
    unused = WorkflowSerializationContext(namespace="", workflow_id="")
    return (
        converter.payload_codec is None
        and converter.external_storage is None
        and converter.with_context(unused) is converter
    )


def require_known(version: str) -> None:
    """Raises RuntimeError for a version of the SDK whose private parts this module does not know."""
    if not version.startswith(WRITTEN_FOR):
        raise RuntimeError(
            f"lean_runner was written for temporalio {WRITTEN_FOR}x, and this is {version}:"
            " compare the private parts that it replaces, then change WRITTEN_FOR"
        )


@lru_cache(maxsize=1)
def skip_needless_work() -> None:
    """Skips, in this process, what has no effect for a converter that converts in place.

    Raises RuntimeError for a version of the SDK that this module does not know.
    """
    require_known(temporalio.service.__version__)
    per_command: Any = sdk_worker._CommandAwareDataConverter
    bridge: Any = temporalio.bridge.worker
    with_contexts, decode, encode = per_command.create, bridge.decode_activation, bridge.encode_completion

    def create(instance: WorkflowInstance, context_free_dc: DataConverter, **contexts: Any) -> DataConverter:
        if converts_in_place(context_free_dc):
            return context_free_dc
        aware: DataConverter = with_contexts(instance=instance, context_free_dc=context_free_dc, **contexts)
        return aware

    async def decode_activation(activation: Any, data_converter: DataConverter, **how: Any) -> StorageOperationMetrics:
        if converts_in_place(data_converter):
            return StorageOperationMetrics()
        metrics: StorageOperationMetrics = await decode(activation, data_converter, **how)
        return metrics

    async def encode_completion(completion: Any, data_converter: DataConverter, **how: Any) -> StorageOperationMetrics:
        if converts_in_place(data_converter):
            return StorageOperationMetrics()
        metrics: StorageOperationMetrics = await encode(completion, data_converter, **how)
        return metrics

    per_command.create = staticmethod(create)
    bridge.decode_activation, bridge.encode_completion = decode_activation, encode_completion
