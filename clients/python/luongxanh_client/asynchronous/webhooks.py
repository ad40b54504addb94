"""Webhooks: where events are sent, and what has become of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar

from luongxanh_client.asynchronous.connection import AsyncConnection
from luongxanh_client.models.events import (
    Delivery,
    DeliveryPage,
    NewWebhook,
    Ping,
    SentAgain,
    Skipped,
    Webhook,
    WebhookChange,
    WebhookPage,
    WebhookSecret,
)
from luongxanh_client.requests import Query, Request, acting, path

T = TypeVar("T")


class AsyncWebhooks:
    """The part of a client that is about webhooks."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def create(self, webhook: NewWebhook, *, key: str | None = None) -> WebhookSecret:
        """A new webhook, with the secret that signs what is sent."""
        return await self._connection.send(
            Request("POST", path("webhooks"), WebhookSecret, body=webhook, headers=acting(key))
        )

    async def all(self, *, limit: int = 100) -> AsyncIterator[Webhook]:
        """The caller's webhooks."""
        cursor: str | None = None
        while True:
            query: Query = {"limit": limit, "cursor": cursor}
            page = await self._connection.send(Request("GET", path("webhooks"), WebhookPage, query=query))
            for webhook in page.items:
                yield webhook
            if page.next is None:
                return
            cursor = page.next

    async def read(self, webhook: str) -> Webhook:
        """A webhook by its id."""
        return await self._connection.send(Request("GET", path("webhooks", webhook), Webhook))

    async def change(self, webhook: str, change: WebhookChange) -> Webhook:
        """Changes where or what is sent."""
        return await self._connection.send(Request("PATCH", path("webhooks", webhook), Webhook, body=change))

    async def delete(self, webhook: str) -> None:
        """Sends nothing any more. Not repeated when its answer is lost: the second one would find nothing."""
        await self._connection.send(Request("DELETE", path("webhooks", webhook), type(None), repeatable=False))

    async def deliveries(
        self, webhook: str, *, given_up: bool | None = None, limit: int = 100
    ) -> AsyncIterator[Delivery]:
        """The dossiers whose events wait. `given_up`: only those that are no longer tried, or only the others."""
        cursor: str | None = None
        while True:
            query: Query = {"given_up": given_up, "limit": limit, "cursor": cursor}
            page = await self._connection.send(
                Request("GET", path("webhooks", webhook, "deliveries"), DeliveryPage, query=query)
            )
            for delivery in page.items:
                yield delivery
            if page.next is None:
                return
            cursor = page.next

    async def pause(self, webhook: str, *, key: str | None = None) -> Webhook:
        """Sends nothing until it is resumed. Nothing is lost."""
        return await self._order(webhook, "pause", Webhook, {}, key)

    async def resume(self, webhook: str, *, key: str | None = None) -> Webhook:
        """Goes on from where it stood."""
        return await self._order(webhook, "resume", Webhook, {}, key)

    async def ping(self, webhook: str, *, key: str | None = None) -> Ping:
        """Sends a test message now."""
        return await self._order(webhook, "ping", Ping, {}, key)

    async def replay(self, webhook: str, after: str, *, key: str | None = None) -> Webhook:
        """Sends everything after a position again."""
        return await self._order(webhook, "replay", Webhook, {"after": after}, key)

    async def retry(self, webhook: str, dossier: str | None = None, *, key: str | None = None) -> SentAgain:
        """Tries again what was given up: one dossier, or all."""
        return await self._order(webhook, "retry", SentAgain, {} if dossier is None else {"dossier": dossier}, key)

    async def skip(self, webhook: str, dossier: str, *, key: str | None = None) -> Skipped:
        """Leaves out the event at which a dossier is stuck."""
        return await self._order(webhook, "skip", Skipped, {"dossier": dossier}, key)

    async def rotate_secret(self, webhook: str, *, overlap_hours: int = 24, key: str | None = None) -> WebhookSecret:
        """A new secret. The old ones sign beside it for so many hours."""
        return await self._order(webhook, "rotate-secret", WebhookSecret, {"overlap_hours": overlap_hours}, key)

    async def _order(self, webhook: str, order: str, answer: type[T], body: Mapping[str, Any], key: str | None) -> T:
        return await self._connection.send(
            Request("POST", path("webhooks", f"{webhook}:{order}"), answer, body=body, headers=acting(key))
        )
