"""Tests of the ladder's waits, and of what follows from an escalation: answered, explained, higher, ended, back."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from domain.changed import changed
from domain.dossier.commands import (
    Accept,
    AcknowledgeEscalation,
    AcknowledgeHandover,
    Approve,
    AskOpinion,
    Assign,
    CompleteStep,
    ConfirmPayment,
    CorrectEntry,
    CorrectReceivedAt,
    ExplainEscalation,
    ExplanationCause,
    Extend,
    GiveOpinion,
    HandBack,
    HandOver,
    MoveToSuccessor,
    SendBackStep,
    Sign,
    Stop,
)
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide
from domain.dossier.deciding.deadlines import rungs_ahead
from domain.dossier.deciding.escalations import climbing_audiences
from domain.dossier.deciding.timers import people_wanted
from domain.dossier.events import (
    AnyEvent,
    ClimbCause,
    DeadlineWarned,
    DossierEscalated,
    EndCause,
    EscalationClimbed,
    EscalationEnded,
    EscalationExplained,
    MovedToSuccessor,
    PaymentExpired,
    ResponsibilityHandedBack,
)
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import EvaluateTimers, RecordFailure, RecordSignature
from domain.dossier.react import next_wake_up
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier, NotSubmitted
from domain.dossier.viewing import view_of
from domain.errors import NotAuthorised
from domain.organisation.merger import Closing, Merger, Opening, merged
from domain.organisation.organisation import Organisation
from domain.organisation.people import Absence, Delegation
from domain.organisation.staff import Staff
from domain.organisation.units import Successor, UnitLevel
from domain.procedures.procedure import Procedure
from domain.roles import ENGINE, Actor, Role
from domain.rules.escalation import Whom
from domain.rules.rulebook import Rulebook, content_hash
from tests.support.given import (
    CASHIER,
    CITIZEN,
    DESK,
    DOCUMENT,
    HEAD,
    HEAD_OF_DESK,
    OFFICER,
    OFFICIAL,
    OPERATOR,
    Case,
    a_submission,
)
from tests.support.small_province import (
    ACTING,
    ANSWERED,
    CENTRE,
    COMMITTEE,
    FREE,
    HA_NAM,
    ORGANISATION,
    PAID,
    PHU_LY,
    RULEBOOK,
    at,
    people,
    pins,
)

HEAD_OF_CENTRE = Actor(person="head.centre", role=Role.HEAD_OF_UNIT, unit=CENTRE)
HEAD_AT_TOP = Actor(person="head.top", role=Role.HEAD_OF_UNIT, unit=COMMITTEE)
SUPERVISOR = Actor(person="supervisor.top", role=Role.SUPERVISOR, unit=COMMITTEE)
STAFF = people(
    *ACTING,
    ("head.centre", Role.HEAD_OF_UNIT, CENTRE),
    ("head.top", Role.HEAD_OF_UNIT, COMMITTEE),
    ("coordinator.1", Role.COORDINATOR, CENTRE),
    ("supervisor.top", Role.SUPERVISOR, COMMITTEE),
)


def given(procedure: Procedure = FREE, **changes: Any) -> Case:
    """Given: accepted on Monday 7 July 2025 at 08:00 under the ladder with answers, and acknowledged by ward Hà Nam."""
    case = Case()
    case.when(CITIZEN, a_submission(procedure, pins=pins(procedure, ANSWERED), **changes))
    case.when(DESK, Accept())
    case.when(HEAD, AcknowledgeHandover())
    return case


def assigned() -> Case:
    """Given: the same, and an officer has it."""
    case = given()
    case.when(HEAD, Assign(person=OFFICER.person))
    return case


def climb(case: Case, staff: Staff = STAFF) -> list[AnyEvent]:
    """The next instant of the timer comes, and the timer fires."""
    wake_up = next_wake_up(case.dossier, Rules.pinned(case.dossier.pins, RULEBOOK))
    assert wake_up is not None
    case.now = wake_up
    return case.tick_with(staff)


def over(case: Case) -> DossierEscalated:
    """When: the promised date comes (Wednesday 08:00) and the rung of expiry fires."""
    events = case.until("2025-07-09 08:00").tick_with(STAFF)
    return next(event for event in events if isinstance(event, DossierEscalated) and event.rung == "over")


def told(event: AnyEvent) -> list[tuple[str, str | None]]:
    assert isinstance(event, DossierEscalated | DeadlineWarned | EscalationClimbed)
    return [(one.person, one.stands_in_for) for one in event.addressees]


def away(*persons: str) -> dict[str, Any]:
    began = at("2025-07-01 00:00")
    return {"absences": tuple(Absence(person=one, began=began, ground="Nghỉ phép") for one in persons)}


def with_(staff: Staff = STAFF, **changes: Any) -> Staff:
    return staff.model_copy(update=changes)


def test_a_rung_before_the_due_date() -> None:
    """Two working hours before the promise (Wednesday 08:00) the officer is warned: on Tuesday at 15:30."""
    case = assigned()
    case.until("2025-07-08 15:30")
    warned = next(one for one in case.tick_with(STAFF) if isinstance(one, DeadlineWarned))
    assert (warned.rung, warned.at, warned.occasion) == ("near", at("2025-07-08 15:30"), "promised/1")
    assert told(warned) == [(OFFICER.person, None)]


def test_every_wait_has_its_rung_at_its_instant() -> None:
    """Each wait fires when it has lasted its working hours, and names what it waits for."""
    case = given()
    (nobody,) = climb(case)
    assert isinstance(nobody, DossierEscalated)
    assert (nobody.rung, nobody.at, nobody.occasion) == ("nobody", at("2025-07-07 15:30"), "unassigned/2")
    assert (nobody.clock, nobody.due, nobody.responsible) == (None, nobody.at, None)
    case.when(HEAD, Assign(person=OFFICER.person))
    case.when(OFFICER, AskOpinion(unit=PHU_LY))
    asked = [(ahead.rung.code, ahead.occasion, ahead.at) for ahead in rungs_ahead(case.dossier, rules_of(case))]
    assert ("opinion", "opinion/1", at("2025-07-08 10:00")) in asked
    assert ("long-step", "step/1", at("2025-07-09 10:00")) in asked


def rules_of(case: Case, revision: int = Revision.SIXTH) -> Rules:
    return Rules.pinned(case.dossier.pins, RULEBOOK, revision)


def test_a_handover_that_nobody_answers() -> None:
    """First the overdue wait is reported, as before; the rung of the ladder comes two working hours later."""
    case = Case()
    case.when(CITIZEN, a_submission(FREE, pins=pins(FREE, ANSWERED)))
    case.when(DESK, Accept())
    assert [event.kind for event in climb(case)] == ["wait_overdue"]
    assert case.now == at("2025-07-07 13:30")
    (handed,) = climb(case)
    assert isinstance(handed, DossierEscalated)
    assert (handed.rung, handed.at, handed.occasion) == ("handed", at("2025-07-07 15:30"), "handover/1")
    assert told(handed) == [(HEAD.person, None), ("head.centre", None)]
    assert (handed.unit, handed.number) == (CENTRE, 1)
    ends = case.when(HEAD, AcknowledgeHandover())
    assert [(one.because) for one in ends if isinstance(one, EscalationEnded)] == [EndCause.HANDOVER_ANSWERED]


def test_a_unit_has_its_whole_time_to_assign_what_comes_late() -> None:
    """The time in which nobody acknowledged the handover is not the receiver's time to assign it."""
    case = Case()
    case.when(CITIZEN, a_submission(FREE, pins=pins(FREE, ANSWERED)))
    case.when(DESK, Accept())
    case.until("2025-07-08 08:00").when(HEAD, AcknowledgeHandover())
    found = {ahead.rung.code: ahead.at for ahead in rungs_ahead(case.dossier, rules_of(case))}
    assert found["nobody"] == at("2025-07-08 15:30")


