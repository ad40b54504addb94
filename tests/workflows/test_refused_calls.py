"""What an outside system refused for good is asked again by an operator, and is done once."""

from __future__ import annotations

from contextlib import nullcontext
from uuid import uuid4

import pytest

from activities.ledger.incident_rows import IncidentFilter
from domain.dossier.commands import CheckPayment, RetryRefusedCall, ReturnResult
from domain.dossier.refused_calls import refused_effects
from domain.dossier.state import State
from domain.errors import DomainError
from domain.incidents import IncidentAction
from domain.organisation.people import FourEyes
from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import Finding
from domain.repairs.orders import MendOrder, RepairKind, RetryOrder
from domain.roles import Role
from gateway.client.dossier_client import DossierClient
from gateway.client.incidents import Correction, Incidents, Order
from gateway.client.repairs.mechanics import mechanics_of
from gateway.client.repairs.retry import RetryMechanic
from tests.histories.stories import (
    IN_CENTRE,
    SECOND_OFFICIAL,
    given_up_and_asked_again,
    key_of,
    refused_and_asked_again,
)
from tests.support.dossier_steps import accepted, ordered_to_be_signed, paid
from tests.support.engine_harness import EngineHarness
from tests.support.engine_under_test import APPLICANT
from tests.support.given import CASHIER, DESK, OFFICER
from tests.support.principals import ROOT
from tests.support.small_province import ACTING, PAID, people

pytestmark = pytest.mark.stack


async def test_each_refused_call_is_asked_again_and_done_once(harness: EngineHarness) -> None:
    """Identity with other particulars, signature by another signer, registration after the registry was mended. The
    systems themselves say that each was done once, and by whom."""
    code = await refused_and_asked_again(harness)
    now = await harness.known(code)
    assert [(one.effect, one.again) for one in now.retried_calls] == [
        ("identity/1", "identity/2"), ("sign/1", "sign/2"), ("register/1", "register/2"),
    ]  # fmt: skip
    assert (now.incidents, now.signing.signer) == ((), SECOND_OFFICIAL)
    signing = await harness.inspect("signing")
    assert [(one["service"], one["times"]) for one in signing["effects"]] == [("sign", 1), ("seal", 1)]
    signed = [one["asked"]["signer"] for one in signing["signatures"] if one["service"] == "sign"]
    assert signed == [SECOND_OFFICIAL]
    entered = (await harness.inspect("civil"))["effects"]
    assert [(one["key"], one["times"]) for one in entered] == [(f"{code}.register-2", 1)]
    history = await harness.engine.history(code)
    assert APPLICANT.identity_number not in "".join(one.event.model_dump_json() for one in history)
    signer_at_the_desk = (SECOND_OFFICIAL, DESK.role, str(DESK.unit))
    await who_signed_does_not_return(harness, code, signer_at_the_desk)


async def who_signed_does_not_return(harness: EngineHarness, code: str, signer: tuple[str, Role, str]) -> None:
    """Four eyes count the signer that the operator named as they count who gave an order to sign; not the operator."""
    rule = FourEyes(done=("sign",), then=("return_result",), source="Quy chế 1")
    harness.staff = people(*ACTING, signer).model_copy(update={"four_eyes": (rule,)})
    with pytest.raises(DomainError, match="four_eyes"):
        await harness.act(code, DESK.model_copy(update={"person": signer[0]}), ReturnResult())
    assert await harness.engine.reader.deeds(code, signer[0], as_applicant=True) == []
    await harness.act(code, DESK, ReturnResult())


async def repaired_by_a_plan(harness: EngineHarness, code: str) -> None:
    """The batch's way: what is found, asked again once for one act, and what is left afterwards."""
    sender = DossierClient(harness.env.client, harness.engine.reader, harness.task_queue)
    mechanic, order = RetryMechanic(harness.env.client, harness.pool, sender), RetryOrder(system="signing")
    found = await mechanic.look(code, order)
    assert (found.cause, found.code, found.refused) == (Cause.REFUSED_FOR_GOOD, "not_accepted", None)
    assert [(one.effect, one.system) for one in found.again] == [("sign/2", "signing")]
    nothing = await mechanic.look(code, RetryOrder(system="civil"))
    assert nothing.refused == "no_refused_call"
    assert nothing.refused_because is not None
    assert "none was refused for good" in nothing.refused_because.en
    assert await mechanic.remaining(found, order) is Cause.REFUSED_FOR_GOOD
    mended = await _mended(harness, code)
    assert (mended.chosen, mended.again, mended.refused) == (RepairKind.RETRY, found.again, None)
    by = RepairedBy(act=uuid4(), who="op.1", why="Đã thay USB")
    assert await mechanic.carry_out(found, order, by) == found.run
    await mechanic.carry_out(found, order, by)
    await harness.until(code, lambda one: refused_effects(one) == ["register/1"])
    assert await mechanic.remaining(found, order) is None


