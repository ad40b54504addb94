"""Tests of whom the player sends a step as."""

from __future__ import annotations

from datetime import datetime

import pytest

from activities.province import load_province
from domain.changed import changed
from domain.dossier.state import Dossier
from domain.organisation.staff import Staff
from domain.roles import Actor, Role
from domain.values import VIETNAM
from tests.support.given import processing
from tools.demo.case_player import holder
from workers.checkout import CHECKOUT

NOW = datetime(2026, 11, 27, 9, tzinfo=VIETNAM)
CHOSEN = Actor(person="cb.14434.specialist.1", role=Role.SPECIALIST, unit="14434")


@pytest.fixture(scope="module")
def staff() -> Staff:
    """The people of Ninh Bình."""
    return load_province(CHECKOUT / "deploy" / "ninh-binh").staff


def held(responsible: str, assignee: str | None) -> Dossier:
    """A dossier that this unit is in charge of, and whom its step was given to."""
    dossier = processing().dossier
    routing = changed(dossier.routing, competent="14434", responsible=responsible)
    return changed(dossier, routing=routing, processing=changed(dossier.processing, assignee=assignee))


@pytest.mark.parametrize(
    ("dossier", "unit"),
    [
        (held("14434", "cb.14434.specialist.1"), "14434"),
        (held("TTPVHCC", "cb.TTPVHCC.specialist.1"), "TTPVHCC"),
        (held("TTPVHCC", "cb.14434.specialist.1"), "14434"),
    ],
    ids=["in the unit", "of the level above, after a take-over", "given before a take-over"],
)
def test_the_holder_acts_for_the_unit_where_they_work(dossier: Dossier, unit: str, staff: Staff) -> None:
    """The unit that was looked at before may not be theirs: the engine refuses such an actor."""
    found = holder(dossier, CHOSEN, staff, NOW)
    assert found == Actor(person=dossier.processing.assignee, role=Role.SPECIALIST, unit=unit)


def test_nobody_has_it(staff: Staff) -> None:
    """Then it is whoever was chosen."""
    assert holder(held("TTPVHCC", None), CHOSEN, staff, NOW) == CHOSEN
