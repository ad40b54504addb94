"""The results of comparing Temporal with the ledger, and the workflows that operators ended because of one."""

from __future__ import annotations

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.repairs.differences import Difference, Different
from domain.values import Code, Instant, Name, Value

KEPT = 50
"""Results that are kept; older ones are removed."""


class Reconciled(Value):
    """The result of one comparison.

    `moving`: dossiers that changed at every look. `whole` is False when only the lists were compared. `examples` has
    some differences of each kind.
    """

    who: Code
    workflows: int
    dossiers: int
    moving: int
    whole: bool
    counts: dict[Difference, int]
    examples: tuple[Different, ...]

    @property
    def agree(self) -> bool:
        """True when there is no difference."""
        return not self.counts


class RecordedResult(Reconciled):
    """A result in the register."""

    at: Instant


class EndedWorkflow(Value):
    """A workflow that an operator ended: its id and run, what was found, who ordered it and why."""

    workflow: str
    run: str
    found: Difference
    who: Code
    why: Name


class Reconciliations:
    """Both registers. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep(self, result: Reconciled) -> None:
        """Adds a result, and removes the oldest beyond `KEPT`."""
        kept = result.model_dump(mode="json")
        with sql_span("ledger.reconciliation"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await db.execute(
                    "insert into reconciliation (who, workflows, dossiers, moving, whole, counts, examples) "
                    "values ($1, $2, $3, $4, $5, $6, $7)",
                    *kept.values(),
                )
                await db.execute(
                    "delete from reconciliation where number <= (select max(number) from reconciliation) - $1::int",
                    KEPT,
                )

    async def last(self, *, whole: bool = False) -> RecordedResult | None:
        """The newest result, or the newest of a whole comparison; None when there is none."""
        with sql_span("ledger.reconciliation"), unavailable_as_answer():
            row = await self._pool.fetchrow(
                "select who, workflows, dossiers, moving, whole, counts, examples, at from reconciliation "
                "where whole or not $1 order by number desc limit 1",
                whole,
            )
        return None if row is None else RecordedResult.model_validate(dict(row))

    async def record_end(self, ended: EndedWorkflow) -> None:
        """Records that a workflow is ended, before it is done."""
        with sql_span("ledger.workflow_ended"), unavailable_as_answer():
            await self._pool.execute(
                "insert into workflow_ended (workflow, run, found, who, why) values ($1, $2, $3, $4, $5)",
                *ended.model_dump().values(),
            )

    async def ended(self, limit: int = 50) -> list[EndedWorkflow]:
        """The last ended workflows, the newest first."""
        with sql_span("ledger.workflow_ended"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select workflow, run, found, who, why from workflow_ended order by number desc limit $1", limit
            )
        return [EndedWorkflow.model_validate(dict(row)) for row in rows]
