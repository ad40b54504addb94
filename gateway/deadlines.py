"""Due dates told to people: `luongxanh deadline explain` in Vietnamese and in English, and the same as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.clock import Pause, PauseGround, Timing, WhichClock
from domain.deadlines.counting import CountingRule
from domain.deadlines.explain import DayLine, Derivation, Explanation, GreenLine, NoClock, PauseLine, explain
from domain.deadlines.limits import Counting, GreenCap, GreenRule, Limit
from domain.deadlines.pauses import require_order
from domain.deadlines.published import PublishedLimits
from domain.deadlines.wording import (
    CLOCKS,
    DECIDED,
    GROUNDS,
    NO_CLOCK,
    PHRASES,
    RULES,
    UNITS,
    WEEKDAYS,
)
from domain.values import VIETNAM, Bilingual, Value

Language = Literal["vi", "en"]
