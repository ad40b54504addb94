"""The process that serves the gateway's HTTP side: `luongxanh api --port N`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from gateway.access.errors import NotAuthenticated
from gateway.access.messages import AccessRefusal
from gateway.access.principals import Principal
from gateway.access.tokens import open_verifier
from gateway.api.application import application
from gateway.api.keys import Keys
from gateway.api.parts import Api, Tokens
from gateway.api.payment_callbacks import callback_router
from gateway.api.payment_rechecks import RecheckPauses
from gateway.api.request_limits import Limited, Limits
from gateway.api.tracing import Traced
from workers import telemetry
from workers.connections import patiently
from workers.credentials import api_secrets, callback_secret
from workers.engine import open_engine
from workers.http_server import listening, server_of
from workers.settings import Settings, issuer_policy


class NoIssuer:
    """Believes no token. A local stack without an issuer has it; in production an issuer is needed."""

    async def verify(self, token: str, now: datetime) -> Principal:
        """Raises NotAuthenticated `token_missing` for every token."""
        raise NotAuthenticated(AccessRefusal.TOKEN_MISSING)


@asynccontextmanager
async def _tokens(settings: Settings) -> AsyncIterator[Tokens]:
    if settings.issuer_url is None:
        yield NoIssuer()
        return
    async with open_verifier(issuer_policy(settings)) as verifier:
        yield verifier


async def serve(settings: Settings, host: str, port: int) -> None:
    """Serves until a signal stops the process. Raises SettingsError `port_unavailable` or `callback_secret_missing`."""
    secret, secrets = callback_secret(settings), api_secrets(settings)
    with listening(host, port) as listener:
        runtime = telemetry.set_up("api", level=settings.log_level, otlp_endpoint=settings.otlp_endpoint)
        async with (
            telemetry.end_logged(),
            open_engine(settings, runtime=runtime, connecting=patiently) as engine,
            _tokens(settings) as tokens,
        ):
            parts = Api(engine, engine.pool, tokens, Keys(*secrets))
            app = application(parts, callback_router(engine, secret, pauses_of(settings)))
            await server_of(Traced(Limited(app, Limits()))).serve(sockets=[listener])
    telemetry.shut_down()


def pauses_of(settings: Settings) -> RecheckPauses:
    """The pauses between two checks of a payment order whose callback was not accepted."""
    return RecheckPauses(
        first=settings.payment_asked_after,
        longest=settings.payment_asked_at_least_every,
        altogether=settings.payment_asked_for,
    )
