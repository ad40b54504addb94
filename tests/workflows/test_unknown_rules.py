"""A rule that nobody published is told at once; one that is on its way to the worker is waited for."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from activities.ledger.rules_store import RulesStore
from domain.deadlines.calendar import WorkingCalendar
from domain.dossier.commands import ChangeCalendar, MoveToSuccessor
from domain.dossier.decide import Act
from domain.rules.rulebook import RuleKind, StoredRule, content_hash, rule_text
from gateway.client.engine_errors import Refused
from tests.support.dossier_steps import accepted
from tests.support.engine_harness import EngineHarness
from tests.support.given import OPERATOR
from tests.support.small_province import CALENDAR, SINCE
from workflows import rules_in_force

pytestmark = pytest.mark.stack

NOBODYS = "a" * 64


@pytest.mark.parametrize(
    "command",
    [
        ChangeCalendar(calendar=NOBODYS, letter="1/CĐ"),
        MoveToSuccessor(organisation=NOBODYS, effective=SINCE, source="1/NQ"),
    ],
    ids=lambda one: str(one.kind),
)
async def test_an_unknown_hash_is_told_at_once(harness: EngineHarness, command: Any) -> None:
    """`unknown_rule`, which does not wait for a worker to learn what nobody can teach it."""
    code = await accepted(harness)
    async with asyncio.timeout(10):  # the client's patience with a rule on its way is thirty seconds
        with pytest.raises(Refused) as refused:
            await harness.send(code, Act(command_id=uuid4(), actor=OPERATOR, command=command))
    assert (refused.value.code, refused.value.facts["hash"]) == ("unknown_rule", NOBODYS)


async def test_a_rule_on_its_way_is_waited_for(harness: EngineHarness) -> None:
    """Published, and not yet loaded by the worker: the command waits for it, and acts."""
    code = await accepted(harness)
    calendar = WorkingCalendar.model_validate({**CALENDAR.model_dump(), "version": uuid4().hex[:8]})
    rule = StoredRule(kind=RuleKind.CALENDAR, hash=content_hash(calendar), text=rule_text(calendar))
    await RulesStore(harness.pool).publish([rule])
    act = Act(command_id=uuid4(), actor=OPERATOR, command=ChangeCalendar(calendar=rule.hash, letter="1/CĐ"))
    sending = asyncio.create_task(harness.send(code, act))
    await asyncio.sleep(1)
    assert not sending.done()
    rules_in_force.install(rules_in_force.rulebook().adding(rule))
    await sending
    assert (await harness.kinds(code))[-1] == "calendar_changed"
