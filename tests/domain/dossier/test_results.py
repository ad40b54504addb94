"""Tests of the result: signed, numbered, sealed, registered, returned; and of the two failures that must make no
dossier late."""

from __future__ import annotations

import pytest

from domain.dossier.commands import (
    Accept,
    Approve,
    AskOpinion,
    CompleteStep,
    Rate,
    ReceiveSupplement,
    RejectResult,
    RequestSupplement,
    Resolve,
    RetryRefusedCall,
    ReturnResult,
    Sign,
    Stop,
    SubmittedDocument,
    Suspend,
    Withdraw,
)
from domain.dossier.events import DossierResolved, SigningHandedOver
from domain.dossier.outcomes import RecordRegistration, RecordSeal, RecordSignature
from domain.dossier.revision import CURRENT, Revision
from domain.dossier.state import SigningStatus, State
from domain.procedures.procedure import Procedure
from domain.roles import ENGINE
from tests.support.given import (
    CITIZEN,
    CLERK,
    DESK,
    DESK_OF_HA_NAM,
    DOCUMENT,
    HEAD,
    OFFICER,
    OFFICIAL,
    OFFICIAL_ABOVE,
    OFFICIAL_AT_TOP,
    OPERATOR,
    Case,
    a_submission,
    all_steps_done,
    paid,
    processing,
    ready_to_sign,
    resolved,
)
from tests.support.small_province import CENTRE, COMMITTEE, FREE, HA_NAM, RESTARTING, UNSIGNED, at

SIGN = Sign(document=DOCUMENT, result_number="12-KS")


def signed(case: Case, attempt: int = 1) -> list[str]:
    """The official's signature was made."""
    answer = RecordSignature(effect=f"sign/{attempt}", certificate="c", signature="s", signed_at=case.now)
    return case.kinds(ENGINE, answer)


def sealed(case: Case, attempt: int = 1) -> list[str]:
    """The authority's seal was made."""
    return case.kinds(ENGINE, RecordSeal(effect=f"seal/{attempt}", certificate="c", signature="s"))


def registered() -> Case:
    """Given: an issued result that a registry must register."""
    case = paid()
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, Approve(step="approve"))
    case.when(OFFICIAL, SIGN)
    signed(case)
    sealed(case)
    return case


def test_signed_numbered_sealed_are_three_events() -> None:
    """The official signs, the clerk numbers, the authority seals; then the dossier is resolved."""
    case = ready_to_sign()
    assert case.kinds(OFFICIAL, SIGN) == ["signature_requested"]
    assert case.effects() == ["sign/1"]
    assert signed(case) == ["result_signed", "result_numbered"]
    assert case.effects() == ["seal/1"]
    assert sealed(case) == ["result_sealed", "step_completed", "dossier_resolved"]
    assert (case.dossier.state, case.dossier.result.number) == (State.RESOLVED, "12-KS")


def test_a_result_is_signed_once_at_a_time() -> None:
    """A second signing request during the first is refused, and a second answer changes nothing."""
    case = ready_to_sign()
    case.when(OFFICIAL, SIGN)
    assert case.refused(OFFICIAL, SIGN) == "signature_under_way"
    signed(case)
    assert signed(case) == []
    sealed(case)
    assert sealed(case) == []


def test_a_token_that_fails_hands_the_signing_to_the_next_level_at_once() -> None:
    """When ward Hà Nam's token fails, the centre gets the signing at once, with the used and the remaining time."""
    case = ready_to_sign().later(hours=2)
    case.when(OFFICIAL, SIGN)
    assert case.fails("sign/1") == ["outside_call_failed", "signing_handed_over"]
    handed = case.events[-1]
    assert isinstance(handed, SigningHandedOver)
    assert (handed.from_unit, handed.to_unit, handed.at) == (HA_NAM, CENTRE, case.now)
    assert (handed.used_minutes, handed.left_minutes) == (120, 14 * 60)
    assert case.work() == [("sign", CENTRE, "signatory")]
    assert case.refused(OFFICIAL, SIGN) == "wrong_unit"
    case.when(OFFICIAL_ABOVE, SIGN)
    assert case.effects() == ["sign/2"]
    assert signed(case, attempt=1) == []
    signed(case, attempt=2)
    sealed(case, attempt=2)
    assert (case.dossier.state, case.dossier.incidents) == (State.RESOLVED, ())
    assert case.dossier.deadlines.late_promised_minutes is not None
    assert case.dossier.deadlines.late_promised_minutes <= 0


def test_the_time_used_does_not_count_what_the_applicant_had() -> None:
    """Paused time is not shown as used."""
    case = processing()
    case.later(hours=1).when(OFFICER, RequestSupplement(documents=("don",), legal_basis="Điều 9"))
    case.later(days=14).when(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don"),)))
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, Approve(step="approve"))
    case.when(OFFICIAL, SIGN)
    case.fails("sign/1")
    handed = case.events[-1]
    assert isinstance(handed, SigningHandedOver)
    assert (handed.used_minutes, handed.left_minutes) == (60, 15 * 60)


