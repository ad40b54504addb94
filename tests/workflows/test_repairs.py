"""Repairs of dossiers on a real Temporal: planned, approved, run, verified, and written into the ledger."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from temporalio.worker import Worker

from activities.ledger.history_reader import HistoryReader
from activities.ledger.search.query import SearchFilter
from activities.ledger.store import Ledger
from activities.ledger.stuck_dossiers import StuckDossiers
from activities.ledger.verification.walk import verify
from activities.repairs import carrying_out
from domain.dossier.commands import CompleteStep, Suspend, Withdraw
from domain.dossier.events import DossierRepaired
from domain.dossier.state import State
from domain.errors import DomainError
from domain.repairs.causes import Cause
from domain.repairs.orders import RepairKind, RestartOrder, TerminateOrder
from domain.repairs.plans import AllStuck, ByCause, ByCodes, ByFilter, Everything, RepairPlan
from domain.roles import Role
from domain.rollouts.plans import Item, ItemState
from gateway.i18n.repair_wording import note
from gateway.views.projection import fold_under_published_rules
from tests.support.dossier_steps import accepted, ordered
from tests.support.engine_harness import EngineHarness
from tests.support.engine_under_test import APPLICANT
from tests.support.given import CITIZEN, HEAD, OFFICER
from tests.support.principals import ROOT
from tests.support.small_province import ACTING, CENTRE, people
from tests.support.stuck_dossiers import failed, not_replayable
from tests.support.waiting import until
from tests.support.watched_mechanics import WatchedMechanics
from workers.sandbox import sandbox
from workers.worker import rollout_worker
from workflows.dossier import DossierWorkflow
from workflows.rollout import workflow_id

pytestmark = pytest.mark.stack

WHY = "Sự cố 12: bản cài lỗi"
RESTART = RestartOrder()
A_MOMENT = timedelta(seconds=0.1)


@pytest.fixture
async def desk(harness: EngineHarness) -> EngineHarness:
    """The harness; runs are resumed at once."""
    harness.engine.rollouts.learning = timedelta(0)
    return harness


@pytest.fixture
async def repairing(desk: EngineHarness) -> AsyncIterator[EngineHarness]:
    """The harness, with a worker that carries out repairs."""
    async with rollout_worker(desk.env.client, desk.pool, desk.task_queue):
        yield desk


async def ended(harness: EngineHarness, count: int) -> list[str]:
    """Given: open dossiers whose workflows somebody terminated."""
    codes = [await accepted(harness) for _ in range(count)]
    for code in codes:
        await harness.handle(code).terminate("by mistake")
    return sorted(codes)


async def planned(
    harness: EngineHarness,
    chosen: Sequence[str] | SearchFilter,
    who: str | None = "op.1",
    order: Any = RESTART,
    **options: Any,
) -> RepairPlan:
    """When: an operator makes a plan."""
    wanted = {"why": WHY, "per_minute": 6_000, **options}
    return await harness.engine.repair_plans.plan(ROOT, order, chosen, who=who, **wanted)


async def begun(harness: EngineHarness, plan: RepairPlan, who: str = "op.1") -> UUID:
    """When: the plan is let run."""
    with harness.env.with_time_skipping_disabled():
        return (await harness.engine.repair_runs.run(ROOT, plan.hash, who=who)).id


async def finished(harness: EngineHarness, run: UUID) -> dict[str, Item]:
    """When: the run has come to its end. Returns its items by dossier."""
    register = harness.engine.rollouts.register

    async def over() -> bool:
        return (await register.rollout(run)).finished_at is not None

    await until(over, f"repair {run} is finished", 60)
    return {item.dossier: item for item in await register.items(run)}


async def refusal(awaitable: Any) -> DomainError:
    """The refusal of an order."""
    with pytest.raises(DomainError) as refused:
        await awaitable
    return refused.value


async def repairs_of(harness: EngineHarness, code: str) -> list[Any]:
    """The repairs in the ledger of a dossier."""
    return [one for one in await harness.engine.history(code) if isinstance(one.event, DossierRepaired)]


async def test_every_stuck_dossier_is_repaired_once_by_two_persons(repairing: EngineHarness) -> None:
    """A plan for everything waits for a second operator, who is not its maker. Each dossier then goes on, is repaired
    once, and its ledger says who, why, by which plan and with what outcome. A sound one is listed and left alone."""
    runs = repairing.engine.repair_runs
    gone, sound = await ended(repairing, 2), await accepted(repairing)
    stuck = await not_replayable(repairing)
    async with Worker(
        repairing.env.client,
        task_queue=f"{repairing.task_queue}-other-release",
        workflows=[DossierWorkflow],
        activities=[Ledger(repairing.pool).append, HistoryReader(repairing.pool).since],
        workflow_runner=sandbox(),
    ):
        await failed(repairing, stuck, 3)
        plan = await planned(repairing, SearchFilter(), everything=True)
        assert plan.selected == Everything()
        causes = {one.dossier: (one.cause, one.refused) for one in plan.findings}
        assert causes == {
            **dict.fromkeys(gone, ("ended_early", None)),
            stuck: ("does_not_replay", None),
            sound: (None, "restart_not_needed"),
        }
        assert (await refusal(begun(repairing, plan))).code == "repair_needs_approval"
        approving = {"op.1": "repair_own_approval", OFFICER.person: "not_in_role", "op.9": "unknown_person"}
        for who, code in approving.items():
            assert (await refusal(runs.approve(ROOT, plan.hash, who=who, why="Đã xem"))).code == code
        await runs.approve(ROOT, plan.hash, who="op.2", why="Đã xem danh sách")
        assert [one.who for one in await runs.approvals(plan.hash)] == ["op.2"]
        run = await begun(repairing, plan)
        items = await finished(repairing, run)
    states = {code: item.state for code, item in items.items()}
    assert states == {**dict.fromkeys([*gone, stuck], ItemState.DONE), sound: ItemState.REFUSED}
    for code in (*gone, stuck):
        [noted] = await repairs_of(repairing, code)
        assert (noted.actor.person, noted.actor.role) == ("op.1", "operator")
        event = noted.event
        assert (event.repair, event.plan, event.reason) == (RepairKind.RESTART, plan.hash, WHY)
        assert (event.second, event.outcome) == ("op.2", "done")
        await repairing.act(code, OFFICER, CompleteStep(step="process"))
    assert await repairs_of(repairing, sound) == []
    restarts = [one.dossier for one in await StuckDossiers(repairing.pool).restarts()]
    assert sorted(restarts) == sorted([*gone, stuck]), "each once"
    problems = (await verify(repairing.pool, fold=await fold_under_published_rules(repairing.pool))).problems
    assert [one for one in problems if one.code != "sequence_ahead"] == [], "the tests begin at high numbers"
    assert (await begun(repairing, plan), len(await repairs_of(repairing, stuck))) == (run, 1), "run again: as it was"


async def test_what_has_changed_since_the_plan_is_left_alone_and_what_does_not_help_is_said(
    desk: EngineHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dossier that moved on is told with what changed; one whose cause stays is not cured; a mistake of the program
    is the outcome of its dossier alone. Meanwhile no other plan takes them, and afterwards another does."""
    monkeypatch.setattr(carrying_out, "HELPS_WITHIN", 0.5)
    moved, kept, mistaken, other = await ended(desk, 4)
    first, second = await planned(desk, [moved, kept, mistaken]), await planned(desk, [kept, other], "op.2")
    mechanics = WatchedMechanics(desk)
    mechanics.held, mechanics.does_nothing, mechanics.mistaken = {moved, kept, mistaken}, {kept}, {mistaken}
    async with rollout_worker(desk.env.client, desk.pool, desk.task_queue, mechanics=mechanics):
        run = await begun(desk, first)
        under_repair = await refusal(begun(desk, second))
        assert (under_repair.code, under_repair.facts) == (
            "dossier_under_repair",
            {"dossier": kept, "rollout": str(run)},
        )
        assert len(await desk.engine.rollouts.register.heads()) == 1, "nothing of the second run is written"
        await desk.act(moved, OFFICER, CompleteStep(step="process"))
        mechanics.let.set()
        items = await finished(desk, run)
    assert items[moved].state is ItemState.MOVED_ON
    changed = {one["what"]: (one["planned"], one["now"]) for one in items[moved].detail["changes"]}
    assert changed.keys() == {"version", "run", "cause"}
    assert changed["cause"] == ("ended_early", None)
    assert (items[kept].state, items[kept].code, items[kept].detail["noted"]) == (
        ItemState.NOT_CURED,
        "ended_early",
        False,
    )
    assert (items[mistaken].state, items[mistaken].code) == (ItemState.NOT_CURED, "repair_failed")
    assert mechanics.repaired == {}
    assert await repairs_of(desk, moved) == await repairs_of(desk, kept) == []
    async with rollout_worker(desk.env.client, desk.pool, desk.task_queue):
        items = await finished(desk, await begun(desk, second, "op.2"))
    assert {item.state for item in items.values()} == {ItemState.DONE}
    [noted] = await repairs_of(desk, kept)
    assert (noted.actor.person, noted.event.second) == ("op.2", None)


