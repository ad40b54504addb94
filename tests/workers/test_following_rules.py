"""Tests that a worker loads every published rule, whenever it is published."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from activities.ledger.pool import open_pool
from activities.ledger.rules_store import RulesStore
from domain.rules.rulebook import Rulebook, RuleKind, StoredRule, content_hash, rule_text
from tests.support.databases import Database
from tests.support.small_province import CALENDAR
from tests.support.waiting import until
from workers.worker import follow_rules, load_rules
from workflows import rules_in_force

pytestmark = pytest.mark.stack


@pytest.fixture
def nothing_known() -> Iterator[None]:
    """Given: a process that has loaded no rule yet."""
    before = rules_in_force.rulebook()
    rules_in_force.install(Rulebook())
    yield
    rules_in_force.install(before)


@pytest.mark.usefixtures("nothing_known")
async def test_a_rule_published_while_the_worker_starts_is_learned(database: Database) -> None:
    """A rule that is published between the first load and the first check is loaded."""
    calendar = CALENDAR.model_copy(update={"version": "published-meanwhile"})
    rule = StoredRule(kind=RuleKind.CALENDAR, hash=content_hash(calendar), text=rule_text(calendar))
    pool = await open_pool(database.url, 2)
    stopping = asyncio.Event()
    try:
        store = RulesStore(pool)
        await load_rules(store)
        await store.publish([rule])
        following = asyncio.create_task(follow_rules(store, stopping))
        await until(
            lambda: rule.hash in {one.hash for one in rules_in_force.rulebook().stored()}, "the worker knows the rule"
        )
        stopping.set()
        await following
    finally:
        await pool.close()