def test_the_signing_climbs_to_the_top_and_stays_there() -> None:
    """Above the provincial People's Committee no level signs: there the call is repeated, or its official signs
    again."""
    case = ready_to_sign()
    for n, official in enumerate((OFFICIAL, OFFICIAL_ABOVE), start=1):
        case.when(official, SIGN)
        case.fails(f"sign/{n}", final=True)
    case.when(OFFICIAL_AT_TOP, SIGN)
    assert case.fails("sign/3") == ["outside_call_failed"]
    assert case.effects() == ["sign/3"]
    assert case.fails("sign/3", final=True) == ["outside_call_failed", "signing_handed_over"]
    assert case.work()[0] == ("sign", COMMITTEE, "signatory")
    case.when(OFFICIAL_AT_TOP, SIGN)
    assert signed(case, attempt=4) == ["result_signed", "result_numbered"]


def test_the_failure_of_a_signature_that_nobody_awaits_changes_nothing() -> None:
    """A failure after the signing was handed over opens no incident and hands nothing over again."""
    case = ready_to_sign()
    case.when(OFFICIAL, SIGN)
    case.fails("sign/1")
    assert case.fails("sign/1") == []
    assert case.dossier.signing.status is SigningStatus.HANDED_OVER


def test_a_registry_that_is_down_never_holds_the_result_back() -> None:
    """When a registry is down, the result is issued and returned, and registered later."""
    case = registered()
    assert case.dossier.state is State.RESOLVED
    assert case.dossier.deadlines.late_statutory_minutes is not None
    assert case.dossier.deadlines.late_statutory_minutes < 0
    case.fails("register/1")
    case.fails("register/1")
    assert [(one.effect, one.failures) for one in case.dossier.incidents] == [("register/1", 2)]
    assert case.kinds(DESK, ReturnResult()) == ["result_returned"]
    assert (case.effects(), case.dossier.closed) == (["register/1"], False)
    case.later(days=20)
    assert case.kinds(ENGINE, RecordRegistration(effect="register/1", reference="HTK-9")) == ["result_registered"]
    assert (case.dossier.incidents, case.dossier.closed) == ((), True)
    assert case.dossier.deadlines.late_statutory_minutes < 0


def test_a_registry_that_refuses_for_good_is_repaired_by_a_person() -> None:
    """After a final refusal of a registry the operator has a work item, and the dossier can end."""
    case = registered()
    case.fails("register/1", final=True)
    case.when(DESK, ReturnResult())
    assert (case.effects(), case.dossier.closed) == ([], True)
    assert case.work() == [("repair", HA_NAM, "operator")]


@pytest.mark.parametrize(
    ("resolved_at", "minutes"),
    [
        ("2025-07-09 07:30", -30),
        ("2025-07-09 08:00", 0),
        ("2025-07-09 08:01", 1),
        ("2025-07-09 08:00:30", 1),
        ("2025-07-10 08:00", 480),
    ],
)
def test_lateness_is_judged_in_working_minutes(resolved_at: str, minutes: int) -> None:
    """For a promise of 9 July 08:00, earlier is negative, the instant itself is on time, and one second later is
    late."""
    case = ready_to_sign()
    case.when(OFFICIAL, SIGN)
    signed(case)
    case.until(resolved_at)
    sealed(case)
    assert case.dossier.deadlines.late_promised_minutes == minutes


def test_late_on_a_saturday_is_late() -> None:
    """A result on Saturday for a due date of Friday 17:00 is late, although no working time has passed."""
    case = at_friday_close(FREE)
    assert case.dossier.deadlines.promised_due == at("2025-07-11 17:00")
    case.until("2025-07-12 09:00")
    assert sealed(case)[-1] == "dossier_resolved"
    assert case.dossier.deadlines.late_promised_minutes == 1


def at_friday_close(procedure: Procedure) -> Case:
    """Given: signed in time, promised for Friday at 17:00."""
    case = Case().until("2025-07-09 17:00")
    case.when(CITIZEN, a_submission(procedure))
    case.when(DESK, Accept())
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, Approve(step="approve"))
    case.when(OFFICIAL, SIGN)
    signed(case)
    return case


def test_without_a_clock_there_is_no_lateness() -> None:
    """Without a published limit only the province's own promise is judged."""
    case = all_steps_done()
    (event,) = case.when(CLERK, Resolve(result_number="13-KS", note="e" * 64))
    assert isinstance(event, DossierResolved)
    assert (event.late_statutory_minutes, event.note) == (None, "e" * 64)
    assert event.late_promised_minutes is not None
    assert case.dossier.intake.procedure == UNSIGNED.code


def test_the_result_is_recorded_after_every_step() -> None:
    """A paper result is recorded only when every step is done."""
    assert ready_to_sign().refused(CLERK, Resolve(result_number="1")) == "steps_not_done"


