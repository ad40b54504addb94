"""One connection for each outside system: time-outs, a limit of concurrent calls, a circuit breaker, and a trace.

Nothing is retried here. Temporal makes the retries, so each one is recorded.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import aiohttp
from opentelemetry import propagate, trace

from activities.adapters.address import SystemAddress
from activities.adapters.breaker import Breaker, BreakerState, Permit
from activities.adapters.errors import OutsideError
from activities.adapters.messages import OutsideCode
from activities.adapters.pace import Pace
from activities.adapters.verdict import Verdict

Answer = TypeVar("Answer")

_TRACER = trace.get_tracer("luongxanh.outside")
_SYSTEM_IS_AT_FAULT = {OutsideCode.TIMEOUT, OutsideCode.UNAVAILABLE, OutsideCode.BAD_REPLY}
_TRY_LATER = {401, 407, 408, 421, 425, 429}
"""HTTP statuses that do not concern this message. After 401 and 407 our credentials must be renewed first."""
PLAIN = "identity"
"""The only accepted encoding.

1,700 bytes that are compressed twice can become a gigabyte before the size is checked.
"""


NOT_CONNECTED = "not_connected"
BROKEN_OFF = "broken_off"
"""The reasons of `outside_unavailable` without an HTTP status."""


@dataclass(frozen=True)
class Outgoing:
    """One request. `operation` names it in errors and traces. `operation` and `path` must not hold personal data."""

    operation: str
    path: str
    content: bytes = b""
    method: str = "POST"
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of this request. Its `Authorization` takes the place of the address's token."""
    every_status: bool = False
    """Whether the reader judges replies of every status, because the system says in words what went wrong."""


@dataclass(frozen=True)
class Reply:
    """The answer: a status from 200 to 499 (any, if the request says so) and the whole body."""

    status: int
    body: bytes


@dataclass
class ConnectionUse:
    """Whether a request went out on a connection that had been used before. The session's trace sets it."""

    reused: bool = False


