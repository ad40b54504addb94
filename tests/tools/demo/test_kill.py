"""Tests `kill -9` of the worker in the middle of the day: after a restart nothing is lost and nothing happened
twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime

import pytest

from activities.ledger.pool import Pool
from domain.outside_systems import System
from domain.values import VIETNAM
from tools.demo import working_day
from tools.demo.ledger_snapshot import LedgerSnapshot, read
from tools.demo.outside_world import OutsideWorld, open_outside_world
from tools.demo.plan import Plan, draw
from tools.demo.reporting import make_report
from tools.demo.working_day import Played
from tools.local_stack import prepared_stack
from tools.local_stack.prepared_stack import PreparedStack
from workers.connections import connect_database, connect_temporal

pytestmark = [pytest.mark.stack, pytest.mark.slow]

DOSSIERS = 40
KILLED_AFTER = 12
"""How many dossiers are finished when the worker is killed. Up to 28 more are in progress."""


async def test_a_killed_worker_loses_and_doubles_nothing() -> None:
    """Every chain verifies, every key has one dossier, and every command and outside effect happened once."""
    async with prepared_stack.set_up() as on:
        plan = draw(on.province, DOSSIERS, 2025, datetime.now(VIETNAM))
        pool = await connect_database(on.settings)
        try:
            async with open_outside_world(on.simulator_url) as outside:
                played, done_at_kill = await played_through_a_kill(plan, on, outside)
                assert KILLED_AFTER <= done_at_kill < DOSSIERS
                assert played.failures == []
                client = await connect_temporal(on.settings)
                report = await make_report(plan, played, on.province, pool, client, outside)
                assert report.failures == ()
                assert report.ledger.problems == ()
                assert [check for check in report.checks if not check.holds] == []
                record = await read(pool, on.province.rulebook())
                await each_key_has_one_dossier(plan, played, pool)
                each_command_acted_once(record, played)
                each_story_ended_as_planned(plan, played, record)
                await each_effect_happened_once(record, outside)
        finally:
            await pool.close()


async def played_through_a_kill(plan: Plan, on: PreparedStack, outside: OutsideWorld) -> tuple[Played, int]:
    """Plays the day, kills the worker in its middle, and starts another one."""
    reached = asyncio.Event()
    done = 0

    def report(now_done: int) -> None:
        nonlocal done
        done = now_done
        if done >= KILLED_AFTER:
            reached.set()

    player = asyncio.create_task(working_day.play(plan, on.engine, on.province, outside, report))
    await asyncio.wait({player, asyncio.create_task(reached.wait())}, return_when=asyncio.FIRST_COMPLETED)
    done_at_kill = done
    first = on.stack.running("worker").pid
    on.stack.kill("worker")  # another one needs a second or two until it works; people go on meanwhile
    second = (await asyncio.to_thread(on.stack.start, "worker")).pid
    assert first != second
    return await player, done_at_kill


async def each_key_has_one_dossier(plan: Plan, played: Played, pool: Pool) -> None:
    """Checks that each submission has exactly one dossier."""
    rows = await pool.fetch("select key, code from dossier_code")
    assert {row["key"] for row in rows} == {case.key for case in plan.cases}
    assert len({row["code"] for row in rows}) == len(rows) == DOSSIERS
    opened = await pool.fetch("select code from dossier")
    assert {row["code"] for row in opened} == {row["code"] for row in rows} == set(played.codes.values())


def each_command_acted_once(record: LedgerSnapshot, played: Played) -> None:
    """Checks that each command of a person is recorded once, with its events in one dossier."""
    assert record.commands[True] == played.tally.commands
    for history in record.histories.values():
        order = [one.command_id for one in history]
        runs = [one for place, one in enumerate(order) if place == 0 or order[place - 1] != one]
        assert len(runs) == len(set(runs))
        assert [one.version for one in history] == list(range(1, len(history) + 1))


def each_story_ended_as_planned(plan: Plan, played: Played, record: LedgerSnapshot) -> None:
    """Checks that each dossier is in the last state of its story."""
    states = {dossier.code: dossier.state for dossier in record.dossiers}
    assert {played.codes[case.number]: case.ends for case in plan.cases} == states


async def each_effect_happened_once(record: LedgerSnapshot, outside: OutsideWorld) -> None:
    """Checks that there is one order for each request, one entry for each registered result, and one signature for
    each signing."""
    orders = Counter(order["dossier"] for order in (await outside.inspect("payments"))["orders"])
    attempts = {one.code: one.payment.attempt for one in record.dossiers if one.payment.attempt}
    assert orders == attempts
    for system in System:
        seen = await outside.inspect(system)
        once = [one for one in seen["effects"] if one["service"] not in ("paid", "updated", "progress")]
        assert [one for one in once if one["times"] != 1] == [], system
    entries = [
        entry
        for system in ("civil", "residence", "land", "business")
        for entry in (await outside.inspect(system))["entries"]
    ]
    registered = [one.code for one in record.dossiers if one.result.reference is not None]
    assert sorted(entry["fields"]["MaHoSo"] for entry in entries) == sorted(registered)
