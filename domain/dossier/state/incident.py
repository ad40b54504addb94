"""A failed call to an outside system that has not succeeded yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from domain.dossier.effect_id import kind_of
from domain.dossier.state.later_fields import LATER
from domain.values import Code, Instant


@dataclass(frozen=True, kw_only=True)
class Incident:
    """A call to an outside system that failed and has not succeeded yet. `final`: it is not retried."""

    effect: str
    system: str
    code: str
    since: Instant
    failures: int = 1
    final: bool = False
    stated_by: Annotated[Code | None, LATER] = None
    """The operator who stated that the system did nothing; a second one has to state it too."""

    @property
    def kind(self) -> str:
        """The kind of the call; see `EffectKind`."""
        return kind_of(self.effect)


@dataclass(frozen=True, kw_only=True)
class RetriedCall:
    """A call that an operator had asked again under a new id."""

    effect: str
    again: str
    at: Instant
    given_up: Annotated[bool, LATER] = False
    """True: two operators stated that the system did nothing for it. It was not refused for good."""
