"""Checks that an outcome is the answer to a call: of the same effect, order, document and unit."""

from __future__ import annotations

from typing import assert_never

from domain.dossier.effects import (
    CancelPostOrder,
    CreatePaymentOrder,
    Effect,
    OrderPost,
    QueryPayment,
    RefundPayment,
    RegisterResult,
    SealResult,
    SignResult,
    TrackPost,
    VerifyIdentity,
)
from domain.dossier.outcomes import (
    OutcomeCommand,
    RecordFailure,
    RecordIdentity,
    RecordPaymentOrder,
    RecordPaymentSeen,
    RecordPostCancelled,
    RecordPostOrder,
    RecordPostSeen,
    RecordRefund,
    RecordRegistration,
    RecordSeal,
    RecordSignature,
)


def answers(effect: Effect, outcome: OutcomeCommand) -> bool:
    """True if the outcome can be the answer to this call. A failure always can; a field that is None always matches,
    because the first release did not write it."""
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
            return isinstance(outcome, RecordSignature) and _same_document_and_unit(effect, outcome)
        case SealResult():
            return isinstance(outcome, RecordSeal) and _same_document_and_unit(effect, outcome)
        case RegisterResult():
            return isinstance(outcome, RecordRegistration) and outcome.document in (None, effect.document)
        case OrderPost():
            return isinstance(outcome, RecordPostOrder)
        case TrackPost():
            return isinstance(outcome, RecordPostSeen) and outcome.item == effect.item
        case CancelPostOrder():
            return isinstance(outcome, RecordPostCancelled)
        case _:
            assert_never(effect)


def _same_document_and_unit(effect: SignResult | SealResult, outcome: RecordSignature | RecordSeal) -> bool:
    return outcome.document in (None, effect.document) and outcome.unit in (None, effect.unit)
