"""The answers about events and webhooks, as JSON."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from activities.events_out.cloud_events import CloudEvent
from activities.events_out.event_types import SCHEMAS_PATH, event_types, kinds_named, type_of
from activities.events_out.filters import EventFilter
from activities.events_out.positions import position_of
from activities.webhooks.register import OVERLAP, Behind, Webhook, WebhookState
from domain.values import Code, Instant, Strict, Value

MOST_CODES = 1_000
Position = Annotated[
    str,
    Field(
        description="Vị trí trong sổ cái, do hệ thống cấp (a position, as given by an earlier answer).",
        examples=["p00000000000002f100000000000001a4"],
        max_length=64,
    ),
]
Url = Annotated[str, Field(description="Địa chỉ nhận, https (the receiver's address).", max_length=2_000)]


class EventsAnswer(Value):
    """Some events in order, and the position from which the next page goes on."""

    items: tuple[CloudEvent, ...]
    next: Position
    more: bool = Field(description="Còn sự kiện để đọc ngay (true: there is more to read at once).")


class EventTypesAnswer(Value):
    """The types of events."""

    items: tuple[EventTypeAnswer, ...]


class EventTypeAnswer(Value):
    """A type and the address of its JSON schema."""

    type: str = Field(examples=["luongxanh.dossier_accepted.v1"])
    href: str


def event_types_answer() -> EventTypesAnswer:
    """Every type of this release."""
    return EventTypesAnswer(items=tuple(EventTypeAnswer(type=name, href=SCHEMAS_PATH + name) for name in event_types()))


class EventFilterBody(Strict):
    """Which events are wanted. A list that is null wants all."""

    procedures: Annotated[frozenset[Code], Field(min_length=1, max_length=MOST_CODES)] | None = None
    units: Annotated[frozenset[Code], Field(min_length=1, max_length=MOST_CODES)] | None = None
    types: (
        Annotated[
            frozenset[Annotated[str, Field(max_length=100)]],
            Field(min_length=1, max_length=MOST_CODES, examples=[["luongxanh.dossier_accepted.v1"]]),
        ]
        | None
    ) = None

    def as_filter(self) -> EventFilter:
        """The filter. Raises InvalidInput `event_type_unknown`."""
        kinds = None if self.types is None else kinds_named(self.types)
        return EventFilter(procedures=self.procedures, units=self.units, kinds=kinds)


class WebhookBody(Strict):
    """A new webhook."""

    url: Url
    filter: EventFilterBody = EventFilterBody()
    after: Position | None = Field(
        default=None, description="Bắt đầu sau vị trí này; bỏ trống: từ sự kiện mới (null: only new events)."
    )
    service: Code | None = Field(
        default=None, description="Chỉ người vận hành nêu: webhook của dịch vụ nào (only an operator names it)."
    )


class WebhookChangeBody(Strict):
    """What to change. What is null stays."""

    url: Url | None = None
    filter: EventFilterBody | None = None


class RotationBody(Strict):
    """A change of the secret."""

    overlap_hours: Annotated[int, Field(ge=0, le=24 * 30)] = Field(
        default=int(OVERLAP / timedelta(hours=1)),
        description="Khóa cũ còn ký thêm bao lâu (how long the old secrets sign beside the new one).",
    )


class ReplayBody(Strict):
    """Where to begin again."""

    after: Position


class RetryBody(Strict):
    """What to send again."""

    dossier: Code | None = Field(
        default=None, description="Hồ sơ nào; bỏ trống: mọi hồ sơ đã ngừng gửi (null: every dossier given up)."
    )


class SkipBody(Strict):
    """Where to leave out one event."""

    dossier: Code


class NoBody(Strict):
    """An empty object."""


class FilterAnswer(Value):
    """Which events a webhook wants; null: all."""

    procedures: tuple[Code, ...] | None
    units: tuple[Code, ...] | None
    types: tuple[str, ...] | None


class WebhookAnswer(Value):
    """A webhook. Its secret is shown only when it is made or changed."""

    id: Code
    service: Code
    url: str
    filter: FilterAnswer
    state: WebhookState
    because: str | None = Field(description="Mã nguyên nhân đã ngừng (why it has stopped, if nobody ordered it).")
    position: Position
    failures: int
    rests_until: Instant | None
    created_at: Instant
    created_by: Code
    changed_at: Instant
    changed_by: Code


class NewSecretAnswer(Value):
    """A webhook with its new secret. It is not shown again."""

    webhook: WebhookAnswer
    secret: str = Field(repr=False, examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])


class WebhooksAnswer(Value):
    """A page of webhooks."""

    items: tuple[WebhookAnswer, ...]
    next: str | None
    previous: str | None


class DeliveryAnswer(Value):
    """A dossier whose events wait for the receiver, from a version on."""

    dossier: Code
    version: int
    code: str = Field(description="Nguyên nhân lần gần nhất (why the last try failed).")
    tries: int
    since: Instant
    next_try: Instant | None = Field(description="Lần thử tới; trống khi đã ngừng (null when it was given up).")
    given_up_at: Instant | None


class DeliveriesAnswer(Value):
    """A page of the dossiers that are behind."""

    items: tuple[DeliveryAnswer, ...]
    next: str | None
    previous: str | None


class PingAnswer(Value):
    """What the receiver answered to a test message."""

    delivered: bool
    status: int | None = Field(description="Mã HTTP nơi nhận trả lời (the HTTP status of the receiver).")
    code: str | None = Field(description="Mã nguyên nhân khi không gửi được (why it was not taken).")


class RetriedAnswer(Value):
    """How many dossiers are sent again."""

    dossiers: int


class SkippedAnswer(Value):
    """The event that was left out."""

    dossier: Code
    version: int


def webhook_answer(webhook: Webhook) -> WebhookAnswer:
    """A webhook for its owner."""
    wanted = webhook.filter
    shown: dict[str, Any] = {
        "procedures": None if wanted.procedures is None else sorted(wanted.procedures),
        "units": None if wanted.units is None else sorted(wanted.units),
        "types": None if wanted.kinds is None else sorted(map(type_of, wanted.kinds)),
    }
    return WebhookAnswer.model_validate(
        {
            **webhook.model_dump(exclude={"owner", "filter", "sent"}),
            "service": webhook.owner.code,
            "filter": shown,
            "position": position_of(webhook.sent),
        }
    )


def delivery_answer(behind: Behind) -> DeliveryAnswer:
    """A dossier that is behind."""
    return DeliveryAnswer(
        dossier=behind.dossier,
        version=behind.version,
        code=behind.code,
        tries=behind.tries,
        since=behind.since,
        next_try=behind.next_try if behind.dead_at is None else None,
        given_up_at=behind.dead_at,
    )
