"""Whether a person's answer to a text message says that they want no more of them."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 40
"""Letters. A longer answer is a letter to somebody, and no machine decides what it means."""
_WORDS = re.compile(
    r"(?:stop|tc|unsubscribe)(?: [a-z0-9]{1,11})?|tu choi(?: nhan tin| nhan tin nhan| tin nhan)?", re.ASCII
)
"""`STOP` and `TC` (từ chối, the word of Decree 91/2020/NĐ-CP), each with the sender's name or without it. Not `HUY` or
`DUNG`: without accents they also mean to cancel a dossier (hủy), and yes (đúng)."""


def wants_no_more(text: str) -> bool:
    """True for STOP, TC, TỪ CHỐI, in any case, with or without accents and marks."""
    if len(text) > LONGEST:
        return False
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    plain = "".join(one for one in apart if not unicodedata.combining(one))
    return _WORDS.fullmatch(" ".join(re.findall(r"[^\W_]+", plain))) is not None
