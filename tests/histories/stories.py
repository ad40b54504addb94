"""The stories whose histories are recorded. Each drives one dossier of the small province until it has passed the
waits and calls that its name describes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

from domain.dossier.commands import (
    Accept,
    Approve,
    AskOpinion,
    Assign,
    ChangeCalendar,
    ChangeRules,
    CompleteStep,
    ConfirmPayment,
    CorrectApplicant,
    CorrectEntry,
    Extend,
    GiveOpinion,
    HandBack,
    HandOver,
    MoveToSuccessor,
    PostPurpose,
    Rate,
    ReceiveSupplement,
    Refuse,
    RefuseHandover,
    RequestPost,
    RequestSupplement,
    Resume,
    RetryRefusedCall,
    ReturnResult,
    SendBackStep,
    SubmittedDocument,
    Suspend,
    Withdraw,
)
from domain.dossier.decide import Act
from domain.dossier.refused_calls import refused_effects
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier, Identity, State
from domain.roles import Actor, Role
from domain.rollouts.plans import CalendarPlan, Retarget
from domain.rules.rulebook import content_hash
from gateway.client.requests import PostalAddress
from tests.support.dossier_steps import (
    RESOLUTION,
    STORM,
    a_merged_organisation,
    a_storm,
    a_version_with_a_step_more,
    accepted,
    approved,
    ordered,
    ordered_to_be_signed,
    paid,
    reset,
    restart,
    set_back,
    sign,
    written_and_lost,
)
from tests.support.engine_harness import EngineHarness
from tests.support.engine_under_test import APPLICANT
from tests.support.given import (
    CASHIER,
    CITIZEN,
    DESK,
    HEAD,
    HEAD_OF_DESK,
    OFFICER,
    OFFICIAL,
    OFFICIAL_ABOVE,
    OFFICIAL_AT_TOP,
    OPERATOR,
)
from tests.support.linked_dossiers import child, filed, followed, resolved
from tests.support.principals import ROOT
from tests.support.small_province import ACTING, ANSWERED, CALENDAR, CENTRE, COMMITTEE, HA_NAM, PAID, PHU_LY, people
from tests.support.waiting import until
from workers.worker import rollout_worker
from workflows.rollout import workflow_id

SECOND_OPERATOR = OPERATOR.model_copy(update={"person": "op.2", "unit": CENTRE})
IN_CENTRE = OPERATOR.model_copy(update={"unit": CENTRE})
SECOND_OFFICIAL = "official.hanam.2"
AT_HOME = PostalAddress(name="Nguyễn Văn An", phone="0912345678", address="Số 5, ngõ 12, đường Lê Công Thanh")
WRONG = APPLICANT.model_copy(update={"identity_number": "037099009999"})

Story = Callable[[EngineHarness], Awaitable[str]]
"""A function that drives one dossier and returns its code."""


async def straight_through(harness: EngineHarness) -> str:
    """From submission to return without an obstacle."""
    code = await ordered_to_be_signed(harness, await accepted(harness))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    await harness.act(code, DESK, ReturnResult())
    return await harness.ended(code)


async def supplemented(harness: EngineHarness) -> str:
    """A document was missing, and the applicant brought it after twenty days."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, OFFICER, RequestSupplement(documents=("don",), legal_basis="Điều 10"))
    await harness.later(code, days=20)
    await harness.act(code, CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don"),)))
    await harness.act(code, HEAD, Approve(step="approve"))
    await harness.act(code, OFFICIAL, sign(code))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    return code


async def paid_and_called_back(harness: EngineHarness) -> str:
    """With a fee: identity, order, callback, signature, seal, registry, return."""
    code = await ordered_to_be_signed(harness, await paid(harness))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    await harness.act(code, DESK, ReturnResult())
    return await harness.ended(code)


async def paid_at_the_counter(harness: EngineHarness) -> str:
    """The cashier took the fee, and the dossier's own timer asked the platform meanwhile."""
    code, _ = await ordered(harness)
    await harness.later(code, hours=2)
    await harness.until(code, lambda one: one.payment.polls > 0)
    await harness.act(code, CASHIER, ConfirmPayment(amount=20_000, voucher="BL-1"))
    return code


async def handed_up_when_the_token_failed(harness: EngineHarness) -> str:
    """The signing token failed: the level above signed."""
    await harness.control("signing", {"mode": "token_failed"})
    code = await ordered_to_be_signed(harness, await accepted(harness))
    await harness.until(code, lambda one: one.signing.status == "handed_over")
    await harness.control("signing")
    await harness.act(code, OFFICIAL_ABOVE, sign(code))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    return code


async def withdrawn_while_it_was_sealed(harness: EngineHarness) -> str:
    """The answer of the seal was lost, and the applicant withdrew: the seal is recorded, and the run ends after it."""
    await harness.control("signing", {"mode": "cut", "service": "seal"})
    code = await ordered_to_be_signed(harness, await accepted(harness))
    await harness.until_pending(code, "outside.patient", 2)
    await harness.act(code, CITIZEN, Withdraw())
    await harness.control("signing")
    return await harness.ended(code)


async def registered_when_the_registry_was_back(harness: EngineHarness) -> str:
    """The registry was down at the result, and up again later."""
    await harness.control("civil", {"mode": "down"})
    code = await ordered_to_be_signed(harness, await paid(harness))
    await harness.until(code, lambda one: one.state is State.RESOLVED and bool(one.incidents))
    await harness.act(code, DESK, ReturnResult())
    await harness.control("civil")
    await harness.until(code, lambda one: one.result.reference is not None)
    return await harness.ended(code)


async def suspended_and_resumed(harness: EngineHarness) -> str:
    """Suspended for ten days, resumed, a step sent back, another unit asked, extended once."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, HEAD, Suspend(legal_basis="Điều 5"))
    await harness.later(code, days=10)
    await harness.act(code, HEAD, Resume())
    await harness.act(code, HEAD, SendBackStep(to_step="process"))
    await harness.act(code, OFFICER, AskOpinion(unit=PHU_LY))
    await harness.act(code, HEAD_OF_DESK, GiveOpinion(agrees=True))
    due = (await harness.engine.dossier(code)).statutory_due
    assert due is not None
    await harness.act(code, HEAD, Extend(until=due.date() + timedelta(days=1), legal_basis="Điều 6"))
    return code


async def escalated_to_the_top(harness: EngineHarness) -> str:
    """Nobody acted for thirty days."""
    return await late(harness, await accepted(harness))


async def late(harness: EngineHarness, code: str) -> str:
    """Thirty days pass, and the committee has taken the dossier over."""
    await harness.later(code, days=30)

    async def at_the_top() -> bool:
        return (await harness.engine.dossier(code)).rung == "committee"

    await until(at_the_top, f"{code} is with the committee")
    return code


async def climbed_to_the_top_and_handed_back(harness: EngineHarness) -> str:
    """Under a ladder that wants answers nobody answered for thirty days; the committee took it over, and handed it
    back."""
    code = await accepted(harness)
    to_the_ladder = ChangeRules(escalation=content_hash(ANSWERED), reason="Chính sách mới")
    await harness.send(code, Act(command_id=uuid4(), actor=OPERATOR, command=to_the_ladder))
    await harness.later(code, days=30)

    async def at_the_top() -> bool:
        dossier = await harness.known(code)
        return dossier.routing.responsible == COMMITTEE and any(one.at_top_since for one in dossier.escalations)

    await until(at_the_top, f"an escalation of {code} is at the top")
    head = Actor(person="head.top", role=Role.HEAD_OF_UNIT, unit=COMMITTEE)
    await harness.send(code, Act(command_id=uuid4(), actor=head, command=HandBack(legal_basis="Điều 9")))
    return code


async def whole_with_a_late_and_a_refused_child(harness: EngineHarness) -> str:
    """An interconnected dossier: a child was late and has its result, a second asked for papers and was withdrawn,
    the third was refused; what there is was handed back."""
    code = await filed(harness)
    await harness.later(code, days=5)
    await harness.until(code, lambda one: one.children[0].late_at is not None)
    await resolved(harness, code, "birth")
    residence, insurance = await child(harness, code, "residence"), await child(harness, code, "insurance")
    await harness.act(residence, HEAD, Assign(person=OFFICER.person))
    await harness.act(residence, OFFICER, RequestSupplement(documents=("don",), legal_basis="Điều 9"))
    await followed(harness)
    await harness.act(residence, CITIZEN, Withdraw())
    await followed(harness)
    await harness.act(insurance, HEAD, Refuse(legal_basis="Điều 7"))
    await followed(harness)
    await harness.act(code, DESK, ReturnResult())
    return code


async def child_corrected_and_ended_with_the_whole(harness: EngineHarness) -> str:
    """The dossier of a child: opened for the whole, corrected with it, and withdrawn with it."""
    code = await filed(harness)
    birth = await child(harness, code, "birth")
    correction = CorrectEntry(correction=CorrectApplicant(), legal_basis="Điều 4")
    await harness.act(code, DESK, correction, applicant=APPLICANT.model_copy(update={"phone": "0987654321"}))
    await followed(harness)
    await harness.act(code, CITIZEN, Withdraw())
    await followed(harness)
    return birth


async def taken_over_by_its_receiver_and_merged(harness: EngineHarness) -> str:
    """The committee received it for a ward and took it over; the ward merged, and the committee's official signed."""
    code = (await harness.submit(received_by=COMMITTEE)).dossier
    desk = DESK.model_copy(update={"unit": COMMITTEE})
    await harness.send(code, Act(command_id=uuid4(), actor=desk, command=Accept()))
    await late(harness, await approved(harness, code))
    rule, effective = await a_merged_organisation(harness)
    command = MoveToSuccessor(organisation=rule.hash, effective=effective, source=RESOLUTION)
    await harness.send(code, Act(command_id=uuid4(), actor=OPERATOR, command=command))
    await harness.act(code, OFFICIAL_AT_TOP, sign(code))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    return code


async def withdrawn(harness: EngineHarness) -> str:
    """The applicant withdrew."""
    code = await accepted(harness)
    await harness.act(code, CITIZEN, Withdraw())
    return await harness.ended(code)


async def refused_at_the_desk(harness: EngineHarness) -> str:
    """The desk refused the dossier."""
    code = (await harness.submit()).dossier
    await harness.act(code, DESK, Refuse(legal_basis="Điều 7"))
    return await harness.ended(code)


async def refused_and_asked_again(harness: EngineHarness) -> str:
    """Three systems refuse for good, one after the other. Each time an operator has the call asked again: with other
    particulars, with another signer, and after the registry was mended."""
    harness.staff = people(*ACTING, (SECOND_OFFICIAL, Role.SIGNATORY, HA_NAM))
    await harness.control("population", {"mode": "refused", "match": {"number": WRONG.identity_number}})
    await harness.control("signing", {"mode": "refused", "match": {"signer": OFFICIAL.person}})
    await harness.control("civil", {"mode": "refused"})
    code = (await harness.submit(PAID, applicant=WRONG)).dossier
    await harness.act(code, DESK, Accept())
    await harness.until(code, lambda one: refused_effects(one) == ["identity/1"])
    await harness.act(code, IN_CENTRE, RetryRefusedCall(effect="identity/1", reason="Gõ nhầm số"), applicant=APPLICANT)
    now = await harness.until(code, lambda one: one.applicant.identity is Identity.MATCHES)
    await harness.act(code, CASHIER, ConfirmPayment(amount=now.payment.amount, voucher="BL-1"))
    await ordered_to_be_signed(harness, code)
    await harness.until(code, lambda one: refused_effects(one) == ["sign/1"])
    another = RetryRefusedCall(effect="sign/1", reason="Chứng thư hết hạn", signer=SECOND_OFFICIAL)
    await harness.act(code, IN_CENTRE, another)
    await harness.until(code, lambda one: refused_effects(one) == ["register/1"])
    await harness.control("civil")
    await harness.act(code, IN_CENTRE, RetryRefusedCall(effect="register/1", reason="Đã sửa danh mục"))
    await harness.until(code, lambda one: one.result.reference is not None)
    return code


async def given_up_and_asked_again(harness: EngineHarness) -> str:
    """The registry kept its refusal after an answer was lost. Somebody ended the call in Temporal, and an operator had
    it made at once; then two operators stated that the registry had done nothing, and it is asked under a new id."""
    code = await paid(harness)
    await harness.control("civil", {"mode": "down", "calls": 1}, {"mode": "refused", "match": key_of(code, 1)})
    await ordered_to_be_signed(harness, code)
    await harness.until(code, lambda one: "register/1" in {call.effect for call in one.incidents})
    await harness.end_activity(code, "outside.patient", None)
    await harness.until_at_rest(code)
    await harness.handle(code).signal("make_call_now", "register/1")
    await harness.until_pending(code, "outside.patient")
    for operator in (IN_CENTRE, SECOND_OPERATOR):
        statement = RetryRefusedCall(effect="register/1", reason="Giữ lời từ chối cũ", nothing_done="Công văn 12")
        await harness.act(code, operator, statement)
    await harness.until(code, lambda one: one.result.reference is not None)
    return code


def key_of(code: str, number: int) -> dict[str, str]:
    """The key of a registration as the registry has it."""
    return {"MaYeuCau": f"{code}.register-{number}"}


async def woken_to_be_rated(harness: EngineHarness) -> str:
    """The run that a rating started from the ledger after the end."""
    code = await straight_through(harness)
    await harness.act(code, CITIZEN, Rate(stars=5))
    return await harness.ended(code)


async def handed_over_and_refused(harness: EngineHarness) -> str:
    """The competent unit handed the dossier to another, which refused it with a reason."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, HEAD, HandOver(unit=PHU_LY, legal_basis="Điều 8"))
    await harness.act(code, HEAD_OF_DESK, RefuseHandover(legal_basis="Điều 9"))
    return code


async def under_a_new_calendar(harness: EngineHarness) -> str:
    """A letter closed some days of the dossier's calendar."""
    rule = await a_storm(harness)
    code = await accepted(harness)
    command = ChangeCalendar(calendar=rule.hash, letter=STORM)
    await harness.send(code, Act(command_id=uuid4(), actor=OPERATOR, command=command))
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    return code


async def moved_to_another_version(harness: EngineHarness) -> str:
    """An operator moved the dossier to a version of its procedure with a step more."""
    rule = await a_version_with_a_step_more(harness)
    code = await accepted(harness)
    command = ChangeRules(procedure=rule.hash, reason="Bản mới có bước thẩm tra")
    await harness.send(code, Act(command_id=uuid4(), actor=OPERATOR, command=command))
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, OFFICER, CompleteStep(step="check"))
    return code


