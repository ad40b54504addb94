"""A second, independent computation of due dates: minute by minute, sharing only the calendar's data with the engine.

It reads the calendar as plain dictionaries, marks every working minute of the years in one long row, and counts along
the row. Times are whole minutes. It answers `None` when the row ends before the count does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

ZONE = timezone(timedelta(hours=7))
MINUTES_A_DAY = 1_440
DAY_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Oracle:
    """One calendar as a row of minutes: 1 where a clock runs, else 0."""

    def __init__(self, calendar: dict[str, Any]) -> None:
        self.first = date.fromisoformat(calendar["first_day"])
        last = date.fromisoformat(calendar["last_day"])
        self.zero = datetime(self.first.year, self.first.month, self.first.day, tzinfo=ZONE)
        self.length = (last - self.first).days + 1
        self.row = bytearray(self.length * MINUTES_A_DAY)
        exceptions = {exception["day"]: exception for exception in calendar["exceptions"]}
        for n in range(self.length):
            day = self.first + timedelta(days=n)
            for session in hours_of(day, calendar["seasons"], exceptions.get(day.isoformat())):
                if session.get("clock", True):
                    for minute in range(minute_of(session["opens"]), minute_of(session["closes"])):
                        self.row[n * MINUTES_A_DAY + minute] = 1
        days = range(0, len(self.row), MINUTES_A_DAY)
        self.minutes_of_day = [self.row.count(1, midnight, midnight + MINUTES_A_DAY) for midnight in days]

    def minute(self, at: datetime) -> int:
        return int((at - self.zero).total_seconds() // 60)

    def instant(self, minute: int | None) -> datetime | None:
        return None if minute is None else self.zero + timedelta(minutes=minute)

    def start(self, received: int) -> int | None:
        found = self.row.find(1, received)
        return None if found < 0 else found

    def walk(self, start: int, minutes: int, pauses: Sequence[tuple[int, int]] = ()) -> int | None:
        """The end of the `minutes`-th working minute from `start` that is not paused."""
        days = (range(began // MINUTES_A_DAY, ended // MINUTES_A_DAY + 1) for began, ended in pauses)
        in_part = {start // MINUTES_A_DAY}.union(*days)
        left = start
        while left < len(self.row):
            day = left // MINUTES_A_DAY
            midnight = (day + 1) * MINUTES_A_DAY
            if day not in in_part and self.minutes_of_day[day] < minutes:
                minutes -= self.minutes_of_day[day]
                left = midnight
                continue
            today = self.unpaused(left, midnight, pauses)
            if today.count(1) >= minutes:
                return left + bisect_left(range(len(today)), minutes, key=lambda end: today.count(1, 0, end))
            minutes -= today.count(1)
            left = midnight
        return None

    def unpaused(self, first: int, end: int, pauses: Sequence[tuple[int, int]]) -> bytearray:
        """A part of the row, without the minutes of the pauses."""
        part = self.row[first:end]
        for began, ended in pauses:
            since, until = max(began, first), min(ended, end)
            if until > since:
                part[since - first : until - first] = bytes(until - since)
        return part

    def counted(self, start: int, end: int) -> int:
        """The working minutes between two minutes."""
        first, last = start // MINUTES_A_DAY + 1, end // MINUTES_A_DAY
        if first > last:
            return self.row.count(1, start, end)
        edges = self.row.count(1, start, first * MINUTES_A_DAY) + self.row.count(1, last * MINUTES_A_DAY, end)
        return edges + sum(self.minutes_of_day[first:last])

    def close(self, day: int) -> int | None:
        """The end of the last working minute of a day, or of the next working day."""
        while day < self.length:
            if self.minutes_of_day[day]:
                return self.row.rfind(1, day * MINUTES_A_DAY, (day + 1) * MINUTES_A_DAY) + 1
            day += 1
        return None

    def base(self, amount: int, unit: str, rules: dict[str, Any], start: int) -> int | None:
        """The end of the limit without pauses."""
        day = start // MINUTES_A_DAY
        if unit == "working_day" and rules["working_day"] == "civil_code":
            return self.close_of_nth_working_day(day, amount)
        if unit == "working_day":
            return self.walk(start, amount * 480)
        if unit == "hour" and rules["hours_are_working"]:
            return self.walk(start, amount * 60)
        if unit == "hour":
            return self.rolled(start + amount * 60)
        if unit == "calendar_day":
            return self.close(day + amount)
        if unit == "month":
            return self.close((add_months(self.first + timedelta(days=day), amount) - self.first).days)
        if start % MINUTES_A_DAY < minute_of(rules["same_day_cutoff"]):
            return self.close(day)
        return self.close(day + 1)

    def close_of_nth_working_day(self, day: int, amount: int) -> int | None:
        while amount:
            day += 1
            if day >= self.length:
                return None
            if self.minutes_of_day[day]:
                amount -= 1
        return self.close(day)

    def rolled(self, minute: int) -> int | None:
        if minute > len(self.row):
            return None
        if self.row[minute - 1] or (minute < len(self.row) and self.row[minute]):
            return minute
        return self.start(minute)

    def paused(self, due: int | None, start: int, pauses: Sequence[tuple[int, int]]) -> int | None:
        """The due date of a clock with as many minutes as there are working minutes before `due`."""
        if due is None or not pauses:
            return due
        return self.walk(start, self.counted(start, due), pauses)

    def statutory(
        self, amount: int | None, unit: str, rules: dict[str, Any], received: int, pauses: Sequence[tuple[int, int]]
    ) -> int | None:
        start = self.start(received)
        if start is None or amount is None:
            return None
        return self.paused(self.base(amount, unit, rules, start), start, pauses)

    def promised(
        self,
        green: dict[str, Any],
        amount: int,
        unit: str,
        rules: dict[str, Any],
        received: int,
        pauses: Sequence[tuple[int, int]],
    ) -> int | None:
        start = self.start(received)
        if start is None:
            return None
        statutory = self.base(amount, unit, rules, start)
        if statutory is None:
            return None
        if green["mode"] == "cap":
            promised = self.walk(start, green["working_hours"] * 60)
        else:
            promised = self.halved(green, amount, unit, rules, start)
        if promised is None:
            promised = statutory
        return self.paused(min(promised, statutory), start, pauses)

    def halved(self, green: dict[str, Any], amount: int, unit: str, rules: dict[str, Any], start: int) -> int | None:
        """Half of the limit, in its own unit."""
        step = {"minute": 1, "hour": 60, "half_day": 240, "day": 480}[green["rounding"]]
        if unit in ("working_day", "hour"):
            minutes = amount * (240 if unit == "working_day" else 30)
            while minutes % step:
                minutes += 1
            if unit == "hour" and not rules["hours_are_working"]:
                return self.rolled(start + minutes)
            return self.walk(start, minutes)
        if unit == "same_day":
            return self.base(amount, unit, rules, start)
        if unit == "month" and amount % 2 == 0:
            return self.base(amount // 2, unit, rules, start)
        day = start // MINUTES_A_DAY
        if unit == "month":
            today = self.first + timedelta(days=day)
            amount = (add_months(today, amount) - today).days
        return self.close(day + (amount + 1) // 2)


def hours_of(day: date, seasons: list[dict[str, Any]], exception: dict[str, Any] | None) -> list[dict[str, Any]]:
    if exception is None:
        return weekday_hours(day, DAY_NAMES[day.weekday()], seasons)
    if exception["kind"] == "make_up_working" and not exception.get("sessions"):
        instead = date.fromisoformat(exception["swapped_with"])
        return weekday_hours(day, DAY_NAMES[instead.weekday()], seasons)
    return list(exception.get("sessions", []))


def weekday_hours(day: date, name: str, seasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for season in seasons:
        if season["first_day"] <= day.isoformat() <= season["last_day"]:
            for pattern in season["week"]:
                if name in pattern["days"]:
                    return list(pattern["sessions"])
    return []


def minute_of(clock: str) -> int:
    hours, minutes = clock.split(":")[:2]
    return int(hours) * 60 + int(minutes)


def add_months(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1
