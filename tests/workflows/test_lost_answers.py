"""Every activity that a workflow calls gives no answer, or a wrong one, live: the workflow goes on as it should, what
it did is in the record once, its history replays, and it takes the next command."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from temporalio.client import WorkflowFailureError, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from activities.ledger.verification.walk import verify
from domain.dossier.commands import Accept, ConfirmPayment
from domain.dossier.state import Identity
from domain.errors import DomainError
from domain.roles import Actor, Role
from domain.rollouts.plans import CalendarPlan, Retarget
from domain.rules.rulebook import content_hash, hash_of_text
from gateway.views.projection import fold_under_published_rules
from tests.support.databases import Database
from tests.support.dossier_steps import STORM, a_storm, accepted, known, reset, until, workflow_knows
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import CASHIER, DESK
from tests.support.small_province import CALENDAR, PAID
from tests.workflows.saboteur import Saboteur, Spoilt, Way
from workers import worker as worker_module
from workers.worker import rollout_worker, sandbox
from workflows.dossier import DossierWorkflow
from workflows.messages import Receipt
from workflows.rollout import RolloutWorkflow, workflow_id

pytestmark = [pytest.mark.stack, pytest.mark.slow]

A_MOMENT = timedelta(seconds=0.3)
WORKFLOWS = Path(worker_module.__file__).parents[1] / "workflows"


class Call(NamedTuple):
    """One way in which a workflow calls an activity."""

    activity: str
    local: bool


APPEND, APPEND_PATIENTLY = Call("ledger.append", local=True), Call("ledger.append", local=False)
SINCE, SINCE_PATIENTLY = Call("ledger.since", local=True), Call("ledger.since", local=False)
QUICK, PATIENT = Call("outside.quick", local=True), Call("outside.patient", local=False)
ENLIST, WORK, FINISH = (Call(f"rollouts.{name}", local=False) for name in ("enlist", "work", "finish"))
OF_A_DOSSIER = (APPEND, APPEND_PATIENTLY, SINCE, SINCE_PATIENTLY, QUICK, PATIENT)
OF_A_ROLLOUT = (ENLIST, WORK, FINISH)


def called() -> Iterator[Call]:
    """Every call of an activity in the code of the workflows."""
    for file in WORKFLOWS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).removeprefix("workflow.")
            if name == "execute_local_activity_method":
                yield Call(_ACTIVITIES[ast.unparse(node.args[0])], local=True)
            elif name in ("self._patiently", "_done", "answered"):
                yield from (Call(str(one.value), local=False) for one in node.args[:1] if isinstance(one, ast.Constant))
            else:
                made = "activity" not in name or file.name == "answered.py"
                assert made, f"{file.name}: {name} is a way of calling that this test does not know"


_ACTIVITIES = {
    "Ledger.append": "ledger.append",
    "HistoryReader.since": "ledger.since",
    "OutsideCalls.quick": "outside.quick",
}


def test_no_call_of_an_activity_is_forgotten() -> None:
    """A workflow that calls another activity, or one in another way, has it spoilt in this module too."""
    assert set(called()) == {*OF_A_DOSSIER, *OF_A_ROLLOUT}


@pytest.fixture
def saboteur() -> Saboteur:
    """Who spoils the answers."""
    return Saboteur()


@pytest.fixture
async def harness(
    database: Database, temporal_env: WorkflowEnvironment, saboteur: Saboteur
) -> AsyncIterator[EngineHarness]:
    """The harness, with the saboteur in its workers, which wait for a moment only when they are stopped."""
    async with open_engine_harness(database, temporal_env, [saboteur], A_MOMENT) as opened:
        yield opened


async def insisted(harness: EngineHarness, code: str, actor: Actor, command: Any) -> Receipt:
    """What a good client does: sends the same again until it is answered, and anew what was refused for no reason of
    the dossier's."""
    command_id = uuid4()
    async with asyncio.timeout(90):
        while True:
            try:
                return await harness.act(code, actor, command, command_id=command_id)
            except DomainError as error:
                if error.code not in ("spoilt", "answer_pending"):
                    raise
                command_id = uuid4() if error.code == "spoilt" else command_id
                await asyncio.sleep(0.2)


async def repaired(harness: EngineHarness, code: str) -> None:
    """The dossier is told as stuck, and an operator starts it anew."""
    async with asyncio.timeout(60):
        while code not in {one.dossier for one in await harness.engine.executors.stuck()}:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    with harness.env.with_time_skipping_disabled():
        await harness.engine.restart(code, who="op.1", why="a test")


async def went_on(harness: EngineHarness, code: str, *runs: str) -> None:
    """The dossier is where it would be had nothing gone wrong: everything once, in step, replayable, and open."""
    await until(harness, code, lambda one: one.payment.order is not None and one.applicant.identity is Identity.MATCHES)
    await insisted(harness, code, CASHIER, ConfirmPayment(amount=20_000, voucher=f"BL-{code}"))
    kinds = await harness.kinds(code)
    once = ("dossier_accepted", "identity_verified", "payment_order_created", "payment_confirmed")
    assert {kind: kinds.count(kind) for kind in once} == dict.fromkeys(once, 1)
    for system in ("payments", "population"):
        effects = (await harness.http.get(f"{harness.simulator}/inspect/{system}")).json().get("effects", [])
        assert {effect["times"] for effect in effects} <= {1}, system
    async with asyncio.timeout(30):
        while await workflow_knows(harness, code) != await known(harness, code):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.1)
    for run in {*runs, await run_of(harness, code)}:
        await replays(await harness.env.client.get_workflow_handle(code, run_id=run).fetch_history())
    found = await verify(harness.pool, code, fold=await fold_under_published_rules(harness.pool))
    assert found.problems == ()


