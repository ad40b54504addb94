"""Tests of the simulator's faults: on demand, for a time, or at random from a seed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.adapters.systems import Outside
from tests.activities.adapters.given import Steering, fault, notice
from tests.activities.adapters.test_connection import failure
from tools.simulator.fault_injection import Call, Fault, FaultInjector, FaultMode

KEYS = [f"k{number}" for number in range(200)]


def struck(seed: int, keys: list[str], rate: float) -> set[str]:
    """The keys whose call is hit by the fault."""
    injector = FaultInjector("portal", seed, lambda: 0.0)
    injector.set([Fault(mode=FaultMode.DOWN, rate=rate)])
    return {key for key in keys if injector.next_fault(Call("x", key, {}))}


@given(st.permutations(KEYS))
def test_chance_does_not_depend_on_the_order(keys: list[str]) -> None:
    """A fault hits the same calls in whatever order they arrive."""
    assert struck(3, keys, 0.3) == struck(3, KEYS, 0.3)


def test_chance_depends_on_the_seed_and_keeps_its_rate() -> None:
    """Another seed hits other calls, and over many calls the share of hits is the rate."""
    assert struck(3, KEYS, 0.3) != struck(4, KEYS, 0.3)
    many = [f"key{number}" for number in range(5_000)]
    assert 0.27 < len(struck(3, many, 0.3)) / len(many) < 0.33


def test_each_attempt_has_its_own_chance() -> None:
    """Each attempt has its own random number, so a call that was hit is not hit for ever."""
    injector = FaultInjector("portal", 1, lambda: 0.0)
    injector.set([Fault(mode=FaultMode.DOWN, rate=0.5)])
    outcomes = [injector.next_fault(Call("x", "one", {})) is None for _ in range(64)]
    assert {True, False} == set(outcomes)


def test_a_fault_ends_by_calls_or_by_time() -> None:
    """A fault ends after its number of calls, or when its time is over."""
    seconds = 0.0
    injector = FaultInjector("portal", 1, lambda: seconds)
    call = Call("x", "one", {})
    injector.set([Fault(mode=FaultMode.DOWN, calls=2)])
    assert [injector.next_fault(call) is not None for _ in range(3)] == [True, True, False]
    injector.set([Fault(mode=FaultMode.DOWN, seconds=5)])
    assert injector.next_fault(call)
    seconds = 5.0
    assert injector.next_fault(call) is None
    assert injector.current() == []


def test_a_fault_concerns_only_its_calls() -> None:
    """A fault for one service or one field's value does not hit other calls, and a lookup is never doubled."""
    injector = FaultInjector("portal", 1, lambda: 0.0)
    injector.set([Fault(mode=FaultMode.DOWN, service="x", match={"unit": "1"})])
    assert injector.next_fault(Call("x", "k", {"unit": "1"}))
    assert injector.next_fault(Call("x", "k", {"unit": "2"})) is None
    assert injector.next_fault(Call("y", "k", {"unit": "1"})) is None
    injector.set([Fault(mode=FaultMode.NO_EFFECT), Fault(mode=FaultMode.CALLBACK_LOST)])
    assert injector.next_fault(Call("x", "k", {}, effectful=False)) is None


async def test_a_system_comes_back_by_itself(steering: Steering, outside: Outside) -> None:
    """An outage for a given time ends after that time."""
    steering.misbehave("sms", fault("down", seconds=3_600))
    await failure(outside.notices.sms.send(notice()))
    steering.post("/date", {"days": 1})
    assert (await outside.notices.sms.send(notice())).message_id


@pytest.mark.parametrize(
    ("system", "body", "code"),
    [
        ("nowhere", {"mode": "down"}, "unknown_system"),
        ("population", {"mode": "token_failed"}, "unknown_mode"),
        ("sms", {"mode": "session_expired"}, "unknown_mode"),
        ("portal", {"mode": "sulking"}, "invalid_request"),
        ("portal", {"mode": "down", "rate": 2}, "invalid_request"),
        ("portal", None, "invalid_request"),
    ],
)
def test_a_misbehaviour_that_does_not_exist(steering: Steering, system: str, body: object, code: str) -> None:
    """An unknown system or fault is refused, so that a typing mistake does not make a test useless."""
    assert steering.post(f"/control/{system}", body)["error_code"] == code


async def test_a_reset_forgets_everything(steering: Steering, outside: Outside) -> None:
    """After a reset there are no received calls, no effects and no faults."""
    await outside.notices.sms.send(notice())
    steering.misbehave("sms", {"mode": "down"})
    steering.post("/reset")
    assert steering.inspect("sms") == {"received": {}, "misbehaved": {}, "effects": [], "messages": []}
    assert (await outside.notices.sms.send(notice())).message_id


async def test_what_was_received_is_counted_apart_from_what_happened(steering: Steering, outside: Outside) -> None:
    """Received calls and effects are counted separately, so that a test can see exactly-once effects."""
    for _ in range(3):
        await outside.notices.sms.send(notice())
    looked_at = steering.inspect("sms", "notice-1")
    assert looked_at["received"] == {"send": 3}
    assert looked_at["effects"] == [{"service": "sent", "key": "notice-1", "times": 1}]
    assert steering.inspect("sms", "another")["effects"] == []
