"""The base of every value in the domain, and the few types that all of them share."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, StringConstraints

VIETNAM = timezone(timedelta(hours=7), "+07")
"""Asia/Ho_Chi_Minh: +07:00 without daylight saving since 1975, so a fixed offset needs no zone database."""


class Value(BaseModel):
    """A frozen value. Unknown fields are ignored, so that what was stored by a newer release can still be read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Strict(Value):
    """A frozen value that comes from outside (a command, a configuration): an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def normalised(text: str) -> str:
    """NFC, trimmed. A Vietnamese name typed on another keyboard may arrive as NFD and must compare equal."""
    return unicodedata.normalize("NFC", text).strip()


def _clean(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("invalid_text: not valid UTF-8") from None
    if "\x00" in text:
        raise ValueError("invalid_text: contains a NUL character")
    return normalised(text)


def _in_vietnam(at: datetime) -> datetime:
    try:
        return at.astimezone(VIETNAM)
    except OverflowError:
        raise ValueError("invalid_datetime: outside the years 1 to 9999 in Vietnam's time") from None


Text = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=4_000)]
"""A sentence or a page that a person wrote: NFC, at most 4,000 characters."""

Name = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=500)]
"""A name of a person, a unit, a procedure or a document: NFC, at most 500 characters."""

Code = Annotated[str, BeforeValidator(_clean), StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._\-]{0,63}$")]
"""An identifier that people and machines exchange: ASCII, at most 64 characters."""

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in hexadecimal."""

Instant = Annotated[AwareDatetime, AfterValidator(_in_vietnam)]
"""A point in time with its zone, kept in Vietnam's."""


class Bilingual(Value):
    """What a person reads: Vietnamese first, English beside it."""

    vi: str
    en: str
