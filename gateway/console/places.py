"""Addresses within the console."""

from __future__ import annotations

HOME = "/console/"
LONGEST = 8_000


def local_path(given: str) -> str:
    """The path, if it is one of the console; else its first page. So no link can lead to another site."""
    plain = given.isascii() and given.isprintable() and "\\" not in given and len(given) <= LONGEST
    return given if plain and given.startswith(HOME) and not given.startswith("/console//") else HOME
