"""Tests of the escalation ladder: it warns before expiry, escalates at and after expiry, fires each rung once, and
waits while clocks are paused."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

from domain.changed import changed
from domain.deadlines import clock
from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    Approve,
    CompleteStep,
    CorrectEntry,
    CorrectReceivedAt,
    Extend,
    ReceiveSupplement,
    RequestSupplement,
    Sign,
    SubmittedDocument,
)
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide
from domain.dossier.deciding.deadlines import rungs_ahead
from domain.dossier.events import DeadlineWarned, DossierEscalated
from domain.dossier.outcomes import EvaluateTimers
from domain.dossier.viewing import view_of
from domain.organisation.routing import Matter
from domain.organisation.units import Successor
from domain.roles import ENGINE
from domain.rules.rulebook import Rulebook, content_hash
from tests.support.given import (
    CITIZEN,
    DESK,
    DOCUMENT,
    HEAD,
    MONDAY,
    OFFICER,
    OFFICIAL,
    Case,
    accepted,
    processing,
    resolved,
    submitted,
    supplement_asked,
)
from tests.support.small_province import (
    CALENDAR,
    CENTRE,
    COMMITTEE,
    ESCALATION,
    FREE,
    HA_NAM,
    ORGANISATION,
    PHU_LY,
    PROMISED_ANEW,
    RESTARTING,
    RULEBOOK,
    UNSIGNED,
    at,
    pins,
)


def test_the_timer_is_set_to_the_next_instant_that_matters() -> None:
    """For a dossier accepted on Monday 08:00 with 16 working hours, the timer is set to Tuesday 14:18, when 80 % are
    used."""
    assert accepted().reaction().wake_up == at("2025-07-08 14:18")


def test_a_timer_that_rings_too_early_finds_nothing() -> None:
    """A timer that fires before anything is due changes nothing, however often it fires."""
    case = accepted().until("2025-07-08 14:17")
    assert (case.tick(), case.tick()) == ([], [])


def test_the_whole_ladder_if_nobody_acts() -> None:
    """If nobody acts, a warning fires at 80 %, an escalation at expiry, the centre is told after 8 working hours,
    and then the committee takes over."""
    case = accepted()
    climbed = []
    while (wake_up := case.reaction().wake_up) is not None:
        case.now = wake_up
        case.tick()
        climbed.append((case.dossier.deadlines.fired[-1].rung, wake_up))
    assert climbed == [
        ("warn", at("2025-07-08 14:18")),
        ("expiry", at("2025-07-09 08:00")),
        ("centre", at("2025-07-10 08:00")),
        ("committee", at("2025-07-15 08:00")),
    ]
    assert case.dossier.routing.responsible == COMMITTEE
    assert case.dossier.routing.competent == HA_NAM


def test_whom_a_rung_reaches() -> None:
    """A warning stays in the unit, an escalation names the level above, and each names its date."""
    case = accepted().until("2025-07-15 08:00")
    case.tick()
    warned, expiry, centre, committee = case.events[-4:]
    assert isinstance(warned, DeadlineWarned)
    assert isinstance(expiry, DossierEscalated)
    assert isinstance(centre, DossierEscalated)
    assert isinstance(committee, DossierEscalated)
    assert [event.notified_units for event in (warned, expiry, centre, committee)] == [
        (HA_NAM,),
        (HA_NAM,),
        (CENTRE,),
        (CENTRE, COMMITTEE),
    ]
    assert (centre.due, committee.due) == (at("2025-07-09 08:00"), at("2025-07-14 08:00"))
    assert (centre.responsible, committee.responsible) == (None, COMMITTEE)


def test_who_took_over_may_act_and_the_unit_may_still_finish() -> None:
    """After a take-over the level above is responsible, and the competent unit may still act."""
    case = accepted().until("2025-07-15 08:00")
    case.tick()
    above = OFFICER.model_copy(update={"unit": COMMITTEE})
    assert [unit for _, unit, _ in case.work()] == [COMMITTEE]
    assert case.kinds(above, CompleteStep(step="process"))[-1] == "step_completed"


def test_each_rung_fires_once() -> None:
    """A rung that has fired does not fire again when the timer fires again."""
    case = accepted().until("2025-07-20 08:00")
    assert len(case.tick()) == 4
    assert case.later(days=30).tick() == []
    assert case.reaction().wake_up is None


def test_a_resolved_dossier_is_not_escalated() -> None:
    """After the result the clocks have ended, and no rung fires."""
    assert (resolved().reaction().wake_up, resolved().later(days=30).tick()) == (None, [])


def test_an_extension_does_not_fire_again_what_concerns_the_missed_promise() -> None:
    """After an extension the rungs of a missed promise do not fire again; only the statutory date has moved."""
    case = accepted().until("2025-07-10 08:00")
    assert case.tick() == ["deadline_warned", "dossier_escalated", "dossier_escalated"]
    case.when(HEAD, Extend(until=date(2025, 7, 18), legal_basis="Điều 6"))
    assert case.tick() == []
    assert case.reaction().wake_up == at("2025-07-21 17:00")


def test_a_limit_begun_anew_has_a_ladder_of_its_own() -> None:
    """After a restart the rung fires again for the new date, once for each limit."""
    case = processing(PROMISED_ANEW).until("2025-07-11 08:00")
    assert case.tick() == ["deadline_warned"]
    supplement_asked(case)
    case.until("2025-07-21 08:00").when(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don"),)))
    assert case.tick() == []
    assert case.reaction().wake_up == at("2025-07-25 08:00")
    assert case.until("2025-07-25 08:00").tick() == ["deadline_warned"]
    fired = [(one.rung, one.occasion) for one in case.dossier.deadlines.fired]
    assert fired == [("warn", ""), ("warn", "promised/2")]
    assert case.tick() == []


def test_the_ladder_follows_a_corrected_receipt_forward_and_never_back() -> None:
    """An earlier corrected receipt warns at once; a later one changes nothing, since the earlier date still binds."""
    case = submitted().until("2025-07-08 08:00")
    case.when(DESK, Accept())
    case.when(HEAD, AcknowledgeHandover())
    assert case.until("2025-07-08 15:00").tick() == []
    for value, fires in (("2025-07-07 08:00", ["deadline_warned"]), ("2025-07-08 08:00", [])):
        correction = CorrectReceivedAt(value=at(value))
        case.when(DESK, CorrectEntry(correction=correction, legal_basis="Điều 3", note="e" * 64))
        assert case.tick() == fires
        assert case.reaction().wake_up == at("2025-07-09 08:00")


def test_a_pause_after_a_rung_does_not_fire_it_again() -> None:
    """A pause does not repeat a warning, and moves the later rungs."""
    case = processing().until("2025-07-08 14:30")
    assert case.tick() == ["deadline_warned"]
    supplement_asked(case)
    case.until("2025-07-15 14:30").when(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don"),)))
    assert case.tick() == []
    assert case.reaction().wake_up == at("2025-07-16 08:00")


def test_in_the_coordination_queue_the_ladder_is_climbed_too() -> None:
    """In the coordination queue the ladder works too: it warns the queue's unit and tells the level above."""
    case = submitted(matter=Matter())
    case.when(DESK, Accept())
    assert case.until("2025-07-10 08:00").tick()[-2:] == ["dossier_escalated", "wait_overdue"]
    escalated = case.events[-2]
    assert isinstance(escalated, DossierEscalated)
    assert escalated.notified_units == (COMMITTEE,)