def test_a_signature_that_hangs() -> None:
    """The supervisors of the committee hear of a signature that is not made for two working hours."""
    case = assigned()
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, approve())
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="1/KQ"))
    (hangs,) = climb(case)
    assert isinstance(hangs, DossierEscalated)
    assert (hangs.rung, hangs.at, hangs.occasion) == ("unsigned", at("2025-07-07 10:00"), "signing/1")
    assert told(hangs) == [("supervisor.top", None)]
    case.when(ENGINE, RecordSignature(effect="sign/1", certificate="c", signature="s", signed_at=case.now))
    assert "unsigned" not in {ahead.rung.code for ahead in rungs_ahead(case.dossier, rules_of(case))}


def test_a_signature_that_failed_hangs_until_the_next_level_orders_it() -> None:
    """Whoever must sign instead has its whole time; then the rung fires, seen from that level. It ends when another
    signature is ordered."""
    case = assigned()
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, approve())
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="1/KQ"))
    case.until("2025-07-07 09:00")
    case.when(ENGINE, RecordFailure(effect="sign/1", system="signing", code="timeout", final=True))
    assert not case.dossier.signing.under_way
    (hangs,) = climb(case)
    assert isinstance(hangs, DossierEscalated)
    assert (hangs.rung, hangs.at, hangs.occasion) == ("unsigned", at("2025-07-07 11:00"), "signing/1")


