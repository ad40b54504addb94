"""A caller of the operations on webhooks: which ones it reaches, and the answers to what it does to them."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from activities.ledger.kept_answers import Answer
from activities.webhooks.register import Owner, WebhookRegister
from gateway.access.callers import identifier_of
from gateway.access.principals import ServicePrincipal
from gateway.access.sign_in import SignedIn
from gateway.api.bodies import JSON
from gateway.api.parts import Api


@dataclass(frozen=True)
class WebhookCaller:
    """Who asks, and the register of webhooks."""

    parts: Api
    signed: SignedIn

    @property
    def register(self) -> WebhookRegister:
        """The register of webhooks."""
        return self.parts.events.register

    @property
    def owner(self) -> Owner | None:
        """Whose webhooks the caller reaches: its own, or those of every service (None) when it is an operator."""
        principal = self.signed.caller.principal
        return Owner(kind="service", code=principal.service) if isinstance(principal, ServicePrincipal) else None

    @property
    def who(self) -> str:
        """The caller as the register names it."""
        return identifier_of(self.signed.caller.principal)


def kept(status: int, answer: BaseModel, **headers: str) -> Answer:
    """The answer to an act, as it is kept for its key."""
    return Answer(status=status, headers={"Content-Type": JSON, **headers}, body=answer.model_dump_json())
