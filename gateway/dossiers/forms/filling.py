"""Turns the JSON of a body into the values of a form's inputs: its defaults, or what a draft has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from domain.values import VIETNAM
from gateway.dossiers.forms.fields import FieldKind, FormField, suggestion
from gateway.dossiers.forms.reading import FLAGS

CHECKED = "on"


def typed_from(fields: Iterable[FormField], body: Mapping[str, Any]) -> dict[str, list[str]]:
    """The values of the inputs that give this body. What no field asks for is left out."""
    return {name: values for field in fields for name, values in _of(field, body)}


def _of(field: FormField, body: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    value = _at(body, field.path)
    if value is None:
        return
    match field.kind:
        case FieldKind.GROUP:
            yield from typed_from(field.fields, body).items()
        case FieldKind.VARIANTS:
            tag = str(value.get(field.selector, ""))
            yield field.name, [tag]
            of_variant = (one for group in field.fields if group.tag == tag for one in group.fields)
            yield from typed_from(of_variant, body).items()
        case FieldKind.DOCUMENTS:
            yield field.name, [str(one["code"]) for one in value]
            for one in value:
                yield from _document(f"{field.name}.{one['code']}", one)
        case FieldKind.SEVERAL:
            yield field.name, [str(one) for one in value]
        case FieldKind.CHECKBOX:
            yield field.name, [CHECKED] if value else []
        case _:
            yield field.name, [_text(field, value)]


def _document(name: str, document: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    yield from ((f"{name}.{flag}", [CHECKED]) for flag in FLAGS if document.get(flag))
    if document.get("sha256"):
        yield f"{name}.sha256", [str(document["sha256"])]


def _at(body: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        body = body.get(step) if isinstance(body, Mapping) else None
    return body


def _text(field: FormField, value: Any) -> str:
    match field.kind:
        case FieldKind.YES_NO:
            return "true" if value else "false"
        case FieldKind.DAY:
            return day_text(date.fromisoformat(value) if isinstance(value, str) else value)
        case FieldKind.INSTANT:
            return instant_text(datetime.fromisoformat(value) if isinstance(value, str) else value)
        case FieldKind.CAPACITY:
            return "/".join(filter(None, (value.get("role"), value.get("unit"))))
        case FieldKind.SUGGESTED:
            option = field.option_of(str(value))
            return str(value) if option is None else suggestion(option)
        case _:
            return str(value)


def day_text(day: date) -> str:
    """A day as it is typed: `01/07/2025`."""
    return f"{day:%d/%m/%Y}"


def instant_text(at: datetime) -> str:
    """An instant as it is typed: `01/07/2025 09:30`, in Vietnam; with the seconds where they are not 0."""
    local = at.astimezone(VIETNAM)
    return f"{local:%d/%m/%Y %H:%M:%S}" if local.second else f"{local:%d/%m/%Y %H:%M}"
