"""The page `/console/escalations`: what must be answered, explained, or finished by the level that took it over."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response

from activities.ledger.open_escalations import EscalationPlace, EscalationState, OpenEscalations
from gateway.access.scopes import search_scope
from gateway.api.pages import Cursor, Listing
from gateway.console.visits import Visit, Visiting, opens

router = APIRouter()

ROWS = 50
ACTS = {
    EscalationState.UNANSWERED: "acknowledge_escalation",
    EscalationState.UNEXPLAINED: "explain_escalation",
    EscalationState.TAKEN_OVER: "hand_back",
}
"""The act that is wanted in each state. A dossier that was handed back is to be finished; nobody answers."""


@router.get("/escalations", **opens("list_escalations"))
async def escalations(
    visit: Visiting,
    state: EscalationState | None = None,
    unit: Annotated[str, Query(max_length=64)] = "",
    cursor: Cursor = None,
) -> Response:
    """The open escalations within the caller's reach, what must be answered first."""
    listing = Listing(visit.api.keys, ("console_escalations", state, unit))
    place = listing.place(cursor)
    rows = await OpenEscalations(visit.api.pool).page(
        search_scope(visit.signed.scope),
        ROWS + 1,
        unit=unit or None,
        state=state,
        place=None if place is None else EscalationPlace.of(place.key, back=place.back),
    )
    page = listing.page(rows, place, ROWS, lambda one: one.key)
    return visit.page(
        "escalations/list.html", page=page, states=tuple(EscalationState), chosen=state, unit_chosen=unit, acts=ACTS,
        own=_own_units(visit), address=_address, now=visit.now,
    )  # fmt: skip


def _own_units(visit: Visit) -> list[str]:
    """The units in which the caller has a duty today: the choices beside all of the scope."""
    return list(dict.fromkeys(duty.unit for duty in visit.caller.duties))


def _address(state: EscalationState | None, unit: str) -> str:
    given = {"state": state.value if state else "", "unit": unit}
    return f"/console/escalations?{urlencode({name: value for name, value in given.items() if value})}"
