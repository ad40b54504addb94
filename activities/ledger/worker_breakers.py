"""The breakers of every worker process, as the workers tell them: which systems a process does not call now."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import TypeAdapter

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from activities.ledger.worker_reports import WorkerReport
from domain.values import Instant, Value

_PUT = """
insert into worker_breakers (process, breakers, report) values ($1, $2::text::jsonb, coalesce($3::text::jsonb, '{}'))
on conflict (process) do update
    set breakers = excluded.breakers, report = coalesce($3::text::jsonb, worker_breakers.report),
        told_at = clock_timestamp()
"""
_FORGET = "delete from worker_breakers where told_at < clock_timestamp() - interval '1 hour'"
_ALL = """
select process, breakers::text as breakers, report::text as report, told_at,
       told_at > clock_timestamp() - interval '1 minute' as fresh
from worker_breakers order by process
"""
_LIVE = "select count(*) from worker_breakers where told_at > clock_timestamp() - interval '30 seconds'"
_BREAKERS: TypeAdapter[dict[str, dict[str, str]]] = TypeAdapter(dict[str, dict[str, str]])


class BreakersOfWorker(Value):
    """What one process told last: the state of each breaker by kind of calls (quick, patient) and system."""

    process: str
    breakers: dict[str, dict[str, str]]
    told_at: Instant
    report: WorkerReport = WorkerReport()
    fresh: bool = True
    """False: it has told nothing for a minute, so it is gone or does not reach the database."""


class WorkerBreakers:
    """The register. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def tell(
        self, process: str, breakers: Mapping[str, Mapping[str, str]], report: WorkerReport | None = None
    ) -> int:
        """Puts down the breakers of a process, and forgets those of processes that are long gone.

        Without a report the one before stays. Returns how many processes have told of themselves within half a minute.
        """
        said = None if report is None else report.model_dump_json()
        with sql_span("worker_breakers.tell"), unavailable_as_answer():
            await self._pool.execute(_PUT, process, json.dumps(breakers), said)
            await self._pool.execute(_FORGET)
            live: int = await self._pool.fetchval(_LIVE)
        return live

    async def all(self) -> list[BreakersOfWorker]:
        """Of every process that told of its breakers within the last hour."""
        with sql_span("worker_breakers.all"), unavailable_as_answer():
            rows = await self._pool.fetch(_ALL)
        return [
            BreakersOfWorker(
                process=row["process"],
                breakers=_BREAKERS.validate_json(row["breakers"]),
                told_at=row["told_at"],
                report=WorkerReport.model_validate_json(row["report"]),
                fresh=row["fresh"],
            )
            for row in rows
        ]
