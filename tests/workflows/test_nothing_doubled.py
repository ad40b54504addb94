"""Repairs while calls outside have begun: seen from the systems, each order, signature and entry is made once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domain.dossier.commands import Accept
from domain.dossier.state import State
from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.orders import FastForwardOrder, ResetOrder, RestartOrder, ToEvent
from gateway.client.dossier_client import DossierClient
from gateway.client.repairs.mechanics import mechanics_of
from tests.support.dossier_steps import approved, sign
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, OFFICIAL
from tests.support.small_province import PAID
from tests.support.waiting import until

pytestmark = pytest.mark.stack

OUTCOMES = ("payment_order_created", "result_signed", "result_sealed", "result_registered")
HELD_UP = f"""
create function held_up() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(12, array_position(array{list(OUTCOMES)}, new.kind))
      where new.kind = any(array{list(OUTCOMES)});
    return new;
end $$;
create trigger held_up before insert on event for each row execute function held_up();
"""
LET_GO = "drop trigger held_up on event; drop function held_up()"
ANSWER_LOST_TWICE = {"mode": "cut", "calls": 2}
"""The quick call and the first patient one are carried out, and their answers break off: those of one dossier, because
a try of a run that was restarted may still be under way."""
LATER = (
    ("result_signed", "signing", "sign"),
    ("result_sealed", "signing", "seal"),
    ("result_registered", "civil", "DangKyKetQua"),
)
"""The outcome, and the call whose outcome it is."""
FIRST_TASK = ToEvent(event=4)


async def repaired(harness: EngineHarness, code: str, *orders: Any) -> None:
    """The orders are carried out, one after the other."""
    line = DossierClient(harness.env.client, harness.engine.reader, harness.task_queue)
    mechanics = mechanics_of(harness.env.client, harness.pool, line)
    for order in orders:
        mechanic = mechanics.of(order)
        found = await mechanic.look(code, order)
        with harness.env.with_time_skipping_disabled():
            await mechanic.carry_out(found, order, RepairedBy(act=uuid4(), who="op.1", why="thử"))


async def under_way(harness: EngineHarness, system: str, service: str, times: int) -> None:
    """Waits until the system has received so many calls."""

    async def received() -> bool:
        calls: dict[str, int] = (await harness.inspect(system))["received"]
        return calls.get(service, 0) >= times

    await until(received, f"{system} has received {times} calls {service}")


async def made_now(harness: EngineHarness, code: str, system: str) -> None:
    """A call whose answers were lost waits, and is made to try now: twice, and both times nothing else happens."""
    await harness.until_pending(code, "outside.patient", 2)
    order = FastForwardOrder(system=system)
    line = DossierClient(harness.env.client, harness.engine.reader, harness.task_queue)
    mechanic = mechanics_of(harness.env.client, harness.pool, line).of(order)
    found = await mechanic.look(code, order)
    assert found.cause is Cause.CALL_NOT_ANSWERED
    by = RepairedBy(act=uuid4(), who="op.1", why="thử")
    await asyncio.gather(*(mechanic.carry_out(found, order, by) for _ in range(2)))
    assert await mechanic.remaining(found, order) is None


@asynccontextmanager
async def outcomes_held_up(harness: EngineHarness) -> AsyncIterator[Callable[[str], Awaitable[object]]]:
    """No outcome of a call can be written to the ledger: it waits, until its kind is let go."""
    holding = await asyncpg.connect(harness.database.admin_url)
    try:
        await holding.execute(HELD_UP)
        for number, _ in enumerate(OUTCOMES, start=1):
            await holding.execute("select pg_advisory_lock(12, $1)", number)
        yield lambda kind: holding.execute("select pg_advisory_unlock(12, $1)", OUTCOMES.index(kind) + 1)
        await holding.execute(LET_GO)
    finally:
        await holding.close()


async def begun_and_repaired(harness: EngineHarness, system: str, service: str, codes: tuple[str, str]) -> None:
    """Both dossiers have begun this call. The one is restarted and the other reset, each twice, and each new run makes
    the call again."""
    orders = dict(zip(codes, (RestartOrder(although_sound=True), ResetOrder(to=FIRST_TASK)), strict=True))
    await under_way(harness, system, service, 2)
    for times in (4, 6):
        await asyncio.gather(*(repaired(harness, code, order) for code, order in orders.items()))
        await under_way(harness, system, service, times)


async def paid(harness: EngineHarness, code: str) -> None:
    """The applicant pays the order."""
    order = (await harness.until(code, lambda one: one.payment.order is not None)).payment.order or ""
    await harness.pay(order)
    await harness.call_back(code, order)
    await harness.until(code, lambda one: one.state is State.ACCEPTED)


async def test_what_has_begun_outside_is_done_once(harness: EngineHarness) -> None:
    """Restarted, reset and made to try now, each twice and while a call is under way: nothing is done a second time."""
    anew, back, now = [(await harness.submit(PAID)).dossier for _ in range(3)]
    both = (anew, back)

    async with outcomes_held_up(harness) as let_go:
        await asyncio.gather(*(harness.act(code, DESK, Accept()) for code in both))
        await begun_and_repaired(harness, "payments", "create_order", both)
        await let_go("payment_order_created")
        await harness.control("payments", {**ANSWER_LOST_TWICE, "match": {"dossier": now}})
        await harness.act(now, DESK, Accept())
        await made_now(harness, now, "payments")
        for code in (*both, now):
            await paid(harness, code)
        for code in both:
            await approved(harness, code)
        await asyncio.gather(*(harness.act(code, OFFICIAL, sign(code)) for code in both))
        for kind, system, service in LATER:
            await begun_and_repaired(harness, system, service, both)
            await let_go(kind)
        for code in both:
            await harness.until(code, lambda one: one.result.reference is not None)
        await harness.control("civil", {**ANSWER_LOST_TWICE, "match": {"MaHoSo": now}})
        await harness.act(await approved(harness, now), OFFICIAL, sign(now))
        await made_now(harness, now, "civil")

    for code in (*both, now):
        done = await harness.until(code, lambda one: one.result.reference is not None and not one.incidents)
        assert done.state is State.RESOLVED
        await harness.in_step(code)
        kinds = Counter(await harness.kinds(code))
        assert {kind: kinds[kind] for kind in OUTCOMES} == dict.fromkeys(OUTCOMES, 1), code
    await each_once(harness, "payments", {"create_order": "order"})
    await each_once(harness, "signing", {"sign": "sign", "seal": "seal"})
    await each_once(harness, "civil", {"DangKyKetQua": "registered"})


async def each_once(harness: EngineHarness, system: str, services: dict[str, str]) -> None:
    """Then: what each call does was done for each of the three dossiers once, although it was asked for more often."""
    seen = await harness.inspect(system)
    for call, effect in services.items():
        done = [one for one in seen["effects"] if one["service"] == effect]
        assert len({one["key"] for one in done}) == len(done) == 3, effect
        assert {one["times"] for one in done} == {1}, effect
        assert seen["received"][call] > 3, call
