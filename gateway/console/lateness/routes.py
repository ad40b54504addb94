"""The page of the lateness review, and the same as files for the monthly meeting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from activities.ledger.one_moment import one_moment
from activities.ledger.search.order import Reading
from activities.ledger.search.reader import FoundDossier, Searching
from domain.deadlines.clock import HolderKind, WhichClock
from gateway.console.lateness.sheets import Reviewed, review_sheets
from gateway.console.lateness.words import CAUSES, CELLS, SEVERAL, WHOLES
from gateway.console.overview.asked import OverviewAsked, asked_of, population
from gateway.console.overview.figures import register
from gateway.console.overview.files import made, period_words, report_answer
from gateway.console.overview.report import Report
from gateway.console.overview.routes import title_of, units_of
from gateway.console.visits import Visit, Visiting, opens
from gateway.i18n.deadline_wording import holder_name
from gateway.views.lateness import (
    LATE,
    WITH_CAUSE,
    Cause,
    Evidence,
    Nearness,
    NoHolder,
    Review,
    filter_of,
    read_evidence,
    read_review,
)
from gateway.views.statistics import Population, as_filter

router = APIRouter()

SHOWN = 40
"""Dossiers with their evidence on a page; the register lists all."""


@dataclass(frozen=True)
class Asked:
    """The unit and period of the review, its clock, and the cell whose dossiers are shown."""

    overview: OverviewAsked
    clock: WhichClock
    cell: Nearness
    cause: Cause | None
    unread: tuple[str, ...]

    def address(self, **changes: str) -> str:
        """The address of the page with other parameters."""
        given = {"clock": self.clock.value, "cell": self.cell.value, "cause": self.cause.value if self.cause else ""}
        more = "".join(f"&{name}={value}" for name, value in {**given, **changes}.items() if value)
        return f"/console/lateness?{self.overview.query}{more}"


@router.get("/lateness", **opens("read_statistics"))
async def lateness(visit: Visiting) -> Response:
    """The counts by cause, and the dossiers of one cell with their evidence."""
    asked = _asked(visit)
    people = population(visit, asked.overview)
    review = await _review(visit, asked, people)
    reviewed = _reviewed(visit, asked, people)
    found, evidence = await _dossiers(visit, asked, reviewed)
    context = _context(visit, asked, people, review)
    return visit.page("lateness/page.html", **context, found=found, evidence=evidence, reviewed=reviewed)


@router.get("/lateness/export.csv", **opens("read_statistics"))
async def lateness_csv(visit: Visiting) -> Response:
    """The review as CSV, with every dossier."""
    return await _export(visit, "csv")


@router.get("/lateness/export.xlsx", **opens("read_statistics"))
async def lateness_xlsx(visit: Visiting) -> Response:
    """The review as an Excel workbook, with every dossier."""
    return await _export(visit, "xlsx")


@router.get("/lateness/export.pdf", **opens("read_statistics"))
async def lateness_pdf(visit: Visiting) -> Response:
    """The review on paper."""
    return await _export(visit, "pdf")


def _asked(visit: Visit) -> Asked:
    overview = asked_of(visit)
    given, unread = visit.request.query_params, list(overview.unread)

    def chosen(name: str, kind: Any, default: Any) -> Any:
        try:
            return kind(given[name]) if given.get(name) else default
        except ValueError:
            unread.append(name)
            return default

    clock = chosen("clock", WhichClock, WhichClock.PROMISED)
    cell = chosen("cell", Nearness, Nearness.ENDED_LATE)
    cause = chosen("cause", _cause, None)
    return Asked(overview, clock, cell, cause if cell in WITH_CAUSE else None, tuple(unread))


def _cause(text: str) -> Cause:
    """The cause of an address. Raises ValueError."""
    return NoHolder.NOT_KNOWN if text == NoHolder.NOT_KNOWN else HolderKind(text)


async def _review(visit: Visit, asked: Asked, people: Population) -> Review:
    period, rungs = asked.overview.period, _rungs(visit, asked.clock)
    key = f"lateness {people.key} {period!r} {asked.clock}"
    pool = visit.api.pool

    async def counted() -> Review:
        async with one_moment(pool, "statistics") as db:
            return await read_review(db, people, period, asked.clock, visit.now, rungs)

    return await visit.console.readings.read(key, counted)


def _rungs(visit: Visit, clock: WhichClock) -> tuple[str, ...]:
    ladders = visit.api.engine.province.escalations
    return tuple(sorted({rung.code for ladder in ladders for rung in ladder.rungs if rung.clock is clock}))


async def _dossiers(visit: Visit, asked: Asked, reviewed: Reviewed) -> tuple[list[FoundDossier], dict[str, Evidence]]:
    search = reviewed.search(visit, asked.cell, asked.cause)
    async with one_moment(visit.api.pool, "search") as db:
        found = await Searching(db).readable(search, Reading(), SHOWN)
        due = {one.code: reviewed.due(one) for one in found}
        return found, await read_evidence(db, visit.api.engine.province, due, visit.now)


def _context(visit: Visit, asked: Asked, people: Population, review: Review) -> dict[str, Any]:
    rungs = _rungs(visit, asked.clock)

    def href(cell: Nearness, cause: Cause | None) -> str:
        if cause is not None and not _in_register(cell, cause):
            return f"{asked.address(cell=cell.value, cause=cause.value)}#dossiers"
        wanted = filter_of(cell, asked.clock, asked.overview.period, review.at, rungs, cause)
        return register(people.filter, as_filter(wanted))

    return {
        "asked": asked, "review": review, "href": href, "causes": CAUSES, "cells": CELLS, "wholes": WHOLES,
        "with_cause": WITH_CAUSE, "in_register": _in_register, "title": title_of(visit, asked.overview),
        "clocks": list(WhichClock), "units": units_of(visit),
        "holder": lambda one: visit.text(holder_name(one, visit.names.unit)),
    }  # fmt: skip


def _in_register(cell: Nearness, cause: Cause | None) -> bool:
    """Whether a filter of the register finds exactly these: none asks for who would be late, or for nobody."""
    return cause is None or (cell in LATE and cause is not NoHolder.NOT_KNOWN)


async def _export(visit: Visit, form: str) -> Response:
    """Every dossier of every cell, whatever the page shows. Its numbers and lists are of one moment."""
    asked = _asked(visit)
    people, period = population(visit, asked.overview), asked.overview.period
    with visit.api.exports.place():
        async with one_moment(visit.api.pool, "lateness_file") as db:
            review = await read_review(db, people, period, asked.clock, visit.now, _rungs(visit, asked.clock))
            sheets = await review_sheets(visit, db, _reviewed(visit, asked, people), review, on_paper=form == "pdf")
        clock = f"{visit.written('On which date')}: {visit.text(asked.clock.words)}"
        notes = (period_words(visit, period), clock, made(visit, review.at), visit.text(SEVERAL))
        title = f"{visit.written('Lateness review')}: {title_of(visit, asked.overview)}"
        name = f"ra-soat-tre-han-{period.first:%Y%m%d}-{period.last:%Y%m%d}"
        return await report_answer(visit, Report(title, notes, tuple(sheets)), name, form)


def _reviewed(visit: Visit, asked: Asked, people: Population) -> Reviewed:
    return Reviewed(people, asked.overview.period, asked.clock, _rungs(visit, asked.clock))
