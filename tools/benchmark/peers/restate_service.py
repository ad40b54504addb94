"""The process of the peer on Restate: the service that its server calls."""

from __future__ import annotations

import asyncio

import restate
from hypercorn.asyncio import serve as serve_asgi
from hypercorn.config import Config

from tools.benchmark.peers.peer_process import run_peer
from tools.benchmark.peers.restate_dossier import RestateContext, dossier, follow_up
from tools.benchmark.standard_work import StandardWork

WITHOUT_LIMIT = 2**31 - 1


def _config(port: int) -> Config:
    """What Restate's documentation advises for a service in use: connections of its server are never closed."""
    return Config.from_mapping(
        bind=[f"127.0.0.1:{port}"],
        h2_max_concurrent_streams=WITHOUT_LIMIT,
        keep_alive_max_requests=WITHOUT_LIMIT,
        keep_alive_timeout=WITHOUT_LIMIT,
    )


async def serve(port: int, work: StandardWork, stopping: asyncio.Event) -> None:
    """Serves the handlers until the event is set."""
    RestateContext.work = work
    await serve_asgi(restate.app([dossier, follow_up]), _config(port), shutdown_trigger=stopping.wait)


if __name__ == "__main__":
    run_peer("tools.benchmark.peers.restate_service", serve)
