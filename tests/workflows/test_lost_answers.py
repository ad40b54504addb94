"""Every activity that a workflow calls gives no answer, or a wrong one, live: the workflow goes on as it should, what
it did is in the record once, its history replays, and it takes the next command."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import WorkflowFailureError
from temporalio.testing import WorkflowEnvironment

from domain.dossier.commands import Accept, ConfirmPayment
from domain.dossier.revision import Revision
from domain.dossier.state import Identity
from domain.errors import DomainError
from domain.roles import Actor, Role
from domain.rollouts.plans import CalendarPlan, Retarget
from domain.rules.rulebook import content_hash, hash_of_text
from tests.support.activity_calls import ActivityCalls, Call, Spoilt, Way
from tests.support.databases import Database
from tests.support.dossier_steps import STORM, a_storm, accepted, reset, under_revision
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import CASHIER, DESK
from tests.support.principals import ROOT
from tests.support.small_province import CALENDAR, FREE, PAID
from tests.support.waiting import until
from workers.worker import rollout_worker
from workflows.messages import Receipt
from workflows.rollout import workflow_id

pytestmark = [pytest.mark.stack, pytest.mark.slow]

A_MOMENT = timedelta(seconds=0.3)

APPEND, APPEND_PATIENTLY = Call("ledger.append", local=True), Call("ledger.append", local=False)
SINCE, SINCE_PATIENTLY = Call("ledger.since", local=True), Call("ledger.since", local=False)
QUICK, PATIENT = Call("outside.quick_recorded", local=True), Call("outside.patient", local=False)
QUICK_UNRECORDED = Call("outside.quick", local=True)
"""The quick call of a run under an earlier revision: another activity writes its outcome."""
ENLIST, WORK, FINISH = (Call(f"rollouts.{name}", local=False) for name in ("enlist", "work", "finish"))
AUDIENCES = Call("escalation.audiences", local=True)
AUDIENCES_PATIENTLY = Call("escalation.audiences", local=False)
OF_A_DOSSIER = (
    APPEND, APPEND_PATIENTLY, SINCE, SINCE_PATIENTLY, QUICK, QUICK_UNRECORDED, PATIENT, AUDIENCES, AUDIENCES_PATIENTLY,
)  # fmt: skip
OF_A_ROLLOUT = (ENLIST, WORK, FINISH)
"""Every call is spoilt in every way below: those of a dossier one by one, those of a rollout by `OF_A_ROLLOUT`."""


@pytest.fixture
def calls() -> Iterator[ActivityCalls]:
    """Who spoils the answers. A call that is made in another way, and that no test here spoils, fails the test."""
    of_this_test = ActivityCalls()
    yield of_this_test
    assert of_this_test.seen <= {*OF_A_DOSSIER, *OF_A_ROLLOUT}


@pytest.fixture
async def harness(
    database: Database, temporal_env: WorkflowEnvironment, calls: ActivityCalls
) -> AsyncIterator[EngineHarness]:
    """The harness, whose workers give the answers that they are told to, and wait for a moment only when stopped."""
    async with open_engine_harness(database, temporal_env, [calls], A_MOMENT) as opened:
        yield opened


async def test_no_activity_is_forgotten(harness: EngineHarness) -> None:
    """A workflow can call what its workers have: each of these activities is spoilt in this module."""
    rollouts = rollout_worker(harness.env.client, harness.pool, harness.task_queue)
    workers = [*harness.workers, rollouts]
    offered = {
        activity._Definition.must_from_callable(one).name for worker in workers for one in worker.config()["activities"]
    }
    assert offered == {call.activity for call in (*OF_A_DOSSIER, *OF_A_ROLLOUT)}


async def insisted(harness: EngineHarness, code: str, actor: Actor, command: Any) -> Receipt:
    """What a good client does: sends the same again until it is answered, and anew what was refused for no reason of
    the dossier's."""

    async def answered() -> Receipt | None:
        command_id = uuid4()
        try:
            return await harness.insist(lambda: harness.act(code, actor, command, command_id=command_id))
        except DomainError as error:
            if error.code != "spoilt":
                raise
            return None

    return await until(answered, f"{code} takes {command.kind}", 90)


