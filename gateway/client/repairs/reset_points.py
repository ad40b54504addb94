"""The points of a dossier's history to which its workflow can be reset: the ends of its workflow tasks.

A workflow that was continued in a new run has points in its earlier runs too, as long as Temporal keeps them. A run
that was started again from the ledger (a restart) has no earlier run: the points before it are not offered.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import assert_never

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.errors import RuleViolation
from domain.messages.mechanics import MechanicRefusal
from domain.repairs.orders import ResetPoint, ToBuild, ToEvent, ToTime
from domain.values import VIETNAM, Instant

LONGEST_CHAIN = 50
"""How many earlier runs are searched."""
NAMED = 5
"""How many points a refusal names: the first ones and the last one."""


@dataclass(frozen=True)
class TaskEnd:
    """The end of a workflow task: completed, failed or timed out. `builds`: the names of the worker's build."""

    run: str
    event: int
    at: Instant
    builds: frozenset[str]


@dataclass(frozen=True)
class RunHistory:
    """One run: its start, the ends of its tasks in order, its last event, and the run before it."""

    run: str
    began_at: Instant
    ends: tuple[TaskEnd, ...]
    last_event: int
    last_at: Instant
    continued: str | None


async def history_of(temporal: Client, code: str, run: str) -> list[RunHistory]:
    """The run and the runs that it continues, the newest first; empty when Temporal has none. Raises RPCError."""
    found: list[RunHistory] = []
    following: str | None = run
    while following and len(found) < LONGEST_CHAIN:
        try:
            one = await _run_history(temporal, code, following)
        except RPCError as failed:
            if failed.status is not RPCStatusCode.NOT_FOUND:
                raise
            break  # Temporal keeps ended runs for a time only
        found.append(one)
        following = one.continued
    return found


def found_point(code: str, runs: list[RunHistory], to: ResetPoint, submitted_at: datetime) -> TaskEnd:
    """The task that is done again. `submitted_at`: when the dossier's first run began, or a moment later.

    An event is one of the newest run. An instant and a build are searched in the earlier runs too. RuleViolation:
    `reset_without_history`, `reset_point_missing`, `reset_point_before_restart`, `reset_point_ahead`,
    `reset_point_inside`.
    """
    if not any(one.ends for one in runs):
        raise RuleViolation(MechanicRefusal.RESET_WITHOUT_HISTORY, dossier=code)
    match to:
        case ToEvent(event=event):
            return _at_event(code, runs, event)
        case ToTime(at=at):
            return _at_time(code, runs, at, _restarted_at(runs, submitted_at if submitted_at <= at else None))
        case ToBuild(build=build):
            return _of_build(code, runs, build, _restarted_at(runs, submitted_at))
        case _:
            assert_never(to)


def _at_event(code: str, runs: list[RunHistory], event: int) -> TaskEnd:
    newest = runs[0]
    for end in newest.ends:
        if end.event == event:
            return end
    ahead = event > newest.last_event
    refusal = MechanicRefusal.RESET_POINT_AHEAD if ahead else MechanicRefusal.RESET_POINT_INSIDE
    raise _refused(refusal, code, f"#{event}", runs)


def _at_time(code: str, runs: list[RunHistory], at: datetime, restarted_at: datetime | None) -> TaskEnd:
    now = datetime.now(UTC)
    if at > max(now, runs[0].last_at):
        raise _refused(MechanicRefusal.RESET_POINT_AHEAD, code, _told(at), runs)
    earlier = [end for run in runs for end in run.ends if end.at <= at]
    if not earlier:
        raise _missing(code, _told(at), runs, restarted_at)
    return max(earlier, key=lambda end: (end.at, end.event))


def _of_build(code: str, runs: list[RunHistory], build: str, restarted_at: datetime | None) -> TaskEnd:
    of_build = [end for run in reversed(runs) for end in run.ends if build in end.builds]
    if not of_build:
        raise _missing(code, f"“{build}”", runs, restarted_at)
    return of_build[0]


