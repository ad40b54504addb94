"""The process that serves the gateway's HTTP side: `luongxanh api --port N`."""

from __future__ import annotations

from gateway.api.payment_callbacks import callbacks
from gateway.api.payment_rechecks import RecheckPauses
from gateway.api.request_limits import Limited, Limits
from workers import telemetry
from workers.connections import patiently
from workers.credentials import callback_secret
from workers.engine import open_engine
from workers.http_server import listening, server_of
from workers.settings import Settings


async def serve(settings: Settings, host: str, port: int) -> None:
    """Serves until a signal stops the process. Raises SettingsError `port_unavailable` or `callback_secret_missing`."""
    secret = callback_secret(settings)
    with listening(host, port) as listener:
        runtime = telemetry.set_up("api", level=settings.log_level, otlp_endpoint=settings.otlp_endpoint)
        async with telemetry.end_logged(), open_engine(settings, runtime=runtime, connecting=patiently) as engine:
            application = Limited(callbacks(engine, secret, pauses_of(settings)), Limits())
            await server_of(application).serve(sockets=[listener])
    telemetry.shut_down()


def pauses_of(settings: Settings) -> RecheckPauses:
    """The pauses between two checks of a payment order whose callback was not accepted."""
    return RecheckPauses(
        first=settings.payment_asked_after,
        longest=settings.payment_asked_at_least_every,
        altogether=settings.payment_asked_for,
    )
