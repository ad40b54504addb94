"""Calendars for the tests: the shipped ones of the province, and an odd one."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from activities.province.calendars import load_calendars
from domain.deadlines.calendar import WorkingCalendar
from domain.values import VIETNAM

FOLDER = Path(__file__).parents[2] / "deploy" / "ninh-binh" / "calendars"


@cache
def ninh_binh(code: str = "ninh-binh") -> WorkingCalendar:
    """A shipped calendar of the province."""
    return next(calendar for calendar in load_calendars(FOLDER) if calendar.code == code)


def data_of(calendar: WorkingCalendar) -> dict[str, Any]:
    """The calendar's data as plain dictionaries, for the oracle."""
    data: dict[str, Any] = json.loads(calendar.model_dump_json())
    return data


@cache
def odd() -> WorkingCalendar:
    """A calendar with two seasons, a counting Saturday desk, short days, storms, an extra Sunday, and hours at
    midnight."""
    summer = [{"opens": "06:45", "closes": "11:15"}, {"opens": "13:45", "closes": "17:15"}]
    winter = [{"opens": "00:00", "closes": "00:45"}]
    winter += [{"opens": "08:00", "closes": "12:00"}, {"opens": "12:00", "closes": "16:10"}]
    saturday = [{"opens": "07:30", "closes": "11:30"}, {"opens": "14:00", "closes": "15:00", "clock": False}]
    week = ["monday", "tuesday", "wednesday", "thursday", "friday"]
    seasons = []
    for year in range(2024, 2029):
        for first, last, hours in (("01-01", "04-14", winter), ("04-15", "10-14", summer), ("10-15", "12-31", winter)):
            patterns = [{"days": week, "sessions": hours}, {"days": ["saturday"], "sessions": saturday}]
            dates = {"first_day": f"{year}-{first}", "last_day": f"{year}-{last}"}
            seasons.append({"name": f"{first} {year}", **dates, "week": patterns})
    plain = data_of(ninh_binh())
    exceptions = {entry["day"]: entry for entry in plain["exceptions"]}
    name = {"vi": "Thử", "en": "Test"}
    for day, kind, sessions in (
        ("2025-01-24", "short_day", [{"opens": "08:00", "closes": "09:30"}]),
        ("2026-02-13", "short_day", [{"opens": "08:00", "closes": "10:07"}]),
        ("2025-09-29", "closure", []),
        ("2025-09-30", "closure", [{"opens": "14:20", "closes": "14:21"}]),
        ("2026-03-01", "extra_desk", [{"opens": "23:00", "closes": "23:59"}]),
        ("2028-02-29", "closure", []),
    ):
        exceptions[day] = {"day": day, "kind": kind, "name": name, "source": "Thử", "sessions": sessions}
    return WorkingCalendar.model_validate(
        {**plain, "code": "odd", "seasons": seasons, "exceptions": list(exceptions.values())}
    )


@cache
def plain_week(code: str = "plain") -> WorkingCalendar:
    """A calendar of ordinary weeks without exceptions, 2025 to 2028."""
    return ninh_binh().model_copy(update={"code": code, "exceptions": ()})


def at(text: str) -> datetime:
    """The instant of a text such as `2026-01-05 09:00`, in Vietnam."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def day(text: str) -> date:
    """The date of a text such as `2026-01-05`."""
    return date.fromisoformat(text)


HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
