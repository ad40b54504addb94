"""Somebody who reaches Temporal ends an activity of a dossier by hand: it is not stuck, and believes nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from domain.dossier.commands import Accept, CompleteStep, ReturnResult
from domain.dossier.state import State
from tests.support.dossier_steps import accepted, ordered_to_be_signed, paid
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, OFFICER
from workflows.ledger_calls import ASKED_AGAIN_AFTER

pytestmark = pytest.mark.stack

FAILED_BY_HAND = ApplicationError("Failed by operator", non_retryable=True)
GARBAGE: dict[str, Any] = {
    "nothing": None,
    "a_word": "done",
    "an_unknown_kind": {"outcome": {"kind": "paid", "effect": "register/1"}},
    "enormous": "x" * 1_000_000,
}


@pytest.mark.parametrize("result", GARBAGE.values(), ids=GARBAGE.keys())
async def test_garbage_for_a_call(harness: EngineHarness, result: Any) -> None:
    """No answer at all: the call is made again, and the dossier goes on meanwhile."""
    await harness.control("civil", {"mode": "timeout"})
    code = await ordered_to_be_signed(harness, await paid(harness))
    await harness.until(code, lambda one: one.state is State.RESOLVED and bool(one.incidents))
    await harness.end_activity(code, "outside.patient", result)
    await harness.control("civil")
    await harness.act(code, DESK, ReturnResult())
    await harness.later(code, hours=1, minutes=1)
    now = await harness.until(code, lambda one: one.result.reference is not None)
    assert not now.incidents
    await harness.in_step(code)


async def asked_again(harness: EngineHarness, code: str) -> None:
    """When: the pause after which the ledger is asked again is over."""
    await harness.until_at_rest(code)
    await harness.later(code, seconds=ASKED_AGAIN_AFTER.total_seconds())


FORGED: dict[str, Any] = {
    "enormous": GARBAGE["enormous"],
    "written_that_is_not": {"dossier": "{code}", "first_version": 3, "last_version": 3},
    "long_ago": {"dossier": "{code}", "first_version": 1, "last_version": 1, "repeated": True},
}


@pytest.mark.parametrize("result", FORGED.values(), ids=FORGED.keys())
async def test_an_entry_is_believed_from_the_ledger_alone(harness: EngineHarness, result: Any) -> None:
    """Whatever somebody says was written, what was asked for is written, once, and the next command follows it."""
    code = await accepted(harness)
    if isinstance(result, dict) and "dossier" in result:
        result = {**result, "dossier": result["dossier"].format(code=code)}
    async with harness.entries_held_up():
        acting = asyncio.create_task(harness.act(code, OFFICER, CompleteStep(step="process")))
        await harness.until_pending(code, "ledger.append")
        await harness.end_activity(code, "ledger.append", result)
    await asked_again(harness, code)
    assert (await acting).version == (await harness.known(code)).version
    await harness.in_step(code)
    assert (await harness.kinds(code)).count("step_completed") == 1


async def test_an_entry_that_somebody_failed_is_made_again(harness: EngineHarness) -> None:
    """`temporal activity fail` refuses nobody and stops nothing."""
    code = (await harness.submit()).dossier
    async with harness.entries_held_up():
        acting = asyncio.create_task(harness.act(code, DESK, Accept()))
        await harness.until_pending(code, "ledger.append")
        await harness.end_activity(code, "ledger.append", FAILED_BY_HAND)
    await asked_again(harness, code)
    await acting
    await harness.in_step(code)
