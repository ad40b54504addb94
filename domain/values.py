"""The base classes of the domain's values, and the field types that they share."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

VIETNAM = timezone(timedelta(hours=7), "+07")
"""Asia/Ho_Chi_Minh: +07:00 without daylight saving since 1975, so a fixed offset needs no zone database."""


FROM_OUTSIDE = {"from_outside": True}
"""The validation context of a request or a file. Stored data is read without it: an earlier release accepted the data,
and a check that became stricter since then would make it unreadable for ever."""
FIRST_YEAR, LAST_YEAR = 1850, 2200
"""Every day of a dossier or a rule lies between them. Computing at the ends of Python's calendar would overflow."""


class Value(BaseModel):
    """A frozen value. Unknown fields are ignored, so that what was stored by a newer release can still be read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Strict(Value):
    """A frozen value that comes from outside (a command, a configuration): an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Indexed(Strict):
    """A value with cached indexes (`cached_property`). A changed copy is validated and builds its own indexes."""

    def model_copy(self, *, update: Any = None, deep: bool = False) -> Self:
        """A changed copy. Pydantic's own method would skip the validation and keep the old indexes."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**fields, **(update or {})})


def midnight(day: date) -> datetime:
    """The first instant of a day in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)


def normalised(text: str) -> str:
    """The text in NFC, trimmed. A Vietnamese name from another keyboard may arrive in NFD and must compare equal."""
    return unicodedata.normalize("NFC", text).strip()


def _clean(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    if text.isascii() and "\x00" not in text:
        return text.strip()
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("invalid_text: not valid UTF-8") from None
    if "\x00" in text:
        raise ValueError("invalid_text: contains a NUL character")
    return normalised(text)


def is_from_outside(info: ValidationInfo) -> bool:
    """True while a request or a file is validated."""
    return bool(info.context and info.context.get("from_outside"))


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,6})?)?([Zz]|[+-]\d{2}:?\d{2})", re.ASCII)


def _written_day(given: Any, info: ValidationInfo) -> Any:
    """From outside, a day is written `2025-07-01`. Pydantic would read a number as seconds since 1970."""
    if not is_from_outside(info) or (isinstance(given, date) and not isinstance(given, datetime)):
        return given
    try:
        day = date.fromisoformat(given) if isinstance(given, str) and _DAY.fullmatch(given.strip()) else None
    except ValueError:
        day = None
    if day is None:
        raise PydanticCustomError("not_a_day", "not a day of the calendar, written like 2025-07-01")
    return _possible(day)


def _written_instant(given: Any, info: ValidationInfo) -> Any:
    """From outside, an instant is written `2025-07-01T09:30+07:00`, with its zone."""
    if not is_from_outside(info) or isinstance(given, datetime):
        return given
    try:
        written = isinstance(given, str) and _INSTANT.fullmatch(given.strip())
        at = datetime.fromisoformat(given.strip().upper().replace(",", ".")) if written else None
    except ValueError:
        at = None
    if at is None:
        raise PydanticCustomError("not_an_instant", "not an instant with its zone, written like 2025-07-01T09:30+07:00")
    return _possible(at)


def no_more_than(most: int) -> AfterValidator:
    """An upper bound for a number in a file; above it, times cannot be computed. Stored data is not checked."""

    def bounded(number: int, info: ValidationInfo) -> int:
        if is_from_outside(info) and number > most:
            raise PydanticCustomError("above_the_most", "must be {le} or less", {"le": most})
        return number

    return AfterValidator(bounded)


def _possible(day: date) -> date:
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        facts = {"first": FIRST_YEAR, "last": LAST_YEAR - 1}
        raise PydanticCustomError("beyond_all_years", "the year is not between {first} and {last}", facts)
    return day


def _in_vietnam(at: datetime) -> datetime:
    try:
        return at.astimezone(VIETNAM)
    except OverflowError:
        raise ValueError("invalid_datetime: outside the years 1 to 9999 in Vietnam's time") from None


_WORD_BEFORE_A_NUMBER = re.compile(r"^số(?:\s*:\s*|\s+)", re.IGNORECASE)


def _number_alone(given: Any, info: ValidationInfo) -> Any:
    """From outside, `Số: 05/GKS-P.HN` (copied as printed) is the number 05/GKS-P.HN."""
    return _WORD_BEFORE_A_NUMBER.sub("", given) if is_from_outside(info) and isinstance(given, str) else given


# The bounds stand first: pydantic then checks them in its core, after the text was cleaned. Behind a function it would
# check them in Python.
Text = Annotated[str, StringConstraints(min_length=1, max_length=4_000), BeforeValidator(_clean)]
"""A sentence or a page that a person wrote: NFC, at most 4,000 characters."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=500), BeforeValidator(_clean)]
"""A name of a person, a unit, a procedure or a document: NFC, at most 500 characters."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._\-]{0,63}$"), BeforeValidator(_clean)]
"""An identifier that people and machines exchange: ASCII, at most 64 characters."""

AUTHORITY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]{0,31}")
"""The first part of a dossier's code: the authority's identifier."""

DOSSIER_CODE = re.compile(AUTHORITY_ID.pattern + r"-[0-9]{6}-[0-9]{4,12}")
"""The shape of a dossier's code: authority, day, number of that day."""

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in hexadecimal."""

DocumentNumber = Annotated[
    str,
    StringConstraints(pattern=r"^[\p{L}\p{N}][\p{L}\p{N}._\-/ ]{0,63}$"),
    BeforeValidator(_number_alone),
    BeforeValidator(_clean),
]
"""The number of a document as its issuer writes it, `12/QĐ-UBND` or `BL/26E-1`: letters (also Vietnamese), digits and,
after the first, `/ - . _` and spaces; at most 64 characters. Also a voucher's number and a code of another system."""

Day = Annotated[date, BeforeValidator(_written_day)]
"""A day of the calendar."""

Instant = Annotated[AwareDatetime, BeforeValidator(_written_instant), AfterValidator(_in_vietnam)]
"""A point in time with its zone, converted to Vietnam's zone."""


class Bilingual(Value):
    """A text for people, in Vietnamese and in English."""

    vi: str
    en: str

    def __str__(self) -> str:
        """The English text. Machines read it among the facts of an error."""
        return self.en
