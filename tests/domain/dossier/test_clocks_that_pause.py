"""Tests that an event records a pause of clocks only when clocks run."""

from __future__ import annotations

import pytest

from domain.dossier.commands import RequestSupplement
from domain.dossier.context import Context
from domain.dossier.deciding.payment_requests import requested
from domain.dossier.events import SupplementRequested
from domain.procedures.procedure import Procedure
from tests.support.given import DESK, OFFICER, paid_for, processing, submitted
from tests.support.small_province import FREE, RULEBOOK, UNLIMITED

ASKED = RequestSupplement(documents=("don",), legal_basis="Điều 9")


def test_a_supplement_before_intake_pauses_no_clock() -> None:
    """A supplement before intake pauses no clock, since clocks start at intake."""
    (asked,) = submitted().when(DESK, ASKED)
    assert isinstance(asked, SupplementRequested)
    assert not asked.pauses


@pytest.mark.parametrize(("procedure", "pauses"), [(FREE, True), (UNLIMITED, False)])
def test_while_processing_it_pauses_those_that_there_are(procedure: Procedure, pauses: bool) -> None:
    """During processing a supplement or a fee pauses the clocks that the procedure has."""
    case = processing(procedure)
    context = Context(now=case.now, actor=OFFICER, rulebook=RULEBOOK)
    assert requested(case.dossier, 1, context.rules(case.dossier), context).pauses is pauses
    (asked,) = case.when(OFFICER, ASKED)
    assert isinstance(asked, SupplementRequested)
    assert asked.pauses is pauses


def test_a_fee_that_is_asked_for_at_intake_pauses_the_clocks_that_start_there() -> None:
    """A fee that is requested with the acceptance pauses the clocks that start there."""
    asked = [event for event in paid_for().events if event.kind == "payment_requested"]
    assert [event.pauses for event in asked] == [True]
