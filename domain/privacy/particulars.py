"""Refuses a person's number, address or name in a text that is recorded for ever.

Notes and an applicant's particulars go to the vault, which can erase them. The ledger and Temporal cannot erase: their
texts cite laws and name documents and units. Numbers are recognised by their shape, names only after a form of address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from domain.errors import InvalidInput
from domain.messages.dossier import DossierRefusal
from domain.privacy.applicant_names import Applicant
from domain.privacy.number_words import spells_out_a_number, with_digits_for_words
from domain.privacy.personal_numbers import (
    as_read,
    holds_identity_number,
    holds_old_identity_number,
    holds_telephone,
    may_hold_a_number,
    with_digits_for_letters,
    without_impersonal_numbers,
)

SENTENCES = frozenset({"legal_basis", "letter", "source", "why"})
"""Fields in which a person writes a sentence. Every other text of a command is a code."""

NUMBERED_BY_OTHERS = frozenset({"voucher", "order", "brought_over.code"})
"""Codes given by the books or machines of others. Nine to eleven digits in a row are allowed: they are such a code, no
telephone or old identity number. Twelve digits in the shape of an identity number are refused here too, because they
are more likely a person's. So are digits that are divided as people divide their numbers."""

COUNTED_BY_SERVICES = frozenset({"key"})
"""Codes that are often a counter of the filing service. A counter may reach nine digits in a row, and identity cards of
nine digits are no longer valid (article 46, law on identity). The applicant's own number is still refused."""

_BETWEEN = "[ .\u00a0-]?"
_PROVINCE = "0(?!00)(?:[0-8][0-9]|9[0-6])"
_SPACED_IDENTITY = re.compile(rf"(?<![0-9])0(?:{_BETWEEN}[0-9]){{2}}{_BETWEEN}[0-3](?:{_BETWEEN}[0-9]){{8}}(?![0-9])")
_DIVIDED = "[ ._/,*\u00a0\u2010-\u2015-]{1,2}"
_DIVIDED_IDENTITY = re.compile(
    rf"(?<![0-9])(?<![0-9][.,]){_PROVINCE}(?:({_DIVIDED})[0-3][0-9]{{2}}\1[0-9]{{3}}\1[0-9]{{3}}"
    rf"|[0-3]({_DIVIDED})[0-9]{{4}}\2[0-9]{{4}}|{_DIVIDED}[0-3][0-9]{{8}})(?![0-9])"
)
"""As people divide it in a sentence: in groups of three, of four, or after the province."""
_OLD_IDENTITY = re.compile(r"(?<![0-9./-])[0-9]{9}(?![0-9/]|[.-][0-9])")
_AMOUNT = r"(?! ?(?:₫|(?i:đ|vnđ|vnd|đồng|dong|m2|ha)\b))"
_DIVIDED_OLD_IDENTITY = re.compile(
    rf"(?<![0-9])(?<![0-9][ .,/-])(?:[0-3][0-9]{{2}}([ /_-])[0-9]{{3}}\1[0-9]{{3}})(?![0-9]|[ .,/-][0-9]){_AMOUNT}"
    r"|(?:CM(?:ND|TND)|CCCD|[Cc]ăn cước|[Cc]hứng minh|[Đđ]ịnh danh)\W{1,3}(?:số\W{1,3})?"
    r"[0-9]{3}([.,])[0-9]{3}\2[0-9]{3}(?![0-9])"
)
"""In groups of three. With points or commas, as amounts are written, only after the name of the card."""
_PHONE = re.compile(rf"(?<![0-9])(?:\+?84|0){_BETWEEN}[2-9](?:{_BETWEEN}[0-9]){{8,9}}(?![0-9])")
NUMBERED_BY_PEOPLE = frozenset({"result_number", "voucher"})
_LIKE_A_NAME = re.compile(r"[^\W\d_]{2,} +[^\W\d_]{2,}|[^\W\d_]{2,}(?:[._-]+[^\W\d_]{2,}){2,}|(?:[0-9OoIl][\W_]*){9,}")
"""Words side by side, or as many digits as a person's number has. Most document numbers are neither."""
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NAME = re.compile(r"\b(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Cc]háu)(?:/[Bb]à)?(?: (?!Rịa)[A-ZÀ-ỸĐ][a-zà-ỹđ]*){2,}")
_CAPITAL = "[A-ZĐÀ-ÖØ-ÝĂĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]"
_NAME_IN_CAPITALS = re.compile(rf"\b(?:[Ôô]ng|ÔNG|[Bb]à|BÀ)(?: (?!RỊA|HOẶC|VÀ){_CAPITAL}{{2,}}){{2,}}")
"""A name as documents write it, after a form of address that is a whole word."""


