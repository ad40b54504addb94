"""Tests of the drawing of a time line: its axis fits what happened, and its links show every part of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from urllib.parse import parse_qs

import pytest

from domain.deadlines.limits import WhichClock
from domain.dossier.commands import Accept, AcknowledgeHandover, Assign
from domain.dossier.context import Rules
from domain.values import VIETNAM
from gateway.console.dossiers.axis import MOST_TICKS, NEAREST, WIDTH, Axis
from gateway.console.dossiers.drawing import Due, drawing_of
from gateway.console.dossiers.zooming import SHORTEST, Zoom, around, query_of, usual_part, window_of, zooms
from gateway.views.lanes import Window, lanes_of
from gateway.views.work_course import Course, held, stages
from tests.support.given import DESK, HEAD, OFFICER, Case, submitted, supplement_asked
from tests.support.recorded import recorded
from tests.support.small_province import RULEBOOK

CALENDAR = Rules.pinned(supplement_asked().dossier.pins, RULEBOOK).calendar
MONDAY = datetime(2025, 7, 7, 8, 0, tzinfo=VIETNAM)


def lasting(**length: int) -> Window:
    return Window(first=MONDAY, end=MONDAY + timedelta(**length))


@pytest.mark.parametrize(
    ("window", "labels", "above"),
    [
        (lasting(seconds=8), ["08:00:00", "08:00:01"], "07/07/2025"),
        (lasting(minutes=3), ["08:00:00", "08:00:30"], "07/07/2025"),
        (lasting(minutes=40), ["08:00", "08:05"], "07/07/2025"),
        (lasting(hours=8), ["08:00", "09:00"], "07/07/2025"),
        (lasting(days=2), ["08:00", "10:00"], "07/07/2025"),
        (lasting(days=9), ["07/07", "08/07"], "2025"),
        (lasting(days=50), ["07/07", "14/07"], "2025"),
        (lasting(days=150), ["07/07", "01/08"], "2025"),
    ],
)
def test_labels_fit_what_happened(window: Window, labels: list[str], above: str) -> None:
    """Seconds, minutes, hours, days, weeks or months are written: more than one, and each is legible."""
    ticks = Axis(window, CALENDAR).ticks()
    assert [tick.label for tick in ticks[:2]] == labels
    assert (ticks[0].above, ticks[1].above) == (above, None)
    assert len(ticks) <= MOST_TICKS + 2
    assert all(later.x - tick.x >= NEAREST for tick, later in pairwise(ticks))


def test_nights_take_no_room() -> None:
    """Monday 08:00 to Tuesday 08:00: the evening and the morning after are at the same place."""
    axis = Axis(lasting(days=1), CALENDAR)
    assert not axis.by_the_clock
    assert axis.x(MONDAY + timedelta(hours=10)) == axis.x(MONDAY + timedelta(hours=22))
    assert axis.at(axis.place(MONDAY + timedelta(hours=2))) == MONDAY + timedelta(hours=2)


@pytest.mark.parametrize("hours", [12, 125])
def test_what_happened_outside_working_hours_is_drawn_by_the_clock(hours: int) -> None:
    """Ten minutes of an evening or of a Saturday are not one line: there the clock on the wall counts."""
    evening = MONDAY + timedelta(hours=hours)
    axis = Axis(Window(first=evening, end=evening + timedelta(minutes=10)), CALENDAR)
    assert axis.by_the_clock
    assert axis.x(evening + timedelta(minutes=5)) == WIDTH / 2
    assert len(axis.ticks()) > MOST_TICKS / 2


def test_beyond_the_calendar_there_are_still_labels() -> None:
    """Years after the calendar's last day are drawn by the clock, with few labels."""
    first = datetime(2090, 1, 1, tzinfo=VIETNAM)
    axis = Axis(Window(first=first, end=first + timedelta(days=900)), CALENDAR)
    assert axis.by_the_clock
    assert 1 < len(axis.ticks()) <= MOST_TICKS


def followed(life: Window, zoom: Zoom) -> Window:
    fields = parse_qs(zoom.query, strict_parsing=True)
    first, last = (datetime.fromisoformat(fields[name][0]) for name in ("from", "to"))
    return window_of(life, life, first, last)


