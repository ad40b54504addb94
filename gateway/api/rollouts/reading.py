"""Reads rollouts, for supervisors and operators. The dossiers of a rollout are shown within the caller's scope."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from activities.rollouts.register import RolloutHead, RolloutRegister
from domain.rollouts.plans import ItemState
from gateway.access.scopes import search_scope
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.pages import Cursor, Limit, Listing
from gateway.api.parts import Parts
from gateway.api.rollouts.answers import (
    ProgressAnswer,
    RolloutActAnswer,
    RolloutAnswer,
    RolloutItemAnswer,
    RolloutItemPage,
    RolloutLine,
    RolloutPage,
)

router = APIRouter(route_class=StrictRoute, tags=["Đợt triển khai (rollouts)"])

RolloutId = Annotated[
    UUID, Path(description="Mã đợt (the rollout's id).", examples=["0d4e7c0a-6d5d-5b56-9c59-0f4f6b9a7c11"])
]


@router.get(
    "/rollouts",
    response_model=RolloutPage,
    **operation(
        "list_rollouts",
        "Các đợt triển khai quy định mới vào hồ sơ đang mở",
        "the rollouts of new rules to open dossiers, the newest first",
    ),
)
async def list_rollouts(parts: Parts, _: Signed, limit: Limit = 50, cursor: Cursor = None) -> object:
    """Answers with the rollouts, the newest first."""
    heads = await RolloutRegister(parts.pool).heads()
    listing = Listing(parts.keys, ("list_rollouts",))
    page = listing.page_of(heads, cursor, limit, _newest_first)
    return RolloutPage(items=tuple(RolloutLine.of(one) for one in page.items), next=page.next, previous=page.previous)


LAST_MICROSECOND = 10**18


def _newest_first(head: RolloutHead) -> str:
    """A key that is smaller the newer the rollout is."""
    return f"{LAST_MICROSECOND - round(head.begun_at.timestamp() * 1_000_000):020d} {head.id}"


@router.get(
    "/rollouts/{id}",
    response_model=RolloutAnswer,
    **operation(
        "read_rollout",
        "Một đợt: đã đến đâu, ai đã làm gì",
        "one rollout: how far it is, and who did what with it",
    ),
)
async def read_rollout(id: RolloutId, parts: Parts, _: Signed) -> object:
    """Answers with the rollout, how many dossiers have each outcome, and the acts on it."""
    register = RolloutRegister(parts.pool)
    head = await register.head(id)
    return RolloutAnswer(
        rollout=RolloutLine.of(head),
        progress=ProgressAnswer.counted(await register.progress(id)),
        acts=tuple(RolloutActAnswer.of(one) for one in await register.acts(id)),
    )


@router.get(
    "/rollouts/{id}/items",
    response_model=RolloutItemPage,
    **operation(
        "list_rollout_items",
        "Từng hồ sơ của một đợt",
        "the dossiers of a rollout, each with its outcome",
    ),
)
async def list_rollout_items(
    id: RolloutId,
    parts: Parts,
    signed: Signed,
    state: Annotated[ItemState | None, Query(description="Chỉ kết quả này (of this outcome only).")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Answers with the dossiers of the rollout in which the caller's units take part."""
    register = RolloutRegister(parts.pool)
    await register.head(id)
    listing = Listing(parts.keys, ("list_rollout_items", id, state))
    place = listing.place(cursor)
    rows = await register.items_within(
        id, search_scope(signed.scope), state=state, place=(place.key, place.back) if place else None, limit=limit + 1
    )
    page = listing.page(rows, place, limit, lambda item: item.dossier)
    items = tuple(RolloutItemAnswer.of(item) for item in page.items)
    return RolloutItemPage(items=items, next=page.next, previous=page.previous)
