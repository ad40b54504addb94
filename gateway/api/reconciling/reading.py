"""Reads comparisons of Temporal with the ledger. The differences name dossiers of every unit: only who reaches the
province sees them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from domain.repairs.differences import Difference
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.pages import Cursor, Limit, Listing, Place
from gateway.api.parts import Parts
from gateway.api.reconciling.answers import (
    DifferenceAnswer,
    DifferencePage,
    EndedWorkflowAnswer,
    EndedWorkflowPage,
    ReconciliationAnswer,
    ReconciliationPage,
)

TAG = "Vận hành (operations)"
router = APIRouter(route_class=StrictRoute, tags=[TAG])

Number = Annotated[
    int, Path(alias="number", ge=1, le=2**62, description="Số của lần đối chiếu (its number).", examples=[12])
]


@router.get(
    "/operations/reconciliations",
    response_model=ReconciliationPage,
    **operation("list_reconciliations", "Các lần đối chiếu", "the comparisons of Temporal with the ledger"),
)
async def list_reconciliations(parts: Parts, _: Signed, limit: Limit = 50, cursor: Cursor = None) -> object:
    """Answers with the comparisons, the newest first."""
    listing = Listing(parts.keys, ("list_reconciliations",))
    place = listing.place(cursor)
    rows = await parts.engine.reconciliations.register.last(limit + 1, numbered(place))
    page = listing.page(rows, place, limit, lambda one: str(one.number))
    items = tuple(map(ReconciliationAnswer.of, page.items))
    return ReconciliationPage(items=items, next=page.next, previous=page.previous)


@router.get(
    "/operations/reconciliations/{number}",
    response_model=ReconciliationAnswer,
    **operation("read_reconciliation", "Một lần đối chiếu", "one comparison, and how far it is"),
)
async def read_reconciliation(number: Number, parts: Parts, _: Signed) -> object:
    """Answers with the comparison."""
    return ReconciliationAnswer.of(await parts.engine.reconciliations.register.one(number))


@router.get(
    "/operations/reconciliations/{number}/differences",
    response_model=DifferencePage,
    **operation("list_differences", "Từng sai khác của một lần đối chiếu", "the differences that a comparison found"),
)
async def list_differences(
    number: Number,
    parts: Parts,
    signed: Signed,
    kind: Annotated[Difference | None, Query(description="Chỉ loại này (only this kind).")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Answers with the differences, in the order in which they were found."""
    listing = Listing(parts.keys, ("list_differences", number, kind))
    place = listing.place(cursor)
    rows = await parts.engine.reconciliations.differences(number, kind, place=numbered(place), limit=limit + 1)
    page = listing.page(rows, place, limit, lambda one: str(one.place))
    items = tuple(map(DifferenceAnswer.of, page.items))
    return DifferencePage(items=items, next=page.next, previous=page.previous)


@router.get(
    "/operations/ended-workflows",
    response_model=EndedWorkflowPage,
    **operation("list_ended_workflows", "Các quy trình đã bị dừng", "the workflows that operators ended"),
)
async def list_ended_workflows(parts: Parts, signed: Signed, limit: Limit = 50, cursor: Cursor = None) -> object:
    """Answers with the ended workflows, the newest first."""
    listing = Listing(parts.keys, ("list_ended_workflows",))
    place = listing.place(cursor)
    rows = await parts.engine.reconciliations.ended.last(limit + 1, numbered(place))
    page = listing.page(rows, place, limit, lambda one: str(one.number))
    items = tuple(map(EndedWorkflowAnswer.of, page.items))
    return EndedWorkflowPage(items=items, next=page.next, previous=page.previous)


def numbered(place: Place | None) -> tuple[int, bool] | None:
    """The place in a list whose rows have numbers."""
    return None if place is None else (int(place.key), place.back)