def approve() -> Any:
    return Approve(step="approve")


def test_a_payment_that_hangs() -> None:
    """The desk that asked for the fee is told; the escalation ends when the money is there."""
    case = Case()
    case.when(CITIZEN, a_submission(PAID, pins=pins(PAID, ANSWERED)))
    case.when(DESK, Accept())
    case.until("2025-07-08 08:00")
    escalated = [one for one in case.tick_with(STAFF) if isinstance(one, DossierEscalated)]
    assert [(one.rung, one.occasion, one.unit) for one in escalated] == [("unpaid", "payment/1", PHU_LY)]
    paid = case.when(CASHIER, ConfirmPayment(amount=20_000, voucher="BL-1"))
    assert [one.because for one in paid if isinstance(one, EscalationEnded)] == [EndCause.PAID]


def test_an_order_that_expired_is_still_a_payment_that_hangs() -> None:
    """An order is good for some hours of the clock on the wall, also over a weekend; the rung counts working hours."""
    case = Case()
    case.when(CITIZEN, a_submission(PAID, pins=pins(PAID, ANSWERED)))
    case.when(DESK, Accept())
    dossier = evolve_all(case.dossier, [PaymentExpired(at=case.now, order=None)])
    assert isinstance(dossier, Dossier)
    found = {ahead.rung.code: ahead.occasion for ahead in rungs_ahead(dossier, rules_of(case))}
    assert found["unpaid"] == "payment/1"


def test_a_step_that_is_sent_back_is_another_occasion() -> None:
    """The step begins again, and its rung may fire for it once more."""
    case = assigned()
    case.until("2025-07-08 13:30").tick_with(STAFF)
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, SendBackStep(to_step="process"))
    found = {ahead.rung.code: ahead.occasion for ahead in rungs_ahead(case.dossier, rules_of(case))}
    assert found["long-step"] == "step/3"


def test_an_answer_ends_the_climb() -> None:
    """The unit that was told acknowledges in time: nobody above is told, and the explanation is still wanted."""
    case = assigned()
    fired = over(case)
    assert (fired.number, fired.unit, fired.answer_by) == (1, HA_NAM, at("2025-07-09 13:30"))
    assert (fired.explains, fired.explain_by) == (HA_NAM, at("2025-07-11 08:00"))
    assert case.kinds(HEAD, AcknowledgeEscalation(escalation=1)) == ["escalation_acknowledged"]
    (open_one,) = case.dossier.escalations
    assert (open_one.wants_answer, open_one.wants_explanation) == (False, True)
    case.when(HEAD, ExplainEscalation(escalation=1, cause=ExplanationCause.OVERLOAD))
    assert case.dossier.escalations == ()


def test_two_answers_to_one_escalation() -> None:
    """The second answer is refused, while the explanation is wanted and also afterwards."""
    case = assigned()
    over(case)
    case.when(HEAD, AcknowledgeEscalation(escalation=1))
    assert case.refused(HEAD, AcknowledgeEscalation(escalation=1)) == "escalation_answered"
    explanation = ExplainEscalation(escalation=1, cause=ExplanationCause.ABSENCE)
    case.when(HEAD, explanation)
    assert case.refused(HEAD, AcknowledgeEscalation(escalation=1)) == "escalation_answered"


def test_a_second_explanation_is_refused() -> None:
    """An escalation is explained once, before and after its answer."""
    case = assigned()
    over(case)
    explanation = ExplainEscalation(escalation=1, cause=ExplanationCause.ABSENCE)
    case.when(HEAD, explanation)
    assert case.refused(HEAD, explanation) == "escalation_explained"
    assert case.refused(HEAD, AcknowledgeEscalation(escalation=2)) == "unknown_escalation_of_dossier"


