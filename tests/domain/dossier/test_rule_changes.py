"""Tests of rules that change under an open dossier, by a letter on the calendar or a merger, and only by an event."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

import pytest

from domain.changed import changed
from domain.deadlines.calendar import DatedException, ExceptionKind, WorkingCalendar
from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    Approve,
    AskOpinion,
    Assign,
    ChangeCalendar,
    CompleteStep,
    GiveOpinion,
    HandOver,
    MoveToSuccessor,
    ReceiveSupplement,
    Sign,
    SubmittedDocument,
    Withdraw,
)
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide
from domain.dossier.effects import SignResult
from domain.dossier.events import (
    CalendarChanged,
    DeadlineWarned,
    DossierEscalated,
    DossierResolved,
    MovedToSuccessor,
    StepCompleted,
)
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import EvaluateTimers, RecordSeal, RecordSignature
from domain.dossier.react import next_wake_up
from domain.dossier.state import Deadlines, Dossier
from domain.dossier.wanted_effects import effects_of
from domain.errors import DomainError
from domain.organisation.merger import Closing, Merger, Opening, merged
from domain.organisation.organisation import Organisation
from domain.organisation.routing import Matter
from domain.organisation.units import Successor, UnitLevel
from domain.roles import ENGINE, Actor, Role
from domain.rules.rulebook import Rulebook, content_hash
from domain.values import Bilingual
from tests.support.given import (
    CITIZEN,
    DESK,
    DESK_OF_HA_NAM,
    DOCUMENT,
    HEAD,
    OFFICER,
    OFFICIAL,
    Case,
    accepted,
    processing,
    ready_to_sign,
    resolved,
    submitted,
    supplement_asked,
)
from tests.support.small_province import CALENDAR, CENTRE, HA_NAM, ORGANISATION, PHU_LY, RULEBOOK, UNLIMITED, at

OPERATOR = Actor(person="op.1", role=Role.OPERATOR)
LETTER = "Công điện 1/CĐ-UBND"
RESOLUTION = "Nghị quyết 1/NQ"
DAY = date(2025, 7, 8)
"""Tuesday, the day after these tests accept their dossiers."""


def a_calendar(*closed: date) -> WorkingCalendar:
    """The ordinary calendar with days closed by a storm."""
    exceptions = tuple(
        DatedException(day=day, kind=ExceptionKind.CLOSURE, name=Bilingual(vi="Bão", en="Storm"), source=LETTER)
        for day in closed
    )
    return CALENDAR.model_copy(update={"exceptions": exceptions})


STORM = a_calendar(date(2025, 7, 8))
LONG_STORM = a_calendar(date(2025, 7, 8), date(2025, 7, 9))


def new_unit(code: str, name: str) -> Opening:
    """A commune that opens on the day of the merger."""
    return Opening(code=code, name=name, level=UnitLevel.COMMUNE, parent=CENTRE, authority_id=f"N.{code}")


def a_merger(closed: dict[str, tuple[str, ...]], *opened: Opening, effective: date = DAY) -> Merger:
    """A merger with the closed units, their successors, and the opened units."""
    closings = tuple(
        Closing(code=code, successors=tuple(Successor(code=heir) for heir in heirs)) for code, heirs in closed.items()
    )
    return Merger(effective=effective, source=RESOLUTION, closed=closings, opened=opened)


WHOLE = a_merger({HA_NAM: ("A1",)}, new_unit("A1", "Xã Mới"))
BOTH = a_merger({HA_NAM: ("A1",), PHU_LY: ("A1",)}, new_unit("A1", "Xã Mới"))
DIVIDED = a_merger({HA_NAM: ("A1", "A2")}, new_unit("A1", "Xã Mới"), new_unit("A2", "Xã Khác"))
REUSED = a_merger({HA_NAM: ("A1",), PHU_LY: (HA_NAM,)}, new_unit("A1", "Xã Mới"), new_unit(HA_NAM, "Phường Tân"))
"""Codes are reused: ward Hà Nam becomes A1, and the successor of ward Phủ Lý gets its code."""
OF_THE_DESK = a_merger({PHU_LY: ("A1",)}, new_unit("A1", "Xã Mới"))
AGAIN = a_merger({"A1": ("B1",)}, new_unit("B1", "Xã Mới Hơn"), effective=date(2025, 7, 9))
TWICE = merged(merged(ORGANISATION, WHOLE), AGAIN)
MERGERS = tuple(merged(ORGANISATION, one) for one in (WHOLE, BOTH, DIVIDED, REUSED, OF_THE_DESK))
BOOK = RULEBOOK.adding(*Rulebook.of(STORM, LONG_STORM, TWICE, *MERGERS).stored())


class Later(Case):
    """A case whose rulebook also has the new rules."""

    def when(self, actor: Actor, command: Any, **act: Any) -> list[Any]:
        """Decides and applies a command; returns the new events."""
        asked = Act(command_id=uuid4(), actor=actor, command=command, **act)
        context = Context(now=self.now, actor=actor, rulebook=BOOK, revision=self.revision)
        new = decide(self.standing, asked, context)
        self.dossier = evolve_all(self.standing, new)
        self.events += new
        return new

    def wake_up(self) -> datetime | None:
        """The time to which the timer is set."""
        return next_wake_up(self.dossier, Rules.pinned(self.dossier.pins, BOOK))


def later(case: Case, text: str = "2025-07-08 07:30") -> Later:
    """Given: the same dossier on the next morning."""
    return Later(now=at(text), standing=case.dossier, events=case.events)


def storm(calendar: WorkingCalendar = STORM, *, keeps_promise: bool = True) -> ChangeCalendar:
    """The letter is applied."""
    return ChangeCalendar(calendar=content_hash(calendar), letter=LETTER, keeps_promise=keeps_promise)


def merger(file: Merger, organisation: Organisation | None = None) -> MoveToSuccessor:
    """The merger is applied."""
    after = organisation or merged(ORGANISATION, file)
    return MoveToSuccessor(organisation=content_hash(after), effective=file.effective, source=file.source)


# --- calendar


def test_a_letter_moves_both_dates_and_says_which_they_were() -> None:
    """When a storm closes Tuesday, both dates move by a working day, and the printed promise does not change."""
    case = later(accepted())
    printed, before = (
        case.dossier.deadlines.printed_promise,
        (case.dossier.deadlines.statutory_due, case.dossier.deadlines.promised_due),
    )
    (changed,) = case.when(OPERATOR, storm())
    assert isinstance(changed, CalendarChanged)
    assert (changed.before.statutory, changed.before.promised) == before
    assert (changed.before.promised, changed.due.promised) == (at("2025-07-09 08:00"), at("2025-07-10 08:00"))
    assert (changed.before.statutory, changed.due.statutory) == (at("2025-07-14 08:00"), at("2025-07-15 08:00"))
    assert case.dossier.deadlines.promised_due == at("2025-07-10 08:00")
    assert case.dossier.deadlines.printed_promise == printed == at("2025-07-09 08:00")


@pytest.mark.parametrize(("keeps_promise", "late"), [(True, True), (False, False)])
def test_lateness_is_judged_by_the_date_that_is_better_for_the_applicant(keeps_promise: bool, late: bool) -> None:
    """A result between the old promise and the new date is late by the old one, unless the letter says otherwise."""
    case = later(accepted())
    case.when(OPERATOR, storm(keeps_promise=keeps_promise))
    case.until("2025-07-09 15:00")
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, Approve(step="approve"))
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS"))
    case.when(ENGINE, RecordSignature(effect="sign/1", certificate="c1", signature="s1", signed_at=case.now))
    case.when(ENGINE, RecordSeal(effect="seal/1", certificate="c2", signature="s2"))
    (result,) = [event for event in case.events if isinstance(event, DossierResolved)]
    assert result.late_promised_minutes is not None
    assert (result.late_promised_minutes > 0) is late


def test_a_promise_that_still_binds_is_warned_about_and_escalated() -> None:
    """The ladder uses the earlier date, so a letter does not delay the warning of a binding promise."""
    case = later(accepted())
    ordinary = case.wake_up()
    case.when(OPERATOR, storm())
    assert case.wake_up() == ordinary == at("2025-07-08 14:18")
    case.until("2025-07-09 08:00").tick()
    warned, escalated = case.events[-2:]
    assert isinstance(warned, DeadlineWarned)
    assert isinstance(escalated, DossierEscalated)
    assert warned.due == escalated.due == at("2025-07-09 08:00")


def test_a_promise_that_the_letter_took_back_is_not_warned_about() -> None:
    """When the letter takes the promise back, only the new dates count."""
    case = later(accepted())
    case.when(OPERATOR, storm(keeps_promise=False))
    assert case.wake_up() == at("2025-07-09 14:18")


def test_no_letter_makes_a_late_dossier_on_time() -> None:
    """A letter cannot take back a promise after its date has passed."""
    case = later(accepted()).until("2025-07-09 15:00")
    (changed,) = case.when(OPERATOR, storm(keeps_promise=False))
    assert isinstance(changed, CalendarChanged)
    assert changed.keeps_promise
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, Approve(step="approve"))
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS"))
    case.when(ENGINE, RecordSignature(effect="sign/1", certificate="c1", signature="s1", signed_at=case.now))
    case.when(ENGINE, RecordSeal(effect="seal/1", certificate="c2", signature="s2"))
    assert case.dossier.deadlines.late_promised_minutes == 330  # 08:00 to 15:00 without the lunch break


def test_the_same_calendar_again_changes_nothing() -> None:
    """A letter that is applied twice gives one event."""
    case = later(accepted())
    case.when(OPERATOR, storm())
    assert case.kinds(OPERATOR, storm()) == []


def test_two_letters_after_one_another_both_stand_in_the_record() -> None:
    """After two letters each earlier promise binds, and the dates are those of the last calendar."""
    case = later(accepted())
    case.when(OPERATOR, storm())
    case.when(OPERATOR, storm(LONG_STORM))
    assert case.dossier.deadlines.promised_due == at("2025-07-11 08:00")
    assert case.dossier.deadlines.binding_calendars == (content_hash(CALENDAR), content_hash(STORM))


def test_a_paused_dossier_keeps_its_pause() -> None:
    """A pause over a closed day counts once; after it the dates follow the new calendar."""
    case = later(supplement_asked())
    case.when(OPERATOR, storm())
    assert case.dossier.deadlines.timing is not None
    assert case.dossier.deadlines.timing.paused
    case.until("2025-07-09 07:30")
    case.when(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don"),)))
    assert case.dossier.deadlines.promised_due == at("2025-07-10 17:00")


def test_before_intake_there_is_no_date_to_move() -> None:
    """Before acceptance only the calendar changes, since there is no promise yet."""
    case = later(submitted())
    (changed,) = case.when(OPERATOR, storm())
    assert isinstance(changed, CalendarChanged)
    assert (changed.before, changed.keeps_promise) == (changed.due, False)
    assert case.dossier.deadlines.binding_calendars == ()


def test_a_dossier_without_a_limit_has_no_date_to_move() -> None:
    """Without a limit only the pinned calendar changes."""
    case = later(accepted(UNLIMITED))
    (changed,) = case.when(OPERATOR, storm())
    assert isinstance(changed, CalendarChanged)
    assert changed.due.statutory is changed.due.promised is None


def test_what_has_been_judged_is_not_judged_by_a_later_letter() -> None:
    """A letter after the result does not change the judgement."""
    assert later(resolved()).kinds(OPERATOR, storm()) == []


@pytest.mark.parametrize("command", [storm(), merger(WHOLE)], ids=["calendar", "merger"])
def test_an_ended_dossier_keeps_its_rules(command: Any) -> None:
    """A letter does not change an ended dossier."""
    case = later(accepted())
    case.when(CITIZEN, Withdraw())
    assert refusal(case, OPERATOR, command) == "rules_of_ended_dossier"


@pytest.mark.parametrize("actor", [DESK, HEAD, OFFICER, OFFICIAL, CITIZEN])
@pytest.mark.parametrize("command", [storm(), merger(WHOLE)], ids=["calendar", "merger"])
def test_nobody_changes_the_rules_of_the_own_dossier(actor: Actor, command: Any) -> None:
    """Only operators and the system may change rules of a dossier."""
    assert refusal(later(accepted()), actor, command) == "wrong_role"


def test_a_calendar_that_was_never_published_is_refused() -> None:
    """An unknown calendar hash is refused."""
    assert refusal(later(accepted()), OPERATOR, ChangeCalendar(calendar="0" * 64, letter=LETTER)) == "unknown_rule"


def refusal(case: Later, actor: Actor, command: Any) -> str:
    """The code of a refusal, which must not change the dossier."""
    before = case.dossier
    with pytest.raises(DomainError) as refused:
        case.when(actor, command)
    assert case.dossier == before
    return refused.value.code


# --- merger


def completed_by(case: Case) -> str:
    """The unit for which the last step was completed."""
    completed = case.events[-1]
    assert isinstance(completed, StepCompleted)
    return completed.unit


def moved(case: Later, file: Merger, organisation: Organisation | None = None) -> MovedToSuccessor:
    """When: the merger is applied to the dossier."""
    (event,) = case.when(OPERATOR, merger(file, organisation))
    assert isinstance(event, MovedToSuccessor)
    return event


def test_a_unit_that_was_merged_whole_is_followed_and_no_clock_notices() -> None:
    """When ward Hà Nam becomes commune A1, the dossier moves there with its state, step and unchanged clocks."""
    case = later(processing())
    before = case.dossier
    event = moved(case, WHOLE)
    after = case.dossier
    assert [(one.old, one.old_name, one.new) for one in event.moves] == [(HA_NAM, "Phường Hà Nam", "A1")]
    assert (after.routing.received_by, after.routing.competent, after.routing.responsible, after.routing.queue) == (
        PHU_LY,
        "A1",
        "A1",
        None,
    )
    assert (after.state, after.processing.step, after.processing.steps_done) == (
        before.state,
        before.processing.step,
        before.processing.steps_done,
    )
    assert clocks(after) == clocks(before)


def clocks(dossier: Dossier) -> Deadlines:
    """The timing, without who has had the dossier since when."""
    timing = dossier.deadlines.timing
    assert timing is not None
    return changed(dossier.deadlines, timing=timing.model_copy(update={"holdings": ()}))


def test_the_officer_of_a_closed_unit_is_taken_off() -> None:
    """The officer of a closed unit is unassigned, and the head of the new unit assigns again."""
    case = later(processing())
    assert case.dossier.processing.assignee == OFFICER.person
    moved(case, WHOLE)
    assert case.dossier.processing.assignee is None


def test_an_officer_whose_unit_goes_on_keeps_the_dossier() -> None:
    """When only the receiving unit is merged, the officer of the competent unit keeps the dossier."""
    case = later(processing())
    moved(case, OF_THE_DESK)
    assert (case.dossier.routing.received_by, case.dossier.routing.competent, case.dossier.processing.assignee) == (
        "A1",
        HA_NAM,
        OFFICER.person,
    )


def test_a_command_on_its_way_to_the_old_unit_lands() -> None:
    """A step that was sent for the old unit during the merger counts for the new unit."""
    case = later(processing())
    moved(case, WHOLE)
    old = OFFICER.model_copy(update={"as_of": date(2025, 7, 7)})
    assert case.kinds(old, CompleteStep(step="process")) == ["step_completed"]
    assert completed_by(case) == "A1"


def test_through_two_mergers_a_command_to_the_first_unit_still_lands() -> None:
    """After two mergers a command for the first unit counts for the last successor."""
    case = later(processing())
    moved(case, WHOLE)
    case.until("2025-07-09 07:30")
    moved(case, AGAIN, TWICE)
    assert case.dossier.routing.competent == "B1"
    old = OFFICER.model_copy(update={"as_of": date(2025, 7, 7)})
    case.when(old, CompleteStep(step="process"))
    assert completed_by(case) == "B1"


def test_a_reused_code_is_another_unit() -> None:
    """When a code is reused, the old unit's dossiers go to its successor, and the code means the new unit."""
    case = later(processing())
    moved(case, REUSED)
    assert (case.dossier.routing.received_by, case.dossier.routing.competent, case.dossier.processing.assignee) == (
        HA_NAM,
        "A1",
        None,
    )
    assert refusal(case, OFFICER, CompleteStep(step="process")) == "wrong_unit"
    old = OFFICER.model_copy(update={"as_of": date(2025, 7, 7)})
    assert case.kinds(old, CompleteStep(step="process")) == ["step_completed"]


