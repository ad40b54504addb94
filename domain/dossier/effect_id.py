"""The id of an effect: the kind of the call and its number in the dossier. It is written `sign/3`."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

EFFECT_PATTERN = r"^[a-z]+(-[a-z]+)*/[1-9][0-9]{0,8}$"
"""The shape of an effect's id as text."""


class EffectKind(StrEnum):
    """The kinds of calls to outside systems, as they are written in the ids."""

    IDENTITY = "identity"
    PAYMENT_ORDER = "payment-order"
    PAYMENT_QUERY = "payment-query"
    REFUND = "refund"
    SIGN = "sign"
    SEAL = "seal"
    REGISTER = "register"
    POST_ORDER = "post-order"
    POST_QUERY = "post-query"
    POST_CANCEL = "post-cancel"


class EffectId(str):
    """The value is its own text, because the text is stored in events and is the key at the outside system.

    Commands and events keep the text as it arrived; `kind_of` and `number_of` read it.
    """

    __slots__ = ()

    def __new__(cls, kind: EffectKind, number: int) -> EffectId:
        """The effect number `number` of this kind in one dossier."""
        return super().__new__(cls, f"{kind}/{number}")

    @classmethod
    def read(cls, text: str) -> EffectId:
        """The id that a text states; ValueError when it is not an id."""
        found = cls(EffectKind(kind_of(text)), number_of(text))
        if found != text:
            raise ValueError(f"no id of an effect: {text}")
        return found

    def __getnewargs__(self) -> tuple[Any, ...]:
        """The arguments of `__new__` for a copy."""
        return kind_of(self), number_of(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls.read, core_schema.str_schema())


def kind_of(effect: str) -> str:
    """The kind in the text of an effect's id. Another release may write a kind that this one does not know."""
    return effect.partition("/")[0]


def number_of(effect: str) -> int:
    """The number in the text of an effect's id."""
    return int(effect.rpartition("/")[2])
