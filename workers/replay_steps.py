"""The steps of a history and those that the code asks for, and the first event where the two differ.

A step is what a workflow asks of Temporal: a timer, a call, a marker, the answer to an update, its end. Each has a key
that is the same in the history and in the code's request (the number of the timer, say). So steps are compared by key,
whatever their order within one task is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from workers.kept_histories import Difference, Place

Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Recorded:
    """A step in a history. `what`: its event, and what it names, such as the type of the activity."""

    event: int
    key: Key
    what: str


@dataclass(frozen=True)
class Asked:
    """A step that the code asked for. `known`: how much of the history had happened then, in events."""

    known: int
    key: Key
    what: str
    place: Place | None


PREFIX = "EVENT_TYPE_"
ENDS = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: "complete_workflow_execution",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: "fail_workflow_execution",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: "continue_as_new_workflow_execution",
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: "cancel_workflow_execution",
}
LOCAL_ACTIVITY, PATCH = "core_local_activity", "core_patch"
"""The names under which Temporal's SDK records a local activity and a patch."""
PATCHED = "MarkerRecorded patch "
"""How the words of the marker of a step begin, before the name of the step."""


def type_of(event: HistoryEvent) -> str:
    """The type of an event as Temporal's pages show it: `TimerStarted`."""
    name = EventType.Name(event.event_type).removeprefix(PREFIX)
    return "".join(word.capitalize() for word in name.split("_"))


def recorded_in(events: Iterable[HistoryEvent]) -> list[Recorded]:
    """The steps of a history, in its order."""
    updates: dict[int, str] = {}
    found: list[Recorded] = []
    for event in events:
        if event.HasField("workflow_execution_update_accepted_event_attributes"):
            accepted = event.workflow_execution_update_accepted_event_attributes
            updates[event.event_id] = accepted.protocol_instance_id
        step = _step_in(event, updates)
        if step is not None:
            key, named = step
            found.append(Recorded(event.event_id, key, " ".join(filter(None, (type_of(event), named)))))
    return found


def updates_fulfilled(events: Iterable[HistoryEvent]) -> dict[str, int]:
    """The updates that the history accepted and did not refuse, by their numbers, each with the event of that."""
    accepted: dict[str, int] = {}
    refused: set[int] = set()
    for event in events:
        if event.HasField("workflow_execution_update_accepted_event_attributes"):
            accepted[event.workflow_execution_update_accepted_event_attributes.protocol_instance_id] = event.event_id
        if event.HasField("workflow_execution_update_completed_event_attributes"):
            completed = event.workflow_execution_update_completed_event_attributes
            if completed.outcome.HasField("failure"):
                refused.add(completed.accepted_event_id)
    return {update: event for update, event in accepted.items() if event not in refused}


def _step_in(event: HistoryEvent, updates: dict[int, str]) -> tuple[Key, str] | None:
    """The key of a step, and what it names. None: the event is no step of the workflow."""
    match event.WhichOneof("attributes"):
        case "timer_started_event_attributes":
            timer = event.timer_started_event_attributes
            return ("timer", timer.timer_id), f"{timer.start_to_fire_timeout.ToTimedelta().total_seconds():g} s"
        case "timer_canceled_event_attributes":
            return ("timer_cancelled", event.timer_canceled_event_attributes.timer_id), ""
        case "activity_task_scheduled_event_attributes":
            activity = event.activity_task_scheduled_event_attributes
            return ("activity", activity.activity_id), activity.activity_type.name
        case "workflow_execution_update_accepted_event_attributes":
            accepted = event.workflow_execution_update_accepted_event_attributes
            return ("update_accepted", accepted.protocol_instance_id), accepted.accepted_request.input.name
        case "workflow_execution_update_completed_event_attributes":
            completed = event.workflow_execution_update_completed_event_attributes
            return ("update_completed", updates.get(completed.accepted_event_id, completed.meta.update_id)), ""
        case "marker_recorded_event_attributes":
            return _marker(event)
        case _:
            end = ENDS.get(event.event_type)
            return None if end is None else (("end", end), "")


def _marker(event: HistoryEvent) -> tuple[Key, str] | None:
    marker = event.marker_recorded_event_attributes
    if marker.marker_name == LOCAL_ACTIVITY:
        data = _json(marker.details["data"].payloads[0].data)
        return ("local_activity", str(data.get("seq"))), str(data.get("activity_type"))
    if marker.marker_name == PATCH:
        patch = str(_json(marker.details["patch-data"].payloads[0].data).get("id"))
        return ("patch", patch), f"patch {patch}"
    return None


