"""What lists tell of the letters that changed a dossier's calendar."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest

from activities.ledger.rules_store import RulesStore
from domain.deadlines.limits import WhichClock
from domain.dossier.commands import ChangeCalendar
from domain.dossier.decide import Act
from domain.values import VIETNAM
from gateway.views.calendar_changes import calendar_changes
from tests.support.dossier_steps import STORM, a_storm_that_the_worker_knows, accepted
from tests.support.engine_harness import EngineHarness
from tests.support.given import OPERATOR

pytestmark = pytest.mark.stack


async def test_a_calendar_that_cannot_be_read_hides_a_date_and_no_list(harness: EngineHarness) -> None:
    """The letter is told all the same, and the bound date as soon as the rule is there; an untouched dossier is not
    among them."""
    code, untouched = await accepted(harness), await accepted(harness)
    rule = a_storm_that_the_worker_knows()
    command = ChangeCalendar(calendar=rule.hash, letter=STORM)
    await harness.send(code, Act(command_id=uuid4(), actor=OPERATOR, command=command))
    now = datetime.now(VIETNAM)
    changes = await calendar_changes(harness.pool, [code, untouched], now)
    assert {one: [letter.letter for letter in told.letters] for one, told in changes.items()} == {code: [STORM]}
    assert changes[code].bound == ()
    await RulesStore(harness.pool).publish([rule])
    assert (await calendar_changes(harness.pool, [code], now))[code].of(WhichClock.STATUTORY) is not None
