"""Finds the histories to replay, of workflows in Temporal or in files, and rules in a file."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from temporalio.api.history.v1 import History
from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError, RPCStatusCode

from domain.errors import InvalidInput
from domain.machine_errors import machine_says
from domain.messages.dossier import DossierRefusal
from domain.rules.rulebook import StoredRule
from gateway.client import EngineUnavailable
from workers.kept_histories import KeptHistory
from workers.messages import ReplayRefusal
from workers.regular_files import content_of
from workflows.search_attributes import PROCEDURE

OURS = 'WorkflowType in ("Dossier", "Rollout", "DossierWait")'
RUNNING = f'{OURS} and ExecutionStatus = "Running"'
FETCHED_AHEAD = 16
"""How many histories are asked for at once. One after another, Temporal's answers would be slower than the replay."""


@dataclass(frozen=True)
class Listed:
    """A workflow whose history is wanted. `run` None: its last run.

    `kind`: what a sample is spread over: the state of the dossier in the register, its procedure, and the build that
    ran it, as far as they are known.
    """

    workflow: str
    run: str | None = None
    kind: tuple[str, ...] = ()


async def listed(
    client: Client, *, ended: bool = False, limit: int | None = None, queues: Sequence[str] = ()
) -> AsyncIterator[Listed]:
    """The workflows that run, and with `ended` also those that have ended. Raises EngineUnavailable.

    Temporal lists the workflows that started last first, so a `limit` leaves out the oldest. `queues`: only those of
    these task queues.
    """
    names = ", ".join(f'"{queue}"' for queue in queues)
    query = " and ".join((OURS if ended else RUNNING, *([f"TaskQueue in ({names})"] if names else ())))
    try:
        async for one in client.list_workflows(query, limit=limit):
            yield Listed(one.id, one.run_id, _kind(one))
    except RPCError as failed:
        raise _unavailable(failed) from failed


async def number_listed(client: Client, *, ended: bool = False) -> int:
    """How many `listed` gives about now. Raises EngineUnavailable."""
    try:
        return (await client.count_workflows(OURS if ended else RUNNING)).count
    except RPCError as failed:
        raise _unavailable(failed) from failed


def _kind(workflow: WorkflowExecution) -> tuple[str, ...]:
    status = "" if workflow.status is None else workflow.status.name.lower()
    build = workflow.raw_info.versioning_info.deployment_version.build_id
    return (status, workflow.typed_search_attributes.get(PROCEDURE) or workflow.workflow_type, build)


async def histories_of(
    client: Client, wanted: AsyncIterable[Listed], absent: Callable[[str], None]
) -> AsyncIterator[KeptHistory]:
    """The history so far of each workflow, in their order. Raises EngineUnavailable.

    `absent` is called with a workflow that Temporal does not know, or that was deleted since it was listed.
    """
    asked: deque[tuple[str, asyncio.Task[KeptHistory | None]]] = deque()
    try:
        async for one in wanted:
            asked.append((one.workflow, asyncio.create_task(_history(client, one))))
            if len(asked) >= FETCHED_AHEAD:
                async for history in _first(asked, absent):
                    yield history
        while asked:
            async for history in _first(asked, absent):
                yield history
    except RPCError as failed:
        raise _unavailable(failed) from failed
    finally:
        for _, task in asked:
            task.cancel()


async def _first(
    asked: deque[tuple[str, asyncio.Task[KeptHistory | None]]], absent: Callable[[str], None]
) -> AsyncIterator[KeptHistory]:
    workflow, task = asked.popleft()
    history = await task
    if history is None:
        absent(workflow)
    else:
        yield history


async def _history(client: Client, one: Listed) -> KeptHistory | None:
    try:
        history = await client.get_workflow_handle(one.workflow, run_id=one.run).fetch_history()
    except RPCError as failed:
        if failed.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
            return None
        raise
    return KeptHistory(one.workflow, History(events=history.events).SerializeToString())


def _unavailable(failed: RPCError) -> EngineUnavailable:
    return EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name)


async def histories_in(files: Iterable[Path]) -> AsyncIterator[KeptHistory]:
    """The histories in these files, each named as its file."""
    for file in files:
        yield KeptHistory(file.stem, file)


def history_files(paths: Sequence[Path], *, without: Path | None = None) -> list[Path]:
    """These files, and the `*.json` in these folders, by name. Raises InvalidInput `no_histories`."""
    found = [file for path in paths for file in (sorted(path.glob("*.json")) if path.is_dir() else (path,))]
    wanted = [file for file in found if without is None or file.resolve() != without.resolve()]
    if not wanted:
        raise InvalidInput(ReplayRefusal.NO_HISTORIES, paths=", ".join(str(path) for path in paths))
    return wanted


def rules_in(file: Path) -> tuple[StoredRule, ...]:
    """The published rules in a JSON file. Raises InvalidInput `not_rules`."""
    try:
        return TypeAdapter(tuple[StoredRule, ...]).validate_json(content_of(file))
    except OSError as problem:
        raise InvalidInput(ReplayRefusal.NOT_RULES, path=str(file), problem=machine_says(problem)) from None
    except ValidationError as problem:
        wrong = str(problem.errors(include_input=False)[0]["msg"])
        raise InvalidInput(ReplayRefusal.NOT_RULES, path=str(file), problem=wrong) from None
