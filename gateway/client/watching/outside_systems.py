"""The outside systems as operators see them, over all workers, and the orders that they give about them.

Only the database is asked: orders must also be possible while Temporal does not answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from activities.ledger.outside_orders import OrderInForce, OutsideOrders
from activities.ledger.pool import Pool
from activities.ledger.worker_breakers import BreakersOfWorker, WorkerBreakers
from activities.ledger.worker_reports import SettingsInForce, SystemUse
from domain.errors import InvalidInput
from domain.messages.outside_orders import OutsideOrderRefusal
from domain.operator_orders import require_reason
from domain.outside_orders import OutsideAct, OutsideOrder, require_time
from domain.outside_systems import SYSTEM_NAMES, System
from domain.values import Bilingual, Instant, Value

LAST_ORDERS = 20


class SystemState(StrEnum):
    """How the calls of a system stand, over all workers."""

    CLOSED = "closed"
    """Calls go out."""
    HALF_OPEN = "half_open"
    OPEN = "open"
    """A worker holds calls back after failures in a row."""
    HELD = "held"
    """An operator has ordered that no call goes out."""
    DRAINING = "draining"
    """An operator has ordered that no call begins; some are still under way."""
    DRAINED = "drained"
    """The same, and no call is under way in any worker."""
    FORCED = "forced"
    """An operator has ordered that calls go out in spite of failures."""
    UNKNOWN = "unknown"
    """No worker has told of it lately."""
    UNUSED = "unused"
    """The province has no address of it."""

    @property
    def words(self) -> Bilingual:
        """The name for people."""
        return _WORDS[self]


_WORDS = {
    SystemState.CLOSED: Bilingual(vi="bình thường", en="as usual"),
    SystemState.HALF_OPEN: Bilingual(vi="đang gọi thử lại", en="tried with a few calls"),
    SystemState.OPEN: Bilingual(vi="tự ngắt vì lỗi", en="held back after failures"),
    SystemState.HELD: Bilingual(vi="ngừng theo lệnh", en="held by order"),
    SystemState.DRAINING: Bilingual(vi="đang rút theo lệnh", en="draining by order"),
    SystemState.DRAINED: Bilingual(vi="đã rút hết theo lệnh", en="drained by order"),
    SystemState.FORCED: Bilingual(vi="gọi dù lỗi, theo lệnh", en="called in spite of failures, by order"),
    SystemState.UNKNOWN: Bilingual(vi="chưa rõ", en="not known"),
    SystemState.UNUSED: Bilingual(vi="tỉnh không dùng", en="not used in this province"),
}


class UseByWorker(SystemUse):
    """The calls of one process to one system. `calls_of`: quick or patient."""

    process: str
    calls_of: str


class SystemStatus(Value):
    """One system, over all workers that have told of themselves within a minute."""

    system: System
    name: Bilingual
    state: SystemState
    since: Instant | None
    """Since when it is so; None while calls go out as usual."""
    order: OutsideOrder | None
    obeyed_by: int
    """How many workers obey the order."""
    workers: int
    running: int
    waiting: int
    calls: int
    failures: int
    """Both of the last five minutes."""
    per_second: float | None
    """How many calls a second the whole province may make; None: no limit."""
    succeeded_at: Instant | None
    failed_at: Instant | None
    failure: str
    uses: tuple[UseByWorker, ...]

    @property
    def used_per_second(self) -> float:
        """How many calls a second were made, on average of the last five minutes."""
        return self.calls / 300


class WorkerSettings(SettingsInForce):
    """The file of outside systems as one process uses it."""

    process: str
    told_at: Instant


class OutsideNow(Value):
    """Every system, the settings of each worker, and the last orders, newest first."""

    systems: tuple[SystemStatus, ...]
    settings: tuple[WorkerSettings, ...]
    silent: tuple[str, ...]
    """Processes that told of themselves within the hour, and not within the last minute."""
    orders: tuple[OutsideOrder, ...]

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions of the settings that are in force; more than one for longer than some seconds is a mistake."""
        return tuple(sorted({one.version for one in self.settings if one.version}))

    def of(self, system: System) -> SystemStatus:
        """One system."""
        return next(one for one in self.systems if one.system is system)


class GivenOrder(Value):
    """What came of an order. `order` None: nothing was in force, so nothing was to end."""

    system: System
    act: OutsideAct
    order: OutsideOrder | None
    new: bool
    """False: the same was ordered before and counts already; nothing was written."""


class PlannedOrder(Value):
    """What an order would do now. Nothing was written for it."""

    system: SystemStatus
    """The system as it is."""
    act: OutsideAct
    lasts: timedelta | None
    """How long the order would hold; None for AUTOMATIC."""
    new: bool
    """False: nothing would change, as `GivenOrder` says."""

    @property
    def seen(self) -> int:
        """The number of the order in force; 0: none. An order that is given with it is refused if another is in force
        by then."""
        return self.system.order.number if self.system.order else 0


