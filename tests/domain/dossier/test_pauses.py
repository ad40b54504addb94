"""Tests of suspension, stop and withdrawal: what is paused, what ends, and that nothing ends twice."""

from __future__ import annotations

from uuid import uuid4

from domain.dossier.commands import (
    Accept,
    Assign,
    ReceiveSupplement,
    Resume,
    Stop,
    SubmittedDocument,
    Suspend,
    Withdraw,
)
from domain.dossier.context import Context
from domain.dossier.decide import Act, decide
from domain.dossier.outcomes import RecordIdentity
from domain.dossier.revision import Revision
from domain.dossier.state import State
from domain.roles import ENGINE
from tests.support.given import (
    CITIZEN,
    DESK,
    DESK_OF_HA_NAM,
    HEAD,
    OFFICER,
    STRANGER,
    accepted,
    filed_at_desk,
    paid_for,
    processing,
    resolved,
    submitted,
    supplement_asked,
    suspended,
)
from tests.support.small_province import PAID, PHU_LY, RULEBOOK, at

SUSPEND = Suspend(legal_basis="Điều 5")
DON = (SubmittedDocument(code="don"),)


def test_a_suspension_stops_both_clocks() -> None:
    """A suspension of three working days moves both dates by three working days."""
    case = suspended()
    case.until("2025-07-10 08:00").when(HEAD, Resume())
    assert case.dossier.state is State.PROCESSING
    assert case.dossier.deadlines.statutory_due == at("2025-07-17 08:00")
    assert case.dossier.deadlines.promised_due == at("2025-07-14 08:00")


def test_a_suspension_is_silent() -> None:
    """While suspended, no warning and no escalation fires, however long it takes."""
    case = suspended()
    assert (case.reaction().wake_up, case.later(days=200).tick()) == (None, [])


def test_two_pauses_that_overlap_count_once() -> None:
    """The common time of a suspension and a supplement counts once."""
    case = supplement_asked()
    case.until("2025-07-08 08:00").when(HEAD, SUSPEND)
    case.until("2025-07-09 08:00").when(HEAD, Resume())
    assert case.dossier.state is State.SUPPLEMENT_REQUESTED
    case.until("2025-07-10 08:00").when(CITIZEN, ReceiveSupplement(documents=DON))
    assert case.dossier.deadlines.statutory_due == at("2025-07-17 08:00")


def test_a_dossier_resumes_where_it_was() -> None:
    """After a suspension the dossier has its earlier state again, also while a payment is awaited."""
    case = paid_for()
    case.when(HEAD, SUSPEND)
    case.when(HEAD, Resume())
    assert case.dossier.state is State.PAYMENT_REQUESTED
    assert case.refused(HEAD, Resume()) == "wrong_state"


def test_stopped_is_the_end() -> None:
    """A stopped dossier has ended, is on no work-list, and accepts no further command."""
    case = processing()
    case.when(HEAD, Stop(legal_basis="Điều 5"))
    assert (case.dossier.ended_at, case.dossier.closed, case.work()) == (case.now, True, [])
    assert case.dossier.deadlines.timing is not None
    assert case.dossier.deadlines.timing.ended_at == case.now
    assert case.refused(HEAD, Resume()) == "wrong_state"
    assert case.later(days=100).tick() == []


def test_withdrawn_until_there_is_a_result() -> None:
    """The applicant may withdraw at any time before code 9, and not after."""
    for case in (submitted(), accepted(), processing(), supplement_asked(), paid_for()):
        assert case.kinds(CITIZEN, Withdraw())[0] == "dossier_withdrawn"
        assert case.dossier.state is State.WITHDRAWN
    assert resolved().refused(CITIZEN, Withdraw()) == "wrong_state"
    assert suspended().refused(CITIZEN, Withdraw()) == "wrong_state"


def test_the_desk_that_received_it_withdraws_for_the_applicant() -> None:
    """The desk that received a dossier may withdraw it for the applicant."""
    assert processing().refused(DESK_OF_HA_NAM, Withdraw()) == "wrong_unit"
    assert processing().kinds(DESK, Withdraw()) == ["dossier_withdrawn"]


def test_of_what_a_desk_filed_nobody_is_believed_to_be_the_applicant() -> None:
    """For a dossier that a desk filed, only that desk withdraws and receives supplements, because anyone could claim
    to be the applicant."""
    case = filed_at_desk()
    assert case.refused(CITIZEN, Withdraw()) == case.refused(STRANGER, Withdraw()) == "filed_at_desk"
    case.when(HEAD, Assign(person=OFFICER.person))
    case = supplement_asked(case)
    assert case.work() == [("receive_supplement", PHU_LY, "reception")]
    brought = ReceiveSupplement(documents=DON)
    assert case.refused(STRANGER, brought) == "filed_at_desk"
    assert case.kinds(DESK, brought) == ["supplement_received"]
    assert case.kinds(DESK, Withdraw()) == ["dossier_withdrawn"]


def test_the_first_release_believed_whoever_said_so() -> None:
    """Runs of the first release are decided as they were."""
    case = filed_at_desk()
    act = Act(command_id=uuid4(), actor=STRANGER, command=Withdraw())
    context = Context(now=case.now, actor=STRANGER, rulebook=RULEBOOK, revision=Revision.FIRST)
    assert [event.kind for event in decide(case.dossier, act, context)] == ["dossier_withdrawn"]


def test_after_the_end_an_answer_about_the_matter_changes_nothing() -> None:
    """An answer about a withdrawn dossier is dropped and makes no work item."""
    case = accepted(PAID)
    case.fails("identity/1", final=True)
    case.when(CITIZEN, Withdraw())
    assert case.kinds(ENGINE, RecordIdentity(effect="identity/1", matches=True)) == []
    assert case.fails("identity/1") == []
    assert (case.work(), case.dossier.incidents) == ([], ())
    assert case.effects() == ["payment-order/1"]  # it may have been made, so its answer is waited for


def test_withdrawn_before_intake_has_no_clock_to_end() -> None:
    """A withdrawal before intake has no promise and nothing to judge."""
    case = submitted()
    case.when(CITIZEN, Withdraw())
    assert (case.dossier.deadlines.timing, case.dossier.deadlines.late_statutory_minutes) == (None, None)
    assert case.refused(DESK, Accept()) == "wrong_state"
