"""Tests of the internal process: each step is done in order by its role; sending back and asking other units is
allowed."""

from __future__ import annotations

import pytest

from domain.dossier.commands import (
    Approve,
    AskOpinion,
    Assign,
    Claim,
    CompleteStep,
    GiveOpinion,
    Release,
    Resolve,
    SendBackStep,
    Sign,
    Suspend,
)
from domain.dossier.events import AssignmentReleased, StepCompleted, StepSentBack
from domain.dossier.outcomes import RecordSignature
from domain.dossier.state import SigningStatus
from domain.errors import NotAuthorised
from domain.roles import ENGINE, Actor, Role
from tests.support.given import (
    CLERK,
    DOCUMENT,
    HEAD,
    OFFICER,
    OFFICIAL,
    accepted,
    all_steps_done,
    processing,
    ready_to_sign,
)
from tests.support.small_province import HA_NAM, PHU_LY

SIGN = Sign(document=DOCUMENT, result_number="12-KS")
OFFICER_OF_PHU_LY = Actor(person="officer.phuly", role=Role.SPECIALIST, unit=PHU_LY)
ANOTHER = Actor(person="officer.2", role=Role.SPECIALIST, unit=HA_NAM)


def test_the_first_act_starts_the_processing() -> None:
    """The first act after acceptance starts the processing, and only once."""
    case = accepted()
    assert case.kinds(HEAD, Assign(person=OFFICER.person)) == ["processing_started", "dossier_assigned"]
    assert case.kinds(OFFICER, CompleteStep(step="process")) == ["step_completed"]


def test_every_handover_is_recorded() -> None:
    """A completed step records who, for which unit, when, and the next step, as a line of the control slip."""
    case = accepted()
    *_, completed = case.when(OFFICER, CompleteStep(step="process", note="e" * 64))
    assert isinstance(completed, StepCompleted)
    assert (completed.person, completed.unit, completed.next_step) == (OFFICER.person, HA_NAM, "approve")
    assert (completed.at, completed.note) == (case.now, "e" * 64)


def test_an_officer_takes_what_nobody_has_and_gives_it_back() -> None:
    """The step is the officer's; given back with a reason, it is the unit's, and somebody else may take it."""
    case = accepted()
    assert case.kinds(OFFICER, Claim()) == ["processing_started", "dossier_assigned"]
    assert case.dossier.processing.assignee == OFFICER.person
    (released,) = case.when(OFFICER, Release(reason="Nghỉ phép"))
    assert isinstance(released, AssignmentReleased)
    assert (released.person, released.step, released.reason) == (OFFICER.person, "process", "Nghỉ phép")
    assert case.dossier.processing.assignee is None
    case.when(ANOTHER, Claim())
    case.when(HEAD, Release(reason="Chia lại việc"))
    assert case.refused(HEAD, Release(reason="Nhầm")) == "nobody_has_it"


def test_of_two_who_take_it_one_is_told_who_has_it() -> None:
    """Also who has it already is told so; a colleague cannot give it back for them, nor may another unit take it."""
    case = accepted()
    case.when(OFFICER, Claim())
    assert case.refused(ANOTHER, Claim()) == "taken_already"
    assert case.refused(OFFICER, Claim()) == "taken_already"
    assert case.refused(ANOTHER, Release(reason="Nhầm")) == "not_assignee"
    assert accepted().refused(OFFICER_OF_PHU_LY, Claim()) == "wrong_unit"
    assert accepted().refused(HEAD, Claim()) == "wrong_role"


def test_approvals_and_signatures_belong_to_a_post() -> None:
    """Nobody takes them for themselves."""
    case = processing()
    case.when(OFFICER, CompleteStep(step="process"))
    assert case.refused(HEAD, Claim()) == "wrong_step_kind"


def test_what_is_assigned_is_that_person_s() -> None:
    """Only the assigned person completes a step, and the assignment ends with the step."""
    case = processing()
    assert case.refused(ANOTHER, CompleteStep(step="process")) == "not_assignee"
    case.when(HEAD, Assign(person=ANOTHER.person))
    case.when(ANOTHER, CompleteStep(step="process"))
    assert case.dossier.processing.assignee is None


def test_the_engine_names_somebody_only_where_nobody_is_named() -> None:
    """The engine's assignment does not replace the head of unit's."""
    engine = Actor(person="he-thong", role=Role.SYSTEM, unit=HA_NAM)
    assert processing().refused(engine, Assign(person=ANOTHER.person)) == "already_assigned"
    assert accepted().kinds(engine, Assign(person=ANOTHER.person))[-1] == "dossier_assigned"


def test_an_assigned_signature_is_that_person_s() -> None:
    """An assigned signature is made only by the assigned official."""
    case = ready_to_sign()
    case.when(HEAD, Assign(person="official.2"))
    assert case.refused(OFFICIAL, SIGN) == "not_assignee"


