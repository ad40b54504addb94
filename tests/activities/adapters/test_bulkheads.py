"""Tests of what keeps systems apart: places, operators' orders, and settings that change while calls run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from activities.adapters.address import BreakerPolicy, RetryTerms, SystemAddress
from activities.adapters.breaker import BreakerState
from activities.adapters.errors import OutsideError
from activities.adapters.http import HELD_SECONDS
from activities.adapters.messages import OutsideCode
from activities.adapters.pace import Pace
from activities.adapters.places import Places
from activities.adapters.portal import LookUp
from activities.adapters.systems import Outside, open_outside, same_host
from domain.errors import InvalidInput
from domain.outside_orders import OutsideAct, OutsideOrder
from domain.outside_systems import System
from tests.activities.adapters.given import Steering, notice, verify
from tests.activities.adapters.test_connection import failure, http
from tests.support.waiting import until

ANSWER = '{"error_code": "00", "message_id": "m", "accepted_at": "2025-07-01T08:00:00+07:00"}'


@dataclass
class Server:
    """A server that keeps each request until it may answer."""

    name: str
    url: str = ""
    heads: list[bytes] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers each connection's request when it may."""
        self.heads.append(await reader.readuntil(b"\r\n\r\n"))
        await self.may_answer.wait()
        writer.write(http(ANSWER.replace('"m"', f'"{self.name}"')))
        await writer.drain()
        writer.close()


@asynccontextmanager
async def serving(name: str) -> AsyncIterator[Server]:
    """A server on a real socket."""
    one = Server(name)
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0)
    async with server:
        one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield one
        one.may_answer.set()


def ordered(act: OutsideAct, number: int = 1) -> OutsideOrder:
    """An order that somebody gave."""
    now = datetime.now(UTC)
    until_then = None if act is OutsideAct.AUTOMATIC else now
    return OutsideOrder(number=number, system=System.SMS, act=act, until=until_then, who="v", why="w", at=now)


def changed(outside: Outside, system: System, **settings: Any) -> list[SystemAddress]:
    """The addresses in force, with other settings for one system."""
    addresses = [one.address for one in outside.connections.values()]
    return [one.model_copy(update=settings) if one.system is system else one for one in addresses]


async def test_one_system_that_hangs_takes_nothing_from_another(steering: Steering) -> None:
    """While every call of one system times out and its places are taken, each call of another is made: counted."""
    addresses = steering.simulator.world.access.addresses(steering.url, "H42", concurrent_calls=2, total_seconds=30)
    async with open_outside(addresses) as outside:
        steering.misbehave("sms", {"mode": "timeout"})
        hanging = [asyncio.create_task(outside.notices.sms.send(notice(f"n{number}"))) for number in range(20)]
        await until(lambda: steering.inspect("sms")["received"] == {"send": 2}, "its places are taken")
        for number in range(30):
            assert (await outside.population.verify(verify())).match, number
        use = outside.connections[System.SMS].use()
        for call in hanging:
            call.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
    assert (use.running, use.waiting) == (2, 18)
    assert outside.connections[System.SMS].use().waiting == 0
    assert steering.inspect("sms")["received"] == {"send": 2}


async def test_a_held_system_gets_no_call_until_the_order_ends(steering: Steering) -> None:
    """Under an order to hold nothing goes out, other systems are called, and the order ends by itself in its time, also
    if nobody says so."""
    seconds = 0.0
    addresses = steering.simulator.world.access.addresses(steering.url, "H42")
    async with open_outside(addresses, clock=lambda: seconds) as outside:
        connection = outside.connections[System.SMS]
        connection.obey(ordered(OutsideAct.OPEN, 7), seconds_left=100)
        error = await failure(outside.notices.sms.send(notice()))
        assert (error.code, error.retryable, error.retry_after) == (OutsideCode.SYSTEM_HELD, True, HELD_SECONDS)
        assert connection.use().order == 7
        assert (await outside.population.verify(verify())).match
        assert steering.inspect("sms")["received"] == {}
        seconds = 95.0
        assert (await failure(outside.notices.sms.send(notice()))).retry_after == 5.0
        seconds = 100.0
        assert (await outside.notices.sms.send(notice())).message_id
        assert connection.use().order is None
        assert outside.breakers()[System.SMS] is BreakerState.CLOSED, "a held call says nothing about the system"


