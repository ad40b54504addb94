"""Text that somebody stored, as it is put before people and programs: it can say things, and do nothing to a screen.

Whatever is stored may hold line breaks, escape sequences, signs that turn the order of letters, or letters that nobody
sees: with them a legal basis can look like a signature that never was. Every output goes through the functions here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters by their category, and yet blank on every screen."""
_BLANKS = re.compile(" {2,}")


def printable(text: str) -> str:
    """One line in which all can be seen: what cannot is spelled out, as `\\n`, `\\x1b` or `\\u202e`.

    Several blanks become one: a row of them would push what follows to where a line of its own begins.
    """
    return _BLANKS.sub(" ", text if _all_seen(text) else "".join(map(_seen, text)))


def printable_lines(text: str) -> str:
    """As `printable`, for a text whose line breaks and indents are ours: a log's last lines, a page."""
    return text if _all_seen(text) else "\n".join("".join(map(_seen, line)) for line in text.split("\n"))


def json_text(value: Any, *, indent: int | None = None) -> str:
    """JSON with its letters as they are, and escaped what a terminal would act on or a person not see."""
    return harmless_json(json.dumps(value, ensure_ascii=False, indent=indent))


def harmless_json(text: str) -> str:
    """The same of JSON that is written already; its value does not change."""
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
