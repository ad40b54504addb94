"""Sends one request over HTTP, again where that is safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx2

from luongxanh_client.asynchronous.waiting import sleep
from luongxanh_client.problems import LuongXanhError, Problem, Unreachable, problem_of
from luongxanh_client.retrying import Retries, may_repeat

NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
"""Failures before a byte of the request went out."""


@dataclass(frozen=True)
class ToSend:
    """A request in the terms of HTTP."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
    repeatable: bool = True


class AsyncSender:
    """Sends requests, and waits between tries."""

    def __init__(self, http: httpx2.AsyncClient, retries: Retries) -> None:
        self.http = http
        self.retries = retries

    async def send(self, request: ToSend, *, stream: bool = False) -> httpx2.Response:
        """The answer, which is a success. Raises Problem and Unreachable.

        `stream`: the content is not read yet, and whoever called closes the answer.
        """
        tries = 0
        while True:
            tries += 1
            try:
                return await self.once(request, stream=stream)
            except httpx2.TransportError as lost:
                failure: LuongXanhError = unreachable(request, lost)
                pause = self.retries.pause_after(tries)
                again = request.repeatable or isinstance(lost, NOT_SENT)
            except Problem as problem:
                failure = problem
                pause = self.retries.pause_after(tries, problem.retry_after)
                again = may_repeat(problem, repeatable=request.repeatable)
            if pause is None or not again:
                raise failure
            await sleep(pause)

    async def once(self, request: ToSend, *, stream: bool = False) -> httpx2.Response:
        """Sends the request once. Raises Problem, and TransportError when no answer comes."""
        built = self.http.build_request(
            request.method, request.url, content=request.content, headers=dict(request.headers)
        )
        answer = await self.http.send(built, stream=stream)
        if answer.is_success:
            return answer
        try:
            content = await answer.aread()
        finally:
            await answer.aclose()
        raise problem_of(answer.status_code, answer.headers, content)


def unreachable(request: ToSend, lost: httpx2.TransportError) -> Unreachable:
    """The error of a request that got no answer."""
    error = Unreachable(f"{request.method} {request.url}: {type(lost).__name__}")
    error.__cause__ = lost
    return error
