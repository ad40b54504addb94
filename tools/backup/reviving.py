"""After the data is in place: the ledger goes on, dossiers without a workflow are woken, Temporal is compared."""

from __future__ import annotations

from pathlib import Path

from activities.province import load_province
from domain.values import Instant, Value
from gateway.client import Engine
from gateway.client.admitting.operators import this_machine
from gateway.client.reconciling.orders import ReconciliationOrders
from tools.backup.messages import BackupStep
from tools.backup.places import Places
from tools.backup.restoring import go_on, restored_wholly
from tools.local_stack.messages import Announce, wait
from tools.local_stack.preparing import prepare
from workers.connections import connect_temporal
from workers.engine import open_engine
from workers.settings import Mode, load_settings

AT_ONCE = 200
"""Codes that are read at once."""


class Revived(Value):
    """What was done and found."""

    newest: Instant | None
    log_kept: Path | None
    dossiers: int
    woken: int
    differences: int
    """Places where Temporal and the ledger differ. A workflow that is behind goes on when a worker runs."""

    @property
    def agree(self) -> bool:
        """True when they agree."""
        return self.differences == 0


async def revive(places: Places, who: str, why: str, announce: Announce) -> Revived:
    """Starts the servers, brings the database to this release, lets the ledger go on, wakes, compares. They stay up."""
    went = await go_on(places, who, why, announce)
    province = load_province(places.province)
    await prepare(places.stack, province)
    settings = load_settings(stack_folder=places.stack, mode=Mode.EMBEDDED)
    async with open_engine(settings, province=province) as engine:
        wait(announce, BackupStep.WAKING)
        dossiers, woken = await wake_all(engine)
        wait(announce, BackupStep.COMPARING)
        orders = ReconciliationOrders(await connect_temporal(settings), engine.pool, lambda: province.staff)
        compared = await orders.carry_out(await orders.begin(this_machine()))
    restored_wholly(places.stack)
    differences = sum(compared.counts.values())
    return Revived(newest=went.newest, log_kept=went.log_kept, dossiers=dossiers, woken=woken, differences=differences)


async def wake_all(engine: Engine) -> tuple[int, int]:
    """Starts every open dossier that has no workflow. Returns how many there are, and how many were started."""
    dossiers = woken = 0
    last = None
    while page := await engine.reader.codes(limit=AT_ONCE, after=last):
        last = page[-1]
        dossiers += len(page)
        for code in page:
            woken += await engine.wake(code)
    return dossiers, woken
