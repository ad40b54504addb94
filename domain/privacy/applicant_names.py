"""An applicant whose particulars are known, named in a text: a bare name has no shape, but this one is known.

Names are compared without accents and case, numbers by their digits alone, whatever divides them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import Field

from domain.organisation.names import fold
from domain.privacy.number_words import with_digits_for_words
from domain.privacy.personal_numbers import as_read, with_digits_for_letters
from domain.values import Value

_WORD = re.compile(r"[^\W\d_]+")
_NATIONAL = 9
"""The digits of a telephone number behind the prefix, and those of an old identity card."""


class Applicant(Value):
    """What names one person: a name's words, numbers, addresses of e-mail."""

    name: tuple[str, ...] = Field(default=(), repr=False)
    numbers: tuple[str, ...] = Field(default=(), repr=False)
    email: str | None = Field(default=None, repr=False)

    def is_named_in(self, text: str) -> bool:
        """By the whole name, an identity or telephone number, or the address of e-mail."""
        return self._by_name(text) or self._by_number(text) or (self.email is not None and self.email in fold(text))

    def _by_name(self, text: str) -> bool:
        """A name of two words may be words of every day (`lý do`): it counts where both begin with a capital."""
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
        digits = [_digits(one) for one in (read, with_digits_for_letters(read), with_digits_for_words(read))]
        return any(number in one for number in self.numbers for one in digits)


def applicants(kept: Iterable[Mapping[str, Any]]) -> tuple[Applicant, ...]:
    """The persons in what the vault holds of a dossier; notes name nobody here."""
    return tuple(_applicant(one) for one in kept if "identity_number" in one)


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
