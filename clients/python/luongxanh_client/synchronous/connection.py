# Made from asynchronous/connection.py by make_sync.py: do not edit.
"""The connection to one API: requests with the caller's token, answers as values, and answers as streams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar

import httpx2

from luongxanh_client.requests import JSON, Request
from luongxanh_client.synchronous.sending import Sender, ToSend
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

    def __init__(self, url: str, language: str, sender: Sender, tokens: Tokens) -> None:
        self._url = url.rstrip("/")
        self._language = language
        self._tokens = tokens
        self.sender = sender

    def send(self, request: Request[T]) -> T:
        """The answer. Raises Problem, Unreachable, UnreadableAnswer, SignInFailed."""
        answer = self.sender.send(self.to_send(request))
        return request.read(answer.content)

    @contextmanager
    def opened(self, request: Request[bytes]) -> Iterator[httpx2.Response]:
        """An answer whose content is read as it comes. Raises as `send` does, before the block begins."""
        answer = self.sender.send(self.to_send(request), stream=True)
        try:
            yield answer
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
        return ToSend(request.method, self._url + request.target, headers, request.content, request.repeatable)