@pytest.mark.parametrize(("act", "sent"), [(OutsideAct.DRAIN, 2), (OutsideAct.OPEN, 1)])
async def test_calls_under_way_end_and_none_begins(act: OutsideAct, sent: int) -> None:
    """After either order the call under way ends and no new one begins. A drained system also gets the calls that
    waited for their turn; a held one does not."""
    async with serving("a") as server, open_outside(same_host(server.url, concurrent_calls=1)) as outside:
        connection = outside.connections[System.SMS]
        calls = [asyncio.create_task(outside.notices.sms.send(notice(f"n{number}"))) for number in range(2)]
        await until(lambda: len(server.heads) == 1 and connection.use().waiting == 1, "one runs, one waits")
        connection.obey(ordered(act), seconds_left=100)
        assert (await failure(outside.notices.sms.send(notice("late")))).code is OutsideCode.SYSTEM_HELD
        assert (connection.use().running, connection.use().waiting) == (1, 1)
        server.may_answer.set()
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert (connection.use().running, connection.use().waiting) == (0, 0)
    codes = [one.code for one in ended if isinstance(one, OutsideError)]
    assert codes == [OutsideCode.SYSTEM_HELD] * (2 - sent)
    assert len(server.heads) == sent


async def test_an_order_has_a_failing_system_called(steering: Steering) -> None:
    """By order calls go out although the breaker is open; a success closes it, and a failure changes nothing."""
    policy = BreakerPolicy(failures=1, open_seconds=1_000)
    addresses = steering.simulator.world.access.addresses(steering.url, "H42", breaker=policy)
    async with open_outside(addresses) as outside:
        connection = outside.connections[System.SMS]
        steering.misbehave("sms", {"mode": "down"})
        await failure(outside.notices.sms.send(notice()))
        assert (await failure(outside.notices.sms.send(notice()))).code is OutsideCode.BREAKER_OPEN
        since = connection.use().since
        connection.obey(ordered(OutsideAct.CLOSE), seconds_left=100)
        assert (await failure(outside.notices.sms.send(notice()))).code is OutsideCode.UNAVAILABLE
        assert outside.breakers()[System.SMS] is BreakerState.OPEN
        steering.misbehave("sms", {"mode": "ok"})
        assert (await outside.notices.sms.send(notice())).message_id
        assert outside.breakers()[System.SMS] is BreakerState.CLOSED
        use = connection.use()
    assert since is not None
    assert (use.calls, use.failures, use.failure, use.since) == (3, 2, "http_503", None)
    assert use.succeeded_at is not None
    assert use.failed_at is not None
    assert use.failed_at < use.succeeded_at


async def test_changed_settings_hold_for_new_calls(steering: Steering) -> None:
    """A call under way ends at the old address; the next one goes to the new address, with the new token."""
    async with serving("old") as old, serving("new") as new, open_outside(same_host(old.url)) as outside:
        under_way = asyncio.create_task(outside.notices.sms.send(notice("first")))
        await until(lambda: len(old.heads) == 1, "the first call is under way")
        await outside.apply(changed(outside, System.SMS, base_url=new.url, token=SecretStr("other")))
        new.may_answer.set()
        assert (await outside.notices.sms.send(notice("second"))).message_id == "new"
        old.may_answer.set()
        assert (await under_way).message_id == "old"
        assert (len(old.heads), len(new.heads)) == (1, 1)
        assert b"Bearer other" in new.heads[0]
        assert b"Bearer other" not in old.heads[0]


async def test_other_credentials_end_the_session_of_the_old_ones(steering: Steering) -> None:
    """After a change of the password the next call logs in with the new one; a wrong one is refused, and nothing is
    given up."""
    addresses = steering.simulator.world.access.addresses(steering.url, "H42")
    async with open_outside(addresses) as outside:
        await outside.portal.look_up(LookUp(dossier="D-1"))
        right = outside.connections[System.PORTAL].address.password
        await outside.apply(changed(outside, System.PORTAL, password=SecretStr("wrong")))
        refused = await failure(outside.portal.look_up(LookUp(dossier="D-1")))
        assert (refused.operation, refused.retryable) == ("auth", True)
        await outside.apply(changed(outside, System.PORTAL, password=right))
        await outside.portal.look_up(LookUp(dossier="D-1"))


async def test_other_limits_hold_at_once() -> None:
    """More places let waiting calls in; fewer let none in until there is room."""
    async with serving("a") as server, open_outside(same_host(server.url, concurrent_calls=1)) as outside:
        calls = [asyncio.create_task(outside.notices.sms.send(notice(f"n{number}"))) for number in range(4)]
        await until(lambda: len(server.heads) == 1, "one has its place")
        await outside.apply(changed(outside, System.SMS, concurrent_calls=3))
        await until(lambda: len(server.heads) == 3, "two more are let in")
        use = outside.connections[System.SMS].use()
        assert (use.running, use.waiting, use.places) == (3, 1, 3)
        server.may_answer.set()
        await asyncio.gather(*calls)


