"""A circuit breaker. After failures in a row it stops the calls to a system, then tries it with a few calls."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from activities.adapters.address import BreakerPolicy


class BreakerState(StrEnum):
    """Closed: calls are sent. Open: no call is sent. Half-open: a few calls test the system."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Permit:
    """The permission to make one call. Its end is reported once, by one of three methods; later reports are ignored."""

    def __init__(self, breaker: Breaker, period: int) -> None:
        self._breaker: Breaker | None = breaker
        self._period = period

    @staticmethod
    def in_spite_of(breaker: Breaker) -> Permit:
        """For a call that an operator has ordered although the breaker is open. Its success closes the breaker."""
        return _PermitByOrder(breaker)

    def succeeded(self) -> None:
        """The system answered, also if it refused."""
        if breaker := self._take_breaker():
            breaker._succeeded(self._period)

    def failed(self) -> None:
        """There was no answer, or it cannot be read."""
        if breaker := self._take_breaker():
            breaker._failed(self._period)

    def abandoned(self) -> None:
        """The caller stopped for its own reasons. This says nothing about the system."""
        if breaker := self._take_breaker():
            breaker._abandoned(self._period)

    def _take_breaker(self) -> Breaker | None:
        breaker, self._breaker = self._breaker, None
        return breaker


class _PermitByOrder(Permit):
    def __init__(self, breaker: Breaker) -> None:
        super().__init__(breaker, period=-1)  # no period has this number, so a failure changes nothing

    def succeeded(self) -> None:
        if breaker := self._take_breaker():
            breaker.close()


class Breaker:
    """One system's breaker. `clock` gives monotonic seconds. For one event loop: no locks are needed."""

    def __init__(self, policy: BreakerPolicy, clock: Callable[[], float]) -> None:
        self._policy = policy
        self._clock = clock
        self._failures = 0
        self._opened_at: float | None = None
        self._open_since: float | None = None
        self._probing = 0
        self._probes_succeeded = 0
        self._period = 0  # grows at each change of state; calls that began in an earlier period do not count
        self.times_opened = 0

    @property
    def state(self) -> BreakerState:
        """The state now. An open breaker becomes half-open when its time has passed."""
        if self._opened_at is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if self.opens_again_in > 0 else BreakerState.HALF_OPEN

    @property
    def opens_again_in(self) -> float:
        """Seconds until calls may be tried; 0 when they may be tried now."""
        if self._opened_at is None:
            return 0.0
        return max(0.0, self._policy.open_seconds - (self._clock() - self._opened_at))

    @property
    def not_closed_for(self) -> float | None:
        """Seconds since it left the closed state, also if it was half-open in between; None while it is closed."""
        return None if self._open_since is None else self._clock() - self._open_since

    def change(self, policy: BreakerPolicy) -> None:
        """Sets another policy. The state and the failures in a row stay."""
        self._policy = policy

    def close(self) -> None:
        """Closes it now: the system has answered a call that was made in spite of it, or it has another address."""
        if self._opened_at is not None or self._failures:
            self._turn(opened_at=None)

    def admit(self) -> Permit | None:
        """A permit for one call; None when the call must not be sent."""
        match self.state:
            case BreakerState.CLOSED:
                return Permit(self, self._period)
            case BreakerState.OPEN:
                return None
            case BreakerState.HALF_OPEN:
                if self._probing >= self._policy.probes:
                    return None
                self._probing += 1
                return Permit(self, self._period)

    def _succeeded(self, period: int) -> None:
        if period != self._period:
            return
        self._failures = 0
        if self._opened_at is None:
            return
        self._probing -= 1
        self._probes_succeeded += 1
        if self._probes_succeeded >= self._policy.probes:
            self._turn(opened_at=None)

    def _failed(self, period: int) -> None:
        if period != self._period:
            return
        self._failures += 1
        if self._opened_at is not None or self._failures >= self._policy.failures:
            self.times_opened += 1
            self._turn(opened_at=self._clock())

    def _abandoned(self, period: int) -> None:
        if period == self._period and self._opened_at is not None:
            self._probing -= 1

    def _turn(self, opened_at: float | None) -> None:
        self._opened_at = opened_at
        if opened_at is None or self._open_since is None:
            self._open_since = opened_at
        self._failures = self._probing = self._probes_succeeded = 0
        self._period += 1
