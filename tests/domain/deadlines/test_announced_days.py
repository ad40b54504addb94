"""Tests of a day off that is only announced: it is reported for each year without an order, and counts as a working
day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain.deadlines.announced_days import AnnouncedDay, pending
from domain.deadlines.calendar_letter import CalendarLetter, laid_over
from domain.deadlines.calendar_sources import CalendarOverrides, Certainty, HolidayYear, PublicHolidays

NAME = {"vi": "Ngày Văn hóa", "en": "Culture Day"}
CULTURE_DAY: dict[str, Any] = {"day": "2026-11-24", "name": NAME, "source": "Nghị quyết 30", "since": "2026-02-26"}


def announced(**changes: Any) -> AnnouncedDay:
    """The announced day, as a file has it."""
    return AnnouncedDay.model_validate(CULTURE_DAY | changes)


def days(*entries: AnnouncedDay, ordered: set[date] | None = None, last: str = "2028-12-31") -> list[str]:
    """The pending days from 2026 on."""
    found = pending(entries, ordered or set(), date(2026, 1, 1), date.fromisoformat(last))
    return [str(one.day) for one in found]


def test_one_year_or_every_year_from_it_on() -> None:
    """An announced day is pending from its first year to the last year that is asked for."""
    assert days(announced()) == ["2026-11-24"]
    assert days(announced(yearly=True)) == ["2026-11-24", "2027-11-24", "2028-11-24"]
    assert days(announced(yearly=True), last="2027-11-24") == ["2026-11-24", "2027-11-24"]
    assert days(announced(day="2030-11-24")) == []


def test_only_leap_years_have_the_29th_of_february() -> None:
    """A yearly day that a year does not have is not moved to another day."""
    leap = announced(day="2028-02-29", yearly=True)
    assert days(leap, last="2033-01-01") == ["2028-02-29", "2032-02-29"]


def test_what_is_ordered_is_not_pending() -> None:
    """A year with an order is not pending; the other years still are."""
    assert days(announced(yearly=True), ordered={date(2027, 11, 24)}) == ["2026-11-24", "2028-11-24"]


def test_a_day_is_not_announced_after_it() -> None:
    """A day that was announced after its date is refused, since one date is probably mistyped."""
    with pytest.raises(ValidationError, match="announced_after_the_day"):
        announced(since="2026-11-25")


@pytest.mark.parametrize(
    ("kind", "sessions", "still"),
    [
        ("holiday", [], ["2028-11-24"]),
        ("short_day", [{"opens": "07:30", "closes": "11:30"}], ["2027-11-24", "2028-11-24"]),
    ],
)
def test_a_letter_makes_it_a_day_off(kind: str, sessions: list[dict[str, str]], still: list[str]) -> None:
    """A letter that only shortens the day leaves it announced; one that closes it makes it a day off."""
    before = CalendarOverrides(announced=(announced(yearly=True),))
    ordered = {"day": "2027-11-24", "kind": kind, "name": NAME, "source": "Luật 1", "sessions": sessions}
    after = laid_over(CalendarLetter.model_validate({"exceptions": [ordered]}), before)
    found = PublicHolidays(overrides=after).pending(date(2027, 1, 1), date(2028, 12, 31))
    assert [str(one.day) for one in found] == still
    assert after.announced == before.announced


def test_each_year_says_how_certain_it_is() -> None:
    """Each year says whether a letter has settled its holidays."""
    year = HolidayYear(year=2027, source="Điều 112", provisional=True, days=())
    assert year.certainty is Certainty.EXPECTED
    assert year.model_copy(update={"provisional": False}).certainty is Certainty.ENACTED
