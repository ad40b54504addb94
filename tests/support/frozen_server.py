"""A way to a server that freezes or breaks when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass


@dataclass
class FreezingWay:
    """Its address. While it is frozen, connections stand and nothing comes back. `breaks`: so many more will break."""

    address: str = ""
    frozen: bool = False
    breaks: int = 0


@asynccontextmanager
async def freezing_way_to(server: str) -> AsyncIterator[FreezingWay]:
    """Listens on loopback and hands everything on to `server` (`host:port`) and back, until it is frozen."""
    way, host, port = FreezingWay(), *server.rsplit(":", 1)
    tasks: set[asyncio.Task[None]] = set()

    async def hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(65_536):
            if way.breaks:
                way.breaks -= 1
                break
            if not way.frozen:
                writer.write(some)
        writer.close()

    async def opened(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_server = await asyncio.open_connection(host, int(port))
        for one, other in ((reader, to_server[1]), (to_server[0], writer)):
            tasks.add(asyncio.create_task(hand_on(one, other)))

    listening = await asyncio.start_server(opened, "127.0.0.1", 0)
    way.address = f"127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield way
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, ConnectionError):
                await task
