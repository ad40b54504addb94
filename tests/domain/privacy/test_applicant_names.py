"""Tests that no text of a dossier names its applicant, whose particulars are in the vault."""

from __future__ import annotations

import pytest

from domain.dossier.commands import (
    Accept,
    CompleteStep,
    ConfirmPayment,
    CorrectDocuments,
    CorrectEntry,
    CorrectMatter,
    Refuse,
    Sign,
)
from domain.errors import InvalidInput
from domain.organisation.routing import Matter
from domain.privacy.applicant_names import applicants
from domain.privacy.particulars import could_name_applicant, require_unnamed
from tests.support.given import DOCUMENT

PERSONS = applicants(
    [
        {"name": "Trần Thị Bình", "identity_number": "035199001234", "phone": "+84912345678", "email": "Binh@a.vn"},
        {"name": "Lý Do", "identity_number": "162345678", "phone": None, "email": None},
        {"text": "a note"},
    ]
)
TELLING = [
    "theo đề nghị của Trần Thị Bình", "tran thi binh không đến", "TRẦN-THỊ-BÌNH", "Trần  Thị\u00a0Bình",
    "Tra\u0302\u0300n Thi\u0323 Bi\u0300nh", "số 03 519900 1234", "số 162.345.678 đồng", "gọi 912 345.678",
    "gọi 0912-34-56-78", "thư BINH@A.VN", "của Lý Do", "LÝ DO", "không ba năm một chín chín không không một hai ba bốn",
    "O35I99OO1234",
]  # fmt: skip
NOT_TELLING = ["có lý do chính đáng", "Lý do: thiếu giấy tờ", "Trần Bình", "thị Bình", "Điều 35 Luật 199", "Điều 9"]


@pytest.mark.parametrize("text", TELLING)
def test_no_sentence_and_no_number_names_the_applicant(text: str) -> None:
    """The applicant's name is found without accents, in capitals, and in any division."""
    for command in (
        Refuse(legal_basis=text),
        ConfirmPayment(amount=1, voucher="1").model_copy(update={"voucher": text}),
    ):
        with pytest.raises(InvalidInput, match="particulars_in_record") as refused:
            require_unnamed(command, PERSONS)
        assert text not in str(refused.value) + refused.value.message.vi


@pytest.mark.parametrize("text", NOT_TELLING)
def test_words_of_every_day_name_nobody(text: str) -> None:
    """A name of two words is found only when both begin with a capital, and half a name is not."""
    require_unnamed(Refuse(legal_basis=text), PERSONS)


def test_a_place_is_no_person() -> None:
    """Unit names in an address are recorded even if a person has the same name."""
    correction = CorrectEntry(correction=CorrectMatter(value=Matter(address="Phường Lý Do")), legal_basis="Điều 3")
    require_unnamed(correction, PERSONS)


def test_the_particulars_do_not_show_themselves() -> None:
    """The particulars appear in no error and no log."""
    assert "Binh" not in repr(PERSONS) + str(PERSONS)
    assert "035" not in repr(PERSONS)


def test_the_vault_is_asked_only_where_somebody_wrote_a_text() -> None:
    """The vault is read only for commands with a free text."""
    plain = (
        Accept(), CompleteStep(step="process"), ConfirmPayment(amount=1, voucher="BL/26E-1"),
        *(Sign(document=DOCUMENT, result_number=one) for one in ("12/XN-UBND", "05/GKS-P.HN", "0001234")),
    )  # fmt: skip
    assert [one for one in plain if could_name_applicant(one)] == []
    written = (
        Accept(fee=0, legal_basis="Điều 9"), CorrectEntry(correction=CorrectDocuments(value=()), legal_basis="Điều 3"),
        *(Sign(document=DOCUMENT, result_number=one) for one in ("Tran Thi Binh", "le-thi-an", "0912 345 678")),
    )  # fmt: skip
    assert [one for one in written if not could_name_applicant(one)] == []
