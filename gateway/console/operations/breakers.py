"""The breakers of the workers, as operators see them: which process does not call which system now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from activities.ledger.worker_breakers import BreakersOfWorker, WorkerBreakers
from domain.values import Instant, Value
from gateway.console.visits import Visit
from gateway.i18n.wording import say

FRESH = timedelta(minutes=1)
"""A worker tells of its breakers every 15 s. What was told longer ago holds no more."""
CLOSED = "closed"
STATES = {
    "open": say("ngắt, không gọi", "open, no call is sent"),
    "half_open": say("đang thử lại", "half-open, tried with a few calls"),
}


class OpenBreaker(Value):
    """A breaker that is not closed."""

    process: str
    calls: str
    state: str


class BreakersNow(Value):
    """Every process that has told of its breakers just now, and those that are not closed, by system."""

    processes: tuple[str, ...]
    opened: Mapping[str, tuple[OpenBreaker, ...]]

    def of_worker(self, process: str) -> dict[str, tuple[OpenBreaker, ...]] | None:
        """The systems that a process holds calls back from; None when it has not told of its breakers."""
        if process not in self.processes:
            return None
        mine = ((system, [one for one in opened if one.process == process]) for system, opened in self.opened.items())
        return {system: tuple(opened) for system, opened in mine if opened}


async def breakers_now(visit: Visit) -> BreakersNow:
    """What the workers told within the last minute. Raises DatabaseUnavailable."""
    return _at(await WorkerBreakers(visit.api.pool).all(), visit.now)


def _at(told: list[BreakersOfWorker], now: Instant) -> BreakersNow:
    fresh = [one for one in told if now - one.told_at < FRESH]
    opened: dict[str, tuple[OpenBreaker, ...]] = {}
    for one in fresh:
        for calls, breakers in one.breakers.items():
            for system, state in breakers.items():
                if state != CLOSED:
                    found = OpenBreaker(process=one.process, calls=calls, state=state)
                    opened[system] = (*opened.get(system, ()), found)
    return BreakersNow(processes=tuple(one.process for one in fresh), opened=opened)
