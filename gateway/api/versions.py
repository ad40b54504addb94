"""Versions of a dossier or a saved search as entity tags.

`If-Match` keeps a caller from overwriting what it has not seen (RFC 9110).
"""

from __future__ import annotations

import re

from domain.values import Bilingual
from gateway.api.messages import RequestRefusal
from gateway.api.refusals import BadRequest

_TAG = re.compile(r'"([0-9]{1,9})"')
UNREADABLE = Bilingual(
    vi='phải là phiên bản (của hồ sơ, của bộ lọc đã lưu) trong dấu nháy, như "7"',
    en='it must be the version (of the dossier, of the saved search) in quotes, like "7"',
)


def entity_tag(version: int) -> str:
    """The tag of a version: `"7"`."""
    return f'"{version}"'


def expected_version(if_match: str | None, *, demanded: bool) -> int | None:
    """The version that the caller has seen; None when it names none, or `*`.

    Raises BadRequest `header_invalid` (400), and `precondition_required` (428) when a version is demanded.
    """
    if if_match is None or if_match.strip() == "*":
        if demanded:
            raise BadRequest(RequestRefusal.PRECONDITION_REQUIRED, header="If-Match")
        return None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise BadRequest(RequestRefusal.HEADER_INVALID, header="If-Match", problem=UNREADABLE)
    return int(found[1])
