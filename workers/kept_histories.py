"""A history that is replayed, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class KeptHistory:
    """A history to replay. `kept`: Temporal's `History` as bytes, or the JSON file that Temporal's programs write."""

    workflow: str
    kept: bytes | Path


@dataclass(frozen=True)
class Replayed:
    """What came of a history. `problem`: why it does not replay; None when it does."""

    workflow: str
    run: str
    events: int
    problem: str | None
