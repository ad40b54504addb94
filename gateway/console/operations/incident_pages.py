"""The list of everything that needs a person, and the page of one incident."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from activities.ledger.incident_rows import IncidentFilter
from activities.ledger.incident_rows import Place as RowPlace
from domain.incidents import Incident, IncidentSource
from domain.repairs.causes import Cause
from gateway.access.callers import identifier_of
from gateway.access.permissions import WATCHING
from gateway.access.scopes import search_scope
from gateway.api.pages import Cursor, Listing, Place
from gateway.console.operations.incident_orders import of_visit
from gateway.console.operations.pages import ROWS, shown
from gateway.console.visits import Visit, Visiting, opens
from gateway.i18n.incident_wording import why

router = APIRouter(prefix="/operations/needs-a-person")

ORDERS_OF = {"retry": "retry-incident", "assign": "take-incident", "resolve": "resolve-incident"}


@router.get("", **opens("list_open_incidents"))
async def incidents(
    visit: Visiting,
    cause: Cause | None = None,
    system: Annotated[str | None, Query(max_length=64)] = None,
    mine: bool = False,
    cursor: Cursor = None,
) -> Response:
    """What needs a person within the caller's reach, the oldest first."""
    person = identifier_of(visit.caller.principal) if mine else None
    wanted = IncidentFilter(cause=cause, system=system or None, assigned_to=person)
    listing = Listing(visit.api.keys, ("console_open_incidents", cause, system, mine))
    place, desk, whole = listing.place(cursor), of_visit(visit), _of_province(visit)
    rows = await desk.rows(
        wanted,
        limit=ROWS + 1,
        scope=search_scope(visit.signed.scope),
        of_province=whole,
        place=_row_place(place),
    )
    rollouts = await desk.stuck_rollouts(wanted) if whole and place is None else []
    page = listing.page(rows, place, ROWS, lambda one: f"{one.since.isoformat()} {one.id}")
    return shown(
        visit, "operations/open_incidents.html", page=page, rollouts=rollouts, causes=tuple(Cause), chosen=cause,
        system_wanted=system or "", mine=mine, why=why,
    )  # fmt: skip


@router.get("/{incident}", **opens("read_incident"))
async def incident(visit: Visiting, incident: str) -> Response:
    """One incident, with what operators did. Raises NotFound when it has closed or is not within reach."""
    desk = of_visit(visit)
    found = await desk.one(incident, search_scope(visit.signed.scope), of_province=_of_province(visit))
    may = visit.may("give_orders" if found.dossier else "give_province_orders")
    return shown(
        visit, "operations/open_incident.html", one=found, acts=await desk.acts(found), why=why, kind_of=ORDERS_OF,
        offered=found.actions if may else (), refused_call=_is_refused_call(found),
        waiting_call=may and found.source is IncidentSource.CALL and not _is_refused_call(found),
    )  # fmt: skip


def _is_refused_call(one: Incident) -> bool:
    return one.source is IncidentSource.CALL and one.cause is Cause.REFUSED_FOR_GOOD


def _of_province(visit: Visit) -> bool:
    return not WATCHING.isdisjoint(visit.caller.roles)


def _row_place(place: Place | None) -> RowPlace | None:
    if place is None:
        return None
    since, _, name = place.key.partition(" ")
    return datetime.fromisoformat(since), name, place.back
