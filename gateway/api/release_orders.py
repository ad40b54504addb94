"""Gives a build of the worker its part of the work, and takes it back: orders of operators of the whole province.

A build stands in the body, because its name holds `+`. Each order answers with the builds as they are afterwards.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field

from activities.ledger.kept_answers import Answer
from domain.values import Name, Strict
from gateway.access.principals import Principal
from gateway.api.bodies import StrictRoute, strict
from gateway.api.documented import operation
from gateway.api.releases import BUILD, ReleasesAnswer
from gateway.api.repeats import Acting, ActingRequest, answer_kept
from gateway.client.releases.orders import ReleaseOrders

WHY = "Lý do; lưu vĩnh viễn, không ghi dữ liệu cá nhân (why; kept for good, without personal data)."
WITHOUT_REPLAY = (
    "Vì sao giao việc dù chưa phát lại; lưu cùng lý do (why it gets work unreplayed; kept with the reason)."
)

router = APIRouter(route_class=StrictRoute, tags=["Vận hành (operations)"])


class RollbackBody(Strict):
    """Why the work goes back to the build before."""

    reason: Name = Field(description=WHY)


class BuildToRetire(Strict):
    """A build that never gets work again, and why."""

    build: Name = Field(description=BUILD)
    reason: Name = Field(description=WHY)


class BuildToPromote(BuildToRetire):
    """A build that gets all work, and why."""

    without_replay: Name | None = Field(default=None, description=WITHOUT_REPLAY)


class BuildToRamp(BuildToPromote):
    """A build that gets a part of the work, and why."""

    percent: int = Field(ge=1, le=100, description="Phần trăm hồ sơ giao cho bản này (its per cent of the dossiers).")


def _order(id_: str, vi: str, en: str) -> dict[str, Any]:
    told = operation(id_, vi, en, acts=True, body=True, example="list_releases")
    return {"response_model": ReleasesAnswer, **told}


@router.post(
    "/operations/releases:ramp",
    **_order("ramp_release", "Giao một phần việc cho một bản", "give a build a part of the work"),
)
async def ramp_release(body: strict(BuildToRamp), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers with the builds. Nobody looks for stuck dossiers afterwards: whoever orders the next step does."""
    unreplayed = body.without_replay or ""

    async def act(orders: ReleaseOrders, by: Principal) -> None:
        await orders.ramp(by, body.build, body.percent, who=None, why=body.reason, without_replay=unreplayed)

    return await _once(acting, act)


@router.post(
    "/operations/releases:promote", **_order("promote_release", "Giao mọi việc cho một bản", "give a build all work")
)
async def promote_release(body: strict(BuildToPromote), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers with the builds."""
    unreplayed = body.without_replay or ""

    async def act(orders: ReleaseOrders, by: Principal) -> None:
        await orders.promote(by, body.build, who=None, why=body.reason, without_replay=unreplayed)

    return await _once(acting, act)


@router.post(
    "/operations/releases:rollback",
    **_order("roll_back_release", "Trả việc về bản trước", "give the work back to the build before"),
)
async def roll_back_release(body: strict(RollbackBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers with the builds."""

    async def act(orders: ReleaseOrders, by: Principal) -> None:
        await orders.roll_back(by, who=None, why=body.reason)

    return await _once(acting, act)


@router.post("/operations/releases:retire", **_order("retire_release", "Cho một bản nghỉ", "retire a build"))
async def retire_release(body: strict(BuildToRetire), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers with the builds; the workers of this one may be stopped."""

    async def act(orders: ReleaseOrders, by: Principal) -> None:
        await orders.retire(by, body.build, who=None, why=body.reason)

    return await _once(acting, act)


async def _once(acting: ActingRequest, act: Callable[[ReleaseOrders, Principal], Awaitable[None]]) -> Response:
    """Carries the order out once for its key."""
    orders, principal = acting.parts.engine.releases, acting.signed.caller.principal

    async def carry_out(_key: str) -> Answer:
        await act(orders, principal)
        return answer_kept(200, ReleasesAnswer.of(await orders.now()))

    return await acting.once(carry_out)
