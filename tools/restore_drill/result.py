"""What the drill found and measured."""

from __future__ import annotations

from domain.values import Value
from tools.restore_drill.temporal_then import Agreed


class RestoreDrillResult(Value):
    """The figures of one drill. `wrong`: everything that must not be."""

    dossiers: int
    base_bytes: int
    events_before: int
    """Events when the servers were lost."""
    events_after: int
    """Events after the restore to the moment."""
    lost_dossiers: int
    """Dossiers that were filed after the moment."""
    rpo_seconds: float
    """How old the newest part of the archived log was when the servers were lost. What came later is lost even with a
    restore to the end of the archive."""
    rpo_events: int
    """Events that were recorded after that."""
    rto_seconds: float
    """From the loss of the servers until every dossier is at work again."""
    rto_parts: dict[str, float]
    woken: int
    temporal: Agreed
    """How Temporal and the ledger were brought together."""
    outside: dict[str, int]
    """What `ops outside` found, by kind."""
    temporal_differences: int
    finished: int
    effects: int
    wrong: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """True when nothing is wrong."""
        return not self.wrong