def test_a_merger_reaches_a_dossier_once_though_codes_are_reused() -> None:
    """A merger that is applied again does not follow reused codes a second time."""
    case = later(processing())
    moved(case, REUSED)
    assert case.kinds(OPERATOR, merger(REUSED)) == []


def test_a_dossier_accepted_after_the_merger_is_where_it_belongs() -> None:
    """A dossier that was routed on or after the merger's day is not moved."""
    organisation = merged(ORGANISATION, REUSED)
    case = later(submitted())
    pins = case.dossier.pins.with_organisation(content_hash(organisation))
    moved(case, REUSED)
    case.when(DESK.model_copy(update={"unit": HA_NAM}), Accept(pins=pins))
    routed_to = case.dossier.routing.competent
    assert case.kinds(OPERATOR, merger(REUSED)) == []
    assert case.dossier.routing.competent == routed_to


def test_a_dossier_opened_under_an_organisation_that_knew_moves_all_the_same() -> None:
    """A dossier that pinned the merger's organisation the day before still moves on the merger's day."""
    organisation = merged(ORGANISATION, WHOLE)
    knowing = submitted()
    pins = knowing.dossier.pins.model_copy(update={"organisation": content_hash(organisation)})
    case = later(knowing, "2025-07-07 08:10")
    case.when(DESK, Accept(pins=pins))
    assert case.dossier.routing.competent == HA_NAM
    case.until("2025-07-08 07:30")
    moved(case, WHOLE)
    assert case.dossier.routing.competent == "A1"


