"""The list on paper: its first dossiers, with the columns of the screen and the conditions above them."""

from __future__ import annotations

from fastapi import Response

from activities.ledger.search.reader import DossierSearch, Search
from domain.values import VIETNAM
from gateway.console.overview.files import report_answer
from gateway.console.overview.report import Report, Sheet
from gateway.console.register.rows import Asking
from gateway.i18n.wording import say
from gateway.views.exports.columns import cells, headings

MOST = 500
"""Dossiers on paper. It says so when there are more; the Excel file has all."""
NARROWEST = 11
"""A column on paper, in characters. The others have seven tenths of their width on a screen, so that the usual ones
stand beside each other."""
BOUNDED = say(
    "{some} hồ sơ đầu theo thứ tự trên màn hình; còn nữa, tệp Excel và CSV có đủ.",
    "The first {some} dossiers in the order of the screen; there are more, and the Excel and CSV files have all.",
)


async def printed(asking: Asking, notes: tuple[str, ...]) -> Response:
    """The PDF. Raises BadRequest `exports_busy`."""
    visit, wording = asking.visit, asking.wording(asking.visit.now)
    search = Search(wanted=asking.wanted, scope=asking.scope, order=asking.question.order, at=visit.now)
    with visit.api.exports.place():
        found = await DossierSearch(visit.api.pool).rows(search, limit=MOST + 1)
        note = visit.text(BOUNDED).format(some=MOST) if len(found) > MOST else ""
        rows = tuple(tuple(cells(row, wording)) for row in found[:MOST])
        widths = tuple(max(NARROWEST, column.width * 7 // 10) for column in asking.columns)
        title, *above = notes
        sheet = Sheet(visit.written("The found dossiers"), tuple(headings(wording)), rows, widths, note)
        name = f"ho-so-{visit.now.astimezone(VIETNAM):%Y%m%d-%H%M}"
        return await report_answer(visit, Report(title, tuple(above), (sheet,)), name, "pdf")
