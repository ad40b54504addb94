"""The register of orders for outside systems. Rows are only added; the last one of a system counts until it ends."""

from __future__ import annotations

from datetime import timedelta

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import Conflict
from domain.messages.outside_orders import OutsideOrderRefusal
from domain.operator_orders import require_operator, require_reason
from domain.outside_orders import OutsideAct, OutsideOrder
from domain.outside_systems import System
from domain.values import Value

COLUMNS = "number, system, act, until, who, why, at"
IN_FORCE = f"""
select {COLUMNS}, extract(epoch from until - clock_timestamp())::double precision as seconds_left from (
    select distinct on (system) {COLUMNS} from outside_order order by system, number desc
) as last where until > clock_timestamp() order by system
"""  # noqa: S608  our own text
LAST = f"select {COLUMNS} from outside_order order by number desc limit $1"  # noqa: S608  our own text
LOCK = "select pg_advisory_xact_lock(hashtext('outside order ' || $1))"
OF_SYSTEM = f"""
select {COLUMNS}, coalesce(until > clock_timestamp(), false) as in_force
from outside_order where system = $1 order by number desc limit 1
"""  # noqa: S608  our own text
ADD = f"""
insert into outside_order (system, act, until, who, why)
values ($1, $2, clock_timestamp() + $3::interval, $4, $5) returning {COLUMNS}
"""  # noqa: S608  our own text


class OrderInForce(Value):
    """An order that counts now. `seconds_left`: until it ends, by the clock of the database."""

    order: OutsideOrder
    seconds_left: float


class OutsideOrders:
    """Reads and adds. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def record(
        self,
        system: System,
        act: OutsideAct,
        lasts: timedelta | None,
        who: str,
        why: str,
        *,
        usual: bool = False,
        seen: int | None = None,
    ) -> tuple[OutsideOrder | None, bool]:
        """The order that counts now, and whether it was written down just now.

        Nothing is written when the same act counts already and `usual` says that no time was named, or when AUTOMATIC
        is ordered and nothing is in force: then the order is None. `seen`: the number of the order that was in force
        when the operator looked, 0 for none; None: nobody looked. Raises Conflict `outside_order_changed` when another
        one is in force now, and the InvalidInput errors of `operator_orders`.
        """
        require_operator(who)
        require_reason(why)
        with sql_span("outside_orders.record", act=act.value), unavailable_as_answer():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(LOCK, system.value)
                last = await connection.fetchrow(OF_SYSTEM, system.value)
                in_force = last is not None and last["in_force"]
                if seen is not None and seen != (last["number"] if last is not None and in_force else 0):
                    raise Conflict(OutsideOrderRefusal.OUTSIDE_ORDER_CHANGED)
                if act is OutsideAct.AUTOMATIC and not in_force:
                    return None, False
                if last is not None and in_force and usual and last["act"] == act:
                    return OutsideOrder.model_validate(dict(last)), False
                row = await connection.fetchrow(ADD, system.value, act.value, lasts, who, why)
        assert row is not None  # an insert returns its row
        return OutsideOrder.model_validate(dict(row)), True

    async def in_force(self) -> dict[System, OrderInForce]:
        """The orders that count now. A system that this release does not know is left out."""
        with sql_span("outside_orders.in_force"), unavailable_as_answer():
            rows = await self._pool.fetch(IN_FORCE)
        known = [dict(row) for row in rows if row["system"] in tuple(System)]
        return {
            System(row["system"]): OrderInForce(
                order=OutsideOrder.model_validate(row), seconds_left=row["seconds_left"]
            )
            for row in known
        }

    async def last(self, limit: int = 50) -> list[OutsideOrder]:
        """What was ordered, the newest first."""
        with sql_span("outside_orders.last"), unavailable_as_answer():
            rows = await self._pool.fetch(LAST, limit)
        return [OutsideOrder.model_validate(dict(row)) for row in rows if row["system"] in tuple(System)]
