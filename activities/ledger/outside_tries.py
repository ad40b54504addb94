"""How often each call that must not be done twice was begun, from before its request goes out; and what has to wait."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.values import Code

WITHIN = 0.5
"""Seconds for the ledger to take down that a try begins. The workflow gives a quick call 2 s in all."""
BEGIN = """
insert into outside_tries as known (dossier, effect) values ($1, $2)
on conflict (dossier, effect) do update set tries = known.tries + 1
"""
ASKED_TO_WAIT = """
insert into outside_tries as known (dossier, effect, tries, again_after)
values ($1, $2, 0, clock_timestamp() + $3::interval)
on conflict (dossier, effect) do update set again_after = excluded.again_after
"""
WAIT_LEFT = """
select extract(epoch from again_after - clock_timestamp())::double precision
from outside_tries where dossier = $1 and effect = $2
"""
ALONE = """
select not exists (select from outside_tries where dossier = $1 and effect = $2 and tries > 1)
   and not exists (
       select from event where dossier = $1 and kind = 'outside_call_failed' and body ->> 'effect' = $2
   )
   and not exists (
       select from ledger_server
       where number > 1 and at > (select min(at) from event where dossier = $1)
   )
"""
"""The last: a restore to an earlier moment loses these rows, so what a dossier of before had tried is not known."""


class OutsideTries:
    """The tries of quick calls. Those of patient calls are not counted: a failure on the record comes before them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def begin(self, code: Code, effect: str) -> None:
        """Writes down that a try begins. Raises DatabaseUnavailable, DatabaseRefuses: then it must not begin."""
        with sql_span("outside_tries.begin", dossier=code), unavailable_as_answer():
            async with asyncio.timeout(WITHIN):
                await self._pool.execute(BEGIN, code, effect)

    async def asked_to_wait(self, code: Code, effect: str, seconds: float) -> None:
        """Writes down that the system wants to be asked again after so many seconds. Raises as `begin` does."""
        with sql_span("outside_tries.asked_to_wait", dossier=code), unavailable_as_answer():
            async with asyncio.timeout(WITHIN):
                await self._pool.execute(ASKED_TO_WAIT, code, effect, timedelta(seconds=seconds))

    async def wait_left(self, code: Code, effect: str) -> float:
        """Seconds until a call may be made again; 0: now. Raises DatabaseUnavailable, DatabaseRefuses."""
        with sql_span("outside_tries.wait_left", dossier=code), unavailable_as_answer():
            async with asyncio.timeout(WITHIN):
                left = await self._pool.fetchval(WAIT_LEFT, code, effect)
        return max(0.0, left or 0.0)

    async def is_alone(self, code: Code, effect: str) -> bool:
        """True if a try that has begun is the only one: none began beside or before it, and none has failed."""
        with sql_span("outside_tries.is_alone", dossier=code), unavailable_as_answer():
            return await self._pool.fetchval(ALONE, code, effect) is True
