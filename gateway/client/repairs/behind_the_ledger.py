"""Finds dossiers whose workflow knows less than the ledger, among those on which a person acted last.

Workers look for such dossiers all the time and tell their workflows (`gateway.client.watching.lost_acts`), so there
are few. This look is bounded; `ops reconcile` compares every dossier.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError

from activities.ledger.last_acts import LastAct, LastActs
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from gateway.client.watching.lost_acts import taken, update_id

LOOKED_AT = 200
"""How many of the newest entries are looked at."""
TOGETHER = 20
WITHIN = timedelta(seconds=2)
"""The longest time that one workflow is asked. One that no worker serves does not answer, and has another cause."""


async def behind_the_ledger(temporal: Client, pool: Pool) -> list[str]:
    """The dossiers that are behind. Raises DatabaseUnavailable."""
    acts = LastActs(pool)
    newest = await acts.newest()
    found = await acts.between(await acts.before(newest, LOOKED_AT), newest)
    places = asyncio.Semaphore(TOGETHER)
    behind = await asyncio.gather(*(_is_behind(temporal, pool, one, places) for one in found))
    return [one.dossier for one, is_behind in zip(found, behind, strict=True) if is_behind]


async def _is_behind(temporal: Client, pool: Pool, act: LastAct, places: asyncio.Semaphore) -> bool:
    """Only a workflow that did not take the act as an update is asked: it may have read the ledger instead."""
    if act.fingerprint is None:
        return False
    async with places:
        try:
            if await taken(temporal, act.dossier, update_id(str(act.command_id), act.fingerprint)):
                return False
            row = await LedgerReader(pool).dossier(act.dossier)
            told: dict[str, Any] = await temporal.get_workflow_handle(act.dossier).query("dossier", rpc_timeout=WITHIN)
        except RPCError:
            return False
    return row is not None and int(told["version"]) < row.version
