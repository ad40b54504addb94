"""The pages that operators and supervisors read: overview, causes, relays, rollouts, webhooks."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from activities.relays.set_aside import SetAsideList
from activities.rollouts.register import RolloutRegister
from activities.webhooks.orders import WebhookOrders
from activities.webhooks.progress import WebhookProgress
from domain.errors import NotFound
from domain.messages.rollouts import RolloutRefusal
from domain.repairs.causes import Cause
from domain.rollouts.plans import ItemState, operator_of
from gateway.access.scopes import search_scope
from gateway.api.operations import checks_of
from gateway.api.pages import Cursor, Listing
from gateway.api.releases import act_key, act_place
from gateway.client import EngineUnavailable
from gateway.client.repairs.behind_the_ledger import NEWEST
from gateway.client.watching.outside_systems import OutsideSystems, SystemState
from gateway.console.operations import outside_orders
from gateway.console.operations.breakers import STATES, breakers_now
from gateway.console.operations.outside_orders import OUTSIDE_ORDERS
from gateway.console.operations.overview import operations_now, relays_now, workers_now
from gateway.console.operations.release_orders import RELEASE_ORDERS, orders_on
from gateway.console.operations.wording import (
    WEBHOOK_ACTS,
    failure,
    outcome,
    outcomes_of,
    relay_name,
    rollout_act,
)
from gateway.console.visits import Visit, Visiting, opens
from gateway.i18n import repair_wording
from gateway.i18n.cause_wording import looked_at, place_of
from gateway.i18n.outside_wording import CALLS, pace_of, share_failed
from gateway.i18n.queue_wording import queue_name
from gateway.i18n.remedies import what_to_do
from gateway.i18n.wording import RELEASE_ACTS, cause_name

router = APIRouter(prefix="/operations")

ROWS = 50
MOST_WEBHOOKS = 200
EXAMPLES = 5
"""How many dossiers of each cause are shown."""
WORDS = {
    "cause_name": cause_name, "failure": failure, "rollout_act": rollout_act, "operator_of": operator_of,
    "outcome": outcome, "outcomes_of": outcomes_of, "repair_note": repair_wording.note, "queue_name": queue_name,
    "breaker_states": STATES,
    "breaker_calls": CALLS, "webhook_acts": WEBHOOK_ACTS, "relay_name": relay_name,
}  # fmt: skip
"""Words that the templates of this subject use."""


def shown(visit: Visit, template: str, **context: Any) -> Response:
    """The whole page, or for a script its part that changes: 304 while it has not."""
    known = {**WORDS, **context}
    if not visit.htmx:
        return visit.page(template, **known)
    answer = visit.fragment(template, "now", **known)
    etag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:24]}"'
    if visit.request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    answer.headers["ETag"] = etag
    return answer


@router.get("", **opens("watch_operations"))
async def overview(visit: Visiting) -> Response:
    """Everything at a glance."""
    found = await operations_now(visit.api, search_scope(visit.signed.scope))
    stopped = await RolloutRegister(visit.api.pool).stopped()
    return shown(visit, "operations/overview.html", found=found, stopped=stopped, breakers=await breakers_now(visit))


TONES = {
    SystemState.CLOSED: "good", SystemState.HALF_OPEN: "warn", SystemState.OPEN: "bad", SystemState.HELD: "bad",
    SystemState.DRAINING: "warn", SystemState.DRAINED: "bad", SystemState.FORCED: "warn", SystemState.UNKNOWN: "warn",
}  # fmt: skip
"""The colour of each state of a system."""


@router.get("/outside", **opens("watch_operations"))
async def outside(visit: Visiting) -> Response:
    """How each outside system is, which settings are in force, and what operators ordered."""
    return shown(
        visit,
        "operations/outside.html",
        found=await OutsideSystems(visit.api.pool).now(),
        tones=TONES,
        orders=OUTSIDE_ORDERS,
        orders_on=outside_orders.orders_on,
        pace_of=pace_of,
        share_failed=share_failed,
    )


@router.get("/workers", **opens("watch_operations"))
async def workers(visit: Visiting) -> Response:
    """Who works: each build with its part of the work, each process with its release and breakers, and each queue."""
    found = await workers_now(visit.api)
    builds = await visit.api.engine.releases.now() if found.temporal else None
    return shown(
        visit,
        "operations/workers.html",
        found=found,
        builds=builds,
        acts=RELEASE_ACTS,
        orders=RELEASE_ORDERS,
        orders_on=orders_on,
        breakers=await breakers_now(visit),
    )


@router.get("/releases", **opens("list_release_acts"))
async def releases(visit: Visiting, cursor: Cursor = None) -> Response:
    """Every order about builds, the newest first."""
    listing = Listing(visit.api.keys, ("console_release_acts",))
    place = listing.place(cursor)
    rows = await visit.api.engine.releases.register.acts(ROWS + 1, act_place(place))
    page = listing.page(rows, place, ROWS, act_key)
    return shown(visit, "operations/releases.html", page=page, acts=RELEASE_ACTS, orders=RELEASE_ORDERS)


@router.get("/doctor", **opens("read_doctor"))
async def doctor(visit: Visiting) -> Response:
    """The checks of the installation that this process can make."""
    results = await visit.api.doctor.results(checks_of(visit.api))
    return visit.page("operations/doctor.html", results=results)


PAGE_OF_CAUSE = {
    Cause.BEHIND_ITS_LEDGER: ("/reconciliation", "list_reconciliations"),
    Cause.BREAKER_OPEN: ("", "watch_operations"),
    Cause.RELAY_REFUSED: ("/relays", "watch_operations"),
    Cause.NO_WORKER: ("/workers", "watch_operations"),
}
"""The page on which a cause is looked at, and its operation. The others have their list under *Needs a person*."""


@router.get("/failed", **opens("list_failed"))
async def failed(visit: Visiting) -> Response:
    """What is stuck, by its cause, with what to do."""
    try:
        causes = await visit.api.engine.failed.find(search_scope(visit.signed.scope), examples=EXAMPLES)
    except EngineUnavailable:
        causes = None
    failed_ones = visit.api.engine.failed
    looked = looked_at(await failed_ones.acts_compared(), NEWEST, await failed_ones.compared())
    return visit.page(
        "operations/failed.html",
        causes=causes,
        looked=looked,
        what_to_do=what_to_do,
        place_of=place_of,
        cause_name=cause_name,
        pages=PAGE_OF_CAUSE,
    )


@router.get("/relays", **opens("watch_operations"))
async def relays(visit: Visiting) -> Response:
    """Each relay with its lag; for operators also what was set aside within their reach."""
    aside = []
    if visit.may("give_orders"):
        scope = search_scope(visit.signed_for("give_orders").scope)
        aside = await SetAsideList(visit.api.pool).open_within(scope)
    return shown(visit, "operations/relays.html", relays=await relays_now(visit.api), aside=aside)


@router.get("/rollouts", **opens("list_rollouts"))
async def rollouts(visit: Visiting) -> Response:
    """Every rollout, with its progress."""
    register = RolloutRegister(visit.api.pool)
    rows = [(one, await register.progress(one.id)) for one in (await register.heads())[:ROWS]]
    return shown(
        visit,
        "operations/rollouts.html",
        rows=rows,
        stopped=await register.stopped(),
        stuck=await _stuck_rollouts(visit),
    )


async def _stuck_rollouts(visit: Visit) -> dict[UUID, str] | None:
    """The rollouts whose workflow does not go on, with the cause; None when Temporal does not answer."""
    try:
        return await visit.api.engine.executors.stuck_rollouts()
    except EngineUnavailable:
        return None


@router.get("/rollouts/{rollout}", **opens("list_rollout_items"))
async def rollout(
    visit: Visiting, rollout: str, state: Annotated[ItemState | None, Query()] = None, cursor: Cursor = None
) -> Response:
    """One rollout: how far it is, who did what, and its dossiers within the caller's reach."""
    register, identifier = RolloutRegister(visit.api.pool), _rollout_id(rollout)
    listing = Listing(visit.api.keys, ("console_rollout", identifier, state))
    place = listing.place(cursor)
    items = await register.items_within(
        identifier,
        search_scope(visit.signed.scope),
        state=state,
        place=None if place is None else (place.key, place.back),
        limit=ROWS + 1,
    )
    return shown(
        visit,
        "operations/rollout.html",
        head=await register.head(identifier),
        progress=await register.progress(identifier),
        stopped=await register.stopped(),
        acts=await register.acts(identifier),
        page=listing.page(items, place, ROWS, lambda one: one.dossier),
        chosen=state,
    )


def _rollout_id(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise NotFound(RolloutRefusal.UNKNOWN_ROLLOUT, rollout=given[:64]) from None


@router.get("/webhooks", **opens("list_webhooks"))
async def webhooks(visit: Visiting) -> Response:
    """Every webhook, and what waits for a person. For operators: those of all owners."""
    register = visit.api.events.register
    return shown(
        visit,
        "operations/webhooks.html",
        rows=await register.of(None, limit=MOST_WEBHOOKS),
        stopped=await WebhookProgress(visit.api.pool).stopped(MOST_WEBHOOKS),
        orders=await WebhookOrders(visit.api.pool).latest(),
    )
