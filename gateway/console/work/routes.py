"""The pages of the work-lists, and what tells them to renew themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from domain.values import Instant
from gateway.access.event_scopes import event_filter_of
from gateway.api.pages import LONGEST_CURSOR
from gateway.api.work_asked import WhichWork
from gateway.console.bars import bar_parts
from gateway.console.changes import concerns_scope
from gateway.console.streams import LastEventId, Since, stream_of_changes
from gateway.console.visits import Visit, Visiting, opens
from gateway.console.work.lists import MOST, PAGE, work_page
from gateway.dossiers.assigning import MOST as MOST_ASSIGNED

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
    context = await shown(visit, of, cursor, limit, seen) | {"selected": select or [], "person": person}
    if visit.htmx:
        return visit.fragment("work/list.html", "items", **context)
    return visit.page("work/list.html", **context)


async def shown(
    visit: Visit, of: WhichWork, cursor: str | None = None, limit: int = PAGE, seen: datetime | None = None
) -> dict[str, Any]:
    """What the template of the list is given."""
    return {
        "page": await work_page(visit, of, cursor, limit, seen), "of": of, "cursor": cursor,
        "sized": "" if limit == PAGE else f"&limit={limit}",
        "seen": (seen or visit.now).isoformat(), "wrong": None, "bar_parts": bar_parts,
    }  # fmt: skip


@router.get("/work/changes", **opens("list_work"))
async def tell_changes(visit: Visiting, since: Since = "", last_event_id: LastEventId = None) -> Response:
    """Tells the page that its list may have changed (Server-Sent Events)."""
    return stream_of_changes(visit, concerns_scope(event_filter_of(visit.signed.scope)), last_event_id or since)
