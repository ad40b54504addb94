"""Tests of the registries' adapters."""

from __future__ import annotations

import pytest

from activities.adapters.messages import OutsideCode
from activities.adapters.systems import Outside
from activities.adapters.verdict import Verdict
from domain.outside_systems import Registry
from tests.activities.adapters.given import Steering, fault, hurried, register
from tests.activities.adapters.test_connection import failure
from tools.simulator.registries import RegistrySystem


@pytest.mark.parametrize("registry", list(Registry))
async def test_a_result_is_entered_once(steering: Steering, outside: Outside, registry: Registry) -> None:
    """The same key gives the same reference and one entry."""
    first = await outside.registries.register(register(registry))
    assert await outside.registries.register(register(registry)) == first
    assert first.confirmed
    assert steering.effects(registry) == {"registered register-1": 1}


@pytest.mark.parametrize("mode", ["timeout", "cut", "down", "error_in_200", "no_effect", "duplicate"])
async def test_entered_once_whatever_happens(steering: Steering, outside: Outside, mode: str) -> None:
    """After any failure the next try with the same key leaves exactly one entry."""
    steering.misbehave("civil", fault(mode, service="DangKyKetQua"))
    if mode != "duplicate":
        with hurried(outside, mode):
            await failure(outside.registries.register(register()))
    assert (await outside.registries.register(register())).reference
    assert steering.effects("civil") == {"registered register-1": 1}


async def test_success_without_effect_is_an_error(steering: Steering, outside: Outside) -> None:
    """A registry that reports success but registers nothing is detected at once."""
    steering.misbehave("land", fault("no_effect"))
    error = await failure(outside.registries.register(register(Registry.LAND)))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "no_effect", True)


async def test_a_refused_look_is_no_refusal_of_the_entry(steering: Steering, outside: Outside) -> None:
    """The result was entered: the same key is sent again, or an operator's retry would enter it twice."""
    steering.misbehave("civil", fault("refused", service="TraCuuKetQua"))
    error = await failure(outside.registries.register(register()))
    assert (error.operation, error.retryable) == ("TraCuuKetQua", True)
    assert (await outside.registries.register(register())).confirmed
    assert steering.effects("civil") == {"registered register-1": 1}


async def test_one_registry_never_blocks_another(steering: Steering, outside: Outside) -> None:
    """While the breaker of the civil registry is open, the land registry still works."""
    steering.misbehave("civil", {"mode": "down"})
    codes = [(await failure(outside.registries.register(register()))).code for _ in range(6)]
    assert codes[-1] is OutsideCode.BREAKER_OPEN
    assert (await outside.registries.register(register(Registry.LAND))).reference


async def test_a_key_is_for_one_result(outside: Outside) -> None:
    """The same key for another result is refused for good."""
    await outside.registries.register(register())
    other = register().model_copy(update={"result_number": "129/2025/GKS"})
    error = await failure(outside.registries.register(other))
    assert (error.code, error.retryable) == (OutsideCode.REFUSED, False)


async def test_a_result_that_was_entered_by_hand_is_a_person_s_matter(steering: Steering, outside: Outside) -> None:
    """The registry has it under another number: no second entry, however often it is asked. The same request under its
    own key is answered as before; a voided entry leaves room for a new one."""
    civil = steering.simulator.systems["civil"].contract
    assert isinstance(civil, RegistrySystem)
    asked = register()
    number = civil.enter_by_hand(asked.dossier, asked.result_number)
    for key in ("register-1", "register-1", "register-2"):
        error = await failure(outside.registries.register(register(key=key)))
        assert (error.code, error.reason) == (OutsideCode.REFUSED, "registered_elsewhere")
        assert error.verdict is Verdict.NEEDS_PERSON
    assert steering.effects("civil") == {f"by_hand {number}": 1}
    civil.void(asked.dossier, asked.result_number)
    first = await outside.registries.register(register(key="register-2"))
    assert await outside.registries.register(register(key="register-2")) == first
    assert steering.effects("civil") == {f"by_hand {number}": 1, "registered register-2": 1}
