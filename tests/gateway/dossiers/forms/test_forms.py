"""Tests of the forms that are made from the bodies of commands."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.dossier.context import Rules
from domain.errors import DomainError
from domain.messages.dossier import DossierRefusal
from domain.organisation.people import Absence
from domain.roles import Actor, Role
from gateway.client.requests import require_born, validated_strictly
from gateway.dossiers.bodies import COMMAND_BODIES, SubmissionBody
from gateway.dossiers.forms.describing import described
from gateway.dossiers.forms.faults import faults_of
from gateway.dossiers.forms.fields import FieldKind, FormField, Typed, every_field
from gateway.dossiers.forms.filling import typed_from
from gateway.dossiers.forms.options import OfDossier, options_of
from gateway.dossiers.forms.reading import body_of, iso_day, iso_instant, whole_number
from tests.support.given import HEAD, OFFICER, Case, processing, submitted, supplement_asked
from tests.support.small_province import HA_NAM, PAID, PHU_LY, RULEBOOK, people

HASH = "0123456789abcdef" * 4
PERSON = {
    "name": "Trần Thị Bích", "identity_number": "037099001234", "birth_date": "1990-12-31",
    "phone": "0912345678", "email": "bich@example.vn", "address": "Số 1, phường Hà Nam",
}  # fmt: skip
PAPERS = [{"code": "don", "original": True, "digitised": True, "reused": True, "sha256": HASH}]
BASIS = {"legal_basis": "Điều 9 Nghị định 1"}
POSTAL_ADDRESS = {"name": "Trần Thị Bích", "phone": "0912345678", "address": "Số 5"}
BODIES: dict[str, dict[str, Any]] = {
    "accept": {"fee": 20_000, "fee_case": "poor", **BASIS},
    "refuse": BASIS,
    "request_supplement": {"documents": ["don"], **BASIS},
    "receive_supplement": {"documents": PAPERS},
    "assign": {"person": OFFICER.person},
    "claim": {},
    "release": {"reason": "Nghỉ phép"},
    "complete_step": {"step": "process"},
    "send_back_step": {"to_step": "process"},
    "ask_opinion": {"unit": PHU_LY, **BASIS},
    "give_opinion": {"agrees": False},
    "propose_fee": {"charge": "tax", "amount": 0, **BASIS},
    "approve_fee": {"amount": 1_000_000},
    "reject_fee": BASIS,
    "request_payment": {"amount": 16_000},
    "confirm_payment": {"amount": 16_000, "voucher": "BL/26E-1"},
    "cancel_payment_request": BASIS,
    "check_payment": {"order": "DH-1"},
    "request_post": {"purpose": "collection", "postal_address": POSTAL_ADDRESS},
    "cancel_post": {"purpose": "delivery"},
    "check_post": {"item": "EH1"},
    "approve": {"step": "process"},
    "sign": {"document": HASH, "result_number": "12/KS"},
    "reject_result": {"to_step": "process"},
    "resolve": {"document": HASH, "result_number": "12/KS"},
    "return_result": {"by": "post"},
    "rate": {"stars": 4},
    "suspend": BASIS,
    "resume": {},
    "stop": BASIS,
    "withdraw": {},
    "extend": {"until": "2025-08-30", **BASIS},
    "correct_entry": {"correction": {"entry": "documents", "value": PAPERS}, **BASIS},
    "confirm_identity": BASIS,
    "hand_over": {"unit": PHU_LY, **BASIS},
    "acknowledge_handover": {},
    "refuse_handover": BASIS,
    "acknowledge_escalation": {"escalation": 1},
    "explain_escalation": {"escalation": 1, "cause": "overload"},
    "hand_back": BASIS,
    "retry_refused_call": {
        "effect": "identity/1",
        "reason": "Đã sửa",
        "nothing_done": "Công văn 12",
        "applicant": PERSON,
        "signer": "cb.2",
        "unit": PHU_LY,
    },
}
"""A body of each command with every field that its form asks for."""
CORRECTIONS: tuple[dict[str, Any], ...] = (
    {"correction": {"entry": "received_at", "value": "2025-07-01T09:30+07:00"}, **BASIS},
    {
        "correction": {
            "entry": "matter", "value": {"territory": HA_NAM, "territory_as_of": "2025-07-01", "address": "Số 1"},
        },
        **BASIS,
    },
    {"correction": {"entry": "applicant"}, "applicant": PERSON, **BASIS},
    {"correction": {"entry": "documents", "value": []}, **BASIS},
)  # fmt: skip
SMALL_STAFF = people(
    (OFFICER.person, Role.SPECIALIST, HA_NAM), (HEAD.person, Role.HEAD_OF_UNIT, HA_NAM), ("an", Role.SPECIALIST, PHU_LY)
)
TWO_POSTS = (HEAD, Actor(person=HEAD.person, role=Role.SPECIALIST, unit=HA_NAM))


def form(kind: str, case: Case | None = None, capacities: tuple[Actor, ...] = TWO_POSTS) -> tuple[FormField, ...]:
    case = case or processing()
    given = OfDossier(case.dossier, Rules.pinned(case.dossier.pins, RULEBOOK), SMALL_STAFF, case.now, {})
    return described(kind, COMMAND_BODIES[kind], options_of(kind, given, capacities))


def read(kind: str, body: Any) -> Any:
    model = SubmissionBody if kind == "submit" else COMMAND_BODIES[kind]
    return validated_strictly(TypeAdapter(model), body)


def refused(kind: str, fields: tuple[FormField, ...], typed: Typed) -> dict[str, str]:
    with pytest.raises(ValidationError) as refusal:
        read(kind, body_of(fields, typed))
    return {name: words.vi for name, words in faults_of(refusal.value, fields).items()}


@pytest.mark.parametrize("kind", COMMAND_BODIES)
def test_every_command_has_a_form_that_gives_its_body(kind: str) -> None:
    """What is typed into the form of any command is read as the same body, which its model accepts."""
    fields = form(kind)
    body = {**BODIES[kind], "note": "dòng 1\ndòng 2", "acting_as": {"role": "head_of_unit", "unit": HA_NAM}}
    typed = typed_from(fields, body)
    assert body_of(fields, typed) == body
    assert read(kind, body) == read(kind, body_of(fields, typed))
    asked = {field.path[0] for field in every_field(fields)}
    assert asked == set(COMMAND_BODIES[kind].model_fields) - {"pins"}, "every field is asked for"
    assert all(field.label.vi and field.label.en for field in every_field(fields))


@pytest.mark.parametrize("body", CORRECTIONS, ids=lambda body: str(body["correction"]["entry"]))
def test_each_correction_is_read_from_its_own_part_of_the_form(body: dict[str, Any]) -> None:
    """The parts of the other corrections are not read, whatever was typed into them."""
    fields = form("correct_entry")
    others = {
        name: values
        for other in (*CORRECTIONS, BODIES["correct_entry"])
        if other["correction"]["entry"] != body["correction"]["entry"]
        for name, values in typed_from(fields, other).items()
    }
    typed = {**others, **typed_from(fields, body)}
    assert body_of(fields, typed) == body
    assert read("correct_entry", body_of(fields, typed)) == read("correct_entry", body)


def test_a_submission_is_read_from_its_form() -> None:
    """The body of a submission, with the applicant and the documents, is read from its form."""
    fields = described("submit", SubmissionBody, {"documents": form("receive_supplement")[0].options})
    body = {
        "procedure": "1", "channel": "counter", "case": 2, "received_by": PHU_LY, "assisted_by": HA_NAM,
        "matter": {"territory": HA_NAM}, "applicant": PERSON, "documents": PAPERS,
        "brought_over": {"system": "cu", "code": "12/A", "received_at": "2025-07-01T09:30:15+07:00"},
    }  # fmt: skip
    assert body_of(fields, typed_from(fields, body)) == body
    bare = {"procedure": ["1"], "channel": ["counter"], "received_by": [PHU_LY]}
    assert body_of(fields, bare)["matter"] == {}
    assert "brought_over" not in body_of(fields, bare), "a group without anything in it is left out"
    assert set(refused("submit", fields, bare)) == {
        "applicant.name",
        "applicant.identity_number",
        "applicant.birth_date",
    }


def test_choices_are_those_of_the_dossier() -> None:
    """Steps, documents, units and officers are chosen by name, from the rules of this dossier."""
    person = form("assign")[0]
    assert (person.kind, [one.value for one in person.options]) == (FieldKind.CHOICE, [OFFICER.person])
    assert "Thẩm định" in form("complete_step")[0].options[0].words.vi
    assert [one.value for one in form("hand_over")[0].options] == ["13285", "13366", "H42", "H42.01"]
    asked = form("receive_supplement", supplement_asked())[0]
    assert [one.value for one in asked.options] == ["don"]
    assert form("check_payment", submitted(PAID))[0].options == ()
    assert [one.name for one in form("resume", capacities=(HEAD,))] == ["note"], "one capacity is not asked for"


def test_an_absent_officer_is_not_offered() -> None:
    """Who is away today cannot be chosen for an assignment."""
    case = processing()
    away = Absence(person=OFFICER.person, began=case.now, ground="Nghỉ phép")
    staff = SMALL_STAFF.model_copy(update={"absences": (away,)})
    given = OfDossier(case.dossier, Rules.pinned(case.dossier.pins, RULEBOOK), staff, case.now, {})
    assert options_of("assign", given, (HEAD,))["person"] == ()


def test_a_fault_stands_at_its_field() -> None:
    """Each wrong or missing value is told at its own field, in words for people who fill in a form."""
    found = refused("confirm_payment", form("confirm_payment"), {"amount": ["hai mươi"], "voucher": ["<b>"]})
    assert found["amount"] == "Phải là số nguyên, ví dụ 20.000."
    assert found["voucher"].startswith("Phải là số văn bản")
    assert refused("give_opinion", form("give_opinion"), {}) == {"agrees": "Hãy điền mục này."}
    assert refused("extend", form("extend"), {"until": ["31/02/2025"], "legal_basis": ["1"]}) == {
        "until": "Phải là ngày có thật, viết như 31/12/2025."
    }
    correct = form("correct_entry")
    chosen = {"correction": ["matter"], "correction.matter.value.territory": ["không có"], "legal_basis": ["1"]}
    assert set(refused("correct_entry", correct, chosen)) == {"correction.matter.value.territory"}
    assert set(refused("correct_entry", correct, {})) == {"correction", "legal_basis"}
    assert set(refused("request_supplement", form("request_supplement"), {})) == {"documents", "legal_basis"}


def test_a_refusal_of_the_rules_stands_at_its_field_where_it_has_one() -> None:
    """A refusal about an amount stands at the amount; one about the state at no field."""
    fields = form("approve_fee")
    amount = DomainError(DossierRefusal.FEE_NOT_AS_PROPOSED, dossier="H", proposed=1, amount=2)
    assert set(faults_of(amount, fields)) == {"amount"}
    state = DomainError(DossierRefusal.WRONG_STATE, dossier="H", state="s", state_vi="s", wanted="w", wanted_vi="w")
    assert faults_of(state, fields) == {}
    submission = described("submit", SubmissionBody, {})
    with pytest.raises(DomainError) as unborn:
        require_born(read("submit", {
            "procedure": "1", "channel": "counter", "received_by": PHU_LY, "matter": {},
            "applicant": {**PERSON, "birth_date": "2199-01-01"},
        }).applicant, processing().now.date())  # fmt: skip
    assert set(faults_of(unborn.value, submission)) == {"applicant.birth_date"}


@pytest.mark.parametrize("typed", ["13366", "13366 Phường Hà Nam", "Phường Hà Nam", "  phuong  ha nam "])
def test_a_unit_is_named_by_what_a_person_types(typed: str) -> None:
    """A unit is found by its code, as it is suggested, and by its name, with or without accents."""
    fields = form("hand_over")
    assert body_of(fields, {"unit": [typed], "legal_basis": ["Điều 1"]})["unit"] == HA_NAM
    assert body_of(fields, {"unit": ["phuong"]})["unit"] == "phuong", "which the model refuses, or the rules"


def test_a_value_that_is_not_offered_is_not_dropped() -> None:
    """A tampered choice goes to the rules, which refuse it; it is never left out in silence."""
    fields = form("request_supplement")
    typed = {"documents": ["khong-co"], "legal_basis": ["Điều 1"]}
    assert body_of(fields, typed)["documents"] == ["khong-co"]


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [("1/7/2025", "2025-07-01"), ("01072025", "2025-07-01"), ("2025-07-01", "2025-07-01"), ("mai", "mai")],
)
def test_days_are_typed_as_people_write_them(typed: str, read_as: str) -> None:
    """A day is day, month, year; with or without signs between them."""
    assert iso_day(typed) == read_as


@pytest.mark.parametrize("typed", ["1/7/2025 9:30", "9:30 01/07/2025", "01072025 9h30", "2025-07-01T09:30"])
def test_instants_are_typed_as_people_write_them(typed: str) -> None:
    """The time stands behind the day or before it, and is the time of Vietnam."""
    assert iso_instant(typed) == "2025-07-01T09:30+07:00"


@pytest.mark.parametrize(
    ("typed", "read_as"), [("20.000", 20_000), ("1 000 000", 1_000_000), ("5", 5), ("2.5", "2.5"), ("ba", "ba")]
)
def test_amounts_may_have_signs_between_thousands(typed: str, read_as: int | str) -> None:
    """A point between thousands is no decimal point, and a decimal is not made a whole number."""
    assert whole_number(typed) == read_as
