"""What a simulated system reads and answers: the raw request, checked strictly, and the answer."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """The answer of a system."""

    body: bytes
    status: int = 200
    content_type: str = JSON


def json_answer(body: Mapping[str, Any], status: int = 200) -> Answer:
    """An answer in JSON. Vietnamese letters are not escaped."""
    return Answer(json.dumps(body, ensure_ascii=False).encode(), status)


@dataclass(frozen=True)
class RawRequest:
    """The raw request, with the path below the system's own."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, Any] | None:
        """The body as a JSON object; None when it is not one.

        It must be in UTF-8, say so, name no field twice, hold no NaN, and have its letters composed (NFC): older
        systems compare them as bytes.
        """
        if self.headers.get("content-type", "").replace(" ", "").lower() not in (
            "application/json",
            "application/json;charset=utf-8",
        ):
            return None
        try:
            text = self.body.decode()
            value = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_no_number)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) and unicodedata.is_normalized("NFC", text) else None

    def has_key(self, key: str) -> bool:
        """Whether the header Idempotency-Key, if there is one, is the key of the body."""
        return self.headers.get("idempotency-key", key) == key


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field is there twice")
    return fields


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number")