@pytest.mark.parametrize("life", [lasting(minutes=3), lasting(days=3), lasting(days=200)])
def test_links_lead_closer_and_back(life: Window) -> None:
    """Closer until it is short, then wider until it is the whole; earlier and later stay within the dossier's life."""
    window, seen = life, 0
    while link := next((zoom for zoom in zooms(life, window, CALENDAR) if zoom.name == "in"), None):
        closer = followed(life, link)
        assert closer.end - closer.first < window.end - window.first
        for zoom in zooms(life, closer, CALENDAR):
            beside = followed(life, zoom)
            assert life.first <= beside.first < beside.end <= life.end
        window, seen = closer, seen + 1
    assert seen > 2
    assert window.end - window.first <= 4 * SHORTEST
    while link := next((zoom for zoom in zooms(life, window, CALENDAR) if zoom.name == "out"), None):
        wider = followed(life, link)
        assert wider != window
        window = wider
    assert window == life


def test_a_stay_is_shown_with_what_is_beside_it() -> None:
    """The link of a row of the table shows its stay whole, and a little of what was before and after."""
    case = asked_for_a_supplement()
    course = course_of(case)
    life = Window(first=case.events[0].at, end=case.now)
    lanes = lanes_of(course, case.dossier.deadlines.timing, (), CALENDAR, life, case.now)
    span = lanes.lanes[1].spans[0]
    shown = followed(life, Zoom("in", around(life, span)))
    assert shown.first < span.began < span.ended < shown.end
    assert shown != life


def test_the_drawing_has_a_place_for_everything() -> None:
    """Lanes lie below each other, those of one unit under one name; each passing leads from a lane to another."""
    case = asked_for_a_supplement()
    life = Window(first=case.events[0].at, end=case.now)
    lanes = lanes_of(course_of(case), case.dossier.deadlines.timing, (), CALENDAR, life, case.now)
    drawing = drawing_of(lanes, CALENDAR)
    places = [lane.y for lane in drawing.lanes]
    assert places == sorted(set(places))
    assert drawing.height > places[-1]
    units = [lane.lane.desk.unit for lane in drawing.lanes if lane.heads]
    assert len(units) == len(set(units)) == 2
    assert drawing.passings
    middles = {lane.middle for lane in drawing.lanes}
    assert all({one.from_y, one.to_y} <= middles and one.from_y != one.to_y for one in drawing.passings)
    (pause,) = drawing.pauses
    assert pause.width > 10
    assert pause.x + pause.width == WIDTH


def test_dates_are_drawn_where_they_lie() -> None:
    """A date within the part has a place, another is named; without dates nothing changes."""
    case = asked_for_a_supplement()
    life = Window(first=case.events[0].at, end=case.now)
    lanes = lanes_of(course_of(case), case.dossier.deadlines.timing, (), CALENDAR, life, case.now)
    inside = Due(WhichClock.PROMISED, case.events[0].at + timedelta(hours=1))
    outside = Due(WhichClock.STATUTORY, case.now + timedelta(days=9))
    drawing = drawing_of(lanes, CALENDAR, (inside, outside))
    ((x, of),) = [(one.x, one.of) for one in drawing.dues]
    assert (of, drawing.elsewhere) == (inside, (outside,))
    assert 0 < x < WIDTH


def test_a_dossier_that_came_late_is_shown_from_its_first_receipt() -> None:
    """Of a dossier from an older system the time here is shown, unless a date had passed before."""
    life, submitted = lasting(days=30), MONDAY + timedelta(days=29)
    here = Window(first=submitted, end=life.end)
    assert usual_part(life, submitted, ()) == here
    assert usual_part(life, submitted, [life.end + timedelta(days=1)]) == here
    assert usual_part(life, submitted, [life.end, MONDAY + timedelta(days=20)]) == life


def asked_for_a_supplement() -> Case:
    """From Monday 08:00 on: an hour at each desk, then two hours in which the applicant is waited for."""
    case = submitted()
    for actor, command in ((DESK, Accept()), (HEAD, AcknowledgeHandover()), (HEAD, Assign(person=OFFICER.person))):
        case.later(hours=1).when(actor, command)
    return supplement_asked(case.later(minutes=30)).later(hours=2)


def course_of(case: Case) -> Course:
    found = stages(recorded(case.events), Rules.pinned(case.dossier.pins, RULEBOOK))
    return Course(tuple(found), tuple(held(found)))


def test_a_part_that_is_none_shows_the_usual_one() -> None:
    """Instants outside the dossier's life, or in the wrong order, are answered with what is usually shown."""
    life, usual = lasting(days=3), lasting(days=1)
    early, late = datetime(1, 1, 1, tzinfo=VIETNAM), datetime(9999, 12, 31, tzinfo=VIETNAM)
    assert window_of(life, usual, None, None) == usual
    assert window_of(life, usual, late, late) == usual
    assert window_of(life, usual, early, early) == usual
    assert window_of(life, usual, late, early) == usual
    assert window_of(life, usual, early, late) == life
    assert query_of(life) == "from=2025-07-07T08:00:00&to=2025-07-10T08:00:00"