_IN_A_SENTENCE = (
    _SPACED_IDENTITY, _DIVIDED_IDENTITY, _OLD_IDENTITY, _DIVIDED_OLD_IDENTITY, _PHONE, _EMAIL, _NAME, _NAME_IN_CAPITALS
)  # fmt: skip


def require_impersonal(value: BaseModel) -> None:
    """Refuses a value with personal data: InvalidInput `particulars_in_record` with the field, never its content."""
    for place, text in _texts(value, ""):
        if _is_personal(text, place):
            raise InvalidInput(DossierRefusal.PARTICULARS_IN_RECORD, field=place)


def require_impersonal_text(field: str, text: str) -> None:
    """The same check for one sentence (`field` is `legal_basis`, `why` …) or one code (`person`, `key` …)."""
    if _is_personal(text, field):
        raise InvalidInput(DossierRefusal.PARTICULARS_IN_RECORD, field=field)


def could_name_applicant(value: BaseModel) -> bool:
    """True if the value has a text that could name the applicant: a sentence, or a number that looks like a name."""
    return any(
        (field := place.rpartition(".")[2]) in SENTENCES or (field in NUMBERED_BY_PEOPLE and _LIKE_A_NAME.search(text))
        for place, text in _texts(value, "")
    )


def require_unnamed(value: BaseModel, persons: Sequence[Applicant]) -> None:
    """InvalidInput `particulars_in_record` where a text names one of these persons. An address is not checked."""
    for place, text in _texts(value, ""):
        if not place.endswith(".address"):
            require_unnamed_text(place, text, persons)


def require_unnamed_text(field: str, text: str, persons: Sequence[Applicant]) -> None:
    """The same check for one text."""
    remaining = without_impersonal_numbers(as_read(text))
    if any(person.is_named_in(remaining) for person in persons):
        raise InvalidInput(DossierRefusal.PARTICULARS_IN_RECORD, field=field)


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every text inside the value, with its path."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name), f"{place}.{name}" if place else name)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _texts(item, place)


def _is_personal(text: str, place: str) -> bool:
    field = place.rpartition(".")[2]
    remaining = without_impersonal_numbers(as_read(text))
    if field in SENTENCES:
        return spells_out_a_number(remaining) or any(
            pattern.search(read) for read in _readings_of_a_sentence(remaining) for pattern in _IN_A_SENTENCE
        )
    by_others = any(f".{place}".endswith(f".{path}") for path in NUMBERED_BY_OTHERS)
    readings = {remaining, with_digits_for_letters(remaining)}
    return any(
        holds_identity_number(read)
        or holds_old_identity_number(read, undivided=not by_others and field not in COUNTED_BY_SERVICES)
        or holds_telephone(read, undivided=not by_others)
        or (field == "person" and _PHONE.fullmatch(read) is not None)
        for read in readings
        if may_hold_a_number(read)
    )


def _readings_of_a_sentence(text: str) -> Iterator[str]:
    yield text
    yield with_digits_for_letters(text)
    yield with_digits_for_words(text)
