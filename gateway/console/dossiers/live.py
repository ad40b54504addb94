"""Tells an open page that its dossier has changed. The page then asks for what it shows."""

from __future__ import annotations

from fastapi import APIRouter, Response

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from domain.errors import DomainError
from gateway.api.dossiers.reading import DossierCode
from gateway.console.streams import LastEventId, Since, stream_of_changes
from gateway.console.visits import Visit, Visiting, opens
from gateway.dossiers.reaching import in_reach

router = APIRouter()


@router.get("/dossiers/{code}/changes", **opens("read_dossier"))
async def changes(code: DossierCode, visit: Visiting, since: Since = "", last_event_id: LastEventId = None) -> Response:
    """A stream of the changes after the place of what the page shows. It ends when the person may see it no more."""
    await in_reach(visit.api.engine, visit.signed, code)

    async def may_see() -> bool:
        return await _may_see(visit, code)

    return stream_of_changes(visit, lambda event: event.dossier == code, last_event_id or since, may_see)


async def _may_see(visit: Visit, code: str) -> bool:
    try:
        await in_reach(visit.api.engine, visit.signed, code)
    except (DatabaseUnavailable, DatabaseRefuses):
        raise
    except DomainError:
        return False
    return True
