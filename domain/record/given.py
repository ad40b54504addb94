"""What one command of assignment gave, read from the events of a dossier, and whether that still stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.dossier.events import DossierAssigned
from domain.dossier.evolve import evolve_all
from domain.dossier.state import Dossier, NotSubmitted
from domain.record.sealing import RecordedEvent
from domain.values import Code

MOVES = frozenset({"dossier_assigned", "assignment_released", "step_completed", "step_sent_back", "result_rejected"})
"""What decides anew who has a step."""


@dataclass(frozen=True)
class Given:
    """To whom a command gave the step, who had it before (None: nobody), and whether the dossier has moved on since."""

    person: Code
    before: Code | None
    moved_on: bool


def given_by(command_id: UUID, history: Sequence[RecordedEvent]) -> Given | None:
    """What the command gave. None: it is not in the history, which is in order and whole.

    A dossier has moved on when somebody else has the step or it is at another one, also if it came back since, and when
    the officer has done anything in it: to take begun work away is a decision of its own.
    """
    own = [one for one in history if one.command_id == command_id]
    assigned = next((one for one in own if isinstance(one.event, DossierAssigned)), None)
    if assigned is None or not isinstance(assigned.event, DossierAssigned):
        return None
    before, now = _at(own[0].version - 1, history), _at(history[-1].version, history)
    person, step = assigned.event.person, assigned.event.step
    later = [one for one in history if one.version > assigned.version]
    touched = any(one.kind in MOVES or one.actor.person == person for one in later)
    stands = (now.processing.assignee, now.processing.step) == (person, step)
    return Given(person, before.processing.assignee, moved_on=touched or not stands)


def _at(version: int, history: Sequence[RecordedEvent]) -> Dossier:
    events = (one.event for one in history if one.version <= version)
    return evolve_all(NotSubmitted(history[0].dossier), events)
