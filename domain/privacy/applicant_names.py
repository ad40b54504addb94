"""Finds a known applicant in a text. A name alone has no recognisable shape, but the applicant's name is known.

Names are compared without accents and case, numbers by their digits only, whatever divides them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from domain.privacy.number_words import with_digits_for_words
from domain.privacy.personal_numbers import as_read, with_digits_for_letters
from domain.text.folding import fold
from domain.values import Value

_WORD = re.compile(r"[^\W\d_]+")
_NATIONAL = 9
"""The number of digits after the prefix of a telephone number, and of an old identity card."""


class Applicant(Value):
    """What identifies one person in a text: the words of the name, numbers, the e-mail address."""

    name: tuple[str, ...] = Field(default=(), repr=False)
    numbers: tuple[str, ...] = Field(default=(), repr=False)
    email: str | None = Field(default=None, repr=False)

    def is_named_in(self, text: str) -> bool:
        """True if the text has the whole name, an identity or telephone number, or the e-mail address."""
        return self._by_name(text) or self._by_number(text) or (self.email is not None and self.email in fold(text))

    def _by_name(self, text: str) -> bool:
        """Two words may also be ordinary words (`lý do`): then both must begin with a capital letter."""
        if len(self.name) < 2:
            return False
        written = _WORD.findall(as_read(text))
        words = tuple(fold(word) for word in written)
        size = len(self.name)
        return any(
            words[at : at + size] == self.name
            and (size > 2 or all(word[0].isupper() for word in written[at : at + size]))
            for at in range(len(words) - size + 1)
        )

    def _by_number(self, text: str) -> bool:
        read = as_read(text)
        readings = (read, with_digits_for_letters(read), with_digits_for_words(read))
        digits_of_readings = [_digits(reading) for reading in readings]
        return any(number in digits for number in self.numbers for digits in digits_of_readings)


def applicants(kept: Iterable[Mapping[str, Any]]) -> tuple[Applicant, ...]:
    """The persons in the vault's records of one dossier. A record without an identity number is a note: skipped."""
    return tuple(_applicant(record) for record in kept if "identity_number" in record)


def _applicant(kept: Mapping[str, Any]) -> Applicant:
    phone = _digits(kept.get("phone") or "")[-_NATIONAL:]
    numbers = (_digits(kept.get("identity_number") or ""), phone)
    email = kept.get("email")
    return Applicant(
        name=tuple(_WORD.findall(fold(kept.get("name") or ""))),
        numbers=tuple(number for number in numbers if len(number) >= _NATIONAL),
        email=fold(email) if email else None,
    )


def _digits(text: str) -> str:
    return "".join(re.findall("[0-9]+", text))
