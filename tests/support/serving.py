"""An HTTP application behind the product's own server, in the test's event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from tests.support.waiting import until
from workers.http_server import listening, server_of


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    server: uvicorn.Server
    port: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def serving(application: ASGIApp, **limits: Any) -> AsyncIterator[Served]:
    """Answers until the end of the block, and has stopped after it. `limits`: of `server_of`."""
    with listening("127.0.0.1", 0) as listener:
        server = server_of(application, **limits)
        running = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started or running.done(), "the server has started")
        try:
            yield Served(server, listener.getsockname()[1])
        finally:
            server.should_exit = True
            await running
