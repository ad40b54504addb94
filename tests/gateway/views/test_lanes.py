"""Tests of the time line: whose work a dossier was, for how much working time, and what the slip says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from activities.ledger.failed_calls import FailedCalls
from domain.deadlines.timing import HolderKind
from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    Approve,
    Assign,
    CompleteStep,
    ReceiveSupplement,
    ReturnResult,
    Sign,
    SubmittedDocument,
)
from domain.dossier.context import Rules
from domain.dossier.outcomes import RecordRegistration, RecordSeal, RecordSignature
from domain.dossier.state import State
from domain.roles import ENGINE, Role
from gateway.views.clock_bars import clock_bars
from gateway.views.lane_marks import MARKED_KINDS, MOST_PASSINGS
from gateway.views.lanes import MOST_SPANS, Lanes, SpanKind, Window, lanes_of, life_of
from gateway.views.names import Names
from gateway.views.prints.slip import MOST_ROWS, slip_data
from gateway.views.work_course import Course, Desk, DeskKind, held, held_by_units, passed, stages
from tests.support.given import (
    CITIZEN,
    DESK,
    DOCUMENT,
    HEAD,
    OFFICER,
    OFFICIAL,
    Case,
    resolved,
    submitted,
    supplement_asked,
)
from tests.support.recorded import recorded
from tests.support.small_province import ENTERED_NOWHERE, HA_NAM, PHU_LY, RULEBOOK


def whole_life() -> Case:
    """From Monday 08:00 to its return, with a supplement, an hour between two acts."""
    case = submitted()
    for actor, command in (
        (DESK, Accept()),
        (HEAD, AcknowledgeHandover()),
        (HEAD, Assign(person=OFFICER.person)),
    ):
        case.later(hours=1).when(actor, command)
    supplement_asked(case.later(hours=1))
    case.later(days=1).when(CITIZEN, ReceiveSupplement(documents=(SubmittedDocument(code="don"),)))
    case.later(hours=1).when(OFFICER, CompleteStep(step="process"))
    case.later(hours=1).when(HEAD, Approve(step="approve"))
    case.later(hours=1).when(OFFICIAL, Sign(document=DOCUMENT, result_number="12/KS-UBND"))
    case.later(minutes=5).when(
        ENGINE, RecordSignature(effect="sign/1", certificate="c1", signature="s1", signed_at=case.now)
    )
    case.later(minutes=5).when(ENGINE, RecordSeal(effect="seal/1", certificate="c2", signature="s2"))
    case.later(hours=1).when(DESK, ReturnResult())
    assert case.dossier.state is State.RETURNED
    return case


def course_of(case: Case) -> Course:
    found = stages(recorded(case.events), Rules.pinned(case.dossier.pins, RULEBOOK))
    return Course(tuple(found), tuple(held(found)))


def drawn(case: Case, course: Course, window: Window | None = None, *failures: FailedCalls) -> Lanes:
    rules = Rules.pinned(case.dossier.pins, RULEBOOK)
    whole = Window(first=case.events[0].at, end=case.now)
    return lanes_of(course, case.dossier.deadlines.timing, failures, rules.calendar, window or whole, case.now)


def test_the_lanes_say_whose_work_it_was() -> None:
    """Each desk has a lane, from the desk that receives to the one that returns; a pause is the applicant's."""
    case = whole_life()
    lanes = drawn(case, course_of(case))
    desks = [(lane.desk.unit, lane.desk.role or lane.desk.system, lane.desk.person) for lane in lanes.lanes]
    assert desks[0] == (PHU_LY, Role.RECEPTION, None)
    assert (HA_NAM, Role.SPECIALIST, OFFICER.person) in desks
    assert (None, Role.APPLICANT, None) in desks
    assert (None, "signing", None) in desks
    applicant = next(lane for lane in lanes.lanes if lane.desk.kind is DeskKind.APPLICANT)
    assert [span.act for span in applicant.spans] == ["receive_supplement"]
    assert applicant.spans[0].seconds == 480 * 60  # from Monday noon to Tuesday noon: a working day, without the night
    (pause,) = lanes.pauses
    assert (pause.ground, pause.seconds, pause.still) == ("supplement", 480 * 60, False)
    assert not lanes.joined
    assert not any(span.still for lane in lanes.lanes for span in lane.spans)


