"""The order on an event that a relay set aside: it is left out, and its entry leaves the list."""

from __future__ import annotations

from activities.relays.set_aside import SetAside, SetAsideList
from domain.errors import NotFound
from domain.messages.record import RecordRefusal
from domain.values import Bilingual
from gateway.access.scopes import search_scope
from gateway.client.admitting.operators import operator_of
from gateway.console.operations.orders import DryRun, Given, Order, Orders
from gateway.console.operations.wording import relay_name
from gateway.console.visits import Visit
from gateway.i18n.wording import at, cause_name, say


async def _entry(visit: Visit, target: str) -> SetAside:
    """The open entry `relay/dossier/version` within the caller's reach. Raises NotFound `nothing_set_aside`."""
    relay, _, rest = target.partition("/")
    dossier, _, version = rest.partition("/")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
    listed = await SetAsideList(visit.api.pool).open_within(search_scope(visit.signed.scope))
    for one in listed:
        if (one.relay, one.dossier, one.version) == (relay, dossier, number):
            return one
    raise NotFound(RecordRefusal.NOTHING_SET_ASIDE, relay=relay[:64], dossier=dossier[:64], version=number)


async def _look_at_entry(visit: Visit, target: str) -> DryRun:
    one = await _entry(visit, target)
    relay, cause = relay_name(one.relay), cause_name(one.code, one.relay)
    return DryRun(
        lines=(
            say(
                f"Kênh {relay.vi}, hồ sơ {one.dossier}, phiên bản {one.version}, từ {at(one.at)}: {cause.vi}.",
                f"Relay {relay.en}, dossier {one.dossier}, version {one.version}, since {at(one.at)}: {cause.en}.",
            ),
            say(
                "Mục này ra khỏi danh sách. Sự kiện không được chuyển lại; sự kiện sau của hồ sơ báo hết.",
                "The entry leaves the list. The event is not handed on again; the next event of the dossier tells all.",
            ),
        )
    )


async def _resolve(given: Given) -> Bilingual:
    one = await _entry(given.visit, given.target)
    who = operator_of(given.visit.caller.principal, None, given.visit.api.engine.staff)
    await SetAsideList(given.visit.api.pool).resolve(one.relay, one.dossier, one.version, who, given.why)
    return say(f"Đã ghi nhận: hồ sơ {one.dossier} đã xử lý.", f"Recorded: dossier {one.dossier} is dealt with.")


SET_ASIDE_ORDERS: Orders = {
    "resolve-set-aside": Order(
        say("Ghi nhận tin chưa chuyển là đã xử lý", "Close an entry of what was not handed on"),
        say("Ghi nhận đã xử lý", "It is dealt with"),
        "/console/operations/relays",
        _look_at_entry,
        _resolve,
        say("Không hoàn tác được.", "It cannot be taken back."),
    ),
}
