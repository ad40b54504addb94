"""Reading the calendars of a province: frozen years, overrides, and one file for each desk's hours."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from activities.calendar_files import BASE, OVERRIDES
from activities.province_problems import of_validation
from activities.province_reading import Reading
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_sources import CalendarOverrides, DeskHours, HolidayYear, composed

M = TypeVar("M", bound=BaseModel)

FOLDER = "calendars"


def read_calendars(reading: Reading) -> tuple[WorkingCalendar, ...] | None:
    """Every desk's calendar, or None with the problems told."""
    overrides = _read(reading, f"{FOLDER}/{OVERRIDES}", CalendarOverrides)
    years = [_read(reading, name, HolidayYear) for name in reading.names(f"{FOLDER}/{BASE}/*.yaml")]
    desks = [name for name in reading.names(f"{FOLDER}/*.yaml") if not name.endswith(f"/{OVERRIDES}")]
    if not desks:
        reading.tell("missing_file", f"{FOLDER}/*.yaml", 1)
    known = [year for year in years if year is not None]
    if overrides is None or len(known) < len(years):
        return None
    calendars = [_compose(reading, name, known, overrides) for name in desks]
    whole = tuple(calendar for calendar in calendars if calendar is not None)
    return whole if whole and len(whole) == len(desks) else None


def _read(reading: Reading, name: str, model: type[M]) -> M | None:
    source = reading.yaml(name, dict)
    return None if source is None else reading.validated(model, source)


def _compose(
    reading: Reading, name: str, years: list[HolidayYear], overrides: CalendarOverrides
) -> WorkingCalendar | None:
    source = reading.yaml(name, dict)
    desk = None if source is None else reading.validated(DeskHours, source)
    if source is None or desk is None:
        return None
    try:
        calendar = composed(desk, years, overrides)
    except ValidationError as error:
        reading.problems.extend(of_validation(error, source))
        return None
    reading.mark(source, "calendar", calendar.code)
    return calendar
