"""A dossier after something happened to its internal process."""

from __future__ import annotations

from domain.changed import changed
from domain.dossier.effect_id import EffectKind
from domain.dossier.events import (
    DossierAssigned,
    OpinionAsked,
    OpinionGiven,
    ProcessingStarted,
    ResultRejected,
    StepCompleted,
    StepSentBack,
)
from domain.dossier.evolving.changes import without_incidents
from domain.dossier.state import Dossier, Opinion, Processing, Signing, State


def assigned(dossier: Dossier, event: DossierAssigned) -> Dossier:
    """Somebody has the current step."""
    return changed(dossier, processing=changed(dossier.processing, assignee=event.person))


def started(dossier: Dossier, event: ProcessingStarted) -> Dossier:
    """The first act on an accepted dossier was done."""
    return changed(dossier, state=State.PROCESSING, moved_at=event.at)


def completed(dossier: Dossier, event: StepCompleted) -> Dossier:
    """At the next step, which nobody has yet."""
    done = (*dossier.processing.steps_done, event.step)
    processing = changed(dossier.processing, step=event.next_step, steps_done=done, assignee=None)
    return changed(dossier, moved_at=event.at, processing=processing)


def sent_back(dossier: Dossier, event: StepSentBack | ResultRejected) -> Dossier:
    """At an earlier step, with nothing signed."""
    return changed(
        dossier,
        moved_at=event.at,
        processing=_back_to(dossier.processing, event.to_step),
        signing=Signing(attempt=dossier.signing.attempt),
        incidents=without_incidents(dossier, EffectKind.SIGN, EffectKind.SEAL),
    )


def _back_to(processing: Processing, step: str) -> Processing:
    done = processing.steps_done
    return changed(processing, step=step, steps_done=done[: done.index(step)] if step in done else done, assignee=None)


def opinion_asked(dossier: Dossier, event: OpinionAsked) -> Dossier:
    """Another unit is to answer."""
    opinions = (*dossier.processing.opinions, Opinion(unit=event.unit, asked_at=event.at))
    return changed(dossier, processing=changed(dossier.processing, opinions=opinions))


def opinion_given(dossier: Dossier, event: OpinionGiven) -> Dossier:
    """It has answered."""
    opinions = tuple(
        changed(one, agrees=event.agrees) if one.unit == event.unit and one.agrees is None else one
        for one in dossier.processing.opinions
    )
    return changed(dossier, processing=changed(dossier.processing, opinions=opinions))
