"""Somebody who reaches Temporal ends an activity of a dossier by hand: it is not stuck, and believes nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.ledger.verification.walk import verify
from domain.dossier.commands import Accept, CompleteStep, ReturnResult
from domain.dossier.state import State
from gateway.views.projection import fold_under_published_rules
from tests.support.dossier_steps import (
    accepted,
    entries_held_up,
    known,
    ordered_to_be_signed,
    paid,
    until,
    waits_patiently,
    workflow_knows,
)
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, OFFICER
from tests.workflows.test_from_outside import end_activity
from tests.workflows.test_lost_answers import replays

pytestmark = pytest.mark.stack

FAILED_BY_HAND = ApplicationError("Failed by operator", non_retryable=True)
GARBAGE: dict[str, Any] = {
    "nothing": None,
    "a_word": "done",
    "an_unknown_kind": {"outcome": {"kind": "paid", "effect": "register/1"}},
    "enormous": "x" * 1_000_000,
}


async def in_step(harness: EngineHarness, code: str) -> None:
    """Then: the workflow knows what the ledger says, which verifies, and its history replays."""
    async with asyncio.timeout(20):
        while await workflow_knows(harness, code) != await known(harness, code):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.1)
    found = await verify(harness.pool, code, fold=await fold_under_published_rules(harness.pool))
    assert found.problems == ()
    await replays(await harness.handle(code).fetch_history())


@pytest.mark.parametrize("result", GARBAGE.values(), ids=GARBAGE.keys())
async def test_garbage_for_a_call(harness: EngineHarness, result: Any) -> None:
    """No answer at all: the call is made again, and the dossier goes on meanwhile."""
    await harness.control("civil", {"mode": "slow", "delay": 5})
    code = await ordered_to_be_signed(harness, await paid(harness))
    await until(harness, code, lambda one: one.state is State.RESOLVED and bool(one.incidents))
    await end_activity(harness, code, "outside.patient", result)
    await harness.control("civil")
    await harness.act(code, DESK, ReturnResult())
    await harness.later(code, hours=1, minutes=1)
    now = await until(harness, code, lambda one: one.result.reference is not None)
    assert not now.incidents
    await in_step(harness, code)


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
    async with entries_held_up(harness):
        acting = asyncio.create_task(harness.act(code, OFFICER, CompleteStep(step="process")))
        await waits_patiently(harness, code, "ledger.append")
        await end_activity(harness, code, "ledger.append", result)
    assert (await acting).version == (await known(harness, code)).version
    await in_step(harness, code)
    assert (await harness.kinds(code)).count("step_completed") == 1


async def test_an_entry_that_somebody_failed_is_made_again(harness: EngineHarness) -> None:
    """`temporal activity fail` refuses nobody and stops nothing."""
    code = (await harness.submit()).dossier
    async with entries_held_up(harness):
        acting = asyncio.create_task(harness.act(code, DESK, Accept()))
        await waits_patiently(harness, code, "ledger.append")
        await end_activity(harness, code, "ledger.append", FAILED_BY_HAND)
    await acting
    await in_step(harness, code)
