"""Tests of handovers between units: sent, acknowledged, refused, implied, overdue; and of the coordination queue's
time budget."""

from __future__ import annotations

import pytest

from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    Assign,
    CompleteStep,
    CorrectDocuments,
    CorrectEntry,
    HandOver,
    RefuseHandover,
    RejectResult,
    RequestSupplement,
    Sign,
    SubmittedDocument,
    Suspend,
)
from domain.dossier.events import DossierRouted, HandoverAcknowledged, HandoverSent, WaitOverdue
from domain.dossier.outcomes import RecordSeal, RecordSignature
from domain.dossier.revision import CURRENT, Revision
from domain.dossier.state import Dossier
from domain.organisation.routing import Matter
from domain.roles import ENGINE, Actor, Role
from tests.support.given import (
    CITIZEN,
    DESK,
    DESK_OF_HA_NAM,
    DOCUMENT,
    HEAD,
    OFFICER,
    OFFICIAL,
    Case,
    processing,
    ready_to_sign,
    resolved,
    submitted,
)
from tests.support.small_province import CENTRE, COMMITTEE, HA_NAM, PHU_LY, at

HEAD_OF_PHU_LY = Actor(person="head.phuly", role=Role.HEAD_OF_UNIT, unit=PHU_LY)
OFFICER_OF_PHU_LY = Actor(person="officer.phuly", role=Role.SPECIALIST, unit=PHU_LY)
COORDINATOR = Actor(person="coordinator.1", role=Role.COORDINATOR, unit=CENTRE)
LAW = "Điều 4"
TO_PHU_LY = HandOver(unit=PHU_LY, legal_basis=LAW)


def sent_to_ha_nam() -> Case:
    """Given: accepted by ward Phủ Lý for ward Hà Nam, which has not answered."""
    case = submitted()
    case.when(DESK, Accept())
    return case


def in_the_queue() -> Case:
    """Given: a matter of unknown territory, for which the provincial centre must find the authority."""
    case = submitted(matter=Matter())
    case.when(DESK, Accept())
    return case


def handed_on() -> Case:
    """Given: ward Hà Nam processes it and has sent it to ward Phủ Lý."""
    case = processing()
    case.when(HEAD, TO_PHU_LY)
    return case


def clocks(dossier: Dossier) -> tuple[object, ...]:
    """The timing, without who has had the dossier since when."""
    timing = dossier.deadlines.timing.model_copy(update={"holdings": ()}) if dossier.deadlines.timing else None
    return timing, dossier.deadlines.statutory_due, dossier.deadlines.promised_due, dossier.deadlines.printed_promise


def test_what_is_received_for_another_unit_is_handed_over_to_it() -> None:
    """A dossier accepted by Phủ Lý for Hà Nam has an open handover, and is on the list of Hà Nam's desk."""
    case = sent_to_ha_nam()
    handover = case.dossier.handovers.open
    assert handover is not None
    assert (handover.from_unit, handover.to_unit, handover.sent_at) == (PHU_LY, HA_NAM, case.now)
    assert ("acknowledge_handover", HA_NAM, "reception") in case.work()


def test_what_is_received_for_oneself_is_not_handed_over() -> None:
    """A dossier received by its competent unit is not handed over."""
    case = submitted(received_by=HA_NAM)
    case.when(DESK_OF_HA_NAM, Accept())
    assert case.dossier.handovers.sent == ()


def test_acknowledged_by_the_receiver() -> None:
    """An acknowledgement records who and when, as express; the competent unit is the one that routing chose."""
    case = sent_to_ha_nam().later(minutes=30)
    (event,) = case.when(DESK_OF_HA_NAM, AcknowledgeHandover())
    assert event == HandoverAcknowledged(at=case.now, unit=HA_NAM, person="desk.hanam", implied=False)
    assert case.dossier.handovers.open is None
    assert case.dossier.handovers.sent[-1].acknowledged_at == case.now
    assert case.refused(DESK_OF_HA_NAM, AcknowledgeHandover()) == "no_handover"


def test_whoever_begins_to_work_has_acknowledged() -> None:
    """When an officer of the receiver completes a step, an implied acknowledgement is recorded before it."""
    case = sent_to_ha_nam()
    events = case.when(OFFICER, CompleteStep(step="process"))
    assert isinstance(events[0], HandoverAcknowledged)
    assert events[0].implied
    assert case.dossier.handovers.open is None