async def _mended(harness: EngineHarness, code: str) -> Finding:
    line = DossierClient(harness.env.client, harness.engine.reader, harness.task_queue)
    return await mechanics_of(harness.env.client, harness.pool, line).look(code, MendOrder())


async def test_a_returned_dossier_is_woken_for_its_registration(harness: EngineHarness) -> None:
    """The workflow has ended, because nothing followed. The retry starts it again, once for one command id; another
    operator is told what happened; and who may not sign is not named."""
    await harness.control("civil", {"mode": "refused"})
    await harness.control("signing", {"mode": "refused", "calls": 1})
    code = await ordered_to_be_signed(harness, await paid(harness))
    await harness.until(code, lambda one: refused_effects(one) == ["sign/1"])
    for signer, refusal in ((OFFICER.person, "not_in_role"), ("nobody", "unknown_person")):
        with pytest.raises(DomainError, match=refusal):
            await harness.act(code, IN_CENTRE, RetryRefusedCall(effect="sign/1", reason="x", signer=signer))
    with pytest.raises(DomainError, match="wrong_role"):
        await harness.act(code, OFFICER, RetryRefusedCall(effect="sign/1", reason="x"))
    await repaired_by_a_plan(harness, code)
    await harness.act(code, DESK, ReturnResult())
    await harness.ended(code)
    woken = await _mended(harness, code)
    assert (woken.chosen, [one.effect for one in woken.again]) == (RepairKind.RETRY, ["register/2"])
    await harness.control("civil")
    again, same = RetryRefusedCall(effect="register/1", reason="Đã mở lại tài khoản"), uuid4()
    first = await harness.act(code, IN_CENTRE, again, command_id=same)
    repeated = await harness.act(code, IN_CENTRE, again, command_id=same)
    assert (first.version, repeated.version, repeated.repeated) == (first.version, first.version, True)
    with pytest.raises(DomainError, match="call_retried_already"):
        await harness.act(code, IN_CENTRE.model_copy(update={"person": "op.2"}), again)
    now = await harness.until(code, lambda one: one.result.reference is not None)
    assert now.state is State.RETURNED
    await harness.ended(code)
    assert [one["times"] for one in (await harness.inspect("civil"))["effects"]] == [1]
    assert (await harness.kinds(code)).count("refused_call_retried") == 2


def done_and_then_refused(service: str) -> tuple[dict[str, object], dict[str, object]]:
    """The system does it and its answer breaks off; the second try is refused for good at the door."""
    return {"mode": "cut", "calls": 1, "service": service}, {"mode": "refused", "calls": 1, "service": service}


async def test_a_refusal_after_a_lost_answer_is_not_final(harness: EngineHarness) -> None:
    """Nobody knows what the first try did, so the call keeps its id, an operator may not ask under a new one, and the
    next try gets the answer. A refused look at what was made is no refusal either. The systems say that an order, a
    refund, a seal and an entry were each made once."""
    await harness.control("payments", {"mode": "refused", "calls": 1, "service": "query"})
    code = await accepted(harness, PAID)
    order = (await harness.until(code, lambda one: one.payment.order is not None)).payment.order or ""
    await harness.control("payments", *done_and_then_refused("refund"))
    await harness.control("civil", *done_and_then_refused("DangKyKetQua"))
    await harness.control("signing", *done_and_then_refused("seal"))
    for _ in range(2):
        await harness.pay(order)
    await harness.call_back(code, order)
    await harness.until(code, lambda one: one.money.refunded > 0 and one.state is State.ACCEPTED)
    await ordered_to_be_signed(harness, code)
    failing = await harness.until(code, lambda one: "seal/1" in {call.effect for call in one.incidents})
    assert not any(call.final for call in failing.incidents)
    with pytest.raises(DomainError, match="call_not_refused"):
        await harness.act(code, IN_CENTRE, RetryRefusedCall(effect="seal/1", reason="Đã cắm lại USB"))
    now = await harness.until(code, lambda one: one.result.reference is not None and not one.incidents)
    assert (now.state, now.retried_calls) == (State.RESOLVED, ())
    made = [(await harness.inspect(system))["effects"] for system in ("payments", "signing", "civil")]
    done = [(one["service"], one["times"]) for effects in made for one in effects if one["service"] != "paid"]
    assert done == [("order", 1), ("refund", 1), ("sign", 1), ("seal", 1), ("registered", 1)]
    await harness.in_step(code)


