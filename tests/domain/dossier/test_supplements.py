"""Tests of supplements: everything is requested at once with the legal basis, and clocks are paused while the
applicant has the request."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    HandOver,
    ReceiveSupplement,
    RefuseHandover,
    RequestSupplement,
    Resume,
    Sign,
    SubmittedDocument,
    Suspend,
)
from domain.dossier.context import Context
from domain.dossier.decide import Act, decide
from domain.dossier.evolve import evolve_all
from domain.dossier.revision import Revision
from domain.dossier.state import State
from domain.procedures.procedure import Channel
from tests.support.given import (
    CITIZEN,
    DESK,
    DESK_OF_HA_NAM,
    DOCUMENT,
    HEAD_OF_DESK,
    OFFICER,
    OFFICIAL,
    Case,
    accepted,
    processing,
    ready_to_sign,
    submitted,
    supplement_asked,
)
from tests.support.small_province import ASKED_EARLY, FREE, HA_NAM, RESTARTING, RULEBOOK, at

DON = (SubmittedDocument(code="don", sha256="c" * 64),)
ASK = RequestSupplement(documents=("don",), legal_basis="Điều 9")


def test_the_clock_stands_while_the_applicant_has_it() -> None:
    """A supplement that is brought a week later moves both dates by exactly the working time between."""
    case = processing().later(hours=2)
    case.when(OFFICER, ASK)
    case.until("2025-07-14 10:00").when(CITIZEN, ReceiveSupplement(documents=DON))
    assert case.dossier.state is State.PROCESSING
    assert case.dossier.deadlines.statutory_due == at("2025-07-21 08:00")
    assert case.dossier.deadlines.promised_due == at("2025-07-16 08:00")
    assert case.dossier.deadlines.printed_promise == at("2025-07-09 08:00")


def test_no_warning_and_no_escalation_while_it_stands() -> None:
    """While a supplement is awaited, the timer is not set, so no rung fires."""
    case = supplement_asked()
    assert case.reaction().wake_up is None
    assert case.later(days=30).tick() == []


def test_the_clock_begins_anew_where_the_procedure_says_so() -> None:
    """When the procedure says so, the whole limit and the ladder start again at completion."""
    case = processing(RESTARTING)
    case.until("2025-07-11 16:00").tick()
    supplement_asked(case)
    case.until("2025-07-14 08:00").when(CITIZEN, ReceiveSupplement(documents=DON))
    assert case.dossier.deadlines.statutory_due == at("2025-07-21 08:00")


def test_a_restart_never_hides_lateness() -> None:
    """A dossier that was late before the supplement stays late after a restart."""
    case = processing(RESTARTING).until("2025-07-15 08:00")
    supplement_asked(case)
    case.later(days=1).when(CITIZEN, ReceiveSupplement(documents=DON))
    assert case.dossier.deadlines.statutory_due == at("2025-07-14 08:00")


def test_before_intake_only_online() -> None:
    """Before intake only an online dossier can get a supplement request; it is then submitted again."""
    case = submitted()
    case.when(DESK, ASK)
    assert case.dossier.state is State.SUPPLEMENT_REQUESTED
    case.when(CITIZEN, ReceiveSupplement(documents=DON))
    assert (case.dossier.state, case.dossier.deadlines.timing) == (State.SUBMITTED, None)
    case.when(DESK, Accept())
    at_the_desk = submitted(channel=Channel.COUNTER)
    assert at_the_desk.refused(DESK, ASK) == "supplement_before_intake_online_only"


def asked_before_intake() -> Case:
    """Given: filed online, and the desk requested a document before acceptance."""
    case = submitted()
    case.when(DESK, ASK)
    return case


SUSPEND, TO_HA_NAM = Suspend(legal_basis="Điều 5"), HandOver(unit=HA_NAM, legal_basis="Điều 4")


@pytest.mark.parametrize("command", [SUSPEND, TO_HA_NAM], ids=lambda command: command.kind)
def test_before_intake_nothing_is_suspended_or_handed_over(command: Any) -> None:
    """Before intake a dossier cannot be suspended or handed over, since no clock runs and routing comes at intake."""
    assert asked_before_intake().refused(HEAD_OF_DESK, command) == "before_intake"


def apply_under_the_first_revision(case: Case, command: Any) -> None:
    """Applies a command of the head of the desk under the first revision, which allowed it."""
    act = Act(command_id=uuid4(), actor=HEAD_OF_DESK, command=command)
    context = Context(now=case.now, actor=HEAD_OF_DESK, rulebook=RULEBOOK, revision=Revision.FIRST)
    case.dossier = evolve_all(case.dossier, decide(case.dossier, act, context))


def test_what_the_first_release_suspended_before_intake_is_resumed() -> None:
    """A dossier that the first release suspended before intake can be resumed, and waits for its supplement again."""
    case = asked_before_intake()
    apply_under_the_first_revision(case, SUSPEND)
    assert case.refused(HEAD_OF_DESK, TO_HA_NAM) == "before_intake"
    case.when(HEAD_OF_DESK, Resume())
    assert case.dossier.state is State.SUPPLEMENT_REQUESTED


def test_what_the_first_release_handed_over_before_intake_is_taken_over_by_nobody() -> None:
    """A handover before intake cannot be acknowledged, only refused, and intake routes the dossier normally."""
    case = asked_before_intake()
    apply_under_the_first_revision(case, TO_HA_NAM)
    assert case.work() == [("receive_supplement", DESK.unit, "applicant")]
    assert case.refused(DESK_OF_HA_NAM, AcknowledgeHandover()) == "before_intake"
    assert case.refused(OFFICER, ASK) == "wrong_state"
    assert case.kinds(DESK_OF_HA_NAM, RefuseHandover(legal_basis="Điều 4")) == ["handover_refused"]
    case.when(CITIZEN, ReceiveSupplement(documents=DON))
    case.when(DESK, Accept())
    assert case.dossier.routing.competent == HA_NAM


def test_before_intake_only_the_receiving_desk_asks() -> None:
    """Before intake only the receiving desk may request a supplement."""
    assert submitted().refused(OFFICER, ASK) == "wrong_role"
    assert submitted().refused(DESK_OF_HA_NAM, ASK) == "wrong_unit"


def test_everything_that_was_asked_must_be_there() -> None:
    """An incomplete supplement is refused with the missing documents."""
    assert supplement_asked().refused(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="x"),))) == (
        "supplement_incomplete"
    )


def test_a_brought_paper_replaces_the_one_before() -> None:
    """A new document replaces the earlier one with the same code."""
    case = supplement_asked()
    case.when(DESK, ReceiveSupplement(documents=DON))
    assert case.dossier.intake.documents == DON


def test_only_papers_of_the_procedure_are_asked_for() -> None:
    """Only documents of the procedure can be requested."""
    ask = RequestSupplement(documents=("so-ho-khau",), legal_basis="Điều 9")
    assert processing().refused(OFFICER, ask) == "unknown_document"


def test_asked_as_often_and_as_late_as_the_procedure_allows() -> None:
    """How often and how soon after intake a supplement may be requested is a parameter of the procedure."""
    early = processing(ASKED_EARLY)
    supplement_asked(early).when(CITIZEN, ReceiveSupplement(documents=DON))
    assert early.refused(OFFICER, ASK) == "supplement_asked_too_often"
    late = processing(ASKED_EARLY).later(days=2)
    assert late.refused(OFFICER, ASK) == "supplement_asked_too_late"
    assert supplement_asked(processing(ASKED_EARLY).until("2025-07-08 08:00")).dossier.processing.supplements
    twice = processing(FREE)
    for _ in range(2):
        supplement_asked(twice).when(CITIZEN, ReceiveSupplement(documents=DON))
    assert twice.refused(OFFICER, ASK) == "supplement_asked_too_often"


def test_not_before_processing_has_begun() -> None:
    """After acceptance a supplement can be requested only when processing has begun."""
    assert accepted().refused(OFFICER, ASK) == "wrong_state"


def test_not_while_the_result_is_being_signed() -> None:
    """No supplement can be requested while the result is being signed."""
    case = ready_to_sign()
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS"))
    assert case.refused(OFFICER, ASK) == "signature_under_way"
