"""Tests that a person's number in a code is found in any spelling, and that no issuer's number is mistaken for one."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.privacy.particulars import require_impersonal_text
from domain.privacy.personal_numbers import (
    as_read,
    holds_identity_number,
    holds_old_identity_number,
    holds_telephone,
    may_hold_a_number,
    with_digits_for_letters,
)

CODES = ("result_number", "voucher", "code", "order", "person", "unit", "key")
SEPARATORS = st.sampled_from([".", "-", " ", "_", "/", "\u00a0", "\u2009", "\u3000", "–", " - ", ". "])
COMMON = ((12,), (3, 9), (3, 3, 3, 3), (4, 4, 4), (1,) * 12)
UNCOMMON = ((3, 3, 6), (6, 6), (3, 1, 2, 6), (4, 2, 6), (4, 8), (2, 10), (5, 7), (3, 1, 8), (6, 3, 3), (9, 3), (2,) * 6)
LETTERS = {"0": "OoОΟ", "1": "lIІ"}
OTHER_DIGITS = ("０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "⁰¹²³⁴⁵⁶⁷⁸⁹", "⓪①②③④⑤⑥⑦⑧⑨")


def is_refused(field: str, text: str) -> bool:
    """Whether the text is refused; the refusal must not repeat it."""
    try:
        require_impersonal_text(field, text)
    except InvalidInput as refusal:
        return refusal.code == "particulars_in_record" and text not in str(refusal) + refusal.message.vi
    return False


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    """Identity numbers of people born from 1930 to 2015."""
    year = draw(st.integers(1930, 2015))
    century = (0 if year < 2000 else 2) + draw(st.integers(0, 1))
    return f"{draw(st.integers(1, 96)):03}{century}{year % 100:02}{draw(st.integers(0, 999_999)):06}"


def divided(number: str, sizes: tuple[int, ...], separator: str) -> str:
    starts = [sum(sizes[:place]) for place in range(len(sizes))]
    return separator.join(number[start : start + size] for start, size in zip(starts, sizes, strict=True))


@given(identity_numbers(), st.sampled_from(COMMON), SEPARATORS, st.sampled_from(CODES))
def test_an_identity_number_is_told_however_it_is_divided(
    number: str, sizes: tuple[int, ...], separator: str, field: str
) -> None:
    """An identity number is found in any division (`0370-9900-1234`, `037.099.001.234`), alone or beside letters and
    numbers."""
    text = divided(number, sizes, separator)
    assume(sizes != (4, 4, 4) or not has_a_part_of_an_issuer(text.split(separator)))
    assert is_refused(field, text)
    assert is_refused(field, f"CCCD {text}")
    assert is_refused(field, f"12/XN-{text}")


def has_a_part_of_an_issuer(parts: list[str]) -> bool:
    """Whether a part is a year, a day (`yyMMdd`, `yyyyMMdd`, `ddMMyyyy`), or a counter with leading zeros."""
    for part in parts:
        if (len(part) == 4 and part.startswith("20")) or (len(part) >= 6 and part.startswith("000")):
            return True
        for shape, length in (("%y%m%d", 6), ("%Y%m%d", 8), ("%d%m%Y", 8)):
            try:
                datetime.strptime(part[:length], shape).replace(tzinfo=UTC)
            except ValueError:
                continue
            return True
    return False


@given(identity_numbers(), st.sampled_from(UNCOMMON), SEPARATORS, st.sampled_from(CODES))
def test_so_it_is_where_nobody_divides_it_unless_a_part_is_an_issuer_s(
    number: str, sizes: tuple[int, ...], separator: str, field: str
) -> None:
    """`0370-99001234` is an identity number; `0012-25070112` contains a date and is not."""
    text = divided(number, sizes, separator)
    assume(not has_a_part_of_an_issuer(text.split(separator)))
    assert is_refused(field, text)


def test_a_day_that_there_is_not_is_no_issuer_s() -> None:
    """A number with the impossible date 29 February 2030 is an identity number; one with 28 February is not."""
    assert is_refused("result_number", "0010.30022900")
    assert not is_refused("result_number", "0010.30022800")


@given(identity_numbers(), st.sampled_from(CODES), st.data())
def test_letters_that_look_like_digits_are_read_as_them(number: str, field: str, data: st.DataObject) -> None:
    """Latin, Cyrillic and Greek letters that look like digits are read as digits (`O37O99OO1234`)."""
    sizes = data.draw(st.sampled_from([(12,), (3, 9), (3, 3, 3, 3)]))
    written = "".join(data.draw(st.sampled_from(digit + LETTERS.get(digit, ""))) for digit in number)
    assert is_refused(field, divided(written, sizes, data.draw(SEPARATORS)))


@given(identity_numbers(), st.sampled_from(OTHER_DIGITS), st.sampled_from(CODES))
def test_digits_of_every_script_are_read(number: str, script: str, field: str) -> None:
    """Wide, Arabic, Devanagari, mathematical, raised and circled digits are read."""
    assert is_refused(field, "".join(script[int(digit)] for digit in number))


@given(st.from_regex(r"(0[1-9]|[12][0-9]|3[0-8])[0-9]{7}", fullmatch=True), SEPARATORS)
def test_the_nine_digits_of_an_old_identity_card_are_told(number: str, separator: str) -> None:
    """Nine digits in a row, or by threes, are found as an old identity card; a receipt, an order, an older code and
    a service's counter may have nine digits in a row."""
    by_threes = divided(number, (3, 3, 3), separator)
    for field in ("result_number", "code", "person", "unit"):
        assert is_refused(field, number)
        assert is_refused(field, f"CMND-{number}")
    assert all(is_refused(field, by_threes) for field in CODES)
    assert not is_refused("voucher", number)
    assert not is_refused("brought_over.code", number)
    assert not is_refused("key", number)
    assert not is_refused("key", f"one-window-{number}")


