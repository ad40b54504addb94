"""Events of the ledger, and webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import Field

from luongxanh_client.models.base import Answer, Question
from luongxanh_client.models.words import WebhookState


class EventFilter(Question):
    """Which events are wanted. None wants all."""

    procedures: tuple[str, ...] | None = None
    units: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None


class CloudEvent(Answer):
    """One event of a dossier (CloudEvents 1.0). `id` names it for ever: an event that comes twice has the same one."""

    id: str
    type: str
    source: str
    subject: str
    """The code of the dossier."""
    time: datetime
    sequence: str | None = None
    procedure: str | None = None
    unit: str | None = None
    data: Mapping[str, Any] | None
    specversion: str = "1.0"
    datacontenttype: str = "application/json"
    dataschema: str | None = None
    traceparent: str | None = None

    @property
    def kind(self) -> str:
        """What happened, without the version of the type: `payment_requested`."""
        return self.type.split(".")[1]

    @property
    def content(self) -> Mapping[str, Any]:
        """The event in the ledger: the part `event` of the data. Empty where there is none."""
        content: Mapping[str, Any] = (self.data or {}).get("event", {})
        return content


@dataclass(frozen=True)
class PlacedEvent:
    """An event of the live stream, and the position to go on from when it has been dealt with."""

    event: CloudEvent
    position: str | None


class EventsPage(Answer):
    """Some events in order, and the position from which the next page goes on. `more`: there are more at once."""

    items: tuple[CloudEvent, ...]
    next: str
    more: bool


class EventType(Answer):
    """A type and the address of its JSON schema."""

    type: str
    href: str


class EventTypes(Answer):
    """The types of events."""

    items: tuple[EventType, ...]


class NewWebhook(Question):
    """Where events are sent. `after`: from this position on; None: only new ones."""

    url: str
    filter: EventFilter = EventFilter()
    after: str | None = None
    service: str | None = None
    """Of which service; only an operator names it."""


class WebhookChange(Question):
    """What to change. What is None stays."""

    url: str | None = None
    filter: EventFilter | None = None


class WebhookFilter(Answer):
    """Which events a webhook gets. None: all."""

    procedures: tuple[str, ...] | None
    units: tuple[str, ...] | None
    types: tuple[str, ...] | None


class Webhook(Answer):
    """A webhook. Its secret is shown only when it is made or changed."""

    id: str
    service: str
    url: str
    filter: WebhookFilter
    state: WebhookState
    because: str | None
    """The code of why it has stopped, if nobody ordered it."""
    position: str
    failures: int
    rests_until: datetime | None
    created_at: datetime
    created_by: str
    changed_at: datetime
    changed_by: str


class WebhookSecret(Answer):
    """A webhook with its new secret, which is not shown again."""

    webhook: Webhook
    secret: str = Field(repr=False)


class WebhookPage(Answer):
    """A page of webhooks."""

    items: tuple[Webhook, ...]
    next: str | None
    previous: str | None


class Delivery(Answer):
    """A dossier whose events wait for the receiver, from a version on."""

    dossier: str
    version: int
    code: str
    tries: int
    since: datetime
    next_try: datetime | None
    given_up_at: datetime | None


class DeliveryPage(Answer):
    """A page of the dossiers that are behind."""

    items: tuple[Delivery, ...]
    next: str | None
    previous: str | None


class Ping(Answer):
    """What the receiver answered to a test message."""

    delivered: bool
    status: int | None
    code: str | None


class SentAgain(Answer):
    """How many dossiers are sent again."""

    dossiers: int


class Skipped(Answer):
    """The event that was left out."""

    dossier: str
    version: int
