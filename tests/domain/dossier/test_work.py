"""Tests of the work-list and the register's line, which follow from the state of a dossier."""

from __future__ import annotations

import pytest

from domain.dossier.commands import Approve, AskOpinion, Assign, CheckPayment, CompleteStep, Sign
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import RecordSignature
from domain.dossier.state import DOSSIER, NotSubmitted, State
from domain.dossier.viewing import view_of
from domain.errors import RuleViolation
from domain.roles import ENGINE
from tests.support.given import (
    DOCUMENT,
    HEAD,
    OFFICER,
    OFFICIAL,
    OFFICIAL_ABOVE,
    accepted,
    all_steps_done,
    in_state,
    paid_for,
    processing,
    ready_to_sign,
    resolved,
    submitted,
)
from tests.support.small_province import CENTRE, HA_NAM, PAID_LATER, PHU_LY, RULEBOOK, at

WAITS_FOR = {
    State.SUBMITTED: [("accept", PHU_LY, "reception")],
    State.ACCEPTED: [("complete_step", HA_NAM, "specialist")],
    State.PROCESSING: [("complete_step", HA_NAM, "specialist")],
    State.SUPPLEMENT_REQUESTED: [("receive_supplement", PHU_LY, "applicant")],
    State.PAYMENT_REQUESTED: [("pay", PHU_LY, "applicant")],
    State.SUSPENDED: [("resume", HA_NAM, "head_of_unit")],
    State.RESOLVED: [("return_result", PHU_LY, "reception")],
    State.REFUSED: [],
    State.WITHDRAWN: [],
    State.STOPPED: [],
    State.RETURNED: [],
}


@pytest.mark.parametrize("state", list(State))
def test_every_state_waits_for_somebody_or_has_ended(state: State) -> None:
    """Every open dossier has a work item, and an ended one has none."""
    assert in_state(state).work() == WAITS_FOR[state]


def test_the_list_follows_the_steps() -> None:
    """Processing, approval, signature and recording are each on the list of their role."""
    case = accepted()
    case.when(OFFICER, CompleteStep(step="process"))
    assert case.work() == [("approve", HA_NAM, "head_of_unit")]
    assert ready_to_sign().work() == [("sign", HA_NAM, "signatory")]
    assert all_steps_done().work() == [("resolve", HA_NAM, "clerk")]


def test_what_is_assigned_is_on_that_person_s_list() -> None:
    """An item names its assignee and since when."""
    case = processing().later(hours=1)
    case.when(HEAD, Assign(person="officer.2"))
    (item,) = view_of(case.dossier, RULEBOOK).work
    assert (item.person, item.due, item.since) == ("officer.2", at("2025-07-09 08:00"), at("2025-07-07 08:00"))


def test_nobody_is_asked_to_sign_what_is_being_signed() -> None:
    """During signing and sealing there is no item; after a failure the next level has it."""
    case = ready_to_sign()
    case.when(HEAD, Assign(person=OFFICIAL.person))
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS"))
    assert case.work() == []
    case.fails("sign/1")
    (item,) = view_of(case.dossier, RULEBOOK).work
    assert (item.unit, item.person) == (CENTRE, None)
    case.when(OFFICIAL_ABOVE, Sign(document=DOCUMENT, result_number="12-KS"))
    case.when(ENGINE, RecordSignature(effect="sign/2", certificate="c", signature="s", signed_at=case.now))
    assert case.work() == []


def test_nobody_is_asked_for_what_waits_for_an_opinion_or_a_fee() -> None:
    """A dossier that waits for an opinion or a fee has items only for those who must act first."""
    asked = accepted()
    asked.when(OFFICER, CompleteStep(step="process"))
    asked.when(OFFICER, AskOpinion(unit=CENTRE))
    assert asked.refused(HEAD, Approve(step="approve")) == "opinion_awaited"
    assert asked.work() == [("give_opinion", CENTRE, "specialist")]
    unpaid = ready_to_sign(PAID_LATER)
    assert unpaid.work() == [("request_payment", PHU_LY, "cashier")]


def test_a_call_that_failed_for_good_is_somebody_s_work() -> None:
    """A call that failed for good is an item of the operator, beside the others."""
    case = paid_for()
    case.fails("identity/1")
    assert case.work() == [("pay", PHU_LY, "applicant")]
    broken = paid_for()
    broken.when(ENGINE, CheckPayment(order="DH1"))
    broken.fails("payment-query/1", final=True)
    assert broken.work() == [("pay", PHU_LY, "applicant"), ("repair", HA_NAM, "operator")]


def test_the_register_s_line() -> None:
    """The register's line has place, responsible unit, dates, and whether it crossed a boundary."""
    case = accepted().until("2025-07-09 08:00")
    case.tick()
    line = view_of(case.dossier, RULEBOOK)
    assert (line.state, line.portal_code, line.received_by, line.competent) == (State.ACCEPTED, 2, PHU_LY, HA_NAM)
    assert (line.received_at, line.promised_due) == (at("2025-07-07 08:00"), at("2025-07-09 08:00"))
    assert (line.rung, line.crossing, line.version) == ("expiry", True, len(case.events))
    assert DOSSIER.validate_python(line.snapshot) == case.dossier


def test_a_line_before_intake_and_after_the_end() -> None:
    """Before intake the line has no date; after the end it has the time and the lateness."""
    before = view_of(submitted().dossier, RULEBOOK)
    assert (before.received_at, before.promised_due, before.work[0].due) == (None, None, None)
    ended = view_of(resolved().dossier, RULEBOOK)
    assert (ended.ended_at, ended.late_promised_minutes) == (at("2025-07-07 08:00"), -16 * 60)


def test_there_is_no_line_of_a_dossier_that_was_never_submitted() -> None:
    """A dossier that was not submitted has no line."""
    with pytest.raises(RuleViolation, match="not_submitted"):
        evolve_all(NotSubmitted("H42.13285-250707-0001"), [])


def test_a_submission_is_on_the_desk_s_list_only() -> None:
    """A submitted dossier is only on the receiving desk's list."""
    waiting = {item.unit for item in view_of(submitted().dossier, RULEBOOK).work}
    assert waiting == {PHU_LY}
    assert {item.unit for item in view_of(accepted().dossier, RULEBOOK).work} == {HA_NAM}
