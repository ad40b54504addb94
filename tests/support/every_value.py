"""Makes values of a model by introspection: one with every optional field, one with none, and one for each member of
each enum, each literal and each alternative of a union, anywhere in the model."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from domain.dossier.effect_id import EffectId
from domain.dossier.state import Dossier
from domain.dossier.state.snapshot import flat
from domain.values import VIETNAM

AT = datetime(2026, 8, 5, 9, 0, tzinfo=VIETNAM)
PRIVATE = "Nguyễn Văn An, 12 Lê Hồng Phong"
VALUE_BY_NAME = {
    "vi": "Lý do.",
    "en": "A reason.",
    "address": PRIVATE,
    "certificate": PRIVATE,
    "signature": PRIVATE,
    "pay_url": PRIVATE,
    "note": "a" * 64,
}
"""Values for fields by name: a whole sentence where a field is one, and personal data where it may occur."""
_SIMPLE: dict[type[Any], tuple[Any, ...]] = {
    bool: (True, False),
    int: (1, 0, -75),
    datetime: (AT.isoformat(),),
    date: (AT.date().isoformat(),),
    time: ("15:00:00",),
    Decimal: ("0.5",),
    UUID: (str(UUID(int=1)),),
    EffectId: ("seal/1",),
    str: ("x1",),
}


def models(model: type[BaseModel]) -> list[Any]:
    """Values of the model: first one with every field, then one for every alternative of every field, last the bare
    one."""
    return list(_models(model))


@cache
def _models(model: type[BaseModel]) -> tuple[Any, ...]:
    """They are frozen, so that all tests of a process share them."""
    found = (model.model_validate(value) for value in _of_model(model))
    return tuple({one.model_dump_json(): one for one in found}.values())


def members(kind: Any) -> set[tuple[type[Any], Any]]:
    """Every enum member and literal that a type can hold anywhere."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {(str, one) for one in arguments}
    if arguments:
        return {found for one in arguments for found in members(one)}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {(kind, one) for one in kind}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {found for field in kind.model_fields.values() for found in members(field.annotation)}
    return set()


def held(value: Any) -> set[tuple[type[Any], Any]]:
    """Every enum member and every text in a value."""
    if isinstance(value, BaseModel):
        return {found for name in type(value).model_fields for found in held(getattr(value, name))}
    if isinstance(value, tuple):
        return {found for one in value for found in held(one)}
    return {(type(value), value)} if isinstance(value, str) else set()


def _of_model(model: type[BaseModel]) -> list[Any]:
    return _combined(model, {name: _of_field(name, field) for name, field in model.model_fields.items()})


def _of_record(record: type[Any]) -> list[Any]:
    """Values of a dataclass; a whole dossier is in its stored form."""
    kinds = get_type_hints(record, include_extras=True)
    found = _combined(record, {name: _of_named(name, kind) for name, kind in kinds.items()})
    return [flat(value) for value in found] if record is Dossier else found


def _combined(model: type[Any], choices: dict[str, list[Any]]) -> list[Any]:
    """Combinations as JSON. Those that the model refuses are left out, but the full one must be valid."""
    full = {name: found[0] for name, found in choices.items()}
    bare = {name: found[-1] for name, found in choices.items()}
    changed = ({**base, name: one} for base in (full, bare) for name, found in choices.items() for one in found[1:])
    adapter = TypeAdapter(model)
    found = [full, *(value for value in (*changed, bare) if value != full and _is_valid(adapter, value))]
    assert _is_valid(adapter, full), f"no value of {model.__name__} is known: {full}"
    return found


def _is_valid(adapter: TypeAdapter[Any], value: Any) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def _of_field(name: str, field: FieldInfo) -> list[Any]:
    if name in VALUE_BY_NAME:
        return [VALUE_BY_NAME[name], *([None] if type(None) in get_args(field.annotation) else [])]
    return ["a" * 64] if _is_hash(tuple(field.metadata)) else _of_type(field.annotation)


def _of_named(name: str, kind: Any) -> list[Any]:
    if name in VALUE_BY_NAME:
        return [VALUE_BY_NAME[name], *([None] if type(None) in get_args(kind) else [])]
    return _of_type(kind)


def _of_type(kind: Any) -> list[Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return ["a" * 64] if _is_hash(arguments[1:]) else _of_type(arguments[0])
    if origin in (Union, types.UnionType):
        some = [one for kind in arguments if kind is not type(None) for one in _of_type(kind)]
        return [*some, *([None] if type(None) in arguments else [])]
    if origin is Literal:
        return list(arguments)
    if origin is tuple:
        return list(_of_tuple(arguments))
    if origin is dict:
        return [{}]
    return _of_class(kind)


def _of_tuple(arguments: tuple[Any, ...]) -> Iterator[list[Any]]:
    one = _of_type(arguments[0])
    if arguments[-1] is not Ellipsis:
        yield [_of_type(kind)[0] for kind in arguments]
        return
    yield from ([value] for value in one)
    yield one[:2]
    yield []


def _of_class(kind: type[Any]) -> list[Any]:
    if issubclass(kind, BaseModel):
        return _of_model(kind)
    if is_dataclass(kind):
        return _of_record(kind)
    if issubclass(kind, StrEnum):
        return [one.value for one in kind]
    return next((list(values) for known, values in _SIMPLE.items() if issubclass(kind, known)), [AT.isoformat()])


def _is_hash(metadata: tuple[Any, ...]) -> bool:
    return any("{64}" in (getattr(one, "pattern", None) or "") for one in metadata)
