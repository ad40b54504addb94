"""Finds the histories to replay, of the workflows that run in Temporal or in files, and rules in a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
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

RUNNING = 'WorkflowType in ("Dossier", "Rollout", "DossierWait") and ExecutionStatus = "Running"'


async def running_histories(client: Client, limit: int | None = None) -> AsyncIterator[KeptHistory]:
    """The history so far of every workflow that runs. Raises EngineUnavailable.

    Temporal lists the workflows that started last first, so a `limit` leaves out the oldest.
    """
    try:
        async for workflow in client.list_workflows(RUNNING, limit=limit):
            history = await _history(client, workflow)
            if history is not None:
                yield history
    except RPCError as failed:
        raise EngineUnavailable(DossierRefusal.TEMPORAL_UNAVAILABLE, problem=failed.status.name) from failed


async def _history(client: Client, workflow: WorkflowExecution) -> KeptHistory | None:
    """None when the workflow has ended and was deleted since it was listed. Raises RPCError."""
    try:
        history = await client.get_workflow_handle(workflow.id, run_id=workflow.run_id).fetch_history()
    except RPCError as failed:
        if failed.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return KeptHistory(workflow.id, History(events=history.events).SerializeToString())


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
        return TypeAdapter(tuple[StoredRule, ...]).validate_json(file.read_bytes())
    except OSError as problem:
        raise InvalidInput(ReplayRefusal.NOT_RULES, path=str(file), problem=machine_says(problem)) from None
    except ValidationError as problem:
        wrong = str(problem.errors(include_input=False)[0]["msg"])
        raise InvalidInput(ReplayRefusal.NOT_RULES, path=str(file), problem=wrong) from None
