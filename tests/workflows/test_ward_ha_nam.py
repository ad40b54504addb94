"""The first case of ward Hà Nam, told as it was told: the household-registration software would not synchronise one
result, and the dossier was late for it. Here the result is issued and returned on time, while that goes on for days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activities.ledger.incident_rows import IncidentFilter
from domain.dossier.commands import RetryRefusedCall, ReturnResult
from domain.dossier.events import ResultRegistered
from domain.dossier.state import State
from domain.repairs.causes import Cause
from gateway.client.incidents import Incidents, Order
from tests.histories.stories import IN_CENTRE
from tests.support.dossier_steps import ordered_to_be_signed, paid
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK
from tests.support.principals import ROOT
from tests.support.small_province import HA_NAM
from tools.simulator.registries import RegistrySystem
from workflows.calls_outside import UNTIL_IT_ANSWERS

pytestmark = pytest.mark.stack


async def test_the_first_case_of_ward_ha_nam(harness: EngineHarness) -> None:
    """Monday: the software is down when the result is sealed. The citizen has it the same morning, in time. The failure
    is one row with the ward as the unit that answers for it, and an operator takes it. It is tried without end, at
    most five minutes apart. When the software answers, the result is there once and the row is gone, by itself."""
    await harness.control("civil", {"mode": "down"})
    code = await ordered_to_be_signed(harness, await paid(harness))
    issued = await harness.until(code, lambda one: one.state is State.RESOLVED)
    assert (await harness.act(code, DESK, ReturnResult())).state is State.RETURNED
    late = issued.deadlines.late_statutory_minutes, issued.deadlines.late_promised_minutes
    assert all(minutes is not None and minutes <= 0 for minutes in late)

    incidents, name = Incidents(harness.engine), f"call.{code}.register-1"
    row = await incidents.one(name)
    assert (row.cause, row.system, row.unit) == (Cause.CALL_NOT_ANSWERED, "civil", HA_NAM)
    await incidents.assign(name, "op.2", Order(ROOT, "Ca chiều", who="op.1"))
    assert [one.assigned_to for one in await incidents.found(IncidentFilter(assigned_to="op.2"), limit=9)] == ["op.2"]

    await harness.until_pending(code, "outside.patient", attempt=3)
    [call] = (await harness.handle(code).describe()).raw_description.pending_activities
    assert (call.maximum_attempts, call.HasField("expiration_time")) == (0, False), "it never gives up"
    assert (UNTIL_IT_ANSWERS.maximum_interval or timedelta.max) <= timedelta(minutes=5), (
        "it hears soon that the software is back"
    )
    waiting = await harness.known(code)
    assert (waiting.state, [one.final for one in waiting.incidents]) == (State.RETURNED, [False])

    await harness.control("civil")
    done = await harness.until(code, lambda one: one.result.reference is not None)
    assert (done.incidents, await incidents.found(IncidentFilter(), limit=9)) == ((), [])
    await harness.ended(code)
    assert [one["times"] for one in (await harness.inspect("civil"))["effects"]] == [1]
    assert (await harness.known(code)).deadlines == issued.deadlines
    await harness.replays(code)


async def test_somebody_entered_the_result_there_by_hand_meanwhile(harness: EngineHarness) -> None:
    """A clerk could not wait and entered it in the software's own window. The engine enters nothing beside it: it asks
    a person, who adopts the number with the evidence. The citizen had the result all the while."""
    civil = harness.world.systems["civil"].contract
    assert isinstance(civil, RegistrySystem)
    await harness.control("civil", {"mode": "down"})
    code = await ordered_to_be_signed(harness, await paid(harness))
    issued = await harness.until(code, lambda one: one.state is State.RESOLVED)
    await harness.until(code, lambda one: [call.effect for call in one.incidents] == ["register/1"])
    number = civil.enter_by_hand(code, issued.result.number or "")
    await harness.control("civil")
    asked = await harness.until(code, lambda one: any(call.final for call in one.incidents))
    assert [(call.code, call.final) for call in asked.incidents] == [("needs_person.registered_elsewhere", True)]
    await harness.act(code, DESK, ReturnResult())
    why = "Công văn 12 của Phòng Tư pháp"
    await harness.act(code, IN_CENTRE, RetryRefusedCall(effect="register/1", reason=why, registered_as=number))
    await harness.ended(code)
    done = await harness.known(code)
    assert (done.state, done.result.reference, done.incidents) == (State.RETURNED, number, ())
    adopted = (await harness.engine.history(code))[-1].event
    assert isinstance(adopted, ResultRegistered)
    assert adopted.adopted_because == why
    assert [one["service"] for one in (await harness.inspect("civil"))["effects"]] == ["by_hand"]
    await harness.replays(code)
