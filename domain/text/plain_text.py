"""Characters that no text of the engine may contain: those that a terminal obeys and those that a reader cannot see.

Line breaks, escape sequences, marks that change the direction of writing, invisible and private-use characters can make
a screen show something that was never written. The list is fixed here and not read from the machine's Unicode tables:
`decide` must judge a stored command tomorrow as it does today.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

_CONTROL = r"\x00-\x1f\x7f-\x9f"
_INVISIBLE = (
    r"\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Format characters, line and paragraph separators, blank letters, tags, and code points that are no characters."""
_SURROGATE_OR_PRIVATE = r"\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff"
"""Halves of surrogate pairs, and characters for private use."""

_IN_A_LINE = re.compile(f"[{_CONTROL}{_INVISIBLE}{_SURROGATE_OR_PRIVATE}]")
_ON_A_PAGE = re.compile(f"(?![\\n\\t])[{_CONTROL}{_INVISIBLE}{_SURROGATE_OR_PRIVATE}]")


def unseen(text: str, *, page: bool = False) -> tuple[str, int] | None:
    """The first forbidden character, as `U+202E`, and its position from 1; None where there is none.

    `page`: the text is a note, which may contain line breaks and tabs.
    """
    found = (_ON_A_PAGE if page else _IN_A_LINE).search(text)
    return None if found is None else (f"U+{ord(found.group()):04X}", found.start() + 1)


def texts_of(value: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text inside a plain value, keys included, each with its path."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, inside in value.items():
            yield (*place, str(key)), str(key)
            yield from texts_of(inside, (*place, str(key)))
    elif isinstance(value, Sequence):
        for number, inside in enumerate(value):
            yield from texts_of(inside, (*place, number))
