"""Tests of the rules that dossiers pin: earlier ones are read from the table once, and only so many are kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from activities.ledger.pool import DatabaseUnavailable, Pool, open_pool
from activities.ledger.rules_store import RulesStore
from domain.dossier.commands import Accept
from domain.dossier.state import Dossier
from domain.errors import NotFound
from domain.rules.rulebook import Rulebook
from gateway.client.pinned_rules import PinnedRules
from tests.support.databases import Database
from tests.support.given import DESK, submitted
from tests.support.small_province import CALENDAR, ESCALATION, ORGANISATION, PROCEDURES, RULEBOOK

pytestmark = pytest.mark.stack

TODAY = Rulebook.of(*PROCEDURES, CALENDAR)
"""Of the rules that the dossier pins, the organisation and the escalation ladder are earlier ones."""


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    opened = await open_pool(database.url, 2)
    await RulesStore(opened).publish(RULEBOOK.stored())
    yield opened
    await opened.close()


@pytest.fixture
def dossier() -> Dossier:
    case = submitted()
    case.when(DESK, Accept())
    return case.dossier


async def test_earlier_rules_are_read_once(pool: Pool, dossier: Dossier) -> None:
    """A rule that was read is not asked for again: its name is its content."""
    rules = PinnedRules(pool, TODAY)
    first = await rules.of(dossier)
    assert (first.organisation, first.escalation) == (ORGANISATION, ESCALATION)
    await pool.close()
    again = await rules.of(dossier)
    assert again.organisation is first.organisation


async def test_only_so_many_are_kept(pool: Pool, dossier: Dossier) -> None:
    """When more earlier rules were read than are kept, all are forgotten, and read again when they are asked for."""
    rules = PinnedRules(pool, TODAY, most=1)
    for _ in range(2):
        assert (await rules.of(dossier)).organisation == ORGANISATION
    await pool.close()
    with pytest.raises(DatabaseUnavailable):
        await rules.of(dossier)


async def test_a_rule_that_was_never_published_is_looked_for_each_time(pool: Pool, dossier: Dossier) -> None:
    """A rule that is absent now may be published later: its absence is not kept."""
    pins = dossier.pins.model_copy(update={"calendar": "0" * 64})
    rules = PinnedRules(pool, TODAY)
    for _ in range(2):
        with pytest.raises(NotFound) as refused:
            await rules.of(replace(dossier, pins=pins))
        assert refused.value.code == "unknown_rule"
