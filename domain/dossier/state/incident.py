"""A failed call to an outside system that has not succeeded yet."""

from __future__ import annotations

from dataclasses import dataclass

from domain.dossier.effect_id import kind_of
from domain.values import Instant


@dataclass(frozen=True, kw_only=True)
class Incident:
    """A call to an outside system that failed and has not succeeded yet. `final`: it is not retried."""

    effect: str
    system: str
    code: str
    since: Instant
    failures: int = 1
    final: bool = False

    @property
    def kind(self) -> str:
        """The kind of the call; see `EffectKind`."""
        return kind_of(self.effect)


@dataclass(frozen=True, kw_only=True)
class RetriedCall:
    """A call that was refused for good, and that an operator had asked again under a new id."""

    effect: str
    again: str
    at: Instant