def test_the_ladder_does_not_stumble_over_a_merger() -> None:
    """When the competent ward is closed, the level above its successor is told."""
    merged = ORGANISATION.model_copy(
        update={
            "units": tuple(
                unit.model_copy(update={"valid_to": date(2025, 7, 8), "successors": (Successor(code=PHU_LY),)})
                if unit.code == HA_NAM
                else unit
                for unit in ORGANISATION.units
            )
        }
    )
    rulebook = Rulebook.of(merged, CALENDAR, ESCALATION, FREE)
    case = accepted()
    pinned = case.dossier.pins.with_organisation(content_hash(merged))
    dossier = changed(case.dossier, pins=pinned)
    now = case.now + timedelta(days=3)
    act = Act(command_id=uuid4(), actor=ENGINE, command=EvaluateTimers())
    events = decide(dossier, act, Context(now=now, actor=ENGINE, rulebook=rulebook))
    escalated = events[-1]
    assert isinstance(escalated, DossierEscalated)
    assert escalated.notified_units == (CENTRE,)


def test_without_a_promise_only_the_statutory_rungs_count() -> None:
    """A rung of a clock that the dossier does not have never fires."""
    case = processing(RESTARTING).until("2025-07-14 08:00")
    assert case.tick() == []
    assert case.until("2025-07-15 08:00").tick() == ["dossier_escalated"]
    own = accepted(UNSIGNED).until("2025-07-16 08:00")
    assert own.tick() == ["deadline_warned", "dossier_escalated", "dossier_escalated"]