async def test_a_plan_takes_every_dossier_of_a_cause(desk: EngineHarness) -> None:
    """A plan for a cause has all its dossiers and no other, and says so; a filter of the register narrows it."""
    gone, sound = await ended(desk, 4), await accepted(desk)

    async def all_listed() -> bool:
        return await desk.engine.failed.codes([Cause.ENDED_EARLY], 10) == gone

    await until(all_listed, "Temporal lists the workflows that ended")
    plan = await planned(desk, SearchFilter(), cause=Cause.ENDED_EARLY)
    assert plan.selected == ByCause(cause=Cause.ENDED_EARLY)
    assert [one.dossier for one in plan.to_do] == [one.dossier for one in plan.findings] == gone
    state = (await desk.known(sound)).state
    narrowed = await planned(desk, SearchFilter(states=(state,)), cause=Cause.ENDED_EARLY)
    assert narrowed.selected == ByCause(cause=Cause.ENDED_EARLY, wanted={"states": [state]})
    assert [one.dossier for one in narrowed.findings] == gone
    stuck = await planned(desk, SearchFilter(), stuck=True)
    assert stuck.selected == AllStuck()
    assert set(gone) <= {one.dossier for one in stuck.to_do}
    assert sound not in {one.dossier for one in stuck.findings}
    both = planned(desk, SearchFilter(), stuck=True, cause=Cause.ENDED_EARLY)
    assert (await refusal(both)).code == "repair_stuck_or_cause"
    nothing = planned(desk, SearchFilter(states=(State.RESOLVED,)), cause=Cause.ENDED_EARLY)
    assert (await refusal(nothing)).code == "repair_matches_nothing"
    assert (await refusal(planned(desk, SearchFilter(), cause=Cause.NO_WORKER))).code == "repair_of_queues"
    assert (await refusal(planned(desk, gone, cause=Cause.ENDED_EARLY))).code == "repair_codes_or_filter"