def _restarted_at(runs: list[RunHistory], submitted_at: datetime | None) -> datetime | None:
    """When the dossier was started again from the ledger: its runs since then are not linked to those before.

    None if it was not, or if Temporal has dropped earlier runs that are linked.
    """
    first = runs[-1]
    restarted = submitted_at is not None and submitted_at < first.began_at and first.continued is None
    return first.began_at if restarted else None


def _missing(code: str, point: str, runs: list[RunHistory], restarted_at: datetime | None) -> RuleViolation:
    if restarted_at is None:
        return _refused(MechanicRefusal.RESET_POINT_MISSING, code, point, runs)
    since = _told(restarted_at)
    return _refused(MechanicRefusal.RESET_POINT_BEFORE_RESTART, code, point, runs, since=since)


def _refused(refusal: MechanicRefusal, code: str, point: str, runs: list[RunHistory], **facts: str) -> RuleViolation:
    return RuleViolation(refusal, dossier=code, point=point, points=", ".join(_points_told(runs)), **facts)


def _points_told(runs: list[RunHistory]) -> Iterator[str]:
    """The points in signs that need no language: `#4` is an event of the newest run; then the first and the last
    instant, and the builds."""
    ends = runs[0].ends
    shown = ends if len(ends) <= NAMED else (*ends[: NAMED - 1], ends[-1])
    events = [f"#{end.event}" for end in shown]
    if len(ends) > NAMED:
        events.insert(NAMED - 1, "…")
    yield " ".join(events)
    everything = [end for run in reversed(runs) for end in run.ends]
    yield f"{_told(everything[0].at)} – {_told(everything[-1].at)}"
    builds = dict.fromkeys(name for end in everything for name in sorted(end.builds))
    if builds:
        yield " ".join(f"“{name}”" for name in builds)


def _told(at: datetime) -> str:
    return at.astimezone(VIETNAM).isoformat(timespec="seconds")


async def _run_history(temporal: Client, code: str, run: str) -> RunHistory:
    ends: list[TaskEnd] = []
    continued, last_event, last_at = "", 0, datetime.now(UTC)
    began_at = last_at
    async for event in temporal.get_workflow_handle(code, run_id=run).fetch_history_events():
        last_event, last_at = event.event_id, _at(event)
        if event.HasField("workflow_execution_started_event_attributes"):
            continued = event.workflow_execution_started_event_attributes.continued_execution_run_id
            began_at = last_at
        elif ends_a_task(event):
            ends.append(TaskEnd(run=run, event=event.event_id, at=_at(event), builds=frozenset(_builds(event))))
    return RunHistory(
        run=run,
        began_at=began_at,
        ends=tuple(ends),
        last_event=last_event,
        last_at=last_at,
        continued=continued or None,
    )


def ends_a_task(event: HistoryEvent) -> bool:
    """True for the end of a workflow task. Temporal resets to no other event."""
    return (event.WhichOneof("attributes") or "") in (
        "workflow_task_completed_event_attributes",
        "workflow_task_failed_event_attributes",
        "workflow_task_timed_out_event_attributes",
    )


def _at(event: HistoryEvent) -> Instant:
    return event.event_time.ToDatetime(tzinfo=UTC)


def _builds(event: HistoryEvent) -> Iterator[str]:
    """The names of the build of the worker that did this task.

    A worker with a deployment writes `deployment_version`; one without it writes a build id that the SDK makes from the
    program's files. A task that failed has the second one, and one that timed out has none.
    """
    if event.HasField("workflow_task_failed_event_attributes"):
        failed = event.workflow_task_failed_event_attributes
        yield from filter(None, (failed.worker_version.build_id, failed.binary_checksum))
    elif event.HasField("workflow_task_completed_event_attributes"):
        done = event.workflow_task_completed_event_attributes
        version = done.deployment_version
        deployed = f"{version.deployment_name}.{version.build_id}" if version.build_id else ""
        yield from filter(None, (version.build_id, deployed, done.worker_version.build_id, done.binary_checksum))
