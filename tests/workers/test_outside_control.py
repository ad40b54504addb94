"""Tests of a worker's outside systems: settings that change, operators' orders, and limits that workers share."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from activities.adapters.errors import OutsideError
from activities.adapters.http import Connection
from activities.adapters.messages import OutsideCode
from activities.adapters.systems import Outside, open_outside
from activities.ledger.incident_rows import IncidentFilter, IncidentRows
from activities.ledger.outside_orders import OutsideOrders
from activities.ledger.pool import DatabaseUnavailable, Pool, open_pool
from activities.ledger.search.query import SearchScope
from activities.ledger.worker_breakers import WorkerBreakers
from domain.errors import Conflict, InvalidInput
from domain.incidents import IncidentAction, IncidentId, IncidentSource
from domain.outside_orders import OutsideAct
from domain.outside_systems import System
from gateway.client.watching.outside_systems import OutsideSystems, SystemState
from tests.activities.adapters.given import notice
from tests.activities.adapters.test_bulkheads import ANSWER
from tests.activities.adapters.test_connection import failure, http
from tests.support.databases import Database
from tests.support.waiting import until
from workers.outside_addresses import OutsideFile
from workers.outside_control import OutsideControl, obedient, open_ways, shared_paces, sharing_places, ways_of
from workers.settings import Settings, load_settings

pytestmark = pytest.mark.stack

SECRET = "mat-khau-rat-dai"  # noqa: S105  of nobody
HOUR = timedelta(hours=1)


class Process(NamedTuple):
    """What one worker process has of the outside systems."""

    quick: Outside
    patient: Outside
    control: OutsideControl
    pool: Pool

    @property
    def notices(self) -> Connection:
        """Its patient connection to the notice gateway."""
        return self.patient.connections[System.SMS]


@asynccontextmanager
async def process(name: str, database: Database, settings: Settings) -> AsyncIterator[Process]:
    """A worker process, put together as `workers.worker` does."""
    async with AsyncExitStack() as stack:
        pool = await open_pool(database.url, 4)
        stack.push_async_callback(pool.close)
        file = OutsideFile(settings)
        addresses = file.first()
        paces = shared_paces(addresses, pool)
        quick, patient = await stack.enter_async_context(open_ways(addresses.addresses, paces))
        control = OutsideControl(pool, file, addresses, ways_of(quick, patient), name)
        await control.begin()
        yield Process(quick, patient, control, pool)


class Arrivals:
    """A server on a real socket that answers at once and keeps when each request came."""

    def __init__(self) -> None:
        self.at: list[float] = []
        self.now = 0
        self.most = 0
        self.slow = asyncio.Event()
        self.slow.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers one request, as soon as the server is not slow."""
        await reader.readuntil(b"\r\n\r\n")
        self.at.append(asyncio.get_running_loop().time())
        self.now += 1
        self.most = max(self.most, self.now)
        await self.slow.wait()
        self.now -= 1
        writer.write(http(ANSWER))
        await writer.drain()
        writer.close()


@pytest.fixture
async def arrivals() -> AsyncIterator[tuple[Arrivals, str]]:
    """The server, with its address."""
    one = Arrivals()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    async with server:
        yield one, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        one.slow.set()


