"""The type of the engine's sentences: a stable code for programs, and a text in two languages for people."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from domain.values import Bilingual


class CodedSentence(StrEnum):
    """The base of the enumerations of sentences, one for each subject. The value of a member is its code.

    The function `coded` makes a member. Facts are filled in by name: `{dossier}`, `{state}`. A released code keeps its
    meaning.
    """

    _value_: str
    sentence: Bilingual

    def __new__(cls, code: str, sentence: Bilingual) -> Self:
        """A member from the two values that `coded` returns."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        return member


def coded(code: str, *, vi: str, en: str) -> tuple[str, Bilingual]:
    """A member of a `CodedSentence`: the code, and the sentence in Vietnamese and in English."""
    return code, Bilingual(vi=vi, en=en)
