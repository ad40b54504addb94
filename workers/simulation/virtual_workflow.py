"""One dossier's workflow in virtual time: the code and the runtime of production, without a server.

A worker gives its workflows *activations* (start, update, timer, answer of an activity) and takes their *commands*
(start a timer, call an activity, answer an update). Here the same is done by hand with times of our choice: so the
workflow decides, waits and sets its timers exactly as it does in production, and months pass in milliseconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.failure.v1 import Failure
from temporalio.bridge.proto.activity_result import ActivityResolution, Success
from temporalio.bridge.proto.workflow_activation import (
    DoUpdate,
    FireTimer,
    InitializeWorkflow,
    RemoveFromCache,
    ResolveActivity,
    WorkflowActivation,
    WorkflowActivationJob,
)
from temporalio.bridge.proto.workflow_commands import ScheduleLocalActivity, UpdateResponse, WorkflowCommand
from temporalio.common import Priority, TypedSearchAttributes
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DefaultFailureConverter
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowInstance, WorkflowInstanceDetails

from domain.dossier.decide import Act
from domain.values import Value
from workflows.dossier import DossierWorkflow
from workflows.messages import OpenDossier, Receipt

CONVERTER = pydantic_data_converter.payload_converter
NAMESPACE = QUEUE = "simulation"

Answer = Callable[[str, Payload], Value]
"""Answers a local activity by its name and its argument."""
Shape = TypeVar("Shape")


class UpdateRefused(Exception):
    """The workflow refused an act. `code`: of the refusal."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class VirtualWorkflow:
    """The workflow of one dossier. Its clock is moved by the caller, and never goes back."""

    def __init__(self, start: OpenDossier, answer: Answer) -> None:
        self._start, self._answer = start, answer
        self._instance: WorkflowInstance | None = None
        self._timers: dict[int, datetime] = {}
        self._answers: dict[str, UpdateResponse] = {}
        self._events = 0
        self.ended = False
        """True: the workflow has ended, because nothing more can follow."""

    @property
    def wakes_at(self) -> datetime | None:
        """When its next timer fires."""
        return min(self._timers.values(), default=None)

    def act(self, act: Act, at: datetime) -> Receipt:
        """Sends an act. The first one starts the workflow. Raises UpdateRefused."""
        jobs = []
        if self._instance is None:
            self._instance = _instance(self._start, at)
            jobs.append(WorkflowActivationJob(initialize_workflow=_initialize(self._start, at)))
        name = str(act.command_id)
        update = DoUpdate(id=name, protocol_instance_id=name, name="act", input=[_payload(act)], run_validator=True)
        update.meta.update_id = name
        self._activate([*jobs, WorkflowActivationJob(do_update=update)], at)
        return _receipt(self._answers.pop(name))

    def wake(self) -> datetime | None:
        """Fires the next timer at its time, which is returned. None: there is no timer."""
        if not self._timers:
            return None
        at, timer = min((at, timer) for timer, at in self._timers.items())
        del self._timers[timer]
        self._activate([WorkflowActivationJob(fire_timer=FireTimer(seq=timer))], at)
        return at

    def close(self) -> None:
        """Drops a workflow that still waits."""
        if self._instance is not None and not self.ended:
            job = WorkflowActivationJob(remove_from_cache=RemoveFromCache())
            self._instance.activate(WorkflowActivation(run_id=self._start.code, jobs=[job]))
        self._instance = None

    def _activate(self, jobs: list[WorkflowActivationJob], at: datetime) -> None:
        """Gives the workflow these jobs, and then the answers of the activities that it calls, until it waits."""
        assert self._instance is not None
        while jobs:
            self._events += len(jobs)
            activation = WorkflowActivation(run_id=self._start.code, history_length=self._events, jobs=jobs)
            activation.timestamp.FromDatetime(at.astimezone(UTC))
            done = self._instance.activate(activation)
            if done.HasField("failed"):
                raise RuntimeError(f"{self._start.code}: {done.failed.failure.message}")
            jobs = [job for command in done.successful.commands if (job := self._carried_out(command, at)) is not None]

    def _carried_out(self, command: WorkflowCommand, at: datetime) -> WorkflowActivationJob | None:
        """Carries out a command. Returns what the workflow is told at once."""
        match command.WhichOneof("variant"):
            case "start_timer":
                timer = command.start_timer
                self._timers[timer.seq] = at + timer.start_to_fire_timeout.ToTimedelta()
            case "cancel_timer":
                self._timers.pop(command.cancel_timer.seq, None)
            case "update_response":
                response = command.update_response
                if not response.HasField("accepted"):
                    self._answers[response.protocol_instance_id] = response
            case "schedule_local_activity":
                return self._answered(command.schedule_local_activity)
            case "schedule_activity":
                pass  # a call that is repeated until its system answers: here it never does
            case "complete_workflow_execution":
                self.ended = True
            case other:
                raise RuntimeError(f"{self._start.code}: the simulation cannot do {other}")
        return None

    def _answered(self, call: ScheduleLocalActivity) -> WorkflowActivationJob:
        answer = _payload(self._answer(call.activity_type, call.arguments[0]))
        resolved = ResolveActivity(
            seq=call.seq, is_local=True, result=ActivityResolution(completed=Success(result=answer))
        )
        return WorkflowActivationJob(resolve_activity=resolved)


