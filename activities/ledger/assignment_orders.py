"""The register of orders that give several dossiers at once. Rows are only added."""

from __future__ import annotations

from uuid import UUID

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.values import Code, Instant, Value

WRITE = """
insert into assignment_order (id, person, dossiers, who) values ($1, $2, $3, $4) on conflict (id) do nothing
"""
READ = "select id, person, dossiers, who, at from assignment_order where id = $1"


class AssignmentOrder(Value):
    """An order. `person` None: each dossier to the first who was suggested for it."""

    id: UUID
    person: Code | None
    dossiers: tuple[Code, ...]
    who: str
    at: Instant


class AssignmentOrders:
    """Reads and writes it. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def write(self, order_id: UUID, person: Code | None, dossiers: tuple[Code, ...], who: str) -> AssignmentOrder:
        """Writes an order; the one that has this id already stays as it is and is returned."""
        with sql_span("ledger.assignment_order"), unavailable_as_answer():
            await self._pool.execute(WRITE, order_id, person, list(dossiers), who)
            return AssignmentOrder.model_validate(dict(await self._pool.fetchrow(READ, order_id)))

    async def of(self, order_id: UUID) -> AssignmentOrder | None:
        """The order with this id."""
        with sql_span("ledger.assignment_order_read"), unavailable_as_answer():
            row = await self._pool.fetchrow(READ, order_id)
        return None if row is None else AssignmentOrder.model_validate(dict(row))
