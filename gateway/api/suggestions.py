"""Whom a step could be given to: the officers of the unit, the best first, with load, absence and the reasons."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from domain.organisation.suggestions import Standing, Suggestion
from domain.values import Bilingual, Code, Instant, Value
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.dossiers.reading import DossierCode
from gateway.api.parts import Parts
from gateway.dossiers.reaching import reached
from gateway.dossiers.suggesting import suggestions_for

router = APIRouter(route_class=StrictRoute, tags=["Việc cần làm (work-lists)"])


class SuggestionAnswer(Value):
    """An officer to whom the current step could be given."""

    person: Code
    chosen: bool = Field(description="Máy sẽ giao cho người này (the engine would give it to this person).")
    may_get_it: bool = Field(description="Giao được lúc này (false: away, or of several units).")
    items: int = Field(description="Số việc đang giữ (open items).")
    hours: int = Field(description="Giờ làm việc còn phải làm (working hours that they still need).")
    done_by: Instant | None = Field(description="Xong lúc nào nếu giao bây giờ (when it would be done).")
    reasons: tuple[Bilingual, ...] = Field(description="Vì sao (why).")

    @classmethod
    def of(cls, one: Suggestion) -> SuggestionAnswer:
        """The suggestion."""
        same = {name: getattr(one, name) for name in ("person", "chosen", "items", "hours", "done_by")}
        reasons = tuple(reason.text for reason in one.reasons)
        return cls(**same, may_get_it=one.standing is not Standing.NOT_NOW, reasons=reasons)


class SuggestionsAnswer(Value):
    """The officers, the best first. Empty: the dossier waits for no step."""

    dossier: Code
    step: Code | None
    items: tuple[SuggestionAnswer, ...]


@router.get(
    "/dossiers/{code}/suggestions",
    response_model=SuggestionsAnswer,
    **operation("list_suggestions", "Gợi ý giao việc", "whom the step could be given to"),
)
async def list_suggestions(code: DossierCode, parts: Parts, signed: Signed) -> object:
    """Answers with the officers who could get the current step. Nothing is assigned."""
    found = await reached(parts.engine, signed, code)
    ranked = await suggestions_for(parts.engine, found, signed.caller.at)
    items = tuple(SuggestionAnswer.of(one) for one in ranked)
    return SuggestionsAnswer(dossier=found.row.code, step=found.dossier.processing.step, items=items)
