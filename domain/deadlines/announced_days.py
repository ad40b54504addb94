"""Days off that are announced but not ordered yet. Clocks count them as working days; people are told about them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import date
from typing import Self

from pydantic import model_validator

from domain.inconsistency import Inconsistent
from domain.messages.deadlines import CalendarFault
from domain.values import Bilingual, Day, Strict, Text, Value


class AnnouncedDay(Strict):
    """A day off that a resolution or a draft names. It stays a working day until a letter or the law orders it off."""

    day: Day
    name: Bilingual
    source: Text
    since: Day
    """When it was announced."""
    yearly: bool = False
    """True: the same date of every year, from `day` on."""

    @model_validator(mode="after")
    def _announced_before(self) -> Self:
        if self.since > self.day:
            raise Inconsistent(CalendarFault.ANNOUNCED_AFTER_THE_DAY, day=self.day, since=self.since)
        return self

    def days(self, until: date) -> Iterator[date]:
        """The dates of this day, up to and including `until`; 29 February only in leap years."""
        for year in range(self.day.year, until.year + 1 if self.yearly else self.day.year + 1):
            day = _same_date(self.day, year)
            if day is not None and day <= until:
                yield day


class PendingDay(Value):
    """One day that is announced as off and is still a working day."""

    day: date
    name: Bilingual
    source: str
    since: date


def pending(
    announced: Iterable[AnnouncedDay], ordered: Container[date], first: date, last: date
) -> tuple[PendingDay, ...]:
    """The announced days from `first` to `last` that no letter has ordered off (`ordered`), in order of time."""
    found = [
        PendingDay(day=day, name=announcement.name, source=announcement.source, since=announcement.since)
        for announcement in announced
        for day in announcement.days(last)
        if first <= day and day not in ordered
    ]
    return tuple(sorted(found, key=lambda pending_day: pending_day.day))


def _same_date(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None