@pytest.mark.parametrize(("when", "late"), [("2025-07-11 08:00", False), ("2025-07-11 08:01", True)])
def test_an_explanation_after_the_time_is_marked_late(when: str, late: bool) -> None:
    """It is accepted all the same."""
    case = assigned()
    over(case)
    case.when(HEAD, AcknowledgeEscalation(escalation=1))
    (explained,) = case.until(when).when(HEAD, ExplainEscalation(escalation=1, cause=ExplanationCause.OTHER))
    assert isinstance(explained, EscalationExplained)
    assert explained.late is late


def test_who_may_answer_and_who_may_explain() -> None:
    """Who was told, or a head of the unit that must answer; others are refused with the reason."""
    case = assigned()
    over(case)
    assert case.refused(OFFICER, AcknowledgeEscalation(escalation=1)) == "wrong_role"
    assert case.refused(HEAD_OF_DESK, AcknowledgeEscalation(escalation=1)) == "wrong_unit"
    assert case.refused(CITIZEN, AcknowledgeEscalation(escalation=1)) == "wrong_role"
    explanation = ExplainEscalation(escalation=1, cause=ExplanationCause.OTHER)
    assert case.refused(HEAD_OF_CENTRE, explanation) == "wrong_unit"
    assert case.refused(OFFICER, explanation) == "wrong_role"


def test_nobody_answers_and_it_climbs_to_the_top() -> None:
    """Each level has its own time. At the top the supervisors are told once, and it stays open as an incident."""
    case = assigned()
    over(case)
    climbed: list[EscalationClimbed] = []
    while len(climbed) < 3:
        climbed += [one for one in climb(case) if isinstance(one, EscalationClimbed) and one.escalation == 1]
    unanswered = [one for one in climbed if one.because is ClimbCause.UNANSWERED]
    assert [(one.unit, one.at, one.at_top) for one in unanswered] == [
        (CENTRE, at("2025-07-09 13:30"), False),
        (COMMITTEE, at("2025-07-10 08:00"), False),
        (COMMITTEE, at("2025-07-10 13:30"), True),
    ]
    assert told(unanswered[-1]) == [("supervisor.top", None)]
    (one,) = (one for one in case.dossier.escalations if one.number == 1)
    assert (one.at_top_since, one.answer_by) == (at("2025-07-10 13:30"), None)
    case.when(SUPERVISOR, AcknowledgeEscalation(escalation=1))
    assert not case.dossier.escalations[0].wants_answer


def test_a_missing_explanation_is_told_once_to_the_level_above() -> None:
    """The unit still has to explain."""
    case = assigned()
    over(case)
    case.when(HEAD, AcknowledgeEscalation(escalation=1))
    case.until("2025-07-11 08:00")
    climbed = [one for one in case.tick_with(STAFF) if isinstance(one, EscalationClimbed)]
    assert [(one.because, one.unit, one.answer_by) for one in climbed] == [(ClimbCause.UNEXPLAINED, CENTRE, None)]
    assert case.dossier.escalations[0].wants_explanation
    assert [one for one in case.later(days=3).tick_with(STAFF) if isinstance(one, EscalationClimbed)] == []


@pytest.mark.parametrize(
    ("command", "actor", "because"),
    [
        (Stop(legal_basis="Điều 5"), HEAD, EndCause.CLOSED),
        (HandOver(unit=PHU_LY, legal_basis="Điều 4"), HEAD, None),
        (CompleteStep(step="process"), OFFICER, None),
    ],
)
def test_an_escalation_ends_when_its_cause_is_gone(command: Any, actor: Actor, because: EndCause | None) -> None:
    """In the same act: stopped. A step or an unanswered handover does not remove the lateness."""
    case = assigned()
    over(case)
    ended = [one.because for one in case.when(actor, command) if isinstance(one, EscalationEnded)]
    assert ended == ([because] if because else [])
    if because:
        assert case.refused(HEAD, AcknowledgeEscalation(escalation=1)) == "escalation_ended"