async def rolled_out(harness: EngineHarness) -> str:
    """The rollout of that letter to every open dossier. The history is the rollout's own."""
    rule = await a_storm(harness)
    for _ in range(3):
        await accepted(harness)
    harness.engine.rollouts.learning = timedelta(0)
    target = Retarget(code=CALENDAR.code, calendar=rule.hash, instead_of=(content_hash(CALENDAR),))
    plan = CalendarPlan(targets=(target,), letter=STORM)
    async with rollout_worker(harness.env.client, harness.pool, harness.task_queue):
        with harness.env.with_time_skipping_disabled():
            begun = await harness.engine.rollouts.begin(
                ROOT, plan, "a" * 64, [rule], who="op.1", why=STORM, per_second=100.0
            )
        return await harness.ended(workflow_id(begun.id))


async def set_back_by_operators(harness: EngineHarness) -> str:
    """Operators reset the workflow to its first task during processing, and it went on."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await reset(harness, code)
    await harness.act(code, HEAD, Approve(step="approve"))
    return code


async def while_the_database_hung(harness: EngineHarness) -> str:
    """Ledger and vault did not answer during the acceptance: the entry, and the call that needs the particulars,
    were tried again until they worked."""
    code = (await harness.submit(PAID)).dossier
    async with harness.hung("vault.personal"):
        async with harness.hung("event"):
            accepting = asyncio.create_task(harness.act(code, DESK, Accept()))
            await harness.until_pending(code, "ledger.append")
        await accepting
        await harness.until(code, lambda one: any(incident.effect == "identity/1" for incident in one.incidents))
    await harness.until(code, lambda one: one.applicant.identity == "matches" and one.payment.order is not None)
    return code


async def set_back_while_the_database_hung(harness: EngineHarness) -> str:
    """Operators reset the workflow while the ledger did not answer, and it read the missed events later."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    approval = Act(command_id=uuid4(), actor=HEAD, command=Approve(step="approve"))
    async with harness.hung("event"):
        await reset(harness, code, updates_too=True)
        approving = asyncio.create_task(harness.send(code, approval))
        await harness.until_pending(code, "ledger.since")
    await approving
    return code


