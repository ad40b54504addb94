"""Calculates where a matter would go, and why, without a dossier. It acts on nothing."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from pydantic import Field

from domain.organisation.routing import Matter, Reason
from domain.values import Code, Day, Strict, Value
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.named_codes import NamedCode, named_unit, unit_or_none
from gateway.api.parts import Parts
from gateway.client.requests import require_seen
from gateway.views.routing_calculation import calculated_route

router = APIRouter(route_class=StrictRoute, tags=["Máy tính hạn và tuyến (calculators)"])


class RoutingAsked(Strict):
    """A procedure, where the dossier is handed in, and what ties the matter to a place."""

    procedure: Code = Field(description="Mã thủ tục (code of the procedure).")
    received_by: Code = Field(description="Nơi tiếp nhận (the receiving unit).")
    matter: Matter = Field(description="Địa bàn: mã xã, phường, hoặc địa chỉ, cũ hay mới (territory or address).")
    on: Day | None = Field(default=None, description="Ngày xét; mặc định hôm nay (as of this day; today by default).")


class RoutingAnswer(Value):
    """Where the matter would go. Exactly one of `competent` and `queue` is there."""

    on: date
    procedure: NamedCode
    received_by: NamedCode
    competent: NamedCode | None
    queue: NamedCode | None = Field(description="Nơi điều phối, khi chưa xác định được (the coordination queue).")
    territory: NamedCode | None = Field(description="Xã, phường của ngày đó (the commune of the day).")
    crossing: bool = Field(description="Nộp ngoài địa giới (received by a unit other than the competent one).")
    receivable: bool = Field(description="false: phải nộp tại nơi giải quyết (it must be handed in there).")
    reasons: tuple[Reason, ...] = Field(description="Chuỗi lý do (the chain of reasons).")


@router.post(
    "/routing:calculate",
    response_model=RoutingAnswer,
    **operation(
        "calculate_routing",
        "Hồ sơ sẽ về đâu, vì sao",
        "where a matter would go, and why",
        body=True,
    ),
)
async def calculate_routing(
    body: strict(RoutingAsked),  # type: ignore[valid-type]
    parts: Parts,
    _: Signed,
) -> object:
    """Answers with the competent unit, or the coordination queue, and every reason. The address is not kept."""
    require_seen(body.model_dump(mode="json"))
    day = body.on or parts.now().date()
    found = calculated_route(parts.engine.province, body.procedure, body.matter, body.received_by, day)
    routing, names = found.routing, found.names
    return RoutingAnswer(
        on=day,
        procedure=NamedCode(code=body.procedure, name=names.procedure(body.procedure)),
        received_by=named_unit(body.received_by, names),
        competent=unit_or_none(routing.competent, names),
        queue=unit_or_none(routing.queue, names),
        territory=unit_or_none(routing.territory, names),
        crossing=routing.crossing,
        receivable=routing.receivable,
        reasons=routing.reasons,
    )