def test_another_authority_ends_the_escalation_of_the_one_before() -> None:
    """When the receiver acknowledges, the lateness is not the sender's to answer any more."""
    case = assigned()
    over(case)
    case.when(HEAD, HandOver(unit=PHU_LY, legal_basis="Điều 4"))
    ends = case.when(HEAD_OF_DESK, AcknowledgeHandover())
    assert [one.because for one in ends if isinstance(one, EscalationEnded)] == [EndCause.HANDED_OVER]


def test_an_opinion_that_comes_ends_its_escalation() -> None:
    """The unit that was asked is told after four working hours; its opinion ends that."""
    case = assigned()
    case.when(OFFICER, AskOpinion(unit=PHU_LY))
    (fired,) = climb(case)
    assert isinstance(fired, DossierEscalated)
    assert (fired.rung, fired.unit, told(fired)) == ("opinion", PHU_LY, [(HEAD_OF_DESK.person, None)])
    given_by = HEAD_OF_DESK
    ends = case.when(given_by, GiveOpinion(agrees=True))
    assert [one.because for one in ends if isinstance(one, EscalationEnded)] == [EndCause.OPINION_GIVEN]


def test_each_unit_that_was_asked_is_told_of_its_own_opinion() -> None:
    """Two opinions are awaited: who is told, and who must answer, is the unit whose opinion is late."""
    case = assigned()
    asked = (PHU_LY, COMMITTEE)
    for unit in asked:
        case.when(OFFICER, AskOpinion(unit=unit, legal_basis="Điều 4"))
    fired = [one for one in climb(case) if isinstance(one, DossierEscalated) and one.rung == "opinion"]
    assert [(one.occasion, one.unit, one.notified_units) for one in fired] == [
        (f"opinion/{number}", unit, (unit,)) for number, unit in enumerate(asked, 1)
    ]


def test_an_assignment_ends_the_escalation_of_an_unassigned_dossier() -> None:
    """It is not unassigned any more."""
    case = given()
    climb(case)
    ends = case.when(HEAD, Assign(person=OFFICER.person))
    assert [one.because for one in ends if isinstance(one, EscalationEnded)] == [EndCause.ASSIGNED]


def taken_over() -> Case:
    """Given: the statutory limit passed by eight working hours, and the committee has taken the dossier over."""
    case = assigned()
    case.until("2025-07-15 08:00").tick_with(STAFF)
    assert case.dossier.routing.responsible == COMMITTEE
    return case


def test_a_council_is_told_and_any_member_answers() -> None:
    """The dossier is raised to the members, each in the unit of the post."""
    case = taken_over()
    taken = next(one for one in case.events if isinstance(one, DossierEscalated) and one.rung == "taken")
    members = [one.person for one in taken.addressees if one.of_council]
    assert members == ["official.centre", "official.top"]
    official = Actor(person="official.top", role=Role.SIGNATORY, unit=COMMITTEE)
    assert case.kinds(official, AcknowledgeEscalation(escalation=taken.number)) == ["escalation_acknowledged"]


def test_a_dossier_is_handed_back_with_its_own_time() -> None:
    """The competent unit has the policy's hours to finish; then who handed it back is told, who must answer."""
    case = taken_over()
    basis = HandBack(legal_basis="Điều 9")
    assert case.refused(HEAD, basis) == "wrong_unit"
    (back,) = (one for one in case.when(HEAD_AT_TOP, basis) if isinstance(one, ResponsibilityHandedBack))
    assert (back.from_unit, back.to_unit, back.finish_by) == (COMMITTEE, HA_NAM, at("2025-07-17 08:00"))
    assert case.dossier.routing.responsible == HA_NAM
    assert case.refused(HEAD, AcknowledgeEscalation(escalation=back.escalation)) == "no_answer_wanted"
    assert case.refused(HEAD_AT_TOP, basis) == "not_taken_over"
    events = case.until("2025-07-17 08:00").tick_with(STAFF)
    unfinished = [one for one in events if isinstance(one, EscalationClimbed) and one.because is ClimbCause.UNFINISHED]
    assert [(one.unit, told(one)) for one in unfinished] == [(COMMITTEE, [("head.top", None)])]
    assert case.kinds(HEAD_AT_TOP, AcknowledgeEscalation(escalation=back.escalation)) == ["escalation_acknowledged"]