@given(st.from_regex(r"(0|84)[35789][0-9]{8}", fullmatch=True), SEPARATORS)
def test_a_telephone_number_is_told_however_it_is_divided(number: str, separator: str) -> None:
    """A telephone number is found by fours and threes, or after the country's prefix, also in a receipt's number."""
    national = number[-9:]
    ways = {"0": ((4, 3, 3), (3, 3, 4), (3, 4, 3)), "8": ((2, 3, 3, 3),)}[number[0]]
    for sizes in ways:
        text = divided(number, sizes, separator)
        assume(not has_a_part_of_an_issuer(text.split(separator)))
        assert all(is_refused(field, text) for field in CODES)
    assert is_refused("result_number", number)
    assert is_refused("key", f"0{national}".translate(str.maketrans("01", "Ol")))


DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))
ISSUERS = st.sampled_from(["QĐ-UBND", "XN-UBND", "GKS-P.HN", "GP-SXD", "TB-TTPVHCC", "NQ-HĐND", "GCN-UBND.TP"])
AUTHORITIES = st.sampled_from(["H42.01", "H42.103", "H42.13285", "000.00.01.H42", "000.12.34.H42", "13366"])
YEARS = st.integers(2015, 2040)
REAL = st.one_of(
    st.builds("{}/{}".format, st.integers(1, 99_999), ISSUERS),
    st.builds("{:04}/{}/{}".format, st.integers(1, 9_999), YEARS, ISSUERS),
    st.builds("{}-{:%y%m%d}-{:04}".format, AUTHORITIES, DAYS, st.integers(1, 99_999)),
    st.builds("{:%y%m%d}-{:04}".format, DAYS, st.integers(1, 9_999)),
    st.builds("{:07}".format, st.integers(1, 9_999_999)),
    st.builds("{:08}".format, st.integers(1, 99_999_999)),
    st.builds("BL/{}E-{:07}".format, st.integers(20, 40), st.integers(1, 9_999_999)),
    st.builds("1C{}TAA-{:08}".format, st.integers(20, 40), st.integers(1, 99_999_999)),
    st.builds("{:04}-{:%y%m%d}{:02}".format, st.integers(1, 9_999), DAYS, st.integers(1, 99)),
    st.builds("{:04}-{}-{:04}".format, st.integers(1, 9_999), YEARS, st.integers(1, 9_999)),
    st.builds("{:02}.{}.{:04}".format, st.integers(1, 99), YEARS, st.integers(1, 9_999)),
    st.builds("{:03}/{}/{:05}".format, st.integers(1, 999), YEARS, st.integers(1, 99_999)),
    st.builds("{:04}-{:08}".format, st.integers(1, 9_999), st.integers(1, 99_999)),
    st.builds("{:%Y%m%d}-{:04}".format, DAYS, st.integers(1, 9_999)),
    st.builds("{:%d.%m.%Y}-{:04}".format, DAYS, st.integers(1, 9_999)),
    st.builds("{}.{:06}.000.00.00.H42".format, st.integers(1, 3), st.integers(1, 20_000)),
    st.builds("KQ.G{:02}.{:06}".format, st.integers(1, 30), st.integers(1, 9_999)),
)


@settings(max_examples=1_000)
@given(REAL, st.sampled_from([field for field in CODES if field != "person"]))
def test_a_number_as_an_issuer_gives_it_is_not_mistaken(number: str, field: str) -> None:
    """Decisions, certificates, receipts, invoices, dossier and procedure codes, and registers by year or day are
    accepted.

    For a person's identifier the rule is stricter: any ten digits may be a telephone number.
    """
    assert not is_refused(field, number)


def test_a_text_in_ascii_is_read_as_it_is() -> None:
    """It need not be translated: no character of ASCII changes its form, is a format character, or another digit."""
    for sign in map(chr, range(128)):
        assert as_read(sign) == sign == unicodedata.normalize("NFKC", sign)
        assert unicodedata.category(sign) != "Cf"
        assert sign.isdigit() is (sign in "0123456789")


@given(st.text(alphabet=st.sampled_from("0123456789OlI .-/_ab"), max_size=16))
def test_a_text_with_too_few_digits_holds_no_number(text: str) -> None:
    """The quick look at the number of digits never lets a number through."""
    for read in (text, with_digits_for_letters(text)):
        if not may_hold_a_number(read):
            assert not holds_identity_number(read)
            assert not holds_old_identity_number(read, undivided=True)
            assert not holds_telephone(read, undivided=True)
