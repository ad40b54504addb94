"""The pages of the procedures: the list with its numbers over a period; one procedure, its versions and steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from activities.ledger.search.query import SearchFilter
from activities.ledger.statistics.measures import Measure, both
from activities.ledger.statistics.reader import Asked, StatisticsReader
from activities.ledger.statistics.statements import Group
from domain.deadlines.limits import WhichClock
from domain.rules.province_rules import PublishedProcedure, Status
from domain.text.folding import fold
from domain.values import VIETNAM
from gateway.console.overview.asked import OverviewAsked, asked_of, population
from gateway.console.overview.figures import Line, Lists, figures_of
from gateway.console.overview.files import made, period_words, report_answer
from gateway.console.overview.report import Report
from gateway.console.overview.routes import title_of, units_of
from gateway.console.procedures.sheets import Exported, green_words, procedures_sheet
from gateway.console.visits import Visit, Visiting, opens
from gateway.i18n.statistics import MEASURES
from gateway.i18n.wording import say
from gateway.views.statistics import NOTHING_NOW, NOTHING_OVER, Overview, Population, filters_of, of_group, rungs_of
from gateway.views.step_times import Steps, bottleneck, read_step_times

router = APIRouter()

ON_A_PAGE = 25
LAST_OF_EACH, LAST_OF_ONE = 20, 300
"""The resolved dossiers over which steps are averaged: in the list, and on the page of one procedure."""
STATUSES = {
    Status.DRAFT: say("dự thảo", "draft"),
    Status.ACTIVE: say("đang áp dụng", "in force"),
    Status.RETIRED: say("hết hiệu lực", "retired"),
}


@dataclass(frozen=True)
class Row:
    """One procedure of the list: its version of today, or the last one."""

    published: PublishedProcedure
    versions: int
    line: Line
    steps: Steps


@router.get("/procedures", **opens("read_statistics"))
async def procedures(visit: Visiting) -> Response:
    """The list, a page at a time, in the order of the codes."""
    asked, given = asked_of(visit), visit.request.query_params
    wanted, page = given.get("q", "")[:200], given.get("page", "1")
    number = max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    found = [one for one in _of_today(visit) if _has(one, wanted)]
    shown = found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    at, rows = await _rows(visit, asked, shown)
    pages = -(-len(found) // ON_A_PAGE)

    def address(page: int) -> str:
        return f"/console/procedures?{asked.query}&{urlencode({'q': wanted, 'page': page})}"

    return visit.page(
        "procedures/list.html", asked=asked, at=at, title=title_of(visit, asked), units=units_of(visit), rows=rows,
        q=wanted, page=number, pages=pages, found=len(found), address=address, **_words(visit),
    )  # fmt: skip


@router.get("/procedures/export.csv", **opens("read_statistics"))
async def procedures_csv(visit: Visiting) -> Response:
    """Every procedure that has the text, as CSV."""
    return await _export(visit, "csv")


@router.get("/procedures/export.xlsx", **opens("read_statistics"))
async def procedures_xlsx(visit: Visiting) -> Response:
    """Every procedure that has the text, as an Excel workbook."""
    return await _export(visit, "xlsx")


async def _export(visit: Visit, form: str) -> Response:
    asked, wanted = asked_of(visit), visit.request.query_params.get("q", "")[:200]
    shown = [one for one in _of_today(visit) if _has(one, wanted)]
    with visit.api.exports.place():
        at, rows = await _rows(visit, asked, shown)
        notes = [period_words(visit, asked.period), made(visit, at)]
        if wanted:
            notes.append(f"{visit.written('Name, code or field of government')}: {wanted}")
        title = f"{visit.written('Procedures')}: {title_of(visit, asked)}"
        report = Report(title, tuple(notes), (procedures_sheet(visit, [_exported(visit, row) for row in rows]),))
        name = f"thu-tuc-{asked.period.first:%Y%m%d}-{asked.period.last:%Y%m%d}"
        return await report_answer(visit, report, name, form)


def _exported(visit: Visit, row: Row) -> Exported:
    return Exported(row.published.procedure, row.versions, row.line, bottleneck(row.steps), _gain(row.line))


@router.get("/procedures/{procedure}", **opens("read_statistics"))
async def one_procedure(visit: Visiting, procedure: str) -> Response:
    """One procedure. Raises NotFound `unknown_procedure`."""
    asked, province = asked_of(visit), visit.api.engine.province
    versions = province.versions(procedure)
    shown = _shown(visit, procedure)
    people = population(visit, asked)
    at, (row,) = await _rows(visit, asked, [shown], steps=LAST_OF_ONE)
    return visit.page(
        "procedures/one.html", asked=asked, at=at, title=title_of(visit, asked), units=units_of(visit), row=row,
        versions=versions, statuses=STATUSES, people=people, last=LAST_OF_ONE, **_words(visit),
    )  # fmt: skip


async def _rows(
    visit: Visit, asked: OverviewAsked, shown: list[PublishedProcedure], steps: int = LAST_OF_EACH
) -> tuple[datetime, list[Row]]:
    """The procedures with their numbers, and as of when these are."""
    people, pool, province = population(visit, asked), visit.api.pool, visit.api.engine.province
    codes = [one.procedure.code for one in shown]
    key = f"procedures {people.key} {asked.period!r} {codes} {steps}"

    async def reading() -> tuple[datetime, dict[str, Line], Mapping[str, Steps]]:
        lines = await _lines(visit, asked, people, codes)
        times = await read_step_times(pool, province, people, asked.period, codes, steps) if codes else {}
        return visit.now, lines, times

    at, lines, times = await visit.console.readings.read(key, reading)
    measures = _lists(visit, asked)
    empty = {
        code: Line(code, NOTHING_OVER.numbers, NOTHING_OVER.times, _list_of(code, people, measures)) for code in codes
    }
    return at, [
        Row(one, len(province.versions(code)), lines.get(code, empty[code]), times.get(code, {}))
        for one, code in zip(shown, codes, strict=True)
    ]


async def _lines(visit: Visit, asked: OverviewAsked, people: Population, codes: list[str]) -> dict[str, Line]:
    """The numbers of those of the procedures that have dossiers in the period."""
    narrower = both(people.wanted, SearchFilter(procedures=tuple(codes)))
    question = Asked(population=narrower, scope=people.scope, at=visit.now)
    async with StatisticsReader(visit.api.pool).at_one_moment() as statistics:
        counted = await statistics.over(question, asked.period, Group.PROCEDURE)
    groups = tuple((one, None) for one in counted)
    overview = Overview(people, asked.period, Group.PROCEDURE, NOTHING_OVER, NOTHING_NOW, groups)
    figures = figures_of(overview, visit.now, rungs_of(visit.api.engine.province))
    return {line.key: line for line in figures.lines if line.key is not None}


def _lists(visit: Visit, asked: OverviewAsked) -> Any:
    rungs = rungs_of(visit.api.engine.province)
    return {measure: (wanted, "") for measure, wanted in filters_of(asked.period, visit.now, rungs).items()}


def _list_of(code: str, people: Population, measures: Any) -> Lists:
    return Lists({**people.filter, **of_group(Group.PROCEDURE, code)}, measures)


def _of_today(visit: Visit) -> list[PublishedProcedure]:
    codes = dict.fromkeys(one.procedure.code for one in visit.api.engine.province.procedures)
    return [_shown(visit, code) for code in sorted(codes)]


def _shown(visit: Visit, code: str) -> PublishedProcedure:
    """The version of today, else the last one."""
    versions = visit.api.engine.province.versions(code)
    today = visit.now.astimezone(VIETNAM).date()
    return next((one for one in versions if one.accepts(today)), versions[-1])


def _has(one: PublishedProcedure, text: str) -> bool:
    return any(fold(text) in fold(part) for part in (one.procedure.name, one.procedure.code, one.procedure.field))


def _words(visit: Visit) -> dict[str, Any]:
    return {
        "words": MEASURES,
        "kept": {WhichClock.PROMISED: Measure.KEPT_PROMISED, WhichClock.STATUTORY: Measure.KEPT_STATUTORY},
        "bottleneck": bottleneck,
        "gain": _gain,
        "green_words": lambda rule: visit.text(green_words(rule)),
        "last_of_each": LAST_OF_EACH,
    }


def _gain(line: Line) -> float | None:
    """By how much the average promised limit is shorter than the average statutory one, in percent."""
    promised, statutory = line.times[WhichClock.PROMISED], line.times[WhichClock.STATUTORY]
    if not (promised.dossiers and statutory.dossiers and statutory.granted):
        return None
    return 100 * (1 - (promised.granted / promised.dossiers) / (statutory.granted / statutory.dossiers))
