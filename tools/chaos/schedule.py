"""The plan of the faults: a pure function of the seed. The same seed and facts give the same plan, so a run replays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from random import Random
from typing import Annotated

from pydantic import Field

from domain.values import Value


class Strike(StrEnum):
    """What is done to our own processes, to the links between them, and to whole outside systems."""

    OUTAGE = "outage"
    """An outside system answers nothing but 503."""
    SILENCE = "silence"
    """An outside system takes every call and answers none."""
    KILL = "kill"
    """`kill -9`, and a start after a while."""
    FREEZE = "freeze"
    """SIGSTOP, and SIGCONT after a while."""
    RESET = "reset"
    """Every open connection of a link is reset."""
    CUT = "cut"
    """A link resets its connections and takes no new ones for a while."""
    STALL = "stall"
    """A link forwards nothing for a while, and says nothing."""
    DISK_FULL = "disk_full"
    """The file system of the servers has no space left for a while."""
    DATE = "date"
    """The date of the outside systems jumps, and back after a while."""


class Planned(Value):
    """One strike: when it begins (seconds from the start), at what, and how long it lasts (0: it is over at once)."""

    at: Annotated[float, Field(ge=0)]
    strike: Strike
    target: str
    lasts: Annotated[float, Field(ge=0)] = 0.0
    days: float = 0.0
    """By how many days the date jumps."""


class Facts(Value):
    """What the plan depends on beside the seed."""

    seconds: Annotated[float, Field(gt=0)]
    systems: tuple[str, ...]
    processes: tuple[str, ...]
    links: tuple[str, ...]
    disk: bool
    """Whether the servers are on a file system that may be filled."""


EVERY = {Strike.KILL: 20.0, Strike.FREEZE: 25.0, Strike.RESET: 6.0, Strike.CUT: 40.0, Strike.STALL: 40.0}
"""The mean seconds between two strikes of a kind."""
LASTS: Mapping[Strike, tuple[float, float]] = {
    Strike.KILL: (0.0, 6.0),
    Strike.FREEZE: (1.0, 15.0),
    Strike.RESET: (0.0, 0.0),
    Strike.CUT: (1.0, 8.0),
    Strike.STALL: (2.0, 12.0),
    Strike.DISK_FULL: (4.0, 10.0),
    Strike.DATE: (5.0, 15.0),
}
"""The shortest and the longest time of each kind, in seconds."""
TAKES = {Strike.KILL: 12.0, Strike.DISK_FULL: 15.0}
"""Seconds that a process needs to come back, during which it is not struck again."""
ON_DISKS = ("postgres", "temporal")
"""The servers whose disks are filled. They are not struck otherwise meanwhile."""
DAYS = (-2.0, -0.25, 0.5, 3.0)
OUTAGE_AT_LEAST = 12.0
"""Seconds: a quick call, the calls behind it, and the first tries of the patient one have failed by then."""


def plan(seed: int, facts: Facts) -> tuple[Planned, ...]:
    """Every strike of a run, in the order of its beginning. Systems go down in turn, each at least once."""
    strikes = [*_outages(seed, facts), *_strikes(seed, facts)]
    return tuple(sorted(strikes, key=lambda one: (one.at, one.strike, one.target)))


def counted(strikes: Iterable[Planned]) -> dict[str, int]:
    """How many strikes of each kind."""
    return dict(sorted(Counter(one.strike.value for one in strikes).items()))


def _outages(seed: int, facts: Facts) -> list[Planned]:
    """Each system in turn, in an order of the seed, so that at every moment about one is down."""
    lot = _lot(seed, "outages")
    order = list(facts.systems)
    lot.shuffle(order)
    turn = facts.seconds / max(1, len(order))
    lasts = max(OUTAGE_AT_LEAST, turn)
    return [
        Planned(at=place * turn, strike=lot.choice((Strike.OUTAGE, Strike.SILENCE)), target=system, lasts=lasts)
        for place, system in enumerate(order)
    ]


def _strikes(seed: int, facts: Facts) -> list[Planned]:
    found = []
    for strike, every in EVERY.items():
        targets = facts.processes if strike in (Strike.KILL, Strike.FREEZE) else facts.links
        found += _drawn(_lot(seed, strike), strike, targets, every, facts.seconds)
    if facts.disk:
        found += _drawn(_lot(seed, Strike.DISK_FULL), Strike.DISK_FULL, ("disk",), 60.0, facts.seconds)
    found += _drawn(_lot(seed, Strike.DATE), Strike.DATE, ("date",), 60.0, facts.seconds)
    return _apart(found)


def _drawn(lot: Random, strike: Strike, targets: Sequence[str], every: float, seconds: float) -> list[Planned]:
    """Strikes of one kind: at least one, at times without a rhythm, at each target about as often."""
    times = max(1, round(seconds / every)) if targets else 0
    order = [targets[place % len(targets)] for place in range(times)]
    lot.shuffle(order)
    return [
        Planned(
            at=round(lot.uniform(0.02, 0.95) * seconds, 2),
            strike=strike,
            target=target,
            lasts=round(lot.uniform(*LASTS[strike]), 2),
            days=lot.choice(DAYS) if strike is Strike.DATE else 0.0,
        )
        for target in order
    ]


def _apart(strikes: Iterable[Planned]) -> list[Planned]:
    """No target is struck while an earlier strike at it lasts: a later one begins when the earlier is over."""
    free: dict[str, float] = {}
    apart = []
    for one in sorted(strikes, key=lambda one: (one.at, one.strike, one.target)):
        struck = (one.target, *ON_DISKS) if one.strike is Strike.DISK_FULL else (one.target,)
        at = max(one.at, *(free.get(target, 0.0) for target in struck))
        apart.append(one.model_copy(update={"at": round(at, 2)}))
        free |= dict.fromkeys(struck, at + one.lasts + TAKES.get(one.strike, 1.0))
    return apart


def _lot(seed: int, purpose: str) -> Random:
    return Random(f"{seed}/{purpose}")  # noqa: S311  no secret: the same seed must give the same plan
