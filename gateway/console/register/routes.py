"""The pages of the register: the list, its further rows, the live count, and the list as a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from activities.ledger.saved_searches import LONGEST_FILTER
from activities.ledger.search.order import SearchOrder, SortKey
from activities.ledger.search.pages import SearchPage
from activities.ledger.search.reader import DossierSearch, Search
from domain.errors import InvalidInput, NotFound
from domain.messages.search import ListRefusal
from domain.values import VIETNAM, Instant
from gateway.api.dossiers.kept_filters import Fault, fault, unknown_codes
from gateway.api.dossiers.reading import to_staff
from gateway.api.dossiers.search_bodies import says_days
from gateway.api.dossiers.searching import TABLES
from gateway.api.exports import TableResponse
from gateway.console.messages import ConsoleRefusal
from gateway.console.overview.files import made
from gateway.console.register import choices
from gateway.console.register.chips import chips_for
from gateway.console.register.forms import CONTROLS, controls_of, filter_of_form
from gateway.console.register.messages import RegisterFault
from gateway.console.register.printing import printed
from gateway.console.register.reading import (
    HOME,
    Question,
    asked,
    columns_named,
    read_filter,
)
from gateway.console.register.rows import STAFF_ONLY, Asking
from gateway.console.register.saved_head import saved_head
from gateway.console.visits import Visit, Visiting, opens
from gateway.views.exports.columns import COLUMNS

router = APIRouter()

PAGE = "register/page.html"
OPENS = opens("search_dossiers")
FORM_SENT = "apply"
"""The form's own parameter: its answer goes on to the address that holds the question alone."""

NAMES = frozenset({"f", "sort", "columns", "saved", "cursor", "since"})
"""What an address of a question has."""
FORM_NAMES = frozenset({"f", "sort", "column", "saved", FORM_SENT, *chain.from_iterable(CONTROLS.values())})
"""What the form sends."""
MOST_NAMES, LONGEST_NAME = 10, 64

FilterText = Annotated[str | None, Query(alias="f")]
Sort = Annotated[str | None, Query(alias="sort")]
Columns = Annotated[str | None, Query(alias="columns")]
Saved = Annotated[str | None, Query(alias="saved")]
Cursor = Annotated[str | None, Query(alias="cursor")]


async def _question(
    request: Request, f: FilterText = None, sort: Sort = None, columns: Columns = None, saved: Saved = None
) -> Question:
    question = asked(f, sort, columns, saved)
    return question.but(left_out=(*question.left_out, *_unknown(request, NAMES)))


def _unknown(request: Request, known: Collection[str]) -> Iterator[Fault]:
    """What the address asks under names that are none: without it the list would show more."""
    names = [name[:LONGEST_NAME] for name in dict.fromkeys(request.query_params) if name not in known]
    if names:
        yield fault(RegisterFault.NAMES_UNKNOWN, names=", ".join(names[:MOST_NAMES]))


Asked = Annotated[Question, Depends(_question)]
"""The question of the address, as a parameter of a route."""


@router.get("/register", **OPENS)
async def register(
    visit: Visiting, request: Request, question: Asked, f: FilterText = None, cursor: Cursor = None
) -> Response:
    """The list that the address asks for. A wrong part of the address is said, with 400."""
    if FORM_SENT not in request.query_params:
        return await _list(visit, question, cursor, given=f)
    question, shown = of_form(request)
    if question.left_out:
        return await _list(visit, question, None, shown=shown)
    return visit.to(question.address())


@router.get("/register/live", **OPENS)
async def live(visit: Visiting, request: Request) -> Response:
    """The list and the count for what the form says now. The address of the page follows."""
    question, _ = of_form(request)
    context = await _found(visit, question, None)
    answer = visit.fragment(PAGE, "results", status=_status(context), **{**context, "oob": True})
    if not context["faults"]:
        answer.headers["HX-Replace-Url"] = context["question"].address()
    return answer


@router.get("/register/rows", **OPENS)
async def rows(visit: Visiting, question: Asked, cursor: Cursor = None) -> Response:
    """The rows of the next page, for the end of the table."""
    asking = Asking(visit, question)
    page = await asking.page(cursor)
    return visit.fragment(PAGE, "rows", **_rows(asking, page))


@router.get("/register/newer", **OPENS)
async def newer(visit: Visiting, since: Instant, question: Asked) -> Response:
    """A notice when a dossier of the list has changed since the page was read, or when "today" is another day."""
    another_day = (
        says_days(question.filter) and since.astimezone(VIETNAM).date() != visit.now.astimezone(VIETNAM).date()
    )
    changed = another_day or await _changed_since(Asking(visit, question), since)
    return visit.fragment(PAGE, "newer", changed=changed, question=question)


async def _changed_since(asking: Asking, since: datetime) -> bool:
    """Whether a dossier of the list has changed since then."""
    by_change = SearchOrder(by=SortKey.UPDATED_AT, descending=True)
    search = Search(wanted=asking.wanted, scope=asking.scope, order=by_change, at=asking.visit.now)
    last = await DossierSearch(asking.visit.api.pool).rows(search, limit=1)
    return any(one.updated_at > since for one in last)


