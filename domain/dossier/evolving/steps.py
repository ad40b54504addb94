"""A dossier after an event of its internal process."""

from __future__ import annotations

from domain.changed import changed
from domain.dossier.events import (
    AssignmentReleased,
    DossierAssigned,
    OpinionAsked,
    OpinionGiven,
    ProcessingStarted,
    ResultRejected,
    StepCompleted,
    StepSentBack,
)
from domain.dossier.evolving.changes import with_awaited
from domain.dossier.state import Dossier, Opinion, Processing, Signing, State


def assigned(dossier: Dossier, event: DossierAssigned) -> Dossier:
    """A person has the current step."""
    return changed(dossier, processing=changed(dossier.processing, assignee=event.person))


def released(dossier: Dossier, event: AssignmentReleased) -> Dossier:
    """Nobody has the current step."""
    return changed(dossier, processing=changed(dossier.processing, assignee=None))


def started(dossier: Dossier, event: ProcessingStarted) -> Dossier:
    """The first act on an accepted dossier was done."""
    return changed(dossier, state=State.PROCESSING, moved_at=event.at)


def completed(dossier: Dossier, event: StepCompleted) -> Dossier:
    """The next step is current, and nobody has it yet."""
    done = (*dossier.processing.steps_done, event.step)
    processing = changed(dossier.processing, step=event.next_step, steps_done=done, assignee=None)
    return changed(dossier, moved_at=event.at, processing=processing)


def sent_back(dossier: Dossier, event: StepSentBack | ResultRejected) -> Dossier:
    """An earlier step is current, and nothing is signed."""
    after = changed(
        dossier,
        moved_at=event.at,
        processing=_back_to(dossier.processing, event.to_step),
        signing=Signing(attempt=dossier.signing.attempt),
    )
    return with_awaited(after, dossier, event)


def _back_to(processing: Processing, step: str) -> Processing:
    done = processing.steps_done
    left = done[: done.index(step)] if step in done else done
    repeated = processing.steps_repeated + len(done) - len(left) + 1
    return changed(processing, step=step, steps_done=left, assignee=None, steps_repeated=repeated)


def opinion_asked(dossier: Dossier, event: OpinionAsked) -> Dossier:
    """Another unit must give its opinion."""
    opinions = (*dossier.processing.opinions, Opinion(unit=event.unit, asked_at=event.at))
    return changed(dossier, processing=changed(dossier.processing, opinions=opinions))


def opinion_given(dossier: Dossier, event: OpinionGiven) -> Dossier:
    """The unit has given its opinion."""
    opinions = tuple(
        changed(opinion, agrees=event.agrees) if opinion.unit == event.unit and opinion.agrees is None else opinion
        for opinion in dossier.processing.opinions
    )
    return changed(dossier, processing=changed(dossier.processing, opinions=opinions))
