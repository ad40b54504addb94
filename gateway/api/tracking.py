"""Public tracking: an applicant follows a dossier with its code and the secret on the receipt, without a sign-in.

It shows what a citizen may see and nothing else: no person, no note, no step of the inside. A wrong code and a wrong
secret get the same answer.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from activities.ledger.reading import dossier_in
from domain.dossier.context import Rules
from domain.dossier.state import Dossier, State
from domain.errors import NotFound
from domain.values import DOSSIER_CODE, Bilingual, Instant, Strict, Value
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import counted_by_address
from gateway.api.documented import operation
from gateway.api.messages import TrackingRefusal
from gateway.api.parts import Parts
from gateway.views.dossier_page import papers
from gateway.views.names import Names

router = APIRouter(route_class=StrictRoute, tags=["Tra cứu công khai (public tracking)"])


class TrackingBody(Strict):
    """The code of a dossier and the secret, as they are printed on the receipt."""

    dossier: Annotated[str, Field(max_length=64, description="Mã hồ sơ (code of the dossier).")]
    secret: Annotated[
        str, Field(max_length=64, repr=False, description="Mã tra cứu trên giấy tiếp nhận (secret on the receipt).")
    ]


class TrackingAnswer(Value):
    """What an applicant may see of a dossier."""

    dossier: str
    procedure: str
    state: State
    state_words: Bilingual
    received_by: str = Field(description="Nơi tiếp nhận (the unit that received it).")
    handled_by: str | None = Field(description="Cơ quan đang giải quyết (the unit that has it).")
    submitted_at: Instant
    received_at: Instant | None
    promised_at: Instant | None = Field(description="Ngày hẹn trả hiện nay (the date that is promised now).")
    printed_at: Instant | None = Field(description="Ngày hẹn in trên giấy tiếp nhận (the date on the receipt).")
    ended_at: Instant | None
    asked_documents: tuple[str, ...] = Field(description="Giấy tờ cần bổ sung (papers that are asked for).")
    to_pay: int = Field(description="Số tiền còn phải nộp, đồng (what is still to pay, in dong).")
    result_ready: bool


@router.post(
    "/tracking",
    dependencies=[Depends(counted_by_address)],
    response_model=TrackingAnswer,
    **operation(
        "track_dossier",
        "Tra cứu hồ sơ bằng mã trên giấy tiếp nhận",
        "follow a dossier with the secret on its receipt",
        body=True,
    ),
)
async def track_dossier(body: strict(TrackingBody), parts: Parts) -> object:  # type: ignore[valid-type]
    """Answers with what the applicant may see."""
    code = body.dossier.strip()
    if not DOSSIER_CODE.fullmatch(code):
        raise NotFound(TrackingRefusal.UNKNOWN)
    if not parts.keys.is_receipt_secret(code, body.secret):
        # Only wrong secrets are counted: else a stranger could keep an applicant out, since codes can be guessed.
        await parts.rates.take(parts.policy.guesses, "tracking", code)
        raise NotFound(TrackingRefusal.UNKNOWN)
    row = await parts.engine.reader.dossier(code)
    if row is None:
        raise NotFound(TrackingRefusal.UNKNOWN)
    dossier = dossier_in(row)
    rules = await parts.engine.rules_of(dossier)
    return _answer(dossier, rules, Names.of_rules(rules, parts.now().date()))


def _answer(dossier: Dossier, rules: Rules, names: Names) -> TrackingAnswer:
    asked = (paper.name for paper in papers(dossier, rules) if paper.asked_at is not None)
    handled_by = dossier.routing.responsible or dossier.routing.competent or dossier.routing.queue
    deadlines = dossier.deadlines
    return TrackingAnswer(
        dossier=dossier.code,
        procedure=rules.procedure.name,
        state=dossier.state,
        state_words=dossier.state.words,
        received_by=names.unit(dossier.routing.received_by),
        handled_by=names.unit(handled_by) if handled_by else None,
        submitted_at=dossier.intake.submitted_at,
        received_at=dossier.intake.accepted_at,
        promised_at=deadlines.promised_due or deadlines.statutory_due,
        printed_at=deadlines.printed_promise,
        ended_at=dossier.ended_at,
        asked_documents=tuple(asked),
        to_pay=max(0, dossier.unpaid),
        result_ready=dossier.state is State.RESOLVED,
    )
