"""The id of a command belongs to one command: the same again acts once, another one is told, nobody is told wrongly."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from activities.ledger.dossier_codes import submission_of
from domain.dossier.commands import Accept, Assign, CompleteStep, Rate, Withdraw
from domain.errors import Conflict
from domain.roles import Actor
from gateway.client.engine_errors import Refused
from tests.support.dossier_steps import accepted, reset
from tests.support.engine_harness import EngineHarness
from tests.support.given import CITIZEN, DESK, HEAD, OFFICER

pytestmark = pytest.mark.stack


async def reused(harness: EngineHarness, code: str, actor: Actor, command: Any, command_id: UUID) -> None:
    """Then: the command is refused as another one under a used id, and nothing is written."""
    before = await harness.kinds(code)
    with pytest.raises((Refused, Conflict)) as refused:
        await harness.act(code, actor, command, command_id=command_id)
    assert (refused.value.code, refused.value.facts["used_for"]) == ("command_id_reused", code)
    assert await harness.kinds(code) == before


async def test_another_command_of_the_same_dossier_is_told(harness: EngineHarness) -> None:
    """Whether the dossier remembers it, was reset, woken or has ended: another command, or another person, is told."""
    code, one = (await harness.submit()).dossier, uuid4()
    await harness.act(code, DESK, Accept(), command_id=one)
    for actor, command in (
        (OFFICER, CompleteStep(step="process")),
        (DESK.model_copy(update={"person": "x"}), Accept()),
    ):
        await reused(harness, code, actor, command, one)
    await reset(harness, code, updates_too=True)
    await reused(harness, code, OFFICER, CompleteStep(step="process"), one)
    await harness.handle(code).terminate("lost")
    await reused(harness, code, OFFICER, CompleteStep(step="process"), one)
    withdrawal = uuid4()
    await harness.act(code, CITIZEN, Withdraw(), command_id=withdrawal)
    await harness.ended(code)
    await reused(harness, code, CITIZEN, Rate(stars=5), withdrawal)
    assert (await harness.act(code, CITIZEN, Withdraw(), command_id=withdrawal)).repeated


async def test_the_same_is_the_same_though_the_gateway_fills_it_in_anew(harness: EngineHarness) -> None:
    """A note has a new salt each time, the rules of the day are looked up anew: the same command all the same."""
    code, one = (await harness.submit()).dossier, uuid4()
    was = await harness.act(code, DESK, Accept(), command_id=one, note="đủ giấy tờ")
    await harness.handle(code).terminate("lost, and with it what Temporal knew of the command")
    again = await harness.act(code, DESK, Accept(), command_id=one, note="đủ giấy tờ")
    assert (again.first_version, again.version, again.repeated) == (was.first_version, was.version, True)


async def test_the_id_of_somebody_s_submission_is_told(harness: EngineHarness) -> None:
    """A command on another dossier took the id of a key: the submission is not answered with that dossier."""
    code, key = await accepted(harness), f"key-{uuid4()}"
    await harness.act(code, HEAD, Assign(person="officer.hanam"), command_id=submission_of(key))
    with pytest.raises(Conflict, match="command_id_reused") as refused:
        await harness.submit(key=key)
    assert refused.value.facts["used_for"] == code


async def test_two_commands_at_once_under_one_id(harness: EngineHarness) -> None:
    """One acts; the other one is told, whichever came first."""
    code, one = await accepted(harness), uuid4()
    answers = await asyncio.gather(
        *(harness.act(code, HEAD, Assign(person=f"officer.{n}"), command_id=one) for n in range(2)),
        return_exceptions=True,
    )
    assert sorted(getattr(answer, "code", "done") for answer in answers) == ["command_id_reused", "done"]
    assert (await harness.kinds(code)).count("dossier_assigned") == 1


async def test_a_command_of_the_first_release_is_taken_at_its_id(harness: EngineHarness) -> None:
    """It was written without a fingerprint: the same id is answered with what it did."""
    code, one = (await harness.submit()).dossier, uuid4()
    was = await harness.act(code, CITIZEN, Withdraw(), command_id=one)
    await harness.ended(code)
    await forget_fingerprints(harness)
    again = await harness.act(code, CITIZEN, Withdraw(), command_id=one)
    assert (again.first_version, again.repeated) == (was.first_version, True)


async def forget_fingerprints(harness: EngineHarness) -> None:
    """Given: every command was written by the first release."""
    import asyncpg

    superuser = await asyncpg.connect(harness.database.superuser_url)
    try:
        await superuser.execute(
            "set session_replication_role = replica; alter table command disable trigger append_only"
        )
        await superuser.execute("update command set fingerprint = null")
        await superuser.execute("alter table command enable always trigger append_only")
    finally:
        await superuser.close()


async def test_nobody_is_told_of_a_repetition_that_was_none(harness: EngineHarness) -> None:
    """Thirty people act at once on one dossier, each for the first time. Temporal loses workflow tasks under that and
    delivers updates again; to their senders they are first acts all the same."""
    code = await accepted(harness)
    commands = {uuid4(): Assign(person=f"officer.{n}") for n in range(30)}
    receipts = await asyncio.gather(*(harness.act(code, HEAD, one, command_id=id_) for id_, one in commands.items()))
    assert [receipt for receipt in receipts if receipt.repeated] == []
    assert (await harness.kinds(code)).count("dossier_assigned") == 30
    versions = sorted((receipt.first_version, receipt.version) for receipt in receipts)
    assert len(set(versions)) == 30
