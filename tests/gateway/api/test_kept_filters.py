"""Tests of filters that are older than the organisation of today."""

from __future__ import annotations

from datetime import date

from domain.organisation.organisation import Organisation
from domain.organisation.units import Successor, Unit, UnitLevel
from gateway.api.dossiers.kept_filters import unknown_codes, usable
from gateway.views.names import Names
from tests.support.small_province import ACTING, HA_NAM, ORGANISATION, a_small_province, people

OLD = Unit(
    code="13000", name="Xã Cũ", level=UnitLevel.COMMUNE, authority_id="H42.OLD",
    valid_from=date(2020, 1, 1), valid_to=date(2025, 6, 30), successors=(Successor(code=HA_NAM),),
)  # fmt: skip


NEW = OLD.model_copy(
    update={"code": "13001", "name": "Xã Mới", "valid_from": date(2026, 2, 1), "valid_to": None, "successors": ()}
)


def test_a_unit_that_has_not_begun_has_not_ended() -> None:
    """Nothing is said of it: its code is known, and it has no day on which it ended."""
    names = Names(on=date(2026, 1, 5), organisation=Organisation(units=(NEW, *ORGANISATION.units)))
    wanted, _ = usable({"units": {"codes": ["13001"]}})
    assert list(unknown_codes(wanted, names, a_small_province(), people(*ACTING))) == []


def test_a_unit_that_went_into_another_is_said() -> None:
    """It is not dropped: the dossiers with its code are still found, and the sentence names where new ones are."""
    names = Names(on=date(2026, 1, 5), organisation=Organisation(units=(OLD, *ORGANISATION.units)))
    wanted, wrong = usable({"units": {"codes": ["13000", HA_NAM]}})
    [ended] = unknown_codes(wanted, names, a_small_province(), people(*ACTING))
    assert (wrong, ended.code) == ([], "register_unit_ended")
    assert "Xã Cũ (13000)" in ended.words.vi
    assert "01/07/2025" in ended.words.vi
    assert f"Phường Hà Nam ({HA_NAM})" in ended.words.vi
    assert wanted.units is not None
    assert wanted.units.codes == ("13000", HA_NAM)