def test_every_working_hour_is_somebody_s() -> None:
    """The working time of the unit, the applicant and the signing service adds up to all working time since receipt."""
    case = accepted().later(hours=2)
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(OFFICER, RequestSupplement(documents=("don",), legal_basis="Điều 10"))
    case.until("2025-07-08 09:00")
    case.when(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don"),)))
    case.later(hours=1)
    case.when(HEAD, Approve(step="approve"))
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS"))
    case.later(minutes=30)
    assert case.dossier.deadlines.timing is not None
    spent = clock.attribution(case.dossier.deadlines.timing, CALENDAR, case.now)
    by_holder = {(one.holder.kind.value, one.holder.code): one.working for one in spent}
    assert sum(by_holder.values(), timedelta()) == CALENDAR.working_time_between(MONDAY, case.now)
    assert by_holder["signing", None] == timedelta(minutes=30)
    assert by_holder["unit", HA_NAM] == timedelta(hours=3)
    assert by_holder["applicant", None] == timedelta(hours=7)


def test_the_register_says_to_whom_lateness_is_attributed() -> None:
    """An open dossier: who has it. One that was late: who had it after its date. One that ended in time: nobody."""

    def late_by(case: Case) -> tuple[list[str], list[str]]:
        view = view_of(case.dossier, RULEBOOK)
        statutory, promised = view.late_statutory_by, view.late_promised_by
        return [one.code or one.kind for one in statutory], [one.code or one.kind for one in promised]

    assert late_by(submitted()) == ([], [])
    case = accepted()
    assert late_by(case) == ([HA_NAM], [HA_NAM])
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(OFFICER, RequestSupplement(documents=("don",), legal_basis="Điều 10"))
    assert late_by(case) == ([], [])  # the clocks stand still before their dates
    assert late_by(resolved()) == ([], [])
    late = accepted().until("2025-07-10 09:00")
    late.tick()
    late.when(OFFICER, CompleteStep(step="process"))
    late.when(OFFICER, RequestSupplement(documents=("don",), legal_basis="Điều 10"))
    assert late_by(late) == ([], [HA_NAM, "applicant"])


def test_a_ladder_that_climbs_beyond_the_calendar_waits_for_a_later_one() -> None:
    """A rung after the end of the calendar is no error; it waits for a longer calendar."""
    case = submitted().until("2028-12-22 08:00")
    case.when(DESK, Accept())
    assert case.dossier.deadlines.statutory_due is not None
    assert case.reaction().wake_up is not None
    ahead = {rung.code for _, rung, _ in rungs_ahead(case.dossier, Rules.pinned(pins(FREE), RULEBOOK))}
    assert "warn" in ahead
    assert "committee" not in ahead
