"""The note that was written with an event: personal data, read on demand, and each reading recorded."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Path, Response

from activities.ledger.story_pages import Story, StoryPages
from activities.ledger.vault import Vault
from domain.errors import NotFound
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.roles import Role
from domain.values import Hash
from gateway.api.dossiers.reading import DossierCode
from gateway.console.bars import bar_parts
from gateway.console.dossiers.shown import ShownDossier, shown, tabs_of
from gateway.console.visits import Visiting, opens

log = structlog.get_logger(__name__)
router = APIRouter()
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]
READING = "read_applicant"
"""The operation of people who may see personal data of a dossier."""


def note_of(one: ShownDossier, event: RecordedEvent | UnreadEvent) -> Hash | None:
    """The commitment to the event's note, if the person may read it. An applicant reads what applicants wrote."""
    if not isinstance(event, RecordedEvent) or not one.visit.may(READING):
        return None
    return event.event.note if one.to_staff or event.actor.role is Role.APPLICANT else None


@router.get("/dossiers/{code}/events/{version}/note", **opens(READING))
async def note(code: DossierCode, version: Version, visit: Visiting) -> Response:
    """The note of an event. Its reading is logged with who read, and without what was read."""
    one = await shown(visit, code)
    found: Story = await StoryPages(visit.api.pool).newest(one.code, before=version + 1, limit=1)
    commitment = note_of(one, found[0]) if found and found[0].version == version else None
    try:
        body = None if commitment is None else await Vault(visit.api.pool).reveal(commitment)
    except NotFound:
        body = None
    if commitment is not None:
        log.info("particulars_read", dossier=one.code, operation=visit.signed.operation, caller=visit.caller.name)
    known: dict[str, Any] = {"one": one, "version": version, "body": body or {}}
    if visit.htmx:
        return visit.fragment("dossiers/note.html", "note", **known)
    return visit.page("dossiers/note.html", part="events", tabs=tabs_of(visit), bar_parts=bar_parts, **known)
