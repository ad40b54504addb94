"""The cookie by which a browser that showed a receipt's secret opens this dossier, and no other, for two hours.

The secret itself is not kept in the browser. The cookie's path is the page of the dossier, so two dossiers may be open
side by side.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import Final

from fastapi import Request, Response

from gateway.api.keys import Keys, Purpose
from gateway.console.cookies import give_cookie, take_cookie

NAME: Final = "lx_receipt"
LASTS: Final = timedelta(hours=2)


def page_of(dossier: str) -> str:
    """The address of the page of a dossier."""
    return f"/console/track/{dossier}"


def give(answer: Response, request: Request, keys: Keys, dossier: str, now: datetime) -> None:
    """Gives the browser the cookie."""
    ends = str(int((now + LASTS).timestamp()))
    seal = base64.urlsafe_b64encode(keys.signature(Purpose.TRACKING, _content(dossier, ends))).decode()
    lasts = int(LASTS.total_seconds())
    give_cookie(answer, request, NAME, f"{ends}.{seal}", path=page_of(dossier), seconds=lasts, strict=True)


def take_back(answer: Response, request: Request, dossier: str) -> None:
    """Takes the cookie from the browser."""
    take_cookie(answer, request, NAME, path=page_of(dossier))


def is_open(request: Request, keys: Keys, dossier: str, now: datetime) -> bool:
    """Whether the browser has shown the secret of this dossier within the last two hours."""
    ends, _, seal = request.cookies.get(NAME, "").partition(".")
    if not (ends.isascii() and ends.isdigit()) or len(ends) > 12 or int(ends) <= now.timestamp():
        return False
    try:
        signature = base64.urlsafe_b64decode(seal.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        return False
    return keys.signed(Purpose.TRACKING, _content(dossier, ends), signature)


def _content(dossier: str, ends: str) -> bytes:
    return f"{dossier}\n{ends}".encode()
