"""Tests that the worker reports a calendar that ends within a year, until a longer one is published."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from structlog.testing import capture_logs

from domain.rules.rulebook import Rulebook
from domain.values import VIETNAM
from tests.support.small_province import CALENDAR
from workers.worker import watch_calendars

TODAY = datetime.now(VIETNAM).date()


async def alarms(*days_left: int) -> list[object]:
    """The days left in the reports, for calendars of one desk that end in that many days."""
    seasons = CALENDAR.seasons[0]
    ends = [TODAY + timedelta(days=days) for days in days_left]
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
    return [line["count"] for line in logs if line["event"] == "calendar_ends_soon"]


async def test_a_calendar_that_ends_soon_is_told_until_a_longer_one_is_there() -> None:
    """Each desk has one line, by its longest version."""
    assert await alarms(300) == [300]
    assert await alarms(300, 200) == [300]
    assert await alarms(300, 700) == []
