"""The list of everything that needs a person, and the page of one incident."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import APIRouter, Response

from activities.ledger.incident_rows import IncidentFilter
from activities.ledger.reading import dossier_in
from domain.dossier.state.incident import Incident as FailedCall
from domain.incidents import REFUSALS, Incident, IncidentId, IncidentSource
from domain.outside_systems import System
from domain.repairs.causes import Cause
from gateway.access.callers import identifier_of
from gateway.access.permissions import WATCHING
from gateway.access.scopes import search_scope
from gateway.api.open_incidents import row_key
from gateway.api.pages import Cursor, Listing, timed_place
from gateway.client.watching.next_tries import NextTry
from gateway.console.operations.incident_orders import of_visit
from gateway.console.operations.pages import ROWS, shown
from gateway.console.tries import next_tries_of
from gateway.console.visits import Visit, Visiting, opens
from gateway.dossiers.reaching import in_reach
from gateway.i18n.incident_wording import why

HOME = "/console/operations/needs-a-person"
router = APIRouter(prefix="/operations/needs-a-person")
former = APIRouter(prefix="/operations/incidents")
"""The addresses of a list by dossier, which these pages have replaced."""

ORDERS_OF = {"retry": "retry-incident", "assign": "take-incident", "resolve": "resolve-incident"}


@router.get("", **opens("list_open_incidents"))
async def incidents(
    visit: Visiting,
    cause: Cause | None = None,
    system: System | None = None,
    dossier: str | None = None,
    mine: bool = False,
    cursor: Cursor = None,
) -> Response:
    """What needs a person within the caller's reach, the oldest first. Raises NotFound for a dossier beyond it."""
    if dossier is not None:
        await in_reach(visit.api.engine, visit.signed, dossier)
    person = identifier_of(visit.caller.principal) if mine else None
    wanted = IncidentFilter(cause=cause, system=system, assigned_to=person)
    listing = Listing(visit.api.keys, ("console_open_incidents", cause, system, dossier, mine))
    place, incidents, whole = listing.place(cursor), of_visit(visit), _of_province(visit) and dossier is None
    rows = await incidents.rows(
        wanted, limit=ROWS + 1, scope=search_scope(visit.signed.scope), of_province=whole, place=timed_place(place),
        dossier=dossier,
    )  # fmt: skip
    rollouts = await incidents.stuck_rollouts(wanted) if whole and place is None else []
    page = listing.page(rows, place, ROWS, row_key)
    return shown(
        visit, "operations/open_incidents.html", page=page, rollouts=rollouts, causes=tuple(Cause), chosen=cause,
        systems=tuple(System), of_system=system, dossier=dossier, mine=mine, why=why,
    )  # fmt: skip


@router.get("/{incident}", **opens("read_incident"))
async def incident(visit: Visiting, incident: str) -> Response:
    """One incident, with what operators did. Raises NotFound when it has closed or is not within reach."""
    incidents = of_visit(visit)
    found = await incidents.one(incident, search_scope(visit.signed.scope), of_province=_of_province(visit))
    may = visit.may("give_orders" if found.dossier else "give_province_orders")
    call, tries, known = await _call_of(visit, found)
    return shown(
        visit, "operations/open_incident.html", one=found, acts=await incidents.acts(found), why=why, kind_of=ORDERS_OF,
        offered=found.actions if may else (), refused_call=_is_refused_call(found), call=call, tries=tries, known=known,
        waiting_call=may and found.source is IncidentSource.CALL and not _is_refused_call(found),
    )  # fmt: skip


async def _call_of(visit: Visit, one: Incident) -> tuple[FailedCall | None, Sequence[NextTry], bool]:
    """The failed call in its dossier, its next tries, and whether these are known. None of another incident."""
    if one.source is not IncidentSource.CALL or one.dossier is None:
        return None, (), True
    effect = IncidentId.read(one.id).effect
    calls = dossier_in(await visit.api.engine.dossier(one.dossier)).incidents
    tries, known = await next_tries_of(visit, one.dossier)
    call = next((each for each in calls if each.effect == effect), None)
    return call, [each for each in tries if each.system == one.system], known


@former.get("", **opens("list_open_incidents"))
async def former_list(visit: Visiting, system: System | None = None) -> Response:
    """Leads to the list of the same system."""
    return visit.to(f"{HOME}?system={system.value}" if system else HOME)


@former.get("/{code}", **opens("list_open_incidents"))
async def former_page(visit: Visiting, code: str) -> Response:
    """Leads to the list of the same dossier. Raises NotFound for one that is not within reach."""
    await in_reach(visit.api.engine, visit.signed, code)
    return visit.to(f"{HOME}?{urlencode({'dossier': code})}")


def _is_refused_call(one: Incident) -> bool:
    return one.source is IncidentSource.CALL and one.cause in REFUSALS


def _of_province(visit: Visit) -> bool:
    return not WATCHING.isdisjoint(visit.caller.roles)
