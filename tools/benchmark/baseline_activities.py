"""The activities of the baseline: they write prepared rows and call outside systems."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel
from temporalio import activity

from tools.benchmark.standard_work import Rows, StandardWork


class BaselineRows(BaseModel):
    """Which of the prepared rows to write."""

    code: str
    after_version: int
    command_id: UUID
    name: str


class BaselineCall(BaseModel):
    """Which system to call."""

    code: str
    call: str


class BaselineCallAndRows(BaseModel):
    """Which system to call, and which rows to write when it has answered."""

    call: BaselineCall
    rows: BaselineRows


class BaselineContext:
    """What the activities of this process use. It is set once, before the worker polls."""

    work: StandardWork
    orders: dict[str, str]
    """The payment order of each dossier."""


@activity.defn(name="baseline.write")
async def baseline_write(request: BaselineRows) -> int:
    """Appends the prepared rows under another code. Returns the last version.

    After an interrupted workflow task its rows may be written already. The next rows then follow them.
    """
    rows = Rows(request.code, request.name, request.after_version, request.command_id)
    return await BaselineContext.work.write(rows)


@activity.defn(name="baseline.call_and_write")
async def baseline_call_and_write(request: BaselineCallAndRows) -> int:
    """Calls a system, then appends the prepared rows. Returns the last version."""
    code, call, orders = request.call.code, request.call.call, BaselineContext.orders
    answer = await BaselineContext.work.call(code, call, orders[code] if call == "query" else "")
    if call == "order":
        orders[code] = answer
    return await baseline_write(request.rows)
