"""The pages of the work-lists, what tells them to renew themselves, and the assignment of several dossiers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import ValidationError

from domain.values import Bilingual, Instant
from gateway.access.event_scopes import event_filter_of
from gateway.api.pages import LONGEST_CURSOR
from gateway.api.work_asked import WhichWork
from gateway.console.bars import bar_parts
from gateway.console.changes import concerns_scope
from gateway.console.streams import LastEventId, Since, stream_of_changes
from gateway.console.visits import Visit, Visiting, opens
from gateway.console.work.assigning import ASSIGN, assign_all
from gateway.console.work.assigning import MOST as MOST_ASSIGNED
from gateway.console.work.lists import MOST, PAGE, work_page
from gateway.dossiers.forms.fields import Typed, first_of, number_in
from gateway.i18n.wording import say

router = APIRouter()


@router.get("/work", **opens("list_work"))
async def show_work(
    visit: Visiting,
    of: WhichWork = WhichWork.MINE,
    cursor: Annotated[str | None, Query(max_length=LONGEST_CURSOR)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE,
    seen: Instant | None = None,
    select: Annotated[list[str] | None, Query(max_length=MOST_ASSIGNED)] = None,
    person: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """A page of my work or my unit's. `seen`: when the list was opened first, so that what came later is marked as new.

    `select`, `person`: what was chosen on the page that renews itself.
    """
    context = await _shown(visit, of, cursor, limit, seen) | {"selected": select or [], "person": person}
    if visit.htmx:
        return visit.fragment("work/list.html", "items", **context)
    return visit.page("work/list.html", **context)


async def _shown(
    visit: Visit, of: WhichWork, cursor: str | None = None, limit: int = PAGE, seen: datetime | None = None
) -> dict[str, Any]:
    return {
        "page": await work_page(visit, of, cursor, limit, seen), "of": of, "cursor": cursor,
        "sized": "" if limit == PAGE else f"&limit={limit}",
        "seen": (seen or visit.now).isoformat(), "wrong": None, "bar_parts": bar_parts,
    }  # fmt: skip


@router.get("/work/changes", **opens("list_work"))
async def tell_changes(visit: Visiting, since: Since = "", last_event_id: LastEventId = None) -> Response:
    """Tells the page that its list may have changed (Server-Sent Events)."""
    return stream_of_changes(visit, concerns_scope(event_filter_of(visit.signed.scope)), last_event_id or since)


@router.post("/work/assign", **opens(ASSIGN))
async def assign_several(visit: Visiting) -> Response:
    """Assigns the selected dossiers to one officer, and shows what became of each."""
    typed = await visit.form()
    codes = list(dict.fromkeys(typed.get("select", ())))
    person = first_of(typed, "person")
    key = first_of(typed, "_key")
    wrong = _nothing_to_do(codes, person)
    if wrong is not None:
        return await _chosen_again(visit, typed, codes, person, wrong)
    versions = {code: number_in(typed, f"version.{code}") for code in codes}
    known = {code: version for code, version in versions.items() if version is not None}
    try:
        results = await assign_all(visit, codes, person, key, known)
    except ValidationError:
        return await _chosen_again(visit, typed, codes, person, CHOOSE_A_PERSON)
    return visit.page("work/assigned.html", results=results, person=person)


async def _chosen_again(visit: Visit, typed: Typed, codes: list[str], person: str, wrong: Bilingual) -> Response:
    """The list with what was chosen, and what is missing."""
    of = WhichWork.UNIT if first_of(typed, "of") not in {*WhichWork} else WhichWork(first_of(typed, "of"))
    context = await _shown(visit, of, first_of(typed, "cursor") or None)
    context |= {"selected": codes, "person": person, "wrong": wrong}
    return visit.page("work/list.html", status=422, **context)


CHOOSE_A_PERSON = say("Hãy chọn người nhận trong danh sách.", "Choose an officer of the list.")
CHOOSE_DOSSIERS = say(
    f"Hãy chọn từ 1 đến {MOST_ASSIGNED} hồ sơ trong danh sách.", f"Choose 1 to {MOST_ASSIGNED} dossiers of the list."
)


def _nothing_to_do(codes: list[str], person: str) -> Bilingual | None:
    if not 1 <= len(codes) <= MOST_ASSIGNED:
        return CHOOSE_DOSSIERS
    return CHOOSE_A_PERSON if not person else None