def test_a_merger_that_is_still_to_come_moves_nothing() -> None:
    """A merger takes effect on its day, not when it is ordered."""
    case = later(accepted(), "2025-07-07 16:00")
    assert refusal(case, OPERATOR, merger(WHOLE)) == "merger_not_in_force"


def test_a_divided_unit_is_decided_by_the_address() -> None:
    """When the address names a part of a divided unit, the dossier goes there with the reason."""
    matter = Matter(territory=HA_NAM, address="Tổ 3, Phường Hà Nam (nay là Xã Khác)")
    case = later(accepted(matter=matter))
    event = moved(case, DIVIDED)
    assert (case.dossier.routing.competent, case.dossier.routing.queue) == ("A2", None)
    assert "succeeded_by_address" in [reason.code for reason in event.reasons]


def test_a_divided_unit_without_an_address_waits_for_a_coordinator() -> None:
    """Without a deciding address the dossier of a divided unit waits for the provincial centre's coordinator."""
    case = later(accepted())
    moved(case, DIVIDED)
    dossier = case.dossier
    assert (dossier.routing.competent, dossier.routing.queue, dossier.routing.responsible) == (None, CENTRE, CENTRE)
    assert case.wake_up() is not None
    case.until("2025-07-09 07:30").tick()
    assert [event.kind for event in case.events].count("wait_overdue") == 1