def test_an_extension_is_another_occasion_and_ends_what_was_open() -> None:
    """The rung fires again for the new limit, once; a corrected receipt is no new limit."""
    case = assigned()
    case.until("2025-07-08 15:30").tick_with(STAFF)
    case.until("2025-07-08 16:00")
    case.when(HEAD, Extend(until=date(2025, 7, 16), legal_basis="Điều 6"))
    occasions = {ahead.rung.code: ahead.occasion for ahead in rungs_ahead(case.dossier, rules_of(case))}
    assert (occasions["near"], occasions["over"]) == ("promised/2", "promised/2")


def test_a_corrected_receipt_is_no_new_occasion() -> None:
    """The dates move, and a rung that has fired does not fire again."""
    case = Case()
    case.when(CITIZEN, a_submission(FREE, pins=pins(FREE, ANSWERED)))
    case.until("2025-07-08 08:00").when(DESK, Accept())
    case.when(HEAD, AcknowledgeHandover())
    case.when(HEAD, Assign(person=OFFICER.person))
    case.until("2025-07-09 15:30").tick_with(STAFF)
    correction = CorrectReceivedAt(value=at("2025-07-07 09:00"))
    case.when(DESK, CorrectEntry(correction=correction, legal_basis="Điều 3", note="e" * 64))
    fired = [one for one in case.tick_with(STAFF) if isinstance(one, DeadlineWarned | DossierEscalated)]
    assert [(one.rung, one.occasion) for one in fired] == [("over", "promised/1")]


def test_a_rung_fires_once_also_after_a_restart() -> None:
    """A run that reads the events again knows what has fired, and asks for nobody's people."""
    case = assigned()
    over(case)
    again = Case(now=case.now, standing=evolve_all(NotSubmitted(case.dossier.code), case.events))
    assert again.dossier == case.dossier
    assert people_wanted(again.dossier, rules_of(again), again.now) == ()
    assert again.tick_with(STAFF) == []


def test_a_rung_whose_people_were_not_looked_up_waits() -> None:
    """A rung that became due after the look-up fires at the next look."""
    case = assigned()
    case.until("2025-07-09 08:00")
    assert case.when(ENGINE, EvaluateTimers(audiences=())) == []
    fired = {one.rung for one in case.tick_with(STAFF) if isinstance(one, DeadlineWarned | DossierEscalated)}
    assert fired == {"near", "over", "long-step"}


def test_runs_of_an_earlier_revision_know_only_the_rungs_of_clocks() -> None:
    """Their decisions must replay as they were made."""
    case = given()
    case.revision = Revision.FIFTH
    codes = {ahead.rung.code for ahead in rungs_ahead(case.dossier, rules_of(case, Revision.FIFTH))}
    assert codes == {"over", "taken"}
    assert people_wanted(case.dossier, rules_of(case, Revision.FIFTH), at("2025-08-01 08:00")) == ()


def test_work_lists_have_the_answers_with_their_own_times() -> None:
    """One item for the unit that must answer, and one for the unit that must explain."""
    case = assigned()
    over(case)
    asked = {
        item.act: (item.unit, item.role, item.due) for item in view_work(case) if str(item.act).endswith("_escalation")
    }
    assert asked == {
        "acknowledge_escalation": (HA_NAM, Role.HEAD_OF_UNIT, at("2025-07-09 13:30")),
        "explain_escalation": (HA_NAM, Role.HEAD_OF_UNIT, at("2025-07-11 08:00")),
    }


def view_work(case: Case) -> Any:
    return view_of(case.dossier, RULEBOOK).work


def test_absent_people_have_stand_ins_or_are_passed_over() -> None:
    """The stand-in is told for the absent head. Without one the level above is told, and the event says why."""
    case = assigned()
    delegated = Delegation(
        giver=HEAD.person, receiver="an", roles=(Role.HEAD_OF_UNIT,), began=at("2025-07-01 00:00"), source="TB 1"
    )
    instead = with_(STAFF, **away(HEAD.person), delegations=(delegated,))
    events = case.until("2025-07-09 08:00").tick_with(instead)
    assert told(events[-1]) == [("an", HEAD.person)]
    other = assigned()
    other.until("2025-07-09 08:00").tick_with(with_(STAFF, **away(HEAD.person)))
    fired = next(one for one in other.events if isinstance(one, DossierEscalated) and one.rung == "over")
    assert (told(fired), fired.unit) == ([("head.centre", None)], CENTRE)
    assert [reason.code for reason in fired.passed_over] == ["audience_away", "audience_one_level_up"]


