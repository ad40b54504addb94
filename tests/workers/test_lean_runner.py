"""The lean runner leaves out work that has no effect, and nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultPayloadConverter,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
)
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker, WorkflowInstance, WorkflowInstanceDetails
from temporalio.workflow import _Definition

from tests.workers.sandboxed_workflows import Echoes, OnlyTried, ReadsTheClock
from workers import lean_runner
from workers.sandbox import sandbox


class Reversing(PayloadCodec):
    """A codec that one can see at once."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Payloads whose bytes are in the other order."""
        return [Payload(metadata=one.metadata, data=one.data[::-1]) for one in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """The same again."""
        return await self.encode(payloads)


class ForItsWorkflow(DefaultPayloadConverter, WithSerializationContext):
    """A converter that is another one in each workflow."""

    def with_context(self, context: SerializationContext) -> Any:
        """A converter for this context."""
        return ForItsWorkflow()


def test_only_a_plain_converter_converts_in_place() -> None:
    """A codec and a converter that uses its context need every step of the SDK."""
    assert lean_runner.converts_in_place(pydantic_data_converter)
    assert not lean_runner.converts_in_place(dataclasses.replace(pydantic_data_converter, payload_codec=Reversing()))
    assert not lean_runner.converts_in_place(DataConverter(payload_converter_class=ForItsWorkflow))


def test_another_version_of_the_sdk_is_refused() -> None:
    """Its private parts may differ: the worker does not start, and says what to do."""
    lean_runner.require_known("1.35.0")
    with pytest.raises(RuntimeError, match=r"1\.36\.0.*WRITTEN_FOR"):
        lean_runner.require_known("1.36.0")


class CountingRunner(lean_runner.LeanSandboxedRunner):
    """Counts the workflows that the sandbox made."""

    made = 0

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """As the lean runner."""
        type(self).made += 1
        return super().create_instance(det)


async def test_a_workflow_is_tried_once_under_the_same_restrictions() -> None:
    """Each worker and each replay tries its workflows, and the second finds what the first has tried."""
    definition = _Definition.must_from_class(OnlyTried)
    others = sandbox().restrictions.with_passthrough_modules("another")
    for restrictions, made in ((sandbox().restrictions, 1), (sandbox().restrictions, 1), (others, 2)):
        CountingRunner(restrictions).prepare_workflow(definition)
        assert CountingRunner.made == made


async def test_a_workflow_that_cannot_be_made_is_refused_each_time() -> None:
    """Only success is remembered."""
    lost = type("Lost", (), {"__module__": "a_module_that_is_none"})
    definition = dataclasses.replace(_Definition.must_from_class(OnlyTried), cls=lost)
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError, match="a_module_that_is_none"):
            CountingRunner(sandbox().restrictions).prepare_workflow(definition)


@pytest.mark.stack
async def test_the_sandbox_still_refuses(temporal_env: WorkflowEnvironment) -> None:
    """A workflow cannot read the clock of the machine."""
    async with Worker(temporal_env.client, task_queue="lean", workflows=[ReadsTheClock], workflow_runner=sandbox()):
        said = await temporal_env.client.execute_workflow(ReadsTheClock.run, id="reads-the-clock", task_queue="lean")
    assert said == "refused: time.time.__call__"


@pytest.mark.stack
async def test_a_codec_is_still_used(temporal_env: WorkflowEnvironment) -> None:
    """What a codec wrote is decoded for the workflow, and what the workflow answers is encoded."""
    config = temporal_env.client.config()
    config["data_converter"] = dataclasses.replace(pydantic_data_converter, payload_codec=Reversing())
    client = type(temporal_env.client)(**config)
    async with Worker(client, task_queue="lean-codec", workflows=[Echoes], workflow_runner=sandbox()):
        handle = await client.start_workflow(Echoes.run, "một", id="echoes", task_queue="lean-codec")
        assert await handle.execute_update(Echoes.tell, "hai") == "hai"
        assert await handle.result() == "một hai"
    plain = temporal_env.client.get_workflow_handle("echoes")
    stored = [event async for event in plain.fetch_history_events()]
    started = stored[0].workflow_execution_started_event_attributes.input.payloads[0].data
    assert started == '"một"'.encode()[::-1]