async def restarted_while_an_entry_was_under_way(harness: EngineHarness) -> str:
    """An operator restarted it before the acceptance of the earlier run was written; the new run found it in the
    ledger."""
    return await renewed_while_an_entry_was_under_way(harness, restart)


async def set_back_while_an_entry_was_under_way(harness: EngineHarness) -> str:
    """Operators reset it while an entry was being written."""
    return await renewed_while_an_entry_was_under_way(harness, set_back)


async def renewed_while_an_entry_was_under_way(
    harness: EngineHarness, renew: Callable[[EngineHarness, str], Awaitable[None]]
) -> str:
    """No command follows until the new run has read the ledger again for the last time."""
    code = (await harness.submit(PAID)).dossier
    async with harness.entries_held_up():
        accepting = asyncio.create_task(harness.act(code, DESK, Accept()))
        await harness.until_held_up()
        accepting.cancel()
        await renew(harness, code)
    await harness.later(code, minutes=15)
    await harness.until(code, lambda one: one.payment.order is not None)
    await harness.until_workflow(code, lambda now: now.payment.order is not None)
    return code


async def told_of_an_act_that_was_lost(harness: EngineHarness) -> str:
    """The ledger had the order to sign, the workflow task with it was lost, and the signer sent it again."""
    code = await approved(harness, await accepted(harness))
    await harness.until_at_rest(code)
    order = sign(code)
    command_id = await written_and_lost(harness, code, OFFICIAL, order)
    await harness.act(code, OFFICIAL, order, command_id=command_id)
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    await harness.act(code, DESK, ReturnResult())
    return await harness.ended(code)


