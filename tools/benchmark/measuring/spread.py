"""The arithmetic of the benchmark: spreads, percentiles, the interval of a median."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from pydantic import BaseModel


class Spread(BaseModel):
    """The smallest, the middle and the largest value of several repeats."""

    min: float
    median: float
    max: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of some values."""
        return cls(min=round(min(values), 3), median=round(statistics.median(values), 3), max=round(max(values), 3))


class Interval(BaseModel):
    """The median of what was measured lies between the two values with this confidence (0 to 1)."""

    low: float
    high: float
    confidence: float


CONFIDENCE = 0.95


def median_interval(values: Sequence[float]) -> Interval:
    """The narrowest interval between two of the values that holds the median with a confidence of 95 %.

    It is the interval of the sign test: each value lies above the median with a chance of one half, whatever the
    distribution. With fewer than six values it is the whole range, and the confidence is lower: 94 % with five.
    """
    ordered, number = sorted(values), len(values)
    outside = 0
    while outside + 1 < (number + 1) // 2 and _confidence(number, outside + 1) >= CONFIDENCE:
        outside += 1
    low, high = round(ordered[outside], 3), round(ordered[number - 1 - outside], 3)
    return Interval(low=low, high=high, confidence=round(_confidence(number, outside), 3))


def _confidence(number: int, outside: int) -> float:
    """The chance that the median lies inside when this many values at each end are left out."""
    return 1 - 2 * sum(math.comb(number, above) for above in range(outside + 1)) / float(2**number)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that is not below `percent` of all values (nearest rank)."""
    return sorted(values)[max(0, math.ceil(percent / 100 * len(values)) - 1)]
