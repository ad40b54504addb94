"""Tests of whom the player sends a step as."""

from __future__ import annotations

from domain.changed import changed
from domain.roles import Actor, Role
from tests.support.given import OFFICER, processing
from tools.demo.case_player import holder

CHOSEN = Actor(person="cb.13285.specialist.1", role=Role.SPECIALIST, unit="13285")


def test_the_holder_of_a_dossier_that_was_taken_over_acts_for_the_level_above() -> None:
    """The unit was looked at before the take-over, and the officer of the level above works in no commune."""
    dossier = processing().dossier
    above = changed(
        dossier,
        routing=changed(dossier.routing, responsible="TTPVHCC"),
        processing=changed(dossier.processing, assignee="cb.TTPVHCC.specialist.1"),
    )
    assert holder(above, CHOSEN) == Actor(person="cb.TTPVHCC.specialist.1", role=Role.SPECIALIST, unit="TTPVHCC")


def test_the_holder_in_the_same_unit() -> None:
    """Whom the head of unit named."""
    dossier = processing().dossier
    assert holder(dossier, CHOSEN) == Actor(person=OFFICER.person, role=Role.SPECIALIST, unit=dossier.routing.competent)


def test_nobody_has_it() -> None:
    """Then it is whoever was chosen."""
    dossier = processing().dossier
    nobodys = changed(dossier, processing=changed(dossier.processing, assignee=None))
    assert holder(nobodys, CHOSEN) == CHOSEN
