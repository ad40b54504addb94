"""Somebody who reaches Temporal ends an activity of a dossier by hand: it is not stuck, and believes nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.ledger.verification import verify
from domain.dossier.commands import Accept, CompleteStep, ReturnResult
from domain.dossier.state import State
from gateway.folding import fold_under_published_rules
from tests.domain.dossier.given import DESK, OFFICER
from tests.histories.acting import (
    accepted,
    entries_held_up,
    known,
    ordered_to_be_signed,
    paid,
    until,
    waits_patiently,
    workflow_knows,
)
from tests.workflows.hall import Hall
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


async def in_step(hall: Hall, code: str) -> None:
    """Then: the workflow knows what the ledger says, which verifies, and its history replays."""
    async with asyncio.timeout(20):
        while await workflow_knows(hall, code) != await known(hall, code):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.1)
    found = await verify(hall.pool, code, fold=await fold_under_published_rules(hall.pool))
    assert found.problems == ()
    await replays(await hall.handle(code).fetch_history())


@pytest.mark.parametrize("result", GARBAGE.values(), ids=GARBAGE.keys())
async def test_garbage_for_a_call(hall: Hall, result: Any) -> None:
    """No answer at all: the call is made again, and the dossier goes on meanwhile."""
    await hall.control("civil", {"mode": "slow", "delay": 5})
    code = await ordered_to_be_signed(hall, await paid(hall))
    await until(hall, code, lambda one: one.state is State.RESOLVED and bool(one.incidents))
    await end_activity(hall, code, "outside.patient", result)
    await hall.control("civil")
    await hall.act(code, DESK, ReturnResult())
    await hall.later(code, hours=1, minutes=1)
    now = await until(hall, code, lambda one: one.registration.reference is not None)
    assert not now.incidents
    await in_step(hall, code)


FORGED: dict[str, Any] = {
    "enormous": GARBAGE["enormous"],
    "written_that_is_not": {"dossier": "{code}", "first_version": 3, "last_version": 3},
    "long_ago": {"dossier": "{code}", "first_version": 1, "last_version": 1, "repeated": True},
}


@pytest.mark.parametrize("result", FORGED.values(), ids=FORGED.keys())
async def test_an_entry_is_believed_from_the_ledger_alone(hall: Hall, result: Any) -> None:
    """Whatever somebody says was written, what was asked for is written, once, and the next command follows it."""
    code = await accepted(hall)
    if isinstance(result, dict) and "dossier" in result:
        result = {**result, "dossier": result["dossier"].format(code=code)}
    async with entries_held_up(hall):
        acting = asyncio.create_task(hall.act(code, OFFICER, CompleteStep(step="process")))
        await waits_patiently(hall, code, "ledger.append")
        await end_activity(hall, code, "ledger.append", result)
    assert (await acting).version == (await known(hall, code)).version
    await in_step(hall, code)
    assert (await hall.kinds(code)).count("step_completed") == 1


async def test_an_entry_that_somebody_failed_is_made_again(hall: Hall) -> None:
    """`temporal activity fail` refuses nobody and stops nothing."""
    code = (await hall.submit()).dossier
    async with entries_held_up(hall):
        acting = asyncio.create_task(hall.act(code, DESK, Accept()))
        await waits_patiently(hall, code, "ledger.append")
        await end_activity(hall, code, "ledger.append", FAILED_BY_HAND)
    await acting
    await in_step(hall, code)
