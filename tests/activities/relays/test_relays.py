"""Tests of the relays, which pass every event of the ledger to outside systems at least once."""

from __future__ import annotations

import asyncio
import json
from functools import partial

import asyncpg
import pytest

from activities.adapters.errors import OutsideError
from activities.ledger.feed import Feed
from activities.ledger.pool import open_pool
from activities.ledger.reading import LedgerReader
from activities.ledger.verification.walk import verify
from activities.relays.relay import Relay
from activities.relays.set_aside import SetAsideList
from domain.record.sealing import RecordedEvent
from tests.support.databases import Database
from tests.support.given import resolved, submitted, supplement_asked
from tests.support.relay_office import Office
from tests.support.waiting import until

pytestmark = pytest.mark.stack


async def test_the_portal_learns_where_each_dossier_stands(office: Office) -> None:
    """Every dossier is created or updated once a batch, and every completed step is sent."""
    first = await office.record(resolved(), "H42.1-250707-0001")
    await office.record(submitted(), "H42.1-250707-0002")
    assert await office.portal().step() > 0
    portal = await office.inspect("portal")
    created = [one["key"] for one in portal["effects"] if one["service"] == "created"]
    assert sorted(created) == [first, "H42.1-250707-0002"]
    assert (len(portal["steps"]), portal["received"]["CapNhatTienDoHoSoMC"]) == (3, 1)
    assert await office.portal().step() == 0


async def test_a_portal_that_is_down_is_waited_for(office: Office) -> None:
    """The cursor does not move while the portal is down; afterwards everything is sent once."""
    code = await office.record(resolved(), "H42.1-250707-0001")
    await office.control("portal", {"mode": "down"})
    with pytest.raises(OutsideError):
        await office.portal().step()
    assert await Feed(office.pool).lag("portal") > 0
    await office.control("portal")
    assert await office.portal().step() > 0
    effects = (await office.inspect("portal"))["effects"]
    assert [one["times"] for one in effects if one["key"] == code and one["service"] == "created"] == [1]


async def test_one_bad_case_never_blocks_the_rest(office: Office) -> None:
    """Events that the portal refuses for good, or that we cannot convert, are set aside, and the others are sent."""
    handed: list[str] = []

    async def hand(events: list[RecordedEvent]) -> None:
        if events[0].dossier.endswith("0001"):
            raise ValueError("a mistake of ours")
        handed.append(events[0].dossier)

    for number in (1, 2, 3):
        await office.record(submitted(), f"H42.1-250707-000{number}")
    assert await Relay("any", office.pool, hand).step() == 3
    assert sorted(handed) == ["H42.1-250707-0002", "H42.1-250707-0003"]
    aside = await office.pool.fetch("select dossier, code from relay_problem where reader = 'any'")
    assert [(row["dossier"], row["code"]) for row in aside] == [("H42.1-250707-0001", "ValueError")]


async def test_one_refused_event_takes_no_other_with_it(office: Office) -> None:
    """Several events of one dossier are handed together. One of them is refused: it alone is set aside, and those
    before and after it are sent. When an operator orders it again, nothing of that dossier is missing."""
    handed: list[int] = []
    refusing = True

    async def hand(events: list[RecordedEvent]) -> None:
        for one in events:
            if one.version == 2 and refusing:
                raise ValueError("a mistake of ours")
            handed.append(one.version)

    code = await office.record(resolved(), "H42.1-250707-0001")
    relay, aside = Relay("any", office.pool, hand), SetAsideList(office.pool)
    last = await relay.step()
    assert [(one.dossier, one.version) for one in await aside.open()] == [(code, 2)]
    assert set(handed) == {1, *range(3, last + 1)}
    refusing = False
    await aside.order_again("any", code, 2, "cb.TTPVHCC.operator.1", "đã sửa")
    await Relay("any", office.pool, hand).step()
    assert set(handed) == set(range(1, last + 1))
    assert await aside.open() == []


async def test_a_row_that_cannot_be_read_never_blocks_the_rest(office: Office, database: Database) -> None:
    """An event that this release cannot read is set aside for operators; earlier and later events, also of its
    dossier, are sent in order."""
    received: list[tuple[str, str]] = []

    async def hand(events: list[RecordedEvent]) -> None:
        received.extend((event.dossier, event.kind) for event in events)

    codes = [f"H42.1-250707-000{number}" for number in (1, 2)]
    for number, code in enumerate(codes):
        await office.record(resolved(number=f"{number}/KS-UBND"), code)
    superuser = await asyncpg.connect(database.superuser_url)
    try:
        await superuser.execute("alter table event disable trigger append_only")
        await superuser.execute("update event set kind = 'of_tomorrow' where dossier = $1 and version = 2", codes[0])
        await superuser.execute("alter table event enable always trigger append_only")
    finally:
        await superuser.close()
    relay = Relay("any", office.pool, hand)
    assert await relay.step() > 0
    assert await relay.step() == 0
    written = [(event.dossier, event.kind) for event in await LedgerReader(office.pool).history(codes[1])]
    assert [one for one in received if one[0] == codes[1]] == written
    kinds = [kind for _, kind in written]
    assert [kind for code, kind in received if code == codes[0]] == [kinds[0], *kinds[2:]]
    [aside] = await SetAsideList(office.pool).open()
    assert (aside.relay, aside.dossier, aside.version, aside.code) == ("any", codes[0], 2, "event_unreadable")


