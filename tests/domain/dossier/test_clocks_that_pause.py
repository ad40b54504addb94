"""What an event says of clocks that pause is so: none pauses before intake, or where no limit is counted."""

from __future__ import annotations

import pytest

from domain.dossier.commands import RequestSupplement
from domain.dossier.context import Context
from domain.dossier.deciding.payments import requested
from domain.dossier.events import SupplementRequested
from domain.procedures.procedure import Procedure
from tests.support.given import DESK, OFFICER, paid_for, processing, submitted
from tests.support.small_province import FREE, RULEBOOK, UNLIMITED

ASKED = RequestSupplement(documents=("don",), legal_basis="Điều 9")


def test_a_supplement_before_intake_pauses_no_clock() -> None:
    """They start at intake."""
    (asked,) = submitted().when(DESK, ASKED)
    assert isinstance(asked, SupplementRequested)
    assert not asked.pauses


@pytest.mark.parametrize(("procedure", "pauses"), [(FREE, True), (UNLIMITED, False)])
def test_while_processing_it_pauses_those_that_there_are(procedure: Procedure, pauses: bool) -> None:
    """A procedure that publishes no limit has none; a fee that is asked for is told in the same way."""
    case = processing(procedure)
    context = Context(now=case.now, actor=OFFICER, rulebook=RULEBOOK)
    assert requested(case.dossier, 1, context.rules(case.dossier), context).pauses is pauses
    (asked,) = case.when(OFFICER, ASKED)
    assert isinstance(asked, SupplementRequested)
    assert asked.pauses is pauses


def test_a_fee_that_is_asked_for_at_intake_pauses_the_clocks_that_start_there() -> None:
    """In the same act as the acceptance."""
    asked = [event for event in paid_for().events if event.kind == "payment_requested"]
    assert [event.pauses for event in asked] == [True]
