"""Lists the escalations that somebody must still answer or explain, and the dossiers that were taken over."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from activities.ledger.open_escalations import EscalationPlace, EscalationState, OpenEscalation, OpenEscalations
from domain.values import Bilingual, Code, Instant, Value
from gateway.access.scopes import search_scope
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.named_codes import NamedCode, named_unit, unit_or_none
from gateway.api.pages import Cursor, Limit, Listing
from gateway.api.parts import Parts
from gateway.views.names import Names

router = APIRouter(route_class=StrictRoute, tags=["Việc cần làm (work-lists)"])


class OpenEscalationAnswer(Value):
    """One escalation that is open, or one dossier that was taken over."""

    dossier: Code
    procedure: NamedCode
    number: int | None = Field(
        description="Số của lần leo thang trong hồ sơ; null: hồ sơ cấp trên đã nhận (null: it was taken over)."
    )
    rung: Code | None = Field(description="Bậc; null: giao trả hoặc đã nhận (the rung; null: handed back, taken over).")
    state: EscalationState
    state_words: Bilingual
    unit: NamedCode = Field(description="Đơn vị phải xác nhận hay hoàn thành (the unit that must answer or finish).")
    explains: NamedCode | None = Field(description="Đơn vị phải giải trình (the unit that must explain).")
    since: Instant
    answer_by: Instant | None = Field(description="Phải xác nhận trước lúc này (to be acknowledged by then).")
    explain_by: Instant | None = Field(description="Phải giải trình trước lúc này (to be explained by then).")
    at_top: bool = Field(description="true: không còn cấp trên để báo (there is no level above).")
    handed_back_by: NamedCode | None = Field(description="Cấp đã giao trả (the level that handed it back).")

    @classmethod
    def of(cls, one: OpenEscalation, names: Names) -> OpenEscalationAnswer:
        """The row with its words."""
        return cls(
            **one.model_dump(include={"dossier", "rung", "since", "answer_by", "explain_by", "at_top"}),
            number=one.number or None,
            procedure=NamedCode(code=one.procedure, name=names.procedure(one.procedure)),
            state=one.state,
            state_words=one.state.words,
            unit=named_unit(one.unit, names),
            explains=unit_or_none(one.explains, names),
            handed_back_by=unit_or_none(one.handed_back_by, names),
        )


class OpenEscalationPage(Value):
    """A page of open escalations: what must be answered first, then what must be explained."""

    items: tuple[OpenEscalationAnswer, ...]
    next: str | None
    previous: str | None


@router.get(
    "/escalations",
    response_model=OpenEscalationPage,
    **operation("list_escalations", "Leo thang chưa trả lời", "escalations that somebody must answer or explain"),
)
async def list_escalations(
    parts: Parts,
    signed: Signed,
    unit: Annotated[Code | None, Query(description="Chỉ của đơn vị này (of this unit only).")] = None,
    state: Annotated[EscalationState | None, Query(description="Chỉ loại này (of this kind only).")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Answers with the open escalations of the dossiers that the caller may see."""
    listing = Listing(parts.keys, ("list_escalations", unit, state))
    place = listing.place(cursor)
    rows = await OpenEscalations(parts.pool).page(
        search_scope(signed.scope),
        limit + 1,
        unit=unit,
        state=state,
        place=None if place is None else EscalationPlace.of(place.key, back=place.back),
    )
    page = listing.page(rows, place, limit, lambda one: one.key)
    names = Names.of_province(parts.engine.province, signed.caller.at.date())
    items = tuple(OpenEscalationAnswer.of(one, names) for one in page.items)
    return OpenEscalationPage(items=items, next=page.next, previous=page.previous)
