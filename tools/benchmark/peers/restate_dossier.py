"""The standard dossier on Restate: a server that keeps a journal of each call of a handler, and sends it to a service.

A dossier is a virtual object, so its commands run one at a time. The server has each idempotency key once, so a command
that is sent twice acts once. What follows a command (calls, timers) is sent as a message: the answer does not wait for
it. After a crash the server calls every handler that had not ended again, with the journal of what it had done.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import restate

from tools.benchmark.driving.standard_dossier import WARN_AFTER
from tools.benchmark.rules import POLL_AFTER_SECONDS
from tools.benchmark.standard_work import StandardWork

dossier = restate.VirtualObject("dossier")
follow_up = restate.Service("follow_up", ingress_private=True)
RETRIES: restate.RunOptions[Any] = restate.RunOptions(
    initial_retry_interval=timedelta(milliseconds=50), retry_interval_factor=2, max_retry_interval=timedelta(minutes=1)
)


class RestateContext:
    """What the handlers of this process use. It is set once, before the service is served."""

    work: StandardWork


async def write(code: str, name: str) -> int:
    """Appends the rows. The ledger has each command id once, so it may run again after a crash."""
    return await RestateContext.work.write_next(code, name)


async def call_and_write(code: str, call: str, name: str, order: str = "") -> str:
    """Calls a system, then appends the rows. Returns what the system answered."""
    answer = await RestateContext.work.call(code, call, order)
    await RestateContext.work.write_next(code, name)
    return answer


@dossier.handler()
async def submit(ctx: restate.ObjectContext, _payload: dict[str, Any]) -> int:
    """Returns the last version, as all commands do."""
    return await ctx.run_typed("write", write, RETRIES, ctx.key(), "submit")


@dossier.handler()
async def accept(ctx: restate.ObjectContext, _payload: dict[str, Any]) -> int:
    """Starts the calls and timers that follow."""
    code = ctx.key()
    version: int = await ctx.run_typed("write", write, RETRIES, code, "accept")
    ctx.service_send(verify_identity, code)
    ctx.service_send(collect_fee, code)
    ctx.service_send(warn, code, send_delay=timedelta(seconds=WARN_AFTER))
    return version


@dossier.handler()
async def step(ctx: restate.ObjectContext, _payload: dict[str, Any]) -> int:
    """Nothing follows."""
    return await ctx.run_typed("write", write, RETRIES, ctx.key(), "step")


@dossier.handler()
async def sign(ctx: restate.ObjectContext, _payload: dict[str, Any]) -> int:
    """Starts the calls that follow."""
    code = ctx.key()
    version: int = await ctx.run_typed("write", write, RETRIES, code, "sign")
    ctx.service_send(issue_result, code)
    return version


@dossier.handler()
async def return_result(ctx: restate.ObjectContext, _payload: dict[str, Any]) -> int:
    """Nothing follows."""
    return await ctx.run_typed("write", write, RETRIES, ctx.key(), "return_result")


@follow_up.handler()
async def verify_identity(ctx: restate.Context, code: str) -> None:
    """Asks the population database."""
    await ctx.run_typed("identity", call_and_write, RETRIES, code, "identity", "identity_verified")


@follow_up.handler()
async def collect_fee(ctx: restate.Context, code: str) -> None:
    """Creates the payment order, and asks for it when the first timer fires."""
    order = await ctx.run_typed("order", call_and_write, RETRIES, code, "order", "order_created")
    await ctx.sleep(timedelta(seconds=POLL_AFTER_SECONDS))
    await ctx.run_typed("check", write, RETRIES, code, "check_asked")
    await ctx.run_typed("query", call_and_write, RETRIES, code, "query", "payment_confirmed", order)


@follow_up.handler()
async def warn(ctx: restate.Context, code: str) -> None:
    """Is sent so that it arrives when the second timer fires."""
    await ctx.run_typed("write", write, RETRIES, code, "warned")


@follow_up.handler()
async def issue_result(ctx: restate.Context, code: str) -> None:
    """Signs, seals and registers the result."""
    await ctx.run_typed("sign", call_and_write, RETRIES, code, "sign", "signed")
    await ctx.run_typed("seal", call_and_write, RETRIES, code, "seal", "resolved")
    await ctx.run_typed("register", call_and_write, RETRIES, code, "register", "registered")
