"""The payment page for citizens, and the platform's callback to the merchant: normal, lost, doubled, late or wrong."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
from collections.abc import Coroutine
from typing import Annotated, Any

import httpx2
from pydantic import Field

from domain.values import Strict
from tools.simulator.fault_injection import CALLBACK_MODES, Call, Fault, FaultMode
from tools.simulator.orders import OrderRow, Payment
from tools.simulator.payments import PaymentsSystem
from tools.simulator.simulated_system import Answer, SimulatedSystem
from tools.simulator.token_protocol import done, refused
from tools.simulator.world import World

SIGNATURE_HEADER = "X-Payment-Signature"
_ATTEMPTS, _FIRST_PAUSE = 6, 0.2
_NORMAL = Fault(mode=FaultMode.OK)


class Pay(Strict):
    """How the citizen pays, and what happens to the callback (None: the faults of the system decide)."""

    amount: Annotated[int, Field(gt=0, strict=True)] | None = None
    """The amount in dong; None: the amount of the order."""
    after_expiry: bool = False
    """Whether the payment may arrive after the order has expired, as a slow transfer does."""
    declined: bool = False
    """Whether the bank refuses the payment for good."""
    callback: FaultMode | None = None
    delay: Annotated[float, Field(ge=0)] = 1.0


class PaymentPage:
    """Takes payments of orders, and sends callbacks to the merchant."""

    def __init__(self, world: World, system: SimulatedSystem, contract: PaymentsSystem) -> None:
        self._world = world
        self._system = system
        self._contract = contract
        self._deliveries: set[asyncio.Task[None]] = set()
        self._later: dict[str, asyncio.Event] = {}
        """The callbacks that wait until that of a later payment of the same order was sent."""
        self.delivered: list[dict[str, Any]] = []
        # Merchants are on this machine, over plain HTTP. A context without authorities takes no time to make.
        no_authorities = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._client = httpx2.AsyncClient(timeout=5.0, trust_env=False, verify=no_authorities)

    def pay(self, order_id: str, how: Pay) -> Answer:
        """Records a payment of the citizen, who may pay more than once, and sends the callback."""
        order = self._contract.orders.get(order_id)
        if order is None:
            return refused("unknown_order", 404)
        if how.declined:
            self._contract.orders.put(order_id, order.model_copy(update={"declined": True}))
            return done(state="failed")
        if order.state(self._world.date.now()) == "expired" and not how.after_expiry:
            return refused("order_expired", 409)
        payment = self._contract.pay(order, how.amount or order.request.amount)
        self._notify(order_id, payment, how)
        return done(transaction_id=payment.transaction_id, amount=payment.amount)

    def pay_without_callback(self, order_id: str) -> Answer:
        """Records a payment of the whole amount of which the merchant is not told."""
        return self.pay(order_id, Pay(callback=FaultMode.CALLBACK_LOST))

    def expire(self, order_id: str) -> Answer:
        """Makes the order expire now."""
        order = self._contract.orders.get(order_id)
        if order is None:
            return refused("unknown_order", 404)
        self._contract.orders.put(order_id, order.model_copy(update={"closed": True}))
        return done(order_id=order_id)

    async def close(self) -> None:
        """Drops the callbacks that were not delivered. A restart of a real platform loses them too."""
        for delivery in self._deliveries:
            delivery.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)
        await self._client.aclose()

    def _notify(self, order_id: str, payment: Payment, how: Pay) -> None:
        order = self._contract.orders.get(order_id)
        if order is None:
            raise LookupError(order_id)
        fault = self._callback_fault(order, how)
        if fault.mode is FaultMode.CALLBACK_LOST:
            return
        body = self._callback_body(order, payment, wrong=fault.mode is FaultMode.CALLBACK_WRONG_AMOUNT)
        url, waiting = order.request.callback_url, self._later.pop(order_id, None)
        match fault.mode:
            case FaultMode.CALLBACK_FORGED:
                self._send(self._deliver(url, body, forged=True))
            case FaultMode.CALLBACK_FROM_NOWHERE:
                self._send(self._deliver(url, _of_nobody(body)))
            case FaultMode.CALLBACK_TWICE:
                self._send(self._deliver(url, body))
            case FaultMode.CALLBACK_LATE:
                self._send(self._held(asyncio.Event(), fault.delay, self._deliver(url, body)))
                return
            case FaultMode.CALLBACK_OUT_OF_ORDER:
                later = self._later[order_id] = asyncio.Event()
                self._send(self._held(later, fault.delay, self._deliver(url, body)))
                return
            case _:
                pass
        self._send(self._deliver(url, body), then=waiting)

    def _send(self, sending: Coroutine[Any, Any, None], then: asyncio.Event | None = None) -> None:
        """Sends in the background; afterwards those that wait for it may go."""
        delivery = asyncio.create_task(sending)
        self._deliveries.add(delivery)
        delivery.add_done_callback(self._deliveries.discard)
        if then is not None:
            delivery.add_done_callback(lambda _: then.set())

    async def _held(self, until: asyncio.Event, most: float, sending: Coroutine[Any, Any, None]) -> None:
        try:
            async with asyncio.timeout(most):
                await until.wait()
        except TimeoutError:
            pass
        except asyncio.CancelledError:
            sending.close()
            raise
        await sending

    def _callback_fault(self, order: OrderRow, how: Pay) -> Fault:
        if how.callback in CALLBACK_MODES:
            return Fault(mode=how.callback, delay=how.delay)
        if how.callback is FaultMode.OK:
            return _NORMAL
        return self._system.faults.next_fault(Call("callback", order.request.key, {})) or _NORMAL

    def _callback_body(self, order: OrderRow, payment: Payment, *, wrong: bool) -> bytes:
        body = {
            "event_id": self._world.name("TB", payment.transaction_id),
            "order_id": order.order_id,
            "key": order.request.key,
            "transaction_id": payment.transaction_id,
            "amount": payment.amount + 1_000 if wrong else payment.amount,
            "paid_at": payment.paid_at.isoformat(),
            "state": order.state(self._world.date.now()),
        }
        return json.dumps(body).encode()

    async def _deliver(self, url: str, body: bytes, *, forged: bool = False) -> None:
        """Sends the callback until the merchant answers 2xx, at most six times, with growing pauses."""
        secret = b"not the secret" if forged else self._world.access.callback_secret.get_secret_value().encode()
        signature = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature}
        for attempt in range(_ATTEMPTS):
            outcome = await _posted(self._client, url, body, headers)
            self.delivered.append({**json.loads(body), "attempt": attempt + 1, "outcome": outcome, "forged": forged})
            if outcome.startswith("2") or forged:
                return
            await asyncio.sleep(_FIRST_PAUSE * 2**attempt)


def _of_nobody(body: bytes) -> bytes:
    """The same notification of an order that nobody made."""
    names = {"event_id": "TB-nowhere", "order_id": "DH-nowhere", "key": "nowhere", "transaction_id": "GD-nowhere"}
    return json.dumps({**json.loads(body), **names}).encode()


async def _posted(client: httpx2.AsyncClient, url: str, body: bytes, headers: dict[str, str]) -> str:
    try:
        return str((await client.post(url, content=body, headers=headers)).status_code)
    except httpx2.HTTPError as error:
        return type(error).__name__
