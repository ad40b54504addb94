"""Tests that no person's number or name is recorded permanently, and that citations of law are not mistaken for one."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dossier.commands import (
    AcknowledgeHandover,
    Assign,
    CheckPayment,
    ConfirmPayment,
    Extend,
    HandOver,
    Refuse,
    Sign,
    SubmittedDocument,
    Suspend,
)
from domain.errors import InvalidInput
from domain.privacy.particulars import require_impersonal, require_impersonal_text
from domain.roles import Actor, Role
from domain.rules.rulebook import content_hash
from tests.support.given import DOCUMENT, a_submission
from tests.support.ninh_binh import ninh_binh
from tests.support.small_province import FREE

OF_SOMEBODY = [
    "Theo đơn của ông Nguyễn Văn An", "bà Trần Thị Bình không đến", "CCCD 035099001234", "CCCD 035 099 001 234",
    "căn cước035.099.001.234", "CMND 162345678", "gọi 0912345678", "gọi 0912 345 678", "+84912345678", "0229 3871 234",
    "gửi an.nguyen@example.vn", "Ông/bà Trần Bình", "theo đơn của ông NGUYỄN VĂN AN", "BÀ TRẦN THỊ BÌNH không đến",
    "CCCD 035,099,001,234", "CCCD 035/099/001/234", "CCCD 035–099–001–234", "CCCD 0350_9900_1234",
    "CCCD 035  099  001  234", "CCCD ⁰³⁵⁰⁹⁹⁰⁰¹²³⁴", "CCCD ⓪③⑤⓪⑨⑨⓪⓪①②③④",
    "số 162 345 678", "số 162-345-678 cấp năm 2010", "CMND 162.345.678", "căn cước số 162,345,678",
    "CCCD 035-099001234", "CCCD O35O99OO1234", "số 0350-9900-1234",
    "CCCD không ba lăm không chín chín không không một hai ba bốn",
    "khong ba lam khong chin chin khong khong mot hai ba bon", "zero three five, zero nine nine, zero zero one",
    "không ba năm 099 001 234", "điện thoại không chín một hai - ba bốn năm - sáu bảy tám", "gọi O912345678",
]  # fmt: skip
OF_NOBODY = [
    "Khoản 3 Điều 17 Nghị định 61/2018/NĐ-CP ngày 23/4/2018", "Quyết định 1234/QĐ-UBND ngày 03.07.2025 10:30",
    "Công văn 12729/VPCP-KGVX", "Nghị quyết 1674/NQ-UBTVQH15 ngày 16-6-2025", "Luật Hộ tịch số 60/2014/QH13",
    "mức 1.000.000.000 đồng", "Bà Rịa - Vũng Tàu", "BÀ RỊA - VŨNG TÀU", "thửa đất 100 m², 035/2018/QH14",
    "các điều 01, 02, 03, 04, 05 và 06", "ÔNG HOẶC BÀ", "UBND TỈNH NINH BÌNH",
    "mức 1,010,200,300,400 đồng", "hồ sơ H42.01-300805-0001", "Ông, bà có quyền khiếu nại", "Điều 9",
    "mức 162.345.678 đồng", "nộp 162 345 678 đồng", "162 345 678 VNĐ", "diện tích 162 345 678 m2", "năm năm, ba tháng",
    "Điều ba, bốn, năm, sáu, bảy và tám", "năm hai không hai sáu", "lô I, II và lo 10", "Khoản l Điều 17",
]  # fmt: skip


def refused(command: Any) -> bool:
    """Whether the command is refused; the refusal must not repeat the text."""
    try:
        require_impersonal(command)
    except InvalidInput as refusal:
        message = str(refusal) + refusal.message.vi
        return refusal.code == "particulars_in_record" and not any(text in message for text in OF_SOMEBODY)
    return False


@pytest.mark.parametrize("text", OF_SOMEBODY)
def test_a_sentence_that_names_somebody_is_refused(text: str) -> None:
    """An identity number, a telephone number, an e-mail address, or a name after a form of address is refused in any
    legal basis."""
    commands = (
        Refuse(legal_basis=text), Suspend(legal_basis=text), HandOver(unit="13366", legal_basis=text),
        Extend(until="2026-01-01", legal_basis=text),
    )  # fmt: skip
    assert all(refused(command) for command in commands)
    with pytest.raises(InvalidInput, match="particulars_in_record"):
        require_impersonal_text("why", text)


@pytest.mark.parametrize("text", OF_NOBODY)
def test_a_citation_is_not_mistaken(text: str) -> None:
    """Laws, decisions, dates, amounts, places and dossier codes are accepted."""
    assert not refused(Refuse(legal_basis=text))


def test_no_decision_of_the_province_s_own_data_is_mistaken() -> None:
    """Every decision that publishes a procedure is accepted as a legal basis."""
    assert not any(refused(Refuse(legal_basis=one.procedure.decision)) for one in ninh_binh().procedures)


def test_an_identity_number_is_no_code() -> None:
    """An identity number is refused as a result number, voucher, document, old code or identifier."""
    number = "035099001234"
    old = {"system": "cu", "code": f"HS-{number}", "received_at": "2026-01-01T08:00:00+07:00"}
    commands = (
        Sign(document=DOCUMENT, result_number=number), ConfirmPayment(amount=1, voucher=f"BL-{number}"),
        Assign(person=f"cd-{number}"), a_submission(documents=(SubmittedDocument(code=number),)),
        a_submission(brought_over=old), Actor(person=number, role=Role.APPLICANT),
        Actor(person="0912345678", role=Role.APPLICANT), Actor(person="035.099.001.234", role=Role.APPLICANT),
        Actor(person="cd-035-099-001-234", role=Role.APPLICANT),
        Sign(document=DOCUMENT, result_number="035 099 001 234"),
        ConfirmPayment(amount=1, voucher="BL ０３５０９９００１２３４"),
    )  # fmt: skip
    assert all(refused(command) for command in commands)
    kept = (
        Sign(document=DOCUMENT, result_number="12-KS"), Sign(document=DOCUMENT, result_number="000700123456"),
        ConfirmPayment(amount=1, voucher="BL-000123456"), ConfirmPayment(amount=1, voucher="0012-25070112"),
        AcknowledgeHandover(), a_submission(),
        Actor(person="cb.13366.specialist.1", role=Role.SPECIALIST, unit="13366"),
    )  # fmt: skip
    assert not any(refused(command) for command in kept)


PHONES = ["0912345678", "0700123456", "84912345678", "02293871234", "0912.345.678", "091-234-5678", "GT-0387654321",
          "0912345678/XN-UBND", "０９１２３４５６７８"]  # fmt: skip


@pytest.mark.parametrize("phone", PHONES)
def test_a_telephone_number_is_no_code(phone: str) -> None:
    """A telephone number is refused as a result number, document, unit, identifier or name of an older system,
    whole, divided, or with letters."""
    commands: list[Any] = [Sign(document=DOCUMENT, result_number=phone)]
    if phone.isascii() and "/" not in phone:
        old = {"system": phone, "code": "HS/1", "received_at": "2026-01-01T08:00:00+07:00"}
        commands += [
            Assign(person=phone), HandOver(unit=phone, legal_basis="Điều 9"), a_submission(brought_over=old),
            a_submission(documents=(SubmittedDocument(code=phone),)),
            Actor(person="a", role=Role.APPLICANT, unit=phone),
        ]  # fmt: skip
    assert [command for command in commands if not refused(command)] == []
    with pytest.raises(InvalidInput, match="particulars_in_record"):
        require_impersonal_text("key", phone)


def test_no_code_of_the_province_s_own_data_is_mistaken() -> None:
    """The codes of units, authorities, procedures, documents, steps, cases, posts and people are accepted."""
    province = ninh_binh()
    codes = {unit.code for unit in province.organisation.units} | {
        unit.authority_id for unit in province.organisation.units
    }
    for published in province.procedures:
        procedure = published.procedure
        codes |= {procedure.code, *(one.code for one in procedure.documents), *(one.code for one in procedure.steps)}
    codes |= {one.person for one in province.staff.appointments} | {post.code for post in province.staff.posts}
    assert len(codes) > 1_000
    for code in codes:
        require_impersonal_text("code", code)


@pytest.mark.parametrize(
    "number",
    ["12/XN-UBND", "BL/26E-1", "05/GKS-P.HN", "H42.13285-261126-0010", "03.2026.0012", "84/2026/KQ", "000912345678",
     "1.004222.000.00.00.H42", "000.00.01.H42-240101-0001", "0912/QĐ-UBND", "26.11.2026-0912"],
)  # fmt: skip
def test_a_real_number_of_a_paper_is_not_mistaken(number: str) -> None:
    """Document numbers as issuers write them are accepted, also with zeros in front."""
    assert not refused(Sign(document=DOCUMENT, result_number=number))
    assert not refused(ConfirmPayment(amount=1, voucher=number))


def test_a_number_that_others_give_may_have_the_digits_of_a_telephone() -> None:
    """A receipt, an order and an older code may have the digits of a telephone number, but not of an identity
    number."""
    old = {"system": "cu", "code": "0912345678", "received_at": "2026-01-01T08:00:00+07:00"}
    kept = (ConfirmPayment(amount=1, voucher="0912345678"), CheckPayment(order="0912345678"))
    assert not any(refused(command) for command in (*kept, a_submission(brought_over=old)))
    person = {**old, "code": "HS/035/099/001/234"}
    assert refused(CheckPayment(order="DH-035099001234"))
    assert refused(a_submission(brought_over=person))


@given(st.uuids(version=4), st.binary(max_size=8))
def test_an_identifier_of_a_machine_is_nobody_s(identifier: object, content: bytes) -> None:
    """Random identifiers and hashes with long rows of digits are accepted."""
    require_impersonal_text("key", f"cli-{identifier}")
    require_impersonal_text("key", f"key-{uuid4().hex}")
    require_impersonal_text("document", content_hash(FREE.model_copy(update={"name": content.hex() or "a"})))
    require_impersonal_text("key", "1f3c035a-0350-4990-8123-035099001234")
