"""The page of the lateness review, and the same as files for the monthly meeting."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from activities.ledger.search.order import Reading, SearchOrder, SortKey
from activities.ledger.search.reader import DossierSearch, FoundDossier, Search
from activities.ledger.statistics.measures import both
from domain.deadlines.clock import HolderKind, WhichClock
from domain.values import VIETNAM, Bilingual
from gateway.console.overview.asked import OverviewAsked, asked_of, population
from gateway.console.overview.figures import register
from gateway.console.overview.routes import FORMS, title_of, units_of
from gateway.console.overview.sheets import Sheet
from gateway.console.visits import Visit, Visiting, opens
from gateway.i18n.deadline_wording import holder_name
from gateway.i18n.wording import say
from gateway.views.lateness import LATE, Evidence, Nearness, Review, filter_of, read_evidence, read_review
from gateway.views.statistics import Population, as_filter

router = APIRouter()

SHOWN = 40
"""Dossiers with their evidence on a page; the register lists all."""
CAUSES: dict[HolderKind, Bilingual] = {
    HolderKind.UNIT: say("Đơn vị xử lý", "The unit"),
    HolderKind.OUTSIDE_SYSTEM: say("Hệ thống bên ngoài", "An outside system"),
    HolderKind.APPLICANT: say("Người nộp (chờ bổ sung)", "The applicant (supplement awaited)"),
    HolderKind.SIGNING: say("Ký số", "Signing"),
    HolderKind.PAYMENT: say("Chờ nộp phí, lệ phí", "Payment awaited"),
    HolderKind.SUSPENDED: say("Tạm dừng", "Suspended"),
}
CELLS = {
    Nearness.ENDED_LATE: say("Kết thúc trễ trong kỳ", "Ended late in the period"),
    Nearness.OVERDUE: say("Đang quá hạn", "Open and overdue"),
    Nearness.NEAR_ENDED: say("Suýt trễ, đã kết thúc đúng hạn", "Nearly late, ended in time"),
    Nearness.NEAR_OPEN: say("Sắp trễ, đã cảnh báo", "Warned, still in time"),
}


@dataclass(frozen=True)
class Asked:
    """The unit and period of the review, its clock, and the cell whose dossiers are shown."""

    overview: OverviewAsked
    clock: WhichClock
    cell: Nearness
    cause: HolderKind | None
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
    review = await read_review(
        visit.api.pool, people, asked.overview.period, asked.clock, visit.now, _rungs(visit, asked.clock)
    )
    found, evidence = await _dossiers(visit, asked, people)
    return visit.page("lateness/page.html", **_context(visit, asked, people, review, found, evidence))


@router.get("/lateness/export.csv", **opens("read_statistics"))
async def lateness_csv(visit: Visiting) -> Response:
    """The review as CSV."""
    return await _export(visit, "csv")


@router.get("/lateness/export.xlsx", **opens("read_statistics"))
async def lateness_xlsx(visit: Visiting) -> Response:
    """The review as an Excel workbook."""
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
    cause = chosen("cause", HolderKind, None)
    return Asked(overview, clock, cell, cause if cell in LATE else None, tuple(unread))


def _rungs(visit: Visit, clock: WhichClock) -> tuple[str, ...]:
    ladders = visit.api.engine.province.escalations
    return tuple(sorted({rung.code for ladder in ladders for rung in ladder.rungs if rung.clock is clock}))


async def _dossiers(visit: Visit, asked: Asked, people: Population) -> tuple[list[FoundDossier], dict[str, Evidence]]:
    rungs = _rungs(visit, asked.clock)
    cell = filter_of(asked.cell, asked.clock, asked.overview.period, visit.now, rungs, asked.cause)
    by = (
        SortKey(f"late_{asked.clock.value}_minutes")
        if asked.cell in (Nearness.ENDED_LATE, Nearness.NEAR_ENDED)
        else None
    )
    order = SearchOrder(by=by or SortKey(f"{asked.clock.value}_due"), descending=by is not None)
    search = Search(wanted=both(people.wanted, cell), scope=people.scope, order=order, at=visit.now)
    found = await DossierSearch(visit.api.pool).rows(search, Reading(), limit=SHOWN)
    due = {one.code: _due(one, asked.clock) for one in found}
    return found, await read_evidence(visit.api.pool, visit.api.engine.province, due, visit.now)


def _due(row: FoundDossier, clock: WhichClock) -> Any:
    return row.statutory_due if clock is WhichClock.STATUTORY else row.promised_due


def _granted(row: FoundDossier, clock: WhichClock) -> int | None:
    return row.statutory_minutes if clock is WhichClock.STATUTORY else row.promised_minutes


def _context(
    visit: Visit,
    asked: Asked,
    people: Population,
    review: Review,
    found: list[FoundDossier],
    evidence: dict[str, Evidence],
) -> dict[str, Any]:
    rungs = _rungs(visit, asked.clock)

    def href(cell: Nearness, cause: HolderKind | None) -> str:
        wanted = filter_of(cell, asked.clock, asked.overview.period, visit.now, rungs, cause)
        return register(people.filter, as_filter(wanted))

    return {
        "asked": asked, "review": review, "found": found, "evidence": evidence, "href": href,
        "causes": CAUSES, "cells": CELLS, "late_cells": LATE, "shown": SHOWN, "title": title_of(visit, asked.overview),
        "clocks": list(WhichClock), "units": units_of(visit), "due_of": lambda row: _due(row, asked.clock),
        "granted_of": lambda row: _granted(row, asked.clock),
        "holder": lambda one: visit.text(holder_name(one, visit.names.unit)),
    }  # fmt: skip


async def _export(visit: Visit, form: str) -> Response:
    asked = _asked(visit)
    people, period = population(visit, asked.overview), asked.overview.period
    review = await read_review(visit.api.pool, people, period, asked.clock, visit.now, _rungs(visit, asked.clock))
    found, evidence = await _dossiers(visit, asked, people)
    sheets = [_counts(visit, review), _list(visit, asked, found, evidence)]
    clock = visit.text(asked.clock.words)
    title = f"{title_of(visit, asked.overview)} · {period.first:%d/%m/%Y} – {period.last:%d/%m/%Y} · {clock}"
    media, write = FORMS[form]
    body = await asyncio.to_thread(write, sheets, title, visit.language)
    name = f"ra-soat-tre-han-{visit.now.astimezone(VIETNAM):%Y%m%d}.{form}"
    return Response(body, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _counts(visit: Visit, review: Review) -> Sheet:
    causes: list[HolderKind | None] = [None, *CAUSES]
    rows = tuple(
        (visit.text(ALL if cause is None else CAUSES[cause]), *(review.counts.get((cell, cause)) for cell in Nearness))
        for cause in causes
    )
    return Sheet(visit.text(CAUSE), (visit.text(CAUSE), *(visit.text(CELLS[cell]) for cell in Nearness)), rows)


def _list(visit: Visit, asked: Asked, found: list[FoundDossier], evidence: dict[str, Evidence]) -> Sheet:
    headings = [visit.text(one) for one in (DOSSIER, PROCEDURE, UNIT, DUE, ENDED, MINUTES, AFTER, SINCE_RECEIPT)]
    rows = []
    for row in found:
        proof = evidence.get(row.code, Evidence(timing=None))
        due = _due(row, asked.clock)
        rows.append((
            row.code, visit.names.procedure(row.procedure), visit.names.unit(row.responsible or row.received_by),
            f"{due.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if due else None,
            f"{row.ended_at.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if row.ended_at else None,
            row.late_minutes(asked.clock), _spent(visit, proof.after), _spent(visit, proof.spent),
        ))  # fmt: skip
    return Sheet(visit.text(CELLS[asked.cell]), tuple(headings), tuple(rows))


def _spent(visit: Visit, spent: Any) -> str:
    return "; ".join(
        f"{visit.text(holder_name(one.holder, visit.names.unit))}: {int(one.working.total_seconds() // 60)}"
        for one in spent
    )


ALL, CAUSE = say("Tất cả", "All"), say("Nguyên nhân", "Cause")
DOSSIER, PROCEDURE, UNIT = say("Hồ sơ", "Dossier"), say("Thủ tục", "Procedure"), say("Đơn vị", "Unit")
DUE, ENDED, MINUTES = say("Hạn", "Due"), say("Kết thúc", "Ended"), say("Phút làm việc trễ", "Working minutes late")
AFTER = say("Ai giữ sau hạn (phút làm việc)", "Who had it after the date (working minutes)")
SINCE_RECEIPT = say("Ai giữ từ khi tiếp nhận (phút làm việc)", "Who had it since receipt (working minutes)")
