"""What answers and questions have in common."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """A part of an answer. It is read with fields that this release does not know: they are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Question(BaseModel):
    """A part of what is sent. A field that does not exist is refused here, before anything is sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OpenEnum(StrEnum):
    """An enumeration to which a later API may add values. A value that is new here is kept as it came."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        new = str.__new__(cls, value)
        new._name_ = value.upper()
        new._value_ = value
        return new


class Bilingual(Answer):
    """A text for people, in both languages."""

    vi: str
    en: str


class NamedCode(Answer):
    """A code with its name."""

    code: str
    name: str
