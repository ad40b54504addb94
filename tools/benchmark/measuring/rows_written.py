"""Checks that dossiers of a peer have ended with the rows that every standard dossier has."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from activities.ledger.pool import Pool
from tools.benchmark.driving.deadlines import Limits, NotInTime, within
from tools.benchmark.driving.driven_dossier import FAILURES, Driven

PAUSE = 0.1


async def require_all_rows(pool: Pool, template: str, dossiers: Sequence[Driven], limits: Limits) -> None:
    """Waits until each dossier has the events of the template. One that lacks some in time gets a problem."""
    wanted = await kinds_of_events(pool, template)
    for driven in dossiers:
        try:
            await within(limits.call, _until_written(pool, driven.code, wanted))
        except (NotInTime, *FAILURES) as problem:
            driven.problem = f"end: {problem}"


async def kinds_of_events(pool: Pool, code: str) -> list[str]:
    """The kinds of a dossier's events, sorted. Calls are answered in any order."""
    rows = await pool.fetch("select kind from event where dossier = $1 order by kind", code)
    return [row["kind"] for row in rows]


async def _until_written(pool: Pool, code: str, wanted: list[str]) -> None:
    while await kinds_of_events(pool, code) != wanted:  # noqa: ASYNC110 - another process writes them
        await asyncio.sleep(PAUSE)
