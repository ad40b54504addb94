"""Notifications that another system signs: HMAC-SHA256 over the raw body, with a secret that both know."""

from __future__ import annotations

import hashlib
import hmac
from typing import TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from activities.adapters.errors import RejectedCallback
from activities.adapters.messages import CallbackRefusal
from domain.inconsistency import Inconsistent
from domain.text.json_reader import read_json

Shape = TypeVar("Shape", bound=BaseModel)


def read_signed(
    shape: type[Shape],
    secret: SecretStr,
    body: bytes,
    signature: str | None,
    *,
    unsigned: CallbackRefusal,
    unreadable: CallbackRefusal,
) -> Shape:
    """The notification, if exactly these bytes were signed. Raises RejectedCallback with one of the two refusals.

    `signature`: `sha256=` and the digest in hexadecimal; None when the header is missing.
    """
    expected = "sha256=" + hmac.new(secret.get_secret_value().encode(), body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), (signature or "").encode()):
        raise RejectedCallback(unsigned)
    try:
        return shape.model_validate(read_json(body.decode()))
    except (ValidationError, Inconsistent, UnicodeDecodeError):
        raise RejectedCallback(unreadable) from None
