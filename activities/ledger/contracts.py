"""What is asked of the ledger and what it answers. Values only, so that workflows can import them cheaply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from domain.dossier.events import Event
from domain.dossier.view import DossierView
from domain.record.sealing import RecordedEvent
from domain.roles import Actor
from domain.values import Code, Value


class Append(Value):
    """The events of one command, to be written after version `after_version` (0: a new dossier).

    `view` is the dossier as it stands after them; `trace_id` the W3C trace (32 hex digits), by default the current one.
    """

    dossier: Code
    after_version: Annotated[int, Field(ge=0)]
    command_id: UUID
    actor: Actor
    events: Annotated[tuple[Event, ...], Field(min_length=1)]
    view: DossierView
    trace_id: str | None = None
    fingerprint: str | None = None
    """What the command says; another one under the same id is refused. The first release wrote none."""

    @model_validator(mode="after")
    def _view_is_of_the_last_event(self) -> Self:
        if self.view.code != self.dossier or self.view.version != self.after_version + len(self.events):
            raise ValueError(f"view_mismatch: the view is of {self.view.code} version {self.view.version}")
        return self


class Appended(Value):
    """Where the events of a command stand.

    `repeated`: the command had been written before and nothing was changed; `earlier` is then what was written, which
    is what happened, whatever would have been decided this time (another moment, after a reset of the workflow).
    """

    dossier: Code
    first_version: int
    last_version: int
    repeated: bool = False
    earlier: tuple[Event, ...] = ()
    fingerprint: str | None = None
    """Of a command that is looked up: what it said, where that was written."""


Fold = Callable[[Sequence[RecordedEvent]], DossierView]
"""A dossier's whole history in order (never empty) gives its view: the domain's own evolve, handed in."""

Progress = Callable[[int], None]
"""Told, now and then, how many dossiers are done."""


def no_progress(_done: int) -> None:
    """For callers who do not want to be told."""