async def replays(history: WorkflowHistory) -> None:
    """It replays on this code, in the worker's sandbox."""
    workflows = [DossierWorkflow, RolloutWorkflow]
    replayer = Replayer(workflows=workflows, workflow_runner=sandbox(), data_converter=pydantic_data_converter)
    await replayer.replay_workflow(history)


async def run_of(harness: EngineHarness, code: str) -> str:
    """The run that is there now."""
    run = (await harness.handle(code).describe()).run_id
    assert run is not None
    return run


async def disturbed(harness: EngineHarness, saboteur: Saboteur, code: str, one: Spoilt) -> None:
    """What happens around a call that has no answer yet."""
    async with asyncio.timeout(60):
        await one.reached.wait()
    if one.way is Way.CANCELLED:
        await harness.handle(code).cancel()
    if one.way is Way.STOPPED:
        await harness.close_workers()
        await harness.open_workers([saboteur])


def ways(call: Call, role: Role | None, way: Way) -> list[Spoilt]:
    """What has to be spoilt so that this call is made and goes wrong: a patient call follows one that failed."""
    spoilt = [Spoilt(*call, way, actor=role)]
    before = {APPEND_PATIENTLY: APPEND, SINCE_PATIENTLY: SINCE, PATIENT: QUICK}.get(call)
    return spoilt + ([Spoilt(*before, Way.FAILS, actor=role)] if before is not None else [])


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("call", [APPEND, APPEND_PATIENTLY], ids=["at_once", "patiently"])
@pytest.mark.parametrize("role", [Role.RECEPTION, Role.SYSTEM])
async def test_an_entry(harness: EngineHarness, saboteur: Saboteur, role: Role, call: Call, way: Way) -> None:
    """Of a person's act, or of what came of a call outside: it is made once."""
    code = (await harness.submit(PAID)).dossier
    run = await run_of(harness, code)
    saboteur.spoilt.extend(ways(call, role, way))
    disturbing = asyncio.create_task(disturbed(harness, saboteur, code, saboteur.spoilt[0]))
    await insisted(harness, code, DESK, Accept())
    await disturbing
    # Refused for good, and nobody has sent it who could be told: a person must look, and that run is left behind.
    wedged = (call, way) == (APPEND_PATIENTLY, Way.REFUSED)
    if role is Role.SYSTEM and (wedged or way is Way.CANCELLED):
        await repaired(harness, code)
    await went_on(harness, code, *(() if role is Role.SYSTEM and wedged else (run,)))


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("call", [QUICK, PATIENT], ids=["quick", "patient"])
async def test_a_call_outside(harness: EngineHarness, saboteur: Saboteur, call: Call, way: Way) -> None:
    """The identity is known, and the order is made, once."""
    code = (await harness.submit(PAID)).dossier
    run = await run_of(harness, code)
    saboteur.spoilt.extend(ways(call, None, way))
    await insisted(harness, code, DESK, Accept())
    await disturbed(harness, saboteur, code, saboteur.spoilt[0])
    if way is Way.CANCELLED:
        await repaired(harness, code)
    if call is PATIENT and way is Way.REFUSED:
        await harness.later(code, hours=1, minutes=1)
    await went_on(harness, code, run)


@pytest.mark.parametrize("way", Way)
@pytest.mark.parametrize("call", [SINCE, SINCE_PATIENTLY], ids=["at_once", "patiently"])
async def test_reading_back(harness: EngineHarness, saboteur: Saboteur, call: Call, way: Way) -> None:
    """A dossier that was set back knows again what the record says, and acts on it."""
    code = await accepted(harness, PAID)
    await until(harness, code, lambda one: one.payment.order is not None and one.applicant.identity is Identity.MATCHES)
    saboteur.spoilt.extend(ways(call, None, way))
    run = await reset(harness, code, updates_too=True)
    await disturbed(harness, saboteur, code, saboteur.spoilt[0])
    wedged = (call, way) == (SINCE_PATIENTLY, Way.REFUSED)
    if wedged:
        await repaired(harness, code)
    await went_on(harness, code, *(() if wedged else (run,)))


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
async def test_a_rollout(harness: EngineHarness, saboteur: Saboteur, call: Call, way: Way) -> None:
    """Every open dossier comes under the new calendar once, and the rollout ends."""
    rule = await a_storm(harness)
    code = await accepted(harness)
    target = Retarget(code=CALENDAR.code, calendar=rule.hash, instead_of=(content_hash(CALENDAR),))
    plan = CalendarPlan(targets=(target,), letter=STORM)
    harness.engine.rollouts.learning = timedelta(0)
    saboteur.spoilt.append(one := Spoilt(*call, way))

    async def begun() -> str:
        with harness.env.with_time_skipping_disabled():
            name = hash_of_text(harness.task_queue)
            rollout = await harness.engine.rollouts.begin(plan, name, [rule], who="op.1", why=STORM, per_second=100.0)
        return workflow_id(rollout.id)

    async with rollout_worker(harness.worked_by([saboteur]), harness.pool, harness.task_queue, stop_within=A_MOMENT):
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
            await asyncio.wait_for(harness.handle(rollout).result(), 120)
    if way is Way.STOPPED:
        async with rollout_worker(
            harness.worked_by([saboteur]), harness.pool, harness.task_queue, stop_within=A_MOMENT
        ):
            await asyncio.wait_for(harness.handle(rollout).result(), 120)
    assert (await harness.kinds(code)).count("calendar_changed") == 1
    await replays(await harness.handle(rollout).fetch_history())
    await replays(await harness.handle(code).fetch_history())
