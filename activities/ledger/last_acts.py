"""The acts that people did last: of each dossier the newest one, if nothing followed or only entries of the same task.

Only such an act can be in the ledger without the knowledge of its workflow. The task that writes it also writes what
the engine does at once because of it, as the outcome of a quick call; a lost task loses both. Every other entry was
decided by a workflow that knew the entries before it, and Temporal repeats a lost task of a timer or of a call.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from activities.ledger.feed import Cursor
from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.roles import Role
from domain.values import Code, Value

NEWEST = """
select xid, position from event where xid < (select oldest_open_transaction())
order by xid desc, position desc limit 1
"""
BEFORE = """
select xid, position from event where (xid, position) <= ($1, $2)
order by xid desc, position desc offset $3 limit 1
"""
BETWEEN = """
select newest.dossier, act.command_id, act.fingerprint
from event newest cross join lateral (
    select command_id, fingerprint, event.at from event join command using (command_id)
    where event.dossier = newest.dossier and version <= newest.version and event.actor_role <> $5
    order by version desc limit 1
) act
where (newest.xid, newest.position) > ($1, $2) and (newest.xid, newest.position) <= ($3, $4)
  and newest.version = (select version from dossier where code = newest.dossier)
  and newest.at < act.at + $6
"""
SAME_TASK = timedelta(minutes=10)
"""An entry of the engine that comes later after an act is that of a timer or of a patient call. A task lasts seconds; a
worker that stood still meanwhile writes later."""


class LastAct(Value):
    """The last act of a person in a dossier. An act of the first release has no fingerprint."""

    dossier: Code
    command_id: UUID
    fingerprint: str | None


class LastActs:
    """Reads them, in the order of the feed. Every method raises DatabaseUnavailable."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def newest(self) -> Cursor:
        """The place of the newest entry that no open transaction can precede."""
        with sql_span("ledger.last_acts"), unavailable_as_answer():
            row = await self._pool.fetchrow(NEWEST)
        return Cursor() if row is None else Cursor(**row)

    async def before(self, place: Cursor, entries: int) -> Cursor:
        """The place so many entries before this one; the beginning when there are not so many."""
        with sql_span("ledger.last_acts"), unavailable_as_answer():
            row = await self._pool.fetchrow(BEFORE, place.xid, place.position, entries)
        return Cursor() if row is None else Cursor(**row)

    async def between(self, after: Cursor, upto: Cursor) -> list[LastAct]:
        """Those of dossiers whose newest entry is among the entries after a place, up to another."""
        with sql_span("ledger.last_acts"), unavailable_as_answer():
            rows = await self._pool.fetch(
                BETWEEN, after.xid, after.position, upto.xid, upto.position, Role.SYSTEM, SAME_TASK
            )
        return [LastAct.model_validate(dict(row)) for row in rows]