class Connection:
    """The connection to one system. `exchange` returns what `read` makes of the reply, or raises OutsideError."""

    def __init__(self, address: SystemAddress, session: aiohttp.ClientSession, clock: Callable[[], float]) -> None:
        self.address = address
        self.breaker = Breaker(address.breaker, clock)
        self._session = session
        self._places = asyncio.Semaphore(address.concurrent_calls)
        self._pace = Pace(address.calls_per_second)

    def error(
        self, code: OutsideCode, operation: str, *, reason: object = "", verdict: Verdict = Verdict.RETRY
    ) -> OutsideError:
        """An OutsideError of this system, for the caller to raise."""
        after = self.breaker.opens_again_in if code is OutsideCode.BREAKER_OPEN else None
        return OutsideError(
            self.address.system, code, operation=operation, reason=reason, verdict=verdict, retry_after=after
        )

    async def exchange(self, outgoing: Outgoing, read: Callable[[Reply], Answer]) -> Answer:
        """Sends the request once. `read` may raise OutsideError.

        For the breaker a refusal counts as an answer; a reply that cannot be read counts as a failure.
        """

        async def once(until: float) -> Answer:
            return read(await self._sent(outgoing, until))

        return await self.guarded(outgoing.operation, once)

    async def guarded(self, operation: str, once: Callable[[float], Awaitable[Answer]]) -> Answer:
        """Makes one call in the limits of the system, with its breaker and a trace, whatever protocol it speaks.

        `once` gets the loop's time at which the call must have ended. It may raise OutsideError.
        """
        until = asyncio.get_running_loop().time() + self.address.total_seconds
        with self._traced(operation):
            async with self._place(operation, until) as permit:
                try:
                    answer = await once(until)
                except OutsideError as error:
                    _report(permit, failed=error.code in _SYSTEM_IS_AT_FAULT)
                    raise
                permit.succeeded()
                return answer

    @asynccontextmanager
    async def _place(self, operation: str, until: float) -> AsyncIterator[Permit]:
        if self.breaker.state is BreakerState.OPEN:  # checked before queueing, so that the caller need not wait
            raise self.error(OutsideCode.BREAKER_OPEN, operation)
        try:
            async with asyncio.timeout_at(until):
                await self._pace.turn()
                await self._places.acquire()
        except TimeoutError:
            raise self.error(OutsideCode.UNAVAILABLE, operation, reason="no_free_place") from None
        try:
            permit = self.breaker.admit()
            if permit is None:
                raise self.error(OutsideCode.BREAKER_OPEN, operation)
            try:
                yield permit
            finally:
                permit.abandoned()
        finally:
            self._places.release()

    async def _sent(self, outgoing: Outgoing, until: float) -> Reply:
        operation = outgoing.operation
        try:
            async with asyncio.timeout_at(until):
                reply = await self._raw(outgoing)
        except TimeoutError:  # also aiohttp's, of a connection that does not come about
            raise self.error(OutsideCode.TIMEOUT, operation) from None
        except aiohttp.ClientConnectorError:
            raise self.error(OutsideCode.UNAVAILABLE, operation, reason=NOT_CONNECTED) from None
        except aiohttp.ClientError:  # its text is not reported: it may hold what we sent
            raise self.error(OutsideCode.UNAVAILABLE, operation, reason=BROKEN_OFF) from None
        if outgoing.every_status:
            return reply
        if reply.status >= 500 or reply.status in _TRY_LATER:
            raise self.error(OutsideCode.UNAVAILABLE, operation, reason=f"http_{reply.status}")
        if not 200 <= reply.status < 300 and reply.status < 400:
            raise self.error(OutsideCode.BAD_REPLY, operation, reason=f"http_{reply.status}")
        return reply

    async def _raw(self, outgoing: Outgoing) -> Reply:
        """Sends the request. If an idle connection was closed by the system at the same moment, sends it on another.

        The system may have read the request before it closed the connection. Sending it again is safe, because every
        message that has an effect has a key.
        """
        while True:
            use = ConnectionUse()
            try:
                return await self._on_one_connection(outgoing, use)
            except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
                if not use.reused:
                    raise

    async def _on_one_connection(self, outgoing: Outgoing, use: ConnectionUse) -> Reply:
        body = bytearray()
        async with self._session.request(
            outgoing.method,
            self.address.base_url + outgoing.path,
            data=outgoing.content,
            headers=self._headers(outgoing),
            allow_redirects=False,
            trace_request_ctx=use,
        ) as response:
            if response.headers.get("Content-Encoding", PLAIN).strip().lower() not in ("", PLAIN):
                raise self.error(OutsideCode.BAD_REPLY, outgoing.operation, reason="encoding")
            async for part in response.content.iter_any():
                body += part
                if len(body) > self.address.largest_reply:
                    raise self.error(OutsideCode.BAD_REPLY, outgoing.operation, reason="too_large")
            return Reply(response.status, bytes(body))

    def _headers(self, outgoing: Outgoing) -> dict[str, str]:
        headers = {"Content-Type": outgoing.content_type, "Accept-Encoding": PLAIN, **outgoing.headers}
        if token := self.address.token.get_secret_value():
            headers.setdefault("Authorization", f"Bearer {token}")
        propagate.inject(headers)
        return headers

    @contextmanager
    def _traced(self, operation: str) -> Iterator[None]:
        attributes = {"luongxanh.system": str(self.address.system), "luongxanh.operation": operation}
        with _TRACER.start_as_current_span(
            f"outside {self.address.system} {operation}",
            kind=trace.SpanKind.CLIENT,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield
            except OutsideError as error:
                span.set_status(trace.StatusCode.ERROR, str(error.code))
                span.set_attribute("luongxanh.outcome", str(error.code))
                span.set_attribute("luongxanh.reason", error.reason)
                raise


def _report(permit: Permit, *, failed: bool) -> None:
    if failed:
        permit.failed()
    else:
        permit.succeeded()
