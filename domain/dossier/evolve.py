"""What is true after an event. Never refuses: what happened, happened. Needs no rule: events carry dates."""

from __future__ import annotations

from typing import assert_never

from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.commands import (
    SubmittedDocument,
)
from domain.dossier.events import (
    AnyEvent,
    DeadlineEvent,
    DossierAccepted,
    DossierAssigned,
    DossierRated,
    DossierRefused,
    DossierResolved,
    DossierResumed,
    DossierRouted,
    DossierStopped,
    DossierSubmitted,
    DossierSuspended,
    DossierWithdrawn,
    HandoverEvent,
    IdentityVerified,
    IntakeEvent,
    OpinionAsked,
    OpinionGiven,
    OutsideCallFailed,
    PauseEvent,
    PaymentEvent,
    ProcessingStarted,
    ResultEvent,
    ResultNumbered,
    ResultRegistered,
    ResultRejected,
    ResultReturned,
    ResultSealed,
    ResultSigned,
    RulesEvent,
    SignatureRequested,
    SigningHandedOver,
    StepCompleted,
    StepEvent,
    StepSentBack,
    SupplementEvent,
    SupplementReceived,
    SupplementRequested,
)
from domain.dossier.evolving import deadlines, handovers, payments
from domain.dossier.evolving.changes import Change, due_of, paused, resumed, without_incidents
from domain.dossier.holding import with_holder
from domain.dossier.state import (
    Dossier,
    Identity,
    Incident,
    Opinion,
    Registration,
    Signing,
    SigningStatus,
    State,
    Supplement,
)


def evolve(dossier: Dossier, event: AnyEvent) -> Dossier:
    """The dossier after the event; its version is one higher."""
    change = _change(dossier, event)
    if "state" in change or "step" in change or "competent" in change:
        change["moved_at"] = event.at
    after = dossier.model_copy(update={**change, "version": dossier.version + 1, "updated_at": event.at})
    return with_holder(after, event.at)


def evolve_all(dossier: Dossier, events: tuple[AnyEvent, ...] | list[AnyEvent]) -> Dossier:
    """The dossier after several events, in their order."""
    for event in events:
        dossier = evolve(dossier, event)
    return dossier


def _change(dossier: Dossier, event: AnyEvent) -> Change:
    if isinstance(event, IntakeEvent):
        return _intake(dossier, event)
    if isinstance(event, SupplementEvent):
        return _supplement(dossier, event)
    if isinstance(event, StepEvent):
        return _step(dossier, event)
    if isinstance(event, PaymentEvent):
        return payments.evolve(dossier, event)
    if isinstance(event, ResultEvent):
        return _result(dossier, event)
    if isinstance(event, PauseEvent):
        return _pause(dossier, event)
    if isinstance(event, DeadlineEvent):
        return deadlines.evolve(dossier, event)
    if isinstance(event, HandoverEvent | RulesEvent):
        return handovers.evolve(dossier, event)
    return {"incidents": _with_incident(dossier, event)}


def _intake(dossier: Dossier, event: IntakeEvent) -> Change:
    match event:
        case DossierSubmitted():
            return _submitted(event)
        case DossierAccepted():
            return _accepted(event)
        case DossierRouted():
            return handovers.routed(dossier, event)
        case DossierRefused():
            return {"state": State.REFUSED, "ended_at": event.at, "incidents": ()}
        case IdentityVerified():
            found = Identity.MATCHES if event.matches else Identity.DIFFERS
            return {"identity": found, "incidents": without_incidents(dossier, "identity/")}
        case _:
            assert_never(event)


def _submitted(event: DossierSubmitted) -> Change:
    copied = event.model_dump(include={"procedure", "case", "received_by", "assisted_by", "applicant", "submitted_by"})
    return {
        **copied,
        "state": State.SUBMITTED,
        "channel": event.channel,
        "pins": event.pins,
        "matter": event.matter,
        "documents": event.documents,
        "submitted_at": event.at,
        "responsible": event.received_by,
        "brought_over_from": event.brought_over.system if event.brought_over else None,
        "received_elsewhere_at": event.brought_over.received_at if event.brought_over else None,
    }


def _accepted(event: DossierAccepted) -> Change:
    timing = clock.start(
        received_at=event.received_at,
        statutory=event.statutory,
        own=event.own,
        green=event.green,
        counting=event.counting,
        excluded_share=event.excluded_share,
    )
    return {
        "state": State.ACCEPTED,
        "pins": event.pins,
        "accepted_at": event.at,
        "timing": timing,
        "step": event.first_step,
        "identity": Identity.WANTED if event.verify_identity else Identity.NOT_NEEDED,
        "identity_asked": 1 if event.verify_identity else 0,
        "fee": event.fee,
        "printed_promise": event.due.promised or event.due.statutory,
        **due_of(event.due),
    }


