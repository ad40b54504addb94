# Made from asynchronous/sign_in.py by make_sync.py: do not edit.
"""Gets access tokens, and keeps one until shortly before it expires."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ValidationError

from luongxanh_client.credentials import FORM, ClientCredentials, KeptToken
from luongxanh_client.problems import Problem, SignInFailed
from luongxanh_client.requests import JSON
from luongxanh_client.synchronous.sending import Sender, ToSend
from luongxanh_client.synchronous.waiting import Lock

SignIn = str | ClientCredentials | Callable[[], str]
"""A token, credentials at an issuer, or a function that gives a token each time it is asked."""


class _Discovery(BaseModel):
    issuer: str
    token_endpoint: str


class _Granted(BaseModel):
    access_token: str
    expires_in: float | None = None


class Tokens:
    """The tokens of one caller."""

    def __init__(self, sign_in: SignIn | None, sender: Sender) -> None:
        self._sign_in = sign_in
        self._sender = sender
        self._kept: KeptToken | None = None
        self._lock = Lock()

    def token(self) -> str | None:
        """The token for a request now; None for a caller without a sign-in. Raises SignInFailed, Unreachable."""
        match self._sign_in:
            case None | str() as token:
                return token
            case ClientCredentials() as credentials:
                return self._token_of(credentials)
            case function:
                return function()

    def _token_of(self, credentials: ClientCredentials) -> str:
        with self._lock:
            if self._kept is None or time.monotonic() >= self._kept.until:
                self._kept = self._granted(credentials)
            return self._kept.token

    def _granted(self, credentials: ClientCredentials) -> KeptToken:
        """A new token. Only the issuer that was named is asked: its document must carry its name."""
        issuer = credentials.issuer
        found = self._ask(issuer, ToSend("GET", credentials.discovery_url, {"Accept": JSON}), _Discovery)
        if found.issuer.rstrip("/") != issuer.rstrip("/"):
            raise SignInFailed("issuer_mismatch", issuer)
        headers = {"Authorization": credentials.basic, "Content-Type": FORM, "Accept": JSON}
        now = time.monotonic()
        granted = self._ask(issuer, ToSend("POST", found.token_endpoint, headers, content=credentials.form), _Granted)
        return KeptToken.granted(granted.access_token, granted.expires_in, now)

    def _ask(self, issuer: str, request: ToSend, answer: Any) -> Any:
        try:
            response = self._sender.send(request)
            return answer.model_validate_json(response.content)
        except Problem as problem:
            raise SignInFailed(problem.code, issuer) from problem
        except ValidationError:
            raise SignInFailed("unreadable_answer", issuer) from None
