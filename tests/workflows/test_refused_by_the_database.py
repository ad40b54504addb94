"""What the database refuses is not asked for ever: a person is refused, and what follows by itself is told as stuck."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from structlog.testing import capture_logs
from temporalio.api.workflow.v1 import PendingWorkflowTaskInfo as WorkflowTask
from temporalio.runtime import Runtime

from activities.ledger.stuck_dossiers import StuckDossiers, StuckExecutor
from domain.dossier.commands import Accept, Approve, CompleteStep, Sign
from domain.dossier.state import Identity, State
from domain.errors import DomainError
from gateway.client.watching.lost_executors import ATTEMPTS
from tests.support.dossier_steps import accepted
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, DOCUMENT, HEAD, OFFICER, OFFICIAL
from tests.support.small_province import PAID
from tests.support.waiting import until
from workers.executor_watch import ExecutorWatch

pytestmark = pytest.mark.stack

REFUSING = {
    "a privilege": ("revoke insert on event from luongxanh_app", "grant insert on event to luongxanh_app", "42501"),
    "a table": ("alter table command rename to elsewhere", "alter table elsewhere rename to command", "42P01"),
    "a constraint": (
        "alter table event add constraint no check (kind <> 'step_completed') not valid",
        "alter table event drop constraint no", "23514",
    ),
    "a key on the work-list": (
        "create unique index no on work_item ((1)) where act <> ''", "drop index no", "23505",
    ),
    "a trigger": (
        "create function no() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$; "
        "create trigger no before insert on event for each row execute function no()",
        "drop trigger no on event; drop function no()", "P0001",
    ),
}  # fmt: skip
NO_MORE_OF = "alter table event add constraint no check (kind <> '{kind}') not valid"
ALL_AGAIN = "alter table event drop constraint no"

PATIENCE = 120.0
"""Seconds that the signer waits: longer than all tries of this module together. Without a caller they end."""


@asynccontextmanager
async def as_owner(harness: EngineHarness) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(harness.database.admin_url)
    try:
        yield connection
    finally:
        await connection.close()


async def task_of(harness: EngineHarness, code: str) -> WorkflowTask:
    """The dossier's workflow task that has not been completed, with its tries."""
    return (await harness.handle(code).describe()).raw_description.pending_workflow_task


