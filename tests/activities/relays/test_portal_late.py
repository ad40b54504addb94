"""A list whose answer was lost may be carried out after newer ones: the portal shows the last state all the same."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.adapters.errors import OutsideError
from activities.adapters.portal import Portal
from activities.ledger.pool import DatabaseUnavailable
from activities.ledger.vault import Vault
from activities.relays.one_at_a_time import NotNow
from activities.relays.portal import PortalRelay
from activities.relays.portal_doubts import PortalDoubts
from activities.relays.set_aside import SetAsideList
from domain.dossier.commands import ReturnResult
from tests.support.given import DESK, Case, resolved
from tests.support.relay_office import Office
from tests.support.small_province import RULEBOOK

pytestmark = pytest.mark.stack

LATE = {"mode": "late_effect", "service": "DongBoHoSoMC", "delay": 3_600, "calls": 1}
CODE = "H42.1-250707-0001"


class Killed(BaseException):
    """The process of the relay has ended: nothing of it goes on."""


class Struck(Portal):
    """The portal's adapter in a process that is struck at its next list: before or after it is sent."""

    def __init__(self, office: Office) -> None:
        self._service = office.outside.portal._service
        self._confirm = True
        self.killed = False
        self.paused: asyncio.Event | None = None
        self.reached = asyncio.Event()

    async def send(self, *args: Any, **kwargs: Any) -> Any:
        self.reached.set()
        if self.paused is not None:
            await self.paused.wait()
        try:
            return await super().send(*args, **kwargs)
        finally:
            if self.killed:
                raise Killed


def relay_with(office: Office, portal: Portal) -> PortalRelay:
    return PortalRelay(portal, office.pool, Vault(office.pool), lambda: RULEBOOK)


async def late_ones(office: Office) -> int:
    """Carries out what the simulator holds back; how many calls."""
    return int((await office.http.post(f"{office.simulator}/late")).json()["portal"])


async def stepped(relay: PortalRelay) -> None:
    """One turn, whatever comes of it, as the loop of the relay makes it."""
    with contextlib.suppress(OutsideError, NotNow, DatabaseUnavailable, Killed):
        await relay.step()


async def time_passes(office: Office) -> None:
    """Nothing may come late any more, and a process that was started now looks at what was in doubt."""
    await late_ones(office)
    await office.pool.execute("update portal_doubt set look_at = clock_timestamp() - interval '1 s'")
    await stepped(office.portal())


async def in_doubt(office: Office) -> int:
    return await PortalDoubts(office.pool, lambda: office.pool).count()


async def shown(office: Office, code: str = CODE) -> str | None:
    state: str | None = (await office.told(code)).get("TrangThaiHoSo")
    return state


def returned(number: int = 0) -> tuple[Case, int]:
    """A dossier to its end, and how many events it has until its result is there."""
    case = resolved(number=f"{number}/KS-UBND")
    until = len(case.events)
    case.when(DESK, ReturnResult())
    return case, until


async def test_an_older_list_that_comes_last_does_not_stand(office: Office) -> None:
    """The result is told, and the answer lost; the return is told and taken; then the first list is carried out.

    The first list goes out on a connection that was used before. The adapter must not send it again by itself, as then
    nobody would know that it is still under way.
    """
    case, until = returned()
    relay = office.portal()
    await office.record(case, CODE, until=1)
    await relay.step()
    await office.record(case, CODE, after=1, until=until)
    await office.control("portal", LATE)
    with pytest.raises(OutsideError):
        await relay.step()
    await office.record(case, CODE, after=until)
    while await relay.step():
        pass
    assert await shown(office) == "10"
    assert await late_ones(office) == 1
    assert await shown(office) == "9", "the portal carries out whatever comes"
    assert await in_doubt(office) == 1
    await time_passes(office)
    assert (await shown(office), await in_doubt(office)) == ("10", 0)


async def test_what_was_answered_is_in_no_doubt(office: Office) -> None:
    """No list that was answered, also with a refusal, or was never sent leaves anything to look at."""
    case, until = returned()
    relay = office.portal()
    await office.record(case, CODE, until=until)
    await office.control("portal", {"mode": "error_in_200", "calls": 2, "service": "DongBoHoSoMC"})
    await stepped(relay)
    await office.control("portal", {"mode": "down", "service": "auth"}, {"mode": "session_expired", "calls": 1})
    await stepped(relay)
    await office.control("portal")
    while await relay.step():
        pass
    assert (await shown(office), await in_doubt(office)) == ("9", 0)


