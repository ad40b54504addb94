"""A letter that changes or extends the working calendar while dossiers are open."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.deadlines.calendar import DatedException
from domain.deadlines.calendar_sources import CalendarOverrides, CancelledDay
from domain.errors import Conflict
from domain.inconsistency import Inconsistent
from domain.messages.deadlines import CalendarFault
from domain.messages.rollouts import RolloutRefusal
from domain.values import Name, Strict


class CalendarLetter(Strict):
    """Days as in `overrides.yaml`. `letter` is its name; without it, the sources of the days are its name.

    `extends_to`: the calendars now reach this day, as their files already say. Then no day needs to be named.

    `keeps_promise`: dates promised under the old calendar bind too, and lateness is judged by the earlier date.
    """

    letter: Name | None = None
    keeps_promise: bool = True
    exceptions: tuple[DatedException, ...] = ()
    cancelled: tuple[CancelledDay, ...] = ()
    extends_to: Annotated[date | None, Field(exclude_if=lambda day: day is None)] = None
    """Absent from the JSON where it is None, so that the hash of an earlier letter, the name of its rollout, stays."""

    @model_validator(mode="after")
    def _has_days(self) -> Self:
        if not self.exceptions and not self.cancelled and (self.extends_to is None or self.letter is None):
            raise Inconsistent(CalendarFault.LETTER_WITHOUT_DAYS, letter=self.letter or "–")
        return self

    @property
    def name(self) -> str:
        """The reason of the new dates, as a dossier records it."""
        sources = dict.fromkeys([*(day.source for day in self.exceptions), *(day.source for day in self.cancelled)])
        return self.letter or "; ".join(sources)


def laid_over(letter: CalendarLetter, overrides: CalendarOverrides) -> CalendarOverrides:
    """The overrides with the letter's days added. A day that is already there, word for word, is not repeated.

    Conflict: override_day_taken, where an earlier letter ordered something else for the day.
    """
    existing = {exception.day: exception for exception in overrides.exceptions}
    for exception in letter.exceptions:
        if exception.day in existing and existing[exception.day] != exception:
            raise Conflict(RolloutRefusal.OVERRIDE_DAY_TAKEN, day=exception.day, source=existing[exception.day].source)
    return CalendarOverrides(
        exceptions=(*overrides.exceptions, *(new for new in letter.exceptions if new.day not in existing)),
        cancelled=(*overrides.cancelled, *(new for new in letter.cancelled if new not in overrides.cancelled)),
        announced=overrides.announced,
    )
