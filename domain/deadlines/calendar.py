"""The working calendar of a unit as dated data, and the computations that clocks need from it.

All instants have a zone; answers are in Vietnam's zone. *Working time* is time inside sessions whose `clock` flag is
set. In a session with `intake` alone (Saturday for the people) dossiers are received and no limit runs. A session
includes its opening and excludes its close: 17:00 exactly already belongs to the next session.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.deadlines.local_time import LocalTime
from domain.deadlines.session_index import SessionIndex
from domain.inconsistency import Inconsistent
from domain.messages.deadlines import CalendarFault
from domain.values import VIETNAM, Bilingual, Code, Day, Indexed, Name, Strict, Text, Value

ONE_DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""A calendar outside these years is a typing error. At the end of Python's calendar no next day can be computed."""


class Weekday(StrEnum):
    """The days of the week, in the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


WEEK = tuple(Weekday)


class DeskSession(Strict):
    """A part of a day in which the desks are open. `intake`: dossiers are received; `clock`: limits run."""

    opens: LocalTime
    closes: LocalTime
    intake: bool = True
    clock: bool = True

    @model_validator(mode="after")
    def _is_a_stretch_of_a_day(self) -> Self:
        for moment in (self.opens, self.closes):
            if moment.second or moment.microsecond or moment.tzinfo:
                raise Inconsistent(CalendarFault.SESSION_NOT_WHOLE_MINUTES, value=moment)
        if self.opens >= self.closes:
            raise Inconsistent(CalendarFault.SESSION_ENDS_BEFORE_IT_OPENS, opens=self.opens, closes=self.closes)
        if not (self.intake or self.clock):
            raise Inconsistent(CalendarFault.SESSION_WITHOUT_USE, opens=self.opens, closes=self.closes)
        return self


class DayPattern(Strict):
    """The sessions of some weekdays. A weekday that no pattern names is off."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    sessions: Annotated[tuple[DeskSession, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _sessions_in_order(self) -> Self:
        _in_order(self.sessions)
        return self


