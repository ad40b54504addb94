"""The page of comparisons of Temporal with the ledger: the last one, its list, what to do, and a button for another."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Response

from activities.ledger.reconciliations import Listed, Reconciled, ReconciliationState
from domain.errors import DomainError, InvalidInput
from domain.repairs.differences import Difference
from gateway.api.pages import Cursor, Listing, Page
from gateway.console.operations.pages import ROWS, shown
from gateway.console.visits import Visit, Visiting, opens
from gateway.i18n.wording import say

HOME = "/console/operations/reconciliation"
EARLIER = 10
"""How many comparisons before the last one are shown."""
MOST_IN_FORM = 5_000
"""Codes that the form of a plan is filled with: more than twice as many are too large for a request."""
router = APIRouter(prefix="/operations/reconciliation")

BEGUN = say(
    "Đã bắt đầu đối chiếu. Trang này tự cập nhật đến khi xong; có thể rời trang.",
    "The comparison has begun. This page renews itself until it is done; you may leave it.",
)


@router.get("", **opens("list_reconciliations"))
async def reconciliation(visit: Visiting, kind: Difference | None = None, cursor: Cursor = None) -> Response:
    """The last comparison, how far it is, and the list of the newest one that has finished."""
    return await _page(visit, kind, cursor)


@router.post("", **opens("begin_reconciliation"))
async def begin(visit: Visiting) -> Response:
    """Begins a comparison, which goes on in the process of these pages."""
    await visit.form()
    orders = visit.api.engine.reconciliations
    try:
        orders.in_background(await orders.begin(visit.caller.principal))
    except DomainError as refused:
        return await _page(visit, refused=refused)
    return visit.to(HOME, visit.text(BEGUN))


async def _page(
    visit: Visit, kind: Difference | None = None, cursor: str | None = None, refused: DomainError | None = None
) -> Response:
    register = visit.api.engine.reconciliations.register
    comparisons = await register.last(EARLIER + 1)
    newest, listed = next(iter(comparisons), None), await register.finished()
    whole = visit.may("list_differences")
    problem = None if refused is None else visit.refusal(refused)
    answer = shown(
        visit, "operations/reconciliation.html", newest=newest, listed=listed, earlier=comparisons[1:], whole=whole,
        page=await _listed(visit, listed, kind, cursor) if whole and listed is not None else None, chosen=kind,
        states=ReconciliationState, problem=problem,
    )  # fmt: skip
    if problem is not None:
        answer.status_code = problem.status
    return answer


async def _listed(visit: Visit, one: Reconciled, kind: Difference | None, cursor: str | None) -> Page[Listed]:
    """A page of its list. A cursor of an earlier list gives the first page: an open page renews itself with it."""
    listing = Listing(visit.api.keys, ("console_reconciliation", one.number, kind))
    try:
        place = listing.place(cursor)
    except InvalidInput:
        place = None
    rows: Sequence[Listed] = await visit.api.engine.reconciliations.register.differences(
        one.number, () if kind is None else (kind,), limit=ROWS + 1,
        place=None if place is None else (int(place.key), place.back),
    )  # fmt: skip
    return listing.page(rows, place, ROWS, lambda row: str(row.place))


async def restarted_codes(visit: Visit, number: int) -> list[str]:
    """The first dossiers in the list of a comparison that a restart repairs, for the form of a plan.

    Raises NotAuthorised `whole_province_needed`.
    """
    visit.signed_for("list_differences")
    return await visit.api.engine.reconciliations.to_be_restarted(number, MOST_IN_FORM)
