"""The page of an order: what it would do now, the reason, the confirmation. The same for every kind of order."""

from __future__ import annotations

from fastapi import APIRouter, Response

from domain.errors import DomainError, NotFound
from domain.field_errors import InvalidField
from domain.operator_orders import require_reason
from domain.values import Bilingual
from gateway.api.problems import Problem
from gateway.console.messages import ConsoleRefusal
from gateway.console.operations.incident_orders import INCIDENT_ORDERS
from gateway.console.operations.letter_orders import LETTER_ORDERS
from gateway.console.operations.orders import DryRun, Given, Order, Orders
from gateway.console.operations.outside_orders import OUTSIDE_ORDERS
from gateway.console.operations.planning_orders import PLANNING_ORDERS
from gateway.console.operations.reconciliation_orders import RECONCILIATION_ORDERS
from gateway.console.operations.relay_orders import RELAY_ORDERS
from gateway.console.operations.release_orders import RELEASE_ORDERS
from gateway.console.operations.repair_forms import Fields, first
from gateway.console.operations.repair_orders import REPAIR_ORDERS
from gateway.console.operations.rollout_orders import ROLLOUT_ORDERS
from gateway.console.operations.set_aside_orders import SET_ASIDE_ORDERS
from gateway.console.operations.webhook_orders import WEBHOOK_ORDERS
from gateway.console.visits import Visit, Visiting, opens

router = APIRouter(prefix="/operations/orders")

ORDERS: Orders = {
    **INCIDENT_ORDERS, **LETTER_ORDERS, **OUTSIDE_ORDERS, **PLANNING_ORDERS, **RECONCILIATION_ORDERS, **RELAY_ORDERS,
    **RELEASE_ORDERS, **REPAIR_ORDERS, **ROLLOUT_ORDERS, **SET_ASIDE_ORDERS, **WEBHOOK_ORDERS,
}  # fmt: skip
"""Every order that a page can give."""
LONGEST_TARGET = 200
LABELS = {
    "why": "Why", "read": "I have read what will be done.", "steps": "Steps, in per cent",
    "pause": "Minutes between two steps", "without_replay": "Why nobody waits for a replay",
    "hours": "For how many hours",
}  # fmt: skip
"""What stands beside the fields of the form."""
NO_REASON = Bilingual(vi="hãy ghi lý do: lý do được ghi lại", en="give a reason: it is recorded")
NOTHING_TYPED = Bilingual(vi="chưa ghi gì", en="nothing is given")
NOTHING: Fields = {}
NOT_CONFIRMED = Bilingual(vi="hãy đánh dấu là đã đọc việc sẽ làm", en="tick that you have read what will be done")
CHANGED = Bilingual(
    vi="việc sẽ làm đã thay đổi từ lúc mở trang: hãy đọc lại rồi xác nhận",
    en="what would be done has changed since the page was opened: read it again, then confirm",
)


@router.get("/{kind}", **opens("give_orders"))
async def dry_run(visit: Visiting, kind: str, target: str) -> Response:
    """What the order would do now. Nothing is written."""
    order = _order(kind)
    return await _page(visit.ordering(order.needs), order, kind, _target(target))


@router.post("/{kind}", **opens("give_orders"))
async def give(visit: Visiting, kind: str) -> Response:
    """Gives the order, if it would still do what was read."""
    order, fields = _order(kind), await visit.form()
    visit = visit.ordering(order.needs)
    target, why, seal = (fields.get(name, [""])[0].strip() for name in ("target", "why", "seal"))
    target = _target(target)
    try:
        if not why:
            raise InvalidField("/why", NO_REASON)
        require_reason(why)
        if fields.get("read") != ["yes"]:
            raise InvalidField("/read", NOT_CONFIRMED)
        found = await order.look(visit, target)
        if not found.possible or found.seal != seal:
            raise InvalidField("/read", CHANGED)
        done = await order.give(Given(visit, target, why, _typed(found, fields), found.sealed))
    except DomainError as refused:
        return await _page(visit, order, kind, target, fields, visit.refusal(refused, labels=LABELS))
    return visit.to(order.back_from(target), visit.text(done))


def _typed(found: DryRun, fields: Fields) -> dict[str, str]:
    """What the order asks for. Raises InvalidField for what stayed empty, and the errors of `require_reason`."""
    typed = {one.name: first(fields, one.name).strip() for one in found.asks}
    for name, text in typed.items():
        if not text:
            raise InvalidField(f"/{name}", NOTHING_TYPED)
        require_reason(text)
    return typed


def _order(kind: str) -> Order:
    if kind not in ORDERS:
        raise NotFound(ConsoleRefusal.PAGE_UNKNOWN)
    return ORDERS[kind]


def _target(given: str) -> str:
    """On what an order is given. Raises NotFound for a text that names nothing."""
    if not given.isprintable():
        raise NotFound(ConsoleRefusal.PAGE_UNKNOWN)
    return given[:LONGEST_TARGET]


async def _page(
    visit: Visit, order: Order, kind: str, target: str, fields: Fields = NOTHING, problem: Problem | None = None
) -> Response:
    found = await order.look(visit, target)
    status = 200 if problem is None else problem.status
    return visit.page(
        "operations/order.html",
        status=status, order=order, kind=kind, target=target, found=found, typed=fields, first=first,
        problem=problem, labels=LABELS,
    )  # fmt: skip
