"""Operators set a workflow back, or Temporal forgets it: the ledger is the record, and the dossier follows it."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from domain.dossier.commands import Accept, Approve, CompleteStep, ReturnResult
from domain.dossier.state import State
from domain.errors import Conflict
from gateway.client.dossier_client import DossierClient
from gateway.client.engine_errors import Refused
from tests.support.dossier_steps import accepted, ordered_to_be_signed, paid, reset, sign
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, HEAD, OFFICER, OFFICIAL

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("updates_too", [False, True], ids=["updates_sent_again", "updates_lost"])
@pytest.mark.parametrize("to_task", [0, 1, 3])
async def test_a_reset_never_undoes_the_record(harness: EngineHarness, to_task: int, updates_too: bool) -> None:
    """Set back to any point, with or without its later updates: the state is the ledger's and no event comes twice."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, HEAD, Approve(step="approve"))
    before = await harness.engine.history(code)
    await reset(harness, code, to_task, updates_too=updates_too)
    await harness.in_step(code)
    assert await harness.engine.history(code) == before
    await harness.act(code, OFFICIAL, sign(code))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    assert (await harness.act(code, DESK, ReturnResult())).state is State.RETURNED


async def test_a_reset_repeats_nothing_outside(harness: EngineHarness) -> None:
    """Order, payment, signature and seal were asked for before the reset; each has happened once after it."""
    code = await ordered_to_be_signed(harness, await paid(harness))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    before = await harness.kinds(code)
    await reset(harness, code, 1)
    await harness.in_step(code)
    assert await harness.kinds(code) == before
    for system in ("payments", "signing", "civil"):
        effects = (await harness.inspect(system))["effects"]
        assert effects
        assert {effect["times"] for effect in effects} == {1}, system


async def test_after_a_reset_the_first_command_is_decided_on_the_record(harness: EngineHarness) -> None:
    """A command that arrives before the dossier has caught up is neither refused for what is long past nor acts twice.

    The clerk's command stays what it was, the refusal too.
    """
    code = (await harness.submit()).dossier
    first = uuid4()
    await harness.act(code, DESK, Accept(), command_id=first)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await reset(harness, code, 0, updates_too=True)
    again, approved = await asyncio.gather(
        harness.act(code, DESK, Accept(), command_id=first), harness.act(code, HEAD, Approve(step="approve"))
    )
    assert again.repeated
    assert approved.version == (await harness.engine.dossier(code)).version
    with pytest.raises(Refused) as refused:
        await harness.act(code, DESK, Accept())
    assert refused.value.code == "wrong_state"
    await harness.in_step(code)


async def test_a_dossier_that_temporal_has_lost_is_woken_from_the_ledger(harness: EngineHarness) -> None:
    """Its workflow is gone: it is started from the snapshot, remembers old command ids, and its deadlines ring."""
    code = (await harness.submit()).dossier
    first = uuid4()
    accepted_first = await harness.act(code, DESK, Accept(), command_id=first)
    await harness.handle(code).terminate("lost")
    line = DossierClient(harness.env.client, harness.engine.reader, harness.task_queue)
    with harness.env.with_time_skipping_disabled():
        assert await line.wake(code)
        assert not await line.wake(code)
    again = await harness.act(code, DESK, Accept(), command_id=first)
    assert (again.first_version, again.version) == (accepted_first.first_version, accepted_first.version)
    assert (await harness.workflow_knows(code)).version == accepted_first.version
    await harness.later(code, days=30)
    assert (await harness.engine.dossier(code)).rung == "committee"
    await harness.in_step(code)


async def test_a_command_id_belongs_to_one_dossier(harness: EngineHarness) -> None:
    """The id of a command that acted in one dossier is refused in another one, and told as a mistake."""
    one, other = [(await harness.submit()).dossier for _ in range(2)]
    command_id = uuid4()
    await harness.act(one, DESK, Accept(), command_id=command_id)
    with pytest.raises((Refused, Conflict)) as refused:
        await harness.act(other, DESK, Accept(), command_id=command_id)
    assert refused.value.code == "command_id_reused"
    assert await harness.kinds(other) == ["dossier_submitted"]
