"""Reports as answers: which forms there are, how a file is called, and the lines above its tables."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from fastapi import Response

from activities.ledger.statistics.measures import Period
from domain.values import VIETNAM
from gateway.console.overview.report import Report
from gateway.console.overview.written import write_csv, write_pdf, write_xlsx
from gateway.console.visits import Visit

log = structlog.get_logger(__name__)

FORMS: dict[str, tuple[str, Callable[[Report, str], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "pdf": ("application/pdf", write_pdf),
}


def made(visit: Visit, at: datetime) -> str:
    """The line that says of which instant the numbers are."""
    return f"{visit.written('As of')} {at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def period_words(visit: Visit, period: Period) -> str:
    """`Kỳ: 01/07/2025 – 31/07/2025`."""
    return f"{visit.written('Period')}: {period.first:%d/%m/%Y} – {period.last:%d/%m/%Y}"


async def report_answer(visit: Visit, report: Report, name: str, form: str) -> Response:
    """The report as a file. `name`: without its ending."""
    media, write = FORMS[form]
    body = await asyncio.to_thread(write, report, visit.language)
    log.info("report_written", report=name, form=form, rows=sum(len(one.rows) for one in report.sheets))
    return Response(body, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'})
