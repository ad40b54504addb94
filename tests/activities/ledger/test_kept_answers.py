"""Tests of kept answers: one request of several takes a key, a dead process gives it up, and old answers go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from activities.ledger.kept_answers import TAKEN_FOR, Answer, Found, KeptAnswers
from activities.ledger.pool import Pool, open_pool
from tests.support.databases import Database

pytestmark = pytest.mark.stack

CALLER, KEY = "service/kiosk", "key-1"
DONE = Answer(status=200, headers={"ETag": '"2"'}, body="{}")
ASKED, OTHER = b"asked", b"other"


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    opened = await open_pool(database.url, 8)
    yield opened
    await opened.close()


async def taken(answers: KeptAnswers, asked: bytes, after: timedelta = TAKEN_FOR) -> datetime:
    """Takes the key, and says when."""
    new = await answers.take(CALLER, KEY, asked, uuid4(), after)
    assert new.found is Found.NEW
    assert new.taken_at is not None
    return new.taken_at


async def test_one_of_many_takes_the_key(pool: Pool) -> None:
    """Of twenty requests at once one takes the key, and the others find it in flight."""
    answers = KeptAnswers(pool)
    taken = await asyncio.gather(*(answers.take(CALLER, KEY, ASKED, uuid4()) for _ in range(20)))
    assert sorted(one.found for one in taken) == [Found.IN_FLIGHT] * 19 + [Found.NEW]


async def test_the_kept_answer_is_given_again(pool: Pool) -> None:
    """A kept answer is given to the same request, never to another one, nor to another caller; the first stays."""
    answers = KeptAnswers(pool)
    await answers.take(CALLER, KEY, ASKED, uuid4())
    await answers.keep(CALLER, KEY, DONE)
    await answers.keep(CALLER, KEY, DONE.model_copy(update={"status": 500}))
    assert (await answers.take(CALLER, KEY, ASKED, uuid4())).answer == DONE
    assert (await answers.take(CALLER, KEY, OTHER, uuid4())).found is Found.OTHER_REQUEST
    assert (await answers.take("service/another", KEY, ASKED, uuid4())).found is Found.NEW


async def test_the_key_of_a_dead_process_is_taken_over(pool: Pool) -> None:
    """A request that nobody has answered for a while may be sent again by its caller; another request may not."""
    answers = KeptAnswers(pool)
    await answers.take(CALLER, KEY, ASKED, uuid4())
    at_once = timedelta(seconds=0)
    assert (await answers.take(CALLER, KEY, OTHER, uuid4(), at_once)).found is Found.OTHER_REQUEST
    assert (await answers.take(CALLER, KEY, ASKED, uuid4(), at_once)).found is Found.NEW


async def test_a_request_that_was_not_carried_out_gives_its_key_back(pool: Pool) -> None:
    """A key that is given back is new again; a kept answer is not given back."""
    answers = KeptAnswers(pool)
    await answers.release(CALLER, KEY, await taken(answers, ASKED))
    again = await taken(answers, OTHER)
    await answers.keep(CALLER, KEY, DONE)
    await answers.release(CALLER, KEY, again)
    assert (await answers.take(CALLER, KEY, OTHER, uuid4())).answer == DONE


async def test_a_key_that_was_taken_over_is_not_given_back(pool: Pool) -> None:
    """Who took a key first and fails late does not take it from who has it now."""
    answers = KeptAnswers(pool)
    first = await taken(answers, ASKED)
    await taken(answers, ASKED, timedelta(seconds=0))
    await answers.release(CALLER, KEY, first)
    assert (await answers.take(CALLER, KEY, ASKED, uuid4())).found is Found.IN_FLIGHT


async def test_old_answers_are_removed(pool: Pool) -> None:
    """Answers older than the time they are kept are removed, and younger ones stay."""
    answers = KeptAnswers(pool)
    for key in ("old", "young"):
        await answers.take(CALLER, key, ASKED, uuid4())
        await answers.keep(CALLER, key, DONE)
    await pool.execute("update kept_answer set taken_at = taken_at - interval '36 days' where key = 'old'")
    assert await answers.sweep(timedelta(days=35)) == 1
    assert (await answers.take(CALLER, "young", ASKED, uuid4())).answer == DONE
    assert (await answers.take(CALLER, "old", ASKED, uuid4())).found is Found.NEW
