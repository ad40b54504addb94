"""What the stories and the tests around them do with a dossier."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import ResetReapplyExcludeType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest

from activities.adapters.messages import OutsideCode
from activities.ledger.contracts import entry_of
from activities.ledger.rules_store import RulesStore
from activities.ledger.store import Ledger
from domain.deadlines.calendar import DatedException, ExceptionKind, WorkingCalendar
from domain.dossier.commands import Accept, Approve, CompleteStep, Sign
from domain.dossier.context import Context
from domain.dossier.decide import Act, decide
from domain.dossier.effect_id import EffectId, EffectKind
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import RecordFailure
from domain.dossier.revision import CURRENT, Revision
from domain.dossier.state import State
from domain.organisation.merger import Closing, Merger, Opening, merged
from domain.organisation.units import Successor, UnitLevel
from domain.outside_systems import System
from domain.procedures.procedure import Procedure
from domain.roles import ENGINE, Actor
from domain.rules.rulebook import RuleKind, StoredRule, content_hash, rule_text
from domain.values import VIETNAM, Bilingual
from gateway.client.dossier_client import TASK_WITHIN
from tests.support.engine_harness import EngineHarness
from tests.support.engine_under_test import EngineUnderTest
from tests.support.given import DESK, DOCUMENT, HEAD, OFFICER, OFFICIAL
from tests.support.small_province import CALENDAR, CENTRE, FREE, HA_NAM, ORGANISATION, PAID, RULEBOOK
from tests.support.waiting import until
from workflows import rules_in_force
from workflows.messages import OpenDossier

STORM = "Công điện 1/CĐ-UBND"
RESOLUTION = "Nghị quyết 1/NQ"


def sign(code: str) -> Sign:
    """The order to sign, under a number that no other dossier has: an authority gives a number once a year."""
    return Sign(document=DOCUMENT, result_number=f"{code}-KS")


async def accepted(harness: EngineUnderTest, procedure: Procedure = FREE) -> str:
    """A dossier that was submitted online and accepted."""
    code = (await harness.submit(procedure)).dossier
    await harness.act(code, DESK, Accept())
    return code


async def ordered(harness: EngineUnderTest, code: str | None = None) -> tuple[str, str]:
    """A dossier with a fee, this one or a new one, accepted, and the order that the applicant is to pay."""
    code = code or await accepted(harness, PAID)
    now = await harness.until(code, lambda one: one.payment.order is not None)
    return code, now.payment.order or ""


async def paid(harness: EngineUnderTest, code: str | None = None) -> str:
    """A dossier with a fee, this one or a new one: the identity verified, the order made, paid, called back."""
    code, order = await ordered(harness, code)
    await harness.pay(order)
    await harness.call_back(code, order)
    await harness.until(code, lambda one: one.state is State.ACCEPTED)
    return code


async def approved(harness: EngineUnderTest, code: str) -> str:
    """Processed and approved: it waits for its signature."""
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, HEAD, Approve(step="approve"))
    return code


async def ordered_to_be_signed(harness: EngineUnderTest, code: str, signer: Any = OFFICIAL) -> str:
    """Processed, approved, and the signature ordered."""
    await harness.act(await approved(harness, code), signer, sign(code))
    return code


async def a_storm(harness: EngineHarness) -> StoredRule:
    """The small province's calendar with a fortnight closed, published and known to the worker."""
    rule = a_storm_that_the_worker_knows()
    await RulesStore(harness.pool).publish([rule])
    return rule


def a_storm_that_the_worker_knows() -> StoredRule:
    """The same, published nowhere."""
    days = (datetime.now(VIETNAM).date() + timedelta(days=n) for n in range(1, 15))
    closed = tuple(
        DatedException(day=day, kind=ExceptionKind.CLOSURE, name=Bilingual(vi="Bão", en="Storm"), source=STORM)
        for day in days
        if CALENDAR.sessions_on(day)
    )
    calendar = WorkingCalendar.model_validate({**CALENDAR.model_dump(), "exceptions": closed})
    rule = StoredRule(kind=RuleKind.CALENDAR, hash=content_hash(calendar), text=rule_text(calendar))
    rules_in_force.install(rules_in_force.rulebook().adding(rule))
    return rule


async def a_version_with_a_step_more(harness: EngineHarness) -> StoredRule:
    """A later version of the procedure without a fee, with a step `check` after the first; published and known."""
    first, *others = FREE.steps
    check = first.model_copy(update={"code": "check", "name": "Thẩm tra", "share": 10})
    steps = (first.model_copy(update={"share": first.share - 10}), check, *others)
    version = FREE.model_copy(update={"decision": "2/QĐ-UBND", "steps": steps})
    rule = StoredRule(kind=RuleKind.PROCEDURE, hash=content_hash(version), text=rule_text(version))
    rules_in_force.install(rules_in_force.rulebook().adding(rule))
    await RulesStore(harness.pool).publish([rule])
    return rule


