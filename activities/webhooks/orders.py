"""The register of what operators ordered for webhooks: who, what and why."""

from __future__ import annotations

from enum import StrEnum

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.operator_orders import require_operator, require_reason
from domain.values import Code, Instant, Name, Value


class WebhookAct(StrEnum):
    """What an operator may order."""

    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"
    SKIP = "skip"


class WebhookOrder(Value):
    """One order. `dossier`: whose event was left out; None for the other acts."""

    webhook: str
    act: WebhookAct
    dossier: Code | None
    who: Code
    why: Name
    at: Instant


class WebhookOrders:
    """Records and reads orders. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def record(self, webhook: str, act: WebhookAct, who: str, why: str, dossier: str | None = None) -> None:
        """Records an order before it is carried out. Raises the InvalidInput errors of `operator_orders`."""
        require_operator(who)
        require_reason(why)
        with sql_span("webhook.order", act=act.value), unavailable_as_answer():
            await self._pool.execute(
                "insert into webhook_order (webhook, act, dossier, who, why) values ($1, $2, $3, $4, $5)",
                webhook, act.value, dossier, who, why,
            )  # fmt: skip

    async def latest(self, limit: int = 20) -> list[WebhookOrder]:
        """The last orders, the newest first."""
        with sql_span("webhook.orders"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select webhook, act, dossier, who, why, at from webhook_order order by number desc limit $1", limit
            )
        return [WebhookOrder.model_validate(dict(row)) for row in rows]
