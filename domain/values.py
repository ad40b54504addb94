"""The base of every value in the domain, and the few types that all of them share."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
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
"""The context in which a request or a file is validated. What is stored was accepted by an earlier release and is read
as it stands: a check that became stricter since would make it unreadable for ever."""
FIRST_YEAR, LAST_YEAR = 1850, 2200
"""Between them lies every day that a dossier or a rule can be about; the ends of the calendar would overflow."""


class Value(BaseModel):
    """A frozen value. Unknown fields are ignored, so that what was stored by a newer release can still be read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Strict(Value):
    """A frozen value that comes from outside (a command, a configuration): an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Indexed(Strict):
    """A value that keeps indexes of itself (`cached_property`): a changed copy is validated and has its own."""

    def model_copy(self, *, update: Any = None, deep: bool = False) -> Self:
        """A changed copy; pydantic's own would skip the validation and keep this one's indexes."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**fields, **(update or {})})


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


def is_from_outside(info: ValidationInfo) -> bool:
    """Whether a request or a file is validated."""
    return bool(info.context and info.context.get("from_outside"))


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}([.,]\d{1,6})?)?([Zz]|[+-]\d{2}:?\d{2})", re.ASCII)


def _written_day(given: Any, info: ValidationInfo) -> Any:
    """From outside a day is `2025-07-01`: a number would be taken for seconds since 1970."""
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
    """From outside an instant is `2025-07-01T09:30+07:00`, with its zone."""
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
    """A bound of a number in a file: beyond it, time could not be computed. What is stored is read as it stands."""

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
    """From outside, `Số: 05/GKS-P.HN`, copied as it is printed, is the number 05/GKS-P.HN."""
    return _WORD_BEFORE_A_NUMBER.sub("", given) if is_from_outside(info) and isinstance(given, str) else given


Text = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=4_000)]
"""A sentence or a page that a person wrote: NFC, at most 4,000 characters."""

Name = Annotated[str, BeforeValidator(_clean), StringConstraints(min_length=1, max_length=500)]
"""A name of a person, a unit, a procedure or a document: NFC, at most 500 characters."""

Code = Annotated[str, BeforeValidator(_clean), StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._\-]{0,63}$")]
"""An identifier that people and machines exchange: ASCII, at most 64 characters."""

AUTHORITY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]{0,31}")
"""What stands at the head of a dossier's code."""

DOSSIER_CODE = re.compile(AUTHORITY_ID.pattern + r"-[0-9]{6}-[0-9]{4,12}")
"""The shape of a dossier's code: the authority, the day, a number of that day."""

Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in hexadecimal."""

DocumentNumber = Annotated[
    str,
    BeforeValidator(_number_alone),
    BeforeValidator(_clean),
    StringConstraints(pattern=r"^[\p{L}\p{N}][\p{L}\p{N}._\-/ ]{0,63}$"),
]
"""The number of a paper as its issuer writes it, `12/QĐ-UBND` or `BL/26E-1`: letters (Vietnamese ones too), digits and,
after the first, `/ - . _` and spaces; at most 64 characters. Also a voucher's number and a code of another system."""

Day = Annotated[date, BeforeValidator(_written_day)]
"""A day of the calendar."""

Instant = Annotated[AwareDatetime, BeforeValidator(_written_instant), AfterValidator(_in_vietnam)]
"""A point in time with its zone, kept in Vietnam's."""


class Bilingual(Value):
    """What a person reads: Vietnamese first, English beside it."""

    vi: str
    en: str

    def __str__(self) -> str:
        """As a machine reads it among the facts of an error."""
        return self.en
