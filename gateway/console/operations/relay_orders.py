"""The order that lets a relay begin again: it hands every event on once more."""

from __future__ import annotations

from activities.relays.begin_again import RelayBeginnings
from domain.outside_systems import RELAY_NAMES
from domain.text.sentences import many, with_dots
from domain.values import Bilingual
from gateway.client.admitting.operators import operator_of
from gateway.console.operations.orders import DryRun, Given, Order, Orders
from gateway.console.visits import Visit
from gateway.i18n.relay_wording import CURSOR_GONE, REPEATED
from gateway.i18n.wording import say


async def _look(visit: Visit, relay: str) -> DryRun:
    found = await RelayBeginnings(visit.api.pool).look(relay)
    name = RELAY_NAMES[found.relay]
    lines = [
        say(
            f"Kênh {name.vi} sẽ chuyển lại từ đầu: {with_dots(found.events)} sự kiện.",
            f"The relay {name.en} would hand everything on again: {many(found.events, 'event')}.",
        ),
        REPEATED[found.relay],
    ]
    if found.stood is None:
        lines.append(CURSOR_GONE)
    return DryRun(lines=tuple(lines), moves=True)


async def _begin_again(given: Given) -> Bilingual:
    who = operator_of(given.visit.caller.principal, None, given.visit.api.engine.staff)
    done = await RelayBeginnings(given.visit.api.pool).begin_again(given.target, who, given.why)
    name = RELAY_NAMES[done.relay]
    return say(
        f"Kênh {name.vi} chuyển lại từ đầu: {with_dots(done.events)} sự kiện.",
        f"The relay {name.en} begins again: {many(done.events, 'event')}.",
    )


RELAY_ORDERS: Orders = {
    "begin-relay-again": Order(
        say("Cho kênh chuyển lại từ đầu", "Let a relay begin again"),
        say("Chuyển lại từ đầu", "Begin again"),
        "/console/operations/relays",
        _look,
        _begin_again,
        say(
            "Không hoàn tác được: kênh chuyển lại hết rồi mới đi tiếp.",
            "It cannot be taken back: the relay hands all of it on again before it goes on.",
        ),
        dangerous=True,
        needs="give_province_orders",
    ),
}
