"""What is true after an event. Never refuses: what happened, happened. Needs no rule: events carry what was computed."""

from __future__ import annotations

from typing import Any, assert_never

from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.commands import (
    CorrectApplicant,
    CorrectDocuments,
    Correction,
    CorrectMatter,
    CorrectReceivedAt,
    SubmittedDocument,
)
from domain.dossier.events import (
    AnyEvent,
    DeadlineEvent,
    DeadlineExtended,
    DeadlineWarned,
    DossierAccepted,
    DossierAssigned,
    DossierEscalated,
    DossierRated,
    DossierRefused,
    DossierResolved,
    DossierResumed,
    DossierRouted,
    DossierStopped,
    DossierSubmitted,
    DossierSuspended,
    DossierWithdrawn,
    Due,
    EntryCorrected,
    IdentityVerified,
    IntakeEvent,
    OpinionAsked,
    OpinionGiven,
    OrderLookedAt,
    OutsideCallFailed,
    PauseEvent,
    PaymentCheckAsked,
    PaymentChecked,
    PaymentConfirmed,
    PaymentEvent,
    PaymentExpired,
    PaymentMismatched,
    PaymentOrderCreated,
    PaymentRequested,
    ProcessingStarted,
    Refunded,
    RefundRequested,
    ResultEvent,
    ResultNumbered,
    ResultRegistered,
    ResultRejected,
    ResultReturned,
    ResultSealed,
    ResultSigned,
    SignatureRequested,
    SigningHandedOver,
    StepCompleted,
    StepEvent,
    StepSentBack,
    SupplementEvent,
    SupplementReceived,
    SupplementRequested,
)
from domain.dossier.state import (
    Dossier,
    Fired,
    Identity,
    Incident,
    Opinion,
    Registration,
    Signing,
    SigningStatus,
    State,
    Supplement,
)

Change = dict[str, Any]
"""The fields of a dossier that an event sets."""


def evolve(dossier: Dossier, event: AnyEvent) -> Dossier:
    """The dossier after the event; its version is one higher."""
    change = _change(dossier, event)
    if "state" in change or "step" in change or "competent" in change:
        change["moved_at"] = event.at
    return dossier.model_copy(update={**change, "version": dossier.version + 1, "updated_at": event.at})


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
        return _payment(dossier, event)
    if isinstance(event, ResultEvent):
        return _result(dossier, event)
    if isinstance(event, PauseEvent):
        return _pause(dossier, event)
    if isinstance(event, DeadlineEvent):
        return _deadline(dossier, event)
    return {"incidents": _with_incident(dossier, event)}


def _intake(dossier: Dossier, event: IntakeEvent) -> Change:
    match event:
        case DossierSubmitted():
            return _submitted(event)
        case DossierAccepted():
            return _accepted(event)
        case DossierRouted():
            return {
                "competent": event.competent,
                "responsible": event.competent or event.queue,
                "queue": event.queue,
                "crossing": event.crossing,
                "assignee": None,
            }
        case DossierRefused():
            return {"state": State.REFUSED, "ended_at": event.at, "incidents": ()}
        case IdentityVerified():
            found = Identity.MATCHES if event.matches else Identity.DIFFERS
            return {"identity": found, "incidents": _without_incidents(dossier, "identity/")}
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
        **_due(event.due),
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
                "timing": _paused(dossier, PauseGround.SUPPLEMENT, event.at, event.legal_basis),
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
        **_due(event.due),
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
    incidents = _without_incidents(dossier, "sign/", "seal/")
    return {"step": step, "steps_done": kept, "assignee": None, "signing": unsigned, "incidents": incidents}


