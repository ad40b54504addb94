"""The order on a plan that is being made in the background: cancel it."""

from __future__ import annotations

from uuid import UUID

from activities.repairs.plannings import Planning, PlanningState
from domain.errors import NotFound
from domain.messages.repairs import RepairRefusal
from domain.repairs.orders import RepairKind
from domain.text.sentences import many, with_dots
from domain.values import Bilingual
from gateway.access.scopes import search_scope
from gateway.console.operations.orders import DryRun, Given, Order, Orders
from gateway.console.visits import Visit
from gateway.i18n.wording import say

HAS_ENDED = say("Việc lập kế hoạch này đã kết thúc: không còn gì để hủy.", "It has ended: nothing is left to cancel.")


async def planning_named(visit: Visit, given: str) -> Planning:
    """The planning in an address. Raises NotFound `unknown_repair_planning`."""
    try:
        named = UUID(given)
    except ValueError:
        raise NotFound(RepairRefusal.UNKNOWN_REPAIR_PLANNING, planning=given[:64]) from None
    return await visit.api.engine.repair_plans.plannings.register.planning(named)


def kind_of(one: Planning) -> Bilingual:
    """The kind of the repair; its code, where it is one of a later release."""
    return RepairKind(one.kind).words if one.kind in tuple(RepairKind) else say(one.kind, one.kind)


async def _look(visit: Visit, target: str) -> DryRun:
    found = await planning_named(visit, target)
    kind = kind_of(found)
    line = say(
        f"{kind.vi}, {found.who}: đã xem {with_dots(found.looked)} trên {with_dots(found.dossiers)} hồ sơ.",
        f"{kind.en}, {found.who}: {many(found.looked, 'dossier')} of {found.dossiers:,} looked at.",
    )
    if found.state not in (PlanningState.UNDER_WAY, PlanningState.INTERRUPTED):
        return DryRun(lines=(line, HAS_ENDED), possible=False)
    told = say("Không có kế hoạch nào; chưa hồ sơ nào bị thay đổi.", "There will be no plan; no dossier was changed.")
    return DryRun(lines=(line, told), moves=True)


async def _cancel(given: Given) -> Bilingual:
    visit, found = given.visit, await planning_named(given.visit, given.target)
    await visit.api.engine.repair_plans.cancel(
        visit.caller.principal, found.id, who=None, why=given.why, scope=search_scope(visit.signed.scope)
    )
    return say("Đã hủy việc lập kế hoạch.", "The making of the plan is cancelled.")


PLANNING_ORDERS: Orders = {
    "cancel-planning": Order(
        say("Hủy việc lập kế hoạch sửa", "Cancel the making of a plan"), say("Hủy", "Cancel"),
        "/console/operations/repairs/plannings/{target}", _look, _cancel,
        say("Không hoàn tác được: muốn có kế hoạch phải lập lại.", "No: a plan then has to be asked for again."),
    ),
}  # fmt: skip
