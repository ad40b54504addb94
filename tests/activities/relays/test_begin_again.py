"""A relay begins again by order of an operator: everything is handed on once more, and the order is on record."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from activities.ledger.feed import Cursor, Feed
from activities.ledger.pool import DatabaseRefuses
from activities.ledger.verification.walk import verify
from activities.relays.begin_again import RelayBeginnings
from activities.relays.relay import Relay
from domain.errors import Conflict, InvalidInput, NotFound
from domain.record.sealing import RecordedEvent
from tests.support.databases import Database
from tests.support.given import resolved, submitted
from tests.support.relay_office import Office
from tests.support.waiting import until

pytestmark = pytest.mark.stack

ORDER = ("cb.TTPVHCC.operator.1", "Cổng mất dữ liệu, sự cố 12")
CODE = "H42.1-250707-0001"


async def misplaced(office: Office) -> list[str]:
    """What `ledger verify` says of the cursors."""
    return [one.code for one in (await verify(office.pool)).problems if one.table == "cursor"]


async def test_everything_is_handed_on_once_more(office: Office) -> None:
    """The portal is told every dossier again, nobody gets a second message, and the cursor is sound before and after.

    Who ordered it, why, and where the relay stood are recorded.
    """
    await office.record(resolved(), CODE)
    relays = {"portal": office.portal(), "notices": office.notices()}
    passed = {name: await relay.step() for name, relay in relays.items()}
    told = (await office.inspect("portal"))["received"]
    beginnings = RelayBeginnings(office.pool)
    for name, relay in relays.items():
        stood = await Feed(office.pool).cursor(name)
        assert await beginnings.look(name) == await beginnings.begin_again(name, *ORDER)
        assert await misplaced(office) == []
        recorded = await office.pool.fetchrow("select * from relay_begun_again where reader = $1", name)
        assert (recorded["who"], recorded["why"]) == ORDER
        assert Cursor(xid=recorded["stood_xid"], position=recorded["stood_position"]) == stood
        assert await relay.step() == passed[name] == recorded["passed"]
        assert await Feed(office.pool).cursor(name) == stood
    again = (await office.inspect("portal"))["received"]
    assert again["DongBoHoSoMC"] == 2 * told["DongBoHoSoMC"]
    assert {one["times"] for one in (await office.inspect("sms"))["effects"]} == {1}
    assert await misplaced(office) == []
    assert (await beginnings.latest())["portal"].who == ORDER[0]


async def test_a_relay_that_hands_on_is_waited_for(office: Office) -> None:
    """The order comes between two batches: every event is handed on twice, in order, and none is passed over.

    Where the relay does not pause, the answer is `relay_busy`, and nothing is changed.
    """
    heard: list[int] = []
    slow = asyncio.Event()
    working = asyncio.Event()

    async def hand(events: list[RecordedEvent]) -> None:
        working.set()
        await slow.wait()
        heard.extend(event.position for event in events)

    await office.record(resolved(), CODE)
    stopping = asyncio.Event()
    running = asyncio.create_task(Relay("portal", office.pool, hand).run(stopping))
    await working.wait()
    await office.pool.execute("insert into cursor values ('portal', '1', 0, default, 0)")  # it has begun
    with pytest.raises(Conflict, match="relay_busy"):
        await RelayBeginnings(office.pool, patience=1).begin_again("portal", *ORDER)
    assert await RelayBeginnings(office.pool).latest() == {}
    order = asyncio.create_task(RelayBeginnings(office.pool).begin_again("portal", *ORDER))
    slow.set()
    done = await order
    await until(lambda: len(heard) >= 2 * done.events, "every event is heard twice")
    stopping.set()
    await running
    assert heard == heard[: done.events] * 2
    assert heard[: done.events] == sorted(set(heard))


async def test_a_batch_on_its_way_does_not_undo_the_order(office: Office) -> None:
    """A process that lost its connection, and the lock with it, hands a batch on and moves the cursor no more."""
    await office.record(submitted(), CODE)
    await office.portal().step()
    await office.record(submitted(), "H42.1-250707-0002")

    async def hand(events: list[RecordedEvent]) -> None:
        await RelayBeginnings(office.pool).begin_again("portal", *ORDER)

    assert await Relay("portal", office.pool, hand).step() == 1
    assert await Feed(office.pool).cursor("portal") == Cursor()
    assert await misplaced(office) == []


async def test_nothing_to_repeat_is_an_answer(office: Office) -> None:
    """A relay that has handed on nothing, and the second order in a row: `relay_at_beginning`, recorded once."""
    await office.record(submitted(), CODE)
    beginnings = RelayBeginnings(office.pool)
    with pytest.raises(Conflict, match="relay_at_beginning"):
        await beginnings.look("portal")
    await office.portal().step()
    orders = [beginnings.begin_again("portal", *ORDER) for _ in range(2)]
    answers = await asyncio.gather(*orders, return_exceptions=True)
    refused = [one for one in answers if isinstance(one, Conflict)]
    assert [one.code for one in refused] == ["relay_at_beginning"]
    assert await office.pool.fetchval("select count(*) from relay_begun_again") == 1


async def test_whoever_orders_it_is_told_what_is_wrong(office: Office, database: Database) -> None:
    """A relay that there is not, a name in place of an identifier, a reason that names somebody, a role that may not:
    each with its code, and the cursor stays where it stood."""
    await office.record(submitted(), CODE)
    await office.portal().step()
    stood = await Feed(office.pool).cursor("portal")
    beginnings = RelayBeginnings(office.pool)
    with pytest.raises(NotFound, match="unknown_relay") as unknown:
        await beginnings.begin_again("gateway", *ORDER)
    assert unknown.value.facts["known"] == "portal, notices, interconnection, documents, assigner, link"
    with pytest.raises(InvalidInput, match="operator_not_an_identifier"):
        await beginnings.begin_again("portal", "Nguyễn Văn An", "Sự cố")
    with pytest.raises(InvalidInput, match="particulars_in_record"):
        await beginnings.begin_again("portal", ORDER[0], "CCCD 035099001234")
    owner = await asyncpg.connect(database.admin_url)
    await owner.execute("revoke insert on relay_begun_again from luongxanh_app")
    await owner.close()
    with pytest.raises(DatabaseRefuses, match="database_refused") as refused:
        await beginnings.begin_again("portal", *ORDER)
    assert refused.value.facts["sqlstate"] == "42501"
    assert await Feed(office.pool).cursor("portal") == stood
