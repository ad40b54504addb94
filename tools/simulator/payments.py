"""The simulated payment platform: orders by the merchant's key, payments, and refunds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from tools.simulator.fault_injection import CALLBACK_MODES, COMMON_MODES, Call, FaultMode
from tools.simulator.orders import OrderRequest, OrderRow, Payment, Refund, RefundRequest
from tools.simulator.simulated_system import Answer, RawRequest
from tools.simulator.store import Shelf
from tools.simulator.token_protocol import authorised, done, failing, refused, unauthorised
from tools.simulator.world import Effects, World


class PaymentsSystem:
    """Serves POST /orders, GET /orders/{id}, GET /orders/by-key/{key}, POST /orders/{id}/refunds."""

    system = "payments"
    modes = COMMON_MODES | CALLBACK_MODES | {FaultMode.ORDER_OF_ANOTHER, FaultMode.UNAUTHORISED}

    def __init__(self, world: World, pay_url: Callable[[str], str], *, paid_at_once: bool = False) -> None:
        self._world = world
        self._paid_at_once = paid_at_once
        self._pay_url = pay_url
        self.orders = Shelf(world.store, "payments/orders", OrderRow)
        self._effects = Effects(world, "payments")

    def read(self, request: RawRequest) -> Call | Answer:
        """The call: an order, a query or a refund; or an error."""
        if not authorised(self._world, request):
            return unauthorised()
        fields = request.json() or {}
        match request.method, request.path.split("/")[1:]:
            case "POST", _ if not request.has_key(str(fields.get("key"))):
                return refused("invalid_request", 422)
            case "POST", ["orders"]:
                return Call("create_order", str(fields.get("key")), fields)
            case "GET", ["orders", order_id]:
                return Call("query", order_id, {}, effectful=False)
            case "GET", ["orders", "by-key", key]:
                return Call("find_order", key, {}, effectful=False)
            case "POST", ["orders", order_id, "refunds"] if fields.get("order_id") == order_id:
                return Call("refund", str(fields.get("key")), fields)
            case _:
                return refused("unknown_request", 404)

    def perform(self, call: Call) -> Answer:
        """Carries out the call."""
        try:
            match call.service:
                case "create_order":
                    return self._create(OrderRequest.model_validate(call.fields))
                case "refund":
                    return self._refund(RefundRequest.model_validate(call.fields))
                case "find_order":
                    return self._found(call.key)
                case _:
                    order = self.orders.get(call.key)
                    return (
                        done(**order.answer_fields(self._world.date.now())) if order else refused("unknown_order", 404)
                    )
        except ValidationError:
            return refused("invalid_request", 422)

    def failing(self, mode: FaultMode) -> Answer:
        """An error in an HTTP 200, a refusal, or the order of another dossier."""
        if mode is FaultMode.ORDER_OF_ANOTHER:
            orders = self.orders.all()
            return self._ordered(orders[0]) if orders else failing(FaultMode.ERROR_IN_200)
        return failing(mode)

    def records(self, key: str | None) -> dict[str, Any]:
        """The effects and the orders. `key`: the merchant's key or the order's number."""
        now = self._world.date.now()
        chosen = [row for row in self.orders.all() if key in (None, row.request.key, row.order_id)]
        orders = [{"key": row.request.key, "dossier": row.request.dossier, **row.answer_fields(now)} for row in chosen]
        return {"effects": self._effects.listed(key), "orders": orders}

    def pay(self, order: OrderRow, amount: int) -> Payment:
        """Records a payment, also when the order is already paid."""
        transaction_id = self._world.name("GD", order.order_id, len(order.payments))
        payment = Payment(transaction_id=transaction_id, amount=amount, paid_at=self._world.date.now())
        self.orders.put(order.order_id, order.model_copy(update={"payments": (*order.payments, payment)}))
        self._effects.add("paid", order.order_id)
        return payment

    def _create(self, request: OrderRequest) -> Answer:
        order_id = self._world.name("DH", request.key)
        order = self.orders.get(order_id)
        if order is None:
            if request.expires_at <= self._world.date.now():
                return refused("expires_in_the_past", 422)
            order = OrderRow(order_id=order_id, request=request)
            self.orders.put(order_id, order)
            self._effects.add("order", request.key)
            if self._paid_at_once:
                self.pay(order, request.amount)
        elif order.request != request:
            return refused("key_reused", 409)
        return self._ordered(order)

    def _found(self, key: str) -> Answer:
        order = self.orders.get(self._world.name("DH", key))
        if order is None:
            return refused("unknown_order", 404)
        opened = {"key": key, "dossier": order.request.dossier, "pay_url": self._pay_url(order.order_id)}
        return done(**opened, **order.answer_fields(self._world.date.now()))

    def _ordered(self, order: OrderRow) -> Answer:
        return done(
            order_id=order.order_id,
            pay_url=self._pay_url(order.order_id),
            amount=order.request.amount,
            expires_at=order.request.expires_at.isoformat(),
        )

    def _refund(self, request: RefundRequest) -> Answer:
        order = self.orders.get(request.order_id)
        if order is None:
            return refused("unknown_order", 404)
        refund = next((refund for refund in order.refunds if refund.request.key == request.key), None)
        if refund is None:
            if order.refunded + request.amount > order.paid:
                return refused("refund_exceeds_paid", 422)
            refund = Refund(refund_id=self._world.name("HT", request.order_id, request.key), request=request)
            self.orders.put(order.order_id, order.model_copy(update={"refunds": (*order.refunds, refund)}))
            self._effects.add("refund", request.key)
        elif refund.request != request:
            return refused("key_reused", 409)
        return done(refund_id=refund.refund_id, order_id=order.order_id, amount=refund.request.amount)
