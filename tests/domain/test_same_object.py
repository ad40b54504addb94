"""A key of one object itself."""

from __future__ import annotations

from domain.same_object import SameObject
from domain.values import Bilingual


def test_an_equal_object_has_another_key() -> None:
    """What was kept for one object is found by that object only, so nothing depends on its fields."""
    one, equal = Bilingual(vi="một", en="one"), Bilingual(vi="một", en="one")
    assert one == equal
    kept = {SameObject(one): "kept"}
    assert kept[SameObject(one)] == "kept"
    assert SameObject(equal) not in kept
    assert SameObject(one) != one