def test_a_handover_that_nobody_is_left_to_answer_lapses() -> None:
    """An open handover lapses when sender and receiver become one unit."""
    case = later(routed_elsewhere())
    assert case.dossier.handovers.open is not None
    event = moved(case, BOTH)
    assert event.handover_lapsed
    assert case.dossier.handovers.open is None
    assert (case.dossier.routing.received_by, case.dossier.routing.competent) == ("A1", "A1")


def test_a_handover_to_a_unit_that_was_divided_lapses_into_the_queue() -> None:
    """An open handover to a divided unit without a deciding address goes to the coordinator."""
    case = later(routed_elsewhere())
    moved(case, DIVIDED)
    assert case.dossier.handovers.open is None
    coordinator = Actor(person="dp.1", role=Role.COORDINATOR, unit=CENTRE)
    assert case.kinds(coordinator, hand_over_to("A2")) == ["handover_sent"]


def test_an_open_handover_is_awaited_from_the_successor() -> None:
    """An open handover to a merged unit is acknowledged by its successor."""
    case = later(routed_elsewhere())
    moved(case, WHOLE)
    assert case.dossier.handovers.open is not None
    assert case.dossier.handovers.open.to_unit == "A1"
    receiver = Actor(person="desk.a1", role=Role.RECEPTION, unit="A1")
    assert case.kinds(receiver, AcknowledgeHandover()) == ["handover_acknowledged"]


