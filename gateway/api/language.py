"""The language of an answer, from the request's Accept-Language (RFC 9110, 12.5.4)."""

from __future__ import annotations

import re

from gateway.views.timeline import Language

LONGEST = 200
"""Characters of the header that are read."""
_RANGE = re.compile(r"\s*(\*|vi|en)(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?))?\s*", re.IGNORECASE)


def language_of(header: str | None) -> Language:
    """Vietnamese, unless the caller prefers English. An unreadable header means no preference."""
    wanted: dict[str, float] = {}
    for part in (header or "")[:LONGEST].split(","):
        found = _RANGE.fullmatch(part)
        if found:
            wanted.setdefault(found[1].lower(), float(found[2] or 1))
    other = wanted.get("*", 0.0)
    return "en" if wanted.get("en", other) > wanted.get("vi", other) else "vi"