def _result(dossier: Dossier, event: ResultEvent) -> Change:
    signing = dossier.signing
    match event:
        case SignatureRequested():
            asked = event.model_dump(include={"document", "result_number", "signer", "unit", "attempt"})
            return {"signing": signing.model_copy(update={**asked, "status": SigningStatus.REQUESTED})}
        case ResultSigned():
            done = _without_incidents(dossier, "sign/")
            return {"signing": signing.model_copy(update={"status": SigningStatus.SIGNED}), "incidents": done}
        case ResultNumbered():
            return {"result_number": event.number}
        case ResultSealed():
            done = _without_incidents(dossier, "seal/")
            return {"signing": signing.model_copy(update={"status": SigningStatus.SEALED}), "incidents": done}
        case SigningHandedOver():
            update = {"status": SigningStatus.HANDED_OVER, "unit": event.to_unit, "signer": None}
            return {"signing": signing.model_copy(update=update)}
        case DossierResolved():
            return _resolved(dossier, event)
        case ResultRegistered():
            known = dossier.registration.model_copy(update={"reference": event.reference})
            return {"registration": known, "incidents": _without_incidents(dossier, "register/")}
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
                "timing": _paused(dossier, PauseGround.SUSPENSION, event.at, event.legal_basis),
            }
        case DossierResumed():
            return {
                "state": dossier.state_before_suspension or State.PROCESSING,
                "state_before_suspension": None,
                "timing": _resumed(dossier, PauseGround.SUSPENSION, event),
                **_due(event.due),
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
        "incidents": _without_incidents(dossier, "identity/", "payment-order/", "sign/", "seal/"),
    }


def _deadline(dossier: Dossier, event: DeadlineEvent) -> Change:
    match event:
        case DeadlineWarned():
            return {"fired": _fired(dossier, event)}
        case DossierEscalated():
            return {"fired": _fired(dossier, event), "responsible": event.responsible or dossier.responsible}
        case DeadlineExtended():
            timing = clock.extend(dossier.timing, event.until, event.at, event.legal_basis) if dossier.timing else None
            return {"timing": timing, "extended_until": event.until, **_due(event.due)}
        case EntryCorrected():
            return {**_corrected(dossier, event.correction), **_due(event.due)}
        case _:
            assert_never(event)


def _corrected(dossier: Dossier, correction: Correction) -> Change:
    match correction:
        case CorrectReceivedAt():
            if dossier.timing is None:
                return {}
            return {"timing": dossier.timing.model_copy(update={"received_at": correction.value})}
        case CorrectMatter():
            return {"matter": correction.value}
        case CorrectApplicant():
            return {"applicant": correction.value, **_identity_anew(dossier)}
        case CorrectDocuments():
            return {"documents": correction.value}
        case _:
            assert_never(correction)


def _identity_anew(dossier: Dossier) -> Change:
    """What the population database said of other particulars says nothing of these."""
    if dossier.identity is Identity.NOT_NEEDED:
        return {}
    asked = dossier.identity_asked + 1
    incidents = _without_incidents(dossier, "identity/")
    return {"identity": Identity.WANTED, "identity_asked": asked, "incidents": incidents}


def _fired(dossier: Dossier, event: DeadlineWarned | DossierEscalated) -> tuple[Fired, ...]:
    others = (one for one in dossier.fired if one.rung != event.rung)
    return (*others, Fired(rung=event.rung, at=event.at))


def _paused(dossier: Dossier, ground: PauseGround, at: Any, legal_basis: str) -> clock.Timing | None:
    return clock.pause(dossier.timing, ground, at, legal_basis=legal_basis) if dossier.timing else None


def _resumed(dossier: Dossier, ground: PauseGround, event: DossierResumed | PaymentConfirmed) -> clock.Timing | None:
    return clock.resume(dossier.timing, ground, event.at) if dossier.timing else None


def _due(due: Due) -> Change:
    return {"statutory_due": due.statutory, "promised_due": due.promised}


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


def _without_incidents(dossier: Dossier, *effects: str) -> tuple[Incident, ...]:
    """Made good, or no longer wanted: an effect's id, or all whose ids begin so."""
    return tuple(one for one in dossier.incidents if not one.effect.startswith(effects))
