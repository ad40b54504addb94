"""Problems of a province's configuration: the file, the line, a code, and a sentence that says how to repair it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from activities.province.source import Source
from domain.errors import InvalidInput
from domain.inconsistency import Inconsistent
from domain.messages.rules import CONFIGURATION_MESSAGES
from domain.text.printable import printable
from domain.text.sentences import filled
from domain.values import Bilingual, Value


class ConfigurationProblem(Value):
    """One problem. `file` is relative to the province's folder; `line` counts from 1."""

    file: str
    line: int
    code: str
    message: Bilingual

    def __str__(self) -> str:
        return f"{printable(self.file)}:{self.line}: {self.code}: {self.message.vi} / {self.message.en}"


class ConfigurationErrors(InvalidInput):
    """All problems of a configuration, in the order of files and lines."""

    def __init__(self, folder: str, problems: list[ConfigurationProblem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line)))
        super().__init__(
            "configuration_invalid", folder=folder, count=len(problems), first=_with_place(self.problems[0])
        )


def _with_place(problem: ConfigurationProblem) -> Bilingual:
    place = f"{problem.file}:{problem.line}: {problem.code}"
    return Bilingual(vi=f"{place}: {problem.message.vi}", en=f"{place}: {problem.message.en}")


def problem(code: str, file: str, line: int, **facts: object) -> ConfigurationProblem:
    """A problem with its sentence. Codes are those of `CONFIGURATION_MESSAGES`."""
    return ConfigurationProblem(file=file, line=line, code=code, message=filled(CONFIGURATION_MESSAGES[code], facts))


def of_inconsistency(error: Inconsistent, file: str, line: int) -> ConfigurationProblem:
    """The problem that a rule about the whole province found."""
    return problem(error.code, file, line, **error.told)


def of_validation(error: ValidationError, source: Source) -> Iterator[ConfigurationProblem]:
    """The problems that pydantic found in one value, each with its line."""
    for one in error.errors(include_url=False):
        if one["type"] == "too_short" and one["input"]:
            continue  # pydantic counts only the valid items; each wrong item has its own error
        inside = _inside(one["loc"], source.value)
        line = source.line(*inside)
        raised = one.get("ctx", {}).get("error")
        if isinstance(raised, Inconsistent):
            yield of_inconsistency(raised, source.file, line)
        else:
            yield _of_type(one["type"], inside, one, _given(one, inside, source.value), source.file, line)


def _given(one: Any, inside: tuple[str | int, ...], value: Any) -> Any:
    """The value as it stands in the file. Pydantic's copy of it was converted through JSON."""
    for key in inside:
        if not _has(value, key):
            return one.get("input")
        value = value[key]
    return value


def _inside(loc: tuple[str | int, ...], value: Any) -> tuple[str | int, ...]:
    """Pydantic's location without the tags of unions, which are not in the file. A missing field stays in it."""
    path: list[str | int] = []
    for position, key in enumerate(loc):
        last = position == len(loc) - 1
        if _has(value, key):
            value = value[key]
        elif not last:
            continue
        path.append(key)
    return tuple(path)


def _has(value: Any, key: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(key, int) and key < len(value)
    return isinstance(value, dict) and key in value


_BY_FIELD = {
    ("role", "enum"): "unknown_role",
    ("fee", "int_type"): "fractional_fee",
    ("fee", "int_from_float"): "fractional_fee",
    ("fee", "greater_than_equal"): "negative_fee",
}
_BY_TYPE = {
    "missing": "missing_field",
    "extra_forbidden": "unknown_field",
    "enum": "unknown_value",
    "literal_error": "unknown_value",
    "union_tag_invalid": "unknown_value",
    "union_tag_not_found": "missing_field",
    "date_type": "impossible_date",
    "date_from_datetime_parsing": "impossible_date",
    "date_parsing": "impossible_date",
    "not_a_day": "impossible_date",
    "not_an_instant": "impossible_instant",
    "timezone_aware": "impossible_instant",
    "datetime_type": "impossible_instant",
    "datetime_parsing": "impossible_instant",
    "datetime_from_date_parsing": "impossible_instant",
    "time_type": "not_a_time",
    "time_parsing": "not_a_time",
    "not_a_time": "not_a_time",
    "beyond_all_years": "beyond_all_years",
    "above_the_most": "out_of_range",
    "string_type": "not_text",
    "string_unicode": "unreadable_text",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "string_pattern_mismatch": "bad_code",
    "string_too_long": "too_long",
    "string_too_short": "empty_value",
    "too_short": "empty_value",
    "too_long": "too_many",
    "int_type": "not_whole_number",
    "int_parsing": "not_whole_number",
    "int_from_float": "not_whole_number",
    "int_parsing_size": "not_whole_number",
    "decimal_type": "not_a_number",
    "decimal_parsing": "not_a_number",
    "finite_number": "not_a_number",
    "bool_type": "not_true_or_false",
    "bool_parsing": "not_true_or_false",
    "tuple_type": "not_a_list",
    "list_type": "not_a_list",
    "model_type": "not_a_mapping",
    "model_attributes_type": "not_a_mapping",
    "dict_type": "not_a_mapping",
    "value_error": "unreadable_text",
}
"""Our code for each error type of pydantic. `Text` and `Instant` raise `value_error`."""
_BOUNDS = {"gt": "> ", "ge": "≥ ", "lt": "< ", "le": "≤ "}


def _of_type(
    type_: str, inside: tuple[str | int, ...], one: Any, given: Any, file: str, line: int
) -> ConfigurationProblem:
    name = str(inside[-1]) if inside else ""
    ctx = one.get("ctx", {})
    code = _BY_FIELD.get((name, type_)) or _BY_TYPE.get(type_) or "invalid_value"
    expected = str(ctx.get("expected") or ctx.get("expected_tags") or ctx.get("discriminator") or "")
    facts = {
        "field": ".".join(str(key) for key in inside) or "-",
        "value": _short(given),
        "expected": Bilingual(vi=expected.replace(" or ", " hoặc "), en=expected),
        "bound": ", ".join(f"{sign}{ctx[name]}" for name, sign in _BOUNDS.items() if name in ctx),
        "limit": ctx.get("max_length", ""),
        "rule": type_,
        "first": ctx.get("first", ""),
        "last": ctx.get("last", ""),
    }
    return problem(code, file, line, **facts)


def _short(value: Any) -> str:
    match value:
        case dict() | BaseModel():
            return "{…}"
        case list() | tuple():
            return "[…]"
        case bool():
            return "true" if value else "false"
        case None:
            return "null"
    text = str(value)
    return text if len(text) <= 80 else text[:77] + "…"
