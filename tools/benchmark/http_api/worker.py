"""The worker beside the API: it runs dossiers by the published rules, and nothing else.

The product's worker also relays the ledger and looks for open dossiers without a workflow. The copies that fill the
register have none, so it would be busy with them while the API is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from activities.adapters.outside_calls import OutsideCalls
from activities.adapters.systems import open_outside
from activities.ledger.outside_tries import OutsideTries
from activities.ledger.reading import LedgerReader
from activities.ledger.rules_store import RulesStore
from activities.ledger.vault import Vault
from workers import telemetry
from workers.connections import connect_database, connect_temporal
from workers.outside_addresses import outside_addresses
from workers.settings import load_settings
from workers.worker import dossier_worker, load_rules

LOST_CALLBACKS = "http://127.0.0.1:9/callback"


async def serve(ready: Path) -> None:
    """Runs until a signal stops it."""
    settings, stopping = load_settings(), asyncio.Event()
    runtime = telemetry.set_up("bench-worker", level="warning")
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with AsyncExitStack() as stack:
        pool = await connect_database(settings, size=16, name="luongxanh-bench")
        stack.push_async_callback(pool.close)
        client = await connect_temporal(settings, runtime)
        outside = await stack.enter_async_context(open_outside(outside_addresses(settings), confirm=False))
        await load_rules(RulesStore(pool))
        calls = OutsideCalls(outside, outside, Vault(pool), LedgerReader(pool), OutsideTries(pool), LOST_CALLBACKS)
        await stack.enter_async_context(dossier_worker(client, pool, calls, settings.task_queue))
        ready.write_text("ready", encoding="utf-8")
        await stopping.wait()


def main() -> None:
    """The entry point of the process."""
    parser = argparse.ArgumentParser(prog="python -m tools.benchmark.http_api.worker", description=__doc__)
    parser.add_argument("--ready", type=Path, required=True)
    uvloop.run(serve(parser.parse_args().ready))


if __name__ == "__main__":
    main()
