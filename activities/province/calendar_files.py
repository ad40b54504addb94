"""The calendars folder of a province: `base/YEAR.yaml`, `overrides.yaml`, and one file for each desk.

Quoted times, plain dates; see the comments in the files themselves.
"""

from __future__ import annotations

from pathlib import Path

from activities.province.calendars import compose, read_sources
from activities.province.problems import ConfigurationErrors
from activities.province.reading import Reading
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_sources import HolidayYear


def load_calendars(folder: Path) -> tuple[WorkingCalendar, ...]:
    """Every desk's calendar, composed and validated. ConfigurationErrors: every problem, with its line."""
    reading = Reading(folder)
    sources = read_sources(reading, folder="")
    calendars = None if sources is None else compose(reading, sources)
    if calendars is None:
        raise ConfigurationErrors(str(folder), reading.problems)
    return calendars


def load_year(path: Path) -> HolidayYear:
    """One frozen year. ConfigurationErrors: every problem, with its line."""
    reading = Reading(path.parent)
    source = reading.yaml(path.name, dict)
    year = None if source is None else reading.validated(HolidayYear, source)
    if year is None:
        raise ConfigurationErrors(str(path), reading.problems)
    return year
