"""Replays one history and writes down what the code asks for, and where in the code. It answers why a replay failed.

It runs without the sandbox, one activation after another, and is slower than a plain replay. So only histories that
have failed are replayed in this way. It replaces private parts of the SDK, as `lean_runner` does, for the same version.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowInstance, WorkflowInstanceDetails
from temporalio.worker._workflow_instance import _WorkflowInstanceImpl

import workflows
from workers.kept_histories import Place
from workers.replay_steps import Asked, Key, step_of

ROOT = Path(workflows.__file__).parents[1]
"""The folder that has the packages."""
ASKING = "workflows"
"""The package whose code asks."""
OURS = ("workflows", "domain", "activities")
FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<function>\S+)')


@dataclass(frozen=True)
class RefusedUpdate:
    """What the code answered to an update. `known`: how much of the history had happened then, in events."""

    known: int
    code: str
    said: str
    place: Place | None


@dataclass
class Log:
    """What the code of one run asked for. `reached`: how many events it had taken. `error`: of a task that failed.

    `refused`: the updates that it accepted and then refused, by the number of each in the protocol.
    """

    asked: list[Asked] = field(default_factory=list)
    refused: dict[str, RefusedUpdate] = field(default_factory=dict)
    reached: int = 0
    error: str | None = None
    failed_at: Place | None = None


class RecordingRunner(UnsandboxedWorkflowRunner):
    """Runs workflows and writes into the log. Use one for each replay."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """A workflow that writes down what it asks for."""
        return _Recording(det, self._log)  # type: ignore[abstract]


class _Recording(_WorkflowInstanceImpl):
    def __init__(self, det: WorkflowInstanceDetails, log: Log) -> None:
        super().__init__(det)
        self._log = log
        self._handlers: dict[str, str] = {}

    def activate(self, act: Any) -> Any:
        self._log.reached = max(self._log.reached, act.history_length)
        for job in act.jobs:
            if job.HasField("do_update"):
                self._handlers[job.do_update.protocol_instance_id] = job.do_update.name
        places: list[Place | None] = []
        self._places = places
        completion = super().activate(act)
        commands = list(completion.successful.commands)
        for number, command in enumerate(commands):
            step = step_of(command)
            if step is not None:
                key, what = step
                place = (places[number] if number < len(places) else None) or self._begin_of(key)
                self._log.asked.append(Asked(self._log.reached, key, what, place))
            if command.HasField("update_response") and command.update_response.HasField("rejected"):
                answer = command.update_response
                self._log.refused[answer.protocol_instance_id] = _refused(self._log.reached, answer.rejected)
        if completion.HasField("failed"):
            failure = completion.failed.failure
            self._log.error, self._log.failed_at = failure.message, innermost(failure.stack_trace)
        return completion

    def _add_command(self) -> Any:
        self._places.append(_asking(sys._getframe(1)))
        return super()._add_command()

    def _begin_of(self, key: Key) -> Place | None:
        """Where the function begins whose end the SDK tells Temporal by itself."""
        kind, which = key
        if kind == "end":
            return _begin(self._defn.run_fn)
        update = self._updates.get(self._handlers.get(which, ""))
        return None if update is None else _begin(update.fn)


def _refused(known: int, failure: Any) -> RefusedUpdate:
    """The refusal. The line of our code is that of the error from which it was made, where the failure has it."""
    place = innermost(failure.cause.stack_trace) or innermost(failure.stack_trace)
    return RefusedUpdate(known, failure.application_failure_info.type, failure.message, place)


def _asking(frame: FrameType | None) -> Place | None:
    """The nearest line of a workflow's code."""
    while frame is not None:
        place = _ours(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name, (ASKING,))
        if place is not None:
            return place
        frame = frame.f_back
    return None


def _begin(function: Callable[..., Any]) -> Place | None:
    code = inspect.unwrap(function).__code__
    return _ours(code.co_filename, code.co_firstlineno, code.co_name, (ASKING,))


def innermost(stack_trace: str) -> Place | None:
    """The line of our code that stands last in a traceback."""
    found = (
        _ours(one["file"], int(one["line"]), one["function"], OURS) for one in reversed([*FRAME.finditer(stack_trace)])
    )
    return next((place for place in found if place is not None), None)


def _ours(file: str, line: int, function: str, packages: tuple[str, ...]) -> Place | None:
    path = Path(file)
    if not path.is_relative_to(ROOT):
        return None
    shown = path.relative_to(ROOT).as_posix()
    return Place(shown, line, function) if any(f"/{name}/" in f"/{shown}" for name in packages) else None
