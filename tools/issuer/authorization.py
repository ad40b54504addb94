"""The authorization code flow with PKCE (RFC 6749, RFC 7636): its requests, and the codes that were given out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from pydantic import Field, StringConstraints, ValidationError

from domain.values import Code, Value

CODE_LIFE = timedelta(seconds=60)
MOST_CODES = 1_000
"""Codes that nobody exchanged are forgotten, the oldest first."""

Short = Annotated[str, StringConstraints(max_length=500)]


class AuthorizationRequest(Value):
    """What a client program asks when it sends somebody to the sign-in page."""

    client_id: Code
    redirect_uri: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    state: Short = ""
    nonce: Short | None = None
    scope: Short = "openid"
    code_challenge: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
    code_challenge_method: Annotated[str, StringConstraints(pattern="^S256$")]
    response_type: Annotated[str, StringConstraints(pattern="^code$")] = Field(default="code")

    @property
    def fields(self) -> dict[str, str]:
        """The request as the fields of a form."""
        return {name: value for name, value in self.model_dump().items() if value is not None}

    def answer(self, **fields: str) -> str:
        """The address of the client program with an answer."""
        return with_query(self.redirect_uri, {**fields, **({"state": self.state} if self.state else {})})


class BadAuthorizationRequest(Exception):
    """The request cannot be answered. `back`: the address that may be told so, or None where it is not trusted."""

    def __init__(self, problem: str, back: str | None = None) -> None:
        self.problem = problem
        self.back = back
        super().__init__(problem)


def authorization_request(given: Mapping[str, str]) -> AuthorizationRequest:
    """The request of these fields. Raises BadAuthorizationRequest."""
    address = given.get("redirect_uri", "")
    if not is_on_this_machine(address):
        raise BadAuthorizationRequest("redirect_uri")
    try:
        return AuthorizationRequest.model_validate(dict(given))
    except ValidationError as problem:
        wrong = ", ".join(sorted({str(error["loc"][0]) for error in problem.errors()}))
        fields = {"error": "invalid_request", "error_description": f"wrong or missing: {wrong}"}
        state = {"state": given["state"]} if given.get("state") and len(given["state"]) <= 500 else {}
        raise BadAuthorizationRequest(wrong, with_query(address, {**fields, **state})) from None


def with_query(address: str, fields: Mapping[str, str]) -> str:
    """The address with more fields in its query."""
    parts = urlsplit(address)
    return parts._replace(query="&".join(part for part in (parts.query, urlencode(fields)) if part)).geturl()


def origin_of(address: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def is_on_this_machine(address: str) -> bool:
    """True for an http address of a program on this machine: nobody else gets a code of this issuer."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme != "http" or parts.fragment or parts.username is not None or port == 0 or not address.isprintable():
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True)
class GivenCode:
    """What a code stands for."""

    request: AuthorizationRequest
    who: Mapping[str, str]
    given_at: datetime

    def fits(self, redirect_uri: str, client: str, verifier: str, now: datetime) -> bool:
        """Whether the client program that asks now is the one that started the sign-in."""
        digest = hashlib.sha256(verifier.encode("utf-8")).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
        same = (redirect_uri, client) == (self.request.redirect_uri, self.request.client_id)
        right = hmac.compare_digest(challenge, self.request.code_challenge) and 43 <= len(verifier) <= 128
        return same and right and now - self.given_at < CODE_LIFE


class GivenCodes:
    """The codes that wait to be exchanged. Each can be exchanged once."""

    def __init__(self) -> None:
        self._codes: dict[str, GivenCode] = {}

    def give(self, request: AuthorizationRequest, who: Mapping[str, str], now: datetime) -> str:
        """A new code."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = GivenCode(request, who, now)
        while len(self._codes) > MOST_CODES:
            del self._codes[next(iter(self._codes))]
        return code

    def take(self, code: str) -> GivenCode | None:
        """What the code stands for; None when nobody got it or it was taken before."""
        return self._codes.pop(code, None)
