"""The pages of the overview, the part that is renewed while it is looked at, and its tables for other programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Query, Response

from activities.ledger.statistics.measures import Measure, Period, filter_over, population_now
from activities.ledger.statistics.reader import StatisticsReader
from activities.ledger.statistics.statements import Group
from domain.deadlines.calendar import ONE_DAY
from domain.values import VIETNAM, midnight
from gateway.console.overview.asked import OverviewAsked, asked_of, population
from gateway.console.overview.figures import COLUMNS, OF_PERIOD, Figures, figures_of, group_of, in_order, register
from gateway.console.overview.files import made, period_words, report_answer
from gateway.console.overview.report import Report
from gateway.console.overview.sheets import COMPARED, by_ladder, overview_sheets, rung_words
from gateway.console.visits import Visit, Visiting, opens
from gateway.i18n.statistics import MEASURES
from gateway.views.arrivals import HeatMap, heat_map, receptionists
from gateway.views.statistics import NOTHING_NOW, NOTHING_OVER, Overview, Population, as_filter, read_overview, rungs_of

router = APIRouter()


@dataclass(frozen=True)
class Shown:
    """An overview with its figures, and the heat map of its arrivals."""

    asked: OverviewAsked
    figures: Figures
    arrivals: HeatMap
    at: datetime


@router.get("/overview", **opens("read_statistics"))
async def overview(visit: Visiting, sort: str = Query("", max_length=40)) -> Response:
    """The whole page; for the page itself, every half minute, only the numbers as of now; the others every minute.

    `sort`: the column by which the units or officers are ordered.
    """
    asked = asked_of(visit)
    if visit.htmx and visit.request.headers.get("hx-target") != "figures":
        return visit.fragment("overview/page.html", "now", **await _now(visit, asked))
    shown = await _shown(visit, asked)
    other = await _shown(visit, asked.other) if asked.compares else None
    return visit.page(
        "overview/page.html", **_context(visit, shown, other), sort=sort,
        lines=in_order(shown.figures.lines, sort),
    )  # fmt: skip


@router.get("/overview/export.csv", **opens("read_statistics"))
async def overview_csv(visit: Visiting) -> Response:
    """What the page shows, as CSV."""
    return await _export(visit, "csv")


@router.get("/overview/export.xlsx", **opens("read_statistics"))
async def overview_xlsx(visit: Visiting) -> Response:
    """What the page shows, as an Excel workbook."""
    return await _export(visit, "xlsx")


@router.get("/overview/export.pdf", **opens("read_statistics"))
async def overview_pdf(visit: Visiting) -> Response:
    """What the page shows, on paper."""
    return await _export(visit, "pdf")


async def _export(visit: Visit, form: str) -> Response:
    """Raises BadRequest `exports_busy`."""
    asked = asked_of(visit)
    name = f"tong-quan-{asked.period.first:%Y%m%d}-{asked.period.last:%Y%m%d}"
    with visit.api.exports.place():
        return await report_answer(visit, await _report(visit, asked), name, form)


async def _report(visit: Visit, asked: OverviewAsked) -> Report:
    shown = await _shown(visit, asked)
    other = await _shown(visit, asked.other) if asked.compares else None
    sheets = overview_sheets(visit, shown.figures, None if other is None else other.figures, shown.arrivals)
    notes = [period_words(visit, asked.period), made(visit, shown.at)]
    if other is not None:
        beside = (title_of(visit, other.asked), period_words(visit, other.asked.period), made(visit, other.at))
        notes.append(f"{visit.text(COMPARED)}: {'. '.join(beside)}")
    return Report(f"{visit.written('Overview')}: {title_of(visit, asked)}", tuple(notes), tuple(sheets))


async def _now(visit: Visit, asked: OverviewAsked) -> dict[str, Any]:
    """The numbers as of now alone, which are cheap: only open dossiers are counted."""
    people, rungs = population(visit, asked), rungs_of(visit.api.engine.province)
    async with StatisticsReader(visit.api.pool).at_one_moment() as statistics:
        counted = await statistics.now(people.asked(visit.now), rungs, Group.ALL)
    now = counted[0] if counted else NOTHING_NOW
    overview = Overview(people, asked.period, Group.ALL, NOTHING_OVER, now)
    return {"asked": asked, "at": visit.now, "total": figures_of(overview, visit.now, rungs).total, "words": MEASURES}


async def _shown(visit: Visit, asked: OverviewAsked) -> Shown:
    people = population(visit, asked)
    key = f"overview {people.key} {asked.period!r} {asked.unit}"
    reading = await visit.console.readings.read(key, lambda: _read(visit, asked, people))
    units = people.wanted.units.codes if people.wanted.units else [one.code for one in units_of(visit)]
    officers = receptionists(visit.api.engine.staff, units, visit.now)
    calendar = visit.api.engine.province.calendar_of(None, reading.at.date())
    arrivals = heat_map(reading.overview.hours, calendar, asked.period, reading.at, officers)
    figures = figures_of(reading.overview, reading.at, rungs_of(visit.api.engine.province))
    return Shown(asked, figures, arrivals, reading.at)


@dataclass(frozen=True)
class Reading:
    """What was read of an overview, and when."""

    at: datetime
    overview: Overview


async def _read(visit: Visit, asked: OverviewAsked, people: Population) -> Reading:
    pool, at, rungs = visit.api.pool, visit.now, rungs_of(visit.api.engine.province)
    return Reading(at, await read_overview(pool, people, asked.period, group_of(asked.unit), at=at, rungs=rungs))


def units_of(visit: Visit) -> list[Any]:
    """The units of today within the scope, in the order of the data."""
    scope = visit.signed.scope.units
    units = visit.api.engine.province.organisation.in_force(visit.now.astimezone(VIETNAM).date())
    return [unit for unit in units if scope is None or unit.code in scope]


def title_of(visit: Visit, asked: OverviewAsked) -> str:
    """The unit of an overview, or that it is of all."""
    if asked.unit is not None:
        return visit.names.unit(asked.unit)
    return visit.written("All units of your scope")


def _context(visit: Visit, shown: Shown, other: Shown | None) -> dict[str, Any]:
    population_filter = shown.figures.overview.population.filter
    received = {"received": shown.asked.period.window.model_dump(mode="json")}

    def hour_href(weekday: int, hour: int) -> str:
        return register(population_filter, received, {"received_hour": {"weekday": weekday, "hour": hour}})

    return {
        "asked": shown.asked,
        "at": shown.at,
        "figures": shown.figures,
        "total": shown.figures.total,
        "compared": other,
        "other_total": None if other is None else other.figures.total,
        "other_title": None if other is None else title_of(visit, other.asked),
        "title": title_of(visit, shown.asked),
        "words": MEASURES,
        "of_period": zip(("", "", "promised", "statutory"), OF_PERIOD, strict=True),
        "columns": COLUMNS,
        "heat": shown.arrivals,
        "hour_href": hour_href,
        "units": units_of(visit),
        "rungs": by_ladder(visit, shown.figures.overview.rungs),
        "rung_href": lambda rung: register(population_filter, as_filter(population_now(shown.at)), {"rungs": [rung]}),
        "system_href": lambda system: register(population_filter, {"incident_systems": [system]}),
        "received_href": lambda day: register(population_filter, {"received": _window(day)}),
        "resolved_href": lambda day: register(
            population_filter, {**as_filter(filter_over(Measure.RESOLVED, shown.asked.period)), "ended": _window(day)}
        ),
        "rung_words": lambda rung: rung_words(visit, rung),
        "days": _days(shown.figures.overview),
        "drawn_days": _drawn_days(shown),
        "usual": _months(visit.now),
    }


def _window(day: date) -> dict[str, Any]:
    return Period(first=day, last=day).window.model_dump(mode="json")


def _days(overview: Overview) -> list[list[int]]:
    """The columns of the chart: seconds since 1970 of each day, received, resolved. A day without any has zeros."""
    known = {one.day: one for one in overview.days}
    if not known:
        return [[], [], []]
    first, last = min(known), max(known)
    days = [first + number * ONE_DAY for number in range((last - first).days + 1)]
    numbers = [(known[day].received, known[day].resolved) if day in known else (0, 0) for day in days]
    return [[int(midnight(day).timestamp()) for day in days], [one for one, _ in numbers], [one for _, one in numbers]]


def _drawn_days(shown: Shown) -> tuple[int, int]:
    """The first and the last day of the chart, as in its columns: those of the period that have begun."""
    period, today = shown.asked.period, shown.at.astimezone(VIETNAM).date()
    first, last = (int(midnight(day).timestamp()) for day in (period.first, max(period.first, min(period.last, today))))
    return first, last


def _months(now: datetime) -> dict[str, tuple[str, str]]:
    """Usual periods until today: this month, the month before, this quarter, this year."""
    today = now.astimezone(VIETNAM).date()
    first = today.replace(day=1)
    before = first - ONE_DAY
    quarter = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
    periods = {
        "this_month": (first, today),
        "last_month": (before.replace(day=1), before),
        "this_quarter": (quarter, today),
        "this_year": (today.replace(month=1, day=1), today),
    }
    return {name: (begin.isoformat(), end.isoformat()) for name, (begin, end) in periods.items()}
