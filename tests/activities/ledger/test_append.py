"""Tests of appending: once, in order, in one transaction, and only by permitted roles."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DefaultFailureConverter, DefaultPayloadConverter
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.ledger.pool import DatabaseUnavailable, Pool, open_pool
from activities.ledger.reading import LedgerReader
from activities.ledger.store import APPEND, Ledger
from domain.dossier.events import AnyEvent
from domain.dossier.state import State
from domain.errors import Conflict, InvalidInput
from tests.support.databases import Database
from tests.support.ledger_samples import (
    MORNING,
    OFFICER,
    append,
    arguments,
    open_every_connection,
    started,
    step,
    submitted,
    view_of,
    wait_for_blocked_sessions,
)
from tests.support.work_of_units import work_of

pytestmark = pytest.mark.stack
CODE = "H42.12-250701-0001"


async def test_what_was_appended_is_read_back(ledger: Ledger, reader: LedgerReader) -> None:
    """The history gives back every event with its order, actor, microseconds and trace."""
    first: list[AnyEvent] = [submitted(CODE), started()]
    request = append(CODE, first).model_copy(update={"trace_id": "f" * 32})
    answer = await ledger.record(request)
    await ledger.record(append(CODE, [step(1)], after=first))

    history = await reader.history(CODE)
    assert (answer.first_version, answer.last_version, answer.repeated) == (1, 2, False)
    assert [recorded.event for recorded in history] == [*first, step(1)]
    assert [recorded.version for recorded in history] == [1, 2, 3]
    assert history[0].actor == OFFICER
    assert history[0].at == MORNING
    assert history[0].command_id == history[1].command_id == request.command_id
    assert [recorded.trace_id for recorded in history] == ["f" * 32, "f" * 32, None]
    assert [recorded.version for recorded in await reader.history(CODE, after_version=2)] == [3]


async def test_a_repeated_command_changes_nothing(ledger: Ledger, reader: LedgerReader, pool: Pool) -> None:
    """A repeated command id gets the first answer, even when the dossier has changed since."""
    first = append(CODE, [submitted(CODE)])
    await ledger.record(first)
    await ledger.record(append(CODE, [started()], after=[submitted(CODE)]))
    again = await ledger.record(first)

    assert again.repeated
    assert (again.first_version, again.last_version) == (1, 1)
    assert again.earlier == (submitted(CODE),)
    assert len(await reader.history(CODE)) == 2
    row = await reader.dossier(CODE)
    assert row is not None
    assert row.version == 2
    assert await reader.command(first.command_id) == again
    assert await reader.command(uuid4()) is None


async def test_twenty_deliveries_at_once_write_once(ledger: Ledger, reader: LedgerReader, pool: Pool) -> None:
    """When many deliver the same command at once, one writes and all get the same answer."""
    request = append(CODE, [submitted(CODE), started()])
    await open_every_connection(pool)
    answers = await asyncio.gather(*(ledger.record(request) for _ in range(20)))

    assert [answer.repeated for answer in answers].count(False) == 1
    assert {(answer.first_version, answer.last_version) for answer in answers} == {(1, 2)}
    assert len(await reader.history(CODE)) == 2


async def test_of_twenty_rivals_one_wins(ledger: Ledger, reader: LedgerReader, pool: Pool) -> None:
    """Of different commands on the same version one is written and the others are refused, so that the chain never
    forks."""
    await ledger.record(append(CODE, [submitted(CODE)]))
    rivals = [append(CODE, [step(number)], after=[submitted(CODE)]) for number in range(1, 21)]
    await open_every_connection(pool)
    answers = await asyncio.gather(*(ledger.record(rival) for rival in rivals), return_exceptions=True)

    refused = [answer for answer in answers if isinstance(answer, Conflict)]
    assert len(refused) == 19
    assert {refusal.code for refusal in refused} == {"ledger_conflict"}
    assert {refusal.facts["last_version"] for refusal in refused} == {"2"}
    assert len(await reader.history(CODE)) == 2
    written = [await reader.command(rival.command_id) for rival in rivals]
    assert len([command for command in written if command]) == 1


async def test_a_delivery_waits_for_its_twin(ledger: Ledger, pool: Pool) -> None:
    """While one delivery of a command is not committed, others wait for it and then return its result."""
    request = append(CODE, [submitted(CODE)])
    async with pool.acquire() as first:
        transaction = first.transaction()
        await transaction.start()
        await first.fetchrow(APPEND, *arguments(request))
        twins = [asyncio.create_task(ledger.record(request)) for _ in range(3)]
        await wait_for_blocked_sessions(pool, sessions=3)
        await transaction.commit()
    answers = await asyncio.gather(*twins)
    assert [(answer.repeated, answer.earlier) for answer in answers] == [(True, (submitted(CODE),))] * 3


async def test_a_rival_waits_and_is_refused(ledger: Ledger, reader: LedgerReader, pool: Pool) -> None:
    """Of two commands in flight on one version, the second waits for the first and is then refused with the new
    version."""
    winner, loser = append(CODE, [started()]), append(CODE, [submitted(CODE)])
    async with pool.acquire() as first:
        transaction = first.transaction()
        await transaction.start()
        await first.fetchrow(APPEND, *arguments(winner))
        rival = asyncio.create_task(ledger.record(loser))
        await wait_for_blocked_sessions(pool, sessions=1)
        await transaction.commit()
    with pytest.raises(Conflict, match="ledger_conflict") as refusal:
        await rival
    assert refusal.value.facts["last_version"] == "1"
    assert [recorded.command_id for recorded in await reader.history(CODE)] == [winner.command_id]


async def test_a_rival_goes_on_when_the_first_fails(ledger: Ledger, reader: LedgerReader, pool: Pool) -> None:
    """When the first transaction is rolled back, the waiting second command is written."""
    failed, second = append(CODE, [started()]), append(CODE, [submitted(CODE)])
    async with pool.acquire() as first:
        transaction = first.transaction()
        await transaction.start()
        await first.fetchrow(APPEND, *arguments(failed))
        rival = asyncio.create_task(ledger.record(second))
        await wait_for_blocked_sessions(pool, sessions=1)
        await transaction.rollback()
    assert (await rival).last_version == 1
    assert [recorded.command_id for recorded in await reader.history(CODE)] == [second.command_id]


@pytest.mark.parametrize("after", [[submitted(CODE), started()], []], ids=["gap", "fork"])
async def test_a_gap_or_a_fork_is_refused(ledger: Ledger, reader: LedgerReader, after: list[AnyEvent]) -> None:
    """An append that does not follow the last version is refused and leaves no row."""
    await ledger.record(append(CODE, [submitted(CODE)]))
    wrong = append(CODE, [step(2)], after=after)
    with pytest.raises(Conflict, match="ledger_conflict") as refusal:
        await ledger.record(wrong)
    assert refusal.value.facts == {"dossier": CODE, "after_version": str(len(after)), "last_version": "1"}
    assert await reader.command(wrong.command_id) is None
    assert len(await reader.history(CODE)) == 1


async def test_a_command_id_belongs_to_one_dossier(ledger: Ledger, reader: LedgerReader) -> None:
    """A command id that was used for another dossier is refused, and the message names that dossier."""
    first = append(CODE, [submitted(CODE)])
    await ledger.record(first)
    with pytest.raises(Conflict, match="command_id_reused") as refusal:
        await ledger.record(
            append("H42.12-250701-0002", [submitted("H42.12-250701-0002")], command_id=first.command_id)
        )
    assert refusal.value.facts["used_for"] == CODE
    assert await reader.history("H42.12-250701-0002") == []


async def test_the_read_models_follow_in_the_same_transaction(ledger: Ledger, reader: LedgerReader, pool: Pool) -> None:
    """The register and the work-lists show the view of the last append, and no older item remains."""
    await ledger.record(append(CODE, [submitted(CODE)]))
    before = await work_of(pool, "13366")
    ended = append(CODE, [started()], after=[submitted(CODE)], state=State.RESOLVED, portal_code=9, work=())
    await ledger.record(ended)

    assert [row.item.act for row in before] == ["complete_step"]
    assert await work_of(pool, "13366") == []
    row = await reader.dossier(CODE)
    assert row is not None
    assert row.model_dump() == ended.view.model_dump(exclude={"form", "work"})


async def test_nothing_is_written_when_the_view_cannot_be(ledger: Ledger, reader: LedgerReader, pool: Pool) -> None:
    """Events and views are one transaction: when PostgreSQL refuses the view, no event is written."""
    request = append(CODE, [submitted(CODE)], portal_code=99_999)
    with pytest.raises(InvalidInput, match="not_recordable"):
        await ledger.record(request)
    assert await reader.history(CODE) == []
    assert await reader.command(request.command_id) is None


async def test_a_nul_is_refused_before_it_is_sent(ledger: Ledger) -> None:
    """Text with a NUL, which PostgreSQL cannot store, is refused with an error code."""
    event = step(1).model_copy(update={"step": "b\x001"})
    request = append(CODE, [submitted(CODE)])
    with pytest.raises(InvalidInput, match="NUL at"):
        await ledger.record(request.model_copy(update={"events": (event,)}))


async def test_the_view_must_be_of_the_last_event() -> None:
    """A view of another version or another dossier cannot be constructed."""
    good = append(CODE, [submitted(CODE)])
    with pytest.raises(ValueError, match="view_mismatch"):
        type(good).model_validate({**dict(good), "view": view_of(CODE, [submitted(CODE), started()])})


@pytest.mark.parametrize("role", ["url", "admin_url", "superuser_url"])
@pytest.mark.parametrize(
    "statement",
    [
        "update event set body = '{}'",
        "delete from event",
        "truncate event",
        "update command set last_version = 9",
        "delete from command",
        "truncate command",
    ],
)
async def test_the_record_is_append_only(ledger: Ledger, database: Database, role: str, statement: str) -> None:
    """No role can change a row: the application lacks the privilege, a trigger stops owner and superuser."""
    await ledger.record(append(CODE, [submitted(CODE)]))
    connection = await asyncpg.connect(getattr(database, role))
    try:
        with pytest.raises(asyncpg.PostgresError) as refusal:
            await connection.execute(statement)
    finally:
        await connection.close()
    by_privilege = isinstance(refusal.value, asyncpg.InsufficientPrivilegeError)
    assert by_privilege if role == "url" else refusal.value.sqlstate == "LX003"


async def test_replication_mode_does_not_open_the_guard(ledger: Ledger, database: Database) -> None:
    """The trigger also works in a session that has switched ordinary triggers off."""
    await ledger.record(append(CODE, [submitted(CODE)]))
    connection = await asyncpg.connect(database.superuser_url)
    try:
        await connection.execute("set session_replication_role = replica")
        with pytest.raises(asyncpg.PostgresError, match="append_only"):
            await connection.execute("delete from event")
    finally:
        await connection.close()


async def test_the_activity_names_its_refusal(ledger: Ledger) -> None:
    """The activity raises a conflict as an error that Temporal does not retry, with the code as its type."""
    with pytest.raises(ApplicationError) as refusal:
        await ActivityEnvironment().run(ledger.append, append(CODE, [step(1)], after=[submitted(CODE)]))
    assert refusal.value.type == "ledger_conflict"
    assert refusal.value.non_retryable
    sentences, facts = refusal.value.details
    assert CODE in sentences["vi"]
    assert facts["last_version"] == "0"


async def test_an_absent_database_is_retried(database: Database) -> None:
    """A closed or unreachable database raises an error that Temporal retries."""
    pool = await open_pool(database.url, size=1)
    await pool.close()
    with pytest.raises(ApplicationError) as failure:
        await ActivityEnvironment().run(Ledger(pool).append, append(CODE, [submitted(CODE)]))
    assert failure.value.type == "database_unavailable"
    assert not failure.value.non_retryable


async def test_what_the_database_refused_can_be_told(database: Database) -> None:
    """An unknown refusal of the database is passed to Temporal unchanged. (An error that was its own cause cost the
    worker 0.2 s and a full stack each time, while every other dossier waited.)"""
    pool = await open_pool(database.url, 1)
    await pool.execute("set default_transaction_read_only = on")
    with pytest.raises(ApplicationError) as raised:
        await ActivityEnvironment().run(Ledger(pool).append, append(CODE, [submitted(CODE)]))
    converted = Failure()
    DefaultFailureConverter().to_failure(raised.value, DefaultPayloadConverter(), converted)
    assert converted.application_failure_info.type == "database_unavailable"
    assert converted.cause.cause.application_failure_info.type == "ReadOnlySQLTransactionError"
    await pool.close()


async def test_a_broken_connection_is_replaced(ledger: Ledger, database: Database) -> None:
    """After the server has ended every session, one append fails as retryable and the next succeeds."""
    await ledger.record(append(CODE, [submitted(CODE)]))
    connection = await asyncpg.connect(database.superuser_url)
    await connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
        "and pid <> pg_backend_pid()"
    )
    await connection.close()
    request = append(CODE, [started()], after=[submitted(CODE)])
    for _ in range(10):
        try:
            answer = await ledger.record(request)
            break
        except DatabaseUnavailable:
            continue
    else:
        pytest.fail("the pool did not recover")
    assert answer.last_version == 2


async def test_nobody_there_is_said_with_the_address() -> None:
    """When no database listens, the error names host and port, but not the password."""
    with pytest.raises(DatabaseUnavailable, match="database_unavailable") as failure:
        await open_pool("postgresql://someone:secret@127.0.0.1:1/luongxanh")
    assert failure.value.facts["address"] == "127.0.0.1:1/luongxanh"
    assert "secret" not in failure.value.message.vi + failure.value.message.en + str(failure.value)