def _at(stage: str) -> Callable[[Dossier], bool]:
    return lambda one: one.postal_items[-1].stage == stage


async def delivered_by_post(harness: EngineHarness) -> str:
    """The post was down when the result was issued, and took the order later. The applicant named another address, so
    it was cancelled and ordered anew; nobody reported anything, and the dossier asked until it was delivered."""
    await harness.control("post", {"mode": "down"})
    code = (await harness.submit(postal_address=AT_HOME)).dossier
    await harness.act(code, DESK, Accept())
    await ordered_to_be_signed(harness, code)
    await harness.until(code, lambda one: one.state is State.RESOLVED and bool(one.incidents))
    await harness.control("post")
    await harness.until(code, lambda one: one.postal_items[0].item is not None)
    elsewhere = AT_HOME.model_copy(update={"address": "Số 80, đường Trần Phú"})
    await harness.act(code, CITIZEN, RequestPost(purpose=PostPurpose.DELIVERY), postal_address=elsewhere)
    now = await harness.until(code, lambda one: one.postal_items[-1].item is not None and len(one.postal_items) == 2)
    item = now.postal_items[-1].item
    for stage, hours in (("collected", 7), ("under_way", 13), ("delivered", 25)):
        await harness.http.post(f"{harness.simulator}/post-items/{item}", json={"stage": stage})
        await harness.later(code, hours=hours)
        await harness.until(code, _at(stage))
    return await harness.ended(code)


