"""Suspended and resumed, stopped, withdrawn: what stands still, what ends, and that nothing ends twice."""

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
from tests.support.given import (
    CITIZEN,
    DESK,
    DESK_OF_HA_NAM,
    ENGINE,
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
    """Suspended for three working days, both dates are three working days later."""
    case = suspended()
    case.until("2025-07-10 08:00").when(HEAD, Resume())
    assert case.dossier.state is State.PROCESSING
    assert case.dossier.deadlines.statutory_due == at("2025-07-17 08:00")
    assert case.dossier.deadlines.promised_due == at("2025-07-14 08:00")


def test_a_suspension_is_silent() -> None:
    """While suspended nobody is warned and nothing escalates, however long it takes."""
    case = suspended()
    assert (case.reaction().wake_up, case.later(days=200).tick()) == (None, [])


def test_two_pauses_that_overlap_count_once() -> None:
    """Suspended while the applicant has a supplement to bring: the shared time is not counted twice."""
    case = supplement_asked()
    case.until("2025-07-08 08:00").when(HEAD, SUSPEND)
    case.until("2025-07-09 08:00").when(HEAD, Resume())
    assert case.dossier.state is State.SUPPLEMENT_REQUESTED
    case.until("2025-07-10 08:00").when(CITIZEN, ReceiveSupplement(documents=DON))
    assert case.dossier.deadlines.statutory_due == at("2025-07-17 08:00")


def test_a_dossier_resumes_where_it_was() -> None:
    """A suspension gives back the state it took, also a payment that is still awaited."""
    case = paid_for()
    case.when(HEAD, SUSPEND)
    case.when(HEAD, Resume())
    assert case.dossier.state is State.PAYMENT_REQUESTED
    assert case.refused(HEAD, Resume()) == "wrong_state"


def test_stopped_is_the_end() -> None:
    """A stopped dossier has ended, is on no work-list, and takes no further command."""
    case = processing()
    case.when(HEAD, Stop(legal_basis="Điều 5"))
    assert (case.dossier.ended_at, case.dossier.closed, case.work()) == (case.now, True, [])
    assert case.dossier.deadlines.timing is not None
    assert case.dossier.deadlines.timing.ended_at == case.now
    assert case.refused(HEAD, Resume()) == "wrong_state"
    assert case.later(days=100).tick() == []


def test_withdrawn_until_there_is_a_result() -> None:
    """The applicant takes the dossier back at any time before code 9, never after."""
    for case in (submitted(), accepted(), processing(), supplement_asked(), paid_for()):
        assert case.kinds(CITIZEN, Withdraw())[0] == "dossier_withdrawn"
        assert case.dossier.state is State.WITHDRAWN
    assert resolved().refused(CITIZEN, Withdraw()) == "wrong_state"
    assert suspended().refused(CITIZEN, Withdraw()) == "wrong_state"


def test_the_desk_that_received_it_withdraws_for_the_applicant() -> None:
    """A person without a device withdraws at the desk, at the one that received the dossier."""
    assert processing().refused(DESK_OF_HA_NAM, Withdraw()) == "wrong_unit"
    assert processing().kinds(DESK, Withdraw()) == ["dossier_withdrawn"]


def test_of_what_a_desk_filed_nobody_is_believed_to_be_the_applicant() -> None:
    """Whoever knows the code could say so: the desk that filed it looks at the papers, withdraws, takes supplements."""
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
    """Its runs decide as they did."""
    case = filed_at_desk()
    act = Act(command_id=uuid4(), actor=STRANGER, command=Withdraw())
    context = Context(now=case.now, actor=STRANGER, rulebook=RULEBOOK, revision=Revision.FIRST)
    assert [event.kind for event in decide(case.dossier, act, context)] == ["dossier_withdrawn"]


def test_after_the_end_an_answer_about_the_matter_changes_nothing() -> None:
    """What the world still says about the matter of a withdrawn dossier is dropped, and asks for nobody's work."""
    case = accepted(PAID)
    case.fails("identity/1", final=True)
    case.when(CITIZEN, Withdraw())
    assert case.kinds(ENGINE, RecordIdentity(effect="identity/1", matches=True)) == []
    assert case.fails("identity/1") == []
    assert (case.effects(), case.work(), case.dossier.incidents) == ([], [], ())


def test_withdrawn_before_intake_has_no_clock_to_end() -> None:
    """Nothing was promised before intake, and nothing is judged."""
    case = submitted()
    case.when(CITIZEN, Withdraw())
    assert (case.dossier.deadlines.timing, case.dossier.deadlines.late_statutory_minutes) == (None, None)
    assert case.refused(DESK, Accept()) == "wrong_state"
