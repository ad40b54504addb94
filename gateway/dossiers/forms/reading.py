"""Reads what was typed into a form as the JSON of the body. Values that cannot be read stay as they were typed.

So the model refuses them at their field, in the words that every way in uses. An empty field is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, assert_never

from gateway.dossiers.forms.fields import FieldKind, FormField, Typed, first_of

FLAGS = ("original", "digitised", "reused")
"""What may be said of a document, each with a checkbox of its own."""
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", re.ASCII)
_DAY_WITHOUT_SIGNS = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})(?:[:hg](\d{2})?(?::(\d{2}))?)?", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[.,\s](?=\d{3}\b)")
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
ZONE = "+07:00"


def body_of(fields: Iterable[FormField], typed: Typed) -> dict[str, Any]:
    """The body that the typed values make."""
    body: dict[str, Any] = {}
    for path, value in _values(fields, typed):
        _put(body, path, value)
    return body


def _values(fields: Iterable[FormField], typed: Typed) -> Iterator[tuple[tuple[str, ...], Any]]:
    for field in fields:
        match field.kind:
            case FieldKind.GROUP:
                inside = list(_values(field.fields, typed))
                if field.required or inside:
                    yield field.path, {}
                yield from inside
            case FieldKind.VARIANTS:
                yield from _of_variant(field, typed)
            case _:
                value = _value(field, typed)
                if value is not None:
                    yield field.path, value


def _of_variant(field: FormField, typed: Typed) -> Iterator[tuple[tuple[str, ...], Any]]:
    tag = first_of(typed, field.name)
    if not tag:
        return
    yield field.path, {field.selector: tag}
    yield from _values((one for group in field.fields if group.tag == tag for one in group.fields), typed)


def _value(field: FormField, typed: Typed) -> Any:
    """The value of a field that has no fields inside; None for one that is left out."""
    given = list(typed.get(field.name, ()))
    text = given[0].strip() if given else ""
    match field.kind:
        case FieldKind.SEVERAL:
            return given if given or field.required else None
        case FieldKind.DOCUMENTS:
            return [_document(field.name, code, typed) for code in given] if given or field.required else None
        case FieldKind.CHECKBOX:
            return True if given else None
        case _ if not text:
            return None
        case FieldKind.YES_NO:
            return {"true": True, "false": False}.get(text, text)
        case FieldKind.NUMBER | FieldKind.MONEY:
            return whole_number(text)
        case FieldKind.DAY:
            return iso_day(text)
        case FieldKind.INSTANT:
            return iso_instant(text)
        case FieldKind.CHOICE | FieldKind.SUGGESTED:
            option = field.option_of(text)
            chosen = text if option is None else option.value
            return whole_number(chosen) if field.numeric else chosen
        case FieldKind.CAPACITY:
            role, _, unit = text.partition("/")
            return {"role": role} | ({"unit": unit} if unit else {})
        case FieldKind.LONG_TEXT:
            return given[0].replace("\r\n", "\n")
        case FieldKind.TEXT | FieldKind.FILE_HASH:
            return text
        case FieldKind.GROUP | FieldKind.VARIANTS:
            raise AssertionError("it has fields inside")
        case _:
            assert_never(field.kind)


def _document(name: str, code: str, typed: Typed) -> dict[str, Any]:
    flags = {flag: True for flag in FLAGS if typed.get(f"{name}.{code}.{flag}")}
    sha256 = first_of(typed, f"{name}.{code}.sha256").strip()
    return {"code": code, **flags, **({"sha256": sha256} if sha256 else {})}


def whole_number(text: str) -> int | str:
    """`20.000`, `20 000` and `20000` as a number; another text as it is."""
    plain = _BETWEEN_DIGITS.sub("", text)
    return int(plain) if _WHOLE.fullmatch(plain) else text


def iso_day(text: str) -> str:
    """`1/7/2025` or `01072025` as `2025-07-01`; another text as it is."""
    found = _DAY.fullmatch(text) or _DAY_WITHOUT_SIGNS.fullmatch(text)
    return text if found is None else f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"


def iso_instant(text: str) -> str:
    """`1/7/2025 9:30` as `2025-07-01T09:30+07:00`; another text as it is. The time may stand first."""
    parts = text.replace("T", " ").split()
    if len(parts) != 2:
        return text
    day, time = parts if iso_day(parts[0]) != parts[0] or "-" in parts[0] else parts[::-1]
    found = _TIME.fullmatch(time)
    if found is None:
        return text
    seconds = f":{found[3]}" if found[3] else ""
    return f"{iso_day(day)}T{int(found[1]):02}:{found[2] or '00'}{seconds}{ZONE}"


def _put(body: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Sets a value at its path. An object that is there already keeps what it has."""
    *above, last = path
    for step in above:
        body = body.setdefault(step, {})
    if value == {}:
        body.setdefault(last, {})
    else:
        body[last] = value