async def test_an_approval_counts_only_while_its_giver_is_an_operator(desk: EngineHarness) -> None:
    """Who approved and left the post before the run has not approved; another operator may, and then it runs."""
    [code] = await ended(desk, 1)
    plan = await planned(desk, SearchFilter(), everything=True)
    await desk.engine.repair_runs.approve(ROOT, plan.hash, who="op.2", why="Đã xem")
    desk.staff = people(*(one for one in ACTING if one[0] != "op.2"), ("op.3", Role.OPERATOR, CENTRE))
    assert (await refusal(begun(desk, plan))).code == "repair_needs_approval"
    await desk.engine.repair_runs.approve(ROOT, plan.hash, who="op.3", why="Đã xem")
    async with rollout_worker(desk.env.client, desk.pool, desk.task_queue):
        items = await finished(desk, await begun(desk, plan))
    assert items[code].state is ItemState.DONE
    [noted] = await repairs_of(desk, code)
    assert noted.event.second == "op.3"


async def test_killed_between_the_repair_and_its_record_it_repairs_nothing_twice(desk: EngineHarness) -> None:
    """The worker dies after a repair that it has not recorded: the next one completes it, does not repair it again, and
    does not say that the dossier has moved on. A stopped run goes on where it was."""
    hung, stopped, later = await ended(desk, 3)
    plan = await planned(desk, [hung, stopped, later])
    mechanics, register = WatchedMechanics(desk), desk.engine.rollouts.register
    mechanics.hung_after, mechanics.held = {hung}, {stopped, later}
    async with rollout_worker(desk.env.client, desk.pool, desk.task_queue, mechanics=mechanics, stop_within=A_MOMENT):
        run = await begun(desk, plan)
        await until(lambda: mechanics.repaired[hung], "the repair is done, and not recorded")
        repaired_run = await desk.run_of(hung)
    assert (await register.progress(run)).pending == 3
    await desk.engine.rollouts.stop(ROOT, run, who="op.1", why="Xem lại")
    async with rollout_worker(desk.env.client, desk.pool, desk.task_queue):
        with desk.env.with_time_skipping_disabled():
            await desk.engine.repair_runs.resume(ROOT, run, who="op.2")
        items = await finished(desk, run)
    assert {item.state for item in items.values()} == {ItemState.DONE}
    assert await desk.run_of(hung) == repaired_run, "it was not started a second time"
    assert [len(await repairs_of(desk, code)) for code in (hung, stopped, later)] == [1, 1, 1]
    assert [one.act for one in await register.acts(run)] == ["ordered", "stopped", "resumed"]
    await desk.replays(workflow_id(run))


