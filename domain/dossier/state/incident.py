"""An outside system failed the dossier, and it is not yet made good."""

from __future__ import annotations

from dataclasses import dataclass

from domain.dossier.effect_id import kind_of
from domain.values import Instant


@dataclass(frozen=True, kw_only=True)
class Incident:
    """An outside call that failed and is not yet made good. `final`: it does not go on by itself."""

    effect: str
    system: str
    code: str
    since: Instant
    failures: int = 1
    final: bool = False

    @property
    def kind(self) -> str:
        """What was asked; see `EffectKind`."""
        return kind_of(self.effect)
