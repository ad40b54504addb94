"""What the benchmark measures: a size, and the options that replace a part of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from domain.values import Strict
from tools.benchmark.peers.peer import Peer
from tools.benchmark.sizes import AMOUNTS, Amounts, Size
from workers.checkout import CHECKOUT

FILE = CHECKOUT / "build" / "bench.json"


class BenchOptions(Strict):
    """What to measure. Without a number of their own, amounts are those of the size."""

    size: Size = Size.M
    repeats: Annotated[int, Field(ge=1, le=50)] | None = None
    dossiers: Annotated[int, Field(ge=1, le=10_000)] | None = None
    latency_dossiers: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """0: no open loop."""
    at_once: Annotated[int, Field(ge=1, le=1_000)] = 150
    rate: Annotated[float, Field(ge=0.1, le=1_000)] = 5.0
    peers: tuple[Peer, ...] = ()
    """What else is measured, in turn with engine and baseline."""
    restate_server: str | None = None
    """The program of Restate's server. None: the one on the path."""
    compare: str | None = None
    json_only: Annotated[bool, Field(alias="json")] = False
    file: Path = FILE

    @property
    def amounts(self) -> Amounts:
        """The amounts of the size, with those that were given instead."""
        of_size = AMOUNTS[self.size]
        return Amounts(
            pairs=of_size.pairs if self.repeats is None else self.repeats,
            dossiers=of_size.dossiers if self.dossiers is None else self.dossiers,
            latency_dossiers=of_size.latency_dossiers if self.latency_dossiers is None else self.latency_dossiers,
            alone=of_size.alone,
        )
