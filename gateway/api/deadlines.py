"""Calculates due dates without a dossier: one with its derivation, or many at once.

It computes from public rules and acts on nothing. Callers sign in all the same, because a batch takes time: each caller
is counted by itself, and nobody's batch uses up the quota of the public.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field, TypeAdapter, ValidationError, WrapValidator

from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.clock import Timing, WhichClock
from domain.errors import DomainError
from domain.procedures.procedure import Channel
from domain.rules.province import Province
from domain.values import Code, Instant, Strict, Value
from gateway.api.bodies import StrictRoute
from gateway.api.callers import Signed
from gateway.api.documented import operation
from gateway.api.language import language_of
from gateway.api.named_codes import NamedCode
from gateway.api.parts import Api, Parts
from gateway.api.problems import Problem, invalid_fields, problem_of
from gateway.client.requests import validated_strictly
from gateway.views.deadline_calculation import (
    DeadlineCalculator,
    DeadlineQuestion,
    DueDates,
    due_dates,
    procedures_in_effect,
)
from gateway.views.deadline_explanation import ExplainedDeadlines, explain_timing, explanation_lines
from gateway.views.names import Names
from gateway.views.timeline import Language

router = APIRouter(route_class=StrictRoute, tags=["Máy tính hạn và tuyến (calculators)"])

MOST_ITEMS = 1_000
MOST_PAUSES = 100


class DeadlineAsked(Strict):
    """A procedure, how the dossier comes in, and when it is received."""

    procedure: Code = Field(description="Mã thủ tục (code of the procedure).")
    channel: Channel = Field(description="Cách nộp (how it is filed).")
    case: Annotated[int, Field(ge=1, le=1_000)] | None = Field(
        default=None, description="Trường hợp, khi kênh có nhiều (which case, where the channel has several)."
    )
    received: Instant = Field(description="Lúc tiếp nhận (when it is received).")
    green: Literal["own", "none", "cap16", "factor50"] = Field(
        default="own",
        description="Luồng Xanh: của thủ tục, không, hoặc thử (Green Stream: the procedure's own, none, or try one).",
    )
    pauses: Annotated[tuple[tuple[Instant, Instant], ...], Field(max_length=MOST_PAUSES)] = Field(
        default=(), description="Các khoảng tạm dừng, từ và đến (pauses, from and to)."
    )
    unit: Code | None = Field(
        default=None, description="Theo lịch của đơn vị này; mặc định lịch chung (this unit's calendar)."
    )

    @property
    def question(self) -> DeadlineQuestion:
        """The question for the calculator."""
        green = None if self.green == "none" else self.green
        return DeadlineQuestion(self.procedure, self.channel, self.received, self.case, green, self.pauses)


class DeadlineItem(DeadlineAsked):
    """One question of a batch, with an id of the caller's own."""

    id: Annotated[str, Field(max_length=100)] | Annotated[int, Field(ge=-(2**53), le=2**53)]


@dataclass(frozen=True)
class WrongItem:
    """A question that cannot be read: the id as far as it is known, and what is wrong."""

    id: str | int | None
    found: Sequence[Any]


_ITEM: TypeAdapter[DeadlineItem] = TypeAdapter(DeadlineItem)


def _read_item(given: Any, _handler: object) -> DeadlineItem | WrongItem:
    """The question, or what is wrong with it: the other questions are answered all the same."""
    try:
        return validated_strictly(_ITEM, given)
    except ValidationError as wrong:
        identifier = given.get("id") if isinstance(given, dict) else None
        return WrongItem(_readable(identifier), wrong.errors(include_input=False, include_url=False))


def _readable(identifier: Any) -> str | int | None:
    if isinstance(identifier, str):
        return identifier[:100]
    return identifier if type(identifier) is int and abs(identifier) <= 2**53 else None


class DeadlineBatch(Strict):
    """Many questions. Each gets its answer; a wrong one gets a problem, and the others go on."""

    items: Annotated[
        tuple[Annotated[DeadlineItem, WrapValidator(_read_item)], ...], Field(min_length=1, max_length=MOST_ITEMS)
    ]


_ONE: TypeAdapter[DeadlineAsked] = TypeAdapter(DeadlineAsked)
_MANY: TypeAdapter[DeadlineBatch] = TypeAdapter(DeadlineBatch)


