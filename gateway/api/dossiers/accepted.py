"""Acts whose caller does not wait for the record: the answer 202, and the place to look for the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request
from pydantic import Field

from activities.ledger.kept_answers import Answer
from activities.ledger.reading import dossier_in
from domain.errors import DomainError, NotFound
from domain.values import Code, Value
from gateway.access.sign_in import SignedIn
from gateway.api.bodies import JSON, StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import example_content, operation
from gateway.api.language import language_of
from gateway.api.messages import ActRefusal
from gateway.api.parts import Api, Parts
from gateway.api.problems import Problem, problem_of
from gateway.client import ActUnderWay
from gateway.dossiers.brought_over import as_told_to
from gateway.dossiers.receipts import ReceiptAnswer

router = APIRouter(route_class=StrictRoute, tags=["Lệnh trên hồ sơ (commands)"])


class ActStatus(StrEnum):
    """How far an act has come."""

    PENDING = "pending"
    RECORDED = "recorded"
    REFUSED = "refused"


class ActAnswer(Value):
    """An act that was accepted, and its outcome as soon as there is one."""

    command_id: UUID
    dossier: Code | None
    status: ActStatus
    receipt: ReceiptAnswer | None = None
    problem: Problem | None = Field(default=None, description="Vì sao bị từ chối (why it was refused).")


class Accepted(Value):
    """The kept answer to an act that was accepted: what is needed to ask for its outcome."""

    command_id: UUID
    dossier: Code
    status: ActStatus = ActStatus.PENDING
    update: str = Field(description="Mã của việc trong Temporal (the id of the act in Temporal).")


ACCEPTED: Mapping[int | str, Any] = {
    202: {
        "description": "Đã nhận, chưa ghi sổ; xem kết quả ở Location (accepted; Location says where to look)",
        "model": Accepted,
        **example_content("accepted"),
    }
}


def accepted_answer(under_way: ActUnderWay, command_id: UUID) -> Answer:
    """The answer 202 to an act that is under way."""
    body = Accepted(command_id=command_id, dossier=under_way.dossier, update=under_way.update)
    headers = {"Content-Type": JSON, "Location": f"/v1/acts/{command_id}", "Preference-Applied": "respond-async"}
    return Answer(status=202, headers=headers, body=body.model_dump_json())


@router.get(
    "/acts/{command_id}",
    response_model=ActAnswer,
    **operation(
        "read_act",
        "Kết quả của một việc đã gửi",
        "the outcome of an act that the caller sent",
    ),
)
async def read_act(
    command_id: Annotated[UUID, Path(description="Mã của việc, trong Location của câu trả lời 202 (from Location).")],
    request: Request,
    parts: Parts,
    signed: Signed,
) -> object:
    """Answers with the outcome. Only the caller who sent the act may look; for an applicant, only at what it sent for
    this applicant."""
    kept = await parts.answers.of_command(signed.caller.name, command_id, signed.caller.for_applicant)
    if kept is None:
        raise NotFound(ActRefusal.UNKNOWN)
    receipt = await parts.engine.receipt(command_id)
    if receipt is not None:
        await _require_for_applicant(parts, signed, receipt.dossier)
        return ActAnswer(
            command_id=command_id,
            dossier=receipt.dossier,
            status=ActStatus.RECORDED,
            receipt=ReceiptAnswer.of(receipt.model_copy(update={"repeated": False})),
        )
    if kept.answer is None:
        return ActAnswer(command_id=command_id, dossier=None, status=ActStatus.PENDING)
    if kept.answer.status < 300 and kept.answer.status != 202:  # a change of a webhook: it acts on no dossier
        raise NotFound(ActRefusal.UNKNOWN)
    if kept.answer.status != 202:
        problem = Problem.model_validate_json(kept.answer.body)
        return ActAnswer(command_id=command_id, dossier=None, status=ActStatus.REFUSED, problem=problem)
    return await _under_way(Accepted.model_validate_json(kept.answer.body), request, parts, signed)


async def _require_for_applicant(parts: Api, signed: SignedIn, dossier: str) -> None:
    """A service that asks for an applicant sees only the acts on that applicant's dossiers; others look unknown."""
    if signed.caller.for_applicant is None:
        return
    if not signed.scope.covers(dossier_in(await parts.engine.dossier(dossier))):
        raise NotFound(ActRefusal.UNKNOWN)


async def _under_way(accepted: Accepted, request: Request, parts: Api, signed: SignedIn) -> ActAnswer:
    """The state of an accepted act, as Temporal knows it."""
    known = {"command_id": accepted.command_id, "dossier": accepted.dossier}
    try:
        pending = await parts.engine.is_under_way(accepted.dossier, accepted.update)
    except DomainError as refused:
        language = language_of(request.headers.get("accept-language"))
        told = await as_told_to(parts.engine, signed, refused)
        problem = problem_of(told, request.url.path, language)
        return ActAnswer(**known, status=ActStatus.REFUSED, problem=problem)
    receipt = None if pending else await parts.engine.receipt(accepted.command_id)
    if receipt is None:
        return ActAnswer(**known, status=ActStatus.PENDING)
    return ActAnswer(**known, status=ActStatus.RECORDED, receipt=ReceiptAnswer.of(receipt))