@pytest.mark.parametrize(
    "body",
    [
        "(repeat('[', 3000) || repeat(']', 3000))",
        """('{"kind": "dossier_accepted", "fee": ' || repeat('9', 6000) || '}')""",
        "'[]'",
        "'7'",
    ],
)
async def test_a_body_that_nobody_could_have_written_stops_nobody(
    office: Office, database: Database, body: str
) -> None:
    """A body that is deeply nested, has huge numbers or is no object is set aside as well."""
    received: list[int] = []

    async def hand(events: list[RecordedEvent]) -> None:
        received.extend(event.version for event in events)

    await office.record(resolved(), "H42.1-250707-0001")
    superuser = await asyncpg.connect(database.superuser_url)
    try:
        await superuser.execute("alter table event disable trigger append_only")
        await superuser.execute(f"update event set body = {body}::jsonb where version = 2")  # noqa: S608
        await superuser.execute("alter table event enable always trigger append_only")
    finally:
        await superuser.close()
    assert await Relay("any", office.pool, hand).step() > 0
    assert received[:3] == [1, 3, 4]
    [aside] = await SetAsideList(office.pool).open()
    assert (aside.version, aside.code) == (2, "event_unreadable")
    assert "row_altered" in {one.code for one in (await verify(office.pool)).problems}


async def test_only_one_process_runs_a_relay(office: Office, database: Database) -> None:
    """Of two relays with the same name one works and the other waits, so nothing is sent twice."""
    received: list[tuple[str, int]] = []
    working, go_on = asyncio.Event(), asyncio.Event()

    async def first(events: list[RecordedEvent]) -> None:
        working.set()
        await go_on.wait()
        received.extend(("first", event.position) for event in events)

    async def second(events: list[RecordedEvent]) -> None:
        received.extend(("second", event.position) for event in events)

    for number in range(6):
        await office.record(submitted(), f"H42.1-250707-000{number}")
    stopping, pool_of_second = asyncio.Event(), await open_pool(database.url, 3, name="second")
    running = [asyncio.create_task(Relay("one", office.pool, first).run(stopping))]
    try:
        await working.wait()
        looked = await office.pool.fetchval("select clock_timestamp()")
        running.append(asyncio.create_task(Relay("one", pool_of_second, second).run(stopping)))
        for time in ("once", "again"):  # whoever was let in the first time has handed everything on before the second
            looked = await until(partial(office.pool.fetchval, LOOKED, "second", looked), f"the second looks {time}")
        go_on.set()
        await until(partial(read_to_the_end, office, "one"), "everything is handed on")
    finally:
        go_on.set()
        stopping.set()
        await asyncio.gather(*running)
        await pool_of_second.close()
    assert [who for who, _ in received] == ["first"] * 6
    assert len(set(received)) == 6


LOOKED = """
    select query_start from pg_stat_activity
    where application_name = $1 and state = 'idle' and query_start > $2 and query like '%pg_try_advisory_lock%'
"""
"""When somebody's relay asked after that time whether it may work."""


async def read_to_the_end(office: Office, reader: str) -> bool:
    """Whether the relay's cursor stands behind every event."""
    return await Feed(office.pool).lag(reader) == 0


class FailingOnce(Relay):
    """A relay whose first look at the feed ends in an error that nobody thought of."""

    failed = False

    async def step(self) -> int:
        """As the real one, after the first time."""
        if not self.failed:
            self.failed = True
            raise RuntimeError("once")
        return await super().step()


async def test_a_relay_outlives_whatever_goes_wrong(office: Office) -> None:
    """An error outside a single event, such as an unreadable feed, does not end the relay, which goes on afterwards."""
    await office.record(submitted(), "H42.1-250707-0001")
    received: list[str] = []

    async def hand(events: list[RecordedEvent]) -> None:
        received.append(events[0].dossier)

    stopping = asyncio.Event()
    running = asyncio.create_task(FailingOnce("stubborn", office.pool, hand).run(stopping))
    await until(lambda: received, "the event is handed on")
    stopping.set()
    await running
    assert received == ["H42.1-250707-0001"]


async def test_notices_are_sent_once_whatever_is_repeated(office: Office) -> None:
    """When the same events are passed on again, no person gets a second message."""
    await office.record(resolved(), "H42.1-250707-0001")
    relay = office.notices()
    await relay.step()
    await office.pool.execute("update cursor set xid = '1', position = 0 where reader = 'notices'")
    await relay.step()
    effects = (await office.inspect("sms"))["effects"]
    assert effects
    assert {one["times"] for one in effects} == {1}


async def test_a_supplement_is_asked_for_in_words(office: Office) -> None:
    """The message has the procedure's name of the document (`Đơn`), not its code."""
    case = supplement_asked()
    await office.record(case, "H42.1-250707-0001")
    await office.notices().step()
    assert "cần bổ sung: Đơn." in json.dumps(await office.inspect("sms"), ensure_ascii=False)