@router.get("/register/export/{ending}", **OPENS)
async def export(visit: Visiting, request: Request, ending: str, question: Asked, f: FilterText = None) -> Response:
    """The whole list as a file, with the columns of the screen."""
    media = next((media for media, table in TABLES.items() if table.ending == ending), None)
    if media is None and ending != "pdf":
        raise NotFound(ConsoleRefusal.PAGE_UNKNOWN)
    asking = Asking(visit, question)
    if question.left_out:  # never a file of more than was asked for
        return await _list(visit, question, None, given=f)
    if media is None:
        return await printed(asking, tuple(_notes(visit, question)))
    search = Search(wanted=asking.wanted, scope=asking.scope, order=question.order, at=visit.now)
    wording = replace(asking.wording(visit.now), notes=tuple(_notes(visit, question)))
    write = partial(TABLES[media].write, wording=wording)
    headers = {"Content-Disposition": f'attachment; filename="ho-so-{visit.now:%Y%m%d-%H%M}.{ending}"'}
    return TableResponse(request, visit.api.exports, DossierSearch(visit.api.pool).all(search), write, headers, media)


def _notes(visit: Visit, question: Question) -> Iterator[str]:
    """What the file was asked for, and of which instant it is."""
    yield visit.written("Register")
    yield made(visit, visit.now)
    for chip in chips_for(visit, question.filter, visit.now):
        yield f"{visit.text(chip.name)}: {visit.text(chip.value)}"


def of_form(request: Request) -> tuple[Question, dict[str, list[str]]]:
    """The question of the form in the address, and the values of its controls. `f`: what the form had shown."""
    fields: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        fields.setdefault(name, []).append(value[:LONGEST_FILTER])
    base, lost = read_filter(next(iter(fields.get("f", ())), None))
    wanted, wrong = filter_of_form(base, fields)
    wrong = [*wrong, *_unknown(request, FORM_NAMES)]
    rest = asked(None, next(iter(fields.get("sort", ())), None), None, next(iter(fields.get("saved", ())), None))
    keys = columns_named(fields.get("column", ()))
    return rest.but(filter=wanted, columns=keys, left_out=(*lost, *wrong)), fields


async def _list(
    visit: Visit,
    question: Question,
    cursor: str | None,
    *,
    given: str | None = None,
    shown: dict[str, list[str]] | None = None,
) -> Response:
    """The whole page. `given`: a filter that could not be used as it is; `shown`: what the form's controls hold."""
    found = await _found(visit, question, cursor)
    controls = {**controls_of(question.filter), **{name: (shown or {}).get(name, []) for name in shown or ()}}
    context = {
        **found,
        "controls": controls,
        "given": given if question.left_out else None,
        "lists": {one.field: one for one in choices.lists_of(visit, controls)},
        "clocks": choices.clocks_of(visit),
        "holders": choices.holders_of(visit),
        "days": choices.days_of(visit),
        "columns": _columns(visit, question),
    }
    return visit.page(PAGE, status=_status(found), **context)


def _status(found: dict[str, Any]) -> int:
    return 400 if found["faults"] else 200


def _columns(visit: Visit, question: Question) -> list[tuple[str, str, bool]]:
    """Every column (key, words, chosen): the chosen ones first, in their order."""
    allowed = [one for one in COLUMNS if to_staff(visit.signed) or one.key not in STAFF_ONLY]
    chosen = [one for one in question.shown if one in allowed]
    others = [one for one in allowed if one not in chosen]
    return [(one.key, visit.text(one.heading), one in chosen) for one in (*chosen, *others)]


async def _found(visit: Visit, question: Question, cursor: str | None) -> dict[str, Any]:
    """The list for the template. Nothing is searched while a part of the filter is left out."""
    saved, gone = await saved_head(visit, question), []
    if isinstance(saved, Fault):
        gone, saved, question = [saved], None, question.but(saved=None)
    asking, faults = Asking(visit, question), [*question.left_out, *question.faults]
    page = None
    if not question.left_out:
        page, wrong = await _page(asking, cursor)
        faults += wrong
    engine = visit.api.engine
    looked_up = (
        question.filter if to_staff(visit.signed) else question.filter.of_applicant()
    )  # who works here is not said
    doubts = [*unknown_codes(looked_up, visit.names, engine.province, engine.staff), *gone]
    rows = {} if page is None else _rows(asking, page)
    return {
        "saved": saved,
        "question": question, "faults": faults, "doubts": doubts, "page": page, "oob": False, "changed": False,
        "chips": chips_for(visit, question.filter, page.at if page else visit.now), "headings": asking.headings(),
        "at_first": cursor is None,
        "home": HOME, "staff": to_staff(visit.signed), **rows,
    }  # fmt: skip


async def _page(asking: Asking, cursor: str | None) -> tuple[SearchPage, Sequence[Fault]]:
    """The page of a cursor; the first with a fault for a cursor that was changed."""
    try:
        return await asking.page(cursor), ()
    except InvalidInput as refused:
        if refused.code != ListRefusal.CURSOR_INVALID:
            raise
        return await asking.page(None), (Fault(str(refused.code), refused.message),)


def _rows(asking: Asking, page: SearchPage) -> dict[str, Any]:
    return {"rows": list(asking.rows(page)), "page": page, "question": asking.question}
