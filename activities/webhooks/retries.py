"""When a message that was not taken is sent again: soon at first, then ever later, over days."""

from __future__ import annotations

import random
from typing import Annotated

from pydantic import Field

from domain.values import Strict

Seconds = Annotated[float, Field(gt=0, le=7 * 86_400)]


class RetrySchedule(Strict):
    """The pauses between tries, in seconds. The defaults are those of the Standard Webhooks scheme: three days."""

    pauses: Annotated[tuple[Seconds, ...], Field(min_length=1, max_length=50)] = (
        5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0,
    )  # fmt: skip
    """After the last pause there is one more try. When that fails too, a person decides."""
    jitter: Annotated[float, Field(ge=0, lt=1)] = 0.2
    """Each pause is longer or shorter by up to this share, so that receivers that failed together are not all asked
    together."""
    rest_after: Annotated[int, Field(ge=1)] = 3
    """After this many failures in a row the receiver rests: it gets one message at a time until it takes one."""
    longest_rest: Seconds = 3_600.0

    def pause_after(self, tries: int) -> float | None:
        """The pause after this many failed tries of one message; None when there is no further try."""
        return self._varied(self.pauses[tries - 1]) if tries <= len(self.pauses) else None

    def rest_after_failures(self, failures: int) -> float | None:
        """How long the receiver rests after this many failures in a row; None while it need not."""
        if failures < self.rest_after:
            return None
        pause = self.pauses[min(failures - self.rest_after, len(self.pauses) - 1)]
        return self._varied(min(pause, self.longest_rest))

    def _varied(self, pause: float) -> float:
        return pause * random.SystemRandom().uniform(1 - self.jitter, 1 + self.jitter)