def test_what_the_receiver_may_do_anyhow_acknowledges_nothing() -> None:
    """A correction by Phủ Lý, which received the dossier, does not acknowledge Hà Nam's handover to it."""
    case = handed_on()
    corrected = CorrectEntry(correction=CorrectDocuments(value=(SubmittedDocument(code="don"),)), legal_basis=LAW)
    assert case.kinds(DESK, corrected) == ["entry_corrected"]
    assert (case.dossier.routing.competent, case.dossier.handovers.open is None) == (HA_NAM, False)


def test_nothing_is_implied_by_a_refused_command() -> None:
    """A refused command does not acknowledge a handover."""
    case = sent_to_ha_nam()
    assert case.refused(OFFICER, CompleteStep(step="approve")) == "wrong_step"
    assert case.dossier.handovers.open is not None


def test_only_the_receiver_answers() -> None:
    """Neither the sender nor a citizen can answer for the receiver."""
    case = sent_to_ha_nam()
    assert case.refused(DESK, AcknowledgeHandover()) == "wrong_unit"
    assert case.refused(CITIZEN, AcknowledgeHandover()) == "wrong_role"
    assert case.refused(DESK, RefuseHandover(legal_basis=LAW)) == "wrong_unit"


def test_refused_where_routing_had_sent_it_goes_to_the_coordinator() -> None:
    """When the routed unit refuses, the dossier goes to the centre's coordinator."""
    case = sent_to_ha_nam().later(minutes=30)
    assert case.kinds(DESK_OF_HA_NAM, RefuseHandover(legal_basis=LAW)) == ["handover_refused", "dossier_routed"]
    assert (case.dossier.routing.competent, case.dossier.routing.queue, case.dossier.routing.responsible) == (
        None,
        CENTRE,
        CENTRE,
    )
    assert ("hand_over", CENTRE, "coordinator") in case.work()


def test_refused_after_a_unit_had_sent_it_stays_with_the_sender() -> None:
    """When the receiver refuses, the sending unit keeps the dossier and may send it elsewhere."""
    case = handed_on()
    assert case.kinds(HEAD_OF_PHU_LY, RefuseHandover(legal_basis=LAW)) == ["handover_refused"]
    assert (case.dossier.routing.competent, case.dossier.routing.responsible, case.dossier.handovers.open) == (
        HA_NAM,
        HA_NAM,
        None,
    )
    assert case.kinds(HEAD, TO_PHU_LY) == ["handover_sent"]


def test_until_it_is_acknowledged_the_sender_answers_for_it() -> None:
    """Until the acknowledgement the sender stays competent, and its officer may go on."""
    case = handed_on()
    assert (case.dossier.routing.competent, case.dossier.routing.responsible) == (HA_NAM, HA_NAM)
    assert case.kinds(OFFICER, CompleteStep(step="process")) == ["step_completed"]


def test_acknowledged_after_a_unit_had_sent_it_the_receiver_is_competent() -> None:
    """After its acknowledgement the receiver is competent, with the reason, and the sender's officer is unassigned."""
    case = handed_on().later(minutes=30)
    acknowledged, routed = case.when(HEAD_OF_PHU_LY, AcknowledgeHandover())
    assert isinstance(acknowledged, HandoverAcknowledged)
    assert isinstance(routed, DossierRouted)
    assert [reason.code for reason in routed.reasons] == ["handed_over"]
    assert (case.dossier.routing.competent, case.dossier.processing.assignee, case.dossier.routing.crossing) == (
        PHU_LY,
        None,
        False,
    )
    assert case.refused(OFFICER, CompleteStep(step="process")) == "wrong_unit"
    assert case.kinds(OFFICER_OF_PHU_LY, CompleteStep(step="process"))[-1] == "step_completed"


def test_no_clock_restarts_and_no_dossier_is_made() -> None:
    """Handovers and refusals do not change any clock."""
    case = processing()
    before, code = clocks(case.dossier), case.dossier.code
    case.when(HEAD, TO_PHU_LY)
    case.later(minutes=20).when(HEAD_OF_PHU_LY, RefuseHandover(legal_basis=LAW))
    case.later(minutes=20).when(HEAD, TO_PHU_LY)
    case.later(minutes=20).when(HEAD_OF_PHU_LY, AcknowledgeHandover())
    assert (clocks(case.dossier), case.dossier.code) == (before, code)
    assert len(case.dossier.handovers.sent) == 3


