"""Recognises identity and telephone numbers among the other digits of a code or a sentence.

A text is compared as a person reads it: digits of any script, letters used as digits, any separators.
The number of a document may have as many digits. A year, a date or leading zeros among its parts show that an office
issued it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import StringConstraints

Parts = tuple[int, ...]

IdentityNumber = Annotated[str, StringConstraints(pattern=r"^([0-9]{12}|[0-9]{9})$")]
"""A personal identification number of twelve digits, or the nine of an older identity card."""

# Circular 59/2021/TT-BCA: three digits of a province, 001 to 096; one of century and sex; two of the year of birth; six
# of the person. A number that is padded with zeros belongs to nobody.
_IDENTITY = re.compile("0(?!00)(?:[0-8][0-9]|9[0-6])[0-3][0-9]{8}")
_OLD_IDENTITY = re.compile("(?:0[1-9]|[12][0-9]|3[0-8])[0-9]{7}")
"""Nine digits; the first two are of the province's police (01 to 38)."""
_MOBILE = re.compile("(?:84|0)[35789][0-9]{8}")
_LANDLINE = re.compile("(?:84|0)2[0-9]{9}")

_IDENTITY_DIVIDED: frozenset[Parts] = frozenset({(3, 9), (3, 3, 3, 3), (1,) * 12})
_OLD_DIVIDED: frozenset[Parts] = frozenset({(3, 3, 3), (1,) * 9})
_MOBILE_DIVIDED: frozenset[Parts] = frozenset({(4, 3, 3), (3, 3, 4), (3, 4, 3), (2, 3, 3, 3), (1,) * 10})
_PHONE_BY_PREFIX: frozenset[Parts] = frozenset(
    {(4, 6), (4, 2, 2, 2), (2, 9), (2, 2, 3, 4), (4, 7), (4, 3, 4), (4, 4, 3), (3, 4, 4), (3, 8), (1,) * 11}
)
"""Divisions that an office's document number may have as well."""

_MONTH_AND_DAY = "(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_YEAR_OR_ZEROS = re.compile("20[0-4][0-9]|000[0-9]{3,}")
_ISSUERS_DAYS = tuple(
    re.compile(shape)
    for shape in (
        rf"(?P<year>20[1-4][0-9])(?P<day>{_MONTH_AND_DAY})[0-9]{{0,4}}",
        rf"(?P<year>[1-4][0-9])(?P<day>{_MONTH_AND_DAY})[0-9]{{0,4}}",
        r"(?P<day>(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2]))(?P<year>20[0-4][0-9])",
    )
)
"""Parts that a person's number never has: a year, a day, a counter padded with zeros."""

_DIGIT = re.compile("[0-9]")
_FEWEST_DIGITS = 9
"""Those of an old identity card; a telephone number has ten or more."""
_SEPARATED = re.compile(r"[0-9]+(?:[\W_]{1,3}[0-9]+)*")
_LETTERS_FOR_DIGITS = str.maketrans({**dict.fromkeys("OoОоΟο", "0"), **dict.fromkeys("lI|ІіΙι", "1")})
_LIKE_DIGITS = re.compile(r"(?<![^\W_])[0-9OoОоΟοlI|ІіΙι]+(?![^\W_])")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\u20dd-\u20e4\ufe00-\ufe0f\ufeff]")
_DAY = r"\b(?:0?[1-9]|[12][0-9]|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)[0-9]{2}\b"
_ISO_DAY = r"\b(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])\b"
_IMPERSONAL = re.compile(
    r"\b[0-9a-f]{32}(?:[0-9a-f]{32})?\b|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
    r"|\b(?=[A-Za-z0-9.]*[A-Za-z]|[0-9]{5}-)(?![A-Za-z0-9.]*(?:[0-9]\.?){9})[A-Za-z0-9.]{1,32}"
    rf"-[0-9]{{2}}{_MONTH_AND_DAY}-[0-9]{{4,11}}\b"
    rf"|{_DAY}|{_ISO_DAY}"
)
"""Identifiers of machines, codes of dossiers, and days. A dossier code whose counter has twelve digits does not match:
the digits could be an identity number."""


