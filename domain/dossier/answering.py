"""Whether what came back is the answer to the call that was made: of the same effect, order, document and unit."""

from __future__ import annotations

from typing import assert_never

from domain.dossier.effects import (
    CreatePaymentOrder,
    Effect,
    QueryPayment,
    RefundPayment,
    RegisterResult,
    SealResult,
    SignResult,
    VerifyIdentity,
)
from domain.dossier.outcomes import (
    OutcomeCommand,
    RecordFailure,
    RecordIdentity,
    RecordPaymentOrder,
    RecordPaymentSeen,
    RecordRefund,
    RecordRegistration,
    RecordSeal,
    RecordSignature,
)


def answers(effect: Effect, outcome: OutcomeCommand) -> bool:
    """Whether the outcome can be this call's: a failure always can, and what the first release did not say agrees."""
    if outcome.effect != effect.id:
        return False
    if isinstance(outcome, RecordFailure):
        return True
    match effect:
        case VerifyIdentity():
            return isinstance(outcome, RecordIdentity) and outcome.applicant in (None, effect.applicant)
        case CreatePaymentOrder():
            return isinstance(outcome, RecordPaymentOrder)
        case QueryPayment():
            return isinstance(outcome, RecordPaymentSeen) and outcome.order == effect.order
        case RefundPayment():
            return isinstance(outcome, RecordRefund) and outcome.order in (None, effect.order)
        case SignResult():
            return isinstance(outcome, RecordSignature) and _of_this(effect, outcome)
        case SealResult():
            return isinstance(outcome, RecordSeal) and _of_this(effect, outcome)
        case RegisterResult():
            return isinstance(outcome, RecordRegistration) and outcome.document in (None, effect.document)
        case _:
            assert_never(effect)


def _of_this(effect: SignResult | SealResult, made: RecordSignature | RecordSeal) -> bool:
    return made.document in (None, effect.document) and made.unit in (None, effect.unit)
