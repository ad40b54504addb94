"""Tests that the worker reports a calendar that ends within a year, until a longer one is published."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

from structlog.testing import capture_logs

from domain.rules.rulebook import Rulebook
from domain.values import VIETNAM
from tests.support.small_province import CALENDAR
from workers.worker import watch_calendars


async def alarms(*days_left: int) -> list[int]:
    """The reported ends, as days from now, for calendars of one desk that end in that many days."""
    seasons, today = CALENDAR.seasons[0], datetime.now(VIETNAM).date()
    ends = [today + timedelta(days=days) for days in days_left]
    calendars = [
        CALENDAR.model_copy(update={"last_day": end, "seasons": (seasons.model_copy(update={"last_day": end}),)})
        for end in ends
    ]
    stopping = asyncio.Event()

    def looked_at() -> Rulebook:
        stopping.set()  # one look is enough
        return Rulebook.of(*calendars)

    with capture_logs() as logs:
        await watch_calendars(looked_at, stopping)
    told = [line["last_day"] for line in logs if line["event"] == "calendar_ends_soon"]
    return [(date.fromisoformat(last_day) - today).days for last_day in told]


async def test_a_calendar_that_ends_soon_is_told_until_a_longer_one_is_there() -> None:
    """Each desk has one line, by its longest version."""
    assert await alarms(300) == [300]
    assert await alarms(300, 200) == [300]
    assert await alarms(300, 700) == []