class OutsideSystems:
    """Reads and orders. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._workers = WorkerBreakers(pool)
        self.register = OutsideOrders(pool)

    async def now(self) -> OutsideNow:
        """What the workers told within the last minute, and what operators ordered."""
        told = await self._workers.all()
        in_force = await self.register.in_force()
        return outside_now(told, in_force, await self.register.last(LAST_ORDERS))

    async def plan(self, system: System, act: OutsideAct, lasts: timedelta | None) -> PlannedOrder:
        """What an order would do now. Raises InvalidInput `outside_order_time`, `outside_order_without_end`."""
        time = require_time(act, lasts)
        status = (await self.now()).of(system)
        same = status.order is not None and status.order.act is act and lasts is None
        nothing = act is OutsideAct.AUTOMATIC and status.order is None
        return PlannedOrder(system=status, act=act, lasts=time, new=not (same or nothing))

    async def order(
        self,
        system: System,
        act: OutsideAct,
        lasts: timedelta | None,
        who: str,
        why: str,
        *,
        seen: int | None = None,
    ) -> GivenOrder:
        """Gives an order, which every worker obeys within seconds. Who may give it was checked before.

        `seen`: as `PlannedOrder` says; None: the order counts whatever is in force. Raises Conflict
        `outside_order_changed`, InvalidInput `outside_order_without_reason`, `outside_order_time`,
        `outside_order_without_end`, and those of `operator_orders`.
        """
        require_order(act, lasts, why)
        time = require_time(act, lasts)
        order, new = await self.register.record(system, act, time, who, why, usual=lasts is None, seen=seen)
        return GivenOrder(system=system, act=act, order=order, new=new)


def require_order(act: OutsideAct, lasts: timedelta | None, why: str) -> None:
    """Raises what `OutsideSystems.order` raises of an order that it does not take, before anything is written."""
    if not why.strip():
        raise InvalidInput(OutsideOrderRefusal.OUTSIDE_ORDER_WITHOUT_REASON)
    require_reason(why)
    require_time(act, lasts)


def outside_now(
    told: Iterable[BreakersOfWorker], in_force: Mapping[System, OrderInForce], orders: Iterable[OutsideOrder]
) -> OutsideNow:
    """The whole, from what each worker told."""
    listed = list(told)
    fresh = [one for one in listed if one.fresh]
    return OutsideNow(
        systems=tuple(_status(system, fresh, in_force.get(system)) for system in System),
        settings=tuple(
            WorkerSettings(process=one.process, told_at=one.told_at, **one.report.settings.model_dump())
            for one in fresh
        ),
        silent=tuple(one.process for one in listed if not one.fresh),
        orders=tuple(orders),
    )


def _status(system: System, workers: Collection[BreakersOfWorker], in_force: OrderInForce | None) -> SystemStatus:
    order = in_force.order if in_force else None
    uses = tuple(
        UseByWorker(process=one.process, calls_of=way, **of[system].model_dump())
        for one in workers
        for way, of in one.report.systems.items()
        if system in of
    )
    obeying = {one.process for one in uses if order is not None and one.order == order.number}
    told = {one.process for one in uses}
    state = _state(uses, order, obeyed=bool(told) and obeying == told)
    if state is SystemState.UNKNOWN and any(one.report.systems for one in workers):
        state = SystemState.UNUSED
    failed = max((one for one in uses if one.failed_at), key=lambda one: str(one.failed_at), default=None)
    return SystemStatus(
        system=system,
        name=SYSTEM_NAMES[system],
        state=state,
        since=order.at if order else min((one.since for one in uses if one.since), default=None),
        order=order,
        obeyed_by=len(obeying),
        workers=len(told),
        running=sum(one.running for one in uses),
        waiting=sum(one.waiting for one in uses),
        calls=sum(one.calls for one in uses),
        failures=sum(one.failures for one in uses),
        per_second=min((one.per_second for one in uses if one.per_second), default=None),
        succeeded_at=max((one.succeeded_at for one in uses if one.succeeded_at), default=None),
        failed_at=failed.failed_at if failed else None,
        failure=failed.failure if failed else "",
        uses=uses,
    )


def _state(uses: Collection[UseByWorker], order: OutsideOrder | None, *, obeyed: bool) -> SystemState:
    match order.act if order else None:
        case OutsideAct.OPEN:
            return SystemState.HELD
        case OutsideAct.DRAIN:
            empty = obeyed and not any(one.running or one.waiting for one in uses)
            return SystemState.DRAINED if empty else SystemState.DRAINING
        case OutsideAct.CLOSE:
            return SystemState.FORCED
    states = {one.state for one in uses}
    if not states:
        return SystemState.UNKNOWN
    return next((one for one in (SystemState.OPEN, SystemState.HALF_OPEN) if one in states), SystemState.CLOSED)
