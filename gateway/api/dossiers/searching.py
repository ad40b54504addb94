"""Searches dossiers: a page as JSON, or all that are found as a table for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from activities.ledger.search.cursors import Cursors
from activities.ledger.search.pages import SearchPages
from activities.ledger.search.reader import DossierSearch, Search
from gateway.access.scopes import search_scope
from gateway.access.sign_in import SignedIn
from gateway.api.bodies import JSON, StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import example_content, operation, problem_response
from gateway.api.dossiers.reading import to_staff
from gateway.api.dossiers.search_answers import FoundPage, found_page
from gateway.api.dossiers.search_bodies import SearchBody, filter_of
from gateway.api.exports import TableResponse
from gateway.api.keys import Purpose, Seals
from gateway.api.language import language_of
from gateway.api.media_types import preferred
from gateway.api.parts import Api, Parts
from gateway.views.exports.columns import Wording
from gateway.views.exports.csv_file import write_csv
from gateway.views.exports.xlsx_file import write_xlsx
from gateway.views.names import Names

router = APIRouter(route_class=StrictRoute, tags=["Hồ sơ (dossiers)"])


@dataclass(frozen=True)
class Table:
    """A form of table: how its file is called, and what writes it."""

    ending: str
    write: Callable[..., Any]


TABLES = {
    "text/csv": Table("csv", write_csv),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": Table("xlsx", write_xlsx),
}


@router.post(
    "/dossiers/search",
    response_model=FoundPage,
    **operation(
        "search_dossiers",
        "Tìm hồ sơ",
        "search dossiers",
        body=True,
        answers={
            200: {
                "description": "Một trang, hoặc bảng mọi hồ sơ tìm được (a page, or a table of all found dossiers)",
                "content": {
                    **example_content("search_dossiers")["content"],
                    **{media: {"schema": {"type": "string", "format": "binary"}} for media in TABLES},
                },
            },
            406: problem_response(406),
        },
    ),
)
async def search_dossiers(
    body: strict(SearchBody),  # type: ignore[valid-type]
    request: Request,
    parts: Parts,
    signed: Signed,
) -> object:
    """Answers with a page, or with the whole table in the form that the caller accepts."""
    media = preferred(request.headers.getlist("accept"), (JSON, *TABLES))
    names = Names.of_province(parts.engine.province, signed.caller.at.date())
    asked = body.filter if to_staff(signed) else body.filter.of_applicant()
    meant = partial(filter_of, asked, parts.engine.province, names, signed.caller.at)
    scope = search_scope(signed.scope)
    if media in TABLES:
        search = Search(wanted=meant(), scope=scope, order=body.sort, at=signed.caller.at)
        return _table(request, parts, signed, search, names, media)
    page = await search_pages(parts).page(
        meant, scope, body.sort, now=signed.caller.at, limit=body.limit, cursor=body.cursor
    )
    return found_page(page, names, to_staff=to_staff(signed))


def search_pages(parts: Api) -> SearchPages:
    """Reads pages of searches. A cursor of the API is one of the console too: it is bound to the question alone."""
    return SearchPages(DossierSearch(parts.pool), Cursors(Seals(parts.keys, Purpose.CURSOR)))


def _table(request: Request, parts: Api, signed: SignedIn, search: Search, names: Names, media: str) -> Response:
    table, at = TABLES[media], signed.caller.at
    language = language_of(request.headers.get("accept-language"))
    wording = Wording(names=names, language=language, at=at, to_staff=to_staff(signed))
    headers = {
        "Content-Disposition": f'attachment; filename="ho-so-{at:%Y%m%d-%H%M}.{table.ending}"',
        "Content-Language": language,
    }
    rows = DossierSearch(parts.pool).all(search)
    return TableResponse(request, parts.exports, rows, partial(table.write, wording=wording), headers, media)
