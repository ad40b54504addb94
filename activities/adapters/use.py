"""How one system is used by this process: what an operator sees of its calls."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from activities.ledger.worker_reports import SystemUse

MINUTES = 5
"""Calls and failures are counted over so many minutes."""


class CallTally:
    """Counts the calls of the last minutes. `clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._minutes: deque[_Minute] = deque(maxlen=MINUTES)
        self._succeeded_at: datetime | None = None
        self._failed_at: datetime | None = None
        self._failure = ""

    def succeeded(self) -> None:
        """The system answered, also if it refused."""
        self._minute().calls += 1
        self._succeeded_at = datetime.now(UTC)

    def failed(self, code: str) -> None:
        """There was no answer, or none that can be read."""
        minute = self._minute()
        minute.calls += 1
        minute.failures += 1
        self._failed_at, self._failure = datetime.now(UTC), code

    def told(self, now: SystemUse) -> SystemUse:
        """The same use, with what was counted here."""
        self._minute()
        return now.model_copy(
            update={
                "calls": sum(one.calls for one in self._minutes),
                "failures": sum(one.failures for one in self._minutes),
                "succeeded_at": self._succeeded_at,
                "failed_at": self._failed_at,
                "failure": self._failure,
            }
        )

    def _minute(self) -> _Minute:
        number = int(self._clock() // 60)
        while self._minutes and self._minutes[0].number <= number - MINUTES:
            self._minutes.popleft()
        if not self._minutes or self._minutes[-1].number != number:
            self._minutes.append(_Minute(number))
        return self._minutes[-1]


class _Minute:
    def __init__(self, number: int) -> None:
        self.number = number
        self.calls = 0
        self.failures = 0
