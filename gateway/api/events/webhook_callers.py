"""A caller of the operations on webhooks: which ones it reaches, and the ids and answers of what it does to them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID, uuid5

from activities.webhooks.register import Owner, WebhookRegister
from gateway.access.callers import identifier_of
from gateway.access.principals import ServicePrincipal
from gateway.access.sign_in import SignedIn
from gateway.api.parts import Api
from gateway.api.repeats import ActingRequest
from gateway.dossiers.command_ids import command_id_of


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


async def act_id(acting: ActingRequest, key: str) -> UUID:
    """The id of an act in the register: the same for the same request under the same key.

    Another request under that key is another act. It may come when the answer to the first is no longer kept.
    """
    content = hashlib.sha256(await acting.request.body()).hexdigest()
    return uuid5(command_id_of(acting.signed.caller, key), f"{acting.request.url.path}\n{content}")
