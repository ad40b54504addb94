"""The process that serves the gateway's HTTP side: `python -m workers.api --port N`."""

from __future__ import annotations

import argparse
import asyncio

import uvloop

from gateway.api.payment_callbacks import callbacks
from gateway.api.payment_rechecks import RecheckPauses
from gateway.api.request_limits import Limited, Limits
from workers import telemetry
from workers.engine import open_engine
from workers.http_server import listening, server_of
from workers.settings import Settings, load_settings


async def serve(settings: Settings, host: str, port: int) -> None:
    """Until told to stop. Raises SettingsError: a port that cannot be had, no callback secret."""
    secret = settings.shared_with_the_platform()
    with listening(host, port) as listener:
        runtime = telemetry.set_up("api", level=settings.log_level, otlp_endpoint=settings.otlp_endpoint)
        telemetry.log_what_ends_the_process()
        async with open_engine(settings, runtime=runtime, wait=True) as engine:
            application = Limited(callbacks(engine, secret, pauses_of(settings)), Limits())
            await server_of(application).serve(sockets=[listener])
    telemetry.shut_down()


def pauses_of(settings: Settings) -> RecheckPauses:
    """How soon, how often and how long a dossier is asked about an order whose callback was not taken."""
    return RecheckPauses(
        first=settings.payment_asked_after,
        longest=settings.payment_asked_at_least_every,
        altogether=settings.payment_asked_for,
    )


def main() -> None:
    """The process."""
    parser = argparse.ArgumentParser(prog="python -m workers.api", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(load_settings(), options.host, options.port))


if __name__ == "__main__":
    main()
