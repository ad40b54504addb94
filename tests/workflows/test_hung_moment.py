"""The answer of a local activity does not come: the dossier goes on by another way, and its history replays.

A local activity that timed out arrives as one error while the worker runs and as another one at replay.
"""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from domain.dossier.commands import Accept, Approve, CompleteStep
from domain.dossier.decide import Act
from domain.dossier.state import Identity
from tests.support.dossier_steps import accepted, reset
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, HEAD, OFFICER
from tests.support.small_province import PAID

pytestmark = pytest.mark.stack


async def test_a_command_whose_entry_hangs_is_written_down_once(harness: EngineHarness) -> None:
    """The ledger does not answer: the entry is made patiently, once, and the history replays."""
    code = (await harness.submit()).dossier
    async with harness.hung("event"):
        accepting = asyncio.create_task(harness.act(code, DESK, Accept()))
        await harness.until_pending(code, "ledger.append")
    await accepting
    await harness.replays(code)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    assert (await harness.kinds(code)).count("dossier_accepted") == 1


async def test_an_outside_call_that_hangs_goes_on_patiently(harness: EngineHarness) -> None:
    """The quick call gets no answer at all (its particulars cannot be read): a failure is recorded, then it is made
    good, and the history replays."""
    code = (await harness.submit(PAID)).dossier
    async with harness.hung("vault.personal"):
        await harness.act(code, DESK, Accept())
        failed = await harness.until(code, lambda one: "identity/1" in {one.effect for one in one.incidents})
    assert {one.code for one in failed.incidents if one.effect == "identity/1"} == {"outside_timeout"}
    await harness.until(code, lambda one: one.applicant.identity is Identity.MATCHES)
    await harness.replays(code)


async def test_catching_up_with_a_ledger_that_hangs_holds_no_task(harness: EngineHarness) -> None:
    """Set back by operators while the ledger does not answer: it is read patiently, and the history replays."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    approval = Act(command_id=uuid4(), actor=HEAD, command=Approve(step="approve"))
    async with harness.hung("event"):
        await reset(harness, code, updates_too=True)
        approving = asyncio.create_task(harness.send(code, approval))
        await harness.until_pending(code, "ledger.since")
    await approving
    await harness.replays(code)
    assert (await harness.known(code)).processing.steps_done == ("process", "approve")


async def test_cancelled_while_the_ledger_hangs(harness: EngineHarness) -> None:
    """A run that is asked to stop while it waits for the ledger takes the same way live and at replay."""
    code = await accepted(harness)
    async with harness.hung("event"):
        await reset(harness, code, updates_too=True)
        await harness.until_held_up()
        await harness.handle(code).cancel()
        await harness.until_pending(code, "ledger.since")
    await harness.until_at_rest(code)
    await harness.replays(code)


async def test_a_caller_who_is_told_to_end_ends(harness: EngineHarness) -> None:
    """Whoever is cancelled while the dossier waits is cancelled, and not told that the answer is pending: a caller who
    sends again what is pending would never end."""
    code = (await harness.submit()).dossier
    async with harness.hung("event"):
        accepting = asyncio.create_task(harness.act(code, DESK, Accept()))
        await harness.until_pending(code, "ledger.append")
        accepting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await accepting
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await harness.act(code, DESK, Accept())
