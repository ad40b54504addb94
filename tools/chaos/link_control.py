"""The process of the links, and the orders to it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass
class Links:
    """The running links. `ports`: where each listens on 127.0.0.1."""

    ports: Mapping[str, int]
    _process: asyncio.subprocess.Process
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def order(self, what: str, link: str, port: int | str = "") -> int:
        """Gives an order, and returns how many connections of the link were open."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._turn:
            self._process.stdin.write(f"{what} {link} {port}\n".encode())
            await self._process.stdin.drain()
            return int(await self._process.stdout.readline())


@asynccontextmanager
async def open_links(targets: Mapping[str, str]) -> AsyncIterator[Links]:
    """Links to these servers (`host:port` by name). They end with the context, or with this process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tools.chaos.links", *(f"{name}={address}" for name, address in targets.items())),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=CHECKOUT,
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Links(json.loads(await process.stdout.readline()), process)
    finally:
        process.stdin.close()
        await process.wait()