def test_what_is_marked() -> None:
    """Calls that succeeded are marked in the lane of their system, and each passing leads from one desk to the next."""
    case = whole_life()
    lanes = drawn(case, course_of(case))
    assert [(one.system, one.recorded.kind) for one in lanes.answers] == [
        ("signing", "result_signed"),
        ("signing", "result_sealed"),
    ]
    between = [(one.giver.unit, one.receiver.unit) for one in lanes.passings if one.between_units]
    assert between == [(PHU_LY, HA_NAM)]
    assert [one.receiver for one in lanes.passings[:-1]] == [one.giver for one in lanes.passings[1:]]
    units = [lane.desk.unit for lane in lanes.lanes if lane.desk.kind is DeskKind.STAFF]
    assert units == sorted(units, key=units.index)
    assert len(units) > len(set(units))


def test_a_part_has_its_own_passings() -> None:
    """However many passings came later, those within the part that is shown are drawn: what is shown is thinned."""
    case = submitted()
    case.later(minutes=1).when(DESK, Accept())
    case.later(minutes=1).when(HEAD, AcknowledgeHandover())
    for n in range(MOST_PASSINGS + 20):
        case.later(minutes=1).when(HEAD, Assign(person=f"officer.{n % 2}"))
    first = case.events[0].at
    part = drawn(case, course_of(case), Window(first=first, end=first + timedelta(minutes=10)))
    assert len(part.passings) == 10
    whole = drawn(case, course_of(case))
    assert [one.between_units for one in whole.passings] == [True]


def test_a_course_of_units_has_its_marks_too() -> None:
    """Where the acts are too many, the units are lanes, and the newest calls that succeeded are still marked."""
    case = whole_life()
    marked = tuple(one for one in recorded(case.events) if one.kind in MARKED_KINDS)
    course = Course((), tuple(held_by_units(case.dossier)), incomplete=True, marked=marked)
    lanes = drawn(case, course)
    assert lanes.incomplete
    assert [one.recorded.kind for one in lanes.answers] == ["result_signed", "result_sealed"]
    assert [lane.desk.unit for lane in lanes.lanes] == [PHU_LY, HA_NAM, None]
    assert lanes.passings == ()


def test_a_life_ends_with_its_last_stay() -> None:
    """It lasts to now while somebody has the dossier, else to the end of the last stay, whatever else is recorded years
    later."""
    case = whole_life()
    course, timing = course_of(case), case.dossier.deadlines.timing
    submitted, later = case.events[0].at, case.now + timedelta(days=900)
    life = life_of(course, timing, submitted, later, later)
    assert (life.first, life.end) == (submitted, case.events[-1].at)
    still = supplement_asked()
    open_course = course_of(still)
    assert life_of(open_course, still.dossier.deadlines.timing, submitted, still.now, later).end == later


def test_a_life_lasts_until_the_outside_systems_have_answered() -> None:
    """A registry that fails and answers after the result was returned is within the life: to now while its answer is
    still wanted, then to its answer."""
    case = resolved(ENTERED_NOWHERE)
    case.later(hours=1).when(DESK, ReturnResult())
    submitted, ended = case.events[0].at, case.now
    case.later(days=1).fails("register/1")
    course, timing = course_of(case), case.dossier.deadlines.timing
    later = case.now + timedelta(days=6)
    assert life_of(course, timing, submitted, case.now, later).end == ended
    assert life_of(course, timing, submitted, case.now, later, still_called=True).end == later
    case.until("2025-07-25 09:00").when(ENGINE, RecordRegistration(effect="register/1", reference="HT-1"))
    course = course_of(case)
    life = life_of(course, timing, submitted, case.now, case.now + timedelta(days=900))
    assert life.end == case.now
    lanes = drawn(case, course, life)
    assert lanes.answers[-1].recorded.kind == "result_registered"
    assert Desk(kind=DeskKind.SYSTEM, system=lanes.answers[-1].system) in [lane.desk for lane in lanes.lanes]


