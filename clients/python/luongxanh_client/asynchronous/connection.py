"""The connection to one API: requests with the caller's token, answers as values, and answers as streams."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeVar

import httpx2

from luongxanh_client.asynchronous.sending import AsyncSender, ToSend
from luongxanh_client.asynchronous.sign_in import AsyncTokens
from luongxanh_client.requests import JSON, Request

T = TypeVar("T")


def user_agent() -> str:
    """The name under which the API sees this client."""
    try:
        return f"luongxanh-client/{version('luongxanh-client')}"
    except PackageNotFoundError:
        return "luongxanh-client"


class AsyncConnection:
    """Sends the requests of one caller."""

    def __init__(self, url: str, language: str, sender: AsyncSender, tokens: AsyncTokens) -> None:
        self._url = url.rstrip("/")
        self._language = language
        self._tokens = tokens
        self.sender = sender

    async def send(self, request: Request[T]) -> T:
        """The answer. Raises Problem, Unreachable, UnreadableAnswer, SignInFailed."""
        answer = await self.sender.send(await self.to_send(request))
        return request.read(answer.content)

    @asynccontextmanager
    async def opened(self, request: Request[bytes]) -> AsyncIterator[httpx2.Response]:
        """An answer whose content is read as it comes. Raises as `send` does, before the block begins."""
        answer = await self.sender.send(await self.to_send(request), stream=True)
        try:
            yield answer
        finally:
            await answer.aclose()

    async def to_send(self, request: Request[Any]) -> ToSend:
        """The request in the terms of HTTP, with a token of now."""
        headers: Mapping[str, str] = {
            "Accept": JSON,
            "Accept-Language": self._language,
            "User-Agent": user_agent(),
            **({} if request.body is None else {"Content-Type": JSON}),
            **request.headers,
        }
        token = await self._tokens.token() if request.signed else None
        if token is not None:
            headers = {**headers, "Authorization": f"Bearer {token}"}
        return ToSend(request.method, self._url + request.target, headers, request.content, request.repeatable)
