"""Makes stored text safe to print: people and programs can read it, and it cannot control a screen.

Stored text may contain line breaks, escape sequences, marks that change the order of letters, or invisible letters.
With them a legal basis can look like a signature that never existed. Every output uses the functions here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that Unicode counts as printable, but that every screen shows blank."""
_BLANKS = re.compile(" {2,}")


def printable(text: str) -> str:
    """One line with every character visible: an invisible one is written as `\\n`, `\\x1b` or `\\u202e`.

    Several blanks become one: a long row of them would move the rest to the start of the next line on the screen.
    """
    return _BLANKS.sub(" ", text if _all_seen(text) else "".join(map(_seen, text)))


def printable_lines(text: str) -> str:
    """As `printable`, for a text whose line breaks and indents the engine wrote: a log's last lines, a page."""
    return text if _all_seen(text) else "\n".join("".join(map(_seen, line)) for line in text.split("\n"))


def json_text(value: Any, *, indent: int | None = None) -> str:
    """JSON with letters unescaped; what a terminal would obey or a person cannot see is escaped."""
    return harmless_json(json.dumps(value, ensure_ascii=False, indent=indent))


def harmless_json(text: str) -> str:
    """The same for a text that is JSON already. Its value does not change."""
    if _all_seen(text):
        return text
    return "".join(letter if _is_seen(letter) or letter == "\n" else json.dumps(letter)[1:-1] for letter in text)


def _all_seen(text: str) -> bool:
    return text.isprintable() and _UNSEEN.isdisjoint(text)


def _seen(letter: str) -> str:
    if _is_seen(letter):
        return letter
    if unicodedata.category(letter) == "Zs":
        return " "
    return letter.encode("unicode_escape").decode("ascii")


def _is_seen(letter: str) -> bool:
    return letter.isprintable() and letter not in _UNSEEN
