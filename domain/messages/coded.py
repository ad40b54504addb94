"""A sentence that the engine says, with the stable code by which machines know it: the two stand together, once."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from domain.values import Bilingual


class CodedSentence(StrEnum):
    """A member is its code; `sentence` is what people read. A subject has one enumeration; its members: `coded`.

    Facts are filled in by name: `{dossier}`, `{state}`. A code, once released, keeps its meaning.
    """

    _value_: str
    sentence: Bilingual

    def __new__(cls, code: str, sentence: Bilingual) -> Self:
        """From what `coded` gives."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        return member


def coded(code: str, *, vi: str, en: str) -> tuple[str, Bilingual]:
    """A member of a `CodedSentence`: the code, and the sentence in Vietnamese and in English."""
    return code, Bilingual(vi=vi, en=en)