def _supplement(dossier: Dossier, event: SupplementEvent) -> Change:
    match event:
        case SupplementRequested():
            asked = Supplement(
                documents=event.documents, requested_at=event.at, asked_from=dossier.state or State.SUBMITTED
            )
            return {
                "state": State.SUPPLEMENT_REQUESTED,
                "supplements": (*dossier.supplements, asked),
                "timing": paused(dossier, PauseGround.SUPPLEMENT, event.at, event.legal_basis),
            }
        case SupplementReceived():
            return _supplement_received(dossier, event)
        case _:
            assert_never(event)


def _supplement_received(dossier: Dossier, event: SupplementReceived) -> Change:
    back_to = dossier.open_supplement.asked_from if dossier.open_supplement else State.PROCESSING
    timing = dossier.timing
    if timing is not None:
        timing = clock.resume(timing, PauseGround.SUPPLEMENT, event.at, restart=event.restarts_clock)
    return {
        "state": back_to,
        "supplements": tuple(
            one if one.received_at else one.model_copy(update={"received_at": event.at}) for one in dossier.supplements
        ),
        "documents": _with_documents(dossier.documents, event.documents),
        "timing": timing,
        **due_of(event.due),
    }


def _with_documents(
    had: tuple[SubmittedDocument, ...], brought: tuple[SubmittedDocument, ...]
) -> tuple[SubmittedDocument, ...]:
    new = {document.code for document in brought}
    return (*(document for document in had if document.code not in new), *brought)


def _step(dossier: Dossier, event: StepEvent) -> Change:
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
    incidents = without_incidents(dossier, "sign/", "seal/")
    return {"step": step, "steps_done": kept, "assignee": None, "signing": unsigned, "incidents": incidents}


def _result(dossier: Dossier, event: ResultEvent) -> Change:
    signing = dossier.signing
    match event:
        case SignatureRequested():
            asked = event.model_dump(include={"document", "result_number", "signer", "unit", "attempt"})
            return {"signing": signing.model_copy(update={**asked, "status": SigningStatus.REQUESTED})}
        case ResultSigned():
            done = without_incidents(dossier, "sign/")
            return {"signing": signing.model_copy(update={"status": SigningStatus.SIGNED}), "incidents": done}
        case ResultNumbered():
            return {"result_number": event.number}
        case ResultSealed():
            done = without_incidents(dossier, "seal/")
            return {"signing": signing.model_copy(update={"status": SigningStatus.SEALED}), "incidents": done}
        case SigningHandedOver():
            update = {"status": SigningStatus.HANDED_OVER, "unit": event.to_unit, "signer": None}
            return {"signing": signing.model_copy(update=update)}
        case DossierResolved():
            return _resolved(dossier, event)
        case ResultRegistered():
            known = dossier.registration.model_copy(update={"reference": event.reference})
            return {"registration": known, "incidents": without_incidents(dossier, "register/")}
        case ResultReturned():
            return {"state": State.RETURNED}
        case DossierRated():
            return {"stars": event.stars}
        case _:
            assert_never(event)


def _resolved(dossier: Dossier, event: DossierResolved) -> Change:
    return {
        "state": State.RESOLVED,
        "ended_at": event.at,
        "timing": clock.end(dossier.timing, event.at) if dossier.timing else None,
        "step": None,
        "result_number": event.result_number,
        "registration": Registration(wanted=event.registry, document=event.document),
        "late_statutory_minutes": event.late_statutory_minutes,
        "late_promised_minutes": event.late_promised_minutes,
    }


def _pause(dossier: Dossier, event: PauseEvent) -> Change:
    match event:
        case DossierSuspended():
            return {
                "state": State.SUSPENDED,
                "state_before_suspension": dossier.state,
                "timing": paused(dossier, PauseGround.SUSPENSION, event.at, event.legal_basis),
            }
        case DossierResumed():
            return {
                "state": dossier.state_before_suspension or State.PROCESSING,
                "state_before_suspension": None,
                "timing": resumed(dossier, PauseGround.SUSPENSION, event.at),
                **due_of(event.due),
            }
        case DossierStopped() | DossierWithdrawn():
            return _ended(dossier, event)
        case _:
            assert_never(event)


def _ended(dossier: Dossier, event: DossierStopped | DossierWithdrawn) -> Change:
    """A withdrawn dossier that the authority then stops has ended when it was withdrawn."""
    state = State.STOPPED if isinstance(event, DossierStopped) else State.WITHDRAWN
    if dossier.ended_at is not None:
        return {"state": state}
    return {
        "state": state,
        "ended_at": event.at,
        "timing": clock.end(dossier.timing, event.at) if dossier.timing else None,
        "step": None,
        "assignee": None,
        "incidents": without_incidents(dossier, "identity/", "payment-order/", "sign/", "seal/"),
    }


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
