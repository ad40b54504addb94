"""The measured process: runs dossiers and baseline workflows with the same settings."""

from __future__ import annotations

import argparse
import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop
from temporalio.worker import PollerBehaviorAutoscaling, Worker

from activities.adapters.outside_calls import OutsideCalls
from activities.adapters.systems import open_outside
from activities.ledger.outside_tries import OutsideTries
from activities.ledger.reading import LedgerReader
from activities.ledger.vault import Vault
from tools.benchmark.baseline import BaselineWorkflow
from tools.benchmark.baseline_activities import BaselineContext, baseline_call_and_write, baseline_write
from tools.benchmark.rules import standard_province
from tools.benchmark.standard_work import StandardWork
from workers import telemetry
from workers.connections import connect_database, connect_temporal
from workers.outside_addresses import outside_addresses
from workers.sandbox import sandbox
from workers.settings import load_settings
from workers.worker import dossier_worker
from workflows import rules_in_force

BASELINE_QUEUE = "baseline"


async def serve(ready: Path, rows: Path) -> None:
    """Runs until a signal stops it. The baseline's worker starts once a first dossier has written the rows."""
    settings = load_settings()
    runtime = telemetry.set_up("bench-worker", level="warning")
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with AsyncExitStack() as stack:
        pool = await connect_database(settings, size=16, name="luongxanh-bench")
        client = await connect_temporal(settings, runtime)
        outside = await stack.enter_async_context(open_outside(outside_addresses(settings), confirm=False))
        rules_in_force.install(standard_province().rulebook())
        calls = OutsideCalls(
            outside, outside, Vault(pool), LedgerReader(pool), OutsideTries(pool), "http://127.0.0.1:9/callback"
        )
        await stack.enter_async_context(dossier_worker(client, pool, calls, settings.task_queue))
        ready.write_text("ready", encoding="utf-8")
        while not rows.exists() and not stopping.is_set():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)
        BaselineContext.work, BaselineContext.orders = StandardWork(pool, outside, rows), {}
        baseline = Worker(
            client,
            task_queue=BASELINE_QUEUE,
            workflows=[BaselineWorkflow],
            activities=[baseline_write, baseline_call_and_write],
            workflow_runner=sandbox(),
            max_concurrent_workflow_tasks=16,
            max_cached_workflows=2_000,
            workflow_task_poller_behavior=PollerBehaviorAutoscaling(initial=4, maximum=16),
        )
        async with baseline:
            await stopping.wait()
        await pool.close()


def main() -> None:
    """The entry point of the process."""
    parser = argparse.ArgumentParser(prog="python -m tools.benchmark.worker", description=__doc__)
    parser.add_argument("--ready", type=Path, required=True)
    parser.add_argument("--rows", type=Path, required=True)
    options = parser.parse_args()
    uvloop.run(serve(options.ready, options.rows))


if __name__ == "__main__":
    main()
