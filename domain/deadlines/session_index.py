"""Working sessions as sorted integers: one or two binary searches answer each question of a clock.

Internal times are microseconds since the start of the year 2000 in Vietnam. `before[i]` is the working time of all
sessions before session i, `after[i]` the same including session i.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from domain.deadlines.limits import HIGHEST_AMOUNT
from domain.errors import InvalidInput
from domain.messages.deadlines import DeadlineRefusal
from domain.values import VIETNAM

_EPOCH = datetime(2000, 1, 1, tzinfo=VIETNAM)
_EPOCH_DAY = _EPOCH.date().toordinal()
_SECOND = 1_000_000
_DAY = 86_400 * _SECOND


class SessionIndex:
    """The prefix sums of one calendar, built once and used for every due date."""

    __slots__ = ("_after", "_before", "_ceiling", "_closes", "_code", "_day_closes", "_days", "_floor", "_opens")

    def __init__(
        self, code: str, first_day: date, last_day: date, stretches: Sequence[tuple[date, time, time]]
    ) -> None:
        self._code = code
        self._floor = _midnight(first_day)
        self._ceiling = _midnight(last_day) + _DAY
        self._opens = [_midnight(day) + _of_day(opens) for day, opens, _ in stretches]
        self._closes = [_midnight(day) + _of_day(closes) for day, _, closes in stretches]
        self._before, self._after = _prefix_sums(self._opens, self._closes)
        closes_by_day = {day.toordinal(): _midnight(day) + _of_day(closes) for day, _, closes in stretches}
        self._days = list(closes_by_day)
        self._day_closes = list(closes_by_day.values())

    def next_working_instant(self, at: datetime) -> datetime:
        return _instant(self._next(self._inside(at)))

    def working_time_between(self, begin: datetime, end: datetime) -> timedelta:
        return timedelta(microseconds=self._worked(self._inside(end)) - self._worked(self._inside(begin)))

    def known_working_time(self, begin: datetime, end: datetime) -> timedelta:
        first, last = (min(_micros(at - _EPOCH), self._ceiling) for at in (begin, end))
        return timedelta(microseconds=self._worked(last) - self._worked(first))

    def add_working_time(self, at: datetime, amount: timedelta) -> datetime:
        span = _micros(amount)
        if span < 0:
            raise InvalidInput(DeadlineRefusal.NEGATIVE_WORKING_TIME, amount=amount)
        now = self._inside(at)
        if span == 0:
            return _instant(self._next(now))
        target = self._worked(now) + span
        i = bisect_left(self._after, target)
        if i == len(self._after):
            raise self._exhausted()
        return _instant(self._closes[i] - (self._after[i] - target))

    def close_of_business(self, day: date) -> datetime:
        self.require_day(day)
        return _instant(self._day_closes[self._first(bisect_left(self._days, day.toordinal()))])

    def working_day_after(self, day: date, count: int) -> date:
        if count < 1:
            raise InvalidInput(DeadlineRefusal.LIMIT_OUT_OF_RANGE, amount=count, least=1, most=HIGHEST_AMOUNT)
        self.require_day(day)
        return date.fromordinal(self._days[self._first(bisect_right(self._days, day.toordinal()) + count - 1)])

    def require_day(self, day: date) -> None:
        """Raises unless the calendar describes this day."""
        self._require(_midnight(day))

    def _first(self, i: int) -> int:
        if i >= len(self._days):
            raise self._exhausted()
        return i

    def _next(self, now: int) -> int:
        i = bisect_right(self._closes, now)
        if i == len(self._closes):
            raise self._exhausted()
        return max(now, self._opens[i])

    def _worked(self, now: int) -> int:
        i = bisect_right(self._opens, now) - 1
        if i < 0:
            return 0
        return self._before[i] + min(now, self._closes[i]) - self._opens[i]

    def _inside(self, at: datetime) -> int:
        if at.tzinfo is None:
            raise InvalidInput(DeadlineRefusal.NAIVE_DATETIME, given=at.isoformat())
        now = _micros(at - _EPOCH)
        self._require(now)
        return now

    def _require(self, now: int) -> None:
        if now < self._floor:
            raise InvalidInput(DeadlineRefusal.BEFORE_CALENDAR, calendar=self._code, first=_instant(self._floor).date())
        if now > self._ceiling:
            raise self._exhausted()

    def _exhausted(self) -> InvalidInput:
        last = (_instant(self._ceiling) - timedelta(days=1)).date()
        return InvalidInput(DeadlineRefusal.CALENDAR_EXHAUSTED, calendar=self._code, last=last)


def _prefix_sums(opens: Sequence[int], closes: Sequence[int]) -> tuple[list[int], list[int]]:
    before, after, total = [], [], 0
    for begin, end in zip(opens, closes, strict=True):
        before.append(total)
        total += end - begin
        after.append(total)
    return before, after


def _midnight(day: date) -> int:
    return (day.toordinal() - _EPOCH_DAY) * _DAY


def _of_day(moment: time) -> int:
    return (moment.hour * 60 + moment.minute) * 60 * _SECOND


def _micros(span: timedelta) -> int:
    return span.days * _DAY + span.seconds * _SECOND + span.microseconds


def _instant(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)
