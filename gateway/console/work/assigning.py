"""The pages on which a head gives several dossiers at once, sees what became of each, and takes them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import TypeAdapter, ValidationError

from activities.ledger.assignment_orders import AssignmentOrder
from domain.errors import DomainError
from domain.values import Bilingual, Code, Name
from gateway.api.problems import Problem
from gateway.api.work_asked import WhichWork
from gateway.console.visits import Visit, Visiting, opens
from gateway.console.work.routes import shown
from gateway.dossiers.assigning import MOST, Assigned, Assigning, AssignmentOutcome, Wanted
from gateway.dossiers.forms.fields import Typed, first_of, number_in
from gateway.i18n.wording import say

router = APIRouter()
OrderId = Annotated[UUID, Path(alias="order")]
CODES: TypeAdapter[tuple[Code, ...]] = TypeAdapter(tuple[Code, ...])
PERSON: TypeAdapter[Code] = TypeAdapter(Code)
REASON: TypeAdapter[Name] = TypeAdapter(Name)
CHOOSE_A_PERSON = say("Hãy chọn người nhận trong danh sách.", "Choose an officer of the list.")
CHOOSE_DOSSIERS = say(f"Hãy chọn từ 1 đến {MOST} hồ sơ trong danh sách.", f"Choose 1 to {MOST} dossiers of the list.")
WRITE_WHY = say("Hãy ghi lý do rút lại, tối đa 500 ký tự.", "Say why they are taken back, in at most 500 characters.")


@dataclass(frozen=True)
class Shown:
    """What became of one dossier, with the refusal in the language of the screen."""

    one: Assigned
    problem: Problem | None

    @property
    def given_now(self) -> bool:
        """Whether this very request gave it or took it back."""
        return self.one.receipt is not None and not self.one.receipt.repeated


@router.post("/work/assign", **opens("assign_dossiers"))
async def assign_several(visit: Visiting) -> Response:
    """Assigns the selected dossiers to one officer or each to its first suggestion, and shows what became of each."""
    typed = await visit.form()
    try:
        wanted = _wanted(typed)
    except _Wrong as wrong:
        return await _chosen_again(visit, typed, wrong.words)
    order, results = await Assigning(visit.api.engine, visit.signed).give(wanted, first_of(typed, "_key"))
    return _results(visit, order, results)


@router.get("/work/assignments/{order}", **opens("read_assignment"))
async def show_assignment(visit: Visiting, order: OrderId) -> Response:
    """What the ledger has of each dossier of an order."""
    return _results(visit, *await Assigning(visit.api.engine, visit.signed).read(order))


@router.post("/work/assignments/{order}/undo", **opens("undo_assignment"))
async def undo_assignment(visit: Visiting, order: OrderId) -> Response:
    """Takes the dossiers of an order back, and shows what became of each."""
    assigning, typed = Assigning(visit.api.engine, visit.signed), await visit.form()
    try:
        reason = REASON.validate_python(first_of(typed, "reason"))
    except ValidationError:
        found, results = await assigning.read(order)
        return _results(visit, found, results, wrong=WRITE_WHY)
    found, results = await assigning.undo(order, reason)
    return _results(visit, found, results, undoing=True)


def _results(
    visit: Visit,
    order: AssignmentOrder,
    results: list[Assigned],
    *,
    undoing: bool = False,
    wrong: Bilingual | None = None,
) -> Response:
    lines = [Shown(one, _problem(visit, one.refused)) for one in results]
    has = {outcome: [line for line in lines if line.one.outcome is outcome] for outcome in AssignmentOutcome}
    return visit.page(
        "work/assigned.html", status=422 if wrong else 200, order=order, lines=lines, has=has, undoing=undoing,
        wrong=wrong, unreached=[line for line in lines if not line.one.reached],
    )  # fmt: skip


def _problem(visit: Visit, refused: DomainError | None) -> Problem | None:
    return None if refused is None else visit.refusal(refused)


class _Wrong(Exception):
    def __init__(self, words: Bilingual) -> None:
        super().__init__()
        self.words = words


def _wanted(typed: Typed) -> Wanted:
    """What was chosen. Raises _Wrong with what is missing."""
    try:
        codes = CODES.validate_python(tuple(dict.fromkeys(typed.get("select", ()))))
    except ValidationError:
        raise _Wrong(CHOOSE_DOSSIERS) from None
    if not 1 <= len(codes) <= MOST:
        raise _Wrong(CHOOSE_DOSSIERS)
    try:
        person = None if first_of(typed, "by") == "suggestion" else PERSON.validate_python(first_of(typed, "person"))
    except ValidationError:
        raise _Wrong(CHOOSE_A_PERSON) from None
    return Wanted(codes, person, {code: number_in(typed, f"version.{code}") for code in codes})


async def _chosen_again(visit: Visit, typed: Typed, wrong: Bilingual) -> Response:
    """The list with what was chosen, and what is missing."""
    of = WhichWork.UNIT if first_of(typed, "of") not in {*WhichWork} else WhichWork(first_of(typed, "of"))
    context = await shown(visit, of, first_of(typed, "cursor") or None)
    context |= {"selected": typed.get("select", []), "person": first_of(typed, "person"), "wrong": wrong}
    return visit.page("work/list.html", status=422, **context)
