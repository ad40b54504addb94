"""Describes the fields of a model for `--help`. They are read from the types, so they are always up to date."""

from __future__ import annotations

import types
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

INSTANT = "yyyy-mm-ddThh:mm+07:00"
WORDS = {
    bool: "true|false",
    str: '"…"',
    int: "123",
    datetime: INSTANT,
    AwareDatetime: INSTANT,
    date: "yyyy-mm-dd",
}
"""How the simple types are written in JSON."""
HASH = '"SHA-256, hex"'


def field_line(name: str, field: FieldInfo) -> str:
    """The field as `*step: "…"`; the star marks a required field."""
    value = HASH if _is_hash(tuple(field.metadata)) else shape(field.annotation)
    return f"{'*' if field.is_required() else ''}{name}: {value}"


def shape(kind: Any) -> str:
    """How a value of this type is written."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return HASH if _is_hash(arguments[1:]) else shape(arguments[0])
    if origin in (Union, types.UnionType):
        return "|".join(dict.fromkeys(shape(one) for one in arguments if one is not type(None)))
    if origin is Literal:
        return "|".join(map(str, arguments))
    if origin in (tuple, list):
        return f"[{shape(arguments[0])}, …]"
    if isinstance(kind, type):
        return _shape_of_class(kind)
    return "JSON"


def _shape_of_class(kind: type[Any]) -> str:
    if issubclass(kind, StrEnum):
        return "|".join(kind)
    if issubclass(kind, BaseModel):
        if "entry" in kind.model_fields:  # one of several models; the help lists them below the commands
            return "{…}"
        return "{" + ", ".join(field_line(name, field) for name, field in kind.model_fields.items()) + "}"
    return next((word for known, word in WORDS.items() if issubclass(kind, known)), "JSON")


def _is_hash(metadata: tuple[Any, ...]) -> bool:
    return any("{64}" in (getattr(one, "pattern", None) or "") for one in metadata)
