"""The relay of the portal: lists, refused rows, what is held until it is mended, and doubtful answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from activities.adapters.address import BreakerPolicy
from activities.adapters.breaker import BreakerState
from activities.adapters.errors import OutsideError
from activities.adapters.messages import OutsideCode
from activities.adapters.verdict import Verdict
from activities.ledger.feed import Feed
from activities.ledger.vault import Vault
from activities.relays.again import AGAIN_AFTER
from activities.relays.one_at_a_time import NotNow, pause_of
from activities.relays.portal import PortalRelay
from activities.relays.portal_lists import MOST_ROWS, READ_BACK, lists_of
from activities.relays.relay import Relay
from activities.relays.set_aside import SetAsideList
from activities.relays.tries import TRIES
from domain.dossier.commands import Withdraw
from domain.outside_systems import System
from domain.record.sealing import RecordedEvent
from tests.activities.adapters.given import record
from tests.support.databases import Database
from tests.support.given import CITIZEN, resolved, submitted
from tests.support.relay_office import Office
from tests.support.small_province import HA_NAM, RULEBOOK

pytestmark = pytest.mark.stack

OPERATOR = "cb.TTPVHCC.operator.1"


class Hours:
    """A clock that a test moves, in seconds."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def relay_of(office: Office, clock: Hours) -> PortalRelay:
    return PortalRelay(office.outside.portal, office.pool, Vault(office.pool), lambda: RULEBOOK, clock)


async def aside(office: Office) -> list[tuple[str, int, str]]:
    return [(one.dossier, one.version, one.code) for one in await SetAsideList(office.pool).open("portal")]


async def received(office: Office) -> dict[str, int]:
    counts: dict[str, int] = (await office.inspect("portal"))["received"]
    return counts


@asynccontextmanager
async def as_superuser(database: Database) -> AsyncIterator[asyncpg.Connection]:
    superuser = await asyncpg.connect(database.superuser_url)
    try:
        yield superuser
    finally:
        await superuser.close()


def code_of(number: int) -> str:
    return f"H42.1-250707-{number:04}"


async def test_a_breaker_that_tries_again_lets_the_relay_go_on(office: Office) -> None:
    """After an outage the breaker lets one call through. The look-ups beside it are refused at once, and must not end
    it: nobody would ever learn that the portal answers again, and the relay would stand still for ever."""
    relay, breaker = office.portal(), office.outside.connections[System.PORTAL].breaker
    await office.record(resolved(), code_of(0), until=1)
    assert await relay.step() == 1, "it has logged in"
    for number in range(1, 5):
        await office.record(resolved(), code_of(number), until=1)
    breaker.change(BreakerPolicy(failures=1, open_seconds=0.001))
    await office.control("portal", {"mode": "down"})
    with pytest.raises(OutsideError):
        await relay.step()
    assert breaker.times_opened == 1
    await office.control("portal", {"mode": "ok"})
    await asyncio.sleep(0.002)
    assert await relay.step() == 4
    assert breaker.state is BreakerState.CLOSED


