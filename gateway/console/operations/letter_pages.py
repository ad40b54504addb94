"""The list of documents that came by the axis and wait for a person."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Response

from activities.ledger.documents import ReceivedDocument, ReceivedDocuments, ReceivedState
from gateway.api.axis_documents import row_key
from gateway.api.pages import Cursor, Listing, timed_place
from gateway.console.operations.letter_orders import LETTER_ORDERS
from gateway.console.operations.pages import ROWS, shown
from gateway.console.visits import Visiting, opens
from gateway.views.names import organ_name

router = APIRouter(prefix="/operations/letters")


@router.get("", **opens("list_axis_letters"))
async def letters(visit: Visiting, unmatched: bool = False, cursor: Cursor = None) -> Response:
    """What was refused or needs a person, the oldest first."""
    listing = Listing(visit.api.keys, ("console_letters", unmatched))
    place = listing.place(cursor)
    timed = timed_place(place)
    rows = await ReceivedDocuments(visit.api.pool).for_people(ROWS + 1, unmatched=unmatched, place=timed)
    page = listing.page(rows, place, ROWS, row_key)
    return shown(
        visit,
        "operations/letters.html",
        page=page,
        unmatched=unmatched,
        orders=LETTER_ORDERS,
        orders_on=orders_on,
        organ=partial(organ_name, visit.api.engine.province, visit.names),
    )


def orders_on(one: ReceivedDocument) -> tuple[str, ...]:
    """The orders that the page offers on a document. Each of them may be refused."""
    if one.state is ReceivedState.PERSON and one.dossier is not None and one.kind == "document":
        return tuple(LETTER_ORDERS)
    return ("settle-letter",)
