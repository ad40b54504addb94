"""Digits written as words: `không ba bảy` is 037, in Vietnamese (with or without accents) and in English."""

from __future__ import annotations

import re

from domain.text.folding import fold

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
"""The shortest number of a person has so many digits."""


def with_digits_for_words(text: str) -> str:
    """The text without accents and case; a run of three or more digit words is replaced by the digits."""
    return _SPELT.sub(lambda run: _digits(run[0]), fold(text))


def spells_out_a_number(text: str) -> bool:
    """True for nine or more digit words in a row. No law, amount or day is written so."""
    return any(len(_digits(run[0])) >= _AT_LEAST for run in _SPELT.finditer(fold(text)))


def _digits(words: str) -> str:
    return "".join(_DIGITS[word] for word in re.findall("[a-z]+", words))