class Season(Strict):
    """The ordinary week between two dates, both included (summer and winter hours are two seasons)."""

    name: Name
    first_day: Day
    last_day: Day
    week: Annotated[tuple[DayPattern, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.last_day < self.first_day:
            raise Inconsistent(
                CalendarFault.LAST_DAY_BEFORE_FIRST, name=self.name, first=self.first_day, last=self.last_day
            )
        named = [day for pattern in self.week for day in pattern.days]
        if len(set(named)) != len(named):
            raise Inconsistent(CalendarFault.DUPLICATE_WEEKDAY, name=self.name)
        return self

    def sessions_of(self, weekday: Weekday) -> tuple[DeskSession, ...]:
        """The sessions of one weekday, empty where it is off."""
        return next((pattern.sessions for pattern in self.week if weekday in pattern.days), ())


class ExceptionKind(StrEnum):
    """Why one day differs from its season."""

    HOLIDAY = "holiday"  # nghỉ lễ, tết, nghỉ bù
    SWAPPED_OFF = "swapped_off"  # ngày làm việc được hoán đổi thành ngày nghỉ
    MAKE_UP_WORKING = "make_up_working"  # ngày làm bù
    CLOSURE = "closure"  # đóng cửa đột xuất (bão, lụt); `sessions` has the sessions that remain, if any
    SHORT_DAY = "short_day"  # làm việc một phần ngày
    EXTRA_DESK = "extra_desk"  # mở cửa thêm

    @property
    def words(self) -> Bilingual:
        """The name for people."""
        return _KINDS[self]


_KINDS = {
    ExceptionKind.HOLIDAY: Bilingual(vi="nghỉ lễ, tết", en="holiday"),
    ExceptionKind.SWAPPED_OFF: Bilingual(vi="nghỉ hoán đổi", en="swapped day off"),
    ExceptionKind.MAKE_UP_WORKING: Bilingual(vi="làm bù", en="make-up working day"),
    ExceptionKind.CLOSURE: Bilingual(vi="đóng cửa đột xuất", en="closure"),
    ExceptionKind.SHORT_DAY: Bilingual(vi="làm việc một phần ngày", en="short day"),
    ExceptionKind.EXTRA_DESK: Bilingual(vi="mở cửa thêm", en="extra opening"),
}

_NEVER_WORKED = frozenset({ExceptionKind.HOLIDAY, ExceptionKind.SWAPPED_OFF})
_MAY_BE_EMPTY = _NEVER_WORKED | {ExceptionKind.CLOSURE, ExceptionKind.MAKE_UP_WORKING}


class DatedException(Strict):
    """One day that differs from its season, and the letter that ordered it (`source`).

    A make-up day without sessions of its own has the sessions of the weekday that it makes up for (`swapped_with`).
    """

    day: Day
    kind: ExceptionKind
    name: Bilingual
    source: Text
    sessions: tuple[DeskSession, ...] = ()
    swapped_with: Day | None = None
    provisional: bool = False
    """True while no letter has confirmed it: computed ahead from the law and the lunar calendar."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        _in_order(self.sessions)
        if self.kind in _NEVER_WORKED and self.sessions:
            raise Inconsistent(CalendarFault.DAY_OFF_WITH_SESSIONS, day=self.day, kind=self.kind)
        if self.kind not in _MAY_BE_EMPTY and not self.sessions:
            raise Inconsistent(CalendarFault.WORKED_DAY_WITHOUT_SESSIONS, day=self.day, kind=self.kind)
        if self.kind is ExceptionKind.MAKE_UP_WORKING and not self.sessions and self.swapped_with is None:
            raise Inconsistent(CalendarFault.WORKED_DAY_WITHOUT_SESSIONS, day=self.day, kind=self.kind)
        return self


class DayDescription(Value):
    """The sessions of one day and the reason. `exception` is None on an ordinary day of its season."""

    day: Day
    weekday: Weekday
    sessions: tuple[DeskSession, ...]
    season: str
    exception: DatedException | None = None

    @property
    def worked(self) -> bool:
        """True when at least one session runs the clock."""
        return any(session.clock for session in self.sessions)


class WorkingCalendar(Indexed):
    """The dated working calendar of a unit. Plain data: equal content has equal canonical JSON."""

    code: Code
    version: Code
    name: Name
    first_day: Day
    last_day: Day
    seasons: Annotated[tuple[Season, ...], Field(min_length=1)]
    exceptions: tuple[DatedException, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.last_day < self.first_day:
            raise Inconsistent(
                CalendarFault.LAST_DAY_BEFORE_FIRST, name=self.code, first=self.first_day, last=self.last_day
            )
        for day in (self.first_day, self.last_day):
            if not FIRST_YEAR <= day.year <= LAST_YEAR:
                raise Inconsistent(
                    CalendarFault.CALENDAR_OUTSIDE_YEARS, calendar=self.code, day=day, first=FIRST_YEAR, last=LAST_YEAR
                )
        _cover_without_gap(self)
        days = [exception.day for exception in self.exceptions]
        twice = sorted({day.isoformat() for day in days if days.count(day) > 1})
        if twice:
            raise Inconsistent(CalendarFault.DUPLICATE_EXCEPTION, days=", ".join(twice))
        outside = [day.isoformat() for day in days if not self.first_day <= day <= self.last_day]
        if outside:
            raise Inconsistent(CalendarFault.EXCEPTION_OUTSIDE_CALENDAR, days=", ".join(outside), calendar=self.code)
        return self

    def __repr__(self) -> str:
        return f"WorkingCalendar({self.code!r}, version={self.version!r}, {self.first_day}..{self.last_day})"

    def next_working_instant(self, at: datetime) -> datetime:
        """`at` itself inside a session, else the opening of the next. Error: calendar_exhausted, before_calendar."""
        return self._index.next_working_instant(at)

    def working_time_between(self, begin: datetime, end: datetime) -> timedelta:
        """The working time from `begin` to `end`; negative when `end` is the earlier."""
        return self._index.working_time_between(begin, end)

    def known_working_time(self, begin: datetime, end: datetime) -> timedelta:
        """As `working_time_between`, but time after the calendar's last day counts as zero."""
        return self._index.known_working_time(begin, end)

    def reaches(self, at: datetime) -> bool:
        """False for an instant after the calendar's last day."""
        return at <= self.end

    @cached_property
    def end(self) -> datetime:
        """The midnight that ends the last day."""
        return datetime.combine(self.last_day, time(), VIETNAM) + ONE_DAY

    def add_working_time(self, at: datetime, amount: timedelta) -> datetime:
        """The instant by which `amount` of working time has passed since `at`; landing on a session's end stays there.

        Zero gives the next working instant. Error: negative_working_time, calendar_exhausted, before_calendar.
        """
        return self._index.add_working_time(at, amount)

    def close_of_business(self, day: date) -> datetime:
        """The end of the last session of `day`, or of the next working day where `day` is off."""
        return self._index.close_of_business(day)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self._index.working_day_after(day, 1)

    def working_day_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which is not itself counted."""
        return self._index.working_day_after(day, count)

    def sessions_on(self, day: date) -> tuple[DeskSession, ...]:
        """All sessions of a day, also those for intake only; empty on a day off."""
        exception = self._exceptions.get(day)
        if exception is None:
            return self.season_of(day).sessions_of(WEEK[day.weekday()])
        if exception.kind is ExceptionKind.MAKE_UP_WORKING and not exception.sessions and exception.swapped_with:
            return self.season_of(day).sessions_of(WEEK[exception.swapped_with.weekday()])
        return exception.sessions

    def season_of(self, day: date) -> Season:
        """The season of a day. Error: before_calendar, calendar_exhausted."""
        self._index.require_day(day)
        return next(season for season in self.seasons if season.first_day <= day <= season.last_day)

    def intake_open(self, at: datetime) -> bool:
        """True if the desks receive dossiers at this instant."""
        local = at.astimezone(VIETNAM)
        moment = local.time()
        return any(
            session.intake and session.opens <= moment < session.closes for session in self.sessions_on(local.date())
        )

    def describe(self, day: date) -> DayDescription:
        """Why a day is worked or off, and by which letter."""
        return DayDescription(
            day=day,
            weekday=WEEK[day.weekday()],
            sessions=self.sessions_on(day),
            season=self.season_of(day).name,
            exception=self._exceptions.get(day),
        )

    def days(self, begin: date, end: date) -> list[DayDescription]:
        """The description of every day from `begin` to `end`, both included."""
        return [self.describe(begin + n * ONE_DAY) for n in range((end - begin).days + 1)]

    @cached_property
    def _exceptions(self) -> dict[date, DatedException]:
        return {exception.day: exception for exception in self.exceptions}

    @cached_property
    def _index(self) -> SessionIndex:
        return SessionIndex(self.code, self.first_day, self.last_day, self._stretches())

    def _stretches(self) -> list[tuple[date, time, time]]:
        by_weekday = [(season, [season.sessions_of(weekday) for weekday in WEEK]) for season in self.seasons]
        stretches = []
        for season, week in sorted(by_weekday, key=lambda pair: pair[0].first_day):
            for n in range((season.last_day - season.first_day).days + 1):
                day = season.first_day + n * ONE_DAY
                sessions = week[day.weekday()] if day not in self._exceptions else self._exceptional(day, week)
                stretches += [(day, session.opens, session.closes) for session in sessions if session.clock]
        return stretches

    def _exceptional(self, day: date, week: list[tuple[DeskSession, ...]]) -> tuple[DeskSession, ...]:
        exception = self._exceptions[day]
        if exception.kind is ExceptionKind.MAKE_UP_WORKING and not exception.sessions and exception.swapped_with:
            return week[exception.swapped_with.weekday()]
        return exception.sessions


def _in_order(sessions: tuple[DeskSession, ...]) -> None:
    for earlier, later in pairwise(sessions):
        if later.opens < earlier.closes:
            raise Inconsistent(CalendarFault.SESSIONS_OVERLAP, opens=later.opens, closes=earlier.closes)


def _cover_without_gap(calendar: WorkingCalendar) -> None:
    """Checks that each day belongs to exactly one season. Days are compared, never added to: years end at 9999."""
    covered: Day | None = None
    for season in sorted(calendar.seasons, key=lambda season: season.first_day):
        follows = season.first_day == calendar.first_day if covered is None else season.first_day - covered == ONE_DAY
        if not follows:
            raise Inconsistent(
                CalendarFault.SEASONS_DO_NOT_MEET, calendar=calendar.code, day=covered or calendar.first_day
            )
        if season.last_day > calendar.last_day:
            raise Inconsistent(CalendarFault.SEASONS_DO_NOT_MEET, calendar=calendar.code, day=calendar.last_day)
        covered = season.last_day
    if covered != calendar.last_day:
        raise Inconsistent(CalendarFault.SEASONS_DO_NOT_MEET, calendar=calendar.code, day=covered)
