"""The acts that people did last: of each dossier the newest entry, when it is not the engine's own.

Only such an act can be in the ledger without the knowledge of its workflow: every later entry was decided by a workflow
that knew the entries before it, and Temporal repeats a lost task of the engine's own acts by itself.
"""

from __future__ import annotations

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
select event.dossier, command_id, fingerprint
from event join command using (command_id)
where (event.xid, event.position) > ($1, $2) and (event.xid, event.position) <= ($3, $4)
  and event.actor_role <> $5
  and event.version = (select version from dossier where code = event.dossier)
"""


class LastAct(Value):
    """The act that wrote the newest entry of a dossier. An act of the first release has no fingerprint."""

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
        """Those among the entries after a place, up to another."""
        with sql_span("ledger.last_acts"), unavailable_as_answer():
            rows = await self._pool.fetch(BETWEEN, after.xid, after.position, upto.xid, upto.position, Role.SYSTEM)
        return [LastAct.model_validate(dict(row)) for row in rows]
