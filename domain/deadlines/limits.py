"""The time limit that a procedure publishes, how it is counted, and the province's Green Stream."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from domain.deadlines.local_time import LocalTime
from domain.inconsistency import Inconsistent
from domain.messages.deadlines import CalendarFault
from domain.text.sentences import many
from domain.values import Bilingual, Code, Day, Name, Strict, no_more_than


class WhichClock(StrEnum):
    """The two clocks of a dossier: the limit in law, and the promise of Green Stream."""

    STATUTORY = "statutory"
    PROMISED = "promised"

    @property
    def words(self) -> Bilingual:
        """The name of its due date in sentences."""
        return _CLOCKS[self]


_CLOCKS = {
    WhichClock.STATUTORY: Bilingual(vi="thời hạn theo quy định", en="the statutory limit"),
    WhichClock.PROMISED: Bilingual(vi="hạn hẹn trả", en="the promised date"),
}


class LimitUnit(StrEnum):
    """The five kinds of limit, in the words of the published catalogue."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    HOUR = "hour"
    MONTH = "month"
    SAME_DAY = "same_day"

    @property
    def words(self) -> Bilingual:
        """The name for people; in English in the singular."""
        return _UNITS[self]


_UNITS = {
    LimitUnit.WORKING_DAY: Bilingual(vi="ngày làm việc", en="working day"),
    LimitUnit.CALENDAR_DAY: Bilingual(vi="ngày", en="calendar day"),
    LimitUnit.HOUR: Bilingual(vi="giờ", en="hour"),
    LimitUnit.MONTH: Bilingual(vi="tháng", en="month"),
    LimitUnit.SAME_DAY: Bilingual(vi="trong ngày", en="the same day"),
}

HIGHEST_AMOUNT = 3_650
"""Ten years in days. A larger amount is a mistake in the catalogue."""


class Limit(Strict):
    """A published time limit, as it stands in the catalogue: an amount of a unit."""

    amount: Annotated[int, Field(ge=1, le=HIGHEST_AMOUNT, strict=True)]
    unit: LimitUnit

    @model_validator(mode="after")
    def _same_day_is_one(self) -> Self:
        if self.unit is LimitUnit.SAME_DAY and self.amount != 1:
            raise Inconsistent(CalendarFault.SAME_DAY_IS_ONE, amount=self.amount)
        return self

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"

    @property
    def words(self) -> Bilingual:
        """`5 ngày làm việc`, `trong ngày`."""
        if self.unit is LimitUnit.SAME_DAY:
            return self.unit.words
        unit = self.unit.words
        return Bilingual(vi=f"{self.amount} {unit.vi}", en=many(self.amount, unit.en))


class WorkingDayMethod(StrEnum):
    """How N working days are counted: as 8 N working hours (as running systems do), or in whole days (Civil Code)."""

    EIGHT_HOURS = "eight_hours"
    CIVIL_CODE = "civil_code"


class SupplementClock(StrEnum):
    """What a completed supplement does to the clock: it continues, or it starts again."""

    PAUSE = "pause"
    RESTART = "restart"


class Counting(Strict):
    """How a procedure counts time. Every field is a parameter because sources differ."""

    working_day: WorkingDayMethod = WorkingDayMethod.EIGHT_HOURS
    hours_are_working: bool = True
    same_day_cutoff: LocalTime = time(15, 0)
    supplement: SupplementClock = SupplementClock.PAUSE


class Rounding(StrEnum):
    """A shortened limit is rounded up to a multiple of this."""

    MINUTE = "minute"
    HOUR = "hour"
    HALF_DAY = "half_day"
    DAY = "day"


class GreenScope(StrEnum):
    """What is shortened: the procedure's whole limit, or the budget of each step separately."""

    TOTAL = "total"
    EACH_STEP = "each_step"


class GreenBase(Strict):
    """The common part of both kinds of Green Stream: steps not shortened, a legal minimum, dates of effect."""

    name: Name
    applies_to: GreenScope = GreenScope.TOTAL
    excluded_steps: tuple[Code, ...] = ()
    legal_minimum_minutes: Annotated[int, Field(ge=0), no_more_than(480_000)] = 0
    rounding: Rounding = Rounding.HOUR
    effective_from: Day | None = None
    effective_to: Day | None = None
    """First and last day of receipt to which the rule applies, both included; None: no bound."""

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise Inconsistent(
                CalendarFault.LAST_DAY_BEFORE_FIRST, name=self.name, first=self.effective_from, last=self.effective_to
            )
        return self


class GreenCap(GreenBase):
    """Green Stream 16 working hours: the earlier of the statutory date and start + cap."""

    mode: Literal["cap"] = "cap"
    working_hours: Annotated[int, Field(ge=1, le=8_000)] = 16


class GreenFactor(GreenBase):
    """Green Stream 50 %: that share of the limit, in the limit's own unit."""

    mode: Literal["factor"] = "factor"
    factor: Annotated[Decimal, Field(gt=0, le=1)] = Decimal("0.5")


GreenRule = Annotated[GreenCap | GreenFactor, Field(discriminator="mode")]
