"""The attempts to sign in that a browser has begun: each has its own cookie, so several tabs may sign in at once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import zlib
from typing import Annotated, Final

from fastapi import Request, Response
from pydantic import StringConstraints, ValidationError

from domain.values import Strict
from gateway.console.cookies import give_cookie, take_cookie
from gateway.console.places import HOME, LONGEST, local_path

NAME: Final = "lx_sign_in"
PATH: Final = "/console/sign-in"
LASTS: Final = 600
"""Seconds within which somebody signs in."""
MOST: Final = 4
"""How many a browser keeps: it limits the size of all cookies together, and so does our server."""
LONGEST_COOKIE: Final = 1_500
"""Characters of a cookie's value. A browser drops a cookie of more than 4,096 bytes without a word."""
LONGEST_READ: Final = LONGEST + 1_000
Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,100}$")]


class Attempt(Strict):
    """One attempt to sign in: what the browser keeps until it comes back."""

    state: Token
    verifier: Token
    back: str
    """The page that was asked for."""

    @classmethod
    def begun(cls, back: str) -> Attempt:
        """A new attempt."""
        return cls(state=secrets.token_urlsafe(24), verifier=secrets.token_urlsafe(48), back=local_path(back))

    @property
    def challenge(self) -> str:
        """The S256 challenge of PKCE."""
        half = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(half).rstrip(b"=").decode("ascii")


def keep(answer: Response, request: Request, attempt: Attempt) -> None:
    """Gives the browser the cookie of an attempt. When it has many, the others are taken: nobody comes back to all."""
    begun = [name for name in request.cookies if name.startswith(f"{NAME}_")]
    for name in begun if len(begun) >= MOST else ():
        take_cookie(answer, request, name, path=PATH)
    give_cookie(answer, request, _name(attempt.state), _written(attempt), path=PATH, seconds=LASTS)


def forget(answer: Response, request: Request, attempt: Attempt) -> None:
    """Takes the cookie of an attempt from the browser."""
    take_cookie(answer, request, _name(attempt.state), path=PATH)


def attempt_of(request: Request, state: str) -> Attempt | None:
    """The attempt with this state, if this browser has begun it."""
    kept = request.cookies.get(_name(state), "")
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(base64.urlsafe_b64decode(kept.encode("ascii")), LONGEST_READ)
        found = Attempt.model_validate_json(text)
    except (ValueError, zlib.error, ValidationError):
        return None
    same = hmac.compare_digest(found.state.encode(), state.encode())
    return found.model_copy(update={"back": local_path(found.back)}) if same else None


def _name(state: str) -> str:
    return f"{NAME}_{hashlib.sha256(state.encode()).hexdigest()[:8]}"


def _written(attempt: Attempt) -> str:
    """The attempt as the value of its cookie. Of a page whose address is too long only the page is kept."""
    for back in (attempt.back, attempt.back.partition("?")[0], HOME):
        packed = zlib.compress(attempt.model_copy(update={"back": back}).model_dump_json().encode(), 9)
        value = base64.urlsafe_b64encode(packed).decode("ascii")
        if len(value) <= LONGEST_COOKIE:
            break
    return value
