"""Receives the reports of the postal service, which say that an item has moved.

A report only makes the dossier ask the post; its content is not used. It may be lost, late, repeated, out of order or
forged. The signature keeps strangers from causing questions, and a question does no harm. Where no secret is shared
with the post there is no such operation: the dossiers ask by their own timers.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import SecretStr

from activities.adapters.post import REPORT_SIGNATURE_HEADER, verify_report
from activities.ledger.reading import dossier_in
from domain.dossier.commands import CheckPost
from domain.dossier.decide import Act
from domain.errors import DomainError
from domain.messages.dossier import DossierRefusal
from domain.roles import Actor, Role
from gateway.api.refusals import NotNow, is_ours
from gateway.api.reported_acts import send_reported
from gateway.client import Engine

POSTAL_SERVICE = Actor(person="postal-service", role=Role.POST)
REPORTS = UUID("5d0f3b86-0a52-5f4e-8c6b-90b7a1c2e4d3")
SEND_AGAIN_AFTER = 60
"""Seconds after which the post should send a report again that could not be accepted now."""


def report_router(engine: Engine, secret: SecretStr | None) -> APIRouter:
    """The operation that receives reports. One that cannot be accepted now gets 503, so the post sends it again."""
    router = APIRouter(include_in_schema=False)
    if secret is None:
        return router

    @router.post("/v1/post/reports")
    async def report(request: Request) -> JSONResponse:
        body = await request.body()  # `request_limits` has limited its size and time
        reported = verify_report(secret, body, request.headers.get(REPORT_SIGNATURE_HEADER))
        act = Act(
            command_id=uuid5(REPORTS, reported.event_id),
            actor=POSTAL_SERVICE,
            command=CheckPost(item=reported.item_code),
        )
        own = uuid5(REPORTS, f"{reported.event_id}/{reported.reference}/{reported.item_code}")
        try:
            receipt = await send_reported(engine, reported.dossier, act, own)
        except DomainError as error:
            if not await _may_be_taken_later(engine, reported.dossier, error):
                raise
            raise NotNow.of(error, wait=SEND_AGAIN_AFTER) from error
        return JSONResponse({"dossier": receipt.dossier, "version": receipt.version, "repeated": receipt.repeated})

    return router


async def _may_be_taken_later(engine: Engine, dossier: str, refused: DomainError) -> bool:
    """True when the fault is ours, or the dossier has an order whose answer is not recorded yet: its item is unknown
    until then. An item of another dossier is refused for good."""
    if refused.code != DossierRefusal.UNKNOWN_POSTAL_ITEM:
        return is_ours(refused)
    items = dossier_in(await engine.dossier(dossier)).postal_items
    return any(one.item is None and (one.wanted or one.cancelling) for one in items)
