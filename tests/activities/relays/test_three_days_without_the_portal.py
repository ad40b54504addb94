"""The portal is down for three days while dossiers flow: none is late by it, and what waits is told in order, at its
pace, although a worker is stopped in the middle and another takes over."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

import pytest

from activities.adapters.address import BreakerPolicy
from activities.adapters.errors import OutsideError
from activities.adapters.systems import open_outside
from activities.ledger.feed import Feed
from activities.ledger.pool import open_pool
from activities.ledger.vault import Vault
from activities.relays.portal import PortalRelay
from activities.relays.portal_lists import LOOKS_AT_ONCE
from activities.relays.set_aside import SetAsideList
from domain.dossier.commands import Accept, AcknowledgeHandover, Approve, CompleteStep, ReturnResult, Sign
from domain.dossier.evolve import evolve
from domain.dossier.outcomes import RecordSeal, RecordSignature
from domain.dossier.state import NotSubmitted, State
from domain.roles import ENGINE
from tests.support.databases import Database
from tests.support.given import CITIZEN, DESK, DOCUMENT, HEAD, MONDAY, OFFICER, OFFICIAL, Case, a_submission
from tests.support.relay_office import Office
from tests.support.small_province import RULEBOOK
from tests.support.waiting import until

pytestmark = pytest.mark.stack

DOSSIERS = 60
DAYS = 3
RATE = 25.0
"""Calls a second that the portal can take."""


def a_life(number: int) -> Case:
    """Submitted and accepted on one of the first three days, processed and signed the next day, then returned."""
    case = Case().later(days=number % DAYS)
    case.when(CITIZEN, a_submission())
    case.when(DESK, Accept())
    case.when(HEAD, AcknowledgeHandover())
    case.later(days=1).when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, Approve(step="approve"))
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number=f"{number}/KS-UBND"))
    case.when(ENGINE, RecordSignature(effect="sign/1", certificate="c1", signature="s1", signed_at=case.now))
    case.when(ENGINE, RecordSeal(effect="seal/1", certificate="c2", signature="s2"))
    case.later(days=1).when(DESK, ReturnResult())
    return case


def states_of(case: Case) -> list[str]:
    """TrangThaiHoSo after each event, in order."""
    found, dossier = [], NotSubmitted("H42.1-250707-0001")
    for event in case.events:
        dossier = evolve(dossier, event)  # type: ignore[assignment]
        found.append(str(dossier.state.portal_code))  # type: ignore[attr-defined]
    return found


async def a_day(office: Office, day: int, lives: dict[str, Case]) -> None:
    """What happens in the dossiers on one day."""
    begins, ends = MONDAY + timedelta(days=day), MONDAY + timedelta(days=day + 1)
    for code, case in lives.items():
        before, now = (sum(event.at < end for event in case.events) for end in (begins, ends))
        if now > before:
            await office.record(case, code, after=before, until=now)


def in_order(states: Iterable[str], all_states: list[str]) -> bool:
    """Whether these states are some of the dossier's states, in the order of its life."""
    left = iter(all_states)
    return all(one in left for one in states)


async def test_the_portal_is_down_for_three_days(office: Office, database: Database) -> None:
    """Monday to Wednesday. Every dossier has its result in time. After three days the portal learns the newest state of
    each, once and in order, no faster than it can take; a worker that is stopped and one that takes over double
    nothing."""
    lives = {f"H42.1-250707-{number:04}": a_life(number) for number in range(DOSSIERS)}
    await office.control("portal", {"mode": "down"})
    first = office.portal()
    for day in range(2 * DAYS - 1):  # the last dossiers begin on the third day, and end on the fifth
        office.world.world.date.moved_by = timedelta(days=day)
        await a_day(office, day, lives)
        with suppress(OutsideError):
            await first.step()
            assert day >= DAYS, "the portal is down"
        if day == DAYS - 1:
            assert (await office.inspect("portal"))["effects"] == []
            await office.control("portal")
            await drained_by_two_workers(office, database)
    for code, case in lives.items():
        late = case.dossier.deadlines
        assert case.dossier.state is State.RETURNED
        assert late.late_statutory_minutes is not None
        assert late.late_promised_minutes is not None
        assert max(late.late_statutory_minutes, late.late_promised_minutes) <= 0, code
    while await office.portal().step():
        pass
    assert await SetAsideList(office.pool).open("portal") == []
    portal = await office.inspect("portal")
    assert {one["MaHoSo"]: one["TrangThaiHoSo"] for one in portal["dossiers"]} == dict.fromkeys(lives, "10")
    assert {one["times"] for one in portal["effects"] if one["service"] == "created"} == {1}
    assert len(portal["steps"]) == 3 * DOSSIERS
    for code, case in lives.items():
        assert in_order([state for told, state in office.there.stored if told == code], states_of(case)), code


async def drained_by_two_workers(office: Office, database: Database) -> None:
    """Two workers at once, of which only one sends. It is stopped in the middle; the other one ends the work."""
    office.there.calls.clear()
    pools = [await open_pool(database.url, 3) for _ in range(2)]
    limits = {"total_seconds": 20.0, "calls_per_second": RATE, "breaker": BreakerPolicy(failures=1_000)}
    addresses = office.world.world.access.addresses(office.simulator, "H42", **limits)
    stopping = [asyncio.Event(), asyncio.Event()]
    async with open_outside(addresses) as one, open_outside(addresses) as other:
        running = [
            asyncio.create_task(PortalRelay(outside.portal, pool, Vault(pool), lambda: RULEBOOK).run(stop))
            for outside, pool, stop in zip((one, other), pools, stopping, strict=True)
        ]
        try:
            await until(lambda: office.there.stored, "the first list is told")
            stopping[0].set()
            await running[0]

            async def drained() -> bool:
                return await Feed(office.pool).lag("portal") == 0

            await until(drained, "everything that waited is told")
        finally:
            for stop in stopping:
                stop.set()
            await asyncio.gather(*running)
            for pool in pools:
                await pool.close()
    times = sorted(office.there.calls)
    busiest = max(sum(1 for other in times if 0 <= other - at < 1.0) for at in times)
    assert busiest <= RATE + LOOKS_AT_ONCE + 1, "the portal's pace is kept"