async def test_begun_and_not_done_it_is_not_done_to_a_dossier_that_has_moved_on(desk: EngineHarness) -> None:
    """The worker dies before the repair that it has begun, and people act on the dossiers before the run goes on: one
    moved on and one ended. Neither is terminated, and no ledger says that it was repaired."""
    moved, over, same = sorted([(await ordered(desk))[0] for _ in range(3)])
    plan = await planned(desk, [moved, over, same], order=TerminateOrder())
    await desk.engine.repair_runs.approve(ROOT, plan.hash, who="op.2", why="Đã xem")
    mechanics = WatchedMechanics(desk)
    mechanics.hung_before = {moved, over, same}
    async with rollout_worker(desk.env.client, desk.pool, desk.task_queue, mechanics=mechanics, stop_within=A_MOMENT):
        run = await begun(desk, plan)
        await until(lambda: mechanics.begun == {moved, over, same}, "the repairs are begun")
    await desk.engine.rollouts.stop(ROOT, run, who="op.1", why="Xem lại")
    await desk.act(moved, HEAD, Suspend(legal_basis="Chờ bản án"))
    await desk.act(over, CITIZEN, Withdraw())
    async with rollout_worker(desk.env.client, desk.pool, desk.task_queue):
        with desk.env.with_time_skipping_disabled():
            await desk.engine.repair_runs.resume(ROOT, run, who="op.2")
        items = await finished(desk, run)
    assert {code: items[code].state for code in (moved, over, same)} == {
        moved: ItemState.MOVED_ON,
        over: ItemState.MOVED_ON,
        same: ItemState.DONE,
    }
    version = next(one.version for one in plan.findings if one.dossier == moved)
    [changed] = [one for one in items[moved].detail["changes"] if one["what"] == "version"]
    assert changed["planned"] == str(version)
    assert [(await desk.known(one)).state for one in (moved, over, same)] == [
        State.SUSPENDED,
        State.WITHDRAWN,
        State.STOPPED,
    ]
    assert await repairs_of(desk, moved) == await repairs_of(desk, over) == []
    [noted] = await repairs_of(desk, same)
    assert (noted.event.outcome, noted.event.second) == ("done", "op.2")


async def test_begun_and_refused_it_is_not_called_done(desk: EngineHarness) -> None:
    """The worker dies before the restart that it has begun, and somebody else restarts the dossier. The run then finds
    another run than the plan saw: it restarts nothing, says so, and no ledger says that it was repaired."""
    code = await accepted(desk)
    plan = await planned(desk, [code], order=RestartOrder(although_sound=True))
    await desk.engine.repair_runs.approve(ROOT, plan.hash, who="op.2", why="Đã xem")
    mechanics = WatchedMechanics(desk)
    mechanics.hung_before = {code}
    async with rollout_worker(desk.env.client, desk.pool, desk.task_queue, mechanics=mechanics, stop_within=A_MOMENT):
        run = await begun(desk, plan)
        await until(lambda: mechanics.begun == {code}, "the repair is begun")
    await desk.engine.rollouts.stop(ROOT, run, who="op.1", why="Xem lại")
    await desk.restart(code, although_sound=True)
    restarted = await desk.run_of(code)
    async with rollout_worker(desk.env.client, desk.pool, desk.task_queue):
        with desk.env.with_time_skipping_disabled():
            await desk.engine.repair_runs.resume(ROOT, run, who="op.2")
        items = await finished(desk, run)
    assert (items[code].state, items[code].code) == (ItemState.REFUSED, "run_changed")
    assert await desk.run_of(code) == restarted
    assert await repairs_of(desk, code) == []


async def test_no_order_on_a_plan_names_an_applicant(desk: EngineHarness) -> None:
    """The reasons of an approval and of the acts on a run are kept for good, as that of the plan is."""
    [code] = await ended(desk, 1)
    plan, named = await planned(desk, [code]), f"{APPLICANT.name} đã gọi điện"
    runs, rollouts = desk.engine.repair_runs, desk.engine.rollouts
    assert (await refusal(runs.approve(ROOT, plan.hash, who="op.2", why=named))).code == "particulars_in_record"
    assert (await refusal(runs.run(ROOT, plan.hash, who="op.1", why=named))).code == "particulars_in_record"
    run = await begun(desk, plan)
    for act in (
        rollouts.stop(ROOT, run, who="op.1", why=named),
        runs.resume(ROOT, run, who="op.1", why=named),
        rollouts.abandon(ROOT, run, who="op.1", why=named),
    ):
        assert (await refusal(act)).code == "particulars_in_record"
    assert [one.act for one in await rollouts.register.acts(run)] == ["ordered"]


