"""The procedures that were used last at this browser: a desk takes in the same few all day. The cookie names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import Request, Response

from gateway.console.cookies import give_cookie
from gateway.dossiers.forms.fields import Option

COOKIE: Final = "lx_procedures"
MOST = 6
LASTS = 30 * 24 * 3600
"""Seconds."""
BETWEEN = "~"


def recent_of(request: Request, offered: Sequence[Option]) -> tuple[Option, ...]:
    """The procedures of the cookie that are in effect, the last one first."""
    known = {one.value: one for one in offered}
    codes = dict.fromkeys(request.cookies.get(COOKIE, "").split(BETWEEN)[:MOST])
    return tuple(known[code] for code in codes if code in known)


def keep_recent(answer: Response, request: Request, code: str, offered: Sequence[Option]) -> None:
    """Puts a procedure first."""
    codes = dict.fromkeys((code, *(one.value for one in recent_of(request, offered))))
    give_cookie(answer, request, COOKIE, BETWEEN.join(list(codes)[:MOST]), path="/console/intake", seconds=LASTS)
