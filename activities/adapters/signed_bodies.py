"""Notifications that another system signs: HMAC-SHA256 over the raw body, with a secret that both know.

A secret that is changed has two lines for a while: no two offices change it in the same second, and what is refused in
between may never be sent again.
"""

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


def lines_of(secret: SecretStr) -> tuple[str, ...]:
    """The secrets, the one in use first. Each of them is believed."""
    return tuple(line.strip() for line in secret.get_secret_value().splitlines() if line.strip())


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
    given = (signature or "").encode()
    if not any(hmac.compare_digest(_signature(line, body), given) for line in lines_of(secret)):
        raise RejectedCallback(unsigned)
    try:
        return shape.model_validate(read_json(body.decode()))
    except (ValidationError, Inconsistent, UnicodeDecodeError):
        raise RejectedCallback(unreadable) from None


def _signature(secret: str, body: bytes) -> bytes:
    return b"sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest().encode()
