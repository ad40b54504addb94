"""How large the register is, how often each operation is measured, and how many clients ask at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from domain.values import Strict
from workers.checkout import CHECKOUT

FILE = CHECKOUT / "build" / "bench-api.json"


class ApiBenchOptions(Strict):
    """What to measure. `requests`: of all clients together in a round; 0 leaves the throughput out."""

    dossiers: Annotated[int, Field(ge=100, le=10_000_000)] = 100_000
    repeats: Annotated[int, Field(ge=2, le=10_000)] = 200
    clients: Annotated[int, Field(ge=1, le=16)] = 16
    requests: Annotated[int, Field(ge=0, le=100_000)] = 800
    json_only: Annotated[bool, Field(alias="json")] = False
    file: Path = FILE

    @property
    def open(self) -> int:
        """How many of the dossiers are open: as many of a hundred as in the bench of the size of the ledger."""
        return self.dossiers * 2 // 5
