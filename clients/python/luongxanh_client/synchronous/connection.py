# Made from asynchronous/connection.py by make_sync.py: do not edit.
"""The connection to one API: requests with the caller's token, answers as values, and answers as streams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Self, TypeVar

import httpx2

from luongxanh_client.requests import JSON, Request
from luongxanh_client.synchronous.sending import Sender, ToSend, unreachable
from luongxanh_client.synchronous.sign_in import Tokens

T = TypeVar("T")


def user_agent() -> str:
    """The name under which the API sees this client."""
    try:
        return f"luongxanh-client/{version('luongxanh-client')}"
    except PackageNotFoundError:
        return "luongxanh-client"


class Connection:
    """Sends the requests of one caller."""

    def __init__(self, url: str, language: str, sender: Sender, tokens: Tokens, applicant: str | None = None) -> None:
        self._url = url.rstrip("/")
        self._language = language
        self._tokens = tokens
        self._applicant = applicant
        self.sender = sender

    def on_behalf_of(self, applicant: str) -> Self:
        """The same caller, asking for this applicant."""
        return type(self)(self._url, self._language, self.sender, self._tokens, applicant)

    def send(self, request: Request[T]) -> T:
        """The answer. Raises Problem, Unreachable, UnreadableAnswer, SignInFailed."""
        answer = self.sender.send(self.to_send(request))
        return request.read(answer.content)

    @contextmanager
    def opened(self, request: Request[bytes]) -> Iterator[httpx2.Response]:
        """An answer whose content is read as it comes. Raises as `send` does; Unreachable also when it breaks off."""
        to_send = self.to_send(request)
        answer = self.sender.send(to_send, stream=True)
        try:
            yield answer
        except httpx2.TransportError as lost:
            raise unreachable(to_send, lost) from lost
        finally:
            answer.close()

    def to_send(self, request: Request[Any]) -> ToSend:
        """The request in the terms of HTTP, with a token of now."""
        headers: Mapping[str, str] = {
            "Accept": JSON,
            "Accept-Language": self._language,
            "User-Agent": user_agent(),
            **({} if request.body is None else {"Content-Type": JSON}),
            **request.headers,
        }
        token = self._tokens.token() if request.signed else None
        if token is not None:
            headers = {**headers, "Authorization": f"Bearer {token}"}
        if self._applicant is not None and request.signed:
            headers = {**headers, "On-Behalf-Of": self._applicant}
        return ToSend(request.method, self._url + request.target, headers, request.content, request.repeatable)
