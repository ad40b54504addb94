"""Tests of times that PostgreSQL can store but Python cannot: the row is named, and verification and the feed go on."""

from __future__ import annotations

import pytest

from activities.ledger.feed import Feed
from activities.ledger.pool import Connection, Pool
from activities.ledger.verification.walk import verify
from tests.support.ledger_samples import fold, open_dossier, started, step
from tests.support.tampering import as_owner_of_the_server

pytestmark = pytest.mark.stack

TIMES = ("infinity", "-infinity", "4713-01-01 00:00:00 BC", "200000-01-01")


@pytest.mark.parametrize("time", TIMES)
async def test_an_event_of_an_impossible_time_is_named_and_stops_nobody(
    pool: Pool, superuser: Connection, time: str
) -> None:
    """Such an event is named as changed by its hash; a reader of the feed sets it aside and gets the other events."""
    one = await open_dossier(pool, "one", started(), step(1))
    two = await open_dossier(pool, "two", started())
    await as_owner_of_the_server(superuser, f"update event set at = '{time}' where dossier = '{one}' and version = 2")  # noqa: S608
    problems = (await verify(pool, fold=fold)).problems
    assert [(found.code, found.dossier, found.version) for found in problems[:1]] == [("row_altered", one, 2)]
    handed_on = (await Feed(pool).next_batch("portal", 10)).events
    assert [event.dossier for event in handed_on] == [one] * 3 + [two] * 2


@pytest.mark.parametrize("time", TIMES)
async def test_a_read_model_of_an_impossible_time_is_named(pool: Pool, superuser: Connection, time: str) -> None:
    """Such a time is named in every time column of the register and of the work-list."""
    one = await open_dossier(pool, "one", started(), step(1))
    columns = await superuser.fetch(
        "select table_name, column_name from information_schema.columns "
        "where data_type = 'timestamp with time zone' and table_name in ('dossier', 'work_item')"
    )
    for table, column in columns:
        await superuser.execute(f"update {table} set {column} = '{time}'")  # noqa: S608
    found = (await verify(pool, fold=fold)).problems
    assert {(each.dossier, each.table, each.column) for each in found} >= {(one, *column) for column in columns}
