"""Tests that an outcome is accepted only as the answer to its own call."""

from __future__ import annotations

import pytest

from domain.dossier.answering import answers
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
from tests.support.given import DOCUMENT, MONDAY
from tests.support.small_province import HA_NAM, PHU_LY

OTHER = "e" * 64
SIGNED = {"certificate": "c", "signature": "s", "document": DOCUMENT, "unit": HA_NAM}

PAIRS: tuple[tuple[Effect, OutcomeCommand], ...] = (
    (
        VerifyIdentity(id="identity/1", applicant=DOCUMENT, unit=HA_NAM),
        RecordIdentity(effect="identity/1", matches=True, applicant=DOCUMENT),
    ),
    (
        CreatePaymentOrder(id="payment-order/1", amount=1, expires_at=MONDAY),
        RecordPaymentOrder(effect="payment-order/1", order="O-1", pay_url="https://pay"),
    ),
    (QueryPayment(id="payment-query/1", order="O-1"), RecordPaymentSeen(effect="payment-query/1", order="O-1", paid=1)),
    (RefundPayment(id="refund/1", order="O-1", amount=1), RecordRefund(effect="refund/1", reference="R", order="O-1")),
    (
        SignResult(id="sign/1", document=DOCUMENT, signer="o", unit=HA_NAM),
        RecordSignature(effect="sign/1", signed_at=MONDAY, **SIGNED),
    ),
    (SealResult(id="seal/1", document=DOCUMENT, unit=HA_NAM), RecordSeal(effect="seal/1", **SIGNED)),
    (
        RegisterResult(
            id="register/1",
            registry="civil",
            procedure="1.1",
            unit=HA_NAM,
            result_number="1",
            document=DOCUMENT,
            issued_at=MONDAY,
        ),
        RecordRegistration(effect="register/1", reference="R", document=DOCUMENT),
    ),
)
OF_ANOTHER = {"applicant": OTHER, "order": "O-2", "document": OTHER, "unit": PHU_LY}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair[0].kind))
def test_an_outcome_answers_its_own_call(pair: tuple[Effect, OutcomeCommand]) -> None:
    """An answer or a failure is accepted for its own call, and not for another effect or another kind."""
    effect, outcome = pair
    assert answers(effect, outcome)
    assert answers(effect, RecordFailure(effect=effect.id, system="s", code="c", final=False))
    assert not answers(effect, outcome.model_copy(update={"effect": effect.id.replace("/1", "/2")}))
    others = [one.model_copy(update={"effect": effect.id}) for _, one in PAIRS if one.kind != outcome.kind]
    assert not any(answers(effect, other) for other in others)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: str(pair[0].kind))
def test_what_an_outcome_says_of_its_call_must_agree(pair: tuple[Effect, OutcomeCommand]) -> None:
    """An outcome with another order, document, unit or applicant is refused; facts that release 0.1 did not record
    are not compared."""
    effect, outcome = pair
    facts = [name for name in OF_ANOTHER if getattr(outcome, name, None) is not None and hasattr(effect, name)]
    assert facts or isinstance(effect, CreatePaymentOrder)
    for name in facts:
        assert not answers(effect, outcome.model_copy(update={name: OF_ANOTHER[name]}))
        if type(outcome).model_fields[name].default is None:
            assert answers(effect, outcome.model_copy(update={name: None}))
