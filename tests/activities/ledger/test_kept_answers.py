"""Tests of kept answers: one request of several takes a key, a dead process gives it up, and old answers go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import pytest

from activities.ledger.kept_answers import TAKEN_FOR, Answer, Found, KeptAnswers, KeyedRequest
from activities.ledger.pool import Pool, open_pool
from tests.support.databases import Database

pytestmark = pytest.mark.stack

CALLER, KEY = "service/kiosk", "key-1"
DONE = Answer(status=200, headers={"ETag": '"2"'}, body="{}")
ID = UUID("7d1f0c6e-4a55-4d1a-9a3b-2b1f0e6d9c11")
ASKED = KeyedRequest(caller=CALLER, key=KEY, fingerprint=b"asked", command_id=ID)
OTHER = ASKED.model_copy(update={"fingerprint": b"other", "command_id": uuid4()})


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    opened = await open_pool(database.url, 8)
    yield opened
    await opened.close()


def under(key: str, asked: KeyedRequest = ASKED) -> KeyedRequest:
    """The same under another key."""
    return asked.model_copy(update={"key": key, "command_id": uuid4()})


async def taken(answers: KeptAnswers, asked: KeyedRequest, after: timedelta = TAKEN_FOR) -> datetime:
    """Takes the key, and says when."""
    new = await answers.take(asked, after)
    assert new.found is Found.NEW
    assert new.taken_at is not None
    return new.taken_at


async def test_one_of_many_takes_the_key(pool: Pool) -> None:
    """Of twenty requests at once one takes the key, and the others find it in flight."""
    answers = KeptAnswers(pool)
    for turn in range(50):
        asked = under(f"key-{turn}")
        taken = await asyncio.gather(*(answers.take(asked) for _ in range(20)))
        assert sorted(one.found for one in taken) == [Found.IN_FLIGHT] * 19 + [Found.NEW]


async def test_no_second_index_refuses_a_key(pool: Pool) -> None:
    """`on conflict` names the primary key. Another unique index would fail one of two requests at times."""
    unique = "select indexrelid::regclass::text from pg_index where indrelid = 'kept_answer'::regclass and indisunique"
    assert [row[0] for row in await pool.fetch(unique)] == ["kept_answer_pkey"]


async def test_the_kept_answer_is_given_again(pool: Pool) -> None:
    """A kept answer is given to the same request, never to another one, nor to another caller; the first stays."""
    answers = KeptAnswers(pool)
    await answers.take(ASKED)
    await answers.keep(ASKED, DONE)
    await answers.keep(ASKED, DONE.model_copy(update={"status": 500}))
    assert (await answers.take(ASKED)).answer == DONE
    assert (await answers.take(OTHER)).found is Found.OTHER_REQUEST
    assert (await answers.take(ASKED.model_copy(update={"caller": "service/another"}))).found is Found.NEW


async def test_the_key_of_a_dead_process_is_taken_over(pool: Pool) -> None:
    """A request that nobody has answered for a while may be sent again by its caller; another request may not."""
    answers = KeptAnswers(pool)
    await answers.take(ASKED)
    at_once = timedelta(seconds=0)
    assert (await answers.take(OTHER, at_once)).found is Found.OTHER_REQUEST
    assert (await answers.take(ASKED, at_once)).found is Found.NEW


async def test_a_request_that_was_not_carried_out_gives_its_key_back(pool: Pool) -> None:
    """A key that is given back is new again; a kept answer is not given back."""
    answers = KeptAnswers(pool)
    await answers.release(ASKED, await taken(answers, ASKED))
    again = await taken(answers, OTHER)
    await answers.keep(OTHER, DONE)
    await answers.release(ASKED, again)
    assert (await answers.take(OTHER)).answer == DONE


async def test_a_key_that_was_taken_over_is_not_given_back(pool: Pool) -> None:
    """Who took a key first and fails late does not take it from who has it now."""
    answers = KeptAnswers(pool)
    first = await taken(answers, ASKED)
    await taken(answers, ASKED, timedelta(seconds=0))
    await answers.release(ASKED, first)
    assert (await answers.take(ASKED)).found is Found.IN_FLIGHT


async def test_old_answers_are_removed(pool: Pool) -> None:
    """Answers older than the time they are kept are removed, and younger ones stay."""
    answers = KeptAnswers(pool)
    for key in ("old", "young"):
        await answers.take(under(key))
        await answers.keep(under(key), DONE)
    await pool.execute("update kept_answer set taken_at = taken_at - interval '36 days' where key = 'old'")
    assert await answers.sweep(timedelta(days=35)) == 1
    assert (await answers.take(under("young"))).answer == DONE
    assert (await answers.take(under("old"))).found is Found.NEW


async def test_an_answer_is_kept_although_the_taken_key_was_lost(pool: Pool) -> None:
    """A crash may lose the key that was taken. The answer is kept, and not under the key of another request."""
    answers = KeptAnswers(pool)
    await answers.keep(ASKED, DONE)
    assert (await answers.take(ASKED)).answer == DONE
    found = await answers.of_command(CALLER, ID)
    assert found is not None
    assert found.answer == DONE
    await answers.take(under("another", OTHER))
    await answers.keep(under("another"), DONE)
    assert (await answers.take(under("another", OTHER))).found is Found.IN_FLIGHT


WATCH_COMMITS = """
create table commits (number int generated always as identity, how text);
grant insert on commits to luongxanh_app;
create function watch_commit() returns trigger language plpgsql as $$
begin
    insert into commits (how) values (current_setting('synchronous_commit'));
    return null;
end
$$;
create constraint trigger watch_commit after insert or update on kept_answer
    deferrable initially deferred for each row execute function watch_commit()
"""
"""Writes down how each change of the table is committed: a deferred trigger runs at the commit."""


async def test_only_what_the_ledger_knows_too_does_not_wait_for_the_disk(database: Database) -> None:
    """A row that may be lost is committed without waiting, and this says nothing about the next statements."""
    admin = await asyncpg.connect(database.superuser_url)
    await admin.execute(f"alter database {database.name} set synchronous_commit = on")
    await admin.execute(WATCH_COMMITS)
    pool = await open_pool(database.url, 1)
    answers = KeptAnswers(pool)
    await answers.take(under("lazy"), lasting=False)
    await answers.keep(under("lazy"), DONE, lasting=False)
    await answers.take(under("sure"))
    await answers.keep(under("sure"), DONE)
    commits = [row["how"] for row in await admin.fetch("select how from commits order by number")]
    await pool.close()
    await admin.close()
    assert commits == ["off", "off", "on", "on"]
