"""How many requests a caller may send: a sliding window for each caller, in the memory of this process.

Several processes count apart: a caller may send as many times more as there are processes. `RateLimit` says what this
process will still take.
"""

from __future__ import annotations

import math
import time

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from domain.values import Value
from gateway.access.errors import TooManyRequests
from gateway.access.messages import QuotaRefusal


class Quota(Value):
    """At most so many requests within so many seconds."""

    requests: int
    seconds: int

    @property
    def item(self) -> RateLimitItem:
        """The quota as the library counts it."""
        return RateLimitItemPerSecond(self.requests, self.seconds)


OF_CALLERS = Quota(requests=1_200, seconds=60)
"""The requests of one caller who has signed in, unless an operator sets another quota."""


class RateLeft(Value):
    """What is left of a quota, as the headers of an answer tell it."""

    quota: Quota
    left: int
    resets_in: int
    """Seconds until the whole quota is there again."""

    @property
    def headers(self) -> dict[str, str]:
        """`RateLimit-Policy` and `RateLimit`, in the form of the IETF draft on rate limit headers."""
        return {
            "RateLimit-Policy": f'"caller";q={self.quota.requests};w={self.quota.seconds}',
            "RateLimit": f'"caller";r={self.left};t={self.resets_in}',
        }


class Rates:
    """Counts the requests of every caller."""

    def __init__(self) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def take(self, quota: Quota, *caller: str) -> RateLeft:
        """Counts one request. Raises TooManyRequests `too_many_requests` when the quota is used up."""
        taken = await self._limiter.hit(quota.item, *caller)
        stats = await self._limiter.get_window_stats(quota.item, *caller)
        wait = max(1, math.ceil(stats.reset_time - time.time()))
        if not taken:
            raise TooManyRequests(QuotaRefusal.TOO_MANY_REQUESTS, most=quota.requests, seconds=quota.seconds, wait=wait)
        return RateLeft(quota=quota, left=max(0, stats.remaining), resets_in=wait)
