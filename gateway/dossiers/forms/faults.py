"""Finds the field to which an error belongs, so that it stands there and what was typed is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from domain.errors import DomainError
from domain.field_errors import InvalidField, words_of
from domain.messages.dossier import DossierRefusal
from domain.messages.organisation import OrganisationRefusal
from domain.text.plain_text import texts_of, unseen
from domain.text.sentences import begun
from domain.values import Bilingual
from gateway.dossiers.forms.fields import FormField, every_field
from gateway.i18n.wording import say

ON_A_FORM: Mapping[str, Bilingual] = {
    "missing": say("Hãy điền mục này.", "This must be filled in."),
    "int_type": say("Phải là số nguyên, ví dụ 20.000.", "It must be a whole number, for example 20,000."),
    "not_a_day": say("Phải là ngày có thật, viết như 31/12/2025.", "It must be a real day, written like 31/12/2025."),
    "not_an_instant": say(
        "Phải là ngày giờ có thật, viết như 31/12/2025 09:30.",
        "It must be a real day and time, written like 31/12/2025 09:30.",
    ),
    "bool_type": say("Hãy chọn một câu trả lời.", "Choose one of the answers."),
    "enum": say("Hãy chọn một trong danh sách.", "Choose one of the list."),
    "union_tag_invalid": say("Hãy chọn một trong danh sách.", "Choose one of the list."),
    "too_short": say("Hãy chọn ít nhất một mục.", "Choose one or more."),
}
"""What a person on a form is told, where the words for programs speak of quotes, true and false."""

FIELD_OF_REFUSAL: Mapping[str, str] = {
    DossierRefusal.FEE_NOT_STATED: "fee",
    DossierRefusal.FEE_WITHOUT_LEGAL_BASIS: "legal_basis",
    DossierRefusal.UNKNOWN_FEE_CASE: "fee_case",
    DossierRefusal.FEE_NOT_OF_CASE: "fee",
    DossierRefusal.FEE_NOT_AS_PROPOSED: "amount",
    DossierRefusal.FEE_STANDS: "amount",
    DossierRefusal.MISSING_DOCUMENT: "documents",
    DossierRefusal.DOCUMENT_LEFT_OUT: "correction.documents.value",
    DossierRefusal.TERRITORY_CONTRADICTS_ADDRESS: "matter.territory",
    DossierRefusal.NOT_RECEIVED_HERE: "received_by",
    DossierRefusal.CHANNEL_NOT_OFFERED: "channel",
    DossierRefusal.FEE_ABOVE_MAXIMUM: "amount",
    DossierRefusal.FEE_ABOVE_PUBLISHED: "fee",
    DossierRefusal.FEE_BELOW_PAID: "amount",
    DossierRefusal.WRONG_AMOUNT: "amount",
    DossierRefusal.VOUCHER_USED: "voucher",
    DossierRefusal.UNKNOWN_ORDER: "order",
    DossierRefusal.SUPPLEMENT_INCOMPLETE: "documents",
    DossierRefusal.UNKNOWN_DOCUMENT: "documents",
    DossierRefusal.WRONG_STEP: "step",
    DossierRefusal.STEP_NOT_EARLIER: "to_step",
    DossierRefusal.UNKNOWN_STEP: "to_step",
    DossierRefusal.OPINION_ALREADY_ASKED: "unit",
    DossierRefusal.OPINION_OF_ONESELF: "unit",
    DossierRefusal.OPINION_WITHOUT_GROUND: "legal_basis",
    DossierRefusal.RESULT_NUMBER_TAKEN: "result_number",
    DossierRefusal.HANDOVER_TO_ITSELF: "unit",
    DossierRefusal.UNIT_CANNOT_HAVE_MATTER: "unit",
    DossierRefusal.EXTENSION_NOT_LATER: "until",
    DossierRefusal.EXTENSION_TOO_LONG: "until",
    DossierRefusal.EXTENSION_WITHOUT_APOLOGY: "note",
    DossierRefusal.DATE_IN_FUTURE: "correction.received_at.value",
    DossierRefusal.APPLICANT_NOT_KEPT: "applicant",
    DossierRefusal.UNKNOWN_CALL: "effect",
    DossierRefusal.UNKNOWN_ESCALATION_OF_DOSSIER: "escalation",
    DossierRefusal.ESCALATION_ANSWERED: "escalation",
    DossierRefusal.ESCALATION_EXPLAINED: "escalation",
    DossierRefusal.ESCALATION_ENDED: "escalation",
    DossierRefusal.NO_ANSWER_WANTED: "escalation",
    DossierRefusal.NO_EXPLANATION_WANTED: "escalation",
    DossierRefusal.CALL_NOT_REFUSED: "effect",
    DossierRefusal.CALL_RETRIED_ALREADY: "effect",
    DossierRefusal.CALL_NOT_NEEDED: "effect",
    DossierRefusal.RETRY_INPUT_OF_MONEY: "effect",
    DossierRefusal.RETRY_INPUT_OF_RESULT: "effect",
    DossierRefusal.RETRY_INPUT_NOT_OF_CALL: "effect",
    DossierRefusal.SIGNER_NOT_NAMED: "signer",
    DossierRefusal.SIGNER_OF_ANOTHER_UNIT: "unit",
    OrganisationRefusal.UNKNOWN_PERSON: "person",
    OrganisationRefusal.UNKNOWN_UNIT: "unit",
    OrganisationRefusal.ASSIGNEE_ABSENT: "person",
    OrganisationRefusal.ASSIGNEE_ELSEWHERE: "person",
    OrganisationRefusal.ASSIGNEE_NOT_IN_ROLE: "person",
}
"""The field that a refusal is about."""


def faults_of(error: ValidationError | DomainError, fields: Iterable[FormField]) -> dict[str, Bilingual]:
    """What is wrong, by the name of the field. Empty for an error that belongs to no field of the form."""
    known = tuple(every_field(fields))
    if isinstance(error, ValidationError):
        found = ((_field_at(tuple(map(str, one["loc"])), known), words_on_form(one)) for one in errors_of(error))
        return {field.name: words for field, words in found if field is not None}
    if isinstance(error, InvalidField):
        field = _field_at(tuple(error.pointer.strip("/").split("/")), known)
        return {} if field is None else {field.name: error.words}
    name = FIELD_OF_REFUSAL.get(str(error.code))
    return {field.name: error.message for field in known if field.name == name}


def said_by_fields(error: ValidationError | DomainError) -> bool:
    """Whether the faults at the fields say all of it; the sentence of the error itself is for programs."""
    of_fields = (DossierRefusal.INVALID_REQUEST, DossierRefusal.CONTROL_CHARACTER)
    return isinstance(error, ValidationError) or error.code in of_fields


def hidden_faults(fields: Iterable[FormField], body: Any) -> dict[str, Bilingual]:
    """The fields whose text has an invisible or a control character, which the engine refuses (`require_seen`)."""
    known = tuple(every_field(fields))
    found: dict[str, Bilingual] = {}
    for place, text in texts_of(body):
        hidden = unseen(text.strip(), page=place == ("note",))
        field = None if hidden is None else _field_on_path(tuple(map(str, place)), known)
        if hidden is not None and field is not None:
            character, _ = hidden
            found[field.name] = say(
                f"Có ký tự không nhìn thấy được ({character}). Hãy xóa cả mục này rồi gõ lại.",
                f"It has a character that cannot be seen ({character}). Delete the text and type it again.",
            )
    return found


def _field_on_path(path: tuple[str, ...], fields: Iterable[FormField]) -> FormField | None:
    around = [field for field in fields if path[: len(field.path)] == field.path]
    return max(around, key=lambda field: len(field.path), default=None)


def errors_of(error: ValidationError) -> list[Any]:
    """What pydantic found, without the values."""
    return list(error.errors(include_input=False, include_url=False))


def words_on_form(found: Any) -> Bilingual:
    """What a field must be, in a sentence for people, from one of pydantic's errors."""
    words = ON_A_FORM.get(found["type"])
    if words is not None:
        return words
    plain = words_of(found)
    return say(f"{begun(plain.vi)}.", f"{begun(plain.en)}.")


def _field_at(place: tuple[str, ...], fields: Iterable[FormField]) -> FormField | None:
    """The innermost field at a place of the body, or around it."""
    around = [field for field in fields if place[: len(field.place)] == field.place]
    return max(around, key=lambda field: len(field.place), default=None)
