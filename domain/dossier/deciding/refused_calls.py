"""An operator has a call asked again that a system refused for good, with corrected input if that was wrong.

Of a call that was not refused for good nobody knows what the system did: two operators state that it did nothing.
"""

from __future__ import annotations

from domain.dossier.commands import NOT_KEPT_YET, RetryRefusedCall
from domain.dossier.context import Context
from domain.dossier.deciding.guards import require_competence, require_role
from domain.dossier.deciding.results import require_nothing_open, require_step_of_signature
from domain.dossier.effect_id import EffectKind, kind_of
from domain.dossier.events import (
    AnyEvent,
    NothingDoneStated,
    RefusedCallRetried,
    ResultRegistered,
    StatementDisproved,
)
from domain.dossier.outcomes import EvaluateTimers, RecordFailure, SystemCommand
from domain.dossier.refused_calls import (
    ANSWER_TO_ANOTHER_CALL,
    REGISTERED_ELSEWHERE,
    doubtful_calls,
    id_again,
    is_needed,
    is_superseded,
    signer_again,
)
from domain.dossier.revision import Revision
from domain.dossier.state import TERMINAL, Dossier, Incident
from domain.dossier.wanted_effects import effects_of
from domain.errors import InvalidInput, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.roles import Role

OF_MONEY = (EffectKind.PAYMENT_ORDER, EffectKind.PAYMENT_QUERY, EffectKind.REFUND)
OF_RESULT = (EffectKind.SEAL, EffectKind.REGISTER)


def retry_refused_call(dossier: Dossier, command: RetryRefusedCall, context: Context) -> list[AnyEvent]:
    """By an operator. The call must have been refused for good and still be needed, or be stated to have done nothing.

    The gateway checks that a named signer holds the post today, and that nothing forbids the signature.
    """
    require_role(context, Role.OPERATOR)
    refused = _require_refused(dossier, command)
    require_own_input(dossier, command)
    if command.registered_as is not None:
        return [_adopted(dossier, command.registered_as, refused, command.reason, context)]
    if command.nothing_done is not None:
        _require_statement(dossier, refused, context)
        if refused.stated_by is None:
            return [_stated(refused, command.reason, command.nothing_done, context)]
    signer, unit = _signer(dossier, command, context) if kind_of(command.effect) == EffectKind.SIGN else (None, None)
    return [
        RefusedCallRetried(
            at=context.now,
            effect=refused.effect,
            again=id_again(dossier, refused.effect),
            system=refused.system,
            code=refused.code,
            reason=command.reason,
            applicant=command.applicant,
            changed=command.changed,
            signer=signer,
            unit=unit,
            nothing_done=command.nothing_done,
            stated_by=refused.stated_by if command.nothing_done is not None else None,
        )
    ]


def _adopted(dossier: Dossier, number: str, refused: Incident, evidence: str, context: Context) -> ResultRegistered:
    """The entry that the registry has already is this dossier's: nothing is entered a second time."""
    registry = dossier.result.registry
    if refused.code != REGISTERED_ELSEWHERE or registry is None:
        raise RuleViolation(DossierRefusal.NOT_REGISTERED_ELSEWHERE, dossier=dossier.code, effect=refused.effect)
    return ResultRegistered(at=context.now, registry=registry, reference=number, adopted_because=evidence)


def disproved(dossier: Dossier, outcome: SystemCommand, context: Context) -> StatementDisproved | None:
    """What an answer to a call shows for which operators had stated that the system did nothing; None for another.

    It counts as the answer of the call that took its place, while that one was not made yet: nothing is done twice.
    """
    if isinstance(outcome, EvaluateTimers | RecordFailure) or context.revision < Revision.FIFTH:
        return None
    given_up = next((one for one in dossier.retried_calls if one.given_up and one.effect == outcome.effect), None)
    if given_up is None:
        return None
    again = given_up.again
    failed = {one.effect for one in dossier.incidents}
    wanted = {effect.id for effect in effects_of(dossier)}
    return StatementDisproved(
        at=context.now, effect=given_up.effect, again=again, counted=again in wanted and again not in failed
    )


def _stated(call: Incident, reason: str, evidence: str, context: Context) -> NothingDoneStated:
    return NothingDoneStated(
        at=context.now,
        effect=call.effect,
        system=call.system,
        code=call.code,
        reason=reason,
        nothing_done=evidence,
        person=context.actor.person,
    )


