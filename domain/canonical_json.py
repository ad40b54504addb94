"""Writes JSON whose hash is kept, always in one form: keys sorted, no blanks, letters unescaped, UTF-8."""

from __future__ import annotations

import json
from typing import Any

from domain.errors import InvalidInput
from domain.messages.record import RecordRefusal
from domain.values import Bilingual

_NOT_UTF8 = Bilingual(vi="không phải UTF-8", en="invalid UTF-8")


def canonical_text(value: Any) -> str:
    """The JSON text of plain data. Equal values have equal texts."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    """The same text in UTF-8, for JSON that is stored and read again.

    Fractions and NUL are refused: some stores change them. InvalidInput: `not_recordable`.
    """
    _require_exact(value, "$")
    try:
        return canonical_text(value).encode()
    except UnicodeEncodeError:
        raise InvalidInput(RecordRefusal.NOT_RECORDABLE, problem=_NOT_UTF8) from None


def _require_exact(value: Any, where: str) -> None:
    """Refuses what a JSON store may change: fractions (their digits), NUL, keys that are not text."""
    match value:
        case None | bool() | int():
            return
        case str():
            if "\x00" in value:
                raise InvalidInput(
                    RecordRefusal.NOT_RECORDABLE, problem=Bilingual(vi=f"ký tự NUL ở {where}", en=f"NUL at {where}")
                )
        case dict():
            for key, inner in value.items():
                if not isinstance(key, str):
                    raise InvalidInput(
                        RecordRefusal.NOT_RECORDABLE,
                        problem=Bilingual(vi=f"khóa không phải chữ ở {where}", en=f"a key that is not text at {where}"),
                    )
                _require_exact(inner, f"{where}.{key}")
        case list() | tuple():
            for number, inner in enumerate(value):
                _require_exact(inner, f"{where}[{number}]")
        case _:
            raise InvalidInput(
                RecordRefusal.NOT_RECORDABLE,
                problem=Bilingual(
                    vi=f"giá trị loại {type(value).__name__} ở {where}", en=f"{type(value).__name__} at {where}"
                ),
            )
