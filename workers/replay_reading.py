"""Reads a history that was kept, and says of one that cannot be replayed what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import History
from temporalio.client import WorkflowHistory

from domain.machine_errors import machine_says
from workers.kept_histories import Failure, KeptHistory, Replayed
from workers.messages import ReplayProblem, ReplayRemedy
from workers.regular_files import NotRegular, content_of

TYPES = ("Dossier", "Rollout", "DossierWait")
"""The types of the workflows of this system."""


def read(history: KeptHistory) -> WorkflowHistory | Replayed:
    """The history, or the result of one that cannot be read: it does not replay either."""
    if isinstance(history.kept, bytes):
        return WorkflowHistory(history.workflow, list(History.FromString(history.kept).events))
    failure: Failure | None
    try:
        found = WorkflowHistory.from_json(history.workflow, _json_in(content_of(history.kept).decode("utf-8")))
        failure = _wrong(found)
    except _Cut as cut:
        failure = _failure(ReplayProblem.TRUNCATED_HISTORY, ReplayRemedy.EXPORT_AGAIN, error=str(cut))
    except OSError as problem:
        failure = _unreadable(problem)
    except Exception as problem:  # JSON and protobuf each have their own kinds
        failure = _failure(ReplayProblem.NOT_A_HISTORY, ReplayRemedy.EXPORT_AGAIN, error=str(problem))
    return found if failure is None else Replayed(history.workflow, "", 0, failure)


def _unreadable(problem: OSError) -> Failure:
    says = machine_says(problem)
    code = ReplayProblem.HISTORY_UNREADABLE
    if isinstance(problem, NotRegular):
        code = ReplayProblem.HISTORY_NOT_REGULAR
    return Failure(code, ReplayRemedy.NAME_A_FILE, says.en, {"problem_vi": says.vi, "problem_en": says.en})


class _Cut(Exception):
    """The text ends too early."""


def _json_in(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as problem:
        if problem.pos >= len(text.rstrip()) or problem.msg.startswith("Unterminated"):
            raise _Cut(f"{problem.msg}, line {problem.lineno}") from None
        raise
    if not isinstance(value, dict):
        raise TypeError("it is no JSON object")
    return value


def _wrong(history: WorkflowHistory) -> Failure | None:
    events = history.events
    if not events:
        return _failure(ReplayProblem.NOT_A_HISTORY, ReplayRemedy.EXPORT_AGAIN, error="it has no events")
    for number, event in enumerate(events, start=1):
        if event.event_id != number:
            missing = f"event {number} is missing, {event.event_id} follows"
            return _failure(ReplayProblem.TRUNCATED_HISTORY, ReplayRemedy.EXPORT_AGAIN, error=missing)
    if events[0].event_type != EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
        no_start = "it does not begin with the start of a workflow"
        return _failure(ReplayProblem.NOT_A_HISTORY, ReplayRemedy.EXPORT_AGAIN, error=no_start)
    kind = events[0].workflow_execution_started_event_attributes.workflow_type.name
    if kind not in TYPES:
        return _failure(ReplayProblem.OTHER_WORKFLOW, ReplayRemedy.LEAVE_IT_OUT, type=kind, known=", ".join(TYPES))
    return None


def _failure(code: ReplayProblem, remedy: ReplayRemedy, **facts: str) -> Failure:
    return Failure(code, remedy, facts.get("error") or facts["type"], facts)
