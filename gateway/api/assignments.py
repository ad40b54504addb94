"""Orders that give several dossiers at once: gives them, says what became of each, and undoes them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field, model_validator

from activities.ledger.assignment_orders import AssignmentOrder
from activities.ledger.kept_answers import Answer
from domain.inconsistency import Inconsistent
from domain.messages.assignment import AssignmentRefusal
from domain.values import Code, Instant, Name, Strict, Value
from gateway.api.bodies import StrictRoute, strict
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.language import language_of
from gateway.api.parts import Parts
from gateway.api.problems import Problem, problem_of, response_of
from gateway.api.repeats import Acting, ActingRequest, answer_kept
from gateway.dossiers.assigning import MOST, Assigned, Assigning, AssignmentOutcome, Wanted
from gateway.dossiers.bodies import ByCaller

router = APIRouter(route_class=StrictRoute, tags=["Việc cần làm (work-lists)"])
AssignmentId = Annotated[
    UUID,
    Path(
        alias="assignment",
        description="Mã lần giao việc (the id of the order).",
        examples=["5f6f2a0e-0f4b-5b6c-9f0e-2f3a4f5b6c7d"],
    ),
]


class ToAssignBody(Strict):
    """A dossier that is to be given."""

    dossier: Code
    version: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Phiên bản đã xem; đã khác thì hồ sơ này bị từ chối (the version that was seen)."
    )


class ToOfficer(Strict):
    """All of them to one officer."""

    kind: Literal["officer"] = "officer"
    person: Code = Field(description="Mã người nhận (the officer's code).")


class BySuggestion(Strict):
    """Each to the first who is suggested for it."""

    kind: Literal["suggestion"] = "suggestion"


class AssignmentBody(ByCaller):
    """Several dossiers, and to whom they are given."""

    dossiers: Annotated[tuple[ToAssignBody, ...], Field(min_length=1, max_length=MOST)] = Field(
        description=f"Tối đa {MOST} hồ sơ, mỗi hồ sơ một lần (each once)."
    )
    to: Annotated[ToOfficer | BySuggestion, Field(discriminator="kind")] = Field(
        description="Cho một người, hay theo gợi ý (to one officer, or by suggestion)."
    )

    @model_validator(mode="after")
    def _each_once(self) -> AssignmentBody:
        codes = [one.dossier for one in self.dossiers]
        twice = next((one for one in codes if codes.count(one) > 1), None)
        if twice is not None:
            raise Inconsistent(AssignmentRefusal.DOSSIER_TWICE, dossier=twice)
        return self

    def wanted(self) -> Wanted:
        """What is ordered."""
        return Wanted(
            dossiers=tuple(one.dossier for one in self.dossiers),
            person=self.to.person if isinstance(self.to, ToOfficer) else None,
            versions={one.dossier: one.version for one in self.dossiers},
            note=self.note,
            acting_as=self.acting_as,
        )


class UndoAssignmentBody(Strict):
    """Why the dossiers are taken back."""

    reason: Name = Field(
        description="Lý do; lưu vĩnh viễn, không ghi dữ liệu cá nhân (why; kept for good, no personal data)."
    )


class AssignedAnswer(Value):
    """What became of one dossier."""

    dossier: Code
    href: str
    outcome: AssignmentOutcome = Field(description="Kết quả (what became of it).")
    person: Code | None = Field(
        description="Người nhận; undone: người có lại, null là không ai (who got it; undone: who has it again)."
    )
    version: int | None = Field(description="Phiên bản sau việc này (the version after the act).")
    repeated: bool = Field(description="Đã làm trước đó (it had been done before).")
    problem: Problem | None = Field(description="Vì sao chưa được (why not).")

    @classmethod
    def of(cls, one: Assigned, request: Request) -> AssignedAnswer:
        """The result, with its problem in the caller's language."""
        language = language_of(request.headers.get("accept-language"))
        return cls(
            dossier=one.code, href=f"/v1/dossiers/{one.code}", outcome=one.outcome, person=one.person,
            version=one.receipt.version if one.receipt else None,
            repeated=one.receipt is not None and one.receipt.repeated,
            problem=problem_of(one.refused, request.url.path, language) if one.refused else None,
        )  # fmt: skip


class AssignmentAnswer(Value):
    """An order, and what became of each of its dossiers, in the order in which they were named."""

    id: UUID = Field(description="Mã lần giao việc (the id of the order).")
    href: str
    person: Code | None = Field(description="Người nhận; null: theo gợi ý (to whom; null: by suggestion).")
    at: Instant
    finished: bool = Field(
        description="false: còn hồ sơ chưa làm tới; gửi lại với cùng khóa để làm tiếp (some were not reached; send it "
        "again with the same key)."
    )
    items: tuple[AssignedAnswer, ...]

    @classmethod
    def of(cls, order: AssignmentOrder, items: list[Assigned], request: Request) -> AssignmentAnswer:
        """The order with the result of each dossier."""
        return cls(
            id=order.id, href=f"/v1/assignments/{order.id}", person=order.person, at=order.at,
            finished=all(one.reached for one in items), items=tuple(AssignedAnswer.of(one, request) for one in items),
        )  # fmt: skip


class Unfinished(Exception):
    """The answer to a request that did not reach every dossier. It is given, and not kept for the key."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


@router.post(
    "/assignments",
    response_model=AssignmentAnswer,
    **operation("assign_dossiers", "Giao nhiều hồ sơ", "assign several dossiers", acts=True, body=True),
)
async def assign_dossiers(body: strict(AssignmentBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Answers with what became of each dossier. One that is refused does not stop the others."""

    async def carry_out(key: str) -> Answer:
        order, items = await Assigning(acting.parts.engine, acting.signed).give(body.wanted(), key)
        return _kept(AssignmentAnswer.of(order, items, acting.request))

    return await _once(acting, carry_out)


@router.get(
    "/assignments/{assignment}",
    response_model=AssignmentAnswer,
    **operation("read_assignment", "Kết quả giao nhiều hồ sơ", "what became of an order"),
)
async def read_assignment(assignment: AssignmentId, parts: Parts, signed: Signed, request: Request) -> object:
    """Answers with what the ledger has of each dossier of an order of the caller."""
    order, items = await Assigning(parts.engine, signed).read(assignment)
    return AssignmentAnswer.of(order, items, request)


@router.post(
    "/assignments/{assignment}:undo",
    response_model=AssignmentAnswer,
    **operation("undo_assignment", "Rút lại lần giao", "undo an order", acts=True, body=True),
)
async def undo_assignment(assignment: AssignmentId, body: strict(UndoAssignmentBody), acting: Acting) -> Response:  # type: ignore[valid-type]
    """Each dossier goes back to whom it had before, unless it has moved on."""

    async def carry_out(_: str) -> Answer:
        order, items = await Assigning(acting.parts.engine, acting.signed).undo(assignment, body.reason)
        return _kept(AssignmentAnswer.of(order, items, acting.request))

    return await _once(acting, carry_out)


def _kept(answer: AssignmentAnswer) -> Answer:
    """The answer, as it is kept for the key of the request. Raises Unfinished with one that is not."""
    kept = answer_kept(200, answer)
    if not answer.finished:
        raise Unfinished(kept)
    return kept


async def _once(acting: ActingRequest, carry_out: Callable[[str], Awaitable[Answer]]) -> Response:
    try:
        return await acting.once(carry_out)
    except Unfinished as unfinished:
        return response_of(unfinished.answer)
