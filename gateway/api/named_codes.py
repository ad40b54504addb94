"""A code with its name: programs read the code, people the name."""

from __future__ import annotations

from domain.values import Code, Value
from gateway.views.names import Names


class NamedCode(Value):
    """A code with its name of the day that was asked for."""

    code: Code
    name: str


def named_unit(code: str, names: Names) -> NamedCode:
    """The unit with its name."""
    return NamedCode(code=code, name=names.unit(code))


def unit_or_none(code: str | None, names: Names) -> NamedCode | None:
    """The unit with its name; None when there is none."""
    return None if code is None else named_unit(code, names)