async def test_a_process_that_lost_its_lock_does_not_have_the_last_word(office: Office) -> None:
    """The session with the lock ends while a list is about to be sent. Another process sends the newer state; then the
    first one goes on. Its own list was answered, but nobody knows in which order."""
    case, until = returned()
    first = Struck(office)
    first.paused = asyncio.Event()
    await office.record(case, CODE, until=until)
    stopping = asyncio.Event()
    running = asyncio.create_task(relay_with(office, first).run(stopping))
    await first.reached.wait()
    await office.pool.execute("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'")
    await office.record(case, CODE, after=until)
    while await office.portal().step():
        pass
    assert await shown(office) == "10"
    stopping.set()
    first.paused.set()
    await running
    assert await in_doubt(office) == 1
    await time_passes(office)
    assert (await shown(office), await in_doubt(office)) == ("10", 0)


async def test_in_an_outage_the_doubts_are_bounded_and_keep_nobody(office: Office) -> None:
    """However often a list fails, each dossier stands there once. One whose look-up fails is looked at later; until
    then the others are told."""
    relay = office.portal()
    for number in range(3):
        case, until = returned(number)
        await office.record(case, f"H42.1-250707-000{number}", until=until)
        await relay.step()
        await office.record(case, f"H42.1-250707-000{number}", after=until)
    await office.control("portal", {"mode": "server_error", "service": "DongBoHoSoMC"})
    for _ in range(6):
        await stepped(office.portal())
    assert await office.pool.fetchval("select count(*) from portal_doubt") == await in_doubt(office) <= 3
    await office.control("portal", {"mode": "garbled", "key": "H42.1-250707-0000", "service": "TraCuuHoSo"})
    await office.record(returned(9)[0], "H42.1-250707-0009", until=until)
    await time_passes(office)
    doubted = await office.pool.fetch("select dossier from portal_doubt where look_at < clock_timestamp()")
    assert doubted == [], "they are looked at later"
    await office.control("portal")
    for _ in range(2):
        await time_passes(office)
    assert [await shown(office, f"H42.1-250707-000{number}") for number in (0, 1, 2, 9)] == ["10", "10", "10", "9"]
    assert await in_doubt(office) == 0


NUMBERS = itertools.count(100)
HAPPENINGS: tuple[str, ...] = ("told", "late", "reset", "cut_in_head", "effect_then_error", "server_error")
HAPPENINGS += ("killed", "killed late", "lost lock", "arrives", "time passes", "event")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=st.lists(st.sampled_from(HAPPENINGS), min_size=2, max_size=9))
async def test_whatever_happens_the_portal_shows_the_last_state(office: Office, happenings: Sequence[str]) -> None:
    """Lists are taken, lost, late, or their process dies or loses its lock, in any order: the last state is shown."""
    number = next(NUMBERS)
    code, (case, until) = f"H42.1-250707-{number:04}", returned(number)
    stages = [1, 3, until, len(case.events)]
    at = 0
    relay = office.portal()

    async def event() -> None:
        nonlocal at
        if stages:
            await office.record(case, code, after=at, until=stages[0])
            at = stages.pop(0)

    await event()
    for one in happenings:
        if one == "event":
            await event()
        elif one == "arrives":
            await late_ones(office)
        elif one == "time passes":
            await time_passes(office)
        elif one.startswith("killed"):
            struck = Struck(office)
            struck.killed = True
            await office.control("portal", *([LATE] if one == "killed late" else []))
            await stepped(relay_with(office, struck))
            relay = office.portal()
        elif one == "lost lock":
            await _lock_lost(office, event)
        else:
            mode = "late_effect" if one == "late" else "ok" if one == "told" else one
            await office.control("portal", LATE | {"mode": mode})
            await stepped(relay)
    while stages:
        await event()
    await office.control("portal")
    for _ in range(4):
        await stepped(office.portal())
    for _ in range(2):
        await time_passes(office)
    assert await shown(office, code) == "10"
    assert (await in_doubt(office), await SetAsideList(office.pool).open("portal")) == (0, [])


async def _lock_lost(office: Office, event: Any) -> None:
    """A process with a list in its hand loses the lock; another one tells what is new; then the list is sent."""
    await office.control("portal")
    first, stopping = Struck(office), asyncio.Event()
    first.paused = asyncio.Event()
    await event()
    running = asyncio.create_task(relay_with(office, first).run(stopping))
    reached = asyncio.create_task(first.reached.wait())
    await asyncio.wait([reached, running], timeout=0.3, return_when=asyncio.FIRST_COMPLETED)
    await office.pool.execute("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'")
    await event()
    await stepped(office.portal())
    stopping.set()
    first.paused.set()
    await running
    reached.cancel()