def test_a_rejected_draft_goes_back_and_is_signed_anew() -> None:
    """A rejected draft goes back to an earlier step with a new attempt. The signature that was being made is recorded
    when it is known, and nothing follows from it; under earlier rules it was dropped."""
    for revision, asked, recorded in ((Revision.SIXTH, [], []), (CURRENT, ["sign/1"], ["result_signed"])):
        case = ready_to_sign()
        case.revision = revision
        case.when(OFFICIAL, SIGN)
        case.when(OFFICIAL, RejectResult(to_step="approve"))
        assert (case.effects(), case.dossier.processing.step) == (asked, "approve")
        assert signed(case) == recorded
        assert (case.effects(), case.dossier.signing.status) == ([], SigningStatus.NONE)
    case.when(HEAD, Approve(step="approve"))
    case.when(OFFICIAL, SIGN)
    assert case.effects() == ["sign/2"]
    signed(case, attempt=2)
    assert case.effects() == ["seal/2"]
    assert case.refused(OFFICIAL, RejectResult(to_step="approve")) == "already_signed"
    assert sealed(case, attempt=2)[-1] == "dossier_resolved"


def test_after_a_rejection_above_the_own_official_signs_again() -> None:
    """A draft that the level above rejected is the ward's again, with its signature."""
    case = ready_to_sign()
    case.when(OFFICIAL, SIGN)
    case.fails("sign/1")
    case.when(OFFICIAL_ABOVE, RejectResult(to_step="approve"))
    assert case.work() == [("approve", HA_NAM, "head_of_unit")]
    case.when(HEAD, Approve(step="approve"))
    assert case.refused(OFFICIAL_ABOVE, SIGN) == "wrong_unit"
    assert case.kinds(OFFICIAL, SIGN) == ["signature_requested"]


def test_an_awaited_opinion_holds_the_signature() -> None:
    """Nothing is signed while another unit's opinion is awaited."""
    case = ready_to_sign()
    case.when(OFFICER, AskOpinion(unit=CENTRE))
    assert case.refused(OFFICIAL, SIGN) == "opinion_awaited"


def test_only_from_processing_is_a_dossier_resolved() -> None:
    """A dossier cannot be paused while it is being signed; withdrawn meanwhile, it stays withdrawn."""
    case = ready_to_sign()
    case.when(OFFICIAL, SIGN)
    assert case.refused(HEAD, Suspend(legal_basis="Điều 5")) == "signature_under_way"
    case.when(CITIZEN, Withdraw())
    assert (case.effects(), case.dossier.closed) == (["sign/1"], False)
    assert signed(case) == ["result_signed"]
    assert (case.effects(), signed(case), case.dossier.closed) == ([], [], True)
    assert (case.dossier.state, case.dossier.result.number) == (State.WITHDRAWN, None)


def test_under_earlier_rules_nobody_waits_for_what_a_withdrawn_dossier_asked() -> None:
    """Runs of an earlier revision are decided as they were: they ended with the withdrawal."""
    case = ready_to_sign()
    case.when(OFFICIAL, SIGN)
    case.revision = Revision.SIXTH
    case.when(CITIZEN, Withdraw())
    assert (case.effects(), signed(case), case.dossier.closed) == ([], [], True)


def test_a_refusal_is_an_answer_too() -> None:
    """A seal that is refused after the end was not made: nothing is waited for, and no incident stays open. One that
    fails for now is asked for again, and does not go to the level above."""
    case = ready_to_sign()
    case.when(OFFICIAL, SIGN)
    case.when(CITIZEN, Withdraw())
    assert case.fails("sign/1") == ["outside_call_failed"]
    assert (case.effects(), [one.effect for one in case.dossier.incidents]) == (["sign/1"], ["sign/1"])
    assert case.refused(OPERATOR, RetryRefusedCall(effect="sign/1", reason="Thử lại")) == "call_not_refused"
    assert case.fails("sign/1", final=True) == ["outside_call_failed"]
    assert (case.effects(), case.dossier.incidents, case.dossier.closed) == ([], (), True)


def test_stopped_after_the_withdrawal_the_seal_is_still_waited_for() -> None:
    """Each end leaves what is waited for, once."""
    case = ready_to_sign()
    case.when(OFFICIAL, SIGN)
    signed(case)
    case.when(CITIZEN, Withdraw())
    case.when(HEAD, Stop(legal_basis="Điều 19"))
    assert case.effects() == ["seal/1"]
    assert sealed(case) == ["result_sealed"]
    assert (case.dossier.closed, case.dossier.state) == (True, State.STOPPED)


def test_the_result_is_returned_where_it_was_asked_for_or_where_it_was_made() -> None:
    """The receiving desk or the competent unit's desk returns the result, once."""
    for desk in (DESK, DESK_OF_HA_NAM):
        case = resolved(RESTARTING)
        assert case.kinds(desk, ReturnResult()) == ["result_returned"]
        assert case.refused(desk, ReturnResult()) == "wrong_state"


def test_rated_once_by_the_applicant() -> None:
    """The applicant rates a dossier once, after the result."""
    case = resolved()
    case.when(CITIZEN, Rate(stars=4))
    assert case.refused(CITIZEN, Rate(stars=5)) == "already_rated"
    assert (case.dossier.result.stars, processing().refused(CITIZEN, Rate(stars=1))) == (4, "wrong_state")
