"""One connection for each outside system: time-outs, a limit of concurrent calls, a circuit breaker, and a trace.

Nothing is retried here. Temporal makes the retries, so each one is recorded.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import aiohttp
import structlog
from opentelemetry import propagate, trace

from activities.adapters.address import SystemAddress
from activities.adapters.breaker import Breaker, BreakerState, Permit
from activities.adapters.errors import OutsideError
from activities.adapters.known_replies import verdict_of
from activities.adapters.messages import OutsideCode
from activities.adapters.pace import Pace
from activities.adapters.places import Places
from activities.adapters.retry_after import seconds_of
from activities.adapters.use import CallTally
from activities.adapters.verdict import Verdict
from activities.ledger.worker_reports import SystemUse
from domain.outside_orders import OutsideAct, OutsideOrder

Answer = TypeVar("Answer")

log = structlog.get_logger(__name__)
_TRACER = trace.get_tracer("luongxanh.outside")
_SYSTEM_IS_AT_FAULT = {OutsideCode.TIMEOUT, OutsideCode.UNAVAILABLE, OutsideCode.BAD_REPLY}
TRY_LATER = {401, 407, 408, 421, 425, 429}
"""HTTP statuses that do not concern this message. After 401 and 407 our credentials must be renewed first."""
PLAIN = "identity"
"""The only accepted encoding.

1,700 bytes that are compressed twice can become a gigabyte before the size is checked.
"""


NOT_CONNECTED = "not_connected"
BROKEN_OFF = "broken_off"
CERTIFICATE = "certificate"
TOO_LARGE = "too_large"
NO_FREE_PLACE = "no_free_place"
"""The reasons of `outside_unavailable` without an HTTP status."""


HELD_SECONDS = 15.0
"""Seconds after which a call that was held back by an order is tried again: so long after the order's end it may take
until all go on."""


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
    once: bool = False
    """Whether it is never sent again by itself: the first one may be carried out later, and undo what came between."""
    largest: int | None = None
    """The most bytes of the reply, where it is larger than the system's usual ones."""


@dataclass(frozen=True)
class Reply:
    """The answer: a status from 200 to 499 (any, if the request says so) and the whole body."""

    status: int
    body: bytes
    retry_after: float | None = None
    """The seconds that the system asks us to wait, within bounds."""
    sent_twice: bool = False
    """Whether the request had gone out before, on a connection that was closed without an answer."""


@dataclass
class ConnectionUse:
    """Whether a request went out on a connection that had been used before. The session's trace sets it."""

    reused: bool = False