def routed_elsewhere() -> Case:
    """Given: accepted by ward Phủ Lý for ward Hà Nam, which has not acknowledged yet."""
    case = submitted()
    case.when(DESK, Accept())
    return case


def hand_over_to(unit: str) -> Any:
    """A coordinator's handover."""
    return HandOver(unit=unit, legal_basis="Điều 4")


def test_an_opinion_is_awaited_from_the_successor_and_one_that_was_given_keeps_its_unit() -> None:
    """A given opinion keeps its old unit, and an awaited one is given by the successor."""
    case = later(processing())
    case.when(OFFICER, AskOpinion(unit=CENTRE))
    case.when(Actor(person="cv.1", role=Role.SPECIALIST, unit=CENTRE), GiveOpinion(agrees=True))
    case.when(OFFICER, AskOpinion(unit=PHU_LY))
    moved(case, BOTH)
    assert [(one.unit, one.agrees) for one in case.dossier.processing.opinions] == [(CENTRE, True), ("A1", None)]


def test_a_resolved_dossier_is_given_back_by_the_successor() -> None:
    """The successor's desk returns a resolved dossier, whose lateness does not change."""
    case = later(resolved())
    late = case.dossier.deadlines.late_promised_minutes
    moved(case, BOTH)
    assert (case.dossier.routing.received_by, case.dossier.deadlines.late_promised_minutes) == ("A1", late)
    assert case.dossier.signing.unit == HA_NAM, "the document keeps the name under which it was sealed"


