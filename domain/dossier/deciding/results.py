"""The result: signed, numbered, sealed; resolved, registered, returned, rated.

A failed token never makes a dossier late: the signing goes to the next level at once. A registry that is down never
delays a result: the result is issued and returned, and the registry receives it when it works again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.deadlines import clock
from domain.deadlines.clock import WhichClock
from domain.dossier.commands import Rate, RejectResult, Resolve, ReturnResult, Sign
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.awaited_calls import awaited_call, leaving_calls
from domain.dossier.deciding.fees import require_fee_asked
from domain.dossier.deciding.guards import (
    UNDER_WAY,
    require_applicant,
    require_assignee,
    require_competence,
    require_current_step,
    require_handling_unit,
    require_identity_settled,
    require_not_signed,
    require_not_signing,
    require_role,
    require_state,
    require_step_left,
    require_unit,
    require_unit_of_dossier,
)
from domain.dossier.deciding.lateness import late_minutes
from domain.dossier.deciding.post import handed_over_otherwise
from domain.dossier.deciding.steps import require_earlier, require_no_open_opinion, started
from domain.dossier.effect_id import EffectId, EffectKind, number_of
from domain.dossier.effects import SealResult, SignResult
from domain.dossier.events import (
    AnyEvent,
    DossierRated,
    DossierResolved,
    ResultNumbered,
    ResultRegistered,
    ResultRejected,
    ResultReturned,
    ResultSealed,
    ResultSigned,
    SignatureRequested,
    SigningHandedOver,
    StepCompleted,
)
from domain.dossier.outcomes import RecordRegistration, RecordSeal, RecordSignature
from domain.dossier.state import Dossier, SigningStatus, State
from domain.errors import RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.procedures.procedure import StepKind
from domain.roles import Role

ONE_MINUTE = timedelta(minutes=1)
NO_TIME = timedelta(0)


def sign(dossier: Dossier, command: Sign, context: Context) -> list[AnyEvent]:
    """By the official of the unit that must sign: the competent one, or the level above after a token failed."""
    require_step_of_signature(dossier, context)
    require_role(context, Role.SIGNATORY)
    require_not_signing(dossier)
    require_competence(dossier, context)
    unit = _signing_unit(dossier, context)
    require_nothing_open(dossier, context)
    return [
        *started(dossier, context),
        SignatureRequested(
            at=context.now,
            document=command.document,
            result_number=command.result_number,
            signer=context.actor.person,
            unit=unit,
            attempt=dossier.signing.attempt + 1,
            numbered_by=context.register_of(unit, dossier),
            note=command.note,
        ),
    ]


def require_step_of_signature(dossier: Dossier, context: Context) -> None:
    """The dossier is under way, and its current step is the signature."""
    require_state(dossier, *UNDER_WAY)
    require_current_step(dossier, context.rules(dossier), require_step_left(dossier), StepKind.SIGN)


def require_nothing_open(dossier: Dossier, context: Context) -> None:
    """No opinion, no fee and no doubt about the applicant stands in the way of a signature."""
    require_no_open_opinion(dossier)
    require_fee_asked(dossier, context)
    require_identity_settled(dossier, context.rules(dossier), context)


def reject_result(dossier: Dossier, command: RejectResult, context: Context) -> list[AnyEvent]:
    """The draft result is not signed. The dossier goes back to an earlier step, with the reason."""
    require_state(dossier, State.PROCESSING)
    rules = context.rules(dossier)
    step = require_current_step(dossier, rules, require_step_left(dossier), StepKind.SIGN, StepKind.APPROVE)
    require_role(context, step.role)
    require_competence(dossier, context)
    require_unit(context, dossier.routing.competent, dossier.routing.responsible, dossier.signing.unit)
    require_not_signed(dossier)
    require_earlier(dossier, rules, command.to_step)
    rejected = ResultRejected(at=context.now, step=step.code, to_step=command.to_step, note=command.note)
    return [leaving_calls(rejected, dossier, context, EffectKind.SIGN)]


def resolve(dossier: Dossier, command: Resolve, context: Context) -> list[AnyEvent]:
    """The result is issued without a signature of this engine, after all steps are done."""
    require_state(dossier, State.PROCESSING)
    require_role(context, Role.CLERK, Role.SPECIALIST)
    unit = require_handling_unit(dossier, context)
    if dossier.processing.step is not None:
        raise RuleViolation(DossierRefusal.STEPS_NOT_DONE, dossier=dossier.code, step=dossier.processing.step)
    require_no_open_opinion(dossier)
    require_fee_asked(dossier, context)
    require_identity_settled(dossier, context.rules(dossier), context)
    event = resolved(dossier, command.result_number, command.document, context, note=command.note)
    return [event.model_copy(update={"numbered_by": context.register_of(unit, dossier)})]


def return_result(dossier: Dossier, command: ReturnResult, context: Context) -> list[AnyEvent]:
    """The receiving desk or the competent unit gives the result to the applicant."""
    require_state(dossier, State.RESOLVED)
    require_role(context, Role.RECEPTION)
    require_unit_of_dossier(dossier, context)
    cancelled = handed_over_otherwise(dossier, command, context)
    return [*cancelled, ResultReturned(at=context.now, by=command.by, note=command.note)]


def rate(dossier: Dossier, command: Rate, context: Context) -> list[AnyEvent]:
    """The applicant rates the service once. If a desk filed it, anyone with the receipt may: nothing depends on it."""
    require_state(dossier, State.RESOLVED, State.RETURNED)
    require_role(context, Role.APPLICANT)
    if dossier.applicant.submitted_by is not None:
        require_applicant(dossier, context)
    if dossier.result.stars is not None:
        raise RuleViolation(DossierRefusal.ALREADY_RATED, dossier=dossier.code)
    return [DossierRated(at=context.now, stars=command.stars, note=command.note)]


def record_signature(dossier: Dossier, command: RecordSignature, context: Context) -> list[AnyEvent]:
    """The official has signed, and the clerk's number is recorded.

    The answer to a call that nobody needs any more is only recorded; that of an earlier attempt is dropped.
    """
    signing, late = dossier.signing, awaited_call(dossier, command.effect)
    if isinstance(late, SignResult):
        return [
            ResultSigned(
                at=context.now,
                signer=late.signer,
                unit=late.unit,
                certificate=command.certificate,
                signature=command.signature,
                attempt=number_of(late.id),
            )
        ]
    wanted = signing.status is SigningStatus.REQUESTED and command.effect == EffectId(EffectKind.SIGN, signing.attempt)
    if (
        dossier.state not in UNDER_WAY
        or not wanted
        or signing.signer is None
        or signing.unit is None
        or signing.result_number is None
    ):
        return []
    return [
        ResultSigned(
            at=context.now,
            signer=signing.signer,
            unit=signing.unit,
            certificate=command.certificate,
            signature=command.signature,
        ),
        ResultNumbered(at=context.now, number=signing.result_number),
    ]


def record_seal(dossier: Dossier, command: RecordSeal, context: Context) -> list[AnyEvent]:
    """The authority has sealed the result: the last step is done and the dossier is resolved. The answer to a call
    that nobody needs any more is only recorded."""
    signing, late = dossier.signing, awaited_call(dossier, command.effect)
    if isinstance(late, SealResult):
        by, number = {"certificate": command.certificate, "signature": command.signature}, number_of(late.id)
        return [ResultSealed(at=context.now, unit=late.unit, **by, attempt=number)]
    wanted = signing.status is SigningStatus.SIGNED and command.effect == EffectId(EffectKind.SEAL, signing.attempt)
    if dossier.state not in UNDER_WAY or not wanted or signing.signer is None or signing.unit is None:
        return []
    sealed = ResultSealed(
        at=context.now, unit=signing.unit, certificate=command.certificate, signature=command.signature
    )
    done = StepCompleted(
        at=context.now, step=dossier.processing.step or "", person=signing.signer, unit=signing.unit, next_step=None
    )
    return [sealed, done, resolved(dossier, signing.result_number or "", signing.document, context)]


def record_registration(dossier: Dossier, command: RecordRegistration, context: Context) -> list[AnyEvent]:
    """The registry has recorded the result."""
    registry = dossier.result.registry
    if registry is None or not dossier.result.to_be_registered:
        return []
    return [ResultRegistered(at=context.now, registry=registry, reference=command.reference)]


def hand_signing_over(dossier: Dossier, cause: str, context: Context, *, final: bool) -> list[AnyEvent]:
    """The token or the service failed: the next level signs. The event states the time used and the time left.

    Nobody is above the provincial People's Committee: there the call is retried, or its official signs again.
    """
    signing = dossier.signing
    if signing.status is not SigningStatus.REQUESTED or signing.unit is None:
        return []
    rules = context.rules(dossier)
    above = rules.signs_above(signing.unit, context.now.date())
    if above is None and not final:
        return []
    used, left = _used_and_left(dossier, rules, context.now)
    return [
        SigningHandedOver(
            at=context.now,
            from_unit=signing.unit,
            to_unit=above.code if above else signing.unit,
            cause=cause,
            used_minutes=used,
            left_minutes=left,
            signer=signing.signer,
        )
    ]


def resolved(
    dossier: Dossier, number: str, document: str | None, context: Context, note: str | None = None
) -> DossierResolved:
    """The event that ends both clocks. Lateness is judged here; a clock that no calendar reaches is judged later."""
    rules = context.rules(dossier)
    late = {which: late_minutes(dossier, which, rules, context.now) for which in WhichClock}
    timing = dossier.deadlines.timing
    return DossierResolved(
        at=context.now,
        result_number=number,
        document=document,
        registry=rules.procedure.outside.registry,
        late_statutory_minutes=late[WhichClock.STATUTORY],
        late_promised_minutes=late[WhichClock.PROMISED],
        judged_later=tuple(
            which for which in WhichClock if timing and late[which] is None and clock.has(timing, which)
        ),
        note=note,
    )


def _signing_unit(dossier: Dossier, context: Context) -> str:
    """The unit whose official signs: the one that the signing was handed to, else the one that handles the dossier."""
    if dossier.signing.status is SigningStatus.HANDED_OVER:
        return require_unit(context, dossier.signing.unit)
    unit = require_handling_unit(dossier, context)
    require_assignee(dossier, context)
    return unit


def _used_and_left(dossier: Dossier, rules: Rules, now: datetime) -> tuple[int | None, int | None]:
    """Working minutes used and left of the promised clock, else of the statutory one. Paused time is not used time.

    None where the date is unknown or the calendar has ended; the signing still goes to the next level.
    """
    which = WhichClock.PROMISED if dossier.deadlines.promised_due else WhichClock.STATUTORY
    timing = dossier.deadlines.timing
    due = clock.known_due(timing, which, rules.calendar, now) if timing else None
    if timing is None or due is None or not rules.calendar.reaches(now):
        return None, None
    used = clock.used(timing, which, rules.calendar, now) or NO_TIME
    left = rules.calendar.working_time_between(now, due) if due > now else NO_TIME
    return used // ONE_MINUTE, left // ONE_MINUTE
