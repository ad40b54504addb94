"""The sources of a working calendar: frozen holidays, letters that change them, and the hours of one desk.

`composed` combines the three. On one day, the desk's own exception comes before a letter, and a letter before the
frozen holidays.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.deadlines.announced_days import AnnouncedDay, PendingDay, pending
from domain.deadlines.calendar import DatedException, ExceptionKind, Season, WorkingCalendar
from domain.inconsistency import Inconsistent
from domain.messages.deadlines import CalendarFault
from domain.values import Bilingual, Code, Day, Name, Strict, Text, Value


class Certainty(StrEnum):
    """How certain the holidays of a year are."""

    ENACTED = "enacted"
    EXPECTED = "expected"

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _CERTAINTIES[self]


_CERTAINTIES = {
    Certainty.ENACTED: Bilingual(vi="đã có văn bản", en="by official letter"),
    Certainty.EXPECTED: Bilingual(vi="dự kiến, chưa có văn bản nghỉ lễ của năm", en="expected, no official letter yet"),
}


class HolidayYear(Strict):
    """The public holidays of one year, frozen from the package named in `source`."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    source: Text
    provisional: bool
    """True: computed ahead; no letter has confirmed the year yet."""
    days: tuple[DatedException, ...]

    @model_validator(mode="after")
    def _within_the_year(self) -> Self:
        stray = [entry.day.isoformat() for entry in self.days if entry.day.year != self.year]
        if stray:
            raise Inconsistent(CalendarFault.DAY_OUTSIDE_YEAR, days=", ".join(stray), year=self.year)
        return self

    @property
    def certainty(self) -> Certainty:
        """ENACTED once the government's letter on the year's holidays exists."""
        return Certainty.EXPECTED if self.provisional else Certainty.ENACTED


class CancelledDay(Strict):
    """A frozen holiday that a letter cancelled."""

    day: Day
    source: Text


class CalendarOverrides(Strict):
    """What government letters changed after the holidays were frozen; each entry names its letter."""

    exceptions: tuple[DatedException, ...] = ()
    cancelled: tuple[CancelledDay, ...] = ()
    announced: tuple[AnnouncedDay, ...] = ()
    """Days that no letter has ordered yet. People are told; no calendar contains them."""


class PublicHolidays(Value):
    """The known holidays of the province, without the hours of its desks."""

    years: tuple[HolidayYear, ...] = ()
    overrides: CalendarOverrides = CalendarOverrides()

    def pending(self, first: date, last: date) -> tuple[PendingDay, ...]:
        """The days from `first` to `last` that are announced as off and are still working days."""
        by_day = days_off_and_on(self.years, self.overrides)
        kinds_off = (ExceptionKind.HOLIDAY, ExceptionKind.SWAPPED_OFF)
        off = {day for day, exception in by_day.items() if exception.kind in kinds_off}
        return pending(self.overrides.announced, off, first, last)


class DeskHours(Strict):
    """The hours of one desk by season, and its own exceptions (a storm that closed it, an extra Saturday)."""

    code: Code
    version: Code
    name: Name
    first_day: Day
    last_day: Day
    seasons: Annotated[tuple[Season, ...], Field(min_length=1)]
    exceptions: tuple[DatedException, ...] = ()


def composed(desk: DeskHours, years: Iterable[HolidayYear], overrides: CalendarOverrides) -> WorkingCalendar:
    """The working calendar of one desk. Inconsistent: holidays_missing, duplicate_exception, nothing_to_cancel."""
    frozen = {year.year: year for year in years}
    missing = years_without_holidays(desk, frozen)
    if missing:
        raise Inconsistent(CalendarFault.HOLIDAYS_MISSING, calendar=desk.code, years=year_ranges(missing))
    for source in (overrides.exceptions, desk.exceptions):
        _no_day_twice(source)
    by_day = days_off_and_on(frozen.values(), overrides) | {entry.day: entry for entry in desk.exceptions}
    inside = [by_day[day] for day in sorted(by_day) if desk.first_day <= day <= desk.last_day]
    return WorkingCalendar(
        code=desk.code,
        version=desk.version,
        name=desk.name,
        first_day=desk.first_day,
        last_day=desk.last_day,
        seasons=desk.seasons,
        exceptions=tuple(inside),
    )


def days_off_and_on(years: Iterable[HolidayYear], overrides: CalendarOverrides) -> dict[date, DatedException]:
    """The frozen holidays as the letters changed them. Inconsistent: nothing_to_cancel."""
    by_day = {entry.day: entry for year in years for entry in year.days}
    for cancelled in overrides.cancelled:
        if by_day.pop(cancelled.day, None) is None:
            raise Inconsistent(CalendarFault.NOTHING_TO_CANCEL, day=cancelled.day, source=cancelled.source)
    return by_day | {entry.day: entry for entry in overrides.exceptions}


def years_without_holidays(desk: DeskHours, frozen: Container[int]) -> list[int]:
    """The years of a desk's calendar without frozen holidays, in order."""
    return [year for year in range(desk.first_day.year, desk.last_day.year + 1) if year not in frozen]


def year_ranges(years: list[int]) -> str:
    """Sorted years as people write them: `2023, 2029-2031`."""
    ranges: list[str] = []
    for _, consecutive in groupby(enumerate(years), key=lambda numbered: numbered[1] - numbered[0]):
        first, *rest = [year for _, year in consecutive]
        ranges.append(f"{first}-{rest[-1]}" if rest else str(first))
    return ", ".join(ranges)


def _no_day_twice(exceptions: tuple[DatedException, ...]) -> None:
    days = [entry.day for entry in exceptions]
    for day in days:
        if days.count(day) > 1:
            raise Inconsistent(CalendarFault.DUPLICATE_EXCEPTION, days=day)