def _require_statement(dossier: Dossier, call: Incident, context: Context) -> None:
    """A statement is about a call with an effect whose outcome is not known, and it takes two persons.

    A run of an earlier revision cannot stop the call that it makes under the old id.
    """
    facts = {"dossier": dossier.code, "effect": call.effect}
    if call not in doubtful_calls(dossier):
        raise InvalidInput(DossierRefusal.STATEMENT_NOT_NEEDED, **facts)
    if context.revision < Revision.FIFTH:
        raise RuleViolation(DossierRefusal.STATEMENT_NEEDS_NEW_RUN, **facts)
    if call.stated_by == context.actor.person:
        raise RuleViolation(DossierRefusal.STATEMENT_OF_ONE_PERSON, **facts)


def _require_refused(dossier: Dossier, command: RetryRefusedCall) -> Incident:
    """The incident of the call; the refusal says what has happened to another call."""
    effect, stated = command.effect, command.nothing_done is not None
    facts = {"dossier": dossier.code, "effect": effect}
    retried = next((one for one in dossier.retried_calls if one.effect == effect), None)
    if retried is not None:
        raise RuleViolation(
            DossierRefusal.CALL_RETRIED_ALREADY, **facts, again=retried.again, since=retried.at.isoformat()
        )
    incident = next((one for one in dossier.incidents if one.effect == effect), None)
    needed = is_needed(dossier, effect)
    if incident is not None and (incident.final or stated) and needed:
        if incident.code == ANSWER_TO_ANOTHER_CALL and not stated:
            raise RuleViolation(DossierRefusal.CALL_OUTCOME_UNKNOWN, **facts)
        return incident
    if needed or (incident is not None and not incident.final):
        raise RuleViolation(DossierRefusal.CALL_NOT_REFUSED, **facts)
    if incident is not None or dossier.state in TERMINAL or is_superseded(dossier, effect):
        raise RuleViolation(DossierRefusal.CALL_NOT_NEEDED, **facts, state=dossier.state, state_vi=dossier.state.vi)
    raise RuleViolation(DossierRefusal.UNKNOWN_CALL, **facts)


def require_own_input(dossier: Dossier, command: RetryRefusedCall) -> None:
    """Only an identity has particulars, only a signature a signer. The refusal says who corrects other input."""
    kind = kind_of(command.effect)
    given = {
        "applicant": (command.applicant is not None, EffectKind.IDENTITY),
        "signer": (command.signer is not None, EffectKind.SIGN),
        "unit": (command.unit is not None, EffectKind.SIGN),
    }
    facts = {"dossier": dossier.code, "effect": command.effect}
    if command.applicant == NOT_KEPT_YET:
        raise InvalidInput(DossierRefusal.APPLICANT_NOT_KEPT, dossier=dossier.code)
    for field, (is_given, of_kind) in given.items():
        if is_given and kind in OF_MONEY:
            raise InvalidInput(DossierRefusal.RETRY_INPUT_OF_MONEY, **facts)
        if is_given and kind in OF_RESULT:
            raise InvalidInput(DossierRefusal.RETRY_INPUT_OF_RESULT, **facts)
        if is_given and kind != of_kind:
            raise InvalidInput(DossierRefusal.RETRY_INPUT_NOT_OF_CALL, **facts, field=field)
    if command.registered_as is not None and kind != EffectKind.REGISTER:
        raise InvalidInput(DossierRefusal.RETRY_INPUT_NOT_OF_CALL, **facts, field="registered_as")
    if command.registered_as is not None and command.nothing_done is not None:
        raise InvalidInput(DossierRefusal.STATEMENT_NOT_NEEDED, **facts)


def _signer(dossier: Dossier, command: RetryRefusedCall, context: Context) -> tuple[str, str]:
    """Who is asked to sign, for which unit: the unit whose signature was refused, or the one that it was handed to.

    What stands in the way of an order to sign stands in the way here too.
    """
    require_step_of_signature(dossier, context)
    require_competence(dossier, context)
    require_nothing_open(dossier, context)
    signing = dossier.signing
    allowed = list(dict.fromkeys(filter(None, (signing.asked_unit, signing.unit))))
    signer, unit = signer_again(dossier, command.signer, command.unit)
    if unit not in allowed:
        raise RuleViolation(DossierRefusal.SIGNER_OF_ANOTHER_UNIT, dossier=dossier.code, unit=unit, wanted=allowed)
    if signer is None:
        raise InvalidInput(DossierRefusal.SIGNER_NOT_NAMED, dossier=dossier.code, unit=unit)
    return signer, unit
