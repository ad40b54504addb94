"""Problems of a province's configuration: the file, the line, a code, and a sentence that says how to repair it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from activities.province.source import Source
from domain.code_words import with_words
from domain.errors import InvalidInput
from domain.inconsistency import Inconsistent
from domain.messages.coded import CodedSentence
from domain.messages.configuration import ConfigurationFault
from domain.messages.rules import RulesRefusal
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
            RulesRefusal.CONFIGURATION_INVALID, folder=folder, count=len(problems), first=_with_place(self.problems[0])
        )


def _with_place(problem: ConfigurationProblem) -> Bilingual:
    place = f"{problem.file}:{problem.line}: {problem.code}"
    return Bilingual(vi=f"{place}: {problem.message.vi}", en=f"{place}: {problem.message.en}")


def problem(code: CodedSentence, file: str, line: int, **facts: object) -> ConfigurationProblem:
    """A problem with its sentence."""
    return ConfigurationProblem(file=file, line=line, code=code, message=filled(code.sentence, facts))


def of_inconsistency(error: Inconsistent, file: str, line: int) -> ConfigurationProblem:
    """The problem that a rule about the whole province found."""
    return problem(error.code, file, line, **error.sentence_facts)


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
    """The value in the file. Pydantic's copy of it was converted through JSON."""
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
    ("role", "enum"): ConfigurationFault.UNKNOWN_ROLE,
    ("fee", "int_type"): ConfigurationFault.FRACTIONAL_FEE,
    ("fee", "int_from_float"): ConfigurationFault.FRACTIONAL_FEE,
    ("fee", "greater_than_equal"): ConfigurationFault.NEGATIVE_FEE,
}
_BY_TYPE = {
    "missing": ConfigurationFault.MISSING_FIELD,
    "extra_forbidden": ConfigurationFault.UNKNOWN_FIELD,
    "enum": ConfigurationFault.UNKNOWN_VALUE,
    "literal_error": ConfigurationFault.UNKNOWN_VALUE,
    "union_tag_invalid": ConfigurationFault.UNKNOWN_VALUE,
    "union_tag_not_found": ConfigurationFault.MISSING_FIELD,
    "date_type": ConfigurationFault.IMPOSSIBLE_DATE,
    "date_from_datetime_parsing": ConfigurationFault.IMPOSSIBLE_DATE,
    "date_parsing": ConfigurationFault.IMPOSSIBLE_DATE,
    "not_a_day": ConfigurationFault.IMPOSSIBLE_DATE,
    "not_an_instant": ConfigurationFault.IMPOSSIBLE_INSTANT,
    "timezone_aware": ConfigurationFault.IMPOSSIBLE_INSTANT,
    "datetime_type": ConfigurationFault.IMPOSSIBLE_INSTANT,
    "datetime_parsing": ConfigurationFault.IMPOSSIBLE_INSTANT,
    "datetime_from_date_parsing": ConfigurationFault.IMPOSSIBLE_INSTANT,
    "time_type": ConfigurationFault.NOT_A_TIME,
    "time_parsing": ConfigurationFault.NOT_A_TIME,
    "not_a_time": ConfigurationFault.NOT_A_TIME,
    "beyond_all_years": ConfigurationFault.BEYOND_ALL_YEARS,
    "above_the_most": ConfigurationFault.OUT_OF_RANGE,
    "string_type": ConfigurationFault.NOT_TEXT,
    "string_unicode": ConfigurationFault.UNREADABLE_TEXT,
    "greater_than": ConfigurationFault.OUT_OF_RANGE,
    "greater_than_equal": ConfigurationFault.OUT_OF_RANGE,
    "less_than": ConfigurationFault.OUT_OF_RANGE,
    "less_than_equal": ConfigurationFault.OUT_OF_RANGE,
    "string_pattern_mismatch": ConfigurationFault.BAD_CODE,
    "string_too_long": ConfigurationFault.TOO_LONG,
    "string_too_short": ConfigurationFault.EMPTY_VALUE,
    "too_short": ConfigurationFault.EMPTY_VALUE,
    "too_long": ConfigurationFault.TOO_MANY,
    "int_type": ConfigurationFault.NOT_WHOLE_NUMBER,
    "int_parsing": ConfigurationFault.NOT_WHOLE_NUMBER,
    "int_from_float": ConfigurationFault.NOT_WHOLE_NUMBER,
    "int_parsing_size": ConfigurationFault.NOT_WHOLE_NUMBER,
    "decimal_type": ConfigurationFault.NOT_A_NUMBER,
    "decimal_parsing": ConfigurationFault.NOT_A_NUMBER,
    "finite_number": ConfigurationFault.NOT_A_NUMBER,
    "bool_type": ConfigurationFault.NOT_TRUE_OR_FALSE,
    "bool_parsing": ConfigurationFault.NOT_TRUE_OR_FALSE,
    "tuple_type": ConfigurationFault.NOT_A_LIST,
    "list_type": ConfigurationFault.NOT_A_LIST,
    "model_type": ConfigurationFault.NOT_A_MAPPING,
    "model_attributes_type": ConfigurationFault.NOT_A_MAPPING,
    "dict_type": ConfigurationFault.NOT_A_MAPPING,
    "value_error": ConfigurationFault.UNREADABLE_TEXT,
}
"""Our code for each error type of pydantic. `Text` and `Instant` raise `value_error`."""
_BOUNDS = {"gt": "> ", "ge": "≥ ", "lt": "< ", "le": "≤ "}


def _of_type(
    type_: str, inside: tuple[str | int, ...], one: Any, given: Any, file: str, line: int
) -> ConfigurationProblem:
    name = str(inside[-1]) if inside else ""
    ctx = one.get("ctx", {})
    code = _BY_FIELD.get((name, type_)) or _BY_TYPE.get(type_) or ConfigurationFault.INVALID_VALUE
    expected = str(ctx.get("expected") or ctx.get("expected_tags") or ctx.get("discriminator") or "")
    facts = {
        "field": ".".join(str(key) for key in inside) or "-",
        "value": _short(given),
        "expected": with_words(expected),
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
