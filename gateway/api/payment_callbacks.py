"""Receives the payment platform's callbacks, which say that something happened to an order.

A callback only makes the dossier query the order; its content is not used. It may be lost, late, repeated or forged.
The signature keeps strangers from causing queries, and a query does no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid5

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import SecretStr

from activities.adapters.errors import RejectedCallback
from activities.adapters.payments import CALLBACK_SIGNATURE_HEADER, verify_callback
from domain.dossier.commands import CheckPayment
from domain.dossier.decide import Act
from domain.errors import DomainError
from domain.values import DOSSIER_CODE
from gateway.api.payment_rechecks import PLATFORM, PaymentRechecks, RecheckPauses, may_be_taken_later
from gateway.client import Engine

log = structlog.get_logger(__name__)

CALLBACKS = UUID("8e0c6c52-6d35-5c29-9d8e-3f1c9b0f1d77")
SEND_AGAIN_AFTER = 30
"""Seconds after which the platform should send a callback again that could not be accepted now."""


def callbacks(engine: Engine, secret: SecretStr, pauses: RecheckPauses) -> FastAPI:
    """The application that receives callbacks. It answers errors as `{"code", "message": {"vi", "en"}}`.

    A callback that cannot be accepted now gets 503, so the platform sends it again. We query the order again too.
    """
    rechecks = PaymentRechecks(engine, pauses)

    @asynccontextmanager
    async def rechecking(_: FastAPI) -> AsyncIterator[None]:
        starting = asyncio.create_task(rechecks.after_start())
        yield
        starting.cancel()
        await rechecks.close()

    application = FastAPI(title="Luồng Xanh: callbacks", openapi_url=None, lifespan=rechecking)

    @application.get("/healthz")
    async def healthy() -> dict[str, str]:
        return {"status": "ok"}

    @application.post("/v1/payments/callback/{dossier}")
    async def payment(dossier: str, request: Request) -> JSONResponse:
        body = await request.body()  # `request_limits` has limited its size and time
        try:
            callback = verify_callback(secret, body, request.headers.get(CALLBACK_SIGNATURE_HEADER))
            act = Act(
                command_id=uuid5(CALLBACKS, callback.event_id),
                actor=PLATFORM,
                command=CheckPayment(order=callback.order_id),
            )
            receipt = await engine.send(dossier, act)
        except RejectedCallback as error:
            return _answer(dossier, error, 401)
        except DomainError as error:
            if not may_be_taken_later(error):
                return _answer(dossier, error, 409)
            rechecks.soon(dossier, callback.order_id)
            return _answer(dossier, error, 503)
        return JSONResponse({"dossier": receipt.dossier, "version": receipt.version, "repeated": receipt.repeated})

    return application


def _answer(dossier: str, error: DomainError, status: int) -> JSONResponse:
    # The address may be any text of a stranger; only a valid code is logged.
    known = {"dossier": dossier} if DOSSIER_CODE.fullmatch(dossier) else {}
    log.warning("callback_not_taken", code=str(error.code), status=status, **known)
    later = {"Retry-After": str(SEND_AGAIN_AFTER)} if status == 503 else None
    answer = {"code": error.code, "message": error.message.model_dump()}
    return JSONResponse(answer, status_code=status, headers=later)
