"""What a procedure publishes about its time: the limit, how it is counted, and the province's Green Stream."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.values import Code, Strict


class LimitUnit(StrEnum):
    """The five kinds of limit in the published catalogue (its own words for them)."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"
    MONTH = "month"
    SAME_DAY = "same_day"


class Limit(Strict):
    """A published time limit, as it stands in the catalogue: an amount of a unit."""

    amount: Annotated[int, Field(ge=1, le=3_650)]
    unit: LimitUnit


class WorkingDayMethod(StrEnum):
    """How N working days are counted: as 8 N working hours (running systems), or the civil-code way (whole days)."""

    EIGHT_HOURS = "eight_hours"
    CIVIL_CODE = "civil_code"


class SupplementClock(StrEnum):
    """What a completed supplement does to the clock: go on from where it stopped, or begin anew."""

    PAUSE = "pause"
    RESTART = "restart"


class Counting(Strict):
    """How this procedure counts; every field is a parameter because sources differ."""

    working_day: WorkingDayMethod = WorkingDayMethod.EIGHT_HOURS
    hours_are_working: bool = True
    same_day_cutoff: time = time(15, 0)
    supplement: SupplementClock = SupplementClock.PAUSE


class Rounding(StrEnum):
    """A shortened limit is rounded up to this."""

    MINUTE = "minute"
    HOUR = "hour"
    HALF_DAY = "half_day"
    DAY = "day"


class GreenBase(Strict):
    """What both kinds of Green Stream share: which steps are not shortened, a floor in law, and dates of effect."""

    name: str
    excluded_steps: tuple[Code, ...] = ()
    legal_minimum_minutes: Annotated[int, Field(ge=0)] = 0
    rounding: Rounding = Rounding.HOUR
    effective_from: date = date(2025, 7, 1)
    effective_to: date | None = None


class GreenCap(GreenBase):
    """Green Stream 16 working hours: the earlier of the statutory date and start + cap."""

    mode: Literal["cap"] = "cap"
    working_hours: Annotated[int, Field(ge=1)] = 16


class GreenFactor(GreenBase):
    """Green Stream 50 %: that share of the limit, in the limit's own unit."""

    mode: Literal["factor"] = "factor"
    factor: Annotated[Decimal, Field(gt=0, le=1)] = Decimal("0.5")


GreenRule = Annotated[GreenCap | GreenFactor, Field(discriminator="mode")]
