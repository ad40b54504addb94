"""The work on a dossier: its step, requests to others, and the state to which it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from domain.dossier.state.later_fields import LATER
from domain.dossier.state.states import State
from domain.values import Code, Instant


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """Another unit's opinion: requested, and perhaps given."""

    unit: Code
    asked_at: Instant
    agrees: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Supplement:
    """One supplement request; open while `received_at` is None."""

    documents: tuple[Code, ...]
    requested_at: Instant
    received_at: Instant | None = None
    asked_from: State


@dataclass(frozen=True, kw_only=True)
class Processing:
    """The internal process. There is no step before intake, and none after the last."""

    step: Code | None = None
    steps_done: tuple[Code, ...] = ()
    assignee: Code | None = None
    opinions: tuple[Opinion, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    state_before_payment: State | None = None
    state_before_suspension: State | None = None
    steps_repeated: Annotated[int, LATER] = 0
    """How many steps were begun and are not among those done, because a step was sent back. It never falls."""

    @property
    def step_number(self) -> int:
        """How often a step was begun until now; a step that was sent back begins again."""
        return len(self.steps_done) + self.steps_repeated + 1

    @property
    def open_supplement(self) -> Supplement | None:
        """The supplement that was requested and is not received yet."""
        return next((supplement for supplement in self.supplements if supplement.received_at is None), None)
