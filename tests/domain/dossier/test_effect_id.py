"""Tests of effect ids: a value whose text the record and the outside systems know."""

from __future__ import annotations

import pickle

import pytest
from pydantic import ValidationError

from domain.dossier.effect_id import EffectId, EffectKind, kind_of, number_of
from domain.dossier.effects import QueryPayment


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (EffectId(EffectKind.IDENTITY, 2), "identity/2"),
        (EffectId(EffectKind.PAYMENT_ORDER, 1), "payment-order/1"),
        (EffectId(EffectKind.PAYMENT_QUERY, 12), "payment-query/12"),
        (EffectId(EffectKind.REFUND, 1), "refund/1"),
        (EffectId(EffectKind.SIGN, 3), "sign/3"),
        (EffectId(EffectKind.SEAL, 3), "seal/3"),
        (EffectId(EffectKind.REGISTER, 1), "register/1"),
    ],
)
def test_an_id_is_its_text(made: EffectId, text: str) -> None:
    """The texts of released ids never change, because ledgers and outside systems have them."""
    assert made == text
    assert EffectId.read(text) == made
    assert (kind_of(text), number_of(text)) == (kind_of(made), number_of(made))
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301  our own


def test_an_effect_is_written_with_the_text_of_its_id() -> None:
    """An effect is written and read with the text of its id, so a call of an earlier release can be read."""
    effect = QueryPayment(id=EffectId(EffectKind.PAYMENT_QUERY, 2), order="DH1")
    written = effect.model_dump_json()
    assert written == '{"id":"payment-query/2","kind":"query_payment","order":"DH1"}'
    assert QueryPayment.model_validate_json(written) == effect


@pytest.mark.parametrize("text", ["sign", "sign/", "sign/x", "sign/01", "paint/1", "/1", ""])
def test_another_text_is_no_id(text: str) -> None:
    """A text that is no id is refused, since such an effect could not be carried out or found again."""
    with pytest.raises(ValidationError):
        QueryPayment.model_validate({"id": text, "order": "DH1"})
