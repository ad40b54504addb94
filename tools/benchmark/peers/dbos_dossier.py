"""The standard dossier on DBOS: a library that keeps workflows in PostgreSQL, inside the process of the application.

A command is a workflow whose id is the command's id, so a command that is sent twice acts once. What follows a command
(calls, timers) is a workflow of its own, which the command starts: the answer does not wait for it. After a crash DBOS
goes on with every workflow that had not ended, from its last recorded step.
"""

from __future__ import annotations

from typing import Any

from dbos import DBOS

from tools.benchmark.driving.standard_dossier import WARN_AFTER
from tools.benchmark.rules import POLL_AFTER_SECONDS
from tools.benchmark.standard_work import StandardWork

ATTEMPTS = 16
"""Tries of a step before its workflow fails. Pauses double, so a step outlives an outage of half an hour."""


class DbosContext:
    """What the steps of this process use. It is set once, before DBOS is launched."""

    work: StandardWork


@DBOS.step(retries_allowed=True, interval_seconds=0.05, backoff_rate=2, max_attempts=ATTEMPTS)
async def write(code: str, name: str) -> int:
    """Appends the rows. The ledger has each command id once, so the step may run again after a crash."""
    return await DbosContext.work.write_next(code, name)


@DBOS.step(retries_allowed=True, interval_seconds=0.05, backoff_rate=2, max_attempts=ATTEMPTS)
async def call_and_write(code: str, call: str, name: str, order: str = "") -> str:
    """Calls a system, then appends the rows. Returns what the system answered."""
    answer = await DbosContext.work.call(code, call, order)
    await DbosContext.work.write_next(code, name)
    return answer


@DBOS.workflow()
async def act(code: str, name: str, _payload: dict[str, Any]) -> int:
    """One of the five commands. Writes its rows, then starts what follows. Returns the last version."""
    version = await write(code, name)
    match name:
        case "accept":
            await DBOS.start_workflow_async(verify_identity, code)
            await DBOS.start_workflow_async(collect_fee, code)
            await DBOS.start_workflow_async(warn, code)
        case "sign":
            await DBOS.start_workflow_async(issue_result, code)
    return version


@DBOS.workflow()
async def verify_identity(code: str) -> None:
    """Asks the population database."""
    await call_and_write(code, "identity", "identity_verified")


@DBOS.workflow()
async def collect_fee(code: str) -> None:
    """Creates the payment order, and asks for it when the first timer fires."""
    order = await call_and_write(code, "order", "order_created")
    await DBOS.sleep_async(POLL_AFTER_SECONDS)
    await write(code, "check_asked")
    await call_and_write(code, "query", "payment_confirmed", order)


@DBOS.workflow()
async def warn(code: str) -> None:
    """Warns when the second timer fires."""
    await DBOS.sleep_async(WARN_AFTER)
    await write(code, "warned")


@DBOS.workflow()
async def issue_result(code: str) -> None:
    """Signs, seals and registers the result."""
    await call_and_write(code, "sign", "signed")
    await call_and_write(code, "seal", "resolved")
    await call_and_write(code, "register", "registered")
