"""The first case of ward Hà Nam, told as it was told: the household-registration software would not synchronise one
result, and the dossier was late for it. Here the result is issued and returned on time, while that goes on for days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activities.adapters.address import BreakerPolicy, RetryTerms
from activities.ledger.incident_rows import IncidentFilter
from domain.dossier.commands import RetryRefusedCall, ReturnResult
from domain.dossier.events import ResultRegistered
from domain.dossier.state import Dossier, State
from domain.outside_systems import System
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


LONG_PAUSES = RetryTerms(first_seconds=4 * 3_600, factor=1.5, longest_seconds=24 * 3_600)
"""How the operators have set the calls to the software meanwhile. The test server goes from try to try, each of which
takes it a second: with the usual pauses four days would be a thousand tries."""
FOUR_WORKING_DAYS = 6
"""Days among which at least four are working days, whenever the test begins. The dossier was promised in two and a
half."""
NEVER = BreakerPolicy(failures=1_000)


async def test_the_first_case_of_ward_ha_nam(harness: EngineHarness) -> None:
    """The household-registration software of the ward is down when the result is sealed: it cannot be entered there. In
    the story the citizen waited for it, and it came late.

    Here she has the result the same hour. That the entry is missing is a row with the ward as the unit that answers for
    it, and somebody takes it. Days pass: the row is there. After four working days the software answers again. The
    result is entered there once, after the promised date, the row is gone by itself, and the ledger says that the
    dossier was in time."""
    await pauses(harness, LONG_PAUSES)
    await harness.control("civil", {"mode": "down"})
    code = await ordered_to_be_signed(harness, await paid(harness))
    issued = await harness.until(code, lambda one: one.state is State.RESOLVED)
    assert (await harness.act(code, DESK, ReturnResult())).state is State.RETURNED
    returned = (await harness.engine.history(code))[-1].event.at
    require_in_time(issued)

    incidents, name = Incidents(harness.engine), f"call.{code}.register-1"
    row = await incidents.one(name)
    assert (row.cause, row.system, row.unit) == (Cause.CALL_NOT_ANSWERED, "civil", HA_NAM)
    await incidents.assign(name, "op.2", Order(ROOT, "Ca chiều", who="op.1"))
    for day in range(1, FOUR_WORKING_DAYS + 1):
        await harness.later(code, days=1)
        assert await harness.env.get_current_time(harness.handle(code)) >= returned + timedelta(days=day)
        [row] = await incidents.found(IncidentFilter(assigned_to="op.2"), limit=9)
        assert (row.id, row.resolved) == (name, False), f"the row is still there on day {day}"
        waiting = await harness.known(code)
        assert (waiting.state, [one.final for one in waiting.incidents]) == (State.RETURNED, [False])
    [call] = (await harness.handle(code).describe()).raw_description.pending_activities
    assert (call.maximum_attempts, call.HasField("expiration_time")) == (0, False), "it never gives up"
    assert (await harness.inspect("civil"))["effects"] == []

    await harness.control("civil")
    await harness.later(code, seconds=LONG_PAUSES.longest_seconds + 60)
    await harness.ended(code)
    done = await harness.known(code)
    assert (done.incidents, await incidents.found(IncidentFilter(), limit=9)) == ((), [])
    [entered] = [one.event for one in await harness.engine.history(code) if isinstance(one.event, ResultRegistered)]
    assert done.result.reference == entered.reference
    assert [one["times"] for one in (await harness.inspect("civil"))["effects"]] == [1]
    assert issued.deadlines.promised_due is not None
    assert entered.at > issued.deadlines.promised_due, "who had waited for the entry would have been late"
    require_in_time(done)
    assert done.deadlines == issued.deadlines
    await harness.replays(code)


async def test_it_is_tried_often_enough_to_hear_soon_that_the_software_is_back(harness: EngineHarness) -> None:
    """With the usual pauses it is tried without end, at most five minutes apart."""
    await harness.control("civil", {"mode": "down"})
    code = await ordered_to_be_signed(harness, await paid(harness))
    await harness.until_pending(code, "outside.patient", attempt=3)
    [call] = (await harness.handle(code).describe()).raw_description.pending_activities
    assert (call.maximum_attempts, call.HasField("expiration_time")) == (0, False), "it never gives up"
    assert (UNTIL_IT_ANSWERS.maximum_interval or timedelta.max) <= timedelta(minutes=5)
    await harness.act(code, DESK, ReturnResult())
    await harness.control("civil")
    await harness.ended(code)
    assert [one["times"] for one in (await harness.inspect("civil"))["effects"]] == [1]


async def pauses(harness: EngineHarness, terms: RetryTerms) -> None:
    """The operators set the pauses between the calls to the household-registration software; no breaker cuts in."""
    mine = {"retry": terms, "breaker": NEVER}
    await harness.outside.apply(
        one.address.model_copy(update=mine if system is System.CIVIL else {})
        for system, one in harness.outside.connections.items()
    )


def require_in_time(dossier: Dossier) -> None:
    """Then: by the ledger's own timing neither the statutory nor the promised date was missed."""
    late = dossier.deadlines.late_statutory_minutes, dossier.deadlines.late_promised_minutes
    assert all(minutes is not None and minutes <= 0 for minutes in late), late


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