async def test_many_dossiers_go_in_one_call(office: Office) -> None:
    """Sixty new dossiers: a look-up each the first time, two lists, and a few looks back. Their next state needs no
    look-up before it, and every dossier that has ended is read back."""
    codes = [code_of(number) for number in range(60)]
    case = resolved()
    for code in codes:
        await office.record(case, code, until=1)
    relay = office.portal()
    assert await relay.step() == 60
    assert await received(office) == {"auth": 1, "TraCuuHoSo": 60 + 60 // READ_BACK, "DongBoHoSoMC": 2}
    for place, code in enumerate(codes[:40]):
        ended = submitted()
        ended.when(CITIZEN, Withdraw())
        await office.record(case if place else ended, code, after=1, until=3 if place else None)
    before = await received(office)
    assert await relay.step() > 0
    now = await received(office)
    assert now["DongBoHoSoMC"] - before["DongBoHoSoMC"] == 1
    assert now["TraCuuHoSo"] - before["TraCuuHoSo"] == 40 // READ_BACK
    assert await Feed(office.pool).lag("portal") == 0


def test_a_list_is_bounded_by_rows_and_bytes() -> None:
    """A row that is larger than a call may be goes alone. The order stays."""
    rows = [record(code=f"H42.1-250707-{number:04}") for number in range(120)]
    assert [len(part) for part in lists_of(rows, MOST_ROWS)] == [50, 50, 20]
    assert [one for part in lists_of(rows, 7) for one in part] == rows
    one = len(next(iter(lists_of(rows, 1)))[0].model_dump_json(by_alias=True, exclude_none=True).encode())
    assert {len(part) for part in lists_of(rows, MOST_ROWS, most_bytes=one * 3)} <= {2, 3}
    assert [len(part) for part in lists_of(rows[:3], MOST_ROWS, most_bytes=1)] == [1, 1, 1]


@pytest.mark.parametrize("row_by_row", [False, True])
async def test_a_unit_that_the_portal_does_not_know_stops_only_its_own_dossiers(
    office: Office, *, row_by_row: bool
) -> None:
    """Two of forty have a unit that it cannot map. They are a person's matter, with its own code; the others are told,
    whether it refuses the whole list or names the rows."""
    office.there.unknown_units.add("Phường Hà Nam")
    office.there.row_by_row = row_by_row
    bad = {3, 31}
    for number in range(40):
        case = submitted(received_by=HA_NAM) if number in bad else submitted()
        await office.record(case, code_of(number))
    assert await office.portal().step() == 40
    assert await aside(office) == [(code_of(number), 1, "error_02") for number in sorted(bad)]
    told = {one["key"] for one in (await office.inspect("portal"))["effects"]}
    assert told == {code_of(number) for number in range(40) if number not in bad}
    assert (await received(office))["DongBoHoSoMC"] <= (1 if row_by_row else 2 * 2 * 6 + 2)
    assert await office.portal().step() == 0


async def test_later_events_wait_for_what_is_mended_and_then_all_is_told(office: Office) -> None:
    """While a dossier is held, its later events call nobody. When an operator has it sent again, the newest state goes
    once, with every step since; an earlier order of a portal that still refuses leaves it on the list."""
    clock, case, code = Hours(), resolved(), code_of(1)
    office.there.unknown_units |= {"Phường Hà Nam", "Phường Phủ Lý"}
    relay = relay_of(office, clock)
    await office.record(case, code, until=2)
    await relay.step()
    assert await aside(office) == [(code, 1, "error_02")]
    await office.record(case, code, after=2)
    before = await received(office)
    assert await relay.step() > 0
    assert await received(office) == before
    register = SetAsideList(office.pool)
    await register.order_again("portal", code, 1, OPERATOR, "Cổng báo đã thêm đơn vị")
    clock.now += 10
    await relay.step()
    assert [(one.version, one.again_at) for one in await register.open("portal")] == [(1, None)]
    office.there.unknown_units.clear()
    clock.now += AGAIN_AFTER + 10
    await relay.step()
    assert not await office.told(code), "a final refusal is never sent again by itself"
    await register.order_again("portal", code, 1, OPERATOR, "Đã thêm đơn vị")
    clock.now += 10
    await relay.step()
    assert (await office.told(code))["TrangThaiHoSo"] == "9"
    assert len((await office.inspect("portal"))["steps"]) == 3
    assert list(office.there.stored) == [(code, "9")]
    assert await aside(office) == []
    mended = await office.pool.fetchrow("select mended_by, mended_why from relay_problem where dossier = $1", code)
    assert tuple(mended) == (OPERATOR, "Đã thêm đơn vị")


async def test_an_unreadable_event_stays_on_the_list_when_it_is_ordered_again(
    office: Office, database: Database
) -> None:
    """An operator has a dossier sent again of which this release cannot read an event: nothing is sent, so its entry
    stays. It must not be taken off as if it had been sent."""
    code = await office.record(resolved(), code_of(1))
    async with as_superuser(database) as superuser:
        await superuser.execute("alter table event disable trigger append_only")
        await superuser.execute("update event set kind = 'of_tomorrow' where version = 2")
        await superuser.execute("alter table event enable always trigger append_only")
    await office.portal().step()
    assert await aside(office) == [(code, 2, "event_unreadable")]
    await SetAsideList(office.pool).order_again("portal", code, 2, OPERATOR, "Đã thêm đơn vị")
    await office.portal().step()
    assert await aside(office) == [(code, 2, "event_unreadable")]


@pytest.mark.parametrize("with_steps", [False, True])
async def test_a_list_that_had_no_effect_is_found_and_sent_again(office: Office, *, with_steps: bool) -> None:
    """Success without effect: a look back, or the next call that needs the dossier, shows it."""
    for number in range(5):
        await office.record(resolved(number=f"{number}/KS") if with_steps else submitted(), code_of(number))
    relay = office.portal()
    await office.control("portal", {"mode": "no_effect", "calls": 1, "service": "DongBoHoSoMC"})
    with pytest.raises(NotNow):
        await relay.step()
    assert await relay.step() > 0
    effects = (await office.inspect("portal"))["effects"]
    assert sorted(one["key"] for one in effects if one["service"] == "created") == [code_of(n) for n in range(5)]
    assert {one["times"] for one in effects if one["service"] == "created"} == {1}


async def test_a_lost_answer_and_a_lost_place_double_nothing(office: Office) -> None:
    """The answer is lost after the effect; another worker, or this one again, looks first and updates."""
    for number in range(3):
        await office.record(resolved(number=f"{number}/KS"), code_of(number))
    await office.control("portal", {"mode": "timeout", "calls": 1, "service": "CapNhatTienDoHoSoMC"})
    with pytest.raises(OutsideError):
        await office.portal().step()
    assert await office.portal().step() > 0
    effects = (await office.inspect("portal"))["effects"]
    assert {(one["service"], one["times"]) for one in effects} == {("created", 1), ("progress", 3)}
    assert await aside(office) == []


async def test_a_dossier_that_the_portal_lost_is_created_again(office: Office) -> None:
    """A state that is sent as an update of a known dossier is answered with “unknown”: it is looked up, and created."""
    case, relay = resolved(), office.portal()
    await office.record(case, code_of(1), until=1)
    await relay.step()
    office.there.lose(code_of(1))
    await office.record(case, code_of(1), after=1, until=3)
    await relay.step()
    assert (await office.told(code_of(1)))["MaHoSo"] == code_of(1)


async def test_a_record_that_makes_the_portal_fail_is_found_by_smaller_lists(office: Office) -> None:
    """One record gets no answer however often it is sent. The lists become smaller until it stands alone; the others
    are told, it is set aside as may pass, and it is told by itself when the portal is mended."""
    clock = Hours()
    relay = relay_of(office, clock)
    for number in range(6):
        case = submitted(received_by=HA_NAM) if number == 2 else submitted()
        await office.record(case, code_of(number))
    office.there.poison.add("Phường Hà Nam")
    for _ in range(8 + TRIES):
        clock.now += 60
        try:
            if await relay.step():
                break
        except (OutsideError, NotNow):
            pass
    assert await aside(office) == [(code_of(2), 1, "http_500")]
    told = {one["key"] for one in (await office.inspect("portal"))["effects"]}
    assert told == {code_of(number) for number in range(6) if number != 2}
    office.there.poison.clear()
    clock.now += AGAIN_AFTER
    await relay.step()
    assert await aside(office) == []
    assert await office.told(code_of(2))


async def test_a_portal_that_asks_for_a_pause_gets_it(office: Office) -> None:
    """429 with Retry-After is about the pace and no row: lists do not become smaller, so that the portal gets more
    calls, and the relay waits for as long as the portal says. What was not sent has nobody asked to wait."""
    for number in range(4):
        await office.record(submitted(), code_of(number))
    relay = office.portal()
    await office.control("portal", {"mode": "too_many", "retry_after": "300", "service": "DongBoHoSoMC"})
    for _ in range(7):  # more often than a list of 50 can be halved
        with pytest.raises(OutsideError) as busy:
            await relay.step()
    assert (pause_of(1, busy.value), pause_of(99), pause_of(1, NotNow("x"))) == (300.0, 60.0, 1.0)
    for code in (OutsideCode.SYSTEM_HELD, OutsideCode.BREAKER_OPEN):
        failed = OutsideError(System.PORTAL, code, operation="x", retry_after=300.0)
        assert pause_of(1, failed) == 1.0, "nothing was asked of us"
    await office.control("portal")
    assert await relay.step() == 4
    assert (await received(office))["DongBoHoSoMC"] == 7 + 1


async def test_in_an_outage_nothing_is_given_up(office: Office) -> None:
    """However often the portal fails, and in whatever way, no dossier is set aside while no other gets through."""
    for number in range(4):
        await office.record(submitted(), code_of(number))
    relay = office.portal()
    for mode in ("down", "garbled", "error_in_200", "cut"):
        await office.control("portal", {"mode": mode})
        for _ in range(TRIES + 2):
            with pytest.raises((OutsideError, NotNow)):
                await relay.step()
    assert await aside(office) == []
    await office.control("portal")
    assert await relay.step() == 4
    assert {one["times"] for one in (await office.inspect("portal"))["effects"] if one["service"] == "created"} == {1}


async def test_other_relays_send_again_what_an_operator_orders(office: Office) -> None:
    """One order for every relay. It is taken off the list when it was sent."""
    refused = OutsideError(System.SMS, OutsideCode.REFUSED, operation="send", verdict=Verdict.REFUSED, reason="closed")
    failures = [refused, refused]
    handed: list[int] = []

    async def hand(events: list[RecordedEvent]) -> None:
        if failures:
            raise failures.pop()
        handed.extend(one.version for one in events)

    code = await office.record(submitted(), code_of(1))
    await Relay("assigner", office.pool, hand).step()
    register = SetAsideList(office.pool)
    entry = (await register.open("assigner"))[0]
    await register.order_again("assigner", code, entry.version, OPERATOR, "Đã mở lại đầu số")
    failures.clear()
    await Relay("assigner", office.pool, hand).step()
    assert entry.version in handed
    assert entry not in await register.open("assigner")
