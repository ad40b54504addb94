"""Digits that are spelt out: `không ba bảy` is 037, in Vietnamese (with or without accents) and in English."""

from __future__ import annotations

import re

from domain.organisation.names import fold

_DIGITS = {
    word: str(digit)
    for digit, words in enumerate(
        ("khong zero oh", "mot one", "hai two", "ba three", "bon tu four", "nam lam five", "sau six", "bay seven",
         "tam eight", "chin nine")
    )
    for word in words.split()
}  # fmt: skip
_WORD = f"(?:{'|'.join(_DIGITS)})"
_SPELT = re.compile(rf"(?<!\w){_WORD}(?:[\W_]{{1,3}}{_WORD}){{2,}}(?!\w)")


_AT_LEAST = 9
"""As many digits as the shortest number of a person has."""


def with_digits_for_words(text: str) -> str:
    """The text, accents and case dropped, with each run of three or more such words as its digits."""
    return _SPELT.sub(lambda run: _digits(run[0]), fold(text))


def spells_out_a_number(text: str) -> bool:
    """Nine or more digits in words, one after the other: no law, amount or day is told so."""
    return any(len(_digits(run[0])) >= _AT_LEAST for run in _SPELT.finditer(fold(text)))


def _digits(words: str) -> str:
    return "".join(_DIGITS[word] for word in re.findall("[a-z]+", words))
