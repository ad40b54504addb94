"""Reads working calendars day by day. They are public, so nobody has to sign in for them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from domain.deadlines.calendar import DatedException, DayDescription, DeskSession, Weekday, WorkingCalendar
from domain.errors import InvalidInput
from domain.messages.deadlines import DeadlineRefusal
from domain.rules.province import Province
from domain.values import Bilingual, Code, Hash, Value
from gateway.api.bodies import StrictRoute
from gateway.api.callers import counted_by_address
from gateway.api.documented import operation
from gateway.api.parts import Parts
from gateway.api.queries import FromDay, ToDay

router = APIRouter(route_class=StrictRoute, tags=["Lịch làm việc (calendars)"])

MOST_DAYS = 400
USUAL = timedelta(days=30)

CalendarCode = Annotated[Code, Path(description="Mã lịch (code of the calendar).", examples=["ninh-binh"])]
UnitOfDesk = Annotated[
    Code | None,
    Query(description="Mã đơn vị; mặc định lịch chung (unit; the province's calendar by default).", examples=["13285"]),
]


class ExceptionAnswer(DatedException):
    """Why the day differs from its season, and the letter that ordered it (`source`)."""

    kind_words: Bilingual


class DayAnswer(Value):
    """One day: its sessions, and why they differ from the ordinary ones."""

    day: date
    weekday: Weekday
    worked: bool = Field(description="Có buổi tính thời hạn (limits run in a session of it).")
    sessions: tuple[DeskSession, ...] = Field(
        description="`intake`: nhận hồ sơ; `clock`: tính thời hạn (dossiers are received; limits run)."
    )
    season: str
    exception: ExceptionAnswer | None

    @classmethod
    def of(cls, one: DayDescription) -> DayAnswer:
        """The day as the calendar describes it."""
        exception = one.exception
        told = {**exception.model_dump(), "kind_words": exception.kind.words} if exception else None
        return cls.model_validate(
            {"day": one.day, "weekday": one.weekday, "worked": one.worked, "sessions": one.sessions,
             "season": one.season, "exception": told}
        )  # fmt: skip


class CalendarAnswer(Value):
    """A working calendar, day by day within a period."""

    code: Code
    version: Code
    name: str
    hash: Hash = Field(description="SHA-256 mà hồ sơ ghi nhận (the hash that dossiers pin).")
    first_day: date = Field(description="Ngày đầu của lịch (the first day of the calendar).")
    last_day: date = Field(description="Ngày cuối của lịch (the last day of the calendar).")
    days: tuple[DayAnswer, ...]


@router.get(
    "/calendars/{code}",
    dependencies=[Depends(counted_by_address)],
    response_model=CalendarAnswer,
    **operation(
        "read_calendar",
        "Một lịch làm việc, từng ngày",
        "one working calendar, day by day",
    ),
)
async def read_calendar(code: CalendarCode, parts: Parts, first: FromDay = None, last: ToDay = None) -> object:
    """Answers with each day of the period, at most 400: its sessions, and the exception with its letter."""
    begin, end = _period(first, last, parts.now().date())
    return _answer(parts.engine.province, parts.engine.province.calendar(code), begin, end)


@router.get(
    "/calendar",
    dependencies=[Depends(counted_by_address)],
    response_model=CalendarAnswer,
    **operation(
        "read_calendar_of_unit",
        "Lịch làm việc của một đơn vị",
        "the working calendar of a unit's desk",
    ),
)
async def read_calendar_of_unit(
    parts: Parts, unit: UnitOfDesk = None, first: FromDay = None, last: ToDay = None
) -> object:
    """Answers like the calendar's own address, with the calendar that the unit's desk has on the first day."""
    begin, end = _period(first, last, parts.now().date())
    province = parts.engine.province
    return _answer(province, province.calendar_of(unit, begin), begin, end)


def _period(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The period, by default 30 days from its first day. Raises InvalidInput `period_reversed`, `period_too_long`."""
    begin = first or today
    end = last or begin + USUAL
    if end < begin:
        raise InvalidInput(DeadlineRefusal.PERIOD_REVERSED, first=begin, last=end)
    if (end - begin).days >= MOST_DAYS:
        raise InvalidInput(DeadlineRefusal.PERIOD_TOO_LONG, first=begin, last=end, most=MOST_DAYS)
    return begin, end


def _answer(province: Province, calendar: WorkingCalendar, begin: date, end: date) -> CalendarAnswer:
    return CalendarAnswer(
        code=calendar.code,
        version=calendar.version,
        name=calendar.name,
        hash=province.hash_of_calendar(calendar.code),
        first_day=calendar.first_day,
        last_day=calendar.last_day,
        days=tuple(DayAnswer.of(one) for one in calendar.days(begin, end)),
    )