def as_read(text: str) -> str:
    """The text in NFKC; digits of every script, also raised and circled ones, as 0 to 9; no invisible characters."""
    if text.isascii():
        return text
    visible = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in visible)


def with_digits_for_letters(text: str) -> str:
    """`O37O99OO1234` becomes 037099001234: letters that look like digits, in a run of only such letters and digits."""
    return _LIKE_DIGITS.sub(lambda run: run[0].translate(_LETTERS_FOR_DIGITS), text)


def without_impersonal_numbers(text: str) -> str:
    """The text without machine identifiers, dossier codes and days: their digits belong to no person."""
    return _IMPERSONAL.sub(" x ", text)


def may_hold_a_number(text: str) -> bool:
    """False for a text with fewer digits than any number of a person. It is quick, and most codes are such texts."""
    return len(_DIGIT.findall(text)) >= _FEWEST_DIGITS


def holds_identity_number(text: str) -> bool:
    """True if a code contains an identity number of twelve digits, divided in any way."""
    for digits, parts, whole in _windows(text, 12):
        if _IDENTITY.fullmatch(digits) is None:
            continue
        sizes = tuple(map(len, parts))
        if len(parts) == 1 or sizes in _IDENTITY_DIVIDED or (sizes == (4, 4, 4) and not _issued_by_an_office(parts)):
            return True
        if whole and not _issued_by_an_office(parts):
            return True
    return False


def holds_old_identity_number(text: str, *, undivided: bool) -> bool:
    """True for nine digits of an old identity card: in groups of three, or (`undivided`) in a row no letter touches."""
    return any(
        _OLD_IDENTITY.fullmatch(digits)
        and (undivided and _alone(text, parts[0]) if len(parts) == 1 else tuple(map(len, parts)) in _OLD_DIVIDED)
        for digits, parts, _ in _windows(text, 9)
    )


def holds_telephone(text: str, *, undivided: bool) -> bool:
    """True for a telephone number, by its prefix. `undivided`: also in a row, or divided as an office may divide."""
    for size in (10, 11, 12):
        for digits, parts, whole in _windows(text, size):
            if not (_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits)):
                continue
            sizes = tuple(map(len, parts))
            if sizes in _MOBILE_DIVIDED and not _issued_by_an_office(parts):
                return True
            if undivided and len(parts) == 1 and _alone(text, parts[0]):
                return True
            if undivided and whole and sizes in _PHONE_BY_PREFIX and not _issued_by_an_office(parts):
                return True
    return False


def _windows(text: str, size: int) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Each group of neighbouring parts with `size` digits together: digits, parts, and whether these are all parts."""
    for run in _SEPARATED.finditer(text):
        parts = tuple(re.findall("[0-9]+", run[0]))
        for first in range(len(parts)):
            for last in range(first + 1, len(parts) + 1):
                digits = "".join(parts[first:last])
                if len(digits) == size:
                    yield digits, parts[first:last], last - first == len(parts)
                if len(digits) >= size:
                    break


def _issued_by_an_office(parts: tuple[str, ...]) -> bool:
    return any(
        _YEAR_OR_ZEROS.fullmatch(part) or any(_is_a_day(part, shape) for shape in _ISSUERS_DAYS) for part in parts
    )


def _is_a_day(part: str, shape: re.Pattern[str]) -> bool:
    """True for a day that exists. 29 February 2030 does not exist, so `30022900` contains no day of issue."""
    found = shape.fullmatch(part)
    if found is None:
        return False
    year, day = int(found["year"]) % 100 + 2000, found["day"]
    month, number = (day[:2], day[2:]) if found.start("year") == 0 else (day[2:], day[:2])
    try:
        date(year, int(month), int(number))
    except ValueError:
        return False
    return True


def _alone(text: str, digits: str) -> bool:
    """True if no letter touches the digits. Digits joined to letters are not a person's nine or ten digits."""
    return re.search(rf"(?<![0-9A-Za-z]){digits}(?![0-9A-Za-z])", text) is not None