def _read(given: Any, _handler: object) -> DeadlineAsked | DeadlineBatch:
    """A batch when it has `items`, else one question: so a wrong field is named without the kind before it."""
    if isinstance(given, dict) and "items" in given:
        return validated_strictly(_MANY, given)
    return validated_strictly(_ONE, given)


class DeadlineExplained(Value):
    """Both dates with their derivation: as data, and as lines for people."""

    procedure: NamedCode
    calendar: NamedCode
    received: Instant
    statutory_due: Instant | None
    promised_due: Instant | None
    beyond_calendar: tuple[WhichClock, ...] = Field(
        description="Đồng hồ vượt cuối lịch (clocks whose date lies beyond the calendar)."
    )
    explained: ExplainedDeadlines
    lines: tuple[str, ...]


class DeadlineItemAnswer(Value):
    """The answer to one question of a batch: the dates, or a problem."""

    id: str | int | None
    statutory_due: Instant | None = None
    promised_due: Instant | None = None
    beyond_calendar: tuple[WhichClock, ...] = ()
    problem: Problem | None = None


class DeadlineBatchAnswer(Value):
    """One answer for each question, in their order."""

    items: tuple[DeadlineItemAnswer, ...]


@router.post(
    "/deadlines:calculate",
    response_model=DeadlineExplained | DeadlineBatchAnswer,
    **operation(
        "calculate_deadlines",
        "Tính hạn trả: một, có diễn giải, hoặc đến 1.000 cùng lúc",
        "calculate due dates: one with its derivation, or up to 1,000 at once",
        body=True,
    ),
)
async def calculate_deadlines(
    body: Annotated[DeadlineAsked | DeadlineBatch, WrapValidator(_read)], request: Request, parts: Parts, _: Signed
) -> object:
    """Answers with both dates. It acts on nothing, so it needs no Idempotency-Key."""
    province = parts.engine.province
    calculator = DeadlineCalculator(parts.limits, procedures_in_effect(province))
    language = language_of(request.headers.get("accept-language"))
    if isinstance(body, DeadlineAsked):
        return _explained(body, calculator, parts, language)
    answers = (_answered(item, number, calculator, province, request) for number, item in enumerate(body.items))
    return DeadlineBatchAnswer(items=tuple(answers))


def _computed(
    asked: DeadlineAsked, calculator: DeadlineCalculator, province: Province
) -> tuple[Timing, WorkingCalendar, DueDates]:
    timing = calculator.timing(asked.question)
    calendar = province.calendar_of(asked.unit, asked.received.date())
    return timing, calendar, due_dates(timing, calendar)


def _explained(
    asked: DeadlineAsked, calculator: DeadlineCalculator, parts: Api, language: Language
) -> DeadlineExplained:
    province = parts.engine.province
    timing, calendar, dates = _computed(asked, calculator, province)
    explained = explain_timing(timing, (calendar,))
    names = Names.of_province(province, asked.received.date())
    return DeadlineExplained(
        procedure=NamedCode(code=asked.procedure, name=names.procedure(asked.procedure)),
        calendar=NamedCode(code=calendar.code, name=calendar.name),
        received=asked.received,
        statutory_due=dates.due[WhichClock.STATUTORY],
        promised_due=dates.due[WhichClock.PROMISED],
        beyond_calendar=dates.beyond,
        explained=explained,
        lines=tuple(explanation_lines(explained, language, names.unit)),
    )


def _answered(
    item: DeadlineItem | WrongItem, number: int, calculator: DeadlineCalculator, province: Province, request: Request
) -> DeadlineItemAnswer:
    """The answer to one question of a batch."""
    language = language_of(request.headers.get("accept-language"))
    if isinstance(item, WrongItem):
        placed = [{**one, "loc": ("body", "items", number, *one["loc"])} for one in item.found]
        refusal, errors = invalid_fields(placed, language)
        return DeadlineItemAnswer(id=item.id, problem=problem_of(refusal, request.url.path, language, errors))
    try:
        _, _, dates = _computed(item, calculator, province)
    except DomainError as refused:
        return DeadlineItemAnswer(id=item.id, problem=problem_of(refused, request.url.path, language))
    return DeadlineItemAnswer(
        id=item.id,
        statutory_due=dates.due[WhichClock.STATUTORY],
        promised_due=dates.due[WhichClock.PROMISED],
        beyond_calendar=dates.beyond,
    )
