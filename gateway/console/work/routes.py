"""The pages of the work-lists, what tells them to renew themselves, and the assignment of several dossiers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from pydantic import ValidationError

from domain.errors import DomainError
from domain.field_errors import InvalidField
from domain.values import Instant
from gateway.access.event_scopes import event_filter_of
from gateway.api.events.following import Allowed, EventStream
from gateway.console.visits import Visiting, opens
from gateway.console.work.assigning import ASSIGN, assign_all
from gateway.console.work.assigning import MOST as MOST_ASSIGNED
from gateway.console.work.lists import FIRST_PAGE, MOST, Tab, work_page
from gateway.dossiers.forms.fields import first_of, number_in
from gateway.i18n.wording import say

router = APIRouter()
Limit = Annotated[int, Query(ge=1, le=MOST)]


@router.get("/work", **opens("list_work"))
async def show_work(
    visit: Visiting,
    of: Tab = Tab.MINE,
    limit: Limit = FIRST_PAGE,
    seen: Instant | None = None,
    select: Annotated[list[str] | None, Query(max_length=MOST)] = None,
) -> Response:
    """My work or my unit's. `seen`: when the page was opened first, so that what came later is marked as new."""
    page = await work_page(visit, of, limit, seen)
    context: dict[str, Any] = {
        "page": page, "of": of, "limit": limit, "next_limit": min(limit * 2, MOST), "most": MOST,
        "seen": (seen or visit.now).isoformat(), "selected": select or [],
    }  # fmt: skip
    if visit.htmx:
        return visit.fragment("work/list.html", "items", **context)
    return visit.page("work/list.html", **context)


@router.get("/work/changes", **opens("list_work"))
async def tell_changes(
    visit: Visiting, last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=64)] = None
) -> Response:
    """Tells the page that its list may have changed (Server-Sent Events)."""
    visit.console.changes.require_room(visit.caller.name)
    messages = visit.console.changes.told(
        event_filter_of(visit.signed.scope), last_event_id, Allowed(visit.api, visit.signed).now, visit.caller.name
    )
    return EventStream(messages, send_timeout=visit.api.events_out.send_within, ping=0, sep="\n")


@router.post("/work/assign", **opens(ASSIGN))
async def assign_several(visit: Visiting) -> Response:
    """Assigns the selected dossiers to one officer, and shows what became of each."""
    typed = await visit.form()
    codes = list(dict.fromkeys(typed.get("select", ())))
    person = first_of(typed, "person")
    key = first_of(typed, "_key")
    refused = _nothing_to_do(codes, person)
    if refused is not None:
        raise refused
    versions = {code: number_in(typed, f"version.{code}") for code in codes}
    known = {code: version for code, version in versions.items() if version is not None}
    try:
        results = await assign_all(visit, codes, person, key, known)
    except ValidationError:
        raise InvalidField("/person", CHOOSE_A_PERSON) from None
    return visit.page("work/assigned.html", results=results, person=person)


CHOOSE_A_PERSON = say("hãy chọn người nhận trong danh sách", "choose an officer of the list")
CHOOSE_DOSSIERS = say(
    f"hãy chọn từ 1 đến {MOST_ASSIGNED} hồ sơ trong danh sách", f"choose 1 to {MOST_ASSIGNED} dossiers of the list"
)


def _nothing_to_do(codes: list[str], person: str) -> DomainError | None:
    if not 1 <= len(codes) <= MOST_ASSIGNED:
        return InvalidField("/select", CHOOSE_DOSSIERS)
    return InvalidField("/person", CHOOSE_A_PERSON) if not person else None
