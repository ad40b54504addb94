"""What is wrong with the fields of a request, in Vietnamese and in English. The value of a field is never repeated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from domain.code_words import with_words
from domain.errors import InvalidInput
from domain.inconsistency import Inconsistent
from domain.messages.dossier import DossierRefusal
from domain.text.sentences import sentence_of
from domain.values import Bilingual

MOST_TOLD = 20


def _say(vi: str, en: str) -> Bilingual:
    return Bilingual(vi=vi, en=en)


BY_TYPE: Mapping[str, Bilingual] = {
    "missing": _say("còn thiếu", "is missing"),
    "extra_forbidden": _say("không có trường này", "there is no such field"),
    "string_type": _say("phải là chữ, trong dấu nháy", "must be text, in quotes"),
    "string_too_short": _say("đang trống", "is empty"),
    "string_too_long": _say("dài quá {max_length} ký tự", "is longer than {max_length} characters"),
    "bool_type": _say("phải là true hoặc false, không có dấu nháy", "must be true or false, without quotes"),
    "int_type": _say("phải là số nguyên, không có dấu nháy", "must be a whole number, without quotes"),
    "int_from_float": _say("phải là số nguyên", "must be a whole number"),
    "int_parsing": _say("phải là số nguyên", "must be a whole number"),
    "int_parsing_size": _say("phải là số nguyên, không dài đến thế", "must be a whole number, and not of that length"),
    "float_type": _say("phải là số", "must be a number"),
    "float_parsing": _say("phải là số", "must be a number"),
    "bool_parsing": _say("phải là true hoặc false", "must be true or false"),
    "json_invalid": _say("không phải JSON đúng cú pháp", "is not well-formed JSON"),
    "greater_than_equal": _say("phải từ {ge} trở lên", "must be {ge} or more"),
    "greater_than": _say("phải lớn hơn {gt}", "must be more than {gt}"),
    "less_than_equal": _say("không được quá {le}", "must be {le} or less"),
    "enum": _say("phải là một trong: {expected}", "must be one of: {expected}"),
    "literal_error": _say("phải là {expected}", "must be {expected}"),
    "union_tag_invalid": _say("phải là một trong: {expected_tags}", "must be one of: {expected_tags}"),
    "union_tag_not_found": _say("thiếu {discriminator}", "{discriminator} is missing"),
    "uuid_type": _say("phải là mã UUID", "must be a UUID"),
    "uuid_parsing": _say("phải là mã UUID", "must be a UUID"),
    "model_attributes_type": _say("phải là một đối tượng {{…}}", "must be an object {{…}}"),
    "dict_type": _say("phải là một đối tượng {{…}}", "must be an object {{…}}"),
    "list_type": _say("phải là một danh sách […]", "must be a list […]"),
    "model_type": _say("phải là một đối tượng {{…}}", "must be an object {{…}}"),
    "tuple_type": _say("phải là một danh sách […]", "must be a list […]"),
    "too_long": _say("có quá {max_length} mục", "has more than {max_length} items"),
    "too_short": _say("phải có ít nhất {min_length} mục", "must have {min_length} or more"),
    "unknown_contract": _say(
        "phiên bản quy ước không có; bộ nối nói được: {spoken}",
        "there is no such contract; the adapter speaks {spoken}",
    ),
    "not_a_day": _say(
        "phải là ngày có thật, viết trong dấu nháy như 2025-07-01",
        "must be a real day, written in quotes like 2025-07-01",
    ),
    "not_an_instant": _say(
        "phải là thời điểm có múi giờ, viết trong dấu nháy như 2025-07-01T09:30+07:00",
        "must be an instant with its zone, written in quotes like 2025-07-01T09:30+07:00",
    ),
    "timezone_aware": _say(
        "thiếu múi giờ, hãy viết như 2025-07-01T09:30+07:00", "has no zone; write it like 2025-07-01T09:30+07:00"
    ),
    "beyond_all_years": _say("năm phải từ {first} đến {last}", "the year must be from {first} to {last}"),
}
PATTERNS: Mapping[str, Bilingual] = {
    "identity_number": _say("phải là 12 hoặc 9 chữ số", "must be 12 or 9 digits"),
    "phone": _say("phải là 8 đến 15 chữ số", "must be 8 to 15 digits"),
    "base_url": _say("phải bắt đầu bằng http:// hoặc https://", "must begin with http:// or https://"),
    "email": _say("phải là địa chỉ thư điện tử", "must be an e-mail address"),
    "key": _say(
        "chỉ gồm chữ không dấu, số và . _ : -, tối đa 128 ký tự",
        "may hold only unaccented letters, digits and . _ : -, at most 128",
    ),
    "person": _say(
        "phải là mã nội bộ (chữ không dấu, số và . _ -), không phải họ tên",
        "must be an internal identifier (unaccented letters, digits and . _ -), not a name",
    ),
}
"""Sentences for fields with a pattern, by the field's own name; other fields use the shared sentences below."""
NUMBER = _say(
    "phải là số văn bản như 12/QĐ-UBND: chữ, số và / - . _, tối đa 64 ký tự",
    "must be a document number like 12/QĐ-UBND: letters, digits and / - . _, at most 64",
)
HASH = _say("phải là mã băm SHA-256, 64 chữ số thập lục phân", "must be a SHA-256 of 64 hexadecimal digits")
CODE = _say(
    "chỉ gồm chữ không dấu, số và . _ -, tối đa 64 ký tự",
    "may hold only unaccented letters, digits and . _ -, at most 64",
)
UNREADABLE = _say("có ký tự không dùng được", "holds a character that cannot be used")
OTHERWISE = _say("không hợp lệ", "is not valid")


