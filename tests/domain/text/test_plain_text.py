"""Tests of forbidden characters: everything that controls a terminal or is invisible; Vietnamese letters are all
accepted."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from pydantic import TypeAdapter

from domain.errors import RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.text.plain_text import texts_of, unseen
from domain.values import FROM_OUTSIDE, DocumentNumber

VIETNAMESE = "Nguyễn Thị Ánh, số 12/QĐ-UBND ngày 5/7/2025 “đã xem”: ẵ ẫ ợ ữ ỵ Đ đ – 50 % ≥ 3\u00a0m² №"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_vietnamese_is_plain(form: str) -> None:
    """Vietnamese is accepted, composed or with separate marks, with quotes, dashes and no-break spaces."""
    assert unseen(unicodedata.normalize(form, VIETNAMESE)) is None  # type: ignore[arg-type]


def test_every_control_format_and_private_character_is_found() -> None:
    """Every character of the Unicode categories Cc, Cf, Cs, Co, Zl and Zp is found."""
    refused = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    missed = [
        f"U+{code:04X}"
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in refused and unseen(chr(code)) is None
    ]
    assert missed == []


def test_no_letter_digit_or_mark_of_a_living_script_is_refused() -> None:
    """Every letter, digit and mark is accepted, except letters that print nothing."""
    blank = set("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {chr(code) for code in range(0x180B, 0x1810)}
    kept = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd", "Pd", "Po", "Ps", "Pe", "Sc", "Sm", "Zs"}
    lost = [
        f"U+{code:04X}"
        for code in range(0x10000)
        if unicodedata.category(chr(code)) in kept and unseen(chr(code)) is not None and chr(code) not in blank
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Điều 9\nKý số", ("U+000A", 7)),
        ("a\x1b[31m", ("U+001B", 2)),
        ("\u202eabc", ("U+202E", 1)),
        ("An\u200b", ("U+200B", 3)),
        ("a\u2066b", ("U+2066", 2)),
        ("a\r", ("U+000D", 2)),
    ],
)
def test_the_character_and_its_place_are_told(text: str, found: tuple[str, int]) -> None:
    """The error has the character in a form that can be looked up, and its place."""
    assert unseen(text) == found


def test_a_page_has_lines_and_a_line_has_none() -> None:
    """A note may have line breaks, a line may not; nothing else differs."""
    assert unseen("Kính gửi\n\tông An", page=True) is None
    assert unseen("Kính gửi\n", page=False) is not None
    assert unseen("Kính gửi\r", page=True) == ("U+000D", 9)
    assert unseen("a\x1bb\n", page=True) == ("U+001B", 2)


def test_texts_are_found_wherever_they_stand() -> None:
    """Texts are found everywhere, also in keys of mappings."""
    value = {"a": ["x", {"b": "y"}], "c": 1, "d": None}
    assert list(texts_of(value)) == [
        (("a",), "a"), (("a", 0), "x"), (("a", 1, "b"), "b"), (("a", 1, "b"), "y"), (("c",), "c"), (("d",), "d"),
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["Số: 05/GKS-P.HN", "số 05/GKS-P.HN", "05/GKS-P.HN"])
def test_a_number_is_taken_as_it_is_printed(typed: str) -> None:
    """When a document number is entered, a word before it is removed; a stored number is read unchanged."""
    number: TypeAdapter[str] = TypeAdapter(DocumentNumber)
    assert number.validate_python(typed, context=FROM_OUTSIDE) == "05/GKS-P.HN"
    assert number.validate_python("Số 05") == "Số 05"


def test_an_amount_is_told_as_people_write_it() -> None:
    """A sentence has amounts as people write them, and facts have plain numbers."""
    refusal = RuleViolation(DossierRefusal.WRONG_AMOUNT, dossier="H42.1-260101-0001", amount=10_000, owed=1_250_000)
    assert "10.000 đồng" in refusal.message.vi
    assert "1.250.000 đồng" in refusal.message.vi
    assert "10,000 dong is not the 1,250,000 dong" in refusal.message.en
    assert refusal.facts["amount"] == "10000"
