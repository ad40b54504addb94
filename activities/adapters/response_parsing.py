"""Reads JSON replies. A reply of another shape is an error, and so is an error code inside an HTTP 200."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from activities.adapters.http import Connection, Outgoing, Reply
from activities.adapters.messages import OutsideCode
from domain.inconsistency import Inconsistent
from domain.text.json_reader import read_json

Shape = TypeVar("Shape", bound=BaseModel)


NOBODY_ANSWERED = frozenset({404, 405, 410})
"""HTTP statuses of a proxy whose system is not there. They count as the system's own only with an error code inside."""


def json_request(
    operation: str,
    path: str,
    body: dict[str, Any],
    *,
    key: str | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
    once: bool = False,
) -> Outgoing:
    """A JSON request. The caller's key is in the header `Idempotency-Key`, which all platforms read."""
    headers = dict(headers) if key is None else {**headers, "Idempotency-Key": key}
    return Outgoing(operation, path, json.dumps(body, ensure_ascii=False).encode(), headers=headers, once=once)


def is_success(error_code: object) -> bool:
    """True for "00" and for the number 0: the portal sends both. "0", false and 0.0 are not success."""
    return error_code == "00" or (type(error_code) is int and error_code == 0)


def json_object(connection: Connection, operation: str) -> Callable[[Reply], dict[str, Any]]:
    """A function that reads a reply as one JSON object. With a status of 400 to 499 its code says what it means."""

    def read(reply: Reply) -> dict[str, Any]:
        body = _parsed(reply.body)
        if reply.status >= 400:
            reason = body.get("error_code") if isinstance(body, dict) else None
            if reason is None:  # nobody knows who answered: a proxy, or the system in words of its own
                code = OutsideCode.UNAVAILABLE if reply.status in NOBODY_ANSWERED else OutsideCode.BAD_REPLY
                raise connection.error(code, operation, reason=f"http_{reply.status}")
            raise connection.classified(operation, reason)
        if not isinstance(body, dict):
            raise connection.error(OutsideCode.BAD_REPLY, operation, reason="not_a_json_object")
        return body

    return read


def successful(connection: Connection, operation: str, shape: type[Shape]) -> Callable[[Reply], Shape]:
    """A function that reads a successful reply of the given shape. An unknown error code inside a 200 is retried."""
    read_object = json_object(connection, operation)

    def read(reply: Reply) -> Shape:
        return shaped(connection, operation, shape, without_error(connection, operation, read_object(reply)))

    return read


def without_error(connection: Connection, operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """The body, if its `error_code` means success. Raises OutsideError if not; an unknown code is retried."""
    if "error_code" not in body:
        raise connection.error(OutsideCode.BAD_REPLY, operation, reason="no_error_code")
    code = body["error_code"]
    if is_success(code):
        return body
    raise connection.classified(operation, code, named=f"error_{code}")


def shaped(connection: Connection, operation: str, shape: type[Shape], body: object) -> Shape:
    """The body as a model. The error holds only the names of wrong fields: their values may be personal data."""
    try:
        return shape.model_validate(body)
    except ValidationError as error:
        fields = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise connection.error(OutsideCode.BAD_REPLY, operation, reason=f"field.{fields}") from None


def _parsed(body: bytes) -> object:
    try:
        return read_json(body.decode())
    except (Inconsistent, UnicodeDecodeError):
        return None
