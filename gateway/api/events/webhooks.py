"""The webhooks of services: made, changed, tested, replayed and repaired over HTTP.

A service sees and changes its own. An operator sees and changes those of every service.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from activities.events_out.cloud_events import CONTENT_TYPE
from activities.events_out.positions import place_of
from activities.ledger.kept_answers import Answer
from activities.webhooks.register import Owner, WebhookChange
from activities.webhooks.sender import NotDelivered, Sender
from activities.webhooks.signing import message_id, signed_headers
from domain.field_errors import invalid_request
from domain.values import Bilingual, Code
from gateway.access.callers import identifier_of
from gateway.access.principals import ServicePrincipal
from gateway.access.sign_in import SignedIn
from gateway.api.bodies import JSON, StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.events.answers import (
    DeliveriesAnswer,
    NewSecretAnswer,
    NoBody,
    PingAnswer,
    ReplayBody,
    RetriedAnswer,
    RetryBody,
    RotationBody,
    SkipBody,
    SkippedAnswer,
    WebhookAnswer,
    WebhookBody,
    WebhookChangeBody,
    WebhooksAnswer,
    delivery_answer,
    webhook_answer,
)
from gateway.api.messages import LimitRefusal
from gateway.api.pages import Cursor, Limit, Listing, Place
from gateway.api.parts import PINGS_AT_ONCE, Api, Parts
from gateway.api.refusals import BadRequest
from gateway.api.repeats import Acting

router = APIRouter(route_class=StrictRoute, tags=["Webhook (webhooks)"])

SERVICE_NEEDED = Bilingual(
    vi="/service: người vận hành phải nêu webhook của dịch vụ nào", en="/service: an operator says whose webhook it is"
)
SERVICE_WITHOUT_EVENTS = Bilingual(
    vi="/service: không có dịch vụ này, hoặc dịch vụ không được theo dõi sự kiện",
    en="/service: there is no such service, or it may not follow events",
)
SERVICE_NOT_ITSELF = Bilingual(
    vi="/service: dịch vụ chỉ tạo webhook của chính mình", en="/service: a service makes webhooks for itself only"
)

WebhookId = Annotated[Code, Path(description="Mã webhook (its id).", examples=["wh-1f0c2f6f1f7c"], max_length=64)]


def _owner(signed: SignedIn) -> Owner | None:
    """Whose webhooks the caller reaches: its own, or those of every service when it is an operator."""
    principal = signed.caller.principal
    return Owner(kind="service", code=principal.service) if isinstance(principal, ServicePrincipal) else None


def _who(signed: SignedIn) -> str:
    return identifier_of(signed.caller.principal)


def _owner_of_new(parts: Api, signed: SignedIn, service: str | None) -> Owner:
    """The owner of a new webhook, which may follow events. Raises InvalidInput `invalid_request`."""
    own = _owner(signed)
    if own is None:
        if service is None:
            raise invalid_request([SERVICE_NEEDED])
        entered = parts.engine.staff.service(service)
        if entered is None or not entered.events:
            raise invalid_request([SERVICE_WITHOUT_EVENTS])
        return Owner(kind="service", code=service)
    if service not in (None, own.code):
        raise invalid_request([SERVICE_NOT_ITSELF])
    return own


def _json(status: int, answer: BaseModel, **headers: str) -> Answer:
    return Answer(status=status, headers={"Content-Type": JSON, **headers}, body=answer.model_dump_json())


@router.post(
    "/webhooks",
    response_model=NewSecretAnswer,
    **operation(
        "create_webhook",
        "Đăng ký webhook",
        "register a webhook",
        acts=True,
        body=True,
        status=201,
    ),
)
async def create_webhook(
    body: strict(WebhookBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers 201 with the webhook and its secret, which is shown only now."""

    async def act(_: str) -> Answer:
        after = None if body.after is None else place_of(body.after)
        if after is not None:
            await acting.parts.events.pages.require_reached(after)
        owner = _owner_of_new(acting.parts, acting.signed, body.service)
        made, secret = await acting.parts.events.register.create(
            owner, body.url, body.filter.as_filter(), _who(acting.signed), after
        )
        answer = NewSecretAnswer(webhook=webhook_answer(made), secret=secret)
        return _json(201, answer, Location=f"/v1/webhooks/{made.id}")

    return await acting.once(act)


