"""Tests of the calendar as dated data: its answers, its refusals, and the shipped calendars."""

from __future__ import annotations

import pickle
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.deadlines.calendar import ExceptionKind, WorkingCalendar
from domain.deadlines.calendar_sources import CalendarOverrides, DeskHours, HolidayYear, composed
from domain.errors import DomainError, InvalidInput
from domain.inconsistency import Inconsistent
from domain.messages.deadlines import CalendarFault
from tests.support.calendars import HOUR, MINUTE, at, data_of, day, ninh_binh, odd, plain_week


@pytest.mark.parametrize(
    ("off", "worked", "letter"),
    [
        ("2024-04-29", "2024-05-04", "2450/VPCP-KGVX"),
        ("2025-05-02", "2025-04-26", "8726/VPCP-KGVX"),
        ("2026-01-02", "2026-01-10", "12729/VPCP-KGVX"),
        ("2026-08-31", "2026-08-22", "9441/TB-BNV"),
    ],
)
def test_swapped_days_name_their_letter(off: str, worked: str, letter: str) -> None:
    """A swap is one day off and one worked day with the hours of the other, each with its letter."""
    free, made_up = ninh_binh().describe(day(off)), ninh_binh().describe(day(worked))
    assert not free.worked
    assert made_up.worked
    assert made_up.sessions == ninh_binh().sessions_on(day("2026-01-05"))
    for one, kind in ((free, ExceptionKind.SWAPPED_OFF), (made_up, ExceptionKind.MAKE_UP_WORKING)):
        assert one.exception is not None
        assert one.exception.kind is kind
        assert letter in one.exception.source


@pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 250), (2026, 250), (2027, 250), (2028, 249)])
def test_working_days_of_a_year(year: int, days: int) -> None:
    """Working days of a year, counted by hand: weekdays without days off, plus make-up Saturdays, with eight hours
    each."""
    begin, end = at(f"{year}-01-01 00:00"), at(f"{year}-12-31 23:59")
    assert ninh_binh().working_time_between(begin, end) == days * 8 * HOUR


@pytest.mark.parametrize("year", [2026, 2027, 2028])
@pytest.mark.parametrize("code", ["ninh-binh", "ninh-binh-saturday"])
def test_a_holiday_that_is_only_announced_is_worked(year: int, code: str) -> None:
    """24 November is a working day of every clock until a letter makes it a holiday."""
    calendar = ninh_binh(code)
    announced = calendar.describe(day(f"{year}-11-24"))
    assert announced.worked
    assert announced.sessions == calendar.sessions_on(day(f"{year}-11-23"))


def test_saturday_desk_receives_and_runs_no_clock() -> None:
    """A Saturday desk receives dossiers but runs no clock."""
    calendar = ninh_binh("ninh-binh-saturday")
    saturday = at("2026-01-17 09:00")
    assert calendar.intake_open(saturday)
    assert not ninh_binh().intake_open(saturday)
    assert calendar.next_working_instant(saturday) == at("2026-01-19 07:30")
    assert calendar.next_working_day(day("2026-01-16")) == day("2026-01-19")
    assert not calendar.intake_open(at("2026-01-17 11:30"))


def test_a_calendar_is_plain_data() -> None:
    """Equal content has equal JSON and an equal hash, before and after the index is built, also in a copy."""
    calendar = ninh_binh().model_copy()
    before = calendar.model_dump_json()
    calendar.next_working_instant(at("2026-01-05 09:00"))
    assert calendar.model_dump_json() == before
    again = WorkingCalendar.model_validate_json(before)
    assert again == calendar
    assert hash(again) == hash(calendar)
    assert pickle.loads(pickle.dumps(calendar)) == calendar  # noqa: S301 - our own bytes


def test_a_changed_copy_has_its_own_index() -> None:
    """A changed copy of a calendar does not use the index of the original."""
    calendar = ninh_binh()
    assert calendar.next_working_instant(at("2026-01-05 06:00")) == at("2026-01-05 07:30")
    storm = {"day": "2026-01-05", "kind": "closure", "name": {"vi": "Bão", "en": "Storm"}, "source": "Công điện 1"}
    closed = calendar.model_copy(update={"exceptions": (*calendar.exceptions, storm)})
    assert closed.next_working_instant(at("2026-01-05 06:00")) == at("2026-01-06 07:30")


