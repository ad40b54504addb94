"""Reads the calendars of a province: `base/YEAR.yaml` (frozen holidays), `overrides.yaml`, one file for each desk.

In these files times are in quotes and days are not. Comments in the files give the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from activities.province.problems import ConfigurationErrors, of_inconsistency, of_validation
from activities.province.reading import Reading
from activities.province.source import Source
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_sources import (
    CalendarOverrides,
    DeskHours,
    HolidayYear,
    PublicHolidays,
    composed,
    year_ranges,
    years_without_holidays,
)
from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.messages.deadlines import CalendarFault

M = TypeVar("M", bound=BaseModel)

FOLDER = "calendars/"
OVERRIDES = "overrides.yaml"
BASE = "base"


@dataclass(frozen=True)
class CalendarSources:
    """The content of the calendar files. Each desk and each year keeps its place in the files."""

    desks: tuple[tuple[Source, DeskHours], ...]
    years: tuple[tuple[Source, HolidayYear], ...]
    overrides: CalendarOverrides
    source: Source
    """The place of the overrides in the files."""

    @property
    def holidays(self) -> PublicHolidays:
        """The frozen years, in order, with the overrides."""
        years = sorted((year for _, year in self.years), key=lambda year: year.year)
        return PublicHolidays(years=tuple(years), overrides=self.overrides)


def load_calendars(folder: Path) -> tuple[WorkingCalendar, ...]:
    """Every desk's calendar, composed and validated. Raises ConfigurationErrors with every problem and its line."""
    reading = Reading(folder)
    sources = read_sources(reading, folder="")
    calendars = None if sources is None else compose(reading, sources)
    if calendars is None:
        raise ConfigurationErrors(str(folder), reading.problems)
    return calendars


def load_year(path: Path) -> HolidayYear:
    """One frozen year, `base/YEAR.yaml`. Raises ConfigurationErrors with every problem and its line."""
    reading = Reading(path.parent)
    source = reading.yaml(path.name, dict)
    year = None if source is None else reading.validated(HolidayYear, source)
    if year is None:
        raise ConfigurationErrors(str(path), reading.problems)
    return year


def load_overrides(folder: Path) -> CalendarOverrides:
    """The letters of a `calendars` folder; empty when there is no file. Raises ConfigurationErrors."""
    reading = Reading(folder)
    found = _read(reading, OVERRIDES, CalendarOverrides, required=False)
    if found is None:
        raise ConfigurationErrors(str(folder), reading.problems)
    return found[1]


def read_sources(reading: Reading, folder: str = FOLDER) -> CalendarSources | None:
    """The files of the calendars folder. Returns None when one of them is wrong; the problems are then in `reading`."""
    problems_before = len(reading.problems)
    overrides = _read(reading, f"{folder}{OVERRIDES}", CalendarOverrides, required=False)
    years = [_read(reading, name, HolidayYear) for name in reading.names(f"{folder}{BASE}/*.yaml")]
    names = [name for name in reading.names(f"{folder}*.yaml") if Path(name).name != OVERRIDES]
    if not names:
        reading.tell(ConfigurationFault.MISSING_FILE, f"{folder}*.yaml", 1)
    desks = [_read(reading, name, DeskHours) for name in names]
    if overrides is None or len(reading.problems) > problems_before:
        return None
    sources = CalendarSources(
        desks=tuple(desk for desk in desks if desk is not None),
        years=tuple(year for year in years if year is not None),
        overrides=overrides[1],
        source=overrides[0],
    )
    _check(reading, sources)
    return sources if len(reading.problems) == problems_before else None


def compose(reading: Reading, sources: CalendarSources) -> tuple[WorkingCalendar, ...] | None:
    """The calendar of every desk. Returns None when one is wrong; the problems are then in `reading`."""
    problems_before = len(reading.problems)
    years = [year for _, year in sources.years]
    calendars = []
    for source, desk in sources.desks:
        try:
            calendars.append(composed(desk, years, sources.overrides))
        except ValidationError as error:
            reading.problems.extend(of_validation(error, source))
        except Inconsistent as error:
            reading.problems.append(of_inconsistency(error, source.file, source.line()))
        reading.mark(source, "calendar", desk.code)
    return tuple(calendars) if len(reading.problems) == problems_before else None


def _read(reading: Reading, name: str, model: type[M], *, required: bool = True) -> tuple[Source, M] | None:
    source = reading.yaml(name, dict, required=required)
    value = None if source is None else reading.validated(model, source)
    return None if source is None or value is None else (source, value)


def _check(reading: Reading, sources: CalendarSources) -> None:
    """Finds, with their lines, the mistakes that `composed` would refuse without a line."""
    _no_day_twice(reading, sources.source, "exceptions", (one.day for one in sources.overrides.exceptions))
    _no_day_twice(reading, sources.source, "announced", (one.day for one in sources.overrides.announced))
    frozen = _no_year_twice(reading, sources)
    for source, year in sources.years:
        _no_day_twice(reading, source, "days", (one.day for one in year.days))
    for source, desk in sources.desks:
        _no_day_twice(reading, source, "exceptions", (one.day for one in desk.exceptions))
        _no_holidays_missing(reading, source, desk, frozen)
    holidays = {one.day for _, year in sources.years for one in year.days}
    for place, cancelled in enumerate(sources.overrides.cancelled):
        if cancelled.day not in holidays:
            line = sources.source.line("cancelled", place, "day")
            reading.tell(
                CalendarFault.NOTHING_TO_CANCEL, sources.source.file, line, day=cancelled.day, source=cancelled.source
            )
        holidays.discard(cancelled.day)
    _overrides_within(reading, sources)


def _no_day_twice(reading: Reading, source: Source, listed: str, days: Iterable[date]) -> None:
    seen: set[date] = set()
    for place, day in enumerate(days):
        if day in seen:
            reading.tell(CalendarFault.DUPLICATE_EXCEPTION, source.file, source.line(listed, place, "day"), days=day)
        seen.add(day)


def _no_year_twice(reading: Reading, sources: CalendarSources) -> set[int]:
    seen: dict[int, str] = {}
    for source, year in sources.years:
        if year.year in seen:
            line = source.line("year")
            reading.tell(ConfigurationFault.DUPLICATE_CODE, source.file, line, value=year.year, other=seen[year.year])
        seen[year.year] = source.file
    return set(seen)


def _no_holidays_missing(reading: Reading, source: Source, desk: DeskHours, frozen: set[int]) -> None:
    missing = years_without_holidays(desk, frozen)
    if missing:
        line = source.line("last_day" if missing[-1] == desk.last_day.year else "first_day")
        reading.tell(CalendarFault.HOLIDAYS_MISSING, source.file, line, calendar=desk.code, years=year_ranges(missing))


def _overrides_within(reading: Reading, sources: CalendarSources) -> None:
    """Reports an exception outside every desk's calendar: it changes nothing, and its year is probably mistyped."""
    for place, one in enumerate(sources.overrides.exceptions):
        if not any(desk.first_day <= one.day <= desk.last_day for _, desk in sources.desks):
            line = sources.source.line("exceptions", place, "day")
            named = ", ".join(desk.code for _, desk in sources.desks)
            reading.tell(
                CalendarFault.EXCEPTION_OUTSIDE_CALENDAR, sources.source.file, line, days=one.day, calendar=named
            )
