"""Tests of applications that were filed in the national interconnection software: each becomes one dossier."""

from __future__ import annotations

import pytest

from activities.ledger.taken_in import IntakeState, TakenIn, TakenInList
from activities.relays.interconnection import RELAY, InterconnectionRelay
from activities.relays.relay import Relay
from gateway.client import this_machine
from gateway.client.taking_in import TakingIn, order_intake
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK
from tests.support.interconnected import PERSON, born
from tests.support.small_province import BORN

pytestmark = pytest.mark.stack


async def test_an_application_becomes_one_dossier_and_what_cannot_is_listed(harness: EngineHarness) -> None:
    """Through an outage, ordered twice, beside one without its documents and one that nobody filed."""
    listed = TakenInList(harness.pool)
    taking = TakingIn(harness.engine, harness.outside.interconnection, harness.pool)
    lacking = born("LT-2", DanhSachThuTuc=[{**one, "TaiLieu": []} for one in born("LT-2")["DanhSachThuTuc"]])
    await harness.http.post(f"{harness.simulator}/applications", json=[born("LT-1"), lacking])
    await harness.control("interconnection", {"mode": "down"})
    for application in ("LT-1", "LT-2", "LT-3", "LT-1"):
        found = await order_intake(harness.engine, this_machine(), DESK, application)
        assert found.state is IntakeState.WAITING
    with harness.env.with_time_skipping_disabled():
        assert await taking.turn() == 3
        waits = (IntakeState.WAITING, "outside_unavailable")
        assert await codes(listed) == dict.fromkeys(("LT-1", "LT-2", "LT-3"), waits)
        await harness.control("interconnection")
        await taking.turn(pause=0)
    assert await codes(listed) == {
        "LT-1": (IntakeState.TAKEN, None),
        "LT-2": (IntakeState.REFUSED, "child_documents_missing"),
        "LT-3": (IntakeState.REFUSED, "unknown_application"),
    }
    taken = await one(listed, "LT-1")
    dossier = await harness.known(taken.dossier or "")
    assert (dossier.intake.procedure, dossier.routing.received_by) == (BORN.code, DESK.unit)
    assert PERSON["HoTen"] not in str(await harness.pool.fetch("select * from interconnection_application"))
    await order_intake(harness.engine, this_machine(), DESK, "LT-1")
    assert await taking.turn(pause=0) == 0
    relay = InterconnectionRelay(harness.outside.interconnection, harness.pool)
    await Relay(RELAY, harness.pool, relay.hand, group=relay.group, first=relay.again).step()
    told = (await harness.inspect("interconnection"))["told"]
    assert [(one["application"], one["part"], one["status"]) for one in told] == [("LT-1", "", "1")]


async def codes(listed: TakenInList) -> dict[str, tuple[IntakeState, str | None]]:
    return {one.application: (one.state, one.code) for one in await listed.listed()}


async def one(listed: TakenInList, application: str) -> TakenIn:
    found = await listed.one(application)
    assert found is not None
    return found
