"""What the stories and the tests around them do with a dossier."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import ResetReapplyExcludeType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest

from activities.ledger.rules_store import RulesStore
from domain.deadlines.calendar import DatedException, ExceptionKind, WorkingCalendar
from domain.dossier.commands import (
    Accept,
    Approve,
    CheckPayment,
    CompleteStep,
    Sign,
)
from domain.dossier.decide import Act
from domain.dossier.state import DOSSIER, Dossier, NotSubmitted, State
from domain.procedures.procedure import Procedure
from domain.rules.rulebook import RuleKind, StoredRule, content_hash, rule_text
from domain.values import VIETNAM, Bilingual
from gateway.api.payment_rechecks import PLATFORM
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, DOCUMENT, HEAD, OFFICER, OFFICIAL
from tests.support.small_province import CALENDAR, FREE, PAID
from workflows import rules_in_force

STORM = "Công điện 1/CĐ-UBND"


def sign(code: str) -> Sign:
    """The order to sign, under a number that no other dossier has: an authority gives a number once a year."""
    return Sign(document=DOCUMENT, result_number=f"{code}-KS")


async def known(harness: EngineHarness, code: str) -> Dossier:
    """The dossier as the record has it."""
    return DOSSIER.validate_python((await harness.engine.dossier(code)).snapshot)


async def until(harness: EngineHarness, code: str, holds: Callable[[Dossier], bool], seconds: float = 40) -> Dossier:
    """Waits in real time until the record has the dossier as wanted. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not holds(now := await known(harness, code)):  # noqa: ASYNC110 - the record is all we see
            await asyncio.sleep(0.05)
    return now


async def workflow_knows(harness: EngineHarness, code: str) -> Dossier | NotSubmitted:
    """The dossier as its workflow knows it; a run that took over may not have read the record yet."""
    told = await harness.handle(code).query("dossier")
    return NotSubmitted(told["code"]) if told["state"] is None else DOSSIER.validate_python(told)


async def until_workflow(
    harness: EngineHarness, code: str, holds: Callable[[Dossier], bool], seconds: float = 40
) -> Dossier:
    """Waits in real time until the workflow knows the dossier as wanted. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not isinstance(now := await workflow_knows(harness, code), Dossier) or not holds(now):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return now


async def ended(harness: EngineHarness, code: str) -> str:
    """Waits until the dossier's workflow has ended."""
    await asyncio.wait_for(harness.handle(code).result(), 40)
    return code


async def accepted(harness: EngineHarness, procedure: Procedure = FREE) -> str:
    """A dossier that was submitted online and accepted."""
    code = (await harness.submit(procedure)).dossier
    await harness.act(code, DESK, Accept())
    return code


async def ordered_to_be_signed(harness: EngineHarness, code: str, signer: Any = OFFICIAL) -> str:
    """Processed, approved, and the signature ordered."""
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, HEAD, Approve(step="approve"))
    await harness.act(code, signer, sign(code))
    return code


async def paid(harness: EngineHarness) -> str:
    """A dossier with a fee: the identity verified, the order made, paid, called back."""
    code = await accepted(harness, PAID)
    now = await until(harness, code, lambda one: one.payment.order is not None)
    order = now.payment.order or ""
    answer = await harness.http.post(f"{harness.simulator}/pay/{order}", json={"callback": "callback_lost"})
    answer.raise_for_status()
    await harness.engine.send(code, Act(command_id=uuid4(), actor=PLATFORM, command=CheckPayment(order=order)))
    await until(harness, code, lambda one: one.state is State.ACCEPTED)
    return code


async def a_storm(harness: EngineHarness) -> StoredRule:
    """The small province's calendar with a fortnight closed, published and known to the worker."""
    rule = a_storm_that_the_worker_knows()
    await RulesStore(harness.pool).publish([rule])
    return rule


def a_storm_that_the_worker_knows() -> StoredRule:
    """The same, published nowhere."""
    days = (datetime.now(VIETNAM).date() + timedelta(days=n) for n in range(1, 15))
    closed = tuple(
        DatedException(day=day, kind=ExceptionKind.CLOSURE, name=Bilingual(vi="Bão", en="Storm"), source=STORM)
        for day in days
        if CALENDAR.sessions_on(day)
    )
    calendar = WorkingCalendar.model_validate({**CALENDAR.model_dump(), "exceptions": closed})
    rule = StoredRule(kind=RuleKind.CALENDAR, hash=content_hash(calendar), text=rule_text(calendar))
    rules_in_force.install(rules_in_force.rulebook().adding(rule))
    return rule


async def reset(harness: EngineHarness, code: str, to_task: int = 0, *, updates_too: bool = False) -> str:
    """Resets the dossier's workflow to its completed workflow task of that number; returns the id of the new run.

    Temporal sends the updates that came later once more, but for `updates_too`: then they are lost with the rest.
    """
    client = harness.env.client
    finished = [
        event.event_id
        async for event in harness.handle(code).fetch_history_events()
        if event.HasField("workflow_task_completed_event_attributes")
    ]
    lost = [ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE] if updates_too else []
    answer = await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=code),
            reason="a test",
            workflow_task_finish_event_id=finished[to_task],
            request_id=str(uuid4()),
            reset_reapply_exclude_types=lost,
        )
    )
    return answer.run_id


async def restart(harness: EngineHarness, code: str) -> None:
    """An operator starts the dossier's workflow anew from the record."""
    await harness.engine.restart(code, who="op.1", why="a test", although_sound=True)


async def set_back(harness: EngineHarness, code: str) -> None:
    """Operators set it back to its first task, and it has read the record; whoever sent it something is gone."""
    await reset(harness, code, updates_too=True)
    await until_workflow(harness, code, lambda now: now.pins is not None)


async def set_back_and_sent_again(harness: EngineHarness, code: str) -> None:
    """The same, but what it was sent is sent to it again by Temporal."""
    await reset(harness, code)
    await until_workflow(harness, code, lambda now: now.pins is not None)


@asynccontextmanager
async def hung(harness: EngineHarness, *tables: str) -> AsyncIterator[None]:
    """Whoever reads or writes one of these tables waits and gets no answer, as while the database hangs."""
    holding = await asyncpg.connect(harness.database.admin_url)
    try:
        async with holding.transaction():
            for table in tables:
                await holding.execute(f"lock table {table} in access exclusive mode")
            yield
    finally:
        await holding.close()


@asynccontextmanager
async def entries_held_up(harness: EngineHarness) -> AsyncIterator[None]:
    """The ledger can be read, and whoever writes to it waits."""
    holding = await asyncpg.connect(harness.database.admin_url)
    try:
        async with holding.transaction():
            await holding.execute("lock table event in share row exclusive mode")
            yield
    finally:
        await holding.close()


async def waits_patiently(harness: EngineHarness, code: str, activity: str, seconds: float = 40) -> None:
    """Waits until the dossier has given up a local activity and asks the same as an ordinary one."""
    async with asyncio.timeout(seconds):
        while activity not in await _pending(harness, code):  # noqa: ASYNC110 - Temporal has no other word for it
            await asyncio.sleep(0.05)


async def _pending(harness: EngineHarness, code: str) -> set[str]:
    description = await harness.handle(code).describe()
    return {one.activity_type.name for one in description.raw_description.pending_activities}