def invalid_request(problems: Iterable[Bilingual]) -> InvalidInput:
    """InvalidInput `invalid_request` with every problem in both languages, without their full stops."""
    sentences = list(problems)
    vi = "; ".join(sentence.vi.removesuffix(".") for sentence in sentences)
    en = "; ".join(sentence.en.removesuffix(".") for sentence in sentences)
    return InvalidInput(DossierRefusal.INVALID_REQUEST, problems=en, problems_vi=vi)


class InvalidField(InvalidInput):
    """`invalid_request` for one field, which is known by its place."""

    def __init__(self, pointer: str, words: Bilingual) -> None:
        """`pointer`: a JSON Pointer in the body (`/applicant/birth_date`), or a parameter (`query/unit`)."""
        name = pointer.removeprefix("query").strip("/").replace("/", ".")
        problems = {"problems": f"{name}: {words.en}", "problems_vi": f"{name}: {words.vi}"}
        super().__init__(DossierRefusal.INVALID_REQUEST, **problems)
        self.pointer = pointer
        self.words = words


def of_validation(problem: ValidationError) -> list[Bilingual]:
    """One sentence for each wrong field: what the field must be. At most `MOST_TOLD` sentences."""
    return [_sentence(error) for error in problem.errors(include_input=False, include_url=False)[:MOST_TOLD]]


def hidden_character(place: str, character: str, position: int) -> Bilingual:
    """The sentence for a text with an invisible or a control character; `control_character`."""
    return _say(
        f"{place}: ký tự điều khiển hoặc ký tự ẩn {character} ở vị trí {position} (control_character); hãy xóa ký tự "
        f"đó",
        f"{place}: the control or invisible character {character} at position {position} (control_character); remove "
        f"it",
    )


def _sentence(error: Any) -> Bilingual:
    place = ".".join(map(str, error["loc"])) or "–"
    words = words_of(error)
    return _say(f"{place}: {words.vi}", f"{place}: {words.en}")


def words_of(error: Any) -> Bilingual:
    """What a field must be, from one of pydantic's errors. The field's value is not repeated."""
    raised = error.get("ctx", {}).get("error")
    if isinstance(raised, Inconsistent):
        return sentence_of(raised)
    own_words = getattr(raised, "sentence", None)
    if isinstance(own_words, Bilingual):
        return own_words
    return _words(error["type"], str(error["loc"][-1]) if error["loc"] else "", error.get("ctx", {}))


class Wrong(ValueError):
    """A field's validator raises this with its own sentence."""

    def __init__(self, vi: str, en: str) -> None:
        self.sentence = _say(vi, en)
        super().__init__(en)


def _words(type_: str, field: str, facts: Mapping[str, Any]) -> Bilingual:
    if type_ == "string_pattern_mismatch":
        pattern = str(facts.get("pattern"))
        shared = NUMBER if "\\p{L}" in pattern else HASH if "0-9a-f" in pattern else CODE
        return PATTERNS.get(field, shared)
    if type_ == "value_error":
        return UNREADABLE if "invalid_text" in str(facts.get("error")) else OTHERWISE
    words = BY_TYPE.get(type_, OTHERWISE)
    if type_ == "enum":
        expected = with_words(str(facts.get("expected")))
        return _say(words.vi.format(expected=expected.vi), words.en.format(expected=expected.en))
    in_vietnamese = {
        name: fact.replace(" or ", " hoặc ") if isinstance(fact, str) else fact for name, fact in facts.items()
    }
    return _say(words.vi.format_map(in_vietnamese), words.en.format_map(facts))