def test_seconds_and_less_are_exact() -> None:
    """Working time is exact below the minute."""
    calendar, tick = ninh_binh(), timedelta(microseconds=1)
    begin = at("2026-01-05 11:29") + timedelta(seconds=59, microseconds=999_999)
    assert calendar.add_working_time(begin, tick) == at("2026-01-05 11:30")
    assert calendar.add_working_time(begin, 2 * tick) == at("2026-01-05 13:00") + tick
    assert calendar.working_time_between(begin, at("2026-01-05 13:00") + tick) == 2 * tick
    assert calendar.next_working_instant(at("2026-01-05 17:00") - tick) == at("2026-01-05 17:00") - tick


def test_days_of_other_than_eight_hours() -> None:
    """A short day, a partial closure and two adjoining sessions count exactly their open time."""
    calendar = odd()
    assert calendar.working_time_between(at("2026-02-13 00:00"), at("2026-02-14 00:00")) == 127 * MINUTE
    assert calendar.close_of_business(day("2025-09-30")) == at("2025-09-30 14:21")
    assert calendar.add_working_time(at("2026-01-05 08:00"), 4 * HOUR) == at("2026-01-05 12:00")
    assert calendar.add_working_time(at("2026-01-05 08:00"), 5 * HOUR) == at("2026-01-05 13:00")


def test_working_time_backwards_is_negative() -> None:
    """The working time from a later to an earlier instant is negative."""
    assert ninh_binh().working_time_between(at("2026-01-06 08:30"), at("2026-01-05 16:00")) == -2 * HOUR


def test_the_last_midnight_belongs_to_the_calendar() -> None:
    """Working time can be measured until the end of the last day, and not a microsecond later."""
    midnight = at("2029-01-01 00:00")
    assert ninh_binh().working_time_between(at("2028-12-29 16:00"), midnight) == HOUR
    with pytest.raises(InvalidInput):
        ninh_binh().working_time_between(at("2028-12-29 16:00"), midnight + timedelta(microseconds=1))


def test_negative_amounts_are_refused() -> None:
    """A negative working time is an error with a code."""
    with pytest.raises(InvalidInput) as refused:
        ninh_binh().add_working_time(at("2026-01-05 09:00"), -MINUTE)
    assert refused.value.code == "negative_working_time"


@pytest.mark.parametrize("question", ["next_working_instant", "close_of_business", "next_working_day"])
def test_the_end_of_the_data_is_an_error(question: str) -> None:
    """After the last working day of the data every question raises calendar_exhausted."""
    given = at("2028-12-29 17:00") if question == "next_working_instant" else day("2028-12-30")
    with pytest.raises(DomainError) as refused:
        getattr(ninh_binh(), question)(given)
    assert refused.value.code == "calendar_exhausted"


def test_a_calendar_with_no_working_day_at_all() -> None:
    """A calendar of intake-only desks is valid, and every clock on it raises calendar_exhausted."""
    data = data_of(ninh_binh())
    data["exceptions"] = []
    data["seasons"][0]["week"] = [
        {"days": ["saturday"], "sessions": [{"opens": "08:00", "closes": "09:00", "clock": False}]}
    ]
    calendar = WorkingCalendar.model_validate(data)
    with pytest.raises(InvalidInput) as refused:
        calendar.next_working_instant(at("2026-01-05 09:00"))
    assert refused.value.code == "calendar_exhausted"
    assert calendar.intake_open(at("2026-01-10 08:30"))


SESSION = {"opens": "08:00", "closes": "09:00"}
OFF = {"day": "2026-01-05", "kind": "holiday", "name": {"vi": "a", "en": "a"}, "source": "a"}


