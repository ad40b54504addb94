"""What is asked of the API: a request as a value, and how its answer is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlencode
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from luongxanh_client.models.base import Question
from luongxanh_client.problems import UnreadableAnswer

T = TypeVar("T")

JSON = "application/json"
Query = Mapping[str, str | int | bool | date | tuple[str, ...] | None]


@dataclass(frozen=True)
class Request(Generic[T]):
    """One request. It can be sent again unless `repeatable` is False: a read, or an act under its own key."""

    method: str
    path: str
    answer: type[T]
    """What the answer is read as. NoneType: the answer has no content."""
    query: Query = field(default_factory=dict)
    body: Question | Mapping[str, Any] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    signed: bool = True
    """False: the public may ask, so that no token is sent."""
    repeatable: bool = True

    @property
    def target(self) -> str:
        """The path with its query. What is None is left out of the query; a tuple is sent one by one."""
        given = ((name, value) for name, value in self.query.items() if value is not None)
        each = ((name, value if isinstance(value, tuple) else (value,)) for name, value in given)
        pairs = [(name, _text(one)) for name, values in each for one in values]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    @property
    def content(self) -> bytes | None:
        """The body as JSON. What is None is left out."""
        return None if self.body is None else _adapter(type(self.body)).dump_json(self.body, exclude_none=True)

    def read(self, content: bytes) -> T:
        """The answer. Raises UnreadableAnswer, which names fields and no value."""
        try:
            read: T = _adapter(self.answer).validate_json(content or b"null")
        except ValidationError as wrong:
            fields = ", ".join(".".join(map(str, one["loc"])) for one in wrong.errors(include_input=False)[:5])
            raise UnreadableAnswer(f"{self.method} {self.path}: {fields or 'not JSON'}") from None
        return read


def path(*parts: str) -> str:
    """A path of the API, each part quoted: `path("dossiers", code)`."""
    return "/v1/" + "/".join(quote(part, safe=":") for part in parts)


def acting(key: str | None, version: int | None = None, *, later: bool = False) -> dict[str, str]:
    """The headers of an act: its key (a new one when None), the version it was decided on, and whether to wait."""
    headers = {"Idempotency-Key": key or uuid4().hex}
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    if later:
        headers["Prefer"] = "respond-async"
    return headers


def _adapter(of: Any) -> TypeAdapter[Any]:
    return _kept_adapter(of)


@cache
def _kept_adapter(of: Any) -> TypeAdapter[Any]:
    return TypeAdapter(of)


def _text(value: str | int | bool | date) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case _:
            return str(value)
