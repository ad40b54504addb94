"""Due dates for programs: each line has one JSON object and gets one answer, in order.

In: `{"id", "code", "channel", "received", "green", "pauses", "case"}`. Out: `{"id", "statutory_due", "promised_due"}`
or `{"id", "error": {"code", "message"}}`. Blank lines are skipped. A wrong line gets an error, and the others go on. A
date beyond the end of the calendar is null, and `beyond_calendar` names its clock. If both dates are beyond it, the
answer is the error `calendar_exhausted`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NoReturn

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.clock import Timing
from domain.deadlines.limits import Counting, GreenRule
from domain.deadlines.pauses import Stretch
from domain.errors import DomainError, InvalidInput
from domain.inconsistency import Inconsistent
from domain.messages.deadlines import DeadlineRefusal
from domain.procedures.published_limits import PublishedLimits
from domain.text.json_reader import read_json
from domain.text.printable import json_text
from domain.text.sentences import sentence_of
from domain.values import VIETNAM, Bilingual
from gateway.views.deadline_calculation import (
    GREEN_MODES,
    OWN,
    DeadlineCalculator,
    DeadlineQuestion,
    Procedures,
    due_dates,
    no_procedure,
)

_NO_OBJECT = Bilingual(vi="là giá trị khác", en="it is another value")
FIELDS = ("id", "code", "channel", "case", "received", "green", "pauses")
_KNOWN = frozenset(FIELDS)
_LONGEST_SHOWN = 80


def run(
    lines: Iterable[bytes | str],
    catalogue: PublishedLimits,
    calendar: WorkingCalendar,
    counting: Counting,
    *,
    green: Mapping[str, GreenRule] = GREEN_MODES,
    procedures: Procedures = no_procedure,
    language: str = "vi",
) -> Iterator[str]:
    """Yields one answer for each line, without the newline, in order. Memory does not grow with the input.

    `counting` holds for procedures of the catalogue; a procedure of the province has its own.
    """
    calculator = DeadlineCalculator(catalogue, procedures, counting, green)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        given: dict[str, Any] = {}
        answer: dict[str, Any]
        try:
            given = _object(line, first=number == 1)
            answer = {"id": _id(given), **_dates(calculator.timing(_question(given, green)), calendar)}
        except DomainError as error:
            message = error.message.vi if language == "vi" else error.message.en
            answer = {"id": _readable_id(given), "error": {"code": error.code, "message": message}}
        yield json_text(answer)


def _question(given: dict[str, Any], green: Mapping[str, GreenRule]) -> DeadlineQuestion:
    return DeadlineQuestion(
        received=_instant(given.get("received"), "received"),
        procedure=_text(given, "code"),
        channel=_text(given, "channel"),
        case=_case(given),
        green=_green(given.get("green"), green),
        pauses=_pauses(given.get("pauses")),
    )


def _dates(timing: Timing, calendar: WorkingCalendar) -> dict[str, Any]:
    dates = due_dates(timing, calendar)
    if dates.beyond and not any(dates.due.values()):
        clock.due(timing, dates.beyond[0], calendar)  # raises the error that names the calendar and its end
    answer: dict[str, Any] = {f"{which}_due": due.isoformat() if due else None for which, due in dates.due.items()}
    return {**answer, "beyond_calendar": list(dates.beyond)} if dates.beyond else answer


def _object(line: bytes | str, *, first: bool) -> dict[str, Any]:
    try:
        text = line.decode("utf-8") if isinstance(line, bytes) else line
    except UnicodeDecodeError as error:
        raise InvalidInput(DeadlineRefusal.INVALID_UTF8_LINE, position=error.start + 1) from None
    try:
        given = read_json(text.removeprefix("\ufeff") if first else text)
    except Inconsistent as found:
        raise InvalidInput(DeadlineRefusal.INVALID_JSON, detail=sentence_of(found)) from None
    if not isinstance(given, dict):
        raise InvalidInput(DeadlineRefusal.INVALID_JSON, detail=_NO_OBJECT)
    return given


def _id(given: dict[str, Any]) -> str | int:
    if "id" not in given:
        raise InvalidInput(DeadlineRefusal.LINE_FIELD_MISSING, field="id")
    if not _is_id(given["id"]):
        _refuse("id", given["id"], "string | integer")
    for name in given:
        if name not in _KNOWN:
            raise InvalidInput(DeadlineRefusal.LINE_FIELD_UNKNOWN, field=_short(name), known=", ".join(FIELDS))
    identifier: str | int = given["id"]
    return identifier


def _readable_id(given: dict[str, Any]) -> str | int | None:
    identifier: str | int | None = given.get("id")
    return identifier if _is_id(identifier) else None


def _is_id(value: object) -> bool:
    return isinstance(value, str) or type(value) is int


def _text(given: dict[str, Any], field: str) -> str:
    value = given.get(field)
    if value is None:
        raise InvalidInput(DeadlineRefusal.LINE_FIELD_MISSING, field=field)
    if not isinstance(value, str):
        _refuse(field, value, "string")
    text: str = value
    return text


def _case(given: dict[str, Any]) -> int | None:
    value = given.get("case")
    if value is not None and type(value) is not int:
        _refuse("case", value, "integer from 1")
    case: int | None = value
    return case


def _instant(value: object, field: str) -> datetime:
    if value is None:
        raise InvalidInput(DeadlineRefusal.LINE_FIELD_MISSING, field=field)
    if not isinstance(value, str):
        _refuse(field, value, "ISO-8601 string")
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise InvalidInput(DeadlineRefusal.NAIVE_DATETIME, given=_short(value))
        return at.astimezone(VIETNAM)
    except (ValueError, OverflowError):
        raise InvalidInput(DeadlineRefusal.INVALID_DATETIME, given=_short(value)) from None


def _green(value: object, known: Mapping[str, GreenRule]) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or (value not in known and value != OWN):
        raise InvalidInput(DeadlineRefusal.UNKNOWN_GREEN, green=_short(value), known=", ".join((OWN, *known)))
    return value


def _pauses(value: object) -> tuple[Stretch, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        _refuse("pauses", value, "[[from, to], …]")
    stretches = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            _refuse("pauses", pair, "[from, to]")
        stretches.append((_instant(pair[0], "pauses"), _instant(pair[1], "pauses")))
    return tuple(stretches)


def _refuse(field: str, value: object, expected: str) -> NoReturn:
    raise InvalidInput(DeadlineRefusal.LINE_FIELD_INVALID, field=field, value=_short(value), expected=expected)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
