"""A rule that nobody published is told at once; one that is on its way to the worker is waited for."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Interceptor, OutboundInterceptor, StartWorkflowUpdateInput, WorkflowUpdateHandle

from activities.ledger.rules_store import RulesStore
from domain.deadlines.calendar import WorkingCalendar
from domain.dossier.commands import ChangeCalendar, MoveToSuccessor
from domain.dossier.decide import Act
from domain.rules.rulebook import RuleKind, StoredRule, content_hash, rule_text
from gateway.client.dossier_client import DossierClient
from gateway.client.engine_errors import Refused
from tests.support.dossier_steps import accepted
from tests.support.engine_harness import EngineHarness
from tests.support.given import OPERATOR
from tests.support.small_province import CALENDAR, SINCE
from tests.support.waiting import until
from workflows import rules_in_force

pytestmark = pytest.mark.stack

NOBODYS = "a" * 64


class Updates(Interceptor):
    """Counts the updates that a client sends."""

    sent = 0

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        """Every call to Temporal goes through it."""
        return _Counted(next, self)


class _Counted(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, updates: Updates) -> None:
        super().__init__(next)
        self._updates = updates

    async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> WorkflowUpdateHandle[Any]:
        self._updates.sent += 1
        return await super().start_workflow_update(input)


@pytest.mark.parametrize(
    "command",
    [
        ChangeCalendar(calendar=NOBODYS, letter="1/CĐ"),
        MoveToSuccessor(organisation=NOBODYS, effective=SINCE, source="1/NQ"),
    ],
    ids=lambda one: str(one.kind),
)
async def test_an_unknown_hash_is_told_at_once(harness: EngineHarness, command: Any) -> None:
    """`unknown_rule`: it is not sent again until a worker has learnt what nobody can teach it."""
    code = await accepted(harness)
    updates = Updates()
    client = DossierClient(harness.worked_by([updates]), harness.engine.reader, harness.task_queue)
    with pytest.raises(Refused) as refused:
        await client.send(code, Act(command_id=uuid4(), actor=OPERATOR, command=command))
    assert (refused.value.code, refused.value.facts["hash"]) == ("unknown_rule", NOBODYS)
    assert updates.sent == 1


async def test_a_rule_on_its_way_is_waited_for(harness: EngineHarness) -> None:
    """Published, and not yet loaded by the worker: the command waits for it, and acts."""
    code = await accepted(harness)
    calendar = WorkingCalendar.model_validate({**CALENDAR.model_dump(), "version": uuid4().hex[:8]})
    rule = StoredRule(kind=RuleKind.CALENDAR, hash=content_hash(calendar), text=rule_text(calendar))
    await RulesStore(harness.pool).publish([rule])
    act = Act(command_id=uuid4(), actor=OPERATOR, command=ChangeCalendar(calendar=rule.hash, letter="1/CĐ"))
    updates = Updates()
    client = DossierClient(harness.worked_by([updates]), harness.engine.reader, harness.task_queue)
    sending = asyncio.create_task(client.send(code, act))
    await until(lambda: updates.sent > 1, "the command was refused once, and is sent again")
    assert not sending.done()
    rules_in_force.install(rules_in_force.rulebook().adding(rule))
    await sending
    assert (await harness.kinds(code))[-1] == "calendar_changed"
