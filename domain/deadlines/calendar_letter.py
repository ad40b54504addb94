"""A letter that changes or extends the working calendar while dossiers are open: which days, what it promises."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.deadlines.calendar import DatedException
from domain.deadlines.calendar_sources import CalendarOverrides, CancelledDay
from domain.errors import Conflict
from domain.inconsistency import Inconsistent
from domain.values import Name, Strict


class CalendarLetter(Strict):
    """Days as in `overrides.yaml`. `letter` names it; without it, the sources of its days do.

    `extends_to`: the calendars go on to this day, which their files already say; then no day needs to be named.

    `keeps_promise`: the dates promised under the old calendar bind too, and lateness is judged by the earlier.
    """

    letter: Name | None = None
    keeps_promise: bool = True
    exceptions: tuple[DatedException, ...] = ()
    cancelled: tuple[CancelledDay, ...] = ()
    extends_to: Annotated[date | None, Field(exclude_if=lambda day: day is None)] = None
    """Left out of the text where there is none: the hash of a letter names its rollout."""

    @model_validator(mode="after")
    def _has_days(self) -> Self:
        if not self.exceptions and not self.cancelled and (self.extends_to is None or self.letter is None):
            raise Inconsistent("letter_without_days", letter=self.letter or "–")
        return self

    @property
    def name(self) -> str:
        """What a dossier records as the reason of its new dates."""
        sources = dict.fromkeys([*(one.source for one in self.exceptions), *(one.source for one in self.cancelled)])
        return self.letter or "; ".join(sources)


def laid_over(letter: CalendarLetter, overrides: CalendarOverrides) -> CalendarOverrides:
    """The overrides with the letter's days; a day that stands there already, word for word, stands once.

    Conflict: override_day_taken, where an earlier letter ordered something else for the day.
    """
    standing = {one.day: one for one in overrides.exceptions}
    for one in letter.exceptions:
        if one.day in standing and standing[one.day] != one:
            raise Conflict("override_day_taken", day=one.day, source=standing[one.day].source)
    return CalendarOverrides(
        exceptions=(*overrides.exceptions, *(one for one in letter.exceptions if one.day not in standing)),
        cancelled=(*overrides.cancelled, *(one for one in letter.cancelled if one not in overrides.cancelled)),
        announced=overrides.announced,
    )
