"""Tests of a late dossier that a level above took over, when the units below it merge."""

from __future__ import annotations

from typing import Any

import pytest

from domain.dossier.commands import Accept, AcknowledgeHandover, HandOver, RefuseHandover
from domain.dossier.revision import CURRENT, Revision
from domain.roles import Actor, Role
from tests.domain.dossier.test_rule_changes import BOTH, OPERATOR, WHOLE, Later, later, merger
from tests.support.given import DESK, HEAD, submitted
from tests.support.small_province import COMMITTEE, HA_NAM, PHU_LY

HEAD_AT_TOP = Actor(person="head.top", role=Role.HEAD_OF_UNIT, unit=COMMITTEE)
HEAD_OF_A1 = Actor(person="head.a1", role=Role.HEAD_OF_UNIT, unit="A1")


def taken_over(received_by: str = PHU_LY, revision: int = CURRENT, **changes: Any) -> Later:
    """Given: received by this unit for ward Hà Nam, and taken over by the provincial committee when it was late."""
    case = submitted(received_by=received_by, **changes)
    case.when(DESK.model_copy(update={"unit": received_by}), Accept())
    case.when(HEAD, AcknowledgeHandover())
    case.until("2025-08-15 09:00").tick()
    assert (case.dossier.routing.competent, case.dossier.routing.responsible) == (HA_NAM, COMMITTEE)
    followed = later(case, "2025-08-15 09:30")
    followed.revision = revision
    return followed


@pytest.mark.parametrize(
    ("received_by", "revision", "responsible"),
    [
        (PHU_LY, CURRENT, COMMITTEE),
        (COMMITTEE, CURRENT, COMMITTEE),
        (PHU_LY, Revision.THIRD, COMMITTEE),
        (COMMITTEE, Revision.THIRD, "A1"),
    ],
)
def test_a_merger_does_not_give_it_back(received_by: str, revision: int, responsible: str) -> None:
    """The level that took it over keeps it, also if it is the one that received it: until the third revision the
    merger then gave it to the ward, and the replay of such a run repeats that."""
    case = taken_over(received_by, revision)
    case.when(OPERATOR, merger(WHOLE))
    assert (case.dossier.routing.competent, case.dossier.routing.responsible) == ("A1", responsible)
    assert case.dossier.routing.taken_over is (responsible == COMMITTEE)


@pytest.mark.parametrize("revision", [CURRENT, Revision.THIRD])
def test_a_handover_lapses_when_its_receiver_becomes_the_competent_unit(revision: int) -> None:
    """The level hands a dossier over to a ward that merges with the competent one: nothing is left to hand over, and
    the level keeps it. Until the third revision the ward could refuse it, as if routing had sent it, into the queue."""
    case = taken_over(revision=revision)
    case.when(HEAD_AT_TOP, HandOver(unit=PHU_LY, legal_basis="Điều 4"))
    case.when(OPERATOR, merger(BOTH))
    assert (case.dossier.routing.competent, case.dossier.routing.responsible) == ("A1", COMMITTEE)
    assert (case.dossier.handovers.open is None) is (revision == CURRENT)
    if revision == Revision.THIRD:
        assert case.kinds(HEAD_OF_A1, RefuseHandover(legal_basis="Điều 9")) == ["handover_refused", "dossier_routed"]
