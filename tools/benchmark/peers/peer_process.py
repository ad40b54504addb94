"""What the processes of all peers have in common: their arguments, their connections, their end."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvloop

from activities.adapters.systems import open_outside
from tools.benchmark.standard_work import StandardWork
from workers.connections import connect_database
from workers.outside_addresses import outside_addresses
from workers.settings import load_settings

Serve = Callable[[int, StandardWork, asyncio.Event], Coroutine[Any, Any, None]]
"""Serves the peer on a port until the event is set."""


@asynccontextmanager
async def open_work(rows: Path) -> AsyncIterator[StandardWork]:
    """The work of a standard dossier, with the connections that the engine's worker has too."""
    settings = load_settings()
    pool = await connect_database(settings, size=16, name="luongxanh-bench-peer")
    async with open_outside(outside_addresses(settings), confirm=False) as outside:
        yield StandardWork(pool, outside, rows)
    await pool.close()


def run_peer(module: str, serve: Serve) -> None:
    """The entry point of a peer's process. It runs until a signal stops it."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--rows", type=Path, required=True)
    options = parser.parse_args()
    uvloop.run(_until_stopped(serve, options.port, options.rows))


async def _until_stopped(serve: Serve, port: int, rows: Path) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with open_work(rows) as work:
        await serve(port, work, stopping)
