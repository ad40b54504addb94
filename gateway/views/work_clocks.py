"""Both clocks of each dossier of a work-list, as its page shows them: all of them from one reading."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from activities.ledger.timings import PinnedTiming, timings
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.limits import WhichClock
from domain.values import Code, Hash
from gateway.client.engine import Engine
from gateway.views.clock_bars import ClockBar, bars_of


@dataclass(frozen=True)
class WorkClocks:
    """The clocks of a dossier that have a bar. `paused`: they stand still now."""

    bars: Mapping[WhichClock, ClockBar]
    paused: bool


async def work_clocks(engine: Engine, codes: Collection[Code], now: datetime) -> dict[Code, WorkClocks]:
    """The clocks by dossier. One without a clock, or whose calendar cannot be read, is left out.

    Raises DatabaseUnavailable.
    """
    found = await timings(engine.pool, codes)
    calendars = await engine.calendars({one.calendar for one in found.values()})
    return await asyncio.to_thread(_all, found, calendars, now)


def _all(
    found: Mapping[Code, PinnedTiming], calendars: Mapping[Hash, WorkingCalendar], now: datetime
) -> dict[Code, WorkClocks]:
    bars = {
        code: bars_of(one.timing, calendars[one.calendar], now)
        for code, one in found.items()
        if one.calendar in calendars
    }
    return {code: WorkClocks({bar.clock: bar for bar in of}, found[code].timing.paused) for code, of in bars.items()}
