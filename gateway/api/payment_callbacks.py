"""Receives the payment platform's callbacks, which say that something happened to an order.

A callback only makes the dossier query the order; its content is not used. It may be lost, late, repeated or forged.
The signature keeps strangers from causing queries, and a query does no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid5

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import SecretStr

from activities.adapters.payments import CALLBACK_SIGNATURE_HEADER, verify_callback
from domain.dossier.commands import CheckPayment
from domain.dossier.decide import Act
from domain.errors import DomainError
from gateway.api.payment_rechecks import PLATFORM, PaymentRechecks, RecheckPauses, may_be_taken_later
from gateway.api.refusals import NotNow
from gateway.api.reported_acts import send_reported
from gateway.client import Engine

CALLBACKS = UUID("8e0c6c52-6d35-5c29-9d8e-3f1c9b0f1d77")
SEND_AGAIN_AFTER = 30
"""Seconds after which the platform should send a callback again that could not be accepted now."""


def callback_router(engine: Engine, secret: SecretStr, pauses: RecheckPauses) -> APIRouter:
    """The operation that receives callbacks, and the checks of orders that go on beside it.

    A callback that cannot be accepted now gets 503, so the platform sends it again. We query the order again too.
    """
    rechecks = PaymentRechecks(engine, pauses)

    @asynccontextmanager
    async def rechecking(_: object) -> AsyncIterator[None]:
        starting = asyncio.create_task(rechecks.after_start())
        yield
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await rechecks.close()

    router = APIRouter(lifespan=rechecking, include_in_schema=False)

    @router.post("/v1/payments/callback/{dossier}")
    async def payment(dossier: str, request: Request) -> JSONResponse:
        body = await request.body()  # `request_limits` has limited its size and time
        callback = verify_callback(secret, body, request.headers.get(CALLBACK_SIGNATURE_HEADER))
        act = Act(
            command_id=uuid5(CALLBACKS, callback.event_id),
            actor=PLATFORM,
            command=CheckPayment(order=callback.order_id),
        )
        of_this_dossier = callback.key.startswith(f"{dossier}.")  # the key is ours, and only the body is signed
        own = uuid5(CALLBACKS, f"{callback.event_id}/{callback.key}/{callback.order_id}") if of_this_dossier else None
        try:
            receipt = await send_reported(engine, dossier, act, own)
        except DomainError as error:
            if not may_be_taken_later(error):
                raise
            rechecks.soon(dossier, callback.order_id)
            raise NotNow.of(error, wait=SEND_AGAIN_AFTER) from error
        return JSONResponse({"dossier": receipt.dossier, "version": receipt.version, "repeated": receipt.repeated})

    return router