def test_who_may_send() -> None:
    """Only the head of the present unit, or the coordinator of the queue, may send a dossier."""
    case = processing()
    assert case.refused(OFFICER, TO_PHU_LY) == "wrong_role"
    assert case.refused(HEAD_OF_PHU_LY, HandOver(unit=HA_NAM, legal_basis=LAW)) == "wrong_unit"
    assert case.refused(COORDINATOR, TO_PHU_LY) == "wrong_unit"
    (sent,) = case.when(HEAD, TO_PHU_LY)
    assert sent == HandoverSent(at=case.now, from_unit=HA_NAM, to_unit=PHU_LY, legal_basis=LAW)


def test_what_cannot_be_sent() -> None:
    """A dossier cannot be sent to its own unit, to an unknown unit, twice, or during or after signing."""
    case = processing()
    assert case.refused(HEAD, HandOver(unit=HA_NAM, legal_basis=LAW)) == "handover_to_itself"
    assert case.refused(HEAD, HandOver(unit="99999", legal_basis=LAW)) == "unknown_unit"
    case.when(HEAD, TO_PHU_LY)
    assert case.refused(HEAD, HandOver(unit=CENTRE, legal_basis=LAW)) == "handover_awaited"
    assert submitted().refused(HEAD_OF_PHU_LY, TO_PHU_LY) == "wrong_state"
    assert resolved().refused(HEAD, TO_PHU_LY) == "wrong_state"
    assert ready_to_sign().kinds(HEAD, TO_PHU_LY) == ["handover_sent"]


def test_a_paused_dossier_can_be_sent_and_stays_paused() -> None:
    """A paused dossier can be sent, and stays paused."""
    case = processing()
    case.when(OFFICER, RequestSupplement(documents=("don",), legal_basis=LAW))
    case.when(HEAD, TO_PHU_LY)
    case.when(HEAD_OF_PHU_LY, AcknowledgeHandover())
    assert case.dossier.deadlines.timing is not None
    assert (case.dossier.routing.competent, case.dossier.deadlines.timing.paused) == (PHU_LY, True)


def test_nobody_acknowledges_in_time() -> None:
    """Four working hours without an answer notify the receiver and the level above once."""
    case = sent_to_ha_nam()
    assert case.until("2025-07-07 11:29").tick() == []
    assert case.reaction().wake_up == at("2025-07-07 13:30")
    (kind,) = case.until("2025-07-07 13:30").tick()
    overdue = case.events[-1]
    assert isinstance(overdue, WaitOverdue)
    assert (kind, overdue.wait, overdue.unit) == ("wait_overdue", "handover", HA_NAM)
    assert overdue.notified_units == (HA_NAM, CENTRE)
    assert case.later(minutes=30).tick() == []
    assert case.kinds(DESK_OF_HA_NAM, AcknowledgeHandover()) == ["handover_acknowledged"]


def test_the_coordinator_has_a_budget_of_working_hours() -> None:
    """After eight working hours in the queue the committee is notified once, and the dossier stays in the queue."""
    case = in_the_queue()
    assert (case.dossier.routing.competent, case.dossier.routing.queue) == (None, CENTRE)
    assert case.reaction().wake_up == at("2025-07-08 08:00")
    assert case.until("2025-07-08 07:59").tick() == []
    assert case.until("2025-07-08 08:00").tick() == ["wait_overdue"]
    overdue = case.events[-1]
    assert isinstance(overdue, WaitOverdue)
    assert (overdue.wait, overdue.notified_units) == ("coordination", (CENTRE, COMMITTEE))
    assert case.later(minutes=10).tick() == []
    assert ("hand_over", CENTRE, "coordinator") in case.work()


def test_the_coordinator_sends_it_to_whom_it_belongs() -> None:
    """While the receiver's answer is awaited, the coordinator has no work item."""
    case = in_the_queue()
    assert case.kinds(COORDINATOR, HandOver(unit=HA_NAM, legal_basis=LAW)) == ["handover_sent"]
    assert ("hand_over", CENTRE, "coordinator") not in case.work()
    case.when(DESK_OF_HA_NAM, AcknowledgeHandover())
    assert (case.dossier.routing.competent, case.dossier.routing.queue, case.dossier.routing.responsible) == (
        HA_NAM,
        None,
        HA_NAM,
    )
    assert case.kinds(HEAD, Assign(person=OFFICER.person)) == ["processing_started", "dossier_assigned"]


