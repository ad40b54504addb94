"""A person's number, address or name in a text that is recorded for good.

Notes and an applicant's particulars go to the vault, which can forget. The ledger and Temporal cannot: what stands
there cites laws and names documents and units. Numbers are told by their shape; names only behind a form of address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from domain.errors import InvalidInput

SENTENCES = frozenset({"legal_basis", "letter", "source", "why"})
"""Fields in which a person writes a sentence; every other text of a command is a code."""

NUMBERED_BY_OTHERS = frozenset({"voucher", "order", "brought_over.code"})
"""Codes that somebody else's book or machine gives: ten or eleven digits in a row are rightly theirs, and no telephone.
Of twelve with the shape of an identity number a person's is the likelier; they are refused here, too."""

_BETWEEN = "[ .\u00a0-]?"
# Identifiers of machines and of dossiers, and dates, whose digits are nobody's.
_OF_NOBODY = re.compile(
    r"\b[0-9a-f]{32}(?:[0-9a-f]{32})?\b|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"
    r"|\b[A-Za-z0-9.]+-[0-9]{6}-[0-9]{4,12}\b|\b[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}\b|\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"
)
# Twelve digits (circular 59/2021/TT-BCA): three of a province, 001 to 096; one of century and sex; two of the year of
# birth; six of the person. A number that is filled up with zeros is nobody's.
_PROVINCE = "0(?!00)(?:[0-8][0-9]|9[0-6])"
_IDENTITY = re.compile(rf"(?<![0-9]){_PROVINCE}[0-3][0-9]{{8}}(?![0-9])")
_SPACED_IDENTITY = re.compile(rf"(?<![0-9])0(?:{_BETWEEN}[0-9]){{2}}{_BETWEEN}[0-3](?:{_BETWEEN}[0-9]){{8}}(?![0-9])")
_GROUPED_IDENTITY = re.compile(rf"(?<![0-9]){_PROVINCE}([ ._/\u00a0-])[0-3][0-9]{{2}}\1[0-9]{{3}}\1[0-9]{{3}}(?![0-9])")
"""As a person writes it, in a code too; other ways to divide twelve digits are those of receipts."""
_DIVIDED = "[ ._/,*\u00a0\u2010-\u2015-]{1,2}"
_DIVIDED_IDENTITY = re.compile(
    rf"(?<![0-9])(?<![0-9][.,]){_PROVINCE}(?:({_DIVIDED})[0-3][0-9]{{2}}\1[0-9]{{3}}\1[0-9]{{3}}"
    rf"|[0-3]({_DIVIDED})[0-9]{{4}}\2[0-9]{{4}})(?![0-9])"
)
"""As a person divides it in a sentence, by threes or by fours."""
_OLD_IDENTITY = re.compile(r"(?<![0-9./-])[0-9]{9}(?![0-9/]|[.-][0-9])")
_PHONE = re.compile(rf"(?<![0-9])(?:\+?84|0){_BETWEEN}[2-9](?:{_BETWEEN}[0-9]){{8,9}}(?![0-9])")
_PHONE_IN_A_CODE = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:84|0)(?:[35789][0-9]{8}|2[0-9]{9})"
    r"|0[35789][0-9]{2}([ ._-])[0-9]{3}\1[0-9]{3}|0[35789][0-9]([ ._-])[0-9]{3}\2[0-9]{4})(?![0-9A-Za-z])"
)
"""A mobile or a landline number by its prefix, whole or as a person divides it: a code has other runs of digits."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NAME = re.compile(r"\b(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Cc]háu)(?:/[Bb]à)?(?: (?!Rịa)[A-ZÀ-ỸĐ][a-zà-ỹđ]*){2,}")
_CAPITAL = "[A-ZĐÀ-ÖØ-ÝĂĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]"
_NAME_IN_CAPITALS = re.compile(rf"\b(?:[Ôô]ng|ÔNG|[Bb]à|BÀ)(?: (?!RỊA|HOẶC|VÀ){_CAPITAL}{{2,}}){{2,}}")
"""As names stand in papers; behind a form of address that is not half of another word."""


_IN_A_SENTENCE = (_SPACED_IDENTITY, _DIVIDED_IDENTITY, _OLD_IDENTITY, _PHONE, _EMAIL, _NAME, _NAME_IN_CAPITALS)


def require_impersonal(value: BaseModel) -> None:
    """InvalidInput `particulars_in_record`, naming the field and never what stands in it."""
    for place, text in _texts(value, ""):
        if _is_personal(text, place):
            raise InvalidInput("particulars_in_record", field=place)


def require_impersonal_text(field: str, text: str) -> None:
    """The same for one sentence (`field` is `legal_basis`, `why` …) or one code (`person`, `key` …)."""
    if _is_personal(text, field):
        raise InvalidInput("particulars_in_record", field=field)


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every text, with the place where it stands."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name), f"{place}.{name}" if place else name)
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _texts(one, place)


def _is_personal(text: str, place: str) -> bool:
    field = place.rpartition(".")[2]
    left = _OF_NOBODY.sub(" ", _with_common_digits(text))
    if field in SENTENCES:
        return any(one.search(left) for one in _IN_A_SENTENCE)
    if _IDENTITY.search(left) or _GROUPED_IDENTITY.search(left):
        return True
    if any(f".{place}".endswith(f".{one}") for one in NUMBERED_BY_OTHERS):
        return False
    return _PHONE_IN_A_CODE.search(left) is not None or (field == "person" and _PHONE.fullmatch(left) is not None)


def _with_common_digits(text: str) -> str:
    """Digits of other scripts, wide, raised and circled ones are read as a person reads them."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in text)