@router.get(
    "/webhooks",
    response_model=WebhooksAnswer,
    **operation(
        "list_webhooks",
        "Danh sách webhook",
        "the webhooks of the caller; all, for an operator",
    ),
)
async def list_webhooks(parts: Parts, signed: Signed, limit: Limit = 50, cursor: Cursor = None) -> object:
    """Answers with a page of webhooks."""
    owner = _owner(signed)
    listing = Listing(parts.keys, ("list_webhooks", owner))
    place = listing.place(cursor)
    found = await parts.events.register.of(owner, *_from(place), limit=limit + 1)
    page = listing.page(found, place, limit, lambda one: one.id)
    return WebhooksAnswer(items=tuple(map(webhook_answer, page.items)), next=page.next, previous=page.previous)


def _from(place: Place | None) -> tuple[str | None, bool]:
    """The key after which a page begins, and whether it goes back."""
    return (None, False) if place is None else (place.key, place.back)


@router.get(
    "/webhooks/{webhook}",
    response_model=WebhookAnswer,
    **operation("read_webhook", "Xem một webhook", "one webhook: state, position, failures"),
)
async def read_webhook(webhook: WebhookId, parts: Parts, signed: Signed) -> object:
    """Answers with the webhook."""
    return webhook_answer(await parts.events.register.get(webhook, _owner(signed)))


@router.patch(
    "/webhooks/{webhook}",
    response_model=WebhookAnswer,
    **operation(
        "change_webhook",
        "Sửa webhook",
        "change the address or the filter",
        body=True,
    ),
)
async def change_webhook(
    webhook: WebhookId,
    body: strict(WebhookChangeBody),  # type: ignore[valid-type]
    parts: Parts,
    signed: Signed,
) -> object:
    """Answers with the changed webhook. The same change twice changes nothing more."""
    change = WebhookChange(url=body.url, filter=None if body.filter is None else body.filter.as_filter())
    return webhook_answer(await parts.events.register.change(webhook, _owner(signed), change, _who(signed)))


@router.delete(
    "/webhooks/{webhook}",
    response_class=Response,
    **operation("delete_webhook", "Xóa webhook", "end a webhook for ever", status=204),
)
async def delete_webhook(webhook: WebhookId, parts: Parts, signed: Signed) -> Response:
    """Answers 204. Nothing more is sent, and its secrets are gone."""
    await parts.events.register.delete(webhook, _owner(signed), _who(signed))
    return Response(status_code=204)


