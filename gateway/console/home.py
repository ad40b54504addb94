"""The first page: each person goes on to the page of their role."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from gateway.access.permissions import PERMISSIONS
from gateway.console.changes import nothing
from gateway.console.cookies import session_secret
from gateway.console.streams import stream_of_changes
from gateway.console.visits import PassingBy, Visiting, caller_of_session, opens

router = APIRouter()

FIRST_PAGES: tuple[tuple[str, str], ...] = (
    ("give_orders", "/console/operations"),
    ("list_rollouts", "/console/overview"),
    ("list_work", "/console/work"),
    ("search_dossiers", "/console/register"),
)
"""An operation that a person may do, with the first page of those who may; the first that fits."""


@router.get("/")
async def home(visitor: PassingBy) -> Response:
    """The first page of who is signed in; for others, the ways in."""
    if session_secret(visitor.request) is None:
        return visitor.page("home/entrance.html")
    caller = await caller_of_session(visitor)
    for operation, path in FIRST_PAGES:
        if not caller.roles.isdisjoint(PERMISSIONS[operation].roles):
            return RedirectResponse(path, 303)
    return visitor.page("home/nothing.html", named=caller.name)


@router.get("/changes", **opens("read_act"))
async def tell_the_end(visit: Visiting) -> Response:
    """A stream for pages that need not hear of any event: it ends with the session, and the page then says so."""
    return stream_of_changes(visit, nothing, "")
