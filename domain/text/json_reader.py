"""Reads JSON from outside within limits: size, depth, number of values, length of numbers; no duplicate key, no NaN.

All JSON that enters the engine is read here. The cost grows with the length of the text, and no text has two readings.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Any, NoReturn

from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.values import Bilingual

LARGEST = 16_000_000
"""In characters. A request has some kilobytes; the limit is far higher, so that a field too long is named in the error.
"""
DEEPEST = 50
MOST_VALUES = 200_000
LONGEST_NUMBER = 40
"""Digits and signs. Python's own reader takes a number of any length, and its cost grows with the square of the length.
"""

_TOKENS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{},]', re.DOTALL)
_VIETNAMESE = {
    "Expecting value": "thiếu giá trị, hoặc chữ không có dấu nháy kép",
    "Expecting property name enclosed in double quotes": "thiếu tên trường trong dấu nháy kép",
    "Expecting ':' delimiter": "thiếu dấu hai chấm",
    "Expecting ',' delimiter": "thiếu dấu phẩy hoặc dấu đóng ngoặc",
    "Extra data": "có nội dung thừa phía sau",
    "Unterminated string starting at": "chuỗi chữ chưa đóng dấu nháy kép",
    "Invalid control character at": "có ký tự điều khiển trong chuỗi chữ",
    "Invalid \\escape": "sai ký hiệu sau dấu gạch chéo ngược",
    "Invalid \\uXXXX escape": "sai ký hiệu sau dấu gạch chéo ngược",
    "Illegal trailing comma before end of object": "thừa dấu phẩy ở cuối",
    "Illegal trailing comma before end of array": "thừa dấu phẩy ở cuối",
}
"""The messages of Python's reader, without the place."""


def read_json(text: str, *, decimal: Callable[[str], Any] = float) -> Any:
    """The JSON value of a text. Inconsistent: text_too_large, text_too_deep, text_too_many_values, number_too_long,
    duplicate_key, bad_json.

    `decimal` converts a number with a fraction.
    """
    if len(text) > LARGEST:
        raise Inconsistent(ConfigurationFault.TEXT_TOO_LARGE, limit=LARGEST)
    _require_bounds(text)
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=lambda number: int(_short(number)),
            parse_float=lambda number: _finite(number, decimal),
            parse_constant=_not_json,
        )
    except json.JSONDecodeError as error:
        vi = f"{_VIETNAMESE.get(error.msg, error.msg)} (dòng {error.lineno}, cột {error.colno})"
        en = f"{error.msg} (line {error.lineno}, column {error.colno})"
        raise Inconsistent(ConfigurationFault.BAD_JSON, detail=Bilingual(vi=vi, en=en)) from None


def _require_bounds(text: str) -> None:
    """Checks depth and number of values before anything is built. A text with few brackets needs no scan."""
    if text.count("[") + text.count("{") <= DEEPEST and text.count(",") <= MOST_VALUES - DEEPEST:
        return
    depth, values = 0, 0
    for found in _TOKENS.finditer(text):
        mark = found.group()
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        elif mark == '"':
            return  # an unterminated string: the reader stops there with an error
        values += mark in "[{,"
        if depth > DEEPEST:
            raise Inconsistent(ConfigurationFault.TEXT_TOO_DEEP, limit=DEEPEST)
        if values > MOST_VALUES:
            raise Inconsistent(ConfigurationFault.TEXT_TOO_MANY_VALUES, limit=MOST_VALUES)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(key for key, _ in pairs)  # list.count for each key would cost the square of their number
        twice = next(key for key, count in times.items() if count > 1)
        raise Inconsistent(ConfigurationFault.DUPLICATE_KEY, key=twice[:80])
    return found


def _short(number: str) -> str:
    if len(number) > LONGEST_NUMBER:
        raise Inconsistent(ConfigurationFault.NUMBER_TOO_LONG, limit=LONGEST_NUMBER)
    return number


def _finite(number: str, decimal: Callable[[str], Any]) -> Any:
    value = decimal(_short(number))
    if not math.isfinite(value):
        vi = f"{number} lớn hơn mọi số đọc được"
        raise Inconsistent(ConfigurationFault.BAD_JSON, detail=Bilingual(vi=vi, en=f"{number} is beyond every number"))
    return value


def _not_json(constant: str) -> NoReturn:
    raise Inconsistent(
        ConfigurationFault.BAD_JSON,
        detail=Bilingual(vi=f"{constant} không có trong JSON", en=f"{constant} is not JSON"),
    )
