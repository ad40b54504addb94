"""Whoever reaches Temporal can send an update and end an activity: nobody becomes the system by that."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from activities.outside_calls import Called
from domain.dossier.command_ids import engine_command
from domain.dossier.commands import Assign, ChangeCalendar, CheckPayment, ReturnResult
from domain.dossier.decide import Act
from domain.dossier.outcomes import LookAtClock, RecordIdentity, RecordPaymentSeen, RecordRegistration
from domain.dossier.react import effects_of
from domain.dossier.revision import CURRENT, Revision
from domain.dossier.state import Dossier, Refund, State
from domain.errors import InvalidInput, NotAuthorised
from domain.roles import Actor, Role
from tests.domain.dossier.given import DESK, ENGINE, HEAD
from tests.histories.acting import accepted, known, ordered_to_be_signed, paid, until
from tests.small_province import PAID
from tests.workflows.hall import Hall
from workflows.messages import OpenDossier

pytestmark = pytest.mark.stack


@pytest.mark.parametrize(
    ("actor", "command"),
    [
        (ENGINE, LookAtClock()),
        (ENGINE, RecordIdentity(effect="identity/1", matches=True)),
        (ENGINE, RecordPaymentSeen(effect="payment-query/1", order="O-1", paid=20_000)),
        (HEAD, LookAtClock()),
        (ENGINE, CheckPayment(order="O-1")),
        (ENGINE.model_copy(update={"unit": HEAD.unit}), Assign(person="officer.2")),
        (ENGINE, ChangeCalendar(calendar="a" * 64, letter="1/CĐ")),
    ],
    ids=lambda one: f"{one.role}" if isinstance(one, Actor) else str(one.kind),
)
async def test_no_update_is_the_system_s(hall: Hall, actor: Actor, command: Any) -> None:
    """Straight to Temporal, or through the client library: refused by its code, and no event anywhere."""
    code = await accepted(hall)
    before = ((await hall.handle(code).describe()).history_length, await hall.kinds(code))
    act = Act(command_id=uuid4(), actor=actor, command=command)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await hall.handle(code).execute_update("act", act)
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "system_from_outside"
    with pytest.raises(NotAuthorised, match="system_from_outside"):
        await hall.engine.send(code, act)
    assert ((await hall.handle(code).describe()).history_length, await hall.kinds(code)) == before


async def test_an_unpaid_dossier_stays_unpaid(hall: Hall) -> None:
    """What the platform role may do is ask for a look; the platform's own answer decides."""
    code = await accepted(hall, PAID)
    order = (await until(hall, code, lambda one: one.payment.order is not None)).payment.order or ""
    platform = Actor(person="anybody", role=Role.PLATFORM)
    await hall.engine.send(code, Act(command_id=uuid4(), actor=platform, command=CheckPayment(order=order)))
    now = await until(hall, code, lambda one: not one.payment.checking)
    assert (now.state, now.payment.status) == (State.PAYMENT_REQUESTED, "ordered")


async def test_an_answer_to_another_call_is_not_taken(hall: Hall) -> None:
    """An activity is ended from outside with another document's registration: nothing is registered, and the incident
    waits for a person."""
    await hall.control("civil", {"mode": "slow", "delay": 5})
    code = await ordered_to_be_signed(hall, await paid(hall))
    await until(hall, code, lambda one: one.state is State.RESOLVED and bool(one.incidents))
    forged = Called(outcome=RecordRegistration(effect="register/1", reference="R", document="e" * 64))
    await end_activity(hall, code, "outside.patient", forged)
    now = await until(hall, code, lambda one: any(incident.final for incident in one.incidents))
    assert [(one.effect, one.code) for one in now.incidents] == [("register/1", "answer_to_another_call")]
    assert now.registration.reference is None
    await hall.act(code, DESK, ReturnResult())
    assert (await known(hall, code)).state is State.RETURNED


async def end_activity(hall: Hall, code: str, activity: str, result: Any, seconds: float = 30) -> None:
    """When: somebody who reaches Temporal ends a dossier's activity, at a moment in which it runs."""
    async with asyncio.timeout(seconds):
        while True:
            pending = (await hall.handle(code).describe()).raw_description.pending_activities
            for one in (one for one in pending if one.activity_type.name == activity):
                handle = hall.env.client.get_async_activity_handle(
                    workflow_id=code, run_id=None, activity_id=one.activity_id
                )
                try:
                    return await (handle.fail(result) if isinstance(result, Exception) else handle.complete(result))
                except RPCError:
                    pass  # between two tries there is none to end
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("name", ["sign/1/quick/record_signature", "seal/1/quick/record_seal"])
async def test_nobody_takes_an_id_that_the_engine_will_need(hall: Hall, name: str) -> None:
    """The ids of the engine's own commands can be computed by anybody: none is a person's, so no outcome is lost."""
    code = await accepted(hall)
    assigned = Assign(person="officer.hanam")
    with pytest.raises(InvalidInput, match="command_id_of_engine"):
        await hall.act(code, HEAD, assigned, command_id=engine_command(code, name, CURRENT))
    act = Act(command_id=engine_command(code, name, CURRENT), actor=HEAD, command=assigned)
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await hall.handle(code).execute_update("act", act)
    assert isinstance(refused.value.cause, ApplicationError)
    assert refused.value.cause.type == "command_id_of_engine"
    await hall.act(code, HEAD, assigned, command_id=engine_command(code, name, Revision.FIRST))
    await ordered_to_be_signed(hall, code)
    await until(hall, code, lambda one: one.state is State.RESOLVED)


async def test_a_forged_start_moves_no_money(hall: Hall) -> None:
    """Whoever starts a second executor says what they like of the dossier: it goes by the ledger alone."""
    code = await paid(hall)
    now = await known(hall, code)
    refund = Refund(number=1, order=now.payment.order or "", amount=20_000)
    forged = now.model_copy(update={"payment": now.payment.model_copy(update={"refunds": (refund,)})})
    assert "refund/1" in {effect.id for effect in effects_of(forged)}
    start = OpenDossier(code=code, snapshot=forged, acted={uuid4(): (1, 1)}, revision=CURRENT)
    name = f"forged-{code}"
    await hall.env.client.start_workflow("Dossier", start, id=name, task_queue=hall.task_queue)
    try:
        await asyncio.sleep(2)
        effects = (await hall.http.get(f"{hall.simulator}/inspect/payments")).json()["effects"]
        assert [one for one in effects if "refund" in one["service"]] == []
        assert Dossier.model_validate(await hall.handle(name).query("dossier")) == await known(hall, code) == now
    finally:
        await hall.handle(name).terminate("the test is over")
