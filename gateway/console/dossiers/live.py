"""Tells an open page that its dossier has changed. The message is the version; the page then asks for what it shows.

The id of a message is the version too: a page that comes back after a night says which version it has, and hears at
once whether there is a newer one.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any, cast

import structlog
from fastapi import APIRouter, Header, Query
from sse_starlette import ServerSentEvent

from activities.events_out.cloud_events import PlacedEvent
from activities.events_out.filters import EVERYTHING, Filtered, Wanted
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from domain.errors import Conflict, DomainError
from gateway.access.sign_in import still_reaches
from gateway.api.dossiers.reading import DossierCode
from gateway.api.events.following import EventStream
from gateway.console.visits import Visit, Visiting, opens
from gateway.dossiers.reaching import in_reach

log = structlog.get_logger(__name__)
router = APIRouter()

CHANGED = "dossier-changed"
RETRY_AFTER = 3_000
"""Milliseconds after which a page connects again."""


class OfDossier(Wanted):
    """The events of one dossier. Whether the person may see it is looked at before each message."""

    dossier: str

    def matches(self, event: Filtered) -> bool:
        """True when the event is this dossier's."""
        return cast("PlacedEvent", event).recorded.dossier == self.dossier


@router.get("/dossiers/{code}/changes", **opens("read_dossier"))
async def changes(
    code: DossierCode,
    visit: Visiting,
    version: int = Query(0, ge=0, le=2**31 - 1),
    last_event_id: str | None = Header(None, alias="Last-Event-ID", max_length=20),
) -> Any:
    """A stream of the versions after the one that the page shows."""
    await in_reach(visit.api.engine, visit.signed, code)
    known = int(last_event_id) if last_event_id and last_event_id.isdecimal() and last_event_id.isascii() else version
    visit.api.events.live.require_room(visit.caller.name)
    messages = _messages(visit, code, known)
    return EventStream(messages, send_timeout=visit.api.events_out.send_within, ping=0, sep="\n")


async def _messages(visit: Visit, code: str, known: int) -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(comment="luongxanh", retry=RETRY_AFTER)
    looked_at = time.monotonic()
    wanted = OfDossier(scope=EVERYTHING, dossier=code)
    first = True
    try:
        async for one in visit.api.events.live.follow(None, wanted, visit.caller.name):
            changed = first or isinstance(one, PlacedEvent)
            if changed or time.monotonic() - looked_at > visit.api.events_out.checked_every:
                looked_at, first = time.monotonic(), False
                newest = await _still_seen(visit, code)
                if newest is None:
                    log.info("stream_ends", code="scope_changed", caller=visit.caller.name)
                    return
                if newest > known:
                    known = newest
                    yield ServerSentEvent(str(known), event=CHANGED, id=str(known))
                    continue
            yield ServerSentEvent(comment="-")
    except (DatabaseUnavailable, DatabaseRefuses, Conflict) as problem:
        log.warning("stream_ends", code=str(problem.code))


async def _still_seen(visit: Visit, code: str) -> int | None:
    """The newest version; None when the person may no longer see the dossier."""
    engine = visit.api.engine
    if not still_reaches(visit.signed, engine.staff, engine.province.organisation, visit.api.now()):
        return None
    try:
        row, _ = await in_reach(engine, visit.signed, code)
    except (DatabaseUnavailable, DatabaseRefuses):
        raise
    except DomainError:
        return None
    return row.version