def test_steps_are_done_in_order_and_with_their_own_command() -> None:
    """No step is skipped, and an approval needs its own command."""
    case = accepted()
    assert case.refused(HEAD, Approve(step="approve")) == "wrong_step"
    assert case.refused(OFFICER, CompleteStep(step="bogus")) == "unknown_step"
    case.when(OFFICER, CompleteStep(step="process"))
    assert case.refused(HEAD, CompleteStep(step="approve")) == "wrong_step_kind"
    assert case.refused(OFFICIAL, SIGN) == "wrong_step_kind"


def test_back_is_only_back_and_the_clocks_run_on() -> None:
    """A step that is sent back is done again, and the due dates do not move."""
    case = ready_to_sign()
    due = case.dossier.deadlines.promised_due
    assert case.refused(HEAD, SendBackStep(to_step="sign")) == "step_not_earlier"
    (back,) = case.when(HEAD, SendBackStep(to_step="process"))
    assert isinstance(back, StepSentBack)
    assert (back.from_step, back.to_step) == ("sign", "process")
    assert (case.dossier.processing.step, case.dossier.processing.steps_done, case.dossier.deadlines.promised_due) == (
        "process",
        (),
        due,
    )


def test_back_is_possible_after_the_last_step() -> None:
    """After the last step a dossier can be sent back until the result is recorded."""
    case = all_steps_done()
    assert case.work() == [("resolve", HA_NAM, "clerk")]
    case.when(HEAD, SendBackStep(to_step="process"))
    assert case.dossier.processing.step == "process"


def test_after_the_last_step_there_is_nothing_to_assign_or_sign() -> None:
    """After the last step assigning and signing are refused with a message that every step is done."""
    assert all_steps_done().refused(HEAD, Assign(person="officer.2")) == "no_step_left"
    assert all_steps_done().refused(OFFICIAL, SIGN) == "no_step_left"


def test_what_is_signed_is_not_sent_back() -> None:
    """A signed result cannot be sent back."""
    case = ready_to_sign()
    case.when(OFFICIAL, SIGN)
    case.when(ENGINE, RecordSignature(effect="sign/1", certificate="c", signature="s", signed_at=case.now))
    assert case.refused(HEAD, SendBackStep(to_step="process")) == "already_signed"
    assert case.dossier.signing.status is SigningStatus.SIGNED


def test_another_unit_is_asked_and_its_answer_awaited() -> None:
    """While an opinion is awaited there is no approval, signature or result, and the clock runs on."""
    case = processing()
    due = case.dossier.deadlines.promised_due
    case.when(OFFICER, AskOpinion(unit=PHU_LY))
    assert case.refused(OFFICER, AskOpinion(unit=PHU_LY)) == "opinion_already_asked"
    assert ("give_opinion", PHU_LY, "specialist") in case.work()
    case.when(OFFICER, CompleteStep(step="process"))
    assert case.refused(HEAD, Approve(step="approve")) == "opinion_awaited"
    case.when(OFFICER_OF_PHU_LY, GiveOpinion(agrees=False))
    assert case.refused(OFFICER_OF_PHU_LY, GiveOpinion(agrees=True)) == "opinion_not_asked"
    assert case.dossier.deadlines.promised_due == due
    assert case.kinds(HEAD, Approve(step="approve")) == ["step_completed"]


def test_no_result_is_recorded_while_an_opinion_is_open() -> None:
    """A result without a signature also waits for an awaited opinion."""
    case = all_steps_done()
    case.when(HEAD, SendBackStep(to_step="process"))
    case.when(OFFICER, AskOpinion(unit=PHU_LY))
    case.when(OFFICER, CompleteStep(step="process"))
    assert case.refused(CLERK, Resolve(result_number="1")) == "opinion_awaited"


def test_only_a_unit_that_exists_is_asked_and_only_an_asked_unit_answers() -> None:
    """An opinion is asked only of an existing unit, and given only by an asked one."""
    case = processing()
    assert case.refused(OFFICER, AskOpinion(unit="99999")) == "unknown_unit"
    assert case.refused(OFFICER_OF_PHU_LY, GiveOpinion(agrees=True)) == "opinion_not_asked"


def test_an_opinion_may_be_given_while_the_dossier_is_suspended() -> None:
    """An opinion may be given during a suspension."""
    case = processing()
    case.when(OFFICER, AskOpinion(unit=PHU_LY))
    case.when(HEAD, Suspend(legal_basis="Điều 5"))
    assert case.kinds(OFFICER_OF_PHU_LY, GiveOpinion(agrees=True)) == ["opinion_given"]


def test_a_refusal_names_each_unit_once() -> None:
    """A refusal names a unit once, also when it is both competent and responsible."""
    case = processing()
    with pytest.raises(NotAuthorised) as refused:
        case.when(OFFICER_OF_PHU_LY, CompleteStep(step="process"))
    assert refused.value.facts["wanted"] == HA_NAM
