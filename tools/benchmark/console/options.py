"""How large the register is, and how often each page is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from domain.values import Strict
from workers.checkout import CHECKOUT

FILE = CHECKOUT / "build" / "bench-console.json"


class ConsoleBenchOptions(Strict):
    """What to measure."""

    dossiers: Annotated[int, Field(ge=100, le=10_000_000)] = 100_000
    repeats: Annotated[int, Field(ge=2, le=10_000)] = 60
    long: Annotated[int, Field(ge=100, le=20_000)] = 20_000
    """The events of one of the dossiers."""
    json_only: Annotated[bool, Field(alias="json")] = False
    file: Path = FILE
