"""Tests of a merger file: it gives an organisation or is refused with the reason, and applying it twice changes
nothing more."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.errors import DomainError
from domain.organisation.merger import Merger, merged
from domain.organisation.organisation import Organisation
from tests.support.ninh_binh import ninh_binh
from tests.support.small_organisation import LAST_DAY, MERGER, an_organisation

DAY = date(2027, 1, 1)
ORGANISATION = an_organisation()


def a_file(**changes: Any) -> Merger:
    """A merger in which N and M become P on 1 January 2027."""
    fields: dict[str, Any] = {
        "effective": DAY,
        "source": "Nghị quyết 9/NQ",
        "closed": ({"code": "N", "successors": [{"code": "P"}]}, {"code": "M", "successors": [{"code": "P"}]}),
        "opened": (an_opening("P"),),
        **changes,
    }
    return Merger.model_validate(fields)


def an_opening(code: str, **changes: Any) -> dict[str, Any]:
    """A commune that opens."""
    return {
        "code": code, "name": f"Xã {code}", "level": "commune", "parent": "CENTRE", "authority_id": f"H42.{code}.2027",
        **changes,
    }  # fmt: skip


def test_units_close_the_day_before_and_open_on_the_day() -> None:
    """Old units end on the day before and new ones start on the day, and earlier successions are followed on."""
    after = merged(ORGANISATION, a_file())
    assert after.unit("N", DAY - timedelta(days=1)).successors[0].code == "P"
    assert after.find("N", DAY) is None
    assert after.unit("P", DAY).valid_from == DAY
    assert [unit.code for unit in after.successors_on(after.unit("A", LAST_DAY), DAY)] == ["P"]


def test_applied_twice_it_is_the_same_organisation() -> None:
    """A merger that is applied twice gives an equal organisation, so nothing new is published."""
    after = merged(ORGANISATION, a_file())
    assert merged(after, a_file()) is after


def test_half_applied_it_is_completed() -> None:
    """When one unit was already closed in the same way, the rest of the merger is applied."""
    half = merged(ORGANISATION, a_file(closed=({"code": "N", "successors": [{"code": "P"}]},)))
    assert merged(half, a_file()) == merged(ORGANISATION, a_file())


def test_a_code_is_reused_without_gap_or_overlap() -> None:
    """When N closes and a new N opens, the code has two units without a gap or an overlap."""
    closed = ({"code": "N", "successors": [{"code": "N"}]}, {"code": "M", "successors": [{"code": "N"}]})
    after = merged(ORGANISATION, a_file(closed=closed, opened=(an_opening("N"),)))
    before, now = after.unit("N", DAY - timedelta(days=1)), after.unit("N", DAY)
    assert (before.name, now.name) == ("Phường Nam Hà", "Xã N")


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "a successor that does not exist": (
        {"closed": ({"code": "N", "successors": [{"code": "Q"}]},), "opened": ()}, "merger_invalid", "Q",
    ),
    "a successor that closes too": (
        {"closed": ({"code": "N", "successors": [{"code": "M"}]}, {"code": "M", "successors": [{"code": "N"}]}),
         "opened": ()}, "merger_invalid", "N",
    ),
    "a cycle above the units": (
        {"opened": (an_opening("P", parent="R"), an_opening("R", parent="P"))}, "merger_invalid", "P",
    ),
    "a unit that nobody knows": (
        {"closed": ({"code": "Z", "successors": [{"code": "P"}]},)}, "merger_unit_unknown", "Z",
    ),
    "a unit that closed years ago": (
        {"closed": ({"code": "A", "successors": [{"code": "P"}]},)}, "merger_unit_unknown", "A",
    ),
    "a unit twice": (
        {"opened": (an_opening("P"), an_opening("P"))}, "merger_unit_twice", "P",
    ),
    "a new unit whose code is in use": (
        {"opened": (an_opening("P"), an_opening("OFFICE"))}, "merger_unit_open", "OFFICE",
    ),
    "the identifier of another authority": (
        {"opened": (an_opening("P", authority_id="H42.M.2025"),)}, "merger_invalid", "P",
    ),
    "a parent that does not exist": (
        {"opened": (an_opening("P", parent="NOWHERE"),)}, "merger_invalid", "P",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_file_that_does_not_hold_together_is_refused(what: str) -> None:
    """An inconsistent file is refused with a code, the unit and a sentence in both languages."""
    changes, code, named = WRONG[what]
    with pytest.raises(DomainError) as refused:
        merged(ORGANISATION, a_file(**changes))
    assert refused.value.code == code
    assert named in refused.value.message.vi
    assert named in refused.value.message.en


def test_closed_otherwise_is_a_conflict() -> None:
    """A unit that was closed on the same day with other successors is a conflict for a person."""
    after = merged(ORGANISATION, a_file())
    other = a_file(closed=({"code": "N", "successors": [{"code": "OFFICE"}]},), opened=())
    with pytest.raises(DomainError) as refused:
        merged(after, other)
    assert refused.value.code == "merger_closed_otherwise"


def test_the_real_merger_is_the_one_of_the_configuration() -> None:
    """A merger file made from the old provinces' closings and openings gives today's organisation."""
    known = ninh_binh().organisation
    old = tuple(unit for unit in known.units if unit.in_force(LAST_DAY))
    eve = Organisation(units=tuple(unit.model_copy(update={"valid_to": None, "successors": ()}) for unit in old))
    opened = [
        unit.model_dump(exclude={"valid_from", "valid_to", "successors"})
        for unit in known.units
        if unit.valid_from == MERGER
    ]
    closed = [{"code": unit.code, "successors": unit.model_dump()["successors"]} for unit in old]
    file = Merger.model_validate({"effective": MERGER, "source": "Nghị quyết", "closed": closed, "opened": opened})
    assert set(merged(eve, file).units) == set(known.units)
    assert merged(known, file) is known
