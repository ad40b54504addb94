"""The workflows that operators ended because no dossier needed them."""

from __future__ import annotations

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.repairs.differences import Difference
from domain.values import Code, Instant, Name, Value


class EndedWorkflow(Value):
    """A workflow that an operator ended: its id and run, what was found, who ordered it and why."""

    workflow: str
    run: str
    found: Difference
    who: Code
    why: Name


class RecordedEnd(EndedWorkflow):
    """The same in the register: its number, and when it was ordered."""

    number: int
    at: Instant


class EndedWorkflows:
    """The register, in which nothing is changed. Every method raises DatabaseUnavailable."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def record(self, ended: EndedWorkflow) -> RecordedEnd:
        """Records that a workflow is ended, before it is done."""
        with sql_span("ledger.workflow_ended"), unavailable_as_answer():
            row = await self._pool.fetchrow(
                "insert into workflow_ended (workflow, run, found, who, why) values ($1, $2, $3, $4, $5) "
                "returning number, at",
                *ended.model_dump().values(),
            )
        return RecordedEnd(**ended.model_dump(), **dict(row))

    async def last(self, limit: int = 50, place: tuple[int, bool] | None = None) -> list[RecordedEnd]:
        """The ended workflows, the newest first, after the number of `place`, or before it, the nearest first."""
        number, back = place or (None, False)
        with sql_span("ledger.workflow_ended"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select number, workflow, run, found, who, why, at from workflow_ended "
                "where $1::bigint is null or case when $2 then number > $1 else number < $1 end "
                "order by case when $2 then number else -number end limit $3",
                number,
                back,
                limit,
            )
        return [RecordedEnd.model_validate(dict(row)) for row in rows]
