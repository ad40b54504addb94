"""Tests of what a dossier's page says happens next: the sentence is right in every state."""

from __future__ import annotations

import pytest

from domain.changed import changed
from domain.dossier.commands import Accept, AskOpinion, HandOver, RequestPayment, ReturnResult, Sign
from domain.dossier.context import Rules
from domain.dossier.outcomes import RecordFailure, RecordIdentity
from domain.dossier.state import State
from domain.dossier.view import WorkAct
from domain.dossier.work import work_of
from domain.roles import ENGINE, Role
from gateway.views.names import Names
from gateway.views.next_acts import IN_THE_PARTS, NOTHING, nothing_to_do, sentence_of
from tests.support.families import a_family
from tests.support.given import (
    CASHIER,
    DESK,
    DOCUMENT,
    HEAD,
    OFFICER,
    OFFICIAL,
    Case,
    accepted,
    in_state,
    paid_for,
    processing,
    ready_to_sign,
    resolved,
    submitted,
    supplement_asked,
)
from tests.support.small_province import BORN, CENTRE, HA_NAM, PAID, PHU_LY, RULEBOOK


def said(case: Case) -> list[tuple[str, Role, str | None, str]]:
    """Each act of the work-list: the act, whose it is, where, and the English sentence beside it."""
    rules = Rules.pinned(case.dossier.pins, RULEBOOK)
    names = Names.of_rules(rules, case.now.date())
    told: list[tuple[str, Role, str | None, str]] = []
    for item in work_of(case.dossier, rules):
        sentence = sentence_of(item, case.dossier, rules, names)
        told.append((item.act, item.role, item.unit, "" if sentence is None else sentence.en))
    return told


OPEN = {
    State.SUBMITTED: (WorkAct.ACCEPT, Role.RECEPTION, PHU_LY, "No clock runs yet"),
    State.ACCEPTED: (WorkAct.COMPLETE_STEP, Role.SPECIALIST, HA_NAM, "Step “Thẩm định”."),
    State.PROCESSING: (WorkAct.COMPLETE_STEP, Role.SPECIALIST, HA_NAM, "Step “Thẩm định”."),
    State.SUPPLEMENT_REQUESTED: (WorkAct.RECEIVE_SUPPLEMENT, Role.APPLICANT, PHU_LY, "The applicant must bring: Đơn; "),
    State.PAYMENT_REQUESTED: (WorkAct.PAY, Role.APPLICANT, PHU_LY, "The applicant must pay 20,000 dong; the order is"),
    State.SUSPENDED: (WorkAct.RESUME, Role.HEAD_OF_UNIT, HA_NAM, "Both clocks stand still"),
    State.RESOLVED: (WorkAct.RETURN_RESULT, Role.RECEPTION, PHU_LY, "The result is there"),
}
"""The first thing that is to be done in each state that is not the end."""


@pytest.mark.parametrize("state", State)
def test_every_state_says_what_is_next(state: State) -> None:
    """Somebody must act, who is named with the unit and with what is to be known; or it is said why nobody must."""
    case = in_state(state)
    told = said(case)
    if state in OPEN:
        (act, role, unit, sentence), *_ = told
        wanted_act, wanted_role, wanted_unit, beginning = OPEN[state]
        assert (act, role, unit) == (wanted_act, wanted_role, wanted_unit)
        assert sentence.startswith(beginning)
    else:
        assert told == []
        assert nothing_to_do(case.dossier) == NOTHING[state]
    assert (state in OPEN) != (state in NOTHING)


def test_while_it_is_signed_nobody_has_to_act() -> None:
    """It says that it is being signed, and where it goes if that fails; after a failure, who signs instead."""
    case = ready_to_sign()
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12/KS-UBND"))
    assert said(case) == []
    assert "being signed" in nothing_to_do(case.dossier).en
    case.when(ENGINE, RecordFailure(effect="sign/1", system="signing", code="signing_token_failed", final=True))
    acts = {act: sentence for act, _, _, sentence in said(case)}
    assert "the level above signs" in acts[WorkAct.SIGN]


def test_the_whole_sends_its_reader_to_its_parts() -> None:
    """Nobody has a work item in it, and yet its work is done by people: it does not go on by itself."""
    whole = a_family(BORN).whole
    assert said(whole) == []
    assert nothing_to_do(whole.dossier) == IN_THE_PARTS


def test_everybody_who_must_act_is_named() -> None:
    """A handover, an opinion, another identity: each is said beside the act, with who is responsible."""
    case = submitted()
    case.when(DESK, Accept())
    acts = {act: (unit, sentence) for act, _, unit, sentence in said(case)}
    assert acts[WorkAct.ACKNOWLEDGE_HANDOVER] == (
        HA_NAM, "Phường Hà Nam is responsible already. The clocks run on."
    )  # fmt: skip
    late = processing().until("2025-08-15 09:00")
    late.tick()
    for told, responsible in ((processing(), "Phường Hà Nam"), (late, "UBND tỉnh")):
        told.when(HEAD, HandOver(unit=PHU_LY, legal_basis="Điều 4"))
        assert told.dossier.handovers.open is not None
        acts = {act: (unit, sentence) for act, _, unit, sentence in said(told)}
        assert acts[WorkAct.ACKNOWLEDGE_HANDOVER][1].startswith(f"Until then {responsible} stays responsible.")
    asked = processing()
    asked.when(OFFICER, AskOpinion(unit=CENTRE, legal_basis="Điều 3"))
    acts = {act: (unit, sentence) for act, _, unit, sentence in said(asked)}
    assert acts[WorkAct.GIVE_OPINION][0] == CENTRE
    assert acts[WorkAct.GIVE_OPINION][1].endswith("The clocks run on.")
    supplement_asked(asked)
    acts = {act: (unit, sentence) for act, _, unit, sentence in said(asked)}
    assert acts[WorkAct.GIVE_OPINION][1] == "Approval and signature wait for it."
    other = accepted(PAID)
    other.when(ENGINE, RecordIdentity(effect="identity/1", matches=False))
    acts = {act: (unit, sentence) for act, _, unit, sentence in said(other)}
    assert acts[WorkAct.CONFIRM_IDENTITY][1].endswith("nothing waits for it.")


def test_an_order_that_ended_is_asked_for_again() -> None:
    """Less money than is owed: the cashier must act, and why is said."""
    case = paid_for()
    case.pay("DH1", 5_000)
    (told,) = said(case)
    assert told[:3] == (WorkAct.REQUEST_PAYMENT, Role.CASHIER, PHU_LY)
    assert "Too little" in told[3]


def test_what_is_still_owed_is_told_as_on_the_tracking_page() -> None:
    """Money that has come in is not asked for again, also where the request does not say how much of it counts."""
    case = paid_for()
    case.pay("DH1", 5_000)
    case.when(CASHIER, RequestPayment(amount=15_000))
    assert (case.dossier.payment.counted, case.dossier.unpaid) == (5_000, 15_000)
    of_the_first_release = changed(case.dossier, payment=changed(case.dossier.payment, counted=0))
    case.dossier = of_the_first_release
    (told,) = said(case)
    assert "must pay 15,000 dong" in told[3]


def test_a_call_that_still_goes_on_is_said_after_the_end() -> None:
    """A result that was returned may still be entered in its registry: that is no work, but it is said."""
    case = resolved(PAID)
    case.fails("register/1")
    case.when(DESK, ReturnResult())
    assert nothing_to_do(case.dossier).en.endswith("until it answers.")
