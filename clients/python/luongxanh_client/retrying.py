"""When a request is sent again, and after how long."""

from __future__ import annotations

from dataclasses import dataclass
from random import SystemRandom

from luongxanh_client.problems import REQUEST_IN_FLIGHT, Problem, TooManyRequests, Unavailable

_random = SystemRandom()


@dataclass(frozen=True)
class Retries:
    """How often and how patiently. All times are in seconds."""

    most: int = 5
    """Tries in all. 1: no request is sent again."""
    first_pause: float = 0.25
    longest_pause: float = 30.0
    """Where the API asks for a longer pause, the problem is raised instead."""

    def pause_after(self, tries: int, asked: float | None = None) -> float | None:
        """How long to wait before the next try; None when there is none.

        The pause doubles with every try, and half of it is drawn, so that many callers do not come back at once.
        """
        if tries >= self.most or (asked or 0.0) > self.longest_pause:
            return None
        full = min(self.longest_pause, self.first_pause * 2.0 ** min(tries - 1, 20))
        drawn = full * _random.uniform(0.5, 1.0)
        return drawn if asked is None else min(self.longest_pause, asked + drawn / 4)


def may_repeat(problem: Problem, *, repeatable: bool) -> bool:
    """True when the same request may get another answer soon. Every other refusal stays what it is.

    `repeatable`: the request may be carried out twice without harm. What a proxy answers (502, 504) leaves open
    whether it was carried out.
    """
    match problem:
        case TooManyRequests():
            return True
        case Unavailable():
            return repeatable or problem.status == 503
        case _:
            return problem.code == REQUEST_IN_FLIGHT
