"""Orders on an outside system: hold its calls, let them end, try it in spite of failures, or end the order."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from domain.field_errors import InvalidField
from domain.outside_orders import USUAL_TIME, OutsideAct, system_named
from domain.values import Bilingual
from gateway.client.admitting.operators import operator_of
from gateway.client.watching.outside_systems import OutsideSystems, SystemState, SystemStatus
from gateway.console.operations.orders import Ask, DryRun, Given, Order, Orders
from gateway.console.visits import Visit
from gateway.i18n.outside_wording import effect_of
from gateway.i18n.wording import at, say

BACK = "/console/operations/outside"
NOT_HOURS = say("phải là số giờ, từ 1 đến 168", "must be a number of hours, from 1 to 168")


def orders_on(one: SystemStatus) -> tuple[str, ...]:
    """The orders that a page offers on a system. Each of them may be refused."""
    act = one.order.act if one.order else None
    if one.state is SystemState.UNUSED:
        return ()
    offered = {
        "hold-system": act is not OutsideAct.OPEN,
        "drain-system": act is not OutsideAct.DRAIN,
        "try-system": act is not OutsideAct.CLOSE and one.state is not SystemState.CLOSED,
        "automatic-system": act is not None,
    }
    return tuple(kind for kind, possible in offered.items() if possible)


async def _look(act: OutsideAct, visit: Visit, target: str) -> DryRun:
    """Raises InvalidInput `unknown_outside_system`, DatabaseUnavailable."""
    system = system_named(target)
    now = (await OutsideSystems(visit.api.pool).now()).of(system)
    name = f"{now.name.vi[:1].upper()}{now.name.vi[1:]}", f"{now.name.en[:1].upper()}{now.name.en[1:]}"
    stands = say(f"{name[0]}: {now.state.words.vi}.", f"{name[1]}: {now.state.words.en}.")
    if act is OutsideAct.AUTOMATIC and now.order is None:
        return DryRun(lines=(say("Không có lệnh nào đang hiệu lực.", "No order is in force."),), possible=False)
    calls = say(
        f"Đang gọi {now.running} lượt, {now.waiting} lượt chờ.",
        f"Calls under way: {now.running}; waiting: {now.waiting}.",
    )
    sealed = f"{now.order.number if now.order else 0}"  # `_give` is refused if another order is in force by then
    effect = effect_of(act, None)[:1]
    asks = () if act is OutsideAct.AUTOMATIC else (Ask(name="hours", typed=_hours(act)),)
    return DryRun(lines=(stands, calls, *effect), moves=True, sealed=sealed, asks=asks)


def _hours(act: OutsideAct) -> str:
    return f"{USUAL_TIME[act].total_seconds() / 3600:.0f}"


async def _give(act: OutsideAct, given: Given) -> Bilingual:
    """Raises InvalidField for hours that are no number, and the errors of `OutsideSystems.order`: also when another
    operator was faster."""
    visit, system = given.visit, system_named(given.target)
    lasts = None if act is OutsideAct.AUTOMATIC else timedelta(hours=_number(given.typed["hours"]))
    who = operator_of(visit.caller.principal, None, visit.api.engine.staff)
    done = await OutsideSystems(visit.api.pool).order(system, act, lasts, who, given.why, seen=int(given.sealed))
    if done.order is None:
        return say("Không có lệnh nào đang hiệu lực.", "No order was in force.")
    words, until = done.order.act.words, done.order.until
    end_vi, end_en = (f" đến {at(until)}", f" until {at(until)}") if until else ("", "")
    return say(f"{system}: {words.vi}{end_vi}.", f"{system}: {words.en}{end_en}.")


def _number(typed: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", typed, re.ASCII) or not 1 <= int(typed) <= 168:
        raise InvalidField("/hours", NOT_HOURS)
    return int(typed)


Give = Callable[[Given], Awaitable[Bilingual]]


def _order(act: OutsideAct, title: Bilingual, *, dangerous: bool = False) -> Order:
    """The order as every page of an order shows it."""
    undo = say(
        "Bỏ lệnh được bất cứ lúc nào bằng lệnh “trở lại tự động”; lệnh cũng tự hết.",
        "It can be ended at any time by “back to automatic”, and ends by itself.",
    )
    if act is OutsideAct.AUTOMATIC:
        undo = say("Ra lệnh lại được.", "It may be ordered again.")
    give: Give = partial(_give, act)
    return Order(title, title, BACK, partial(_look, act), give, undo, dangerous, needs="give_province_orders")


OUTSIDE_ORDERS: Orders = {
    "hold-system": _order(OutsideAct.OPEN, say("Ngừng gọi", "Hold all calls"), dangerous=True),
    "drain-system": _order(OutsideAct.DRAIN, say("Rút dần", "Drain"), dangerous=True),
    "try-system": _order(OutsideAct.CLOSE, say("Gọi dù đang lỗi", "Call in spite of failures")),
    "automatic-system": _order(OutsideAct.AUTOMATIC, say("Trở lại tự động", "Back to automatic")),
}
