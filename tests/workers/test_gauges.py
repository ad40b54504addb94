"""Tests of a worker's gauges: which system's breaker is open, and which relay is behind."""

from __future__ import annotations

import pytest
from temporalio.runtime import MetricBuffer, Runtime, TelemetryConfig

from activities.adapters.systems import open_outside
from activities.events_out.filters import EventFilter
from activities.ledger.feed import FeedReader
from activities.ledger.pool import open_pool
from activities.ledger.worker_breakers import WorkerBreakers
from activities.relays.set_aside import SetAsideList
from activities.webhooks.register import Owner, WebhookRegister
from domain.outside_systems import System
from tests.support.databases import Database
from tests.support.kept_letters import keep_unmatched
from tools.simulator.app import Simulator
from tools.simulator.server import running_simulator
from workers.gauges import Gauges

pytestmark = pytest.mark.stack
LABELS = ("system", "relay", "fits")


async def test_gauges_show_breakers_and_relays(database: Database) -> None:
    """A system with an open breaker shows 1 and the others 0, and a relay shows its set-aside events."""
    buffer = MetricBuffer(1_000)
    meter = Runtime(telemetry=TelemetryConfig(metrics=buffer)).metric_meter
    simulator = Simulator(state=None, seed=11)
    pool = await open_pool(database.url, 2)
    with running_simulator(simulator) as url:
        async with open_outside(simulator.world.access.addresses(url, "H42", total_seconds=0.8)) as outside:
            breaker = outside.connections[System.CIVIL].breaker
            outside.connections[System.LAND].unknown_replies = 3
            while (permit := breaker.admit()) is not None:
                permit.failed()
            await SetAsideList(pool).put(FeedReader.PORTAL, "H42.101-250805-0001", 1, "field_refused")
            made, _ = await WebhookRegister(pool).create(
                Owner(kind="service", code="so-hoa"), "https://receiver.example/", EventFilter(), "van-hanh"
            )
            await pool.execute(
                "insert into webhook_behind (webhook, dossier, version, code, dead_at) values ($1, 'd', 1, 'c', now())",
                made.id,
            )
            await pool.execute("insert into portal_doubt select list, 'd', now() from unnest('{a,b}'::text[]) list")
            await keep_unmatched(pool, "LA-1")
            await Gauges(meter, pool, {"patient": outside}, "1@host").look()
            [told] = await WorkerBreakers(pool).all()
    await pool.close()
    seen = {
        (update.metric.name, next((update.attributes[of] for of in LABELS if of in update.attributes), None)): (
            update.value
        )
        for update in buffer.retrieve_updates()
    }
    assert told.process == "1@host"
    assert {system for system, state in told.breakers["patient"].items() if state == "open"} == {"civil"}
    held_back = {system: seen["luongxanh_breaker_open", str(system)] for system in outside.breakers()}
    assert held_back == {system: int(system is System.CIVIL) for system in outside.breakers()}
    assert seen["luongxanh_outside_unknown_replies", "land"] == 3
    assert {seen["luongxanh_outside_held", str(system)] for system in held_back} == {0}
    assert {seen[f"luongxanh_outside_{what}", "civil"] for what in ("running", "waiting", "failures")} == {0}
    assert seen["luongxanh_relay_set_aside", "portal"] == 1
    assert seen["luongxanh_portal_in_doubt", None] == 1
    letters = {fits: seen["luongxanh_letters_waiting", fits] for fits in ("dossier", "nothing")}
    assert letters == {"dossier": 0, "nothing": 1}
    assert seen["luongxanh_notices_in_doubt", None] == 0
    assert (seen["luongxanh_webhook_behind", None], seen["luongxanh_webhook_given_up", None]) == (0, 1)
    assert seen["luongxanh_relay_behind_seconds", "portal"] == 0, "nothing is recorded"
    assert {whose for name, whose in seen if name == "luongxanh_relay_waiting"} >= set(FeedReader)
