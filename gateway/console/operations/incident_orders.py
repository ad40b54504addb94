"""Orders on one incident: try it again, take it over, note it as dealt with."""

from __future__ import annotations

from domain.incidents import Incident, IncidentAction, IncidentSource
from domain.values import Bilingual
from gateway.access.scopes import search_scope
from gateway.client.admitting.operators import operator_of
from gateway.client.incidents import Incidents, require_offered
from gateway.client.incidents import Order as IncidentOrder
from gateway.console.operations.orders import DryRun, Given, Order, Orders
from gateway.console.visits import Visit
from gateway.i18n.incident_wording import why
from gateway.i18n.wording import at, say

BACK = "/console/operations/needs-a-person"
WHAT_A_RETRY_DOES = {
    IncidentSource.CALL: say(
        "Hệ thống ngoài được gọi lại với mã mới và thông tin như cũ; mã cũ đã bị từ chối nên không làm hai lần.",
        "The outside system is asked again under a new id, with the same input; it did nothing under the old one.",
    ),
    IncidentSource.WEBHOOK: say(
        "Gửi lại từ chỗ đã dừng; nơi nhận có thể nhận lại.", "It is sent from where it stopped; some may come twice."
    ),
    IncidentSource.ROLLOUT: say("Đợt triển khai chạy tiếp.", "The rollout goes on."),
}
LEFT_OUT = say(
    "Tin này không được chuyển nữa; các tin sau của hồ sơ vẫn chuyển.",
    "This event is not handed on any more; the dossier's later ones are.",
)
NOTED = say("Chỉ ghi nhận: nguyên nhân vẫn còn.", "It is only noted: the cause is still there.")


def of_visit(visit: Visit) -> Incidents:
    """The incidents of the engine that the page shows."""
    return Incidents(visit.api.engine)


async def _looked(visit: Visit, target: str, action: IncidentAction, *more: Bilingual) -> DryRun:
    """What would be done. Raises NotFound for an incident that is not there, and the refusal of what is not offered."""
    found = await of_visit(visit).one(target, search_scope(visit.signed.scope))
    if found.dossier is None:
        visit.ordering("give_province_orders")
    require_offered(found, action)
    cause = why(found)
    line = say(f"Từ {at(found.since)}: {cause.vi}.", f"Since {at(found.since)}: {cause.en}.")
    return DryRun(lines=(line, *(more or (_does(found, action),))))


def _does(found: Incident, action: IncidentAction) -> Bilingual:
    if action is IncidentAction.RETRY:
        return WHAT_A_RETRY_DOES[found.source]
    return LEFT_OUT if found.source in (IncidentSource.RELAY, IncidentSource.WEBHOOK) else NOTED


async def _look_at_retry(visit: Visit, target: str) -> DryRun:
    return await _looked(visit, target, IncidentAction.RETRY)


async def _look_at_resolve(visit: Visit, target: str) -> DryRun:
    return await _looked(visit, target, IncidentAction.RESOLVE)


async def _look_at_take(visit: Visit, target: str) -> DryRun:
    mine = say("Sự cố được ghi là ông/bà đang xem.", "The incident is noted as looked at by you.")
    return await _looked(visit, target, IncidentAction.ASSIGN, mine)


def _order(given: Given) -> IncidentOrder:
    visit = given.visit
    return IncidentOrder(
        visit.caller.principal,
        given.why,
        scope=search_scope(visit.signed.scope),
        of_province=visit.may("give_province_orders"),
    )


async def _retry(given: Given) -> Bilingual:
    done = await of_visit(given.visit).retry(given.target, _order(given))
    return say(f"Đã thử lại: {done.id}.", f"It is tried again: {done.id}.")


async def _resolve(given: Given) -> Bilingual:
    done = await of_visit(given.visit).resolve(given.target, _order(given))
    return say(f"Đã ghi nhận đã xử lý: {done.id}.", f"It is noted as dealt with: {done.id}.")


async def _take(given: Given) -> Bilingual:
    principal = given.visit.caller.principal
    who = operator_of(principal, None, given.visit.api.engine.staff)
    done = await of_visit(given.visit).assign(given.target, who, _order(given))
    return say(f"Ông/bà đang xem: {done.id}.", f"You look at it: {done.id}.")


INCIDENT_ORDERS: Orders = {
    "retry-incident": Order(
        say("Thử lại một sự cố", "Try an incident again"), say("Thử lại", "Try again"), BACK, _look_at_retry, _retry,
        say("Không hoàn tác được; bị từ chối nữa thì thử lại lần nữa.", "No; if it is refused again, try once more."),
    ),
    "take-incident": Order(
        say("Nhận xem một sự cố", "Take an incident over"), say("Nhận xem", "Take it over"), BACK, _look_at_take, _take,
        say("Người khác nhận xem thì thay thế.", "Whoever takes it over next replaces you."),
    ),
    "resolve-incident": Order(
        say("Ghi nhận sự cố đã xử lý", "Note an incident as dealt with"), say("Ghi nhận đã xử lý", "It is dealt with"),
        BACK, _look_at_resolve, _resolve, say("Không hoàn tác được.", "It cannot be taken back."),
    ),
}  # fmt: skip
