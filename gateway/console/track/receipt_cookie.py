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

NAME: Final = "lx_receipt"
LASTS: Final = timedelta(hours=2)


def page_of(dossier: str) -> str:
    """The address of the page of a dossier."""
    return f"/console/track/{dossier}"


def give(answer: Response, request: Request, keys: Keys, dossier: str, now: datetime) -> None:
    """Gives the browser the cookie."""
    ends = str(int((now + LASTS).timestamp()))
    seal = base64.urlsafe_b64encode(keys.signature(Purpose.TRACKING, _content(dossier, ends))).decode()
    answer.set_cookie(
        NAME, f"{ends}.{seal}", max_age=int(LASTS.total_seconds()), path=page_of(dossier), httponly=True,
        samesite="strict", secure=request.url.scheme == "https",
    )  # fmt: skip


def take_back(answer: Response, dossier: str) -> None:
    """Takes the cookie from the browser."""
    answer.delete_cookie(NAME, path=page_of(dossier))


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