async def test_a_run_goes_on_by_an_operator_only_and_while_its_approval_counts(desk: EngineHarness) -> None:
    """Going on is letting it run: who approved must be an operator still, and the account of a machine is none."""
    [code] = await ended(desk, 1)
    plan = await planned(desk, SearchFilter(), everything=True)
    await desk.engine.repair_runs.approve(ROOT, plan.hash, who="op.2", why="Đã xem")
    run = await begun(desk, plan)
    await desk.engine.rollouts.stop(ROOT, run, who="op.1", why="Xem lại")
    assert (await refusal(desk.engine.repair_runs.resume(ROOT, run, who=None))).code == "unknown_person"
    desk.staff = people(*(one for one in ACTING if one[0] != "op.2"), ("op.3", Role.OPERATOR, CENTRE))
    assert (await refusal(desk.engine.repair_runs.resume(ROOT, run, who="op.1"))).code == "repair_needs_approval"
    await desk.engine.repair_runs.approve(ROOT, plan.hash, who="op.3", why="Đã xem")
    with desk.env.with_time_skipping_disabled():
        await desk.engine.repair_runs.resume(ROOT, run, who="op.1")
    async with rollout_worker(desk.env.client, desk.pool, desk.task_queue):
        items = await finished(desk, run)
    assert items[code].state is ItemState.DONE
    [noted] = await repairs_of(desk, code)
    assert noted.event.second == "op.3", "the one whose approval counted"


async def test_an_abandoned_repair_leaves_the_rest_as_it_was(desk: EngineHarness) -> None:
    """What was not repaired yet stays stuck, and another plan may take it. Of a repair that had begun nobody says that
    it was not reached."""
    held, other = await ended(desk, 2)
    mechanics = WatchedMechanics(desk)
    mechanics.hung_before, mechanics.held = {held}, {other}
    plan = await planned(desk, [held, other])
    async with rollout_worker(desk.env.client, desk.pool, desk.task_queue, mechanics=mechanics, stop_within=A_MOMENT):
        run = await begun(desk, plan)
        await until(lambda: held in mechanics.begun, "one repair has begun")
        await desk.engine.rollouts.abandon(ROOT, run, who="op.2", why="Sai hồ sơ")
    items = {one.dossier: one for one in await desk.engine.rollouts.register.items(run)}
    assert {one.state for one in items.values()} == {ItemState.ABANDONED}
    assert (items[held].code, items[other].code) == ("repair_cut_short", None)
    assert "may have been done" in note(items[held]).en
    async with rollout_worker(desk.env.client, desk.pool, desk.task_queue):
        again = await finished(desk, await begun(desk, await planned(desk, [held, other])))
    assert {one.state for one in again.values()} == {ItemState.DONE}


async def test_a_plan_that_nobody_may_make_or_that_is_for_nothing_is_refused(harness: EngineHarness) -> None:
    """Nothing is registered: for no dossier, for all without a word, without a reason, by others than operators, for a
    dossier that there is none of. A filter takes what it finds."""
    [code] = await ended(harness, 1)
    await harness.submit()
    still_open = SearchFilter(states=(State((await harness.known(code)).state),))
    nowhere = SearchFilter(states=(State.RESOLVED,))
    unknown = code[:-4] + "0000"
    refused = {
        "repair_matches_nothing": planned(harness, nowhere),
        "repair_of_everything": planned(harness, SearchFilter()),
        "repair_codes_or_filter": planned(harness, [code], everything=True),
        "repair_without_reason": planned(harness, [code], why=" "),
        "control_character": planned(harness, [code], why="một\nhai"),
        "not_in_role": planned(harness, [code], OFFICER.person),
        "unknown_person": planned(harness, [code], None),
        "unknown_dossier": planned(harness, [code, unknown]),
        "unknown_repair_plan": begun(harness, (await planned(harness, [code])).model_copy(update={"why": "khác"})),
    }
    assert {expected: (await refusal(order)).code for expected, order in refused.items()} == {
        one: one for one in refused
    }
    assert await harness.pool.fetchval("select count(*) from repair_plan") == 1
    found = await planned(harness, still_open)
    assert found.selected == ByFilter(wanted={"states": [(await harness.known(code)).state]})
    assert [one.dossier for one in found.findings] == [code]
    sound = await accepted(harness)
    nothing_to_do = await planned(harness, [sound])
    assert nothing_to_do.selected == ByCodes(codes=(sound,))
    assert (await refusal(begun(harness, nothing_to_do))).code == "repair_nothing_to_do"
    await harness.act(sound, OFFICER, CompleteStep(step="process"))
