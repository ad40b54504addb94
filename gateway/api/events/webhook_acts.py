"""What is done to one webhook over HTTP, beside changing it: a new secret, a test, a replay, a stop, a repair.

Every act has one shape: `POST /webhooks/{id}:{act}` with a body, under an Idempotency-Key. An act that is sent again
after its answer was lost makes no second secret; a second replay or test message does no harm.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Response

from activities.events_out.cloud_events import CONTENT_TYPE
from activities.events_out.positions import place_of
from activities.ledger.kept_answers import Answer
from activities.webhooks.sender import NotDelivered, Sender
from activities.webhooks.signing import message_id, signed_headers
from domain.values import Strict, Value
from gateway.api.bodies import StrictRoute, strict
from gateway.api.documented import operation
from gateway.api.events.answers import (
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
    webhook_answer,
)
from gateway.api.events.webhook_callers import WebhookCaller, act_id
from gateway.api.events.webhooks import WebhookId
from gateway.api.messages import LimitRefusal
from gateway.api.parts import PINGS_AT_ONCE
from gateway.api.refusals import BadRequest
from gateway.api.repeats import Acting, answer_kept

router = APIRouter(route_class=StrictRoute, tags=["Webhook (webhooks)"])


@dataclass(frozen=True)
class Asked(WebhookCaller):
    """One webhook, and who asks for an act on it."""

    webhook: str
    command: UUID
    """The id of the act."""


async def _rotate(asked: Asked, body: RotationBody) -> NewSecretAnswer:
    """Answers with the new secret. The old one signs beside it for the hours asked for."""
    overlap = timedelta(hours=body.overlap_hours)
    secret = await asked.register.rotate(asked.webhook, asked.owner, asked.who, overlap, command=asked.command)
    found = await asked.register.get(asked.webhook, asked.owner)
    return NewSecretAnswer(webhook=webhook_answer(found), secret=secret)


async def _ping(asked: Asked, _: NoBody) -> PingAnswer:
    """Sends one signed CloudEvent of the type `luongxanh.ping.v1`, and answers with what the receiver said."""
    found = await asked.register.get(asked.webhook, asked.owner)
    secrets = await asked.register.secrets(asked.webhook, asked.owner)
    events, now = asked.parts.events, datetime.now(UTC)
    event = events.cloud_events.ping(asked.webhook, uuid4().hex, now)
    body = event.as_json()
    headers = signed_headers(message_id(event.source, event.id), now, body, secrets)
    if events.pings.locked():
        raise BadRequest(LimitRefusal.TOO_BUSY, at_once=PINGS_AT_ONCE)
    async with events.pings, Sender(events.allowed_hosts) as sender:
        try:
            status = await sender.send(found.url, headers, body, CONTENT_TYPE)
        except NotDelivered as problem:
            return PingAnswer(delivered=False, status=problem.status, code=problem.code.value)
    return PingAnswer(delivered=True, status=status, code=None)


async def _replay(asked: Asked, body: ReplayBody) -> WebhookAnswer:
    """Answers with the webhook at its new position. Every message keeps its `webhook-id`."""
    after = place_of(body.after)
    return webhook_answer(await asked.register.replay(asked.webhook, asked.owner, after, asked.who))


async def _pause(asked: Asked, _: NoBody) -> WebhookAnswer:
    """Answers with the paused webhook. Its events wait in the ledger."""
    return webhook_answer(await asked.register.pause(asked.webhook, asked.owner, asked.who))


async def _resume(asked: Asked, _: NoBody) -> WebhookAnswer:
    """Answers with the active webhook. A receiver at rest is tried at once."""
    return webhook_answer(await asked.register.resume(asked.webhook, asked.owner, asked.who))


async def _retry(asked: Asked, body: RetryBody) -> RetriedAnswer:
    """Answers with how many dossiers go on where they stopped."""
    count = await asked.register.retry(asked.webhook, asked.owner, body.dossier, asked.who)
    return RetriedAnswer(dossiers=count)


async def _skip(asked: Asked, body: SkipBody) -> SkippedAnswer:
    """Answers with the event that is left out; those after it are sent."""
    version = await asked.register.skip(asked.webhook, asked.owner, body.dossier, asked.who)
    return SkippedAnswer(dossier=body.dossier, version=version)


@dataclass(frozen=True)
class Act:
    """One act: its name in the address, its words, and what carries it out."""

    name: str
    operation: str
    vi: str
    en: str
    body: type[Strict]
    answer: type[Value]
    carry_out: Callable[[Asked, Any], Awaitable[Value]]


ACTS = (
    Act("rotate-secret", "rotate_webhook_secret", "Đổi khóa ký", "change the secret that signs",
        RotationBody, NewSecretAnswer, _rotate),
    Act("ping", "ping_webhook", "Gửi thử", "send a test message now", NoBody, PingAnswer, _ping),
    Act("replay", "replay_webhook", "Gửi lại từ một vị trí", "send everything after a position again",
        ReplayBody, WebhookAnswer, _replay),
    Act("pause", "pause_webhook", "Tạm dừng webhook", "send nothing until it is resumed",
        NoBody, WebhookAnswer, _pause),
    Act("resume", "resume_webhook", "Gửi tiếp", "go on where it stopped", NoBody, WebhookAnswer, _resume),
    Act("retry", "retry_webhook", "Gửi lại hồ sơ đã ngừng", "send again what was given up",
        RetryBody, RetriedAnswer, _retry),
    Act("skip", "skip_webhook_event", "Bỏ qua một sự kiện", "leave out the event that was given up",
        SkipBody, SkippedAnswer, _skip),
)  # fmt: skip
"""Every act on one webhook."""


def _operation(act: Act) -> Callable[..., Any]:
    """The operation of one act. Its signature is what FastAPI documents and reads."""

    async def do(
        webhook: WebhookId,
        body: strict(act.body),  # type: ignore[valid-type]
        acting: Acting,
    ) -> Response:
        async def carry_out(key: str) -> Answer:
            asked = Asked(acting.parts, acting.signed, webhook, await act_id(acting, key))
            return answer_kept(200, await act.carry_out(asked, body))

        return await acting.once(carry_out)

    do.__annotations__["body"] = strict(act.body)
    return do


for _act in ACTS:
    _described = operation(_act.operation, _act.vi, _act.en, acts=True, body=True)
    router.post(f"/webhooks/{{webhook}}:{_act.name}", response_model=_act.answer, **_described)(_operation(_act))