def _short(*sessions: dict[str, Any]) -> dict[str, Any]:
    return {"exceptions": [{**OFF, "kind": "short_day", "sessions": sessions}]}


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("last_day_before_first", {"last_day": "2023-01-01"}),
        ("seasons_do_not_meet", {"last_day": "2029-01-01"}),
        ("seasons_do_not_meet", {"first_day": "2023-12-31"}),
        ("duplicate_exception", {"exceptions": [OFF, OFF]}),
        ("exception_outside_calendar", {"exceptions": [{**OFF, "day": "2031-01-01"}]}),
        ("day_off_with_sessions", {"exceptions": [{**OFF, "sessions": [SESSION]}]}),
        ("worked_day_without_sessions", {"exceptions": [{**OFF, "kind": "short_day"}]}),
        ("worked_day_without_sessions", {"exceptions": [{**OFF, "kind": "make_up_working"}]}),
        ("sessions_overlap", _short(SESSION, SESSION)),
        ("time_not_quoted", _short({**SESSION, "opens": 480})),
        ("session_not_whole_minutes", _short({**SESSION, "opens": "08:00:01"})),
        ("session_ends_before_it_opens", _short({**SESSION, "closes": "07:00"})),
        ("session_without_use", _short({**SESSION, "clock": False, "intake": False})),
    ],
)
def test_inconsistent_calendars_do_not_construct(code: str, change: dict[str, Any]) -> None:
    """Each inconsistency of a calendar has its code, and each code has its sentence."""
    with pytest.raises(ValueError, match=code):
        WorkingCalendar.model_validate({**data_of(ninh_binh()), **change})
    assert code in set(CalendarFault)


def _sources() -> tuple[dict[str, Any], list[HolidayYear]]:
    plain = data_of(ninh_binh())
    desk = {**plain, "first_day": "2026-01-01", "last_day": "2026-12-31", "exceptions": []}
    desk["seasons"] = [{**plain["seasons"][0], "first_day": "2026-01-01", "last_day": "2026-12-31"}]
    base = {"year": 2026, "source": "x", "provisional": False, "days": [{**OFF, "day": "2026-01-01"}]}
    return desk, [HolidayYear.model_validate(base)]


def test_a_letter_wins_over_the_base_and_the_desk_over_both() -> None:
    """The desk's own exception wins over a letter, and a letter over the base holidays."""
    desk, years = _sources()
    letter = CalendarOverrides.model_validate({"exceptions": [{**OFF, "day": "2026-01-01", "source": "letter"}]})
    made = composed(DeskHours.model_validate(desk), years, letter).describe(day("2026-01-01")).exception
    assert made is not None
    assert made.source == "letter"
    desk["exceptions"] = [{**OFF, "day": "2026-01-01", "source": "desk"}]
    made = composed(DeskHours.model_validate(desk), years, letter).describe(day("2026-01-01")).exception
    assert made is not None
    assert made.source == "desk"


def test_a_letter_can_take_a_holiday_back() -> None:
    """A cancelled holiday is a working day again; cancelling any other day is an error."""
    desk, years = _sources()
    back = CalendarOverrides.model_validate({"cancelled": [{"day": "2026-01-01", "source": "letter"}]})
    assert composed(DeskHours.model_validate(desk), years, back).describe(day("2026-01-01")).worked
    wrong = CalendarOverrides.model_validate({"cancelled": [{"day": "2026-01-07", "source": "letter"}]})
    with pytest.raises(Inconsistent, match="nothing_to_cancel"):
        composed(DeskHours.model_validate(desk), years, wrong)


def test_a_year_without_holidays_is_not_taken_for_one_without_days_off() -> None:
    """A year without built holidays is an error that names the command which builds them."""
    desk, _ = _sources()
    with pytest.raises(Inconsistent, match="holidays_missing") as refused:
        composed(DeskHours.model_validate(desk), [], CalendarOverrides())
    assert refused.value.facts["years"] == "2026"


@pytest.mark.parametrize(("first", "last"), [("0001-01-01", "2028-12-31"), ("2025-01-01", "9999-12-31")])
def test_a_calendar_at_the_ends_of_time_is_told(first: str, last: str) -> None:
    """A mistyped year is an error with a code, also at the end of the year 9999."""
    plain = plain_week()
    season = plain.seasons[0].model_copy(update={"first_day": day(first), "last_day": day(last)})
    with pytest.raises(ValidationError, match="calendar_outside_years"):
        plain.model_copy(update={"first_day": day(first), "last_day": day(last), "seasons": (season,)})