async def test_a_refused_look_up_is_over_when_another_one_finds_the_payment(harness: EngineHarness) -> None:
    """The platform refuses for good to say what was paid; a cashier whom the applicant shows the bank's message has it
    looked up again. The incident is over with that look-up, nobody is asked to repair, and the dossier goes on."""
    code = await accepted(harness, PAID)
    order = (await harness.until(code, lambda one: one.payment.order is not None)).payment.order or ""
    await harness.control("payments", {"mode": "refused", "calls": 1, "service": "query"})
    await harness.pay(order)
    await harness.call_back(code, order)
    await harness.until(code, lambda one: refused_effects(one) == ["payment-query/1"])
    known, wanted = Incidents(harness.engine), IncidentFilter()
    [incident] = [one for one in await known.found(wanted, limit=500) if one.dossier == code]
    assert IncidentAction.RETRY in incident.actions
    await harness.act(code, CASHIER, CheckPayment(order=order))
    now = await harness.until(code, lambda one: one.state is State.ACCEPTED)
    assert (now.incidents, now.money.met) == ((), 20_000)
    assert [one.id for one in await known.found(wanted, limit=500) if one.dossier == code] == []
    with pytest.raises(DomainError, match="unknown_incident"):
        await known.retry(incident.id, Order(principal=ROOT, who="op.1", why="Cổng thanh toán đã sửa"))
    with pytest.raises(DomainError, match="call_not_needed"):
        await harness.act(code, IN_CENTRE, RetryRefusedCall(effect="payment-query/1", reason="Đã sửa"))
    await ordered_to_be_signed(harness, code)
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    await harness.in_step(code)
    await harness.replays(code)


async def test_a_call_that_two_operators_give_up_is_asked_under_a_new_id(harness: EngineHarness) -> None:
    """The registry keeps its refusal of the old key, and nothing is tried under it beside the new one."""
    code = await given_up_and_asked_again(harness)
    now = await harness.known(code)
    [retried] = now.retried_calls
    assert (retried.effect, retried.again, retried.given_up) == ("register/1", "register/2", True)
    assert now.incidents == ()
    entered = (await harness.inspect("civil"))["effects"]
    assert [(one["key"], one["times"]) for one in entered] == [(f"{code}.register-2", 1)]
    pending = (await harness.handle(code).describe()).raw_description.pending_activities
    assert [one for one in pending if one.activity_type.name == "outside.patient"] == []
    await harness.in_step(code)
    await harness.replays(code)


async def test_a_wrong_statement_is_seen(harness: EngineHarness) -> None:
    """The registry had made the entry. Under the new key it says that it exists: that is an incident for a person, and
    the registry has one entry."""
    code = await paid(harness)
    kept = {"mode": "refused", "match": key_of(code, 1)}
    await harness.control("civil", {"mode": "cut", "calls": 1, "service": "DangKyKetQua"}, kept)
    await ordered_to_be_signed(harness, code)
    await harness.until(code, lambda one: "register/1" in {call.effect for call in one.incidents})
    known, incident = Incidents(harness.engine), f"call.{code}.register-1"
    first, second = (Order(principal=ROOT, who=who, why="Giữ lời từ chối cũ") for who in ("op.1", "op.2"))
    stated = Correction(nothing_done="Điện thoại")
    for order, correction, refusal in (
        (first, Correction(), "incident_action_not_offered"),
        (first, stated, None),
        (first, stated, "statement_of_one_person"),
        (second, stated, None),
    ):
        with pytest.raises(DomainError, match=refusal) if refusal else nullcontext():
            await known.retry(incident, order, correction)
    seen = await harness.until(code, lambda one: [call.effect for call in one.incidents] == ["register/2"])
    assert [one.code for one in seen.incidents] == ["needs_person.registered_elsewhere"]
    entered = (await harness.inspect("civil"))["effects"]
    assert [(one["key"], one["times"]) for one in entered] == [(f"{code}.register-1", 1)]
