"""Tests of units as dated data."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import NotFound
from domain.organisation.organisation import Organisation
from domain.organisation.units import Unit, UnitLevel
from tests.support.ninh_binh import BEFORE, TODAY, ninh_binh
from tests.support.small_organisation import (
    DIVIDED,
    LAST_DAY,
    MERGER,
    O_CLOSED,
    A,
    B,
    M,
    N,
    a_unit,
    an_organisation,
)


def test_a_code_names_different_units_on_different_days() -> None:
    """Code 13285 is ward Quang Trung until 30 June 2025, and ward Phủ Lý afterwards."""
    organisation = ninh_binh().organisation
    assert organisation.unit("13285", BEFORE).name == "Phường Quang Trung"
    assert organisation.unit("13285", TODAY).name == "Phường Phủ Lý"
    assert [unit.name for unit in organisation.former("13285", TODAY)] == ["Phường Quang Trung"]
    assert organisation.former("13285", BEFORE) == ()


def test_the_merger_of_2025() -> None:
    """The last day has 398 communes, wards and townships; the first day has 97 communes and 32 wards."""
    organisation = ninh_binh().organisation
    levels = [unit.level for unit in organisation.communes(date(2025, 7, 1))]
    assert len(organisation.communes(BEFORE)) == 398
    assert (levels.count(UnitLevel.COMMUNE), levels.count(UnitLevel.WARD)) == (97, 32)


def test_only_six_units_were_divided() -> None:
    """Each former unit has exactly one successor, except the six that were divided between two."""
    organisation = ninh_binh().organisation
    homes = [len(organisation.successors_on(unit, TODAY)) for unit in organisation.communes(BEFORE)]
    assert (homes.count(1), homes.count(2)) == (392, 6)


def test_an_unknown_unit_is_named() -> None:
    """An unknown code has its own error."""
    with pytest.raises(NotFound, match="unknown_unit") as raised:
        an_organisation().unit("X", MERGER)
    assert raised.value.facts["unit"] == "X"


def test_a_closed_unit_names_its_successors() -> None:
    """The error for a closed unit names its successors on that day."""
    with pytest.raises(NotFound, match="unit_closed") as raised:
        an_organisation().unit("O", MERGER)
    assert raised.value.facts["successors"] == "N Phường Nam Hà"
    assert "31/12/2023" in raised.value.message.vi


def test_a_unit_that_is_not_open_yet_says_when_it_opens() -> None:
    """The error for a unit before its first day names that day."""
    with pytest.raises(NotFound, match="unit_not_open_yet") as raised:
        an_organisation().unit("N", LAST_DAY)
    assert raised.value.facts["opens"] == "2025-07-01"


def test_escalation_goes_from_the_commune_to_the_centre_to_the_committee() -> None:
    """Escalation goes from the commune to the provincial centre, then to the provincial People's Committee."""
    organisation = ninh_binh().organisation
    levels = [unit.level for unit in organisation.chain("13366", TODAY)]
    assert levels == [UnitLevel.PROVINCIAL_CENTRE, UnitLevel.PROVINCIAL_COMMITTEE]
    assert organisation.above("UBNDT", TODAY) is None


def test_before_the_merger_each_province_had_its_own_centre() -> None:
    """Before the merger a unit's centre is the one above it."""
    organisation = ninh_binh().organisation
    assert organisation.province_centre(TODAY).code == "TTPVHCC"
    assert organisation.province_centre(BEFORE, near="13285").code == "TTPVHCC-HNM"
    with pytest.raises(NotFound, match="no_provincial_centre"):
        organisation.province_centre(BEFORE)


def test_heirs_follow_every_merger() -> None:
    """The successors of a unit are followed through every later merger."""
    organisation = an_organisation()
    assert organisation.successors_on(O_CLOSED, date(2024, 1, 1)) == (A,)
    assert organisation.successors_on(O_CLOSED, MERGER) == (N,)
    assert organisation.successors_on(DIVIDED, MERGER) == (N, M)
    assert organisation.successors_on(B, LAST_DAY) == (B,)


