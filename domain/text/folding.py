"""Makes texts comparable that people type with other accents, another case or other spaces."""

from __future__ import annotations

import unicodedata

from domain.values import normalised


def fold(text: str) -> str:
    """Lower case, no accents, d for đ, single spaces: `Hòa Mạc` and `Hoà Mạc` are both `hoa mac`, in NFC and in NFD."""
    decomposed = unicodedata.normalize("NFD", normalised(text).casefold().replace("đ", "d"))
    return " ".join("".join(letter for letter in decomposed if not unicodedata.combining(letter)).split())