async def a_merged_organisation(harness: EngineHarness) -> tuple[StoredRule, date]:
    """The small province after ward Hà Nam has become commune A1 tomorrow, published and known to the worker; and the
    day of tomorrow."""
    effective = datetime.now(VIETNAM).date() + timedelta(days=1)
    opened = Opening(code="A1", name="Xã Mới", level=UnitLevel.COMMUNE, parent=CENTRE, authority_id="N.A1")
    closed = Closing(code=HA_NAM, successors=(Successor(code="A1"),))
    merger = Merger(effective=effective, source=RESOLUTION, closed=(closed,), opened=(opened,))
    after = merged(ORGANISATION, merger)
    rule = StoredRule(kind=RuleKind.ORGANISATION, hash=content_hash(after), text=rule_text(after))
    rules_in_force.install(rules_in_force.rulebook().adding(rule))
    await RulesStore(harness.pool).publish([rule])
    return rule, effective


async def reset(harness: EngineHarness, code: str, to_task: int = 0, *, updates_too: bool = False) -> str:
    """Resets the dossier's workflow to its completed workflow task of that number; returns the id of the new run.

    Temporal sends the updates that came later once more, but for `updates_too`: then they are lost with the rest.
    """
    client = harness.env.client

    async def finished() -> int | None:
        """The event of that task. A run that has just gone on from another one has completed none yet."""
        tasks = [
            event.event_id
            async for event in harness.handle(code).fetch_history_events()
            if event.HasField("workflow_task_completed_event_attributes")
        ]
        return tasks[to_task] if to_task < len(tasks) else None

    finish = await until(finished, f"{code} has completed its task {to_task}")
    lost = [ResetReapplyExcludeType.RESET_REAPPLY_EXCLUDE_TYPE_UPDATE] if updates_too else []
    answer = await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=code),
            reason="a test",
            workflow_task_finish_event_id=finish,
            request_id=str(uuid4()),
            reset_reapply_exclude_types=lost,
        )
    )
    return answer.run_id


async def restart(harness: EngineHarness, code: str) -> None:
    """An operator starts anew a workflow that goes on by itself."""
    await harness.restart(code, although_sound=True)


async def set_back(harness: EngineHarness, code: str) -> None:
    """Operators set it back to its first task, and it has read the record; whoever sent it something is gone."""
    await reset(harness, code, updates_too=True)
    await harness.until_workflow(code, lambda now: now.pins is not None)


async def set_back_and_sent_again(harness: EngineHarness, code: str) -> None:
    """The same, but what it was sent is sent to it again by Temporal."""
    await reset(harness, code)
    await harness.until_workflow(code, lambda now: now.pins is not None)


async def under_revision(harness: EngineHarness, code: str, revision: Revision, queue: str | None = None) -> str:
    """Given: the dossier's run is one that an earlier release started, so that it goes that release's way. Its id.

    `queue`: where it goes on, if not at the harness's own workers.
    """
    client, snapshot = harness.env.client, await harness.known(code)
    await harness.handle(code).terminate("another release takes it over")
    with harness.env.with_time_skipping_disabled():
        await client.start_workflow(
            "Dossier",
            OpenDossier(code=code, snapshot=snapshot, revision=revision),
            id=code,
            task_queue=queue or harness.task_queue,
            task_timeout=TASK_WITHIN,
        )
    await harness.until_workflow(code, lambda now: now.version == snapshot.version)
    return await harness.run_of(code)


async def written_and_lost(harness: EngineHarness, code: str, actor: Actor, command: Any) -> UUID:
    """Given: an act that a task of the dossier's workflow wrote to the ledger before the task was lost."""
    act = Act(command_id=uuid4(), actor=actor, command=command)
    dossier = await harness.known(code)
    now = (await harness.database_time()).astimezone(VIETNAM)
    events = decide(dossier, act, Context(now=now, actor=actor, rulebook=RULEBOOK, revision=CURRENT))
    await Ledger(harness.pool).record(entry_of(dossier, evolve_all(dossier, events), act, events, RULEBOOK))
    return act.command_id


async def accepted_and_lost(harness: EngineHarness) -> tuple[str, UUID]:
    """Given: a dossier with a fee, whose task of the acceptance was lost after the quick order got no answer.

    The ledger has both, and the workflow neither. The id is that of the acceptance.
    """
    code = (await harness.submit(PAID)).dossier
    command_id = await written_and_lost(harness, code, DESK, Accept())
    order = EffectId(EffectKind.PAYMENT_ORDER, (await harness.known(code)).payment.attempt)
    unanswered = RecordFailure(effect=order, system=System.PAYMENTS, code=OutsideCode.TIMEOUT, final=False)
    await written_and_lost(harness, code, ENGINE, unanswered)
    return code, command_id
