"""The requests to the ledger and its answers. They are plain values, so workflows can import them cheaply."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from domain.dossier.decide import Act
from domain.dossier.events import AnyEvent, Event
from domain.dossier.fingerprint import fingerprint_of
from domain.dossier.state import Dossier, NotSubmitted
from domain.dossier.view import DossierView
from domain.dossier.viewing import view_of
from domain.record.sealing import RecordedEvent
from domain.roles import Actor
from domain.rules.rulebook import Rulebook
from domain.values import Code, Value


class Append(Value):
    """The events of one command, to be written after version `after_version` (0: a new dossier).

    `view` is the dossier after these events. `trace_id` is the W3C trace (32 hex digits); None: the current one.
    """

    dossier: Code
    after_version: Annotated[int, Field(ge=0)]
    command_id: UUID
    actor: Actor
    events: Annotated[tuple[Event, ...], Field(min_length=1)]
    view: DossierView
    trace_id: str | None = None
    fingerprint: str | None = None
    """A hash of the command. A different command with the same id is refused. The first release wrote none."""

    @model_validator(mode="after")
    def _view_is_of_the_last_event(self) -> Self:
        if self.view.code != self.dossier or self.view.version != self.after_version + len(self.events):
            raise ValueError(f"view_mismatch: the view is of {self.view.code} version {self.view.version}")
        return self


def entry_of(
    before: Dossier | NotSubmitted, after: Dossier, act: Act, events: Sequence[AnyEvent], rules: Rulebook
) -> Append:
    """What an act writes: its events, which lead from one state of the dossier to the other."""
    return Append(
        dossier=before.code,
        after_version=before.version,
        command_id=act.command_id,
        actor=act.actor,
        events=tuple(events),
        view=view_of(after, rules),
        fingerprint=fingerprint_of(act),
    )


class Appended(Value):
    """The versions of the events of a command.

    `repeated`: the command was written before, and nothing was changed. `earlier` are then the events written before.
    They are valid even if `decide` would give other events now (at another time, after a reset of the workflow).
    """

    dossier: Code
    first_version: int
    last_version: int
    repeated: bool = False
    earlier: tuple[Event, ...] = ()
    fingerprint: str | None = None
    """The stored fingerprint, when a command is looked up; None when the first release wrote it."""


Fold = Callable[[Sequence[RecordedEvent]], DossierView]
"""Makes the view of a dossier from its whole history in order, which is never empty. It uses the domain's evolve."""

Progress = Callable[[int], None]
"""Is called now and then with the number of dossiers that are done."""


def no_progress(_done: int) -> None:
    """For callers who do not show progress."""