def written(file: Path, url: str, without: System | None = None, **of_notices: Any) -> None:
    """The file of outside systems."""
    systems = [
        {
            "system": system.value,
            "base_url": f"{url}/{system.value}",
            "password": SECRET,
            **(of_notices if system is System.SMS else {}),
        }
        for system in System
        if system not in (without, System.EMAIL)
    ]
    file.write_text(json.dumps(systems), encoding="utf-8")


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    """A connection of an operator's command."""
    opened = await open_pool(database.url, 4)
    yield opened
    await opened.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the file of outside systems is."""
    return tmp_path / "outside.json"


@pytest.fixture
def settings(file: Path, tmp_path: Path) -> Settings:
    """Settings that name it."""
    return load_settings({"LUONGXANH_OUTSIDE_FILE": str(file)}, tmp_path)


async def test_two_workers_never_exceed_the_rate_together(
    database: Database, settings: Settings, file: Path, arrivals: tuple[Arrivals, str]
) -> None:
    """Quick calls, patient calls and relays of two workers are counted where they arrive: in no window are there more
    than the system takes."""
    server, url = arrivals
    written(file, url, calls_per_second=50.0, quick_seconds=1.5)
    async with process("1@a", database, settings) as one, process("2@b", database, settings) as other:
        for process_ in (one, other):
            await process_.control.obey_and_tell()
        ways = [one.quick, one.patient, other.quick, other.patient]
        sent = await asyncio.gather(
            *(way.notices.sms.send(notice(f"n{number}")) for number in range(12) for way in ways),
            return_exceptions=True,
        )
        live = [one.notices.pace.processes, other.notices.pace.processes]
    made = [one for one in sent if not isinstance(one, BaseException)]
    assert len(server.at) == len(made) >= 24, "patient calls wait for their turn; quick ones may give up"
    assert all(isinstance(one, OutsideError) and one.reason == "no_free_place" for one in sent if one not in made)
    times = sorted(server.at)
    for window in (0.2, 0.5):
        most = max(sum(1 for later in times[place:] if later - at < window) for place, at in enumerate(times))
        assert most <= 50 * (window + 0.15) + 1
    assert live == [2, 2]


async def test_the_province_has_no_more_calls_at_once_than_its_limit(
    database: Database, settings: Settings, file: Path, arrivals: tuple[Arrivals, str]
) -> None:
    """Two workers whose calls hang have no more under way together than the province may; when one dies, the other gets
    its places."""
    server, url = arrivals
    written(file, url, province_calls=3, total_seconds=30)
    server.slow.clear()
    async with process("2@b", database, settings) as other:
        async with process("1@a", database, settings) as one:
            calls = [
                asyncio.create_task(each.patient.notices.sms.send(notice(f"n{number}")))
                for number in range(6)
                for each in (one, other)
            ]
            await until(lambda: one.notices.use().waiting + other.notices.use().waiting == 12, "all wait for places")
            for _ in range(3):
                await one.control.share_places()
                await other.control.share_places()
            await until(lambda: server.now == 3, "as many as the province may")
            for call in calls[::2]:
                call.cancel()
            await asyncio.gather(*calls[::2], return_exceptions=True)
        await other.pool.execute(
            "update outside_places set told_at = told_at - interval '1 hour' where process ~ '1@a'"
        )
        await other.control.share_places()
        server.slow.set()
        await asyncio.gather(*calls[1::2])
    assert server.most <= 3 + 3, "the calls of the worker that died are not under way any more"
    assert other.notices.use().places == 3


async def test_a_command_takes_a_place_of_the_province_and_gives_it_back(
    database: Database, settings: Settings, file: Path, arrivals: tuple[Arrivals, str]
) -> None:
    """While a worker has every place, a command waits for one; the worker has it again as soon as the command ends."""
    server, url = arrivals
    written(file, url, province_calls=2, total_seconds=30)
    server.slow.clear()
    async with process("1@a", database, settings) as worker:
        calls = [asyncio.create_task(worker.patient.notices.sms.send(notice(f"n{number}"))) for number in range(2)]
        await until(lambda: worker.notices.use().waiting == 2, "both wait for places")
        await worker.control.share_places()
        await until(lambda: server.now == 2, "the worker has every place")
        async with (
            open_outside(OutsideFile(settings).first().addresses) as asking,
            sharing_places(asking, worker.pool, "2@a"),
        ):
            asked = asyncio.create_task(asking.notices.sms.send(notice("of-the-command")))
            await until(lambda: asking.connections[System.SMS].use().waiting == 1, "the command waits")
            assert (server.most, asking.connections[System.SMS].use().places) == (2, 0)
            server.slow.set()
            await asyncio.gather(*calls)
            await worker.control.share_places()
            assert (await asked).message_id
            assert server.most == 2
        kept = await worker.pool.fetch("select process from outside_places")
        assert {row["process"] for row in kept} == {"1@a/quick", "1@a/patient"}


async def test_a_changed_file_is_taken_over_and_a_wrong_one_refused(
    database: Database, settings: Settings, file: Path, arrivals: tuple[Arrivals, str]
) -> None:
    """Right settings take effect without a restart, of wrong ones nothing does; which are in force is told, and no
    secret is."""
    _, url = arrivals
    written(file, url)
    async with process("1@a", database, settings) as one:
        first = one.control.report().settings
        written(file, url, concurrent_calls=3, calls_per_second=7.0, quick_seconds=0.4, total_seconds=4.0)
        await one.control.look_at_file()
        second = one.control.report().settings
        address = one.notices.address
        assert (address.concurrent_calls, address.total_seconds, one.notices.pace.per_second) == (3, 4.0, 7.0)
        assert one.quick.connections[System.SMS].address.total_seconds == 0.4
        wrong: list[tuple[Any, str]] = [
            ("{", "JSON"),
            (
                json.dumps([{"system": "land", "base_url": url, "password": SECRET, "concurrent_calls": 0}]),
                "must be 1 or more",
            ),
            (None, "missing land"),
        ]
        for content, because in wrong:
            if content is None:
                written(file, url, without=System.LAND)
            else:
                file.write_text(content, encoding="utf-8")
            await one.control.look_at_file()
            told = one.control.report().settings
            assert told.version == second.version
            assert told.refused not in (None, first.version, second.version)
            assert told.because is not None
            assert because in told.because.en, told.because.en
            assert SECRET not in one.control.report().model_dump_json()
        assert one.notices.address == address
        await one.control.obey_and_tell()
        [worker] = (await OutsideSystems(one.pool).now()).settings
        assert (worker.version, worker.because) == (second.version, told.because)
        file.unlink()
        await one.control.look_at_file()
        assert one.control.report().settings.because is not None
        written(file, url)
        await one.control.look_at_file()
        last = one.control.report().settings
    assert (last.version, last.refused, last.because) == (first.version, None, None)
    assert first.version != second.version
    assert len(first.version) == 8


async def test_orders_are_obeyed_by_workers_of_now_and_of_later(
    database: Database, settings: Settings, file: Path, arrivals: tuple[Arrivals, str]
) -> None:
    """An order holds every worker's calls of the system, also of one that starts later; ordered twice it is one order;
    back to automatic everything goes on."""
    server, url = arrivals
    written(file, url)
    async with process("1@a", database, settings) as one:
        systems = OutsideSystems(one.pool)
        given = await systems.order(System.SMS, OutsideAct.OPEN, None, "van-hanh", "Bảo trì")
        again = await systems.order(System.SMS, OutsideAct.OPEN, None, "nguoi-khac", "Bảo trì")
        assert (given.new, again.new, again.order) == (True, False, given.order)
        await one.control.obey_and_tell()
        async with process("2@b", database, settings) as later:
            for each in (one.quick, one.patient, later.quick, later.patient):
                assert (await failure(each.notices.sms.send(notice()))).code is OutsideCode.SYSTEM_HELD
            assert server.at == []
            seen = (await systems.now()).of(System.SMS)
            assert (seen.state, seen.obeyed_by, seen.workers) == (SystemState.HELD, 2, 2)
            assert seen.order is not None
            assert (seen.order.who, seen.order.why) == ("van-hanh", "Bảo trì")
            await systems.order(System.SMS, OutsideAct.DRAIN, HOUR, "van-hanh", "Bảo trì")
            draining = (await systems.now()).of(System.SMS)
            for control in (one.control, later.control):
                await control.obey_and_tell()
            drained = (await systems.now()).of(System.SMS)
            ended = await systems.order(System.SMS, OutsideAct.AUTOMATIC, None, "van-hanh", "Xong")
            nothing = await systems.order(System.SMS, OutsideAct.AUTOMATIC, None, "van-hanh", "Xong")
            await later.control.obey_and_tell()
            assert (await later.patient.notices.sms.send(notice())).message_id
        assert (draining.state, drained.state) == (SystemState.DRAINING, SystemState.DRAINED)
        assert (ended.new, nothing.new, nothing.order) == (True, False, None)
        acts = [order.act for order in (await systems.now()).orders]
    assert acts == [OutsideAct.AUTOMATIC, OutsideAct.DRAIN, OutsideAct.OPEN]


async def test_a_command_that_asks_outside_systems_obeys_the_orders_too(
    database: Database, settings: Settings, file: Path, arrivals: tuple[Arrivals, str]
) -> None:
    """A comparison, or the look after a restore, calls no system that operators hold."""
    server, url = arrivals
    written(file, url)
    async with process("1@a", database, settings) as one:
        await OutsideSystems(one.pool).order(System.SMS, OutsideAct.OPEN, None, "van-hanh", "Bảo trì")
        async with obedient(one.patient, one.pool) as outside:
            assert (await failure(outside.notices.sms.send(notice()))).code is OutsideCode.SYSTEM_HELD
    assert server.at == []


@pytest.mark.parametrize(
    ("act", "lasts", "why", "code"),
    [
        (OutsideAct.OPEN, None, " ", "outside_order_without_reason"),
        (OutsideAct.OPEN, timedelta(days=8), "x", "outside_order_time"),
        (OutsideAct.DRAIN, timedelta(0), "x", "outside_order_time"),
        (OutsideAct.AUTOMATIC, HOUR, "x", "outside_order_without_end"),
        (OutsideAct.OPEN, None, "x\u202ey", "control_character"),
        (OutsideAct.OPEN, None, "gọi 037099001234", "particulars_in_record"),
        (OutsideAct.OPEN, None, "x" * 501, "reason_too_long"),
    ],
)
async def test_a_wrong_order_writes_nothing(
    pool: Pool, act: OutsideAct, lasts: timedelta | None, why: str, code: str
) -> None:
    """Each wrong order has its code."""
    with pytest.raises(InvalidInput, match=code):
        await OutsideSystems(pool).order(System.LAND, act, lasts, "van-hanh", why)
    assert await OutsideOrders(pool).last() == []


async def test_orders_at_the_same_time_are_one(pool: Pool) -> None:
    """Ten operators who order the same at once have written one order."""
    systems = OutsideSystems(pool)
    given = await asyncio.gather(
        *(systems.order(System.LAND, OutsideAct.OPEN, None, f"v{number}", "x") for number in range(10))
    )
    assert sum(one.new for one in given) == 1
    assert len({one.order.number for one in given if one.order}) == 1


async def test_of_opposite_orders_by_people_who_saw_the_same_one_counts(pool: Pool) -> None:
    """Two operators look, then order the opposite at once: one order is written, and the other operator looks again.
    An order without what was seen counts whatever is in force."""
    systems = OutsideSystems(pool)
    seen = (await systems.plan(System.LAND, OutsideAct.OPEN, None)).seen
    given = await asyncio.gather(
        systems.order(System.LAND, OutsideAct.OPEN, None, "v1", "x", seen=seen),
        systems.order(System.LAND, OutsideAct.CLOSE, None, "v2", "y", seen=seen),
        return_exceptions=True,
    )
    [refused] = [one for one in given if isinstance(one, Conflict)]
    assert refused.code == "outside_order_changed"
    [order] = await OutsideOrders(pool).last()
    assert (await systems.plan(System.LAND, OutsideAct.AUTOMATIC, None)).seen == order.number
    assert (await systems.order(System.LAND, OutsideAct.DRAIN, HOUR, "v3", "z")).new


async def test_a_worker_that_dies_is_not_counted(
    database: Database, settings: Settings, file: Path, arrivals: tuple[Arrivals, str]
) -> None:
    """What a worker told that tells nothing any more does not count: its open breaker, its calls, its share."""
    _, url = arrivals
    written(file, url)
    async with process("1@a", database, settings) as one, process("2@b", database, settings) as dead:
        while (permit := dead.notices.breaker.admit()) is not None:
            permit.failed()
        await dead.control.obey_and_tell()
        systems = OutsideSystems(one.pool)
        assert (await systems.now()).of(System.SMS).state is SystemState.OPEN
        await one.pool.execute(
            "update worker_breakers set told_at = told_at - interval '2 minutes' where process ~ '2@'"
        )
        await one.control.obey_and_tell()
        now = await systems.now()
        assert (now.of(System.SMS).state, now.silent) == (SystemState.CLOSED, ("2@b",))
        assert one.notices.pace.processes == 1


async def test_without_the_database_settings_are_taken_over_and_orders_end(
    database: Database, settings: Settings, file: Path, arrivals: tuple[Arrivals, str]
) -> None:
    """While PostgreSQL is away calls go on within the limits, a changed file is taken over, and no loop ends."""
    server, url = arrivals
    written(file, url, calls_per_second=100.0)
    async with process("1@a", database, settings) as one:
        stopping = asyncio.Event()
        await one.pool.close()
        with pytest.raises(DatabaseUnavailable):
            await one.control.obey_and_tell()
        loops = [asyncio.create_task(loop) for loop in one.control.run(stopping)]
        assert (await one.patient.notices.sms.send(notice())).message_id
        written(file, url, calls_per_second=90.0)
        await until(lambda: one.notices.address.calls_per_second == 90.0, "the file is taken over")
        assert not any(loop.done() for loop in loops)
        stopping.set()
        await asyncio.gather(*loops)
    assert len(server.at) == 1


async def test_what_an_older_release_told_can_be_read(pool: Pool) -> None:
    """A worker of an earlier release tells its breakers only; the others are not counted without it."""
    await WorkerBreakers(pool).tell("1@old", {"quick": {"land": "open"}})
    now = await OutsideSystems(pool).now()
    assert now.of(System.LAND).state is SystemState.UNKNOWN
    assert [one.version for one in now.settings] == [""]


async def test_a_system_that_is_not_called_is_an_incident_until_it_is(
    database: Database, settings: Settings, file: Path, arrivals: tuple[Arrivals, str]
) -> None:
    """A held system has the operator who ordered it as its owner, one whose breaker is open has the operators of the
    province; both close by themselves, and a person may be named."""
    _, url = arrivals
    written(file, url)
    async with process("1@a", database, settings) as one:
        rows, systems = IncidentRows(one.pool), OutsideSystems(one.pool)

        async def found(wanted: IncidentFilter = IncidentFilter()) -> list[tuple[str, str, str | None]]:  # noqa: B008
            listed = await rows.of(SearchScope(), wanted, limit=10, of_province=True)
            assert all(IncidentId.read(incident.id).source is IncidentSource.SYSTEM for incident in listed)
            return [(incident.id, incident.code, incident.assigned_to) for incident in listed]

        assert await found() == []
        await systems.order(System.LAND, OutsideAct.DRAIN, None, "van-hanh", "Bảo trì")
        while (permit := one.notices.breaker.admit()) is not None:
            permit.failed()
        await one.control.obey_and_tell()
        held, broken = ("system.land", "system_held", "van-hanh"), ("system.sms", "breaker_open", None)
        assert sorted(await found()) == [held, broken]
        assert await found(IncidentFilter(assigned_to="van-hanh")) == [held]
        assert await found(IncidentFilter(system="sms")) == [broken]
        await rows.record("system.sms", IncidentAction.ASSIGN, "van-hanh", "Ca chiều", "cb.1")
        assert (await found(IncidentFilter(system="sms")))[0][2] == "cb.1"
        assert await rows.of(SearchScope(), IncidentFilter(), limit=10) == [], "they belong to the province"
        one.notices.breaker.close()
        await systems.order(System.LAND, OutsideAct.AUTOMATIC, None, "van-hanh", "Xong")
        await one.control.obey_and_tell()
        assert await found() == []