def test_refused_from_the_queue_it_is_in_the_queue_again() -> None:
    """When the receiver refuses a dossier from the queue, it is in the queue again."""
    case = in_the_queue()
    case.when(COORDINATOR, HandOver(unit=HA_NAM, legal_basis=LAW))
    case.when(DESK_OF_HA_NAM, RefuseHandover(legal_basis=LAW))
    assert (case.dossier.routing.competent, case.dossier.routing.queue) == (None, CENTRE)
    assert ("hand_over", CENTRE, "coordinator") in case.work()


@pytest.mark.parametrize("overdue", [False, True])
@pytest.mark.parametrize("revision", [CURRENT, Revision.FOURTH])
def test_a_queue_that_gets_a_dossier_back_has_its_whole_time_again(revision: Revision, overdue: bool) -> None:
    """From the refusal on, also when the time of the first stay was over: the second stay is told of when it is too
    long. Before the fifth revision the first stay went on, and an overdue queue was told once."""
    case = in_the_queue()
    case.revision = revision
    if overdue:
        assert case.until("2025-07-08 08:00").tick() == ["wait_overdue"]
    case.until("2025-07-08 09:00")
    case.when(COORDINATOR, HandOver(unit=HA_NAM, legal_basis=LAW))
    case.later(hours=1).when(DESK_OF_HA_NAM, RefuseHandover(legal_basis=LAW))
    if revision < Revision.FIFTH:
        assert case.tick() == ([] if overdue else ["wait_overdue"])
        return
    assert case.tick() == []
    assert case.dossier.handovers.coordination_overdue_at is None
    assert "wait_overdue" not in case.until("2025-07-09 09:59").tick()
    assert case.reaction().wake_up == at("2025-07-09 10:00")
    assert case.until("2025-07-09 10:00").tick() == ["wait_overdue"]
    assert case.later(minutes=10).tick() == []


def test_a_suspended_dossier_waits_for_no_answer() -> None:
    """While a dossier is suspended, no unit is notified for not answering."""
    case = handed_on()
    case.when(HEAD, Suspend(legal_basis=LAW))
    assert case.later(days=3).tick() == []


def test_who_signs_stays_competent_until_it_is_sealed() -> None:
    """A handover cannot be acknowledged while the result is being signed, because another unit would then be
    competent for it."""
    case = ready_to_sign()
    case.when(HEAD, TO_PHU_LY)
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS"))
    assert case.refused(HEAD_OF_PHU_LY, AcknowledgeHandover()) == "signature_under_way"
    assert case.refused(OFFICER_OF_PHU_LY, CompleteStep(step="process")) in ("wrong_step", "wrong_unit")
    assert case.work() == []
    case.when(ENGINE, RecordSignature(effect="sign/1", certificate="c1", signature="s1", signed_at=case.now))
    assert case.refused(HEAD_OF_PHU_LY, AcknowledgeHandover()) == "signature_under_way"
    case.when(ENGINE, RecordSeal(effect="seal/1", certificate="c2", signature="s2"))
    assert (case.dossier.routing.competent, case.dossier.signing.unit) == (HA_NAM, HA_NAM)


def test_what_was_not_signed_after_all_is_taken_over() -> None:
    """After a rejected result the receiver can acknowledge the handover."""
    case = ready_to_sign()
    case.when(HEAD, TO_PHU_LY)
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS"))
    case.when(OFFICIAL, RejectResult(to_step="process"))
    assert case.kinds(HEAD_OF_PHU_LY, AcknowledgeHandover()) == ["handover_acknowledged", "dossier_routed"]


def test_a_coordinator_takes_nothing_over_that_is_being_signed() -> None:
    """A dossier that is being signed does not go to the coordinator, not even by a refusal."""
    case = ready_to_sign()
    case.when(HEAD, HandOver(unit=CENTRE, legal_basis=LAW))
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS"))
    assert case.refused(COORDINATOR, AcknowledgeHandover()) == "signature_under_way"
    assert case.kinds(COORDINATOR, RefuseHandover(legal_basis=LAW)) == ["handover_refused"]
    assert case.dossier.routing.competent == HA_NAM
