"""How many dossiers are opened, how many of them the worker keeps in memory, and how long is measured."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from domain.values import Strict
from workers.checkout import CHECKOUT

FILE = CHECKOUT / "build" / "bench-restart.json"


class RestartOptions(Strict):
    """`rate`: commands a second, for `seconds` before the restart and as long after it."""

    open: Annotated[int, Field(ge=2, le=1_000_000)] = 2_000
    cached: Annotated[int, Field(ge=1, le=1_000_000)] = 500
    rate: Annotated[float, Field(ge=0.1, le=1_000)] = 5.0
    seconds: Annotated[float, Field(ge=1, le=3_600)] = 60.0
    json_only: Annotated[bool, Field(alias="json")] = False
    file: Path = FILE

    @property
    def counts(self) -> list[int]:
        """The numbers of open dossiers at which memory is measured: none, half of the cache, the cache, multiples."""
        wanted = {0, self.cached // 2, self.cached, *range(2 * self.cached, self.open, 2 * self.cached), self.open}
        return sorted(count for count in wanted if count <= self.open)

    @property
    def commands(self) -> int:
        """How many commands are sent in each of the two periods."""
        return max(1, round(self.rate * self.seconds))
