"""Tests of the conditions for a valid organisation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from pydantic import ValidationError

from domain.organisation.organisation import Organisation
from domain.organisation.units import Mandate, Unit
from tests.support.small_organisation import (
    MERGER,
    UNITS,
    N,
    a_former_unit,
    a_unit,
    an_organisation,
)


def a_mandate(code: str, giver: str, receiver: str | None, **changes: object) -> Mandate:
    """A delegation of one procedure since the merger."""
    return Mandate.model_validate(
        {
            "code": code,
            "giver": giver,
            "receiver": receiver,
            "procedures": ("1.1",),
            "source": "1/QĐ",
            "valid_from": MERGER,
            **changes,
        }
    )


CASES: dict[str, tuple[str, Callable[[], object]]] = {
    "two units with one code at once": (
        "dates_overlap",
        lambda: Organisation(units=(*UNITS, a_unit("N", authority_id="H42.second", valid_from=date(2025, 9, 1)))),
    ),
    "a code unused for some days": (
        "dates_gap",
        lambda: an_organisation(
            a_former_unit("A", "N"), a_unit("A", valid_from=date(2025, 7, 2), authority_id="H42.A.new")
        ),
    ),
    "two units whose dossiers would share codes": (
        "duplicate_authority_id",
        lambda: an_organisation(a_unit("Z", authority_id=N.authority_id)),
    ),
    "a parent that does not exist": ("unknown_parent", lambda: an_organisation(a_unit("Z", parent="NOBODY"))),
    "a parent that opens later than its child": (
        "unknown_parent",
        lambda: an_organisation(a_unit("Z", parent="N", valid_from=date(2025, 1, 1))),
    ),
    "a line of parents that goes in a circle": (
        "organisation_cycle",
        lambda: an_organisation(a_unit("Y", parent="Z"), a_unit("Z", parent="Y")),
    ),
    "its own parent": ("organisation_cycle", lambda: an_organisation(a_unit("Z", parent="Z"))),
    "a successor that does not exist": ("unknown_successor", lambda: an_organisation(a_former_unit("Z", "NOBODY"))),
    "a successor that was closed on the same day": (
        "unknown_successor",
        lambda: an_organisation(a_former_unit("Z", "A"), a_former_unit("A", "N")),
    ),
    "a closed unit that nobody took over": ("closed_without_successor", lambda: a_former_unit("Z")),
    "a successor of a unit that is still open": (
        "successor_of_open_unit",
        lambda: a_unit("Z", successors=({"code": "N"},)),
    ),
    "a unit that ends before it begins": (
        "dates_reversed",
        lambda: a_former_unit("Z", "N", valid_from=date(2026, 1, 1)),
    ),
    "a delegation to oneself": (
        "mandate_to_oneself",
        lambda: an_organisation(mandates=(a_mandate("m", "OFFICE", "OFFICE"),)),
    ),
    "delegations in a ring": (
        "mandate_ring",
        lambda: an_organisation(mandates=(a_mandate("m1", "OFFICE", "CENTRE"), a_mandate("m2", "CENTRE", "OFFICE"))),
    ),
    "one competence delegated twice": (
        "mandate_twice",
        lambda: an_organisation(mandates=(a_mandate("m1", "OFFICE", "CENTRE"), a_mandate("m2", "OFFICE", "N"))),
    ),
    "a delegation to a unit that does not exist then": (
        "unknown_mandate_unit",
        lambda: an_organisation(mandates=(a_mandate("m", "OFFICE", "N", valid_from=date(2025, 1, 1)),)),
    ),
}


@pytest.mark.parametrize(("code", "build"), CASES.values(), ids=CASES.keys())
def test_an_inconsistent_organisation_does_not_construct(code: str, build: Callable[[], object]) -> None:
    """An overlap, gap, cycle, ring, or an unknown parent or successor is refused with its code."""
    with pytest.raises(ValidationError, match=code):
        build()


def test_a_consistent_organisation_constructs() -> None:
    """The same units without a fault are accepted."""
    mandate = a_mandate("m", "OFFICE", None)
    organisation = an_organisation(mandates=(mandate,))
    assert organisation.mandate("OFFICE", "1.1", MERGER) == mandate
    assert organisation.mandate("OFFICE", "1.2", MERGER) is None
    assert organisation.mandate("OFFICE", "1.1", date(2025, 6, 30)) is None
    assert isinstance(organisation.unit("N", MERGER), Unit)
