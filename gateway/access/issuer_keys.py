"""Keeps the keys of the issuer: when they are asked for again, and how long the last ones are used.

Callers cannot make this process send many requests to the issuer: one request runs at a time, with a pause between two.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiohttp
import structlog

from gateway.access.errors import IssuerUnavailable, NotAuthenticated
from gateway.access.issuer_documents import IssuerFailed, IssuerKey, fetched_keys
from gateway.access.issuer_policy import IssuerPolicy
from gateway.access.messages import IssuerRefusal, TokenRefusal

log = structlog.get_logger(__name__)

ASKED_AHEAD = 0.8
"""From this share of the cache time on, keys are asked for again in the background, so that no request waits."""


@dataclass(frozen=True)
class HeldKeys:
    """Keys by their id, and the instant of the monotonic clock at which they were fetched."""

    keys: Mapping[str, IssuerKey]
    fetched_at: float


class IssuerKeys:
    """The current keys of one issuer."""

    def __init__(self, policy: IssuerPolicy, http: aiohttp.ClientSession, clock: Callable[[], float]) -> None:
        self._policy = policy
        self._http = http
        self._clock = clock
        self._held: HeldKeys | None = None
        self._asked_at: float | None = None
        self._failed = False
        self._asking: asyncio.Task[None] | None = None

    async def key(self, kid: str) -> IssuerKey:
        """The key with this id. Raises NotAuthenticated `token_key_unknown`, IssuerUnavailable."""
        found = (await self._current()).get(kid)
        if found is None:
            await self._ask()
            found = (await self._current()).get(kid)
        if found is None:
            raise NotAuthenticated(TokenRefusal.KEY_UNKNOWN, seconds=f"{self._policy.unknown_key_pause:g}")
        return found

    async def close(self) -> None:
        """Ends a request that still runs."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait([self._asking])

    async def _current(self) -> Mapping[str, IssuerKey]:
        """The keys that may be used now. A request waits only for an issuer that answered the last time."""
        age = self._age()
        if age >= self._policy.kept_seconds or (age >= self._policy.cache_seconds and not self._failed):
            await self._ask()
        elif age >= self._policy.cache_seconds * ASKED_AHEAD:
            self._start_asking()
        if self._held is None or self._age() >= self._policy.kept_seconds:
            raise IssuerUnavailable(IssuerRefusal.UNAVAILABLE, wait=f"{self._policy.failure_pause:g}")
        return self._held.keys

    def _age(self) -> float:
        return float("inf") if self._held is None else self._clock() - self._held.fetched_at

    async def _ask(self) -> None:
        """Asks the issuer, or waits for the request that runs. Does nothing within the pause after the last one."""
        self._start_asking()
        if self._asking is not None:
            await asyncio.shield(self._asking)  # a caller that goes away does not end the request of the others

    def _start_asking(self) -> None:
        pause = self._policy.failure_pause if self._failed else self._policy.unknown_key_pause
        if self._asking is None and (self._asked_at is None or self._clock() - self._asked_at >= pause):
            self._asked_at = self._clock()
            self._asking = asyncio.create_task(self._renew())

    async def _renew(self) -> None:
        try:
            keys = await fetched_keys(self._http, self._policy)
        except IssuerFailed as failure:
            self._failed = True
            log.warning("issuer_failed", reason=failure.reason, keys_held=self._held is not None)
        else:
            if self._failed:
                log.info("issuer_answers_again")
            self._failed = False
            self._held = HeldKeys(keys, self._clock())
        finally:
            self._asking = None
