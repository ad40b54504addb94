"""What is true after an event. Never refuses: what happened, happened. Needs no rule: events carry dates."""

from __future__ import annotations

from domain.dossier.clock_attribution import attributed
from domain.dossier.effect_id import EffectKind, kind_of
from domain.dossier.events import (
    AnyEvent,
    DeadlineEvent,
    HandoverEvent,
    IntakeEvent,
    OutsideCallFailed,
    PauseEvent,
    PaymentEvent,
    ResultEvent,
    RulesEvent,
    StepEvent,
    SupplementEvent,
)
from domain.dossier.evolving import deadlines, handovers, intake, pauses, payments, results, steps
from domain.dossier.evolving.changes import Change
from domain.dossier.state import TERMINAL, Dossier, Incident

ENDS_WITH_THE_DOSSIER = (EffectKind.IDENTITY, EffectKind.PAYMENT_ORDER, EffectKind.SIGN, EffectKind.SEAL)
"""The kinds of effects that `react` asks of an open dossier only."""


def evolve(dossier: Dossier, event: AnyEvent) -> Dossier:
    """The dossier after the event; its version is one higher."""
    change = _change(dossier, event)
    if "state" in change or "step" in change or "competent" in change:
        change["moved_at"] = event.at
    if change.get("state") in TERMINAL:
        change["incidents"] = _that_outlive(change.get("incidents", dossier.incidents))
    after = dossier.model_copy(update={**change, "version": dossier.version + 1, "updated_at": event.at})
    return attributed(after, event.at)


def _that_outlive(incidents: tuple[Incident, ...]) -> tuple[Incident, ...]:
    """An incident of a call that nobody wants of an ended dossier ends with it; money and registration go on."""
    return tuple(one for one in incidents if kind_of(one.effect) not in ENDS_WITH_THE_DOSSIER)


def evolve_all(dossier: Dossier, events: tuple[AnyEvent, ...] | list[AnyEvent]) -> Dossier:
    """The dossier after several events, in their order."""
    for event in events:
        dossier = evolve(dossier, event)
    return dossier


def _change(dossier: Dossier, event: AnyEvent) -> Change:
    if isinstance(event, IntakeEvent):
        return intake.evolve(dossier, event)
    if isinstance(event, SupplementEvent):
        return intake.supplemented(dossier, event)
    if isinstance(event, StepEvent):
        return steps.evolve(dossier, event)
    if isinstance(event, PaymentEvent):
        return payments.evolve(dossier, event)
    if isinstance(event, ResultEvent):
        return results.evolve(dossier, event)
    if isinstance(event, PauseEvent):
        return pauses.evolve(dossier, event)
    if isinstance(event, DeadlineEvent):
        return deadlines.evolve(dossier, event)
    if isinstance(event, HandoverEvent | RulesEvent):
        return handovers.evolve(dossier, event)
    return {"incidents": _with_incident(dossier, event)}


def _with_incident(dossier: Dossier, failure: OutsideCallFailed) -> tuple[Incident, ...]:
    before = next((one for one in dossier.incidents if one.effect == failure.effect), None)
    incident = Incident(
        effect=failure.effect,
        system=failure.system,
        code=failure.code,
        since=before.since if before else failure.at,
        failures=before.failures + 1 if before else 1,
        final=failure.final,
    )
    return (*(one for one in dossier.incidents if one is not before), incident)
