"""The plans of repairs that are being made in the background: how far each is, and what came of it.

The rows are kept for `KEPT_FOR`. What counts is the plan, which has its own register.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import NotFound
from domain.messages.repairs import RepairRefusal
from domain.values import Bilingual, Code, Hash, Instant, Value

KEPT_FOR = timedelta(days=7)
SILENT_FOR = timedelta(seconds=30)
"""The process that makes a plan tells every second. After this time without a word it has ended."""

BEGIN = """
with old as (delete from repair_planning where begun_at < clock_timestamp() - $5::interval)
insert into repair_planning (id, kind, who, dossiers) values ($1, $2, $3, $4) on conflict do nothing
"""
TELL = """
update repair_planning set looked = $2, told_at = clock_timestamp()
where id = $1 and cancelled_by is null and ended_at is null
"""
END = """
update repair_planning set looked = case when $2::text is null then looked else dossiers end, plan = $2, refused = $3,
       refused_because = $4, ended_at = clock_timestamp(), told_at = clock_timestamp()
where id = $1 and cancelled_by is null and ended_at is null
"""
CANCEL = """
update repair_planning set cancelled_by = $2, cancelled_why = $3, ended_at = clock_timestamp()
where id = $1 and ended_at is null
"""
READ = """
select id, kind, who, dossiers, looked, begun_at, ended_at, plan, refused, refused_because, cancelled_by,
       case when plan is not null then 'made' when refused is not null then 'refused'
            when cancelled_by is not null then 'cancelled'
            when told_at < clock_timestamp() - $1::interval then 'interrupted' else 'under_way' end as state
from repair_planning where {where} order by begun_at desc, id limit {limit}
"""


class PlanningState(StrEnum):
    """How far the making of a plan is."""

    UNDER_WAY = "under_way"
    MADE = "made"
    REFUSED = "refused"
    """There is no plan: `refused` says why."""
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """The process that made it has ended. Nothing was done, and the same plan can be asked for again."""


class Planning(Value):
    """A plan that is being made, or was. `looked` of `dossiers` were looked at; `kind` is that of the order."""

    id: UUID
    kind: str
    who: Code
    dossiers: int
    looked: int
    begun_at: Instant
    ended_at: Instant | None
    state: PlanningState
    plan: Hash | None
    refused: str | None
    refused_because: Bilingual | None
    cancelled_by: Code | None


class PlanningRegister:
    """Reads and writes the rows. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def begin(self, planning: UUID, kind: str, who: str, dossiers: int) -> bool:
        """Enters a plan that is about to be made, and removes what is older than `KEPT_FOR`. False: it is there."""
        with sql_span("repair.planning.begin"), unavailable_as_answer():
            status: str = await self._pool.execute(BEGIN, planning, kind, who, dossiers, KEPT_FOR)
        return status != "INSERT 0 0"

    async def tell(self, planning: UUID, looked: int) -> bool:
        """Notes how many dossiers were looked at. False: it was cancelled."""
        with sql_span("repair.planning.tell"), unavailable_as_answer():
            status: str = await self._pool.execute(TELL, planning, looked)
        return status != "UPDATE 0"

    async def made(self, planning: UUID, plan: Hash) -> None:
        """Notes the plan that was made."""
        await self._end(planning, plan, None, None)

    async def refused(self, planning: UUID, code: str, because: Bilingual) -> None:
        """Notes why there is no plan."""
        await self._end(planning, None, code, because)

    async def _end(self, planning: UUID, plan: Hash | None, code: str | None, because: Bilingual | None) -> None:
        words = None if because is None else because.model_dump(mode="json")
        with sql_span("repair.planning.end"), unavailable_as_answer():
            await self._pool.execute(END, planning, plan, code, words)

    async def cancel(self, planning: UUID, who: str, why: str) -> bool:
        """Notes that somebody cancelled it. False: it had ended before."""
        with sql_span("repair.planning.cancel"), unavailable_as_answer():
            status: str = await self._pool.execute(CANCEL, planning, who, why)
        return status != "UPDATE 0"

    async def planning(self, planning: UUID) -> Planning:
        """How far it is. Raises NotFound `unknown_repair_planning`."""
        found = await self.begun(planning)
        if found is None:
            raise NotFound(RepairRefusal.UNKNOWN_REPAIR_PLANNING, planning=str(planning))
        return found

    async def begun(self, planning: UUID) -> Planning | None:
        """How far it is; None when it was never begun."""
        return next(iter(await self._read("id = $2", 1, planning)), None)

    async def newest(self, limit: int) -> list[Planning]:
        """The newest that gave no plan, or none yet: what became a plan stands in the list of plans."""
        return await self._read("plan is null", limit)

    async def _read(self, where: str, limit: int, *arguments: object) -> list[Planning]:
        with sql_span("repair.planning"), unavailable_as_answer():
            rows = await self._pool.fetch(READ.format(where=where, limit=int(limit)), SILENT_FOR, *arguments)
        return [Planning.model_validate(dict(row)) for row in rows]
