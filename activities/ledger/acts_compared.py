"""How far the last acts of people were compared with what the workflows know, and which dossiers were found behind.

What was compared once needs no second look: a workflow does not forget, and one that starts anew or was reset by an
operator reads the ledger. Temporal brought back from an older copy is the exception: `ops reconcile` compares all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from activities.ledger.feed import Cursor
from activities.ledger.last_acts import SAME_TASK
from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.dossier.state import TERMINAL
from domain.roles import Role
from domain.values import Code, Instant, Value

PLACE = """
select coalesce(compared.xid, '0') as xid, coalesce(compared."position", 0) as "position", compared.at,
       coalesce(last.xid, '0') as last_xid, coalesce(last."position", 0) as last_position, clock_timestamp() as now
from (select) as one left join acts_compared compared on true left join (
    select xid, "position" from event where xid < (select oldest_open_transaction())
    order by xid desc, "position" desc limit 1
) as last on true
"""
PAGE = """
select xid, "position", at from event
where (xid, "position") > ($1, $2) and (xid, "position") <= ($3, $4)
order by xid, "position" offset $5 limit 1
"""
LAST_ACTS = """
select event.dossier, event.version from event join dossier on dossier.code = event.dossier
where (event.xid, event."position") > ($1, $2) and (event.xid, event."position") <= ($3, $4)
  and event.version = dossier.version and dossier.state <> all ($6)
  and exists (
    select from event as act where act.dossier = event.dossier and act.version <= event.version
      and act.actor_role <> $5 and event.at < act.at + $7
  )
"""
FORWARD = """
insert into acts_compared as old (xid, "position", at) values ($1, $2, $3)
on conflict (only_row) do update set xid = excluded.xid, "position" = excluded."position", at = excluded.at
where (old.xid, old."position") <= ($1, $2) or (old.xid, old."position") > ($4, $5)
"""
"""A place beyond the last entry is not believed."""
LISTED = "select dossier from act_unknown order by since, dossier limit $1"


class ActsCompared(Value):
    """How far the comparison is: at `place`; the last entry that no open transaction can precede is `last`.

    `at`: what was written before it was compared; None: nothing was. `now`: when this was read.
    """

    place: Cursor
    last: Cursor
    at: Instant | None
    now: Instant

    @property
    def whole(self) -> bool:
        """True when nothing is left to compare."""
        return not _before(self.place, self.last)


class PageOfActs(Value):
    """The entries up to a place. `at`: when the last of them was written."""

    upto: Cursor
    at: Instant


class LastVersion(Value):
    """An open dossier whose newest entry is a person's act or of the same task, and the version of the entry."""

    dossier: Code
    version: int


class ActsComparedRegister:
    """Reads and writes it. Every method raises DatabaseUnavailable."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def now(self) -> ActsCompared:
        """How far it is. A place beyond the last entry counts as the beginning."""
        with sql_span("ledger.acts_compared"), unavailable_as_answer():
            row = await self._pool.fetchrow(PLACE)
        last = Cursor(xid=row["last_xid"], position=row["last_position"])
        place = Cursor(xid=row["xid"], position=row["position"])
        beyond = _before(last, place)
        return ActsCompared(
            place=Cursor() if beyond else place, last=last, at=None if beyond else row["at"], now=row["now"]
        )

    async def page(self, after: Cursor, upto: Cursor, entries: int) -> PageOfActs | None:
        """The next so many entries after a place, up to another; None when there are not so many."""
        with sql_span("ledger.acts_compared"), unavailable_as_answer():
            row = await self._pool.fetchrow(PAGE, *_of(after), *_of(upto), entries - 1)
        return row and PageOfActs(upto=Cursor(xid=row["xid"], position=row["position"]), at=row["at"])

    async def last_acts(self, after: Cursor, upto: Cursor) -> list[LastVersion]:
        """The open dossiers whose newest entry is among these, and a person's or of the same task."""
        with sql_span("ledger.last_acts"), unavailable_as_answer():
            rows = await self._pool.fetch(LAST_ACTS, *_of(after), *_of(upto), Role.SYSTEM, sorted(TERMINAL), SAME_TASK)
        return [LastVersion(dossier=row["dossier"], version=row["version"]) for row in rows]

    async def add(self, unknown: Collection[str]) -> None:
        """Adds dossiers to those that were found behind."""
        with sql_span("ledger.acts_compared"), unavailable_as_answer():
            await self._pool.execute(
                "insert into act_unknown (dossier) select unnest($1::text[]) on conflict do nothing", list(unknown)
            )

    async def forward(self, place: Cursor, at: datetime, last: Cursor) -> None:
        """Notes that everything up to a place was compared. It does not go back, unless it was beyond `last`."""
        with sql_span("ledger.acts_compared"), unavailable_as_answer():
            await self._pool.execute(FORWARD, *_of(place), at, *_of(last))

    async def listed(self, limit: int) -> list[str]:
        """The dossiers that were found behind, those first that were found first."""
        with sql_span("ledger.acts_compared"), unavailable_as_answer():
            return [row["dossier"] for row in await self._pool.fetch(LISTED, limit)]

    async def remove(self, dossiers: Sequence[str]) -> None:
        """Removes dossiers that are not behind any more."""
        with sql_span("ledger.acts_compared"), unavailable_as_answer():
            await self._pool.execute("delete from act_unknown where dossier = any($1::text[])", list(dossiers))


def _of(place: Cursor) -> tuple[int, int]:
    return place.xid, place.position


def _before(one: Cursor, other: Cursor) -> bool:
    return _of(one) < _of(other)
