"""A key that stands for one object itself, whatever is equal to it."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class SameObject(Generic[T]):
    """Equal only to a key of the very same object, which is frozen. The key keeps it alive, so its id stays its own.

    What was computed from a large frozen value is found again by it (`functools.lru_cache`) without a look at its
    fields, which a hash of the value would need.
    """

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameObject) and self.value is other.value
