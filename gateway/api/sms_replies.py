"""Receives what people answer to text messages. An answer that says STOP opts the number out; no other one is kept.

The signature keeps strangers from opting others out. Where no secret is shared with the gateway there is no such
operation: people then opt out at a desk.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import SecretStr

from activities.adapters.sms_replies import REPLY_SIGNATURE_HEADER, verify_reply
from activities.ledger.opt_outs import OptOuts
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from domain.channels.contacts import mobile_number
from domain.channels.stop_words import wants_no_more
from gateway.api.refusals import NotNow

SEND_AGAIN_AFTER = 60
"""Seconds after which the gateway should report an answer again that could not be recorded now."""


def reply_router(pool: Pool, secret: SecretStr | None) -> APIRouter:
    """The operation that receives answers. One that cannot be recorded now gets 503, so that it is reported again."""
    router = APIRouter(include_in_schema=False)
    if secret is None:
        return router

    @router.post("/v1/notices/replies")
    async def replied(request: Request) -> JSONResponse:
        body = await request.body()  # `request_limits` has limited its size and time
        reply = verify_reply(secret, body, request.headers.get(REPLY_SIGNATURE_HEADER))
        phone = mobile_number(reply.phone)
        stops = phone is not None and wants_no_more(reply.text)
        if phone is not None and stops:
            try:
                await OptOuts(pool).opt_out_by_reply(phone, reply.event_id)
            except (DatabaseUnavailable, DatabaseRefuses) as ours:
                raise NotNow.of(ours, wait=SEND_AGAIN_AFTER) from ours
        return JSONResponse({"opted_out": stops})

    return router
