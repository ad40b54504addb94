"""Applications that were filed in the national interconnection software: orders that they be taken in, and how each
order stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field

from activities.ledger.kept_answers import Answer
from activities.ledger.taken_in import IntakeState, TakenIn
from domain.errors import NotFound
from domain.messages.interconnection import InterconnectionRefusal
from domain.values import Bilingual, Code, Instant, Value
from gateway.access.sign_in import SignedIn
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.parts import Parts
from gateway.api.repeats import Acting, answer_kept
from gateway.client.taking_in import entry_of, order_intake
from gateway.dossiers.bodies import ActingAs
from gateway.dossiers.capacity import actor_for_request
from gateway.dossiers.taking_in import ApplicationToTakeIn

router = APIRouter(route_class=StrictRoute, tags=["Hồ sơ (dossiers)"])
WHERE = "/interconnected-applications"
Application = Annotated[
    str,
    Path(
        alias="application",
        max_length=64,
        description="Mã hồ sơ ở phần mềm liên thông (the application's identifier in the national software).",
        examples=["LT-2026-000123"],
    ),
]


class TakenInAnswer(Value):
    """An application that somebody ordered to be taken in, and what became of it."""

    application: Code = Field(description="Mã hồ sơ ở phần mềm liên thông (its identifier there).")
    state: IntakeState
    received_by: Code = Field(description="Nơi tiếp nhận (the receiving unit).")
    asked_at: Instant = Field(description="Yêu cầu lúc (when it was ordered).")
    tried_at: Instant | None = Field(description="Lần thử gần nhất (the last try).")
    tries: int = Field(description="Số lần đã thử (how often it was tried).")
    dossier: Code | None = Field(description="Hồ sơ liên thông đã mở (the dossier of the whole).")
    code: str | None = Field(description="Mã lý do chưa lấy được (why it is not taken in yet, or cannot be).")
    why: Bilingual | None = Field(description="Lý do ấy, cho người đọc (the same for people).")
    href: str

    @classmethod
    def of(cls, one: TakenIn) -> TakenInAnswer:
        """The entry. Who ordered it is not shown."""
        shown = one.model_dump(include={"application", "state", "received_by", "asked_at", "tried_at", "tries"})
        href = f"/v1{WHERE}/{one.application}"
        return cls(**shown, dossier=one.dossier, code=one.code, why=one.sentence, href=href)


@router.post(
    WHERE,
    response_model=TakenInAnswer,
    **operation(
        "take_in_application",
        "Lấy hồ sơ từ phần mềm liên thông",
        "take an application of the national software in",
        acts=True,
        body=True,
        status=202,
    ),
)
async def take_in_application(body: strict(ApplicationToTakeIn), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers 202: the order is written down, and a worker carries it out."""

    async def carry_out(_: str) -> Answer:
        signed, engine = acting.signed, acting.parts.engine
        actor = actor_for_request(signed, body.acting_as or ActingAs(), (body.received_by,))
        found = await order_intake(engine, signed.caller.principal, actor, body.application, body.received_by)
        answer = TakenInAnswer.of(found)
        return answer_kept(202, answer, Location=answer.href)

    return await acting.once(carry_out)


@router.get(
    WHERE + "/{application}",
    response_model=TakenInAnswer,
    **operation("read_application", "Một hồ sơ lấy từ phần mềm liên thông", "an application that was ordered"),
)
async def read_application(application: Application, parts: Parts, signed: Signed) -> object:
    """Answers with the order of an application that a unit of the caller receives."""
    found = await entry_of(parts.engine, application)
    if found is None or not _reached(found, signed):
        raise NotFound(InterconnectionRefusal.NOT_ORDERED, application=application)
    return TakenInAnswer.of(found)


def _reached(entry: TakenIn, signed: SignedIn) -> bool:
    return signed.scope.units is None or entry.received_by in signed.scope.units