async def repaired(harness: EngineHarness, code: str) -> None:
    """The dossier is told as stuck, and an operator starts it anew."""

    async def stuck() -> bool:
        return code in {one.dossier for one in await harness.engine.executors.stuck()}

    await until(stuck, f"{code} is told as stuck", 60)
    await harness.restart(code)


async def went_on(harness: EngineHarness, code: str, *runs: str) -> None:
    """The dossier is where it would be had nothing gone wrong: everything once, in step, replayable, and open."""
    await harness.until(code, lambda one: one.payment.order is not None and one.applicant.identity is Identity.MATCHES)
    await insisted(harness, code, CASHIER, ConfirmPayment(amount=20_000, voucher=f"BL-{code}"))
    kinds = await harness.kinds(code)
    once = ("dossier_accepted", "identity_verified", "payment_order_created", "payment_confirmed")
    assert {kind: kinds.count(kind) for kind in once} == dict.fromkeys(once, 1)
    for system in ("payments", "population"):
        effects = (await harness.inspect(system))["effects"]
        assert {effect["times"] for effect in effects} <= {1}, system
    await harness.in_step(code)
    for run in runs:
        await harness.replays(code, run)


async def disturbed(harness: EngineHarness, calls: ActivityCalls, code: str, one: Spoilt) -> None:
    """What happens around a call that has no answer yet."""
    async with asyncio.timeout(60):
        await one.reached.wait()
    if one.way is Way.CANCELLED:
        await harness.handle(code).cancel()
    if one.way is Way.STOPPED:
        await harness.close_workers()
        await harness.open_workers([calls])


def ways(call: Call, role: Role | None, way: Way) -> list[Spoilt]:
    """What has to be spoilt so that this call is made and goes wrong: a patient call follows one that failed."""
    spoilt = [Spoilt(*call, way, actor=role)]
    before = {APPEND_PATIENTLY: APPEND, SINCE_PATIENTLY: SINCE, PATIENT: QUICK, AUDIENCES_PATIENTLY: AUDIENCES}.get(
        call
    )
    return spoilt + ([Spoilt(*before, Way.FAILS, actor=role)] if before is not None else [])


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("call", [APPEND, APPEND_PATIENTLY], ids=["at_once", "patiently"])
@pytest.mark.parametrize("role", [Role.RECEPTION, Role.SYSTEM])
async def test_an_entry(harness: EngineHarness, calls: ActivityCalls, role: Role, call: Call, way: Way) -> None:
    """Of a person's act, or of what came of a call outside: it is made once.

    Under the revision in force the activity of a quick call writes the outcome, so that no workflow does.
    """
    code = (await harness.submit(PAID)).dossier
    of_before = role is Role.SYSTEM
    run = await under_revision(harness, code, Revision.SECOND) if of_before else await harness.run_of(code)
    calls.spoilt.extend(ways(call, role, way))
    disturbing = asyncio.create_task(disturbed(harness, calls, code, calls.spoilt[0]))
    await insisted(harness, code, DESK, Accept())
    await disturbing
    # Refused for good, and nobody has sent it who could be told: a person must look, and that run is left behind.
    wedged = (call, way) == (APPEND_PATIENTLY, Way.REFUSED)
    if role is Role.SYSTEM and (wedged or way is Way.CANCELLED):
        await repaired(harness, code)
    await went_on(harness, code, *(() if role is Role.SYSTEM and wedged else (run,)))


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("call", [QUICK, QUICK_UNRECORDED, PATIENT], ids=["quick", "unrecorded", "patient"])
async def test_a_call_outside(harness: EngineHarness, calls: ActivityCalls, call: Call, way: Way) -> None:
    """The identity is known, and the order is made, once."""
    code = (await harness.submit(PAID)).dossier
    of_before = call is QUICK_UNRECORDED
    run = await under_revision(harness, code, Revision.SECOND) if of_before else await harness.run_of(code)
    calls.spoilt.extend(ways(call, None, way))
    await insisted(harness, code, DESK, Accept())
    await disturbed(harness, calls, code, calls.spoilt[0])
    if way is Way.CANCELLED:
        await repaired(harness, code)
    if call is PATIENT and way is Way.REFUSED:
        await harness.later(code, hours=1, minutes=1)
    await went_on(harness, code, run)


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("call", [SINCE, SINCE_PATIENTLY], ids=["at_once", "patiently"])
async def test_reading_back(harness: EngineHarness, calls: ActivityCalls, call: Call, way: Way) -> None:
    """A dossier that was set back knows again what the record says, and acts on it."""
    code = await accepted(harness, PAID)
    await harness.until(code, lambda one: one.payment.order is not None and one.applicant.identity is Identity.MATCHES)
    calls.spoilt.extend(ways(call, None, way))
    run = await reset(harness, code, updates_too=True)
    await disturbed(harness, calls, code, calls.spoilt[0])
    wedged = (call, way) == (SINCE_PATIENTLY, Way.REFUSED)
    if wedged:
        await repaired(harness, code)
    await went_on(harness, code, *(() if wedged else (run,)))