def read(payload: Payload, shape: type[Shape]) -> Shape:
    """The value in a payload."""
    value: Shape = CONVERTER.from_payload(payload, shape)
    return value


def _payload(value: Any) -> Payload:
    return CONVERTER.to_payloads([value])[0]


def _receipt(response: UpdateResponse) -> Receipt:
    if response.HasField("rejected"):
        raise UpdateRefused(_code(response.rejected))
    return read(response.completed, Receipt)


def _code(failure: Failure) -> str:
    return failure.application_failure_info.type or failure.message


def _instance(start: OpenDossier, at: datetime) -> WorkflowInstance:
    definition = workflow._Definition.must_from_class(DossierWorkflow)
    details = WorkflowInstanceDetails(
        payload_converter_factory=lambda: CONVERTER,
        failure_converter_class=DefaultFailureConverter,
        interceptor_classes=[],
        defn=definition,
        info=_info(start, at),
        randomness_seed=_seed(start),
        extern_functions={"__temporal_assert_local_activity_valid": lambda _: None},
        disable_eager_activity_execution=True,
        worker_level_failure_exception_types=[],
        patch_activation_callback=None,
        last_completion_result=Payloads(),
        last_failure=None,
    )

    async def made() -> WorkflowInstance:  # the SDK makes it under a running loop; it has a loop of its own after that
        return UnsandboxedWorkflowRunner().create_instance(details)

    return asyncio.run(made())


def _initialize(start: OpenDossier, at: datetime) -> InitializeWorkflow:
    job = InitializeWorkflow(
        workflow_type="Dossier",
        workflow_id=start.code,
        arguments=[_payload(start)],
        randomness_seed=_seed(start),
        first_execution_run_id=start.code,
        attempt=1,
    )
    job.start_time.FromDatetime(at.astimezone(UTC))
    return job


def _seed(start: OpenDossier) -> int:
    return int.from_bytes(start.code.encode()[-6:])


def _info(start: OpenDossier, at: datetime) -> workflow.Info:
    return workflow.Info(
        attempt=1,
        continued_run_id=None,
        cron_schedule=None,
        execution_timeout=None,
        first_execution_run_id=start.code,
        headers={},
        namespace=NAMESPACE,
        original_execution_run_id=start.code,
        parent=None,
        root=None,
        raw_memo={},
        retry_policy=None,
        run_id=start.code,
        run_timeout=None,
        search_attributes={},
        start_time=at.astimezone(UTC),
        workflow_start_time=at.astimezone(UTC),
        task_queue=QUEUE,
        task_timeout=timedelta(seconds=10),
        typed_search_attributes=TypedSearchAttributes.empty,
        workflow_id=start.code,
        workflow_type="Dossier",
        priority=Priority.default,
    )
