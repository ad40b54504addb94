"""Addresses, old and new, resolved through the succession of units, or said to be unclear."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.organisation.addresses import Divided, Resolved, Unclear, administrative_part, resolve
from domain.organisation.names import fold_name, parts
from tests.domain.organisation.small_organisation import DIVIDED, MERGER, M, N, an_organisation
from tests.ninh_binh import BEFORE, TODAY, ninh_binh

ORGANISATION = ninh_binh().organisation

IN_ONE_UNIT = [
    ("Xã Lam Hạ, Thành phố Phủ Lý, Tỉnh Hà Nam", "13366"),
    ("Phường Lam Hạ, TP. Phủ Lý, Hà Nam", "13366"),
    ("thôn 3, P. Lam Hạ, Phủ Lý", "13366"),
    ("PHƯỜNG HÀ NAM, TỈNH NINH BÌNH, VIỆT NAM", "13366"),
    ("phuong ha nam, ninh binh", "13366"),
    ("Số 5 đường Trần Hưng Đạo, phường Phủ Lý, tỉnh Ninh Bình", "13285"),
    ("phường Lam Hạ thành phố Phủ Lý tỉnh Hà Nam", "13366"),
    ("xã Tiên Ngoại (nay là phường Hà Nam), Duy Tiên, Hà Nam", "13366"),
    ("Xã Tiên Ngoại, Thị xã Duy Tiên, Hà Nam, nay thuộc phường Tiên Sơn", "13363"),
    ("(nay là phường Hà Nam)", "13366"),
]


@pytest.mark.parametrize(("address", "code"), IN_ONE_UNIT)
def test_an_address_in_one_unit_is_resolved(address: str, code: str) -> None:
    """Old or new, with or without accents, prefixes, abbreviations or commas: the unit of today."""
    found = resolve(address, ORGANISATION, TODAY)
    assert isinstance(found, Resolved)
    assert found.unit.code == code


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "address", ["xã Tiên Ngoại, Duy Tiên, Hà Nam", "Xã Tiên Ngoại huyện Duy Tiên tỉnh Hà Nam", "tien ngoai, duy tien"]
)
def test_an_address_in_a_divided_unit_asks_for_more(address: str, form: str) -> None:
    """Six units were divided: a default successor is a guess, so the address says only which two it may be."""
    found = resolve(unicodedata.normalize(form, address), ORGANISATION, TODAY)  # type: ignore[arg-type]
    assert isinstance(found, Divided)
    assert found.former.name == "Xã Tiên Ngoại"
    assert {unit.name for unit in found.candidates} == {"Phường Hà Nam", "Phường Tiên Sơn"}


NOT_CLEAR = [
    ("xã Yên Đồng, Ninh Bình", "address_ambiguous"),  # the present one, or the one that was in Yên Mô
    ("Hoa Lư, Ninh Bình", "address_ambiguous"),  # a ward, or the former city
    ("Hà Nam", "address_ambiguous"),  # a ward, or the former province
    ("huyện Gia Viễn, Ninh Bình", "address_too_wide"),
    ("tỉnh Nam Định", "address_too_wide"),
    ("phường Hàng Bạc, Hà Nội", "address_unknown"),
    ("xã Tiên Ngoại, Ý Yên, Nam Định", "address_unknown"),  # no such commune in that district
    ("xã Không Có, phường Hà Nam, tỉnh Ninh Bình, Trung Quốc", "address_unknown"),
    ("", "address_unknown"),
    (" , ;,", "address_unknown"),
]


@pytest.mark.parametrize(("address", "reason"), NOT_CLEAR)
def test_an_unclear_address_is_never_guessed(address: str, reason: str) -> None:
    """Two units, only a district, or none: said, with the candidates, and left to the coordinator."""
    found = resolve(address, ORGANISATION, TODAY)
    assert isinstance(found, Unclear)
    assert found.reason == reason


def test_every_former_unit_is_found_by_its_full_address() -> None:
    """All 398: the 392 that went whole resolve to their successor, the six that were divided say so."""
    for unit in ORGANISATION.communes(BEFORE):
        found = resolve(f"{unit.name}, {unit.district}, {unit.province}", ORGANISATION, TODAY)
        heirs = ORGANISATION.heirs(unit, TODAY)
        if len(heirs) == 2:
            assert isinstance(found, Divided)
            assert set(found.candidates) == set(heirs)
        else:
            assert isinstance(found, Resolved)
            assert (found.unit,) == heirs


def test_every_present_unit_is_found_by_its_address_or_said_to_be_ambiguous() -> None:
    """All 129, but for a name that another commune of the old province of the same name also had."""
    unclear = []
    for unit in ORGANISATION.communes(TODAY):
        found = resolve(f"{unit.name}, {unit.province}", ORGANISATION, TODAY)
        if isinstance(found, Resolved):
            assert found.unit == unit
        else:
            unclear.append(unit.name)
    assert unclear == ["Xã Yên Đồng"]


def test_on_the_day_before_the_merger_the_old_unit_is_the_answer() -> None:
    """Succession begins with the merger: the day before, the old unit itself is in force."""
    found = resolve("xã Tiên Ngoại, Duy Tiên, Hà Nam", ORGANISATION, BEFORE)
    assert isinstance(found, Resolved)
    assert (found.unit.code, found.unit.name, found.former) == ("13363", "Xã Tiên Ngoại", None)


def test_a_known_hamlet_decides_a_divided_unit() -> None:
    """Where the data name the hamlets of a part, an address in one of them is moved by address."""
    organisation = an_organisation()
    found = resolve("thôn Đông, xã Châu Sơn, Phủ Lý, Hà Nam", organisation, MERGER)
    assert isinstance(found, Resolved)
    assert (found.unit, found.former, found.by_area) == (M, DIVIDED, True)
    elsewhere = resolve("thôn Tây, xã Châu Sơn, Phủ Lý, Hà Nam", organisation, MERGER)
    assert isinstance(elsewhere, Divided)
    assert elsewhere.candidates == (N, M)


def test_accents_decide_where_they_are_written() -> None:
    """Names that differ only by an accent are two names; without accents they are one, and unclear."""
    organisation = an_organisation(
        M.model_copy(update={"code": "P", "name": "Xã Mỹ Lắm", "authority_id": "H42.P"}),
    )
    found = resolve("xã Mỹ Lâm, Ninh Bình", organisation, MERGER)
    assert isinstance(found, Resolved)
    assert found.unit == M
    assert isinstance(resolve("xa my lam, ninh binh", organisation, MERGER), Unclear)


def test_the_parts_of_an_address() -> None:
    """Numbers, streets and hamlets are places, never units; the country is no part."""
    kinds = [(part.kind.value, part.folded) for part in parts("Số 2 Lê Lợi, tổ 3, P. Hà Nam - Ninh Bình; Việt Nam")]
    assert kinds == [("place", "2 le loi"), ("place", "3"), ("commune", "ha nam"), ("unsaid", "ninh binh")]
    assert fold_name("Thị xã Duy Tiên") == "duy tien"


@given(st.text(max_size=120))
def test_any_text_has_an_answer(address: str) -> None:
    """Whatever was typed, resolving it ends, and resolves only to a unit of the day."""
    found = resolve(address, ORGANISATION, TODAY)
    if isinstance(found, Resolved):
        assert found.unit.in_force(TODAY)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Số 5 đường Trần Hưng Đạo, phường Phủ Lý, tỉnh Ninh Bình", "phường Phủ Lý, tỉnh Ninh Bình"),
        ("nhà bà Trần Thị Bình, xóm 3, xã Tiên Ngoại, Duy Tiên, Hà Nam", "xóm 3, xã Tiên Ngoại, Duy Tiên, Hà Nam"),
        ("12/4, Tiên Ngoại, Duy Tiên, Hà Nam", "Tiên Ngoại, Duy Tiên, Hà Nam"),
        ("ngõ 7, xã Tiên Ngoại, Hà Nam (nay là phường Hà Nam)", "xã Tiên Ngoại, Hà Nam (nay là phường Hà Nam)"),
        ("Trần Thị Bình 0912000111", None),
        ("đâu đó", None),
    ],
)
def test_what_is_kept_of_an_address_names_nobody(written: str, kept: str | None) -> None:
    """House, street and names before the hamlet are personal data; what decides competence is what is wider."""
    assert administrative_part(written, ORGANISATION) == kept


@pytest.mark.parametrize("written", [address for address, _ in IN_ONE_UNIT])
def test_what_is_kept_of_an_address_decides_the_same(written: str) -> None:
    """Parting the house from an address changes nothing about where it lies."""
    kept = administrative_part(written, ORGANISATION)
    assert kept is not None
    whole, part = resolve(written, ORGANISATION, TODAY), resolve(kept, ORGANISATION, TODAY)
    assert isinstance(whole, Resolved)
    assert isinstance(part, Resolved)
    assert part.unit == whole.unit
