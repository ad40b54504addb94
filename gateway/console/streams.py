"""The stream of changes to one open page (Server-Sent Events), and what its route is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Header, Query, Response

from gateway.access.sign_in import still_reaches
from gateway.api.events.following import EventStream
from gateway.console.changes import Happened, OpenPage
from gateway.console.visits import Visit

Since = Annotated[str, Query(max_length=64)]
"""The place of what the page shows (`Visit.place`)."""
LastEventId = Annotated[str | None, Header(alias="Last-Event-ID", max_length=64)]
"""The place of the last message, of a page that comes back."""


def stream_of_changes(
    visit: Visit, concerns: Callable[[Happened], bool], since: str, may_see: Callable[[], Awaitable[bool]] | None = None
) -> Response:
    """Tells the page of each change that concerns it. Raises Conflict when too many pages wait."""
    changes, engine = visit.console.changes, visit.api.engine
    changes.require_room(visit.caller.name, concerns)

    def allowed() -> bool:
        return still_reaches(visit.signed, engine.staff, engine.province.organisation, visit.api.now())

    page = OpenPage(visit.caller.name, visit.session, concerns, allowed, may_see)
    return EventStream(changes.told(page, since), send_timeout=visit.api.events_out.send_within, ping=0, sep="\n")