class Connection:
    """The connection to one system. `exchange` returns what `read` makes of the reply, or raises OutsideError.

    `open_session` makes the pool of connections for an address. `pace` may be shared with another connection to the
    same system.
    """

    def __init__(
        self,
        address: SystemAddress,
        open_session: Callable[[SystemAddress], aiohttp.ClientSession],
        clock: Callable[[], float],
        pace: Pace | None = None,
    ) -> None:
        self.address = address
        self.breaker = Breaker(address.breaker, clock)
        self.unknown_replies = 0
        """How many replies nobody knew. The metric `luongxanh_outside_unknown_replies` shows it."""
        self.places = Places(address.concurrent_calls)
        self.pace = pace or Pace(address.calls_per_second)
        self.version = 0
        """Grows when the address or the credentials change: what the system gave for the old ones ends then."""
        self._clock = clock
        self._tally = CallTally(clock)
        self._open_session = open_session
        self._session = open_session(address)
        self._using: Counter[aiohttp.ClientSession] = Counter()
        self._order: OutsideOrder | None = None
        self._order_ends = 0.0
        self._pacing = 0

    @property
    def order(self) -> OutsideOrder | None:
        """The operator's order that counts now. One that has ended does not count, also if nobody said so."""
        return self._order if self._order is not None and self._clock() < self._order_ends else None

    def obey(self, order: OutsideOrder | None, seconds_left: float = 0.0) -> None:
        """Takes an operator's order over, for so many seconds; None: the failures of the system decide."""
        self._order, self._order_ends = order, self._clock() + seconds_left

    async def apply(self, address: SystemAddress) -> None:
        """Uses this address for the calls that have not begun; those under way end on the old one."""
        old, self.address = self.address, address
        self.breaker.change(address.breaker)
        self.pace.change(address.calls_per_second)
        self.places.limit = address.concurrent_calls
        self.places.granted = self.places.granted if address.province_calls else None
        self.places.let_in()
        if _way_in(old) != _way_in(address):
            self.version += 1
        if old.base_url != address.base_url:
            self.breaker.close()  # another server: nothing is known of it yet
        if _pool_of(old) != _pool_of(address):
            before, self._session = self._session, self._open_session(address)
            await self._close_unused(before)

    async def close(self) -> None:
        """Closes what is open. Calls under way fail."""
        for session in (self._session, *self._using):
            await session.close()

    def use(self) -> SystemUse:
        """How this process uses the system now."""
        away = self.breaker.not_closed_for
        order = self.order
        return self._tally.told(
            SystemUse(
                state=self.breaker.state,
                since=None if away is None else datetime.now(UTC) - timedelta(seconds=away),
                order=None if order is None else order.number,
                running=self.places.running - self._pacing,
                waiting=self.places.waiting + self._pacing,
                places=self.places.limit if self.places.granted is None else self.places.granted,
                per_second=self.pace.per_second,
                turns=self.pace.turns,
                leases=self.pace.leases,
            )
        )

    def error(
        self,
        code: OutsideCode,
        operation: str,
        *,
        reason: object = "",
        verdict: Verdict = Verdict.RETRY,
        after: float | None = None,
        unknown: bool = False,
    ) -> OutsideError:
        """An OutsideError of this system, for the caller to raise. `after`: the seconds that it asks us to wait."""
        if code is OutsideCode.BREAKER_OPEN:
            after = self.breaker.opens_again_in
        if code is OutsideCode.SYSTEM_HELD:
            after = min(HELD_SECONDS, max(1.0, self._order_ends - self._clock()))
        return OutsideError(
            self.address.system,
            code,
            operation=operation,
            reason=reason,
            verdict=verdict,
            retry_after=after,
            unknown=unknown,
        )

    def classified(self, operation: str, code: object, *, named: str | None = None) -> OutsideError:
        """The error of a code that the system sent, by its table of known replies. An unknown one is sent again.

        `named`: how the code is shown to operators.
        """
        verdict = self.address.agreed(str(code)) or verdict_of(self.address.system, str(code))
        unknown = verdict is None or verdict is Verdict.DONE  # what means done where nothing was done is unknown too
        again = Verdict.RETRY if verdict is None or unknown else verdict
        return self.error(OutsideCode.REFUSED, operation, reason=named or code, verdict=again, unknown=unknown)

    async def exchange(self, outgoing: Outgoing, read: Callable[[Reply], Answer]) -> Answer:
        """Sends the request once. `read` may raise OutsideError.

        For the breaker a refusal counts as an answer; a reply that cannot be read counts as a failure. A refusal is not
        final where the request had to be sent twice: the first may have been carried out (decision 037).
        """

        async def once(until: float) -> Answer:
            reply = await self._sent(outgoing, until)
            try:
                return read(reply)
            except OutsideError as error:
                if reply.sent_twice:
                    raise error.sent_again() from None
                raise

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
                    self._report(permit, error)
                    self.raise_alarm(error)
                    raise
                permit.succeeded()
                self._tally.succeeded()
                return answer

    def raise_alarm(self, error: OutsideError) -> None:
        """Counts and logs a reply that nobody knows: a person must find out what the system means by it."""
        if error.unknown:
            self.unknown_replies += 1
            log.error(
                "outside_unknown_reply",
                system=str(error.system),
                operation=error.operation,
                code=f"{error.code} {error.reason}",
            )

    @asynccontextmanager
    async def _place(self, operation: str, until: float) -> AsyncIterator[Permit]:
        """A free place, then a turn within the pace. A place is taken first: a turn that waits for one would be used
        late, and many together."""
        self._require_in_use(operation)  # checked before queueing, so that the caller need not wait
        try:
            async with asyncio.timeout_at(until):
                await self.places.acquire()
        except TimeoutError:
            raise self.error(OutsideCode.UNAVAILABLE, operation, reason=NO_FREE_PLACE) from None
        try:
            await self._turn(operation, until)
            permit = self._admitted(operation)
            session = self._session  # the settings may have changed while it waited
            self._using[session] += 1
            try:
                yield permit
            finally:
                permit.abandoned()
                self._using[session] -= 1
                await self._close_unused(session)
        finally:
            self.places.release()

    async def _turn(self, operation: str, until: float) -> None:
        self._pacing += 1
        try:
            async with asyncio.timeout_at(until):
                await self.pace.turn()
        except TimeoutError:
            raise self.error(OutsideCode.UNAVAILABLE, operation, reason=NO_FREE_PLACE) from None
        finally:
            self._pacing -= 1

    def _require_in_use(self, operation: str) -> None:
        order = self.order
        if order is not None and order.act.holds:
            raise self.error(OutsideCode.SYSTEM_HELD, operation)
        if order is None and self.breaker.state is BreakerState.OPEN:
            raise self.error(OutsideCode.BREAKER_OPEN, operation)

    def _admitted(self, operation: str) -> Permit:
        order = self.order
        if order is not None and order.act is OutsideAct.OPEN:
            raise self.error(OutsideCode.SYSTEM_HELD, operation)
        permit = self.breaker.admit()
        if permit is None and order is not None:
            return Permit.in_spite_of(self.breaker)
        if permit is None:
            raise self.error(OutsideCode.BREAKER_OPEN, operation)
        return permit

    def _report(self, permit: Permit, error: OutsideError) -> None:
        if error.code in _SYSTEM_IS_AT_FAULT:
            permit.failed()
            self._tally.failed(error.reason or error.code.value)
        else:
            permit.succeeded()
            self._tally.succeeded()

    async def _close_unused(self, session: aiohttp.ClientSession) -> None:
        """Closes a session that another has replaced, as soon as no call is under way on it."""
        if self._using[session] <= 0:
            del self._using[session]
            if session is not self._session:
                await session.close()

    async def _sent(self, outgoing: Outgoing, until: float) -> Reply:
        operation = outgoing.operation
        try:
            async with asyncio.timeout_at(until):
                reply = await self._raw(outgoing)
        except TimeoutError:  # also aiohttp's, of a connection that does not come about
            raise self.error(OutsideCode.TIMEOUT, operation) from None
        except aiohttp.ClientSSLError:  # expired, of another host, or of nobody: whoever operates it must mend it
            raise self.error(OutsideCode.UNAVAILABLE, operation, reason=CERTIFICATE, unknown=True) from None
        except aiohttp.ClientConnectorError:
            raise self.error(OutsideCode.UNAVAILABLE, operation, reason=NOT_CONNECTED) from None
        except aiohttp.ClientError:  # its text is not reported: it may hold what we sent
            raise self.error(OutsideCode.UNAVAILABLE, operation, reason=BROKEN_OFF) from None
        except ValueError:  # a name or a header that cannot be sent: as an error of ours relays would set events aside
            raise self.error(OutsideCode.UNAVAILABLE, operation, reason=NOT_CONNECTED, unknown=True) from None
        if outgoing.every_status:
            return reply
        if reply.status >= 500 or reply.status in TRY_LATER:
            after = reply.retry_after
            raise self.error(OutsideCode.UNAVAILABLE, operation, reason=f"http_{reply.status}", after=after)
        if not 200 <= reply.status < 300 and reply.status < 400:
            raise self.error(OutsideCode.BAD_REPLY, operation, reason=f"http_{reply.status}")
        return reply

    async def _raw(self, outgoing: Outgoing) -> Reply:
        """Sends the request. If an idle connection was closed by the system at the same moment, sends it on another.

        The system may have read the request before it closed the connection. Sending it again is safe, because every
        message that has an effect has a key; one whose key nobody knows says `once`.
        """
        sent_twice = False
        while True:
            use = ConnectionUse()
            try:
                return replace(await self._on_one_connection(outgoing, use), sent_twice=sent_twice)
            except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
                if outgoing.once or not use.reused:
                    raise
                sent_twice = True
                await self.pace.turn()  # a system that closes every connection would get more calls than it takes

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
                if len(body) > (outgoing.largest or self.address.largest_reply):
                    raise self.error(OutsideCode.BAD_REPLY, outgoing.operation, reason=TOO_LARGE)
            after = seconds_of(response.headers.get("Retry-After"), response.headers.get("Date"))
            return Reply(response.status, bytes(body), after)

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


def _way_in(address: SystemAddress) -> tuple[object, ...]:
    """Where the system is and who we are there."""
    secrets = (address.password.get_secret_value(), address.token.get_secret_value())
    return (address.base_url, address.unit, address.username, *secrets)


def _pool_of(address: SystemAddress) -> tuple[object, ...]:
    """What a pool of connections is made for."""
    return (address.base_url, address.connect_seconds, address.concurrent_calls)
