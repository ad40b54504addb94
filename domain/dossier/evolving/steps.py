"""A dossier after something happened to its internal process."""

from __future__ import annotations

from typing import assert_never

from domain.dossier.effect_id import EffectKind
from domain.dossier.events import (
    DossierAssigned,
    OpinionAsked,
    OpinionGiven,
    ProcessingStarted,
    ResultRejected,
    StepCompleted,
    StepEvent,
    StepSentBack,
)
from domain.dossier.evolving.changes import Change, without_incidents
from domain.dossier.state import (
    Dossier,
    Opinion,
    Signing,
    State,
)


def evolve(dossier: Dossier, event: StepEvent) -> Change:
    """What an event about the internal process sets."""
    match event:
        case DossierAssigned():
            return {"assignee": event.person}
        case ProcessingStarted():
            return {"state": State.PROCESSING}
        case StepCompleted():
            return {"step": event.next_step, "steps_done": (*dossier.steps_done, event.step), "assignee": None}
        case StepSentBack() | ResultRejected():
            return _back_to(dossier, event.to_step)
        case OpinionAsked():
            return {"opinions": (*dossier.opinions, Opinion(unit=event.unit, asked_at=event.at))}
        case OpinionGiven():
            given = tuple(
                one.model_copy(update={"agrees": event.agrees})
                if one.unit == event.unit and one.agrees is None
                else one
                for one in dossier.opinions
            )
            return {"opinions": given}
        case _:
            assert_never(event)


def _back_to(dossier: Dossier, step: str) -> Change:
    kept = dossier.steps_done[: dossier.steps_done.index(step)] if step in dossier.steps_done else dossier.steps_done
    unsigned = Signing(attempt=dossier.signing.attempt)
    incidents = without_incidents(dossier, EffectKind.SIGN, EffectKind.SEAL)
    return {"step": step, "steps_done": kept, "assignee": None, "signing": unsigned, "incidents": incidents}
