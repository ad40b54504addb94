"""The baseline: a workflow with the commands, calls, timers and rows of the standard dossier, but without the domain.

It does in a fixed order what the engine does for a standard dossier: it writes the same rows, makes the same calls and
sets the same timers. The rows are copies of those of a dossier of the engine, with another code.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from tools.benchmark.baseline_activities import (
        BaselineCall,
        BaselineCallAndRows,
        BaselineRows,
        baseline_call_and_write,
        baseline_write,
    )
    from tools.benchmark.standard_work import command_id_of

SHORT = timedelta(seconds=2)
ONCE = RetryPolicy(maximum_attempts=1)
THRICE = RetryPolicy(initial_interval=timedelta(milliseconds=50), maximum_attempts=3)


class BaselineStart(BaseModel):
    """The dossier's code, and the seconds after which its two timers fire."""

    code: str
    poll_after: float
    warn_after: float


class BaselineAct(BaseModel):
    """One of the five commands, with the bytes that the engine's command has."""

    name: str
    payload: dict[str, Any]


@workflow.defn(name="Baseline")
class BaselineWorkflow:
    """Waits, writes and calls; decides nothing."""

    @workflow.init
    def __init__(self, start: BaselineStart) -> None:
        self._start = start
        self._written = 0
        self._write_lock = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._over = False

    @workflow.run
    async def run(self, start: BaselineStart) -> int:
        """Ends after the command `return_result`. Returns the number of rows written."""
        await workflow.wait_condition(lambda: self._over)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._written

    @workflow.update
    async def act(self, act: BaselineAct) -> int:
        """Writes the command's rows, then starts the calls and timers that follow. Returns the last version."""
        await self._write(act.name)
        match act.name:
            case "accept":
                self._start_task(self._call_and_write("order", "order_created"))
                self._start_task(self._call_and_write("identity", "identity_verified"))
                self._start_task(self._poll())
                self._start_task(self._warn())
            case "sign":
                self._start_task(self._signature())
            case "return_result":
                self._over = True
        return self._written

    @act.validator
    def check(self, act: BaselineAct) -> None:
        """The cheapest possible check."""
        if self._over:
            raise ValueError("over")

    async def _poll(self) -> None:
        await workflow.sleep(self._start.poll_after)
        await self._write("check_asked")
        await self._call_and_write("query", "payment_confirmed")

    async def _warn(self) -> None:
        await workflow.sleep(self._start.warn_after)
        await self._write("warned")

    async def _signature(self) -> None:
        await self._call_and_write("sign", "signed")
        await self._call_and_write("seal", "resolved")
        await self._call_and_write("register", "registered")

    async def _call_and_write(self, call: str, name: str) -> None:
        """As the engine does for a quick call: one activity calls and writes. Another command may write meanwhile."""
        request = BaselineCallAndRows(call=BaselineCall(code=self._start.code, call=call), rows=self._rows(name))
        written = await workflow.execute_local_activity(
            baseline_call_and_write, request, start_to_close_timeout=SHORT, retry_policy=ONCE
        )
        self._written = max(self._written, written)

    async def _write(self, name: str) -> None:
        async with self._write_lock:
            written = await workflow.execute_local_activity(
                baseline_write, self._rows(name), start_to_close_timeout=SHORT, retry_policy=THRICE
            )
            self._written = max(self._written, written)

    def _rows(self, name: str) -> BaselineRows:
        command_id = command_id_of(self._start.code, name)
        return BaselineRows(code=self._start.code, after_version=self._written, command_id=command_id, name=name)

    def _start_task(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))
