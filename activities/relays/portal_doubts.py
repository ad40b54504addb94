"""Remembers which dossiers an unanswered list may still change at the portal, until it can change nothing any more.

What the portal is told of a dossier has no version there: the list that is carried out last counts. One whose answer
was lost, or whose process died, may be carried out after newer ones. So its dossiers are written down before it goes.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar

from activities.adapters.errors import OutsideError
from activities.adapters.http import CERTIFICATE, NO_FREE_PLACE, NOT_CONNECTED
from activities.adapters.messages import OutsideCode
from activities.ledger.pool import Connection, DatabaseUnavailable, Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span

Answer = TypeVar("Answer")

NOT_SENT = frozenset({NOT_CONNECTED, NO_FREE_PLACE, CERTIFICATE})
"""Reasons of a call that did not reach the portal."""
HELD_BACK = frozenset({OutsideCode.BREAKER_OPEN, OutsideCode.SYSTEM_HELD})
UNANSWERED = ""
"""The `list` of a dossier whose list got no answer."""

BEGIN = """
insert into portal_doubt (list, dossier, look_at) select $1, unnest($2::text[]), clock_timestamp() + $3::interval
"""
SETTLE = "with gone as (delete from portal_doubt where list = $1 returning 1) select count(*) from gone"
DOUBT = """
with gone as (delete from portal_doubt where list = $1)
insert into portal_doubt as known (list, dossier, look_at)
select $4, unnest($2::text[]), clock_timestamp() + $3::interval
on conflict (list, dossier) do update set look_at = excluded.look_at
"""
TAKE = """
update portal_doubt as taken set look_at = clock_timestamp() + $2::interval
from (
    select list, dossier from portal_doubt where look_at <= clock_timestamp() order by look_at limit $1
) as due
where (taken.list, taken.dossier) = (due.list, due.dossier)
returning taken.list, taken.dossier
"""
DROP = """
delete from portal_doubt using unnest($1::text[], $2::text[]) as done (list, dossier)
where (portal_doubt.list, portal_doubt.dossier) = (done.list, done.dossier)
"""


def may_come_late(failed: OutsideError) -> bool:
    """Whether the request may be carried out after this failure: it was sent, and the portal has not said what became
    of it."""
    answered = failed.code is OutsideCode.REFUSED
    return not (answered or failed.code in HELD_BACK or failed.reason in NOT_SENT or failed.operation == "auth")


class PortalDoubts:
    """Reads and writes the list. Every method raises DatabaseUnavailable, DatabaseRefuses.

    `held` returns the session with the relay's lock. `late_after` returns the seconds after which a list that was begun
    can no longer be carried out.
    """

    def __init__(
        self, pool: Pool, held: Callable[[], Pool | Connection], late_after: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._pool = pool
        self._held = held
        self._late_after = late_after

    async def while_sending(self, dossiers: Sequence[str], send: Callable[[], Awaitable[Answer]]) -> Answer:
        """Sends a list of these dossiers. They stay in doubt unless it was answered, or never sent.

        What is written through the session with the lock shows that no other process has sent anything since this one
        got the lock. When that cannot be shown, the dossiers are in doubt though the list was answered: a newer one of
        another process may have been carried out before it.
        """
        name = uuid.uuid4().hex
        with sql_span("portal_doubt.begin"), unavailable_as_answer():
            await self._held().execute(BEGIN, name, list(dossiers), self._late())
        try:
            answer = await send()
        except OutsideError as failed:
            if may_come_late(failed):
                await self._doubt(name, dossiers)
            else:
                await self._settle(name, dossiers)
            raise
        await self._settle(name, dossiers)
        return answer

    async def take_due(self, limit: int) -> dict[str, list[str]]:
        """Some dossiers that can be looked at now, each with its lists. They are due again after `late_after`, unless
        they are dropped: one about which the portal says nothing does not keep the relay from the others."""
        with sql_span("portal_doubt.take"), unavailable_as_answer():
            rows = await self._held().fetch(TAKE, limit, self._late())
        taken: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            taken[row["dossier"]].append(row["list"])
        return taken

    async def drop(self, taken: Mapping[str, Sequence[str]]) -> None:
        """These are in doubt no more, as far as they were taken."""
        pairs = [(name, dossier) for dossier, lists in taken.items() for name in lists]
        if pairs:
            with sql_span("portal_doubt.drop"), unavailable_as_answer():
                await self._held().execute(DROP, [name for name, _ in pairs], [dossier for _, dossier in pairs])

    async def count(self) -> int:
        """How many dossiers are in doubt, with those of a list that is under way just now."""
        with sql_span("portal_doubt.count"), unavailable_as_answer():
            found: int = await self._pool.fetchval("select count(distinct dossier) from portal_doubt")
        return found

    async def _settle(self, name: str, dossiers: Sequence[str]) -> None:
        try:
            with sql_span("portal_doubt.settle"), unavailable_as_answer():
                gone = await self._held().fetchval(SETTLE, name)
        except DatabaseUnavailable:
            await self._doubt(name, dossiers)
            raise
        if gone != len(dossiers):  # this process stood still so long that another one has looked meanwhile
            await self._doubt(name, dossiers)

    async def _doubt(self, name: str, dossiers: Sequence[str]) -> None:
        with sql_span("portal_doubt.doubt", count=len(dossiers)), unavailable_as_answer():
            await self._pool.execute(DOUBT, name, list(dossiers), self._late(), UNANSWERED)

    def _late(self) -> timedelta:
        return timedelta(seconds=self._late_after())