@router.post(
    "/webhooks/{webhook}:rotate-secret",
    response_model=NewSecretAnswer,
    **operation(
        "rotate_webhook_secret",
        "Đổi khóa ký",
        "change the secret that signs",
        acts=True,
        body=True,
    ),
)
async def rotate_webhook_secret(
    webhook: WebhookId,
    body: strict(RotationBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers with the new secret. The old one signs beside it for the hours asked for."""

    async def act(_: str) -> Answer:
        register, owner = acting.parts.events.register, _owner(acting.signed)
        secret = await register.rotate(webhook, owner, _who(acting.signed), timedelta(hours=body.overlap_hours))
        found = await register.get(webhook, owner)
        return _json(200, NewSecretAnswer(webhook=webhook_answer(found), secret=secret))

    return await acting.once(act)


@router.post(
    "/webhooks/{webhook}:ping",
    response_model=PingAnswer,
    **operation(
        "ping_webhook",
        "Gửi thử",
        "send a test message now",
        acts=True,
        body=True,
    ),
)
async def ping_webhook(
    webhook: WebhookId,
    body: strict(NoBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Sends one signed CloudEvent of the type `luongxanh.ping.v1`, and answers with what the receiver said."""

    async def act(_: str) -> Answer:
        return _json(200, await _ping(acting.parts, acting.signed, webhook))

    return await acting.once(act)


async def _ping(parts: Api, signed: SignedIn, webhook: str) -> PingAnswer:
    if parts.events.pings.locked():
        raise BadRequest(LimitRefusal.TOO_BUSY, at_once=PINGS_AT_ONCE)
    owner = _owner(signed)
    found = await parts.events.register.get(webhook, owner)
    secrets = await parts.events.register.secrets(webhook, owner)
    now = datetime.now(UTC)
    event = parts.events.cloud_events.ping(webhook, uuid4().hex, now)
    body = event.as_json()
    headers = signed_headers(message_id(event.source, event.id), now, body, secrets)
    async with parts.events.pings, Sender(parts.events.allowed_hosts) as sender:
        try:
            return PingAnswer(
                delivered=True, status=await sender.send(found.url, headers, body, CONTENT_TYPE), code=None
            )
        except NotDelivered as problem:
            return PingAnswer(delivered=False, status=problem.status, code=problem.code.value)


@router.post(
    "/webhooks/{webhook}:replay",
    response_model=WebhookAnswer,
    **operation(
        "replay_webhook",
        "Gửi lại từ một vị trí",
        "send everything after a position again",
        acts=True,
        body=True,
    ),
)
async def replay_webhook(
    webhook: WebhookId,
    body: strict(ReplayBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers with the webhook at its new position. Every message keeps its `webhook-id`."""

    async def act(_: str) -> Answer:
        after = place_of(body.after)
        return _json(
            200,
            webhook_answer(
                await acting.parts.events.register.replay(webhook, _owner(acting.signed), after, _who(acting.signed))
            ),
        )

    return await acting.once(act)


@router.post(
    "/webhooks/{webhook}:pause",
    response_model=WebhookAnswer,
    **operation(
        "pause_webhook",
        "Tạm dừng webhook",
        "send nothing until it is resumed",
        acts=True,
        body=True,
    ),
)
async def pause_webhook(
    webhook: WebhookId,
    body: strict(NoBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers with the paused webhook. Its events wait in the ledger."""

    async def act(_: str) -> Answer:
        return _json(
            200,
            webhook_answer(
                await acting.parts.events.register.pause(webhook, _owner(acting.signed), _who(acting.signed))
            ),
        )

    return await acting.once(act)


@router.post(
    "/webhooks/{webhook}:resume",
    response_model=WebhookAnswer,
    **operation(
        "resume_webhook",
        "Gửi tiếp",
        "go on where it stopped",
        acts=True,
        body=True,
    ),
)
async def resume_webhook(
    webhook: WebhookId,
    body: strict(NoBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers with the active webhook. A receiver at rest is tried at once."""

    async def act(_: str) -> Answer:
        return _json(
            200,
            webhook_answer(
                await acting.parts.events.register.resume(webhook, _owner(acting.signed), _who(acting.signed))
            ),
        )

    return await acting.once(act)


@router.get(
    "/webhooks/{webhook}/deliveries",
    response_model=DeliveriesAnswer,
    **operation(
        "list_webhook_deliveries",
        "Hồ sơ chưa gửi được",
        "the dossiers whose events wait for the receiver",
    ),
)
async def list_webhook_deliveries(
    webhook: WebhookId,
    parts: Parts,
    signed: Signed,
    given_up: Annotated[
        bool | None, Query(description="Chỉ hồ sơ đã ngừng gửi, hoặc chỉ hồ sơ còn thử (only those given up, or not).")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Answers with a page of dossiers, in the order of their codes."""
    owner = _owner(signed)
    listing = Listing(parts.keys, ("list_webhook_deliveries", owner, webhook, given_up))
    place = listing.place(cursor)
    found = await parts.events.register.behind(webhook, owner, *_from(place), dead=given_up, limit=limit + 1)
    page = listing.page(found, place, limit, lambda one: one.dossier)
    return DeliveriesAnswer(items=tuple(map(delivery_answer, page.items)), next=page.next, previous=page.previous)


@router.post(
    "/webhooks/{webhook}:retry",
    response_model=RetriedAnswer,
    **operation(
        "retry_webhook",
        "Gửi lại hồ sơ đã ngừng",
        "send again what was given up",
        acts=True,
        body=True,
    ),
)
async def retry_webhook(
    webhook: WebhookId,
    body: strict(RetryBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers with how many dossiers go on where they stopped."""

    async def act(_: str) -> Answer:
        count = await acting.parts.events.register.retry(
            webhook, _owner(acting.signed), body.dossier, _who(acting.signed)
        )
        return _json(200, RetriedAnswer(dossiers=count))

    return await acting.once(act)


@router.post(
    "/webhooks/{webhook}:skip",
    response_model=SkippedAnswer,
    **operation(
        "skip_webhook_event",
        "Bỏ qua một sự kiện",
        "leave out the event that was given up",
        acts=True,
        body=True,
    ),
)
async def skip_webhook_event(
    webhook: WebhookId,
    body: strict(SkipBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers with the event that is left out; those after it are sent."""

    async def act(_: str) -> Answer:
        version = await acting.parts.events.register.skip(
            webhook, _owner(acting.signed), body.dossier, _who(acting.signed)
        )
        return _json(200, SkippedAnswer(dossier=body.dossier, version=version))

    return await acting.once(act)
