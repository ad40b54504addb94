"""Tests of the units below a caller's units: the kept answers are of one organisation and one day."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from activities.province import load_province
from domain.organisation.organisation import Organisation
from domain.organisation.units import Unit, UnitLevel
from domain.values import VIETNAM
from gateway.access.callers import subtree
from tests.support.ninh_binh import FOLDER

MERGED = datetime(2025, 7, 1, 8, 0, tzinfo=VIETNAM)
CENTRE, PHU_LY = "TTPVHCC", "13285"


def test_an_answer_is_of_its_day() -> None:
    """After the merger a ward has the codes of its former units; the day before, it was not there itself."""
    organisation = load_province(FOLDER).organisation
    before, after = (subtree({PHU_LY}, organisation, at) for at in (MERGED - timedelta(days=1), MERGED))
    assert len(after) > 1
    assert before != after
    assert subtree({PHU_LY}, organisation, MERGED + timedelta(hours=3)) == after
    assert subtree({PHU_LY}, organisation, MERGED - timedelta(days=1)) == before


def test_a_code_that_is_given_again_stays_with_the_successor() -> None:
    """Scopes compare codes: with a code of another unit, its people would see the dossiers that ended before."""
    organisation = load_province(FOLDER).organisation
    codes = {unit.code for unit in organisation.units}
    given_again = [both for code in codes for both in pairwise(organisation.periods(code))]
    assert given_again
    for old, new in given_again:
        assert new in organisation.successors_on(old, new.valid_from), (old, new)


def test_an_answer_is_of_its_organisation() -> None:
    """A ward that new files no longer have is not below the centre, whatever was answered by the old ones."""
    centre = {"level": UnitLevel.PROVINCIAL_CENTRE, "authority_id": "H42.01", "valid_from": MERGED.date()}
    ward = {"level": UnitLevel.WARD, "authority_id": "H42.101", "valid_from": MERGED.date(), "parent": CENTRE}
    units = (Unit(code=CENTRE, name="Trung tâm", **centre), Unit(code=PHU_LY, name="Phường Phủ Lý", **ward))
    both, one = Organisation(units=units), Organisation(units=units[:1])
    for _ in range(2):
        assert subtree({CENTRE}, both, MERGED) == {CENTRE, PHU_LY}
        assert subtree({CENTRE}, one, MERGED) == {CENTRE}