async def test_other_systems_are_not_taken_over(steering: Steering) -> None:
    """Settings that leave a system out, have one twice, or need other adapters are refused whole: no system has
    changed. Otherwise the status would tell settings that nobody uses."""
    async with open_outside(same_host(steering.url)) as outside:
        before = {system: one.address for system, one in outside.connections.items()}
        wrong = changed(outside, System.LAND, base_url="http://127.0.0.1:9")
        with pytest.raises(InvalidInput, match="outside_systems_changed"):
            await outside.apply(wrong[1:])
        with pytest.raises(InvalidInput, match="outside_system_twice"):
            await outside.apply([*wrong, wrong[0]])
        with pytest.raises(InvalidInput, match=r"outside_settings_need_restart.*interconnection"):
            await outside.apply(changed(outside, System.INTERCONNECTION, contract="2"))
        addresses = steering.simulator.world.access.addresses(steering.url, "H42")
        [sealed] = [one.documents for one in addresses if one.system is System.DOCUMENTS]
        with pytest.raises(InvalidInput, match=r"outside_settings_need_restart.*documents"):
            await outside.apply(changed(outside, System.DOCUMENTS, documents=sealed))
        assert {system: one.address for system, one in outside.connections.items()} == before


async def test_quick_and_patient_calls_share_one_pace() -> None:
    """What was sent quickly has used the turns of the patient calls: both are calls of one system."""
    async with serving("a") as server:
        server.may_answer.set()
        pace = Pace(1_000.0)
        addresses = same_host(server.url, calls_per_second=1_000.0)
        paces = {System.SMS: pace}
        async with open_outside(addresses, paces=paces) as one, open_outside(addresses, paces=paces) as other:
            await one.notices.sms.send(notice("a"))
            await other.notices.sms.send(notice("b"))
    assert pace.turns == 2


async def test_a_place_that_is_given_up_goes_to_the_next() -> None:
    """Whoever stops waiting, or gets a place at the moment of stopping, loses none."""
    places = Places(1)
    await places.acquire()
    waiting = [asyncio.create_task(places.acquire()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    places.release()
    waiting[1].cancel()  # it has been given the place, and does not know it yet
    await asyncio.gather(*waiting, return_exceptions=True)
    assert (places.running, places.waiting) == (1, 0)
    assert [one.cancelled() for one in waiting] == [True, True, False]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        *(("calls_per_second", one) for one in (0, -1, 1e-9, 1e-320, 1e9, 1e300, float("inf"), float("nan"))),
        *(("concurrent_calls", one) for one in (0, 10**12, 10**30)),
        ("province_calls", 10**12),
        *((name, 1e300) for name in ("connect_seconds", "total_seconds", "late_seconds", "quick_connect_seconds")),
        ("total_seconds", float("nan")),
        ("largest_reply", 10**15),
        *(("breaker", {name: 10**9}) for name in ("failures", "open_seconds", "probes")),
        *(("retry", {name: 1e300}) for name in ("first_seconds", "longest_seconds")),
        ("token", "mat-khau\n"),
        ("token", "mật khẩu"),
        *(
            ("base_url", f"http://{one}")
            for one in ("/x", "h:99999", "h:0", "[::1/", "ten:mat-khau@h", ":80", "a..b", "b" * 64)
        ),
    ],
)
def test_limits_that_cannot_be_meant_are_refused_with_the_file(field: str, wrong: Any) -> None:
    """A number whose interval Python or PostgreSQL cannot hold, an address without a host, a token with a line break:
    at each call they would be an error that no relay expects, and it would set every dossier aside."""
    given = {"system": "land", "base_url": "http://h", field: wrong}
    with pytest.raises(ValidationError, match=field) as refused:
        SystemAddress.model_validate(given)
    assert "khau" not in str(refused.value)


def test_quick_calls_give_up_sooner() -> None:
    """The limits of quick calls come from the settings, and are never longer than those of patient calls."""
    [address] = [one for one in same_host("http://h", quick_seconds=0.7) if one.system is System.LAND]
    assert (address.quick().total_seconds, address.quick().connect_seconds) == (0.7, 0.5)
    assert address.model_copy(update={"total_seconds": 0.2}).quick().total_seconds == 0.2


@pytest.mark.parametrize(("failures", "seconds"), [(1, 2.0), (2, 6.0), (3, 18.0), (4, 20.0), (10**6, 20.0)])
def test_pauses_grow_to_the_longest(failures: int, seconds: float) -> None:
    """Each pause is a multiple of the one before, up to the longest, however long the outage is."""
    assert RetryTerms(first_seconds=2, factor=3, longest_seconds=20).pause(failures) == seconds
