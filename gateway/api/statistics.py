"""Reads statistics: numbers of dossiers over a period and as of now, each with the filter of its list."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from activities.ledger.statistics.measures import Measure, MeasureNow, Period
from activities.ledger.statistics.reader import Counts, SpentTimes
from activities.ledger.statistics.statements import Group
from domain.deadlines.limits import WhichClock
from domain.rules.province import Province
from domain.values import VIETNAM, Code, Day, Instant, Value
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.dossiers.search_bodies import DossierFilterBody
from gateway.api.named_codes import NamedCode
from gateway.api.parts import Parts
from gateway.api.queries import WrittenDay
from gateway.views.names import Names
from gateway.views.statistics import (
    NOTHING_NOW,
    NOTHING_OVER,
    Overview,
    filters_of,
    of_group,
    population_of,
    read_overview,
    rungs_of,
)

router = APIRouter(route_class=StrictRoute, tags=["Số liệu (statistics)"])

First = Annotated[
    WrittenDay | None,
    Query(description="Ngày đầu kỳ; mặc định ngày đầu tháng này (first day; by default that of this month)."),
]
Last = Annotated[WrittenDay | None, Query(description="Ngày cuối kỳ; mặc định hôm nay (last day; by default today).")]


class CountsAnswer(Value):
    """The numbers of one group."""

    key: NamedCode | None = Field(description="Nhóm; null: chưa phân công, hoặc cả phạm vi (the group; null: nobody).")
    filter: DossierFilterBody = Field(description="Bộ lọc chọn hồ sơ của nhóm (selects the dossiers of the group).")
    over: dict[Measure, int] = Field(description="Trong kỳ (over the period).")
    now: dict[MeasureNow, int] = Field(description="Lúc này (as of now).")
    times: dict[WhichClock, SpentTimes] = Field(
        description="Thời gian giải quyết theo từng hạn (working times, for each clock)."
    )


class DayCounts(Value):
    """What was received and what was resolved on a day."""

    day: Day
    received: int = Field(description="Số tiếp nhận (how many were received).")
    resolved: int = Field(description="Số đã giải quyết (how many were resolved).")


class StatisticsAnswer(Value):
    """Numbers over a period and as of now."""

    first: Day = Field(description="Ngày đầu kỳ (the first day).")
    last: Day = Field(description="Ngày cuối kỳ (the last day).")
    at: Instant
    unit: NamedCode | None = Field(
        description="Đơn vị; null: mọi đơn vị của người gọi (null: every unit of the caller)."
    )
    by: Group = Field(description="Chia theo gì (counted apart by).")
    filters: dict[Measure | MeasureNow, DossierFilterBody] = Field(
        description="Bộ lọc của từng chỉ tiêu; thêm filter của nhóm (the filter of each measure; add that of the "
        "group)."
    )
    total: CountsAnswer = Field(description="Cộng tất cả (the whole).")
    groups: tuple[CountsAnswer, ...] = Field(description="Từng nhóm có hồ sơ (each group that has dossiers).")
    days: tuple[DayCounts, ...] = Field(description="Chỉ những ngày có hồ sơ (only days with a dossier).")
    rungs: dict[Code, int] = Field(description="Hồ sơ mở theo bậc gần nhất (open dossiers by the last rung).")
    systems: dict[Code, int] = Field(description="Hồ sơ có sự cố theo hệ thống (dossiers with an incident).")


@router.get(
    "/statistics",
    response_model=StatisticsAnswer,
    **operation("read_statistics", "Số liệu tổng hợp", "numbers of dossiers over a period and as of now"),
)
async def read_statistics(
    parts: Parts,
    signed: Signed,
    first: First = None,
    last: Last = None,
    unit: Annotated[Code | None, Query(description="Mã đơn vị (unit).", examples=["13366"])] = None,
    by: Annotated[Group, Query(description="Chia theo (counted apart by).")] = Group.UNIT,
) -> object:
    """Answers with the numbers of the caller's units, or of one of them."""
    province, at = parts.engine.province, signed.caller.at
    period = period_of(first, last, at.astimezone(VIETNAM).date())
    population, rungs = population_of(signed, province, unit), rungs_of(province)
    overview = await read_overview(parts.pool, population, period, by, at=at, rungs=rungs)
    filters = filters_of(period, at, rungs)
    return _answer(overview, province, at, filters)


def period_of(first: date | None, last: date | None, today: date) -> Period:
    """The days that were asked for; by default this month until today."""
    last = last or today
    return Period.of(first or min(last, today).replace(day=1), last)


def _answer(overview: Overview, province: Province, at: Any, filters: Any) -> StatisticsAnswer:
    names = Names.of_province(province, at.date())
    unit, period = overview.population.unit, overview.period
    whole = overview.population.filter
    return StatisticsAnswer(
        first=period.first,
        last=period.last,
        at=at,
        unit=None if unit is None else NamedCode(code=unit, name=names.unit(unit)),
        by=overview.by,
        filters={measure: DossierFilterBody.model_validate(one) for measure, one in filters.items()},
        total=_counts(None, whole, overview.over, overview.now),
        groups=tuple(_group(overview, over, now, names) for over, now in overview.groups),
        days=tuple(DayCounts(**one.model_dump()) for one in overview.days),
        rungs=overview.rungs,
        systems=overview.systems,
    )


def _group(overview: Overview, over: Counts | None, now: Counts | None, names: Names) -> CountsAnswer:
    key = (over or now or NOTHING_OVER).key
    named = {Group.UNIT: names.unit, Group.PROCEDURE: names.procedure}.get(overview.by, str)
    shown = None if key is None else NamedCode(code=key, name=named(key))
    return _counts(shown, {**overview.population.filter, **of_group(overview.by, key)}, over, now)


def _counts(key: NamedCode | None, wanted: Any, over: Counts | None, now: Counts | None) -> CountsAnswer:
    return CountsAnswer.model_validate(
        {
            "key": key,
            "filter": DossierFilterBody.model_validate(wanted),
            "over": (over or NOTHING_OVER).numbers,
            "now": (now or NOTHING_NOW).numbers,
            "times": (over or NOTHING_OVER).times,
        }
    )
