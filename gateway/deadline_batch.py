"""Due dates for machines: one JSON object in, one out, in order; a bad line gets an error and stops nothing.

In: `{"id", "code", "channel", "received", "green", "pauses", "case"}`. Out: `{"id", "statutory_due", "promised_due"}`
or `{"id", "error": {"code", "message"}}`. Blank lines are skipped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NoReturn

from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.counting import counted_from, due_from
from domain.deadlines.green import applies, promised_from, shares_of
from domain.deadlines.limits import Counting, GreenCap, GreenFactor, GreenRule, Limit
from domain.deadlines.pauses import Stretch, moved_by_pauses, require_order
from domain.deadlines.published import PublishedLimits
from domain.errors import DomainError, InvalidInput
from domain.incoherence import Incoherent
from domain.json_text import read_json
from domain.printable import json_text
from domain.values import VIETNAM

GREEN_MODES: Mapping[str, GreenRule] = {
    "cap16": GreenCap(name="Luồng Xanh 16 giờ"),
    "factor50": GreenFactor(name="Luồng Xanh 50 %"),
}
"""The two modes the batch knows by name; a province may hand others."""

FIELDS = ("id", "code", "channel", "case", "received", "green", "pauses")
_KNOWN = frozenset(FIELDS)
_LONGEST_TOLD = 80


def run(
    lines: Iterable[bytes | str],
    catalogue: PublishedLimits,
    calendar: WorkingCalendar,
    counting: Counting,
    *,
    green: Mapping[str, GreenRule] = GREEN_MODES,
    language: str = "vi",
) -> Iterator[str]:
    """One answer a line (without the newline), lazily and in order: memory does not grow with the input."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        given: dict[str, Any] = {}
        answer: dict[str, Any]
        try:
            given = _object(line, first=number == 1)
            answer = {"id": _id(given), **_dates(given, catalogue, calendar, counting, green)}
        except DomainError as error:
            message = error.message.vi if language == "vi" else error.message.en
            answer = {"id": _readable_id(given), "error": {"code": error.code, "message": message}}
        yield json_text(answer)


def _dates(
    given: dict[str, Any],
    catalogue: PublishedLimits,
    calendar: WorkingCalendar,
    counting: Counting,
    green: Mapping[str, GreenRule],
) -> dict[str, str | None]:
    limit = catalogue.limit(_text(given, "code"), _text(given, "channel"), _case(given))
    received = _instant(given.get("received"), "received")
    rule = _green(given.get("green"), green)
    stretches = _pauses(given.get("pauses"))
    start = counted_from(received, calendar)
    statutory = due_from(limit, start, calendar, counting) if limit else None
    promised = _promised(rule, limit, received, start, calendar, counting)
    return {
        "statutory_due": moved_by_pauses(statutory, start, stretches, calendar).isoformat() if statutory else None,
        "promised_due": moved_by_pauses(promised, start, stretches, calendar).isoformat() if promised else None,
    }


def _promised(
    rule: GreenRule | None,
    limit: Limit | None,
    received: datetime,
    start: datetime,
    calendar: WorkingCalendar,
    counting: Counting,
) -> datetime | None:
    if rule is None or not applies(rule, received):
        return None
    return promised_from(rule, limit, start, calendar, counting, shares_of(rule, 0, ()))


def _object(line: bytes | str, *, first: bool) -> dict[str, Any]:
    try:
        text = line.decode("utf-8") if isinstance(line, bytes) else line
    except UnicodeDecodeError as error:
        raise InvalidInput("invalid_utf8_line", position=error.start + 1) from None
    try:
        given = read_json(text.removeprefix("\ufeff") if first else text)
    except Incoherent as found:
        raise InvalidInput("invalid_json", detail=_short(_why(found))) from None
    if not isinstance(given, dict):
        raise InvalidInput("invalid_json", detail=type(given).__name__)
    return given


def _why(found: Incoherent) -> str:
    """The reader's own words for text that is no JSON, else the code of the bound that was passed."""
    return found.facts.get("detail") or " ".join((found.code, *found.facts.values()))


def _id(given: dict[str, Any]) -> str | int:
    if "id" not in given:
        raise InvalidInput("line_field_missing", field="id")
    if not _is_id(given["id"]):
        _refuse("id", given["id"], "string | integer")
    for name in given:
        if name not in _KNOWN:
            raise InvalidInput("line_field_unknown", field=_short(name), known=", ".join(FIELDS))
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
        raise InvalidInput("line_field_missing", field=field)
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
        raise InvalidInput("line_field_missing", field=field)
    if not isinstance(value, str):
        _refuse(field, value, "ISO-8601 string")
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise InvalidInput("naive_datetime", given=_short(value))
        return at.astimezone(VIETNAM)
    except (ValueError, OverflowError):
        raise InvalidInput("invalid_datetime", given=_short(value)) from None


def _green(value: object, known: Mapping[str, GreenRule]) -> GreenRule | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in known:
        raise InvalidInput("unknown_green", green=_short(value), known=", ".join(known))
    return known[value]


def _pauses(value: object) -> list[Stretch]:
    if value is None:
        return []
    if not isinstance(value, list):
        _refuse("pauses", value, "[[from, to], …]")
    stretches = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2:
            _refuse("pauses", pair, "[from, to]")
        began, ended = _instant(pair[0], "pauses"), _instant(pair[1], "pauses")
        require_order(began, ended)
        stretches.append((began, ended))
    return stretches


def _refuse(field: str, value: object, expected: str) -> NoReturn:
    raise InvalidInput("line_field_invalid", field=field, value=_short(value), expected=expected)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_TOLD else text[:_LONGEST_TOLD] + "…"