@pytest.mark.parametrize("way", [way for way in Way if way not in (Way.CANCELLED, Way.STOPPED)])
@pytest.mark.parametrize("call", [AUDIENCES, AUDIENCES_PATIENTLY], ids=["at_once", "patiently"])
async def test_who_is_told(harness: EngineHarness, calls: ActivityCalls, call: Call, way: Way) -> None:
    """A rung fires once, whatever becomes of the question whom it tells.

    A stopped worker and a cancelled run are tried with the calls above: they do not depend on what is called.
    """
    code = await accepted(harness, FREE)
    run = await harness.run_of(code)
    calls.spoilt.extend(ways(call, None, way))
    await harness.later(code, days=6)
    await harness.until(code, lambda one: bool(one.deadlines.fired))
    kinds = await harness.kinds(code)
    assert kinds.count("deadline_warned") == 1
    await harness.in_step(code)
    await harness.replays(code, run)


TIMED_OUT = (Way.HANGS, Way.LATE)


@pytest.mark.parametrize(
    ("call", "way"),
    [
        (call, way)
        for call in OF_A_ROLLOUT
        for way in Way
        # No activity of a rollout refuses. Enlisting has five minutes, after which the server tries it once more; its
        # workflow sees nothing of that.
        if way is not Way.REFUSED and not (call is ENLIST and way in TIMED_OUT)
    ],
    ids=lambda one: one.activity.partition(".")[2] if isinstance(one, Call) else str(one),
)
async def test_a_rollout(harness: EngineHarness, calls: ActivityCalls, call: Call, way: Way) -> None:
    """Every open dossier comes under the new calendar once, and the rollout ends."""
    rule = await a_storm(harness)
    code = await accepted(harness)
    target = Retarget(code=CALENDAR.code, calendar=rule.hash, instead_of=(content_hash(CALENDAR),))
    plan = CalendarPlan(targets=(target,), letter=STORM)
    harness.engine.rollouts.learning = timedelta(0)
    calls.spoilt.append(one := Spoilt(*call, way))

    async def begun() -> str:
        with harness.env.with_time_skipping_disabled():
            name = hash_of_text(harness.task_queue)
            rollout = await harness.engine.rollouts.begin(
                ROOT, plan, name, [rule], who="op.1", why=STORM, per_second=100.0
            )
        return workflow_id(rollout.id)

    async with rollout_worker(harness.worked_by([calls]), harness.pool, harness.task_queue, stop_within=A_MOMENT):
        rollout = await begun()
        async with asyncio.timeout(60):
            await one.reached.wait()
        if way is Way.CANCELLED:
            await harness.handle(rollout).cancel()
        if way is not Way.STOPPED:
            if way is Way.CANCELLED:
                with pytest.raises(WorkflowFailureError):
                    await harness.handle(rollout).result()
                assert await begun() == rollout
            await harness.ended(rollout, 120)
    if way is Way.STOPPED:
        async with rollout_worker(harness.worked_by([calls]), harness.pool, harness.task_queue, stop_within=A_MOMENT):
            await harness.ended(rollout, 120)
    assert (await harness.kinds(code)).count("calendar_changed") == 1
    await harness.replays(rollout)
    await harness.replays(code)
