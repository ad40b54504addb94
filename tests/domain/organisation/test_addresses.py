"""Tests of old and new addresses, which are resolved through the succession of units, or reported as unclear."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.organisation.addresses import Divided, Resolved, Unclear, administrative_part, resolve
from domain.organisation.names import fold_name, parts
from domain.organisation.units import Unit
from tests.support.ninh_binh import BEFORE, TODAY, ninh_binh
from tests.support.small_organisation import DIVIDED, MERGER, M, N, an_organisation

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
    """An address, old or new, with or without accents, prefixes, abbreviations or commas, gives the unit of today."""
    found = resolve(address, ORGANISATION, TODAY)
    assert isinstance(found, Resolved)
    assert found.unit.code == code


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "address", ["xã Tiên Ngoại, Duy Tiên, Hà Nam", "Xã Tiên Ngoại huyện Duy Tiên tỉnh Hà Nam", "tien ngoai, duy tien"]
)
def test_an_address_in_a_divided_unit_asks_for_more(address: str, form: str) -> None:
    """An address in a divided unit gives only the two possible units."""
    found = resolve(unicodedata.normalize(form, address), ORGANISATION, TODAY)  # type: ignore[arg-type]
    assert isinstance(found, Divided)
    assert found.former.name == "Xã Tiên Ngoại"
    assert {unit.name for unit in found.candidates} == {"Phường Hà Nam", "Phường Tiên Sơn"}


NOT_CLEAR = [
    ("xã Yên Đồng, Ninh Bình", "address_ambiguous"),  # the present unit, or a former one in Yên Mô
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
    """An address that fits two units, only a district, or none is unclear, with its candidates."""
    found = resolve(address, ORGANISATION, TODAY)
    assert isinstance(found, Unclear)
    assert found.reason == reason


def test_every_former_unit_is_found_by_its_full_address() -> None:
    """The full addresses of 392 former units give their successor, and those of the six divided ones are unclear."""
    for unit in ORGANISATION.communes(BEFORE):
        found = resolve(f"{unit.name}, {unit.district}, {unit.province}", ORGANISATION, TODAY)
        heirs = ORGANISATION.successors_on(unit, TODAY)
        if len(heirs) == 2:
            assert isinstance(found, Divided)
            assert set(found.candidates) == set(heirs)
        else:
            assert isinstance(found, Resolved)
            assert (found.unit,) == heirs


def test_every_present_unit_is_found_by_its_address_or_said_to_be_ambiguous() -> None:
    """The address of each of the 129 units is found, except names that another commune of the old province had too."""
    unclear = []
    for unit in ORGANISATION.communes(TODAY):
        found = resolve(f"{unit.name}, {unit.province}", ORGANISATION, TODAY)
        if isinstance(found, Resolved):
            assert found.unit == unit
        else:
            unclear.append(unit.name)
    assert unclear == ["Xã Yên Đồng"]


def test_on_the_day_before_the_merger_the_old_unit_is_the_answer() -> None:
    """On the day before the merger an address gives the old unit."""
    found = resolve("xã Tiên Ngoại, Duy Tiên, Hà Nam", ORGANISATION, BEFORE)
    assert isinstance(found, Resolved)
    assert (found.unit.code, found.unit.name, found.former) == ("13363", "Xã Tiên Ngoại", None)


def test_a_known_hamlet_decides_a_divided_unit() -> None:
    """A hamlet that the data assign to a part decides a divided unit."""
    organisation = an_organisation()
    found = resolve("thôn Đông, xã Châu Sơn, Phủ Lý, Hà Nam", organisation, MERGER)
    assert isinstance(found, Resolved)
    assert (found.unit, found.former, found.by_area) == (M, DIVIDED, True)
    elsewhere = resolve("thôn Tây, xã Châu Sơn, Phủ Lý, Hà Nam", organisation, MERGER)
    assert isinstance(elsewhere, Divided)
    assert elsewhere.candidates == (N, M)


def test_accents_decide_where_they_are_written() -> None:
    """Names that differ only by accents are two names; without accents they are unclear."""
    organisation = an_organisation(
        M.model_copy(update={"code": "P", "name": "Xã Mỹ Lắm", "authority_id": "H42.P"}),
    )
    found = resolve("xã Mỹ Lâm, Ninh Bình", organisation, MERGER)
    assert isinstance(found, Resolved)
    assert found.unit == M
    assert isinstance(resolve("xa my lam, ninh binh", organisation, MERGER), Unclear)


def test_the_parts_of_an_address() -> None:
    """Numbers, streets and hamlets are never units, and the country is no part."""
    kinds = [(part.kind.value, part.folded) for part in parts("Số 2 Lê Lợi, tổ 3, P. Hà Nam - Ninh Bình; Việt Nam")]
    assert kinds == [("place", "2 le loi"), ("place", "3"), ("commune", "ha nam"), ("unsaid", "ninh binh")]
    assert fold_name("Thị xã Duy Tiên") == "duy tien"


@given(st.text(max_size=120))
def test_any_text_has_an_answer(address: str) -> None:
    """Any text gets an answer, and only units of the day are found."""
    found = resolve(address, ORGANISATION, TODAY)
    if isinstance(found, Resolved):
        assert found.unit.in_force(TODAY)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Số 5 đường Trần Hưng Đạo, phường Phủ Lý, tỉnh Ninh Bình", "phường Phủ Lý, tỉnh Ninh Bình"),
        ("nhà bà Trần Thị Bình, xóm 3, xã Tiên Ngoại, Duy Tiên, Hà Nam", "xóm 3, xã Tiên Ngoại, Duy Tiên, Hà Nam"),
        ("12/4, Tiên Ngoại, Duy Tiên, Hà Nam", "Tiên Ngoại, Duy Tiên, Hà Nam"),
        ("ngõ 7, xã Tiên Ngoại, Hà Nam (nay là phường Hà Nam)", "xã Tiên Ngoại, Hà Nam, nay là phường Hà Nam"),
        ("Thôn 3, CCCD 035099001234, Xã Kim Sơn", "Thôn 3, Xã Kim Sơn"),
        ("Thôn 3 CCCD 035099001234, Xã Kim Sơn, Ninh Bình", "Xã Kim Sơn, Ninh Bình"),
        ("Thôn 035099001234, Xã Kim Sơn, Ninh Bình", "Xã Kim Sơn, Ninh Bình"),
        ("Xóm bà Trần Thị Bình, Xã Kim Sơn, Ninh Bình", "Xã Kim Sơn, Ninh Bình"),
        ("tổ dân phố số 12, phường Phủ Lý, ĐT 0912000111", None),
        ("Xã Kim Sơn (gặp ông Hùng 0912 000 111), Ninh Bình", None),
        ("Xã Kim Sơn của ông Hùng, Ninh Bình", None),
        ("Xã Tiên Ngoại, Duy Tiên, Hà Nam, nay là nhà bà Bình 0912000111", "Xã Tiên Ngoại, Duy Tiên, Hà Nam"),
        ("035099001234 phuong lam ha thi xa phu ly", "phuong lam ha, thi xa phu ly"),
        ("Quang Trung, 035099001234, phường Lam Hạ, Phủ Lý", "phường Lam Hạ, Phủ Lý"),
        ("xã Không Có, phường Hà Nam, tỉnh Ninh Bình, Trung Quốc", None),
        ("Trần Thị Bình 0912000111", None),
        ("đâu đó", None),
    ],
)
def test_what_is_kept_of_an_address_names_nobody(written: str, kept: str | None) -> None:
    """House and street are personal data and are not kept; the wider parts decide competence."""
    assert administrative_part(written, ORGANISATION, TODAY) == kept


@pytest.mark.parametrize("written", [address for address, _ in IN_ONE_UNIT])
def test_what_is_kept_of_an_address_decides_the_same(written: str) -> None:
    """The kept part of an address gives the same unit as the whole."""
    kept = administrative_part(written, ORGANISATION, TODAY)
    assert kept is not None
    whole, part = resolve(written, ORGANISATION, TODAY), resolve(kept, ORGANISATION, TODAY)
    assert isinstance(whole, Resolved)
    assert isinstance(part, Resolved)
    assert part.unit == whole.unit


ABBREVIATED = {
    "Thành phố": "TP", "Thị xã": "TX", "Thị trấn": "TT", "Phường": "P", "Huyện": "H", "Tỉnh": "T", "Xã": "X",
}  # fmt: skip


def abbreviated(address: str, behind: str) -> str:
    """Writes `Phường Lam Hạ` as `P. Lam Hạ`, `P.Lam Hạ` or `P Lam Hạ`."""
    for word, letter in ABBREVIATED.items():
        address = re.sub(rf"(^|, ){word} ", rf"\g<1>{letter}{behind}", address)
    return address


def without_accents(address: str) -> str:
    """Removes the accents, as on a foreign keyboard."""
    letters = unicodedata.normalize("NFD", address.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def without_prefixes(address: str) -> str:
    """Keeps only the names."""
    return re.sub(rf"(^|, )(?:{'|'.join(ABBREVIATED)}) ", r"\1", address)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "double spaces": lambda a: a.replace(" ", "  "),
    "no-break spaces": lambda a: a.replace(" ", "\u00a0"),
    "zero-width spaces": lambda a: a.replace(" ", " \u200b"),
    "NFD": lambda a: unicodedata.normalize("NFD", a),
    "capitals": str.upper,
    "no commas": lambda a: a.replace(",", ""),
    "P. X": lambda a: abbreviated(a, ". "),
    "P.X": lambda a: abbreviated(a, "."),
    "P X": lambda a: abbreviated(a, " "),
    "Tx., Tp., Tt.": lambda a: abbreviated(a, ". ").replace("TX", "Tx").replace("TP", "Tp").replace("TT", "Tt"),
    "P.X no commas": lambda a: abbreviated(a, ".").replace(",", ""),
    "hyphens": lambda a: a.replace(", ", " - "),
    "hyphens without spaces": lambda a: a.replace(", ", "-"),
    "slashes": lambda a: a.replace(", ", "/"),
    "slashes with spaces": lambda a: a.replace(", ", " / "),
    "bars": lambda a: a.replace(", ", " | "),
    "lines": lambda a: a.replace(", ", "\n"),
    "the province of today": lambda a: re.sub("Tỉnh (Hà Nam|Nam Định)$", "Tỉnh Ninh Bình", a),
}
WITHOUT_ACCENTS: dict[str, Callable[[str], str]] = {
    "no accents": without_accents,
    "no accents, no commas": lambda a: without_accents(a).replace(",", "").lower(),
    "no accents, hyphens": lambda a: without_accents(a).replace(", ", "-").lower(),
    "no accents, P.X": lambda a: without_accents(abbreviated(a, ".")).lower(),
}
NAMES_ONLY: dict[str, Callable[[str], str]] = {
    "names only": without_prefixes,
    "names only, no commas": lambda a: without_prefixes(a).replace(",", ""),
    "names only, no accents, no commas": lambda a: without_accents(without_prefixes(a)).replace(",", "").lower(),
}
IN_WHICH = {
    **dict.fromkeys(SPELLINGS, (392, 128)),  # of 398, six were divided; Xã Yên Đồng of today shares its name
    **dict.fromkeys(WITHOUT_ACCENTS, (390, 127)),  # Trực Hưng and Trực Hùng; Tân Thanh and Tân Thành
    "names only": (391, 120),  # a ward or a district: Hoa Lư, Tam Điệp, Nho Quan, Gia Viễn …
    "names only, no commas": (391, 120),
    "names only, no accents, no commas": (382, 119),  # Cúc Phương, Đinh Xá: a name, or the word for a commune
}
"""How many of the 398 former and the 129 present units are found in each spelling. None is found wrongly."""


def written_in_full(unit: Unit) -> str:
    """The official form; for a present unit, that since the merger."""
    return ", ".join(filter(None, (unit.name, unit.district, unit.province)))


@pytest.mark.parametrize("spelling", IN_WHICH)
def test_what_people_write_is_found_or_said_to_be_unclear(spelling: str) -> None:
    """With other spaces, accents, commas, capitals, abbreviations, dashes or the province of today, no other unit is
    found."""
    spelled = (SPELLINGS | WITHOUT_ACCENTS | NAMES_ONLY)[spelling]
    counts = []
    for units in (ORGANISATION.communes(BEFORE), ORGANISATION.communes(TODAY)):
        found = 0
        for unit in units:
            result = resolve(spelled(written_in_full(unit)), ORGANISATION, TODAY)
            if isinstance(result, Resolved):
                assert (result.unit,) == ORGANISATION.successors_on(unit, TODAY), spelled(written_in_full(unit))
                found += 1
        counts.append(found)
    assert tuple(counts) == IN_WHICH[spelling]


NAMES_WITHIN_NAMES = [
    ("Đinh Xá Phủ Lý Hà Nam", "Phường Liêm Tuyền"),  # not a commune (xã) with the name Phủ Lý
    ("Cúc Phương Nho Quan Ninh Bình", "Xã Cúc Phương"),
    ("xa phuong dinh huyen truc ninh tinh nam dinh", None),
    ("Thôn 3, P Lam Hạ, TP Phủ Lý, Ninh Bình", "Phường Hà Nam"),
    ("so 5 duong le loi phuong lam ha thanh pho phu ly tinh ha nam viet nam", "Phường Hà Nam"),
    ("phường Hà Nam, Duy Tiên, Hà Nam", "Phường Hà Nam"),
]
UNCLEAR_WITHOUT_COMMAS = [
    "dinh xa phu ly ha nam",  # Đinh Xá in Phủ Lý, or a commune with the name Phủ Lý
    "cuc phuong nho quan ninh binh",
    "duong quang trung phu ly ha nam",  # a street, and only a city
    "binh luc ha nam",
    "xa tien ngoai huyen y yen tinh nam dinh",
    "phuong hang bac ha noi",
    "xã Không Có phường Hà Nam tỉnh Ninh Bình Trung Quốc",
]


@pytest.mark.parametrize(("address", "name"), NAMES_WITHIN_NAMES)
def test_a_name_is_not_cut_out_of_another(address: str, name: str | None) -> None:
    """A name that contains the word for a commune is not cut."""
    found = resolve(address, ORGANISATION, TODAY)
    assert isinstance(found, Resolved)
    assert name is None or found.unit.name == name


@pytest.mark.parametrize("address", UNCLEAR_WITHOUT_COMMAS)
def test_without_commas_too_nothing_is_guessed(address: str) -> None:
    """Without commas an address with two readings, a street, only a district, or a contradiction is unclear."""
    assert isinstance(resolve(address, ORGANISATION, TODAY), Unclear)


PEOPLE = ["Trần Thị Bình", "CCCD 035099001234", "0912 000 111", "nhà bà Hoa", "Số 7", "ngõ 12", "Thôn 3", "(cạnh chợ)"]


@given(
    unit=st.sampled_from(ORGANISATION.communes(BEFORE) + ORGANISATION.communes(TODAY)),
    pieces=st.lists(st.sampled_from(PEOPLE), max_size=3),
    place=st.integers(0, 3),
    spelling=st.sampled_from([*SPELLINGS, *WITHOUT_ACCENTS, *NAMES_ONLY]),
    free=st.text(max_size=20),
)
def test_nothing_that_somebody_typed_beside_the_names_is_kept(
    unit: Unit, pieces: list[str], place: int, spelling: str, free: str
) -> None:
    """Only names of units and numbered hamlets are kept of an address, and they give the same unit."""
    spelled = (SPELLINGS | WITHOUT_ACCENTS | NAMES_ONLY)[spelling]
    names = written_in_full(unit).split(", ")
    address = spelled(", ".join([*names[:place], *pieces, free, *names[place:]]))
    kept = administrative_part(address, ORGANISATION, TODAY)
    if kept is None:
        return
    known = {fold_name(name) for name, _ in ORGANISATION.areas} | {fold_name(one.name) for one in ORGANISATION.units}
    for one in parts(kept):
        name = re.sub("^([pxht]|tp|tx|tt) ", "", one.folded)
        assert name in known or re.fullmatch("(thon )?3", name), f"{one.text} of {address}"
    assert resolve(kept, ORGANISATION, TODAY) == resolve(address, ORGANISATION, TODAY)