def test_a_window_shows_a_part() -> None:
    """Only what lies in the window is shown, and only its working time in the window is counted."""
    case = whole_life()
    first = case.events[0].at
    window = Window(first=first, end=first + timedelta(minutes=30))
    (lane,) = drawn(case, course_of(case), window).lanes
    assert lane.desk.role is Role.RECEPTION
    assert [span.seconds for span in lane.spans] == [30 * 60]


def test_failed_calls_are_one_span_a_day() -> None:
    """However many calls failed on a day for one reason, the lane of the system has one span with their number."""
    case = whole_life()
    at = case.events[0].at
    failed = FailedCalls(system="civil", code="timeout", first=at, last=at + timedelta(hours=2), times=19_000)
    lanes = drawn(case, course_of(case), None, failed)
    (lane,) = [lane for lane in lanes.lanes if lane.desk.system == "civil"]
    assert [(span.kind, span.times, span.seconds) for span in lane.spans] == [(SpanKind.FAILED, 19_000, 2 * 60 * 60)]


def test_too_many_stays_are_joined_by_day() -> None:
    """With more stays than can be drawn, those of one desk on one day are one span that says how many it stands for."""
    case = submitted()
    case.later(minutes=1).when(DESK, Accept())
    case.later(minutes=1).when(HEAD, AcknowledgeHandover())
    for n in range(MOST_SPANS + 20):
        case.later(minutes=1).when(HEAD, Assign(person=f"officer.{n % 2}"))
    lanes = drawn(case, course_of(case))
    assert lanes.joined
    spans = [span for lane in lanes.lanes for span in lane.spans]
    assert len(spans) < 20
    assert sum(span.times for span in spans) > MOST_SPANS


def test_too_many_days_are_joined_to_longer_periods() -> None:
    """Failures of hundreds of days are joined too, until few enough spans are left; none is lost."""
    case = whole_life()
    at = case.events[0].at
    days = (at + timedelta(days=number) for number in range(2 * MOST_SPANS))
    case.now = at + timedelta(days=2 * MOST_SPANS)
    failures = [FailedCalls(system="civil", code="timeout", first=day, last=day, times=10) for day in days]
    window = Window(first=at, end=case.now)
    lanes = drawn(case, course_of(case), window, *failures)
    (lane,) = [lane for lane in lanes.lanes if lane.desk.system == "civil"]
    assert lanes.joined
    assert len(lane.spans) < MOST_SPANS / 2
    assert {span.kind for span in lane.spans} == {SpanKind.FAILED}
    assert sum(span.times for span in lane.spans) == 20 * MOST_SPANS


def test_failures_are_joined_by_their_reason() -> None:
    """Failed calls that are joined keep their reason: those of one reason are not counted under another."""
    case = whole_life()
    at = case.events[0].at
    case.now = at + timedelta(days=MOST_SPANS)
    failures = [
        FailedCalls(system="civil", code=code, first=day, last=day, times=times)
        for day in (at + timedelta(days=number) for number in range(MOST_SPANS))
        for code, times in (("timeout", 10), ("refused", 1))
    ]
    lanes = drawn(case, course_of(case), Window(first=at, end=case.now), *failures)
    (lane,) = [lane for lane in lanes.lanes if lane.desk.system == "civil"]
    assert lanes.joined
    told = {code: sum(span.times for span in lane.spans if span.act == code) for code in ("timeout", "refused")}
    assert told == {"timeout": 10 * MOST_SPANS, "refused": MOST_SPANS}