def test_time_of_answer_is_working_time() -> None:
    """An answer that is wanted at the end of Friday is due on Monday."""
    case = assigned()
    case.until("2025-07-11 16:00").tick_with(STAFF)
    fired = next(one for one in case.events if isinstance(one, DossierEscalated) and one.rung == "over")
    assert fired.answer_by == at("2025-07-14 10:30")


HEIR = "A1"
HEAD_OF_HEIR = Actor(person="head.heir", role=Role.HEAD_OF_UNIT, unit=HEIR)


def closing(*units: str) -> tuple[Organisation, MoveToSuccessor]:
    """The organisation after these wards became commune A1 on 10 July 2025, and the act that brings it to a dossier."""
    opened = Opening(code=HEIR, name="Xã Mới", level=UnitLevel.COMMUNE, parent=CENTRE, authority_id="N.A1")
    closed = tuple(Closing(code=one, successors=(Successor(code=HEIR),)) for one in units)
    merger = Merger(effective=date(2025, 7, 10), source="Nghị quyết 1/NQ", closed=closed, opened=(opened,))
    after = merged(ORGANISATION, merger)
    command = MoveToSuccessor(organisation=content_hash(after), effective=merger.effective, source=merger.source)
    return after, command


def follow(case: Case, *units: str) -> list[AnyEvent]:
    """When: the morning after, the dossier follows its units."""
    after, command = closing(*units)
    case.until("2025-07-10 07:30")
    context = Context(now=case.now, actor=OPERATOR, rulebook=RULEBOOK.adding(*Rulebook.of(after).stored()))
    events = decide(case.dossier, Act(command_id=uuid4(), actor=OPERATOR, command=command), context)
    case.standing = evolve_all(case.dossier, events)
    return events


def merged_act(case: Case, actor: Actor, command: Any) -> list[AnyEvent]:
    """Decides under the organisation after the merger."""
    book = RULEBOOK.adding(*Rulebook.of(closing(HA_NAM)[0]).stored())
    return decide(
        case.dossier,
        Act(command_id=uuid4(), actor=actor, command=command),
        Context(now=case.now, actor=actor, rulebook=book),
    )


def test_the_successor_answers_and_explains_for_a_unit_that_closed_yesterday() -> None:
    """The escalation stays open through the merger; the head of the closed unit has no say any more."""
    case = assigned()
    over(case)
    follow(case, HA_NAM)
    (open_one,) = [one for one in case.dossier.escalations if one.rung == "over"]
    assert (open_one.unit, open_one.explains, open_one.competent) == (HEIR, HEIR, HEIR)
    explanation = ExplainEscalation(escalation=1, cause=ExplanationCause.OVERLOAD)
    with pytest.raises(NotAuthorised):
        merged_act(case, HEAD_OF_DESK, explanation)
    (explained,) = merged_act(case, HEAD_OF_HEIR, explanation)
    assert isinstance(explained, EscalationExplained)
    assert explained.unit == HEIR


def test_a_unit_that_was_only_told_is_followed_too() -> None:
    """A unit that has nothing to do with the dossier but the escalation, such as that of a council's member, closes:
    its successor answers."""
    case = assigned()
    over(case)
    told_elsewhere = tuple(changed(one, unit=PHU_LY) for one in case.dossier.escalations)
    desk_elsewhere = changed(case.dossier.routing, received_by=HA_NAM)
    case.standing = changed(case.dossier, escalations=told_elsewhere, routing=desk_elsewhere)
    (event,) = [one for one in follow(case, PHU_LY) if isinstance(one, MovedToSuccessor)]
    assert [(move.old, move.new) for move in event.moves] == [(PHU_LY, HEIR)]
    assert {one.unit for one in case.dossier.escalations} == {HEIR}


def test_the_next_level_above_the_successor_is_told_when_nobody_answers() -> None:
    """The unit that was told has closed before it answered: the level above its successor hears of it."""
    case = assigned()
    over(case)
    after, _ = closing(HA_NAM)
    follow(case, HA_NAM)
    rules = Rules.pinned(case.dossier.pins, RULEBOOK.adding(*Rulebook.of(after).stored()))
    wanted = climbing_audiences(case.dossier, rules, case.now)
    assert [(one.unit, one.notify) for one in wanted] == [(CENTRE, (Whom.HEAD_OF_UNIT,))]