def refusals(logs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What was logged when the database refused."""
    return [one for one in logs if one["event"] == "database_refused"]


@pytest.mark.parametrize("what", REFUSING)
async def test_a_person_is_refused_and_told_the_sqlstate(harness: EngineHarness, what: str) -> None:
    """At once, with nothing written; the dossier is as it was, and takes the command when the database is right."""
    refusing, right, sqlstate = REFUSING[what]
    code = await accepted(harness)
    await accepted(harness)  # so that a work-list that takes one row only refuses
    before = await harness.kinds(code)
    async with as_owner(harness) as owner:
        if what == "a key on the work-list":
            await owner.execute("delete from work_item")
            await owner.execute(refusing)
            await owner.execute(
                "insert into work_item (dossier, act, unit, role, since) values ('x', 'y', 'z', 'clerk', now())"
            )
        else:
            await owner.execute(refusing)
        try:
            with capture_logs() as logs, pytest.raises(DomainError) as refused:
                await harness.act(code, OFFICER, CompleteStep(step="process"))
        finally:
            await owner.execute(right)
            await owner.execute("delete from work_item where dossier = 'x'")
    assert refused.value.facts["sqlstate"] == sqlstate
    assert sqlstate in refused.value.message.vi
    if what == "a table":  # asked by the gateway itself, before the dossier
        assert refused.value.code == "database_refused"
    else:
        assert (refused.value.code, refused.value.facts["dossier"]) == ("ledger_refused", code)
        assert code in refused.value.message.vi
        assert {(one["dossier"], one["sqlstate"]) for one in refusals(logs)} == {(code, sqlstate)}
    assert await harness.kinds(code) == before
    await harness.act(code, OFFICER, CompleteStep(step="process"))


async def test_what_follows_by_itself_is_told_as_stuck_with_the_sqlstate(harness: EngineHarness) -> None:
    """The seal cannot be written down: tried ever less often, named on the operators' list, and going on by itself
    when the database is right."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, HEAD, Approve(step="approve"))
    watch = ExecutorWatch(harness.engine.executors, harness.pool, Runtime.default().metric_meter)
    async with as_owner(harness) as owner:
        await owner.execute(NO_MORE_OF.format(kind="result_signed"))
        try:
            with capture_logs() as logs:
                order = Sign(document=DOCUMENT, result_number=f"{uuid4().hex[:6]}/KQ")
                signing = asyncio.create_task(harness.patient(PATIENCE).act(code, OFFICIAL, order))

                async def on_the_list() -> StuckExecutor | None:
                    await watch.look()
                    return await StuckDossiers(harness.pool).of(code)

                stuck = await until(on_the_list, f"{code} is on the list of stuck dossiers", 60)
                tried, so_far = await task_of(harness, code), len(refusals(logs))

                async def tried_again() -> WorkflowTask | None:
                    now = await task_of(harness, code)
                    return now if len(refusals(logs)) >= so_far + 2 and now.attempt >= ATTEMPTS else None

                # Of two refusals the second is of a later try. Its call of the signing system is over, so that it
                # does not meet the one after the restart. Tries are counted anew when the act is sent again.
                again = await until(tried_again, f"the task of {code} was tried again", 60)
            assert stuck.code == "ledger_refused 23514"
            assert [one["code"] for one in logs if one["event"] == "dossier_stuck"] == ["ledger_refused 23514"]
            assert again.scheduled_time.ToDatetime() - tried.scheduled_time.ToDatetime() > timedelta(seconds=1)
            assert (await harness.known(code)).state == State.PROCESSING
        finally:
            await owner.execute(ALL_AGAIN)
    done = await harness.restart(code, "quyền đã được sửa")
    assert done.found == "task_fails"
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    assert (await harness.kinds(code)).count("result_signed") == 1
    assert (await signing).dossier == code


async def test_a_database_that_is_read_only_is_waited_for(harness: EngineHarness) -> None:
    """A standby, or a full disk, heals: nobody is refused, and what was asked is written when it is well."""
    code = await accepted(harness)
    async with as_owner(harness) as owner:
        name = await owner.fetchval("select current_database()")
        await owner.execute(f'alter database "{name}" set default_transaction_read_only = on')
        try:
            await harness.pool.expire_connections()
            waiting = asyncio.create_task(harness.act(code, OFFICER, CompleteStep(step="process")))
            await harness.until_pending(code, "ledger.append", attempt=2)  # refused, and asked again
            assert not waiting.done()
        finally:
            await owner.execute("set default_transaction_read_only = off")
            await owner.execute(f'alter database "{name}" reset default_transaction_read_only')
            await harness.pool.expire_connections()
    await waiting
    assert (await harness.kinds(code)).count("step_completed") == 1


async def test_particulars_that_the_database_does_not_give_are_an_incident(harness: EngineHarness) -> None:
    """It is told on the dossier, asked again patiently, and goes away when the database is right."""
    async with as_owner(harness) as owner:
        code = (await harness.submit(PAID)).dossier
        await owner.execute("revoke select on vault.personal from luongxanh_app")
        try:
            await harness.act(code, DESK, Accept())
            failed = await harness.until(code, lambda one: "identity/1" in {one.effect for one in one.incidents})
            assert [one.code for one in failed.incidents if one.effect == "identity/1"] == ["database_refused"]
        finally:
            await owner.execute("grant select on vault.personal to luongxanh_app")
    await harness.until(code, lambda one: one.applicant.identity is Identity.MATCHES)


async def test_particulars_that_cannot_be_read_are_for_a_person(harness: EngineHarness) -> None:
    """They would be as unreadable at every other try: the failure is final, and stands on the work-list."""
    code = (await harness.submit(PAID)).dossier
    async with as_owner(harness) as owner:
        await owner.execute("update vault.personal set body = jsonb_set(body, '{birth_date}', '\"never\"')")
    await harness.act(code, DESK, Accept())
    failed = await harness.until(code, lambda one: any(incident.final for incident in one.incidents))
    final = [(one.effect, one.code) for one in failed.incidents if one.final]
    assert final == [("identity/1", "particulars_unreadable")]
