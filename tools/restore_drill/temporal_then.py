"""What Temporal has after the loss, and how it and the ledger are brought together again, as the runbook says."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from enum import StrEnum
from pathlib import Path

from temporalio.client import Client

from activities.ledger.reconciliations import Listed
from domain.repairs.differences import Difference
from domain.repairs.orders import RestartOrder
from domain.values import Value
from gateway.client import Engine, this_machine
from gateway.client.reconciling.orders import ReconciliationOrders
from tools.backup.places import TEMPORAL_FILE
from tools.backup.reviving import wake_all
from tools.repair_drill.cases import operators_in

MOST = 100_000
PER_MINUTE = 60_000
LOOK_EVERY = 0.5
TO_BE_RESTARTED = (Difference.WORKFLOW_AHEAD, Difference.WORKFLOW_BEHIND, Difference.WITHOUT_WORKFLOW)


class TemporalThen(StrEnum):
    """What Temporal has when the database comes back to a moment."""

    EMPTY = "empty"
    KEPT = "kept"
    """Its own data, which is later than the moment: workflows have taken events that the ledger lacks."""
    EARLIER = "earlier"
    """A copy of before the moment: workflows are behind, or are not there."""


class Agreed(Value):
    """What was done until Temporal and the ledger agreed, and what still differed then."""

    woken: int
    found: dict[str, int]
    """The differences of the first comparison, by kind."""
    restarted: int
    ended: int
    left: int


def copied(folder: Path, to: Path) -> None:
    """Copies Temporal's file while the server runs: SQLite reads a snapshot."""
    with (
        closing(sqlite3.connect(f"{(folder / TEMPORAL_FILE).as_uri()}?mode=ro", uri=True, timeout=60)) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)


def lose(folder: Path, then: TemporalThen, copy: Path) -> None:
    """Makes the folder of the killed server what it is to be. It is kept as it is with `KEPT`."""
    if then is TemporalThen.KEPT:
        return
    shutil.rmtree(folder)
    if then is TemporalThen.EARLIER:
        folder.mkdir(mode=0o700)
        shutil.copy(copy, folder / TEMPORAL_FILE)


async def brought_together(engine: Engine, temporal: Client, why: str) -> Agreed:
    """Wakes what has no workflow, restarts what is ahead or behind by a plan, and ends what has no dossier any more."""
    orders = ReconciliationOrders(temporal, engine.pool, lambda: engine.staff)
    woken = (await wake_all(engine))[1]
    first = await _compared(orders)
    restarted = [one.name for one in first if one.difference in TO_BE_RESTARTED and one.version]
    await _restart(engine, restarted, why)
    ended = [one.name for one in first if one.to_be_ended]
    operator = operators_in(engine.staff)[0]
    for workflow in ended:
        await orders.end(this_machine(), workflow, who=operator, why=why)
    left = await _compared(orders) if first else []
    found = {kind.value: sum(one.difference is kind for one in first) for kind in Difference}
    counts = {kind: count for kind, count in found.items() if count}
    return Agreed(woken=woken, found=counts, restarted=len(restarted), ended=len(ended), left=len(left))


async def _compared(orders: ReconciliationOrders) -> list[Listed]:
    done = await orders.carry_out(await orders.begin(this_machine()))
    return await orders.differences(done.number, limit=MOST)


async def _restart(engine: Engine, codes: list[str], why: str) -> None:
    if not codes:
        return
    first, second = operators_in(engine.staff)[:2]
    order = RestartOrder(although_sound=True)
    plan = await engine.repair_plans.plan(
        this_machine(), order, codes, who=first, why=why, per_minute=PER_MINUTE, looked=lambda *_: None
    )
    if len(codes) > engine.province.defaults.repairs_alone:
        await engine.repair_runs.approve(this_machine(), plan.hash, who=second, why=why)
    run = await engine.repair_runs.run(this_machine(), plan.hash, who=first)
    while (await engine.rollouts.register.rollout(run.id)).finished_at is None:  # noqa: ASYNC110  of a worker
        await asyncio.sleep(LOOK_EVERY)