def test_what_is_still_to_be_signed_the_successor_signs() -> None:
    """After the merger an official of the successor signs the result."""
    case = later(ready_to_sign())
    moved(case, WHOLE)
    assert refusal(case, OFFICIAL.model_copy(update={"unit": PHU_LY}), a_signature()) == "wrong_unit"
    assert case.kinds(OFFICIAL.model_copy(update={"unit": "A1"}), a_signature()) == ["signature_requested"]


@pytest.mark.parametrize("signed", [False, True])
def test_what_was_being_signed_as_units_merge_the_successor_signs_anew(signed: bool) -> None:
    """A signature that is under way for the closed ward does not count: the successor signs again, because the
    service would refuse the same call for another unit."""
    case = later(ready_to_sign())
    case.when(OFFICIAL, a_signature())
    if signed:
        case.when(ENGINE, RecordSignature(effect="sign/1", certificate="c1", signature="s1", signed_at=case.now))
    assert case.kinds(OPERATOR, merger(WHOLE)) == ["moved_to_successor", "result_rejected"]
    assert case.kinds(ENGINE, RecordSeal(effect="seal/1", certificate="c2", signature="s2")) == []
    assert effects_of(case.dossier) == ()
    successor = OFFICIAL.model_copy(update={"unit": "A1"})
    assert case.kinds(successor, a_signature()) == ["signature_requested"]
    assert [(one.id, one.unit) for one in effects_of(case.dossier) if isinstance(one, SignResult)] == [("sign/2", "A1")]


def a_signature() -> Sign:
    """A signing request."""
    return Sign(document=DOCUMENT, result_number="12-KS")


def test_a_paused_dossier_moves_paused() -> None:
    """A paused dossier moves, and its pause goes on."""
    case = later(supplement_asked())
    before = case.dossier
    moved(case, WHOLE)
    assert (case.dossier.routing.competent, case.dossier.state) == ("A1", before.state)
    assert clocks(case.dossier) == clocks(before)


def test_a_dossier_that_the_merger_does_not_touch_only_pins_the_new_organisation() -> None:
    """A dossier without a closed unit only pins the new organisation."""
    case = submitted(received_by=HA_NAM)
    case.when(DESK_OF_HA_NAM, Accept())
    case.when(HEAD, Assign(person=OFFICER.person))
    event = moved(later(case), OF_THE_DESK)
    assert (event.moves, event.competent, event.queue) == ((), HA_NAM, None)
    assert evolve_all(case.dossier, [event]).processing.assignee == OFFICER.person


def test_the_timer_goes_on_after_a_merger() -> None:
    """After a merger the ladder tells the level above the successor."""
    case = later(accepted())
    moved(case, WHOLE)
    case.until("2025-07-15 08:00")
    case.when(ENGINE, EvaluateTimers())
    assert case.dossier.deadlines.fired[-1].rung == "committee"
