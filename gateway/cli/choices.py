"""Options whose value is one of a few codes. The help and the refusals show each code with its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Literal

from cyclopts import Parameter

from domain.text.sentences import Choice, Worded
from domain.values import Bilingual

Green = Literal["own", "none", "cap16", "factor50"]
Language = Literal["vi", "en"]

_OF_LITERALS: Mapping[Any, tuple[Choice, ...]] = {
    Green: (
        Choice(code="own", meaning=Bilingual(vi="theo quy định của thủ tục", en="the procedure's own rule")),
        Choice(code="none", meaning=Bilingual(vi="không áp dụng", en="without Green Stream")),
        Choice(code="cap16", meaning=Bilingual(vi="tối đa 16 giờ làm việc", en="at most 16 working hours")),
        Choice(code="factor50", meaning=Bilingual(vi="50 % thời hạn", en="50 % of the limit")),
    ),
    Language: (
        Choice(code="vi", meaning=Bilingual(vi="tiếng Việt", en="Vietnamese")),
        Choice(code="en", meaning=Bilingual(vi="tiếng Anh", en="English")),
    ),
}


def choices_of(kind: Any) -> tuple[Choice, ...]:
    """Every code of this type with its words; empty for a type that is not a list of codes."""
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return tuple(Choice(code=one, meaning=one.words) for one in kind if isinstance(one, Worded))
    return _OF_LITERALS.get(kind, ())


def choice(help_: str, kind: Any, *, name: str | None = None) -> Parameter:
    """The parameter of an option of this type. `help_` describes the option as `Vietnamese (English)`."""
    return Parameter(name=name, help=help_with(help_, choices_of(kind)), show_choices=False)


def help_with(help_: str, choices: Iterable[Choice]) -> str:
    """A help text with a line for each code: `reception: cán bộ một cửa (reception)`."""
    return "\n".join((help_, *(f"{one.code}: {one.meaning.vi} ({one.meaning.en})" for one in choices)))