STORIES: tuple[Story, ...] = (
    straight_through,
    supplemented,
    paid_and_called_back,
    paid_at_the_counter,
    handed_up_when_the_token_failed,
    registered_when_the_registry_was_back,
    suspended_and_resumed,
    escalated_to_the_top,
    withdrawn,
    refused_at_the_desk,
    woken_to_be_rated,
    handed_over_and_refused,
    set_back_by_operators,
    under_a_new_calendar,
    rolled_out,
    while_the_database_hung,
    set_back_while_the_database_hung,
    restarted_while_an_entry_was_under_way,
    set_back_while_an_entry_was_under_way,
    told_of_an_act_that_was_lost,
    taken_over_by_its_receiver_and_merged,
    refused_and_asked_again,
    moved_to_another_version,
    given_up_and_asked_again,
    climbed_to_the_top_and_handed_back,
    whole_with_a_late_and_a_refused_child,
    child_corrected_and_ended_with_the_whole,
    delivered_by_post,
    withdrawn_while_it_was_sealed,
)

TOLD_SINCE: dict[Story, Revision] = {
    taken_over_by_its_receiver_and_merged: Revision.FOURTH,
    refused_and_asked_again: Revision.FOURTH,
    moved_to_another_version: Revision.FOURTH,
    given_up_and_asked_again: Revision.FIFTH,
    climbed_to_the_top_and_handed_back: Revision.SIXTH,
    whole_with_a_late_and_a_refused_child: Revision.SIXTH,
    child_corrected_and_ended_with_the_whole: Revision.SIXTH,
    delivered_by_post: Revision.SIXTH,
    withdrawn_while_it_was_sealed: Revision.SEVENTH,
}
"""The first revision under which a story can be told; every other story was told under each."""