def test_a_changed_copy_answers_from_its_own_units() -> None:
    """A changed copy of an organisation does not use the index of the original."""
    organisation = an_organisation()
    organisation.unit("M", MERGER)
    renamed = organisation.model_copy(update={"units": (*organisation.units, a_unit("Z"))})
    assert renamed.unit("Z", MERGER).code == "Z"
    assert organisation.periods("Z") == ()


DAYS = [date(2020, 1, 1) + timedelta(days=100 * n) for n in range(1, 6)]


@st.composite
def histories(draw: st.DrawFn) -> Organisation:
    """Communes that merge and split on some days, with reused codes."""
    open_units = {code: date(2020, 1, 1) for code in ("1", "2", "3", "4")}
    units: list[Unit] = [
        a_unit("COMMITTEE", level="provincial_committee", parent=None, valid_from=date(2020, 1, 1)),
        a_unit("CENTRE", level="provincial_centre", parent="COMMITTEE", valid_from=date(2020, 1, 1)),
    ]
    for day in DAYS:
        closing = draw(st.sets(st.sampled_from(sorted(open_units)), max_size=len(open_units)))
        if not closing:
            continue
        opening = draw(st.sets(st.sampled_from(["1", "2", "3", "4", "5"]), min_size=1, max_size=3))
        opening -= set(open_units) - closing
        new = sorted(opening) or [min(closing)]
        after = sorted((set(open_units) - closing) | set(new))
        for code in sorted(closing):
            heirs = draw(st.lists(st.sampled_from(after), min_size=1, max_size=2, unique=True))
            units.append(_closed(code, open_units.pop(code), day - timedelta(days=1), heirs))
        open_units |= {code: day for code in new if code not in open_units}
    units += [a_unit(code, valid_from=since, authority_id=f"{code}.{since}") for code, since in open_units.items()]
    # A code must not have a gap in its dates, so such histories are not built.
    return Organisation(units=tuple(_without_gaps(units)))


def _closed(code: str, since: date, last: date, heirs: list[str]) -> Unit:
    return a_unit(
        code,
        valid_from=since,
        valid_to=last,
        authority_id=f"{code}.{since}",
        successors=tuple({"code": heir} for heir in heirs),
    )


def _without_gaps(units: list[Unit]) -> list[Unit]:
    """Renames every later use of a code after a gap."""
    ends: dict[str, date] = {}
    renamed: dict[tuple[str, date], str] = {}
    for unit in sorted(units, key=lambda unit: unit.valid_from):
        gap = unit.code in ends and (unit.valid_from - ends[unit.code]).days != 1
        renamed[unit.code, unit.valid_from] = f"{unit.code}-{unit.valid_from:%Y%m%d}" if gap else unit.code
        if unit.valid_to and not gap:
            ends[unit.code] = unit.valid_to
    final = []
    for unit in units:
        heirs = [_name_on(renamed, units, heir.code, unit.valid_to) for heir in unit.successors]
        final.append(
            unit.model_copy(
                update={
                    "code": renamed[unit.code, unit.valid_from],
                    "successors": tuple(Unit.model_fields["successors"].default) if not heirs else _as_heirs(heirs),
                }
            )
        )
    return final


def _as_heirs(codes: list[str]) -> tuple[object, ...]:
    return a_unit("x", valid_to=date(2030, 1, 1), successors=tuple({"code": code} for code in codes)).successors


def _name_on(renamed: dict[tuple[str, date], str], units: list[Unit], code: str, last: date | None) -> str:
    assert last is not None
    since = max(unit.valid_from for unit in units if unit.code == code and unit.valid_from <= last + timedelta(days=1))
    return renamed[code, since]


@settings(max_examples=150, deadline=None)
@given(organisation=histories(), day=st.sampled_from(DAYS))
def test_through_any_history_every_unit_has_an_heir(organisation: Organisation, day: date) -> None:
    """After any mergers and splits each unit has a successor in force on every later day."""
    for unit in organisation.units:
        if unit.valid_from <= day:
            heirs = organisation.successors_on(unit, day)
            assert heirs
            assert all(heir.in_force(day) for heir in heirs)