def _json(data: bytes) -> dict[str, Any]:
    value = json.loads(data)
    return value if isinstance(value, dict) else {}


def step_of(command: Any) -> tuple[Key, str] | None:
    """The key of a step that the code asks for, and its words. None: what leaves no event that is compared."""
    variant = command.WhichOneof("variant")
    one = getattr(command, variant)
    match variant:
        case "start_timer":
            return (
                "timer",
                str(one.seq),
            ), f"TimerStarted {one.start_to_fire_timeout.ToTimedelta().total_seconds():g} s"
        case "cancel_timer":
            return ("timer_cancelled", str(one.seq)), "TimerCanceled"
        case "schedule_activity":
            return ("activity", one.activity_id), f"ActivityTaskScheduled {one.activity_type}"
        case "schedule_local_activity":
            return ("local_activity", str(one.seq)), f"MarkerRecorded {one.activity_type}"
        case "set_patch_marker":
            return ("patch", one.patch_id), f"{PATCHED}{one.patch_id}"
        case "update_response":
            answer = one.WhichOneof("response")
            named = {"accepted": "WorkflowExecutionUpdateAccepted", "completed": "WorkflowExecutionUpdateCompleted"}
            return ((f"update_{answer}", one.protocol_instance_id), named[answer]) if answer in named else None
        case _ if variant in ENDS.values():
            return ("end", variant), "".join(word.capitalize() for word in variant.split("_"))
        case _:
            return None


def first_difference(events: Sequence[HistoryEvent], asked: Sequence[Asked], reached: int) -> Difference | None:
    """The first event that the code did not ask for, or asked for differently, and what it asked for instead.

    `reached`: how many events the replay had taken when it failed. None: every step agrees as far as it went.
    """
    recorded = recorded_in(events)
    by_key = {step.key: step for step in asked}
    end = _end_of_task(events, reached)
    mistaken: Difference | None = None
    for step in recorded:
        same = by_key.get(step.key)
        if same is not None and _named(step.what, step.key) != _named(same.what, same.key):
            return mistaken or Difference(step.event, step.what, same.what, same.place)
        if same is None and step.event <= end:
            return mistaken or _not_asked(step, recorded, asked)
        if mistaken is None and same is not None and _other_timer(step, same) and same.known == asked[-1].known:
            # Temporal took another timer for this one, because of its number. It fails at a later event only.
            mistaken = Difference(step.event, step.what, same.what, same.place)
    extra = _extra(recorded, asked)
    return None if extra is None else mistaken or Difference(min(end + 1, len(events)), None, extra.what, extra.place)


def _named(what: str, key: Key) -> str:
    """What must be the same. The length of a timer may differ, and only calls are recorded with their type."""
    return what if key[0] in ("activity", "local_activity") else ""


def _other_timer(step: Recorded, same: Asked) -> bool:
    """True if the timers have one number and two lengths."""
    return step.key[0] == "timer" and step.what != same.what


def _end_of_task(events: Sequence[HistoryEvent], reached: int) -> int:
    """The last event before the task that follows. The SDK reads so far ahead."""
    for event in events[reached:]:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED:
            return event.event_id - 1
    return len(events)


def _not_asked(step: Recorded, recorded: Sequence[Recorded], asked: Sequence[Asked]) -> Difference:
    """What the code asked for instead: a step that the history does not have, or else one that comes later in it."""
    event_of = {one.key: one.event for one in recorded}
    last = [one for one in asked if one.known == asked[-1].known]
    instead = _extra(recorded, last) or next((one for one in last if event_of.get(one.key, 0) > step.event), None)
    if instead is None:
        return Difference(step.event, step.what, None, last[-1].place if last else None)
    return Difference(step.event, step.what, instead.what, instead.place)


def _extra(recorded: Sequence[Recorded], asked: Sequence[Asked]) -> Asked | None:
    """The first step that the history does not have. A timer that its task cancelled again leaves no event."""
    known = {one.key for one in recorded}
    cancelled = {one.key[1] for one in asked if one.key[0] == "timer_cancelled"}
    left = (one for one in asked if one.key not in known)
    return next((one for one in left if not (one.key[0].startswith("timer") and one.key[1] in cancelled)), None)
