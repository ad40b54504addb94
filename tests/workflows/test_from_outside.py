"""Whoever reaches Temporal can send an update and end an activity: nobody becomes the system by that."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from activities.adapters.outside_calls import Called
from domain.changed import changed
from domain.dossier.command_ids import engine_command
from domain.dossier.commands import Assign, ChangeCalendar, CheckPayment, ReturnResult
from domain.dossier.decide import Act
from domain.dossier.outcomes import EvaluateTimers, RecordIdentity, RecordPaymentSeen, RecordRegistration
from domain.dossier.revision import CURRENT, Revision
from domain.dossier.state import DOSSIER, Refund, State
from domain.dossier.wanted_effects import effects_of
from domain.errors import InvalidInput, NotAuthorised
from domain.roles import ENGINE, Actor, Role
from tests.support.dossier_steps import accepted, ordered, ordered_to_be_signed, paid
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, HEAD
from workflows.messages import OpenDossier

pytestmark = pytest.mark.stack


@pytest.mark.parametrize(
    ("actor", "command"),
    [
        (ENGINE, EvaluateTimers()),
        (ENGINE, RecordIdentity(effect="identity/1", matches=True)),
        (ENGINE, RecordPaymentSeen(effect="payment-query/1", order="O-1", paid=20_000)),
        (HEAD, EvaluateTimers()),
        (ENGINE, CheckPayment(order="O-1")),
        (ENGINE.model_copy(update={"unit": HEAD.unit}), Assign(person="officer.2")),
        (ENGINE, ChangeCalendar(calendar="a" * 64, letter="1/CĐ")),
    ],
    ids=lambda one: f"{one.role}" if isinstance(one, Actor) else str(one.kind),
)
async def test_no_update_is_the_system_s(harness: EngineHarness, actor: Actor, command: Any) -> None:
    """Straight to Temporal, or through the client library: refused by its code, and no event anywhere."""
    code = await accepted(harness)
    before = ((await harness.handle(code).describe()).history_length, await harness.kinds(code))
    act = Act(command_id=uuid4(), actor=actor, command=command)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await harness.handle(code).execute_update("act", act)
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "system_from_outside"
    with pytest.raises(NotAuthorised, match="system_from_outside"):
        await harness.engine.send(code, act)
    assert ((await harness.handle(code).describe()).history_length, await harness.kinds(code)) == before


async def test_an_unpaid_dossier_stays_unpaid(harness: EngineHarness) -> None:
    """What the platform role may do is ask for a look; the platform's own answer decides."""
    code, order = await ordered(harness)
    platform = Actor(person="anybody", role=Role.PLATFORM)
    await harness.engine.send(code, Act(command_id=uuid4(), actor=platform, command=CheckPayment(order=order)))
    now = await harness.until(code, lambda one: not one.money.checking)
    assert (now.state, now.payment.status) == (State.PAYMENT_REQUESTED, "ordered")


async def test_an_answer_to_another_call_is_not_taken(harness: EngineHarness) -> None:
    """An activity is ended from outside with another document's registration: nothing is registered, and the incident
    waits for a person."""
    await harness.control("civil", {"mode": "timeout"})
    code = await ordered_to_be_signed(harness, await paid(harness))
    await harness.until(code, lambda one: one.state is State.RESOLVED and bool(one.incidents))
    forged = Called(outcome=RecordRegistration(effect="register/1", reference="R", document="e" * 64))
    await harness.end_activity(code, "outside.patient", forged)
    now = await harness.until(code, lambda one: any(incident.final for incident in one.incidents))
    assert [(one.effect, one.code) for one in now.incidents] == [("register/1", "answer_to_another_call")]
    assert now.result.reference is None
    await harness.act(code, DESK, ReturnResult())
    assert (await harness.known(code)).state is State.RETURNED


@pytest.mark.parametrize("name", ["sign/1/quick/record_signature", "seal/1/quick/record_seal"])
async def test_nobody_takes_an_id_that_the_engine_will_need(harness: EngineHarness, name: str) -> None:
    """The ids of the engine's own commands can be computed by anybody: none is a person's, so no outcome is lost."""
    code = await accepted(harness)
    assigned = Assign(person="officer.hanam")
    with pytest.raises(InvalidInput, match="command_id_of_engine"):
        await harness.act(code, HEAD, assigned, command_id=engine_command(code, name, CURRENT))
    act = Act(command_id=engine_command(code, name, CURRENT), actor=HEAD, command=assigned)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await harness.handle(code).execute_update("act", act)
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "command_id_of_engine"
    await harness.act(code, HEAD, assigned, command_id=engine_command(code, name, Revision.FIRST))
    await ordered_to_be_signed(harness, code)
    await harness.until(code, lambda one: one.state is State.RESOLVED)


async def test_a_forged_start_moves_no_money(harness: EngineHarness) -> None:
    """Whoever starts a second executor says what they like of the dossier: it goes by the ledger alone."""
    code = await paid(harness)
    now = await harness.known(code)
    refund = Refund(number=1, order=now.payment.order or "", amount=20_000)
    forged = changed(now, money=changed(now.money, refunds=(refund,)))
    assert "refund/1" in {effect.id for effect in effects_of(forged)}
    start = OpenDossier(code=code, snapshot=forged, acted={uuid4(): (1, 1)}, revision=CURRENT)
    name = f"forged-{code}"
    await harness.env.client.start_workflow("Dossier", start, id=name, task_queue=harness.task_queue)
    try:
        await harness.until_at_rest(name)  # what it would ask of the world it has asked
        effects = (await harness.inspect("payments"))["effects"]
        assert [one for one in effects if "refund" in one["service"]] == []
        assert DOSSIER.validate_python(await harness.handle(name).query("dossier")) == await harness.known(code) == now
    finally:
        await harness.handle(name).terminate("the test is over")