def test_the_slip_has_a_row_for_each_time_it_was_passed_on() -> None:
    """Giver and receiver follow one another without a gap, from the applicant back to the applicant, each row judged
    by the date that bound then."""
    case = whole_life()
    rows = passed(course_of(case).stages)
    assert rows[0].giver == rows[-1].receiver == Desk(kind=DeskKind.APPLICANT, role=Role.APPLICANT)
    assert [row.receiver for row in rows[:-1]] == [row.giver for row in rows[1:]]
    names = Names.of_rules(Rules.pinned(case.dossier.pins, RULEBOOK), case.now.date())
    course = course_of(case)
    data = slip_data(case.dossier, course, names, seal="b" * 64, printed=case.now)
    assert data["left_out"] == 0
    assert data["rows"][0]["timeliness"] == "–"
    assert {row["timeliness"] for row in data["rows"][1:]} <= {"Trước hạn", "Đúng hạn"}
    assert data["rows"][-1]["receiver"] == "Người nộp hồ sơ"
    assert data["rows"][2]["note"].startswith("Giao bước “Thẩm định”")
    assert data["only_units_after"] is None
    many = replace(course, stages=course.stages * MOST_ROWS)
    printed = slip_data(case.dossier, many, names, seal="b" * 64, printed=case.now)
    assert len(printed["rows"]) == MOST_ROWS
    assert printed["left_out"] == len(passed(many.stages)) - MOST_ROWS


def test_a_slip_of_a_very_long_story_has_the_units() -> None:
    """Where the acts are too many to be followed one by one, the slip has a row for each unit, and says so."""
    case = whole_life()
    course = Course((), tuple(held_by_units(case.dossier)), incomplete=True)
    names = Names.of_rules(Rules.pinned(case.dossier.pins, RULEBOOK), case.now.date())
    data = slip_data(case.dossier, course, names, seal="b" * 64, printed=case.now)
    assert [row["receiver"] for row in data["rows"]][:3] == [
        "Phường Phủ Lý", "Phường Hà Nam", "Dịch vụ ký số từ xa"
    ]  # fmt: skip
    assert data["rows"][0]["giver"] == "Người nộp hồ sơ"
    assert data["only_units_after"] == "300"


def test_a_bar_adds_up() -> None:
    """Used and left are the whole limit; the pause is beside them; whose time it was adds up to what passed."""
    case = supplement_asked()
    rules = Rules.pinned(case.dossier.pins, RULEBOOK)
    case.later(hours=2)
    bars = clock_bars(case.dossier.deadlines.timing, rules.calendars(case.dossier), case.now)
    assert bars.bars
    for bar in bars.bars:
        assert bar.used + bar.left == bar.allowed
        assert (bar.over, bar.paused) == (0, 120)
    assert sum(one.working.total_seconds() for one in bars.whose) / 60 == 120
    late = clock_bars(case.dossier.deadlines.timing, rules.calendars(case.dossier), case.now + timedelta(days=90))
    assert all(bar.over == 0 for bar in late.bars)  # it stands still
    assert clock_bars(None, rules.calendars(case.dossier), case.now).bars == ()


def test_whose_time_adds_up_to_the_minute() -> None:
    """Seconds of a unit are a minute of the unit, as in the bar; those of the applicant are left to the pause."""
    case = submitted()
    case.when(DESK, Accept())
    case.when(HEAD, AcknowledgeHandover())
    case.later(seconds=20).when(HEAD, Assign(person=OFFICER.person))
    supplement_asked(case).later(minutes=5)
    rules = Rules.pinned(case.dossier.pins, RULEBOOK)
    bars = clock_bars(case.dossier.deadlines.timing, rules.calendars(case.dossier), case.now)
    assert {(bar.used, bar.paused) for bar in bars.bars} == {(1, 5)}
    minutes = [(one.holder.kind, one.working.total_seconds() / 60) for one in bars.whose]
    assert minutes == [(HolderKind.UNIT, 1), (HolderKind.APPLICANT, 5)]
