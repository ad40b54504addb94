"""The webhooks of services over HTTP: made, listed, read, changed and deleted. `webhook_acts` has the other acts.

A service sees and changes its own. An operator sees and changes those of every service.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from activities.events_out.positions import place_of
from activities.ledger.kept_answers import Answer
from activities.webhooks.register import Owner, WebhookChange
from domain.field_errors import InvalidField
from domain.values import Bilingual, Code
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.events.answers import (
    DeliveriesAnswer,
    NewSecretAnswer,
    WebhookAnswer,
    WebhookBody,
    WebhookChangeBody,
    WebhooksAnswer,
    delivery_answer,
    webhook_answer,
)
from gateway.api.events.webhook_callers import WebhookCaller, act_id
from gateway.api.pages import Cursor, Limit, Listing, Place
from gateway.api.parts import Parts
from gateway.api.repeats import Acting, answer_kept

router = APIRouter(route_class=StrictRoute, tags=["Webhook (webhooks)"])

SERVICE = "/service"
SERVICE_NEEDED = Bilingual(
    vi="người vận hành phải nêu webhook của dịch vụ nào", en="an operator says whose webhook it is"
)
SERVICE_WITHOUT_EVENTS = Bilingual(
    vi="không có dịch vụ này, hoặc dịch vụ không được theo dõi sự kiện",
    en="there is no such service, or it may not follow events",
)
SERVICE_NOT_ITSELF = Bilingual(
    vi="dịch vụ chỉ tạo webhook của chính mình", en="a service makes webhooks for itself only"
)

WebhookId = Annotated[Code, Path(description="Mã webhook (its id).", examples=["wh-1f0c2f6f1f7c"], max_length=64)]


@router.post(
    "/webhooks",
    response_model=NewSecretAnswer,
    **operation("create_webhook", "Đăng ký webhook", "register a webhook", acts=True, body=True, status=201),
)
async def create_webhook(
    body: strict(WebhookBody),  # type: ignore[valid-type]
    acting: Acting,
) -> Response:
    """Answers 201 with the webhook and its secret, which is shown only now."""
    caller = WebhookCaller(acting.parts, acting.signed)

    async def act(key: str) -> Answer:
        after = None if body.after is None else place_of(body.after)
        if after is not None:
            await caller.parts.events.pages.require_reached(after)
        owner, wanted, command = _owner_of_new(caller, body.service), body.filter.as_filter(), await act_id(acting, key)
        made, secret = await caller.register.create(owner, body.url, wanted, caller.who, after, command=command)
        answer = NewSecretAnswer(webhook=webhook_answer(made), secret=secret)
        return answer_kept(201, answer, Location=f"/v1/webhooks/{made.id}")

    return await acting.once(act)


def _owner_of_new(caller: WebhookCaller, service: str | None) -> Owner:
    """The owner of a new webhook, which may follow events. Raises InvalidInput `invalid_request`."""
    if caller.owner is None:
        if service is None:
            raise InvalidField(SERVICE, SERVICE_NEEDED)
        entered = caller.parts.engine.staff.service(service)
        if entered is None or not entered.events:
            raise InvalidField(SERVICE, SERVICE_WITHOUT_EVENTS)
        return Owner(kind="service", code=service)
    if service not in (None, caller.owner.code):
        raise InvalidField(SERVICE, SERVICE_NOT_ITSELF)
    return caller.owner


@router.get(
    "/webhooks",
    response_model=WebhooksAnswer,
    **operation("list_webhooks", "Danh sách webhook", "the webhooks of the caller; all, for an operator"),
)
async def list_webhooks(parts: Parts, signed: Signed, limit: Limit = 50, cursor: Cursor = None) -> object:
    """Answers with a page of webhooks."""
    caller = WebhookCaller(parts, signed)
    listing = Listing(parts.keys, ("list_webhooks", caller.owner))
    place = listing.place(cursor)
    found = await caller.register.of(caller.owner, *_from(place), limit=limit + 1)
    page = listing.page(found, place, limit, lambda one: one.id)
    return WebhooksAnswer(items=tuple(map(webhook_answer, page.items)), next=page.next, previous=page.previous)


@router.get(
    "/webhooks/{webhook}",
    response_model=WebhookAnswer,
    **operation("read_webhook", "Xem một webhook", "one webhook: state, position, failures"),
)
async def read_webhook(webhook: WebhookId, parts: Parts, signed: Signed) -> object:
    """Answers with the webhook."""
    caller = WebhookCaller(parts, signed)
    return webhook_answer(await caller.register.get(webhook, caller.owner))


@router.patch(
    "/webhooks/{webhook}",
    response_model=WebhookAnswer,
    **operation("change_webhook", "Sửa webhook", "change the address or the filter", body=True),
)
async def change_webhook(
    webhook: WebhookId,
    body: strict(WebhookChangeBody),  # type: ignore[valid-type]
    parts: Parts,
    signed: Signed,
) -> object:
    """Answers with the changed webhook. The same change twice changes nothing more."""
    caller = WebhookCaller(parts, signed)
    change = WebhookChange(url=body.url, filter=None if body.filter is None else body.filter.as_filter())
    return webhook_answer(await caller.register.change(webhook, caller.owner, change, caller.who))


@router.delete(
    "/webhooks/{webhook}",
    response_class=Response,
    **operation("delete_webhook", "Xóa webhook", "end a webhook for ever", status=204),
)
async def delete_webhook(webhook: WebhookId, parts: Parts, signed: Signed) -> Response:
    """Answers 204. Nothing more is sent, and its secrets are gone."""
    caller = WebhookCaller(parts, signed)
    await caller.register.delete(webhook, caller.owner, caller.who)
    return Response(status_code=204)


@router.get(
    "/webhooks/{webhook}/deliveries",
    response_model=DeliveriesAnswer,
    **operation("list_webhook_deliveries", "Hồ sơ chưa gửi được", "the dossiers whose events wait for the receiver"),
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
    caller = WebhookCaller(parts, signed)
    listing = Listing(parts.keys, ("list_webhook_deliveries", caller.owner, webhook, given_up))
    place = listing.place(cursor)
    found = await caller.register.behind(webhook, caller.owner, *_from(place), dead=given_up, limit=limit + 1)
    page = listing.page(found, place, limit, lambda one: one.dossier)
    return DeliveriesAnswer(items=tuple(map(delivery_answer, page.items)), next=page.next, previous=page.previous)


def _from(place: Place | None) -> tuple[str | None, bool]:
    """The key after which a page begins, and whether it goes back."""
    return (None, False) if place is None else (place.key, place.back)
