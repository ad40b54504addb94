"""Days off that are announced and that nothing has ordered yet: no clock knows them, and people are told of them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from datetime import date
from typing import Self

from pydantic import model_validator

from domain.inconsistency import Inconsistent
from domain.values import Bilingual, Day, Strict, Text, Value


class AnnouncedDay(Strict):
    """A day off that a resolution or a draft names. It is worked until a letter, or the law, makes it a day off."""

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
            raise Inconsistent("announced_after_the_day", day=self.day, since=self.since)
        return self

    def days(self, until: date) -> Iterator[date]:
        """The days that it means, to `until` included; 29 February only where there is one."""
        for year in range(self.day.year, until.year + 1 if self.yearly else self.day.year + 1):
            day = _same_date(self.day, year)
            if day is not None and day <= until:
                yield day


class PendingDay(Value):
    """One day that is announced and still worked."""

    day: date
    name: Bilingual
    source: str
    since: date


def pending(
    announced: Iterable[AnnouncedDay], ordered: Container[date], first: date, last: date
) -> tuple[PendingDay, ...]:
    """The announced days from `first` to `last` that are not among those already ordered off, in order of time."""
    found = [
        PendingDay(day=day, name=one.name, source=one.source, since=one.since)
        for one in announced
        for day in one.days(last)
        if first <= day and day not in ordered
    ]
    return tuple(sorted(found, key=lambda one: one.day))


def _same_date(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:
        return None
