"""Public tracking: an applicant follows a dossier with its code and the secret on the receipt, without a sign-in.

It shows what a citizen may see and nothing else: no person, no note, no step of the inside. A wrong code and a wrong
secret get the same answer.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from activities.ledger.reading import dossier_in
from domain.dossier.group_commands import ChildStatus
from domain.dossier.state import State
from domain.values import Bilingual, Instant, Strict, Value
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import counted_by_address
from gateway.api.documented import operation
from gateway.api.parts import Parts
from gateway.dossiers.parts import handled_by
from gateway.views.names import Names
from gateway.views.parts_of_whole import Part
from gateway.views.tracked.dossier import Tracked, tracked

router = APIRouter(route_class=StrictRoute, tags=["Tra cứu công khai (public tracking)"])


class TrackingBody(Strict):
    """The code of a dossier and the secret, as they are printed on the receipt."""

    dossier: Annotated[str, Field(max_length=64, description="Mã hồ sơ (code of the dossier).")]
    secret: Annotated[
        str, Field(max_length=64, repr=False, description="Mã tra cứu trên giấy tiếp nhận (secret on the receipt).")
    ]


class PartAnswer(Value):
    """One part of an interconnected dossier, as its applicant may see it."""

    name: str
    authority: str | None = Field(description="Cơ quan giải quyết phần này (the authority of this part).")
    status: ChildStatus
    status_words: Bilingual
    due: Instant | None = Field(description="Ngày của riêng phần này (the date of this part alone).")
    late: bool
    on_path: bool = Field(description="true: ngày hẹn chung tính theo phần này (the promised date comes from it).")
    told: tuple[Bilingual, ...] = Field(
        description="Điều người nộp cần biết: chờ gì, vì sao dừng, phần khác ra sao (what follows, in plain words)."
    )

    @classmethod
    def of(cls, part: Part) -> PartAnswer:
        """Without the code of its dossier: the applicant has one code."""
        return cls(
            name=part.name,
            authority=part.authority,
            status=part.status,
            status_words=part.status.words,
            due=part.due,
            late=part.late,
            on_path=part.critical,
            told=part.told,
        )


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
    reasons: tuple[Bilingual, ...] = Field(description="Vì sao có ngày hẹn đó (why the date is what it is).")
    parts: tuple[PartAnswer, ...] = Field(
        description="Các phần của hồ sơ liên thông; rỗng với hồ sơ khác (the parts of an interconnected dossier)."
    )


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
    row = await parts.receipts.opened(body.dossier, body.secret)
    dossier = dossier_in(row)
    rules, now = await parts.engine.rules_of(dossier), parts.now()
    units = await handled_by(parts.engine.reader, dossier)
    return _answer(tracked(dossier, rules, Names.of_rules(rules, now.date()), now, units))


def _answer(seen: Tracked) -> TrackingAnswer:
    return TrackingAnswer(
        dossier=seen.dossier,
        procedure=seen.procedure,
        state=seen.state,
        state_words=seen.state.words,
        received_by=seen.received_by,
        handled_by=seen.handled_by,
        submitted_at=seen.submitted_at,
        received_at=seen.received_at,
        promised_at=seen.date.due,
        printed_at=seen.date.printed,
        ended_at=seen.ended_at,
        asked_documents=seen.asked_documents,
        to_pay=seen.to_pay.amount if seen.to_pay else 0,
        result_ready=seen.result_ready,
        reasons=seen.date.reasons,
        parts=tuple(PartAnswer.of(part) for part in seen.parts),
    )
