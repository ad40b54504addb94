"""A change of rules carried to open dossiers on a real Temporal: bounded, stopped and resumed, and accounted for."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from structlog.testing import capture_logs
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.runtime import Runtime

from activities.ledger.incident_rows import IncidentFilter
from activities.ledger.rules_store import RulesStore
from activities.rollouts import activities as rollout_activities
from activities.rollouts.activities import Worked
from domain.deadlines.calendar import DatedException, ExceptionKind, WorkingCalendar
from domain.dossier.commands import Accept, Assign, BroughtOver, RequestSupplement, Withdraw
from domain.dossier.events import CalendarChanged
from domain.dossier.state import DOSSIER
from domain.errors import Conflict, DomainError, InvalidInput, NotFound
from domain.repairs.causes import Cause
from domain.rollouts.plans import CalendarPlan, ItemState, Retarget, RolloutKind, RolloutProgress, rollout_id
from domain.rules.rulebook import RuleKind, StoredRule, content_hash, hash_of_text, rule_text
from domain.values import VIETNAM, Bilingual
from gateway.client import Engine, EngineUnavailable, rollouts
from gateway.client.incidents import Incidents
from tests.support.activity_calls import ActivityCalls
from tests.support.engine_harness import EngineHarness
from tests.support.frozen_server import freezing_way_to
from tests.support.given import CITIZEN, DESK, HEAD, OFFICER
from tests.support.held_rollouts import holding
from tests.support.ninh_binh import ninh_binh
from tests.support.principals import ROOT
from tests.support.small_province import CALENDAR, FREE, a_small_province, people
from tests.support.waiting import until
from tools.merger_drill.pre_merger import before_merger
from tools.merger_drill.running import DrillOptions, drill
from workers.executor_watch import ExecutorWatch
from workers.worker import follow_rules, rollout_worker
from workflows import rules_in_force
from workflows.rollout import MADE_AGAIN_AFTER, workflow_id

pytestmark = pytest.mark.stack

STORM = "Công điện 1/CĐ-UBND"
NOTHING_LEFT = Worked(dealt_with=1, postponed=0, progress=RolloutProgress(done=3))


@pytest.fixture
async def rolling(harness: EngineHarness) -> AsyncIterator[EngineHarness]:
    """The harness, with a worker for rollouts; its one worker learns a rule before the rollout is ordered."""
    harness.engine.rollouts.learning = timedelta(0)
    async with rollout_worker(harness.env.client, harness.pool, harness.task_queue):
        yield harness


def after_a_storm(**changes: Any) -> StoredRule:
    """The calendar with the next two working days closed, as a rule to publish."""
    today = datetime.now(VIETNAM).date()
    ahead = (today + timedelta(days=n) for n in range(1, 11))
    closed = tuple(
        DatedException(day=day, kind=ExceptionKind.CLOSURE, name=Bilingual(vi="Bão", en="Storm"), source=STORM)
        for day in ahead
        if CALENDAR.sessions_on(day)
    )[:2]
    calendar = CALENDAR.model_copy(update={"exceptions": closed, **changes})
    calendar = WorkingCalendar.model_validate(calendar.model_dump())
    return StoredRule(kind=RuleKind.CALENDAR, hash=content_hash(calendar), text=rule_text(calendar))


def plan_for(rule: StoredRule) -> CalendarPlan:
    """Whoever is under the ordinary calendar goes under the new one."""
    target = Retarget(code=CALENDAR.code, calendar=rule.hash, instead_of=(content_hash(CALENDAR),))
    return CalendarPlan(targets=(target,), letter=STORM)


async def accepted(harness: EngineHarness, count: int) -> list[str]:
    """Given: open dossiers."""
    codes = [(await harness.submit()).dossier for _ in range(count)]
    for code in codes:
        await harness.act(code, DESK, Accept())
    return codes


async def begun(harness: EngineHarness, rule: StoredRule, per_second: float = 100.0, name: str | None = None) -> Any:
    """When: the rollout is ordered; the worker learns the rule as it does when it follows the store.

    The file is another in every test: they share a Temporal, and the same file would join the rollout of another test
    whose worker is gone.
    """
    rules_in_force.install(rules_in_force.rulebook().adding(rule))
    with harness.env.with_time_skipping_disabled():
        return await harness.engine.rollouts.begin(
            ROOT,
            plan_for(rule),
            name or hash_of_text(harness.task_queue),
            [rule],
            who="op.1",
            why=STORM,
            per_second=per_second,
        )


async def finished(harness: EngineHarness, rollout: Any) -> RolloutProgress:
    """When: it has come to its end."""
    register = harness.engine.rollouts.register

    async def ended() -> bool:
        return (await register.rollout(rollout.id)).finished_at is not None

    await until(ended, f"rollout {rollout.id} is finished", 60)
    return await register.progress(rollout.id)


async def some_are_done(harness: EngineHarness, rollout: Any, done: int) -> None:
    """When: so many of its dossiers have been asked, and that is on its list."""
    register = harness.engine.rollouts.register

    async def so_many() -> bool:
        return (await register.progress(rollout.id)).done >= done

    await until(so_many, f"{done} dossiers are done")


async def changes_of(harness: EngineHarness, code: str) -> list[CalendarChanged]:
    """What the ledger says of calendars that changed."""
    return [one.event for one in await harness.engine.history(code) if isinstance(one.event, CalendarChanged)]


async def test_a_letter_reaches_every_open_dossier_and_does_what_the_dry_run_said(rolling: EngineHarness) -> None:
    """Old and new dates of the dry run are those of the rollout; ended dossiers keep their rules; nothing is twice."""
    codes = await accepted(rolling, 4)
    paused, ended = codes[2], codes[3]
    await rolling.act(paused, HEAD, Assign(person=OFFICER.person))
    await rolling.act(paused, OFFICER, RequestSupplement(documents=("don",), legal_basis="Điều 9"))
    await rolling.act(ended, CITIZEN, Withdraw())
    rule = after_a_storm()
    shown = [one async for one in rolling.engine.rollouts.preview(plan_for(rule), [rule], datetime.now(VIETNAM))]
    assert [one.dossier for one in shown] == sorted(codes[:3])
    assert {one.state for one in shown} == {ItemState.DONE}
    progress = await finished(rolling, await begun(rolling, rule))
    assert (progress.done, progress.total) == (3, 3)
    for code in codes[:2]:
        (changed,) = await changes_of(rolling, code)
        row = await rolling.engine.dossier(code)
        assert (changed.due.promised, changed.due.statutory) == (row.promised_due, row.statutory_due)
        assert changed.due.promised is not None
        assert changed.before.promised is not None
        assert changed.due.promised > changed.before.promised
        snapshot = DOSSIER.validate_python(row.snapshot)
        assert snapshot.deadlines.printed_promise == changed.before.promised
        assert snapshot.deadlines.binding_calendars == (content_hash(CALENDAR),)
        item = next(one for one in shown if one.dossier == code)
        assert item.detail == {
            "before": changed.before.model_dump(mode="json"),
            "due": changed.due.model_dump(mode="json"),
        }
    assert await changes_of(rolling, ended) == []
    again = await begun(rolling, rule)
    assert again.finished_at is not None
    assert [len(await changes_of(rolling, code)) for code in codes[:3]] == [1, 1, 1]


async def test_interrupted_in_the_middle_it_goes_on_and_does_nothing_twice(harness: EngineHarness) -> None:
    """Cancelled after some dossiers, then killed after some more: the third start finishes, each dossier once."""
    codes = sorted(await accepted(harness, 14))
    rule = after_a_storm()
    register = harness.engine.rollouts.register
    async with holding(harness) as held:
        for wanted, stop in ((3, "cancel"), (7, "terminate")):
            held.let(codes[:wanted])
            rollout = await begun(harness, rule)
            await some_are_done(harness, rollout, wanted)
            handle = harness.handle(workflow_id(rollout.id))
            await (harness.engine.rollouts.interrupt(rollout.id) if stop == "cancel" else handle.terminate("killed"))
            assert (await register.progress(rollout.id)).pending == 14 - wanted
            assert (await register.rollout(rollout.id)).finished_at is None
        held.let(codes)
        progress = await finished(harness, await begun(harness, rule))
    assert (progress.done, progress.pending) == (14, 0)
    assert Counter([len(await changes_of(harness, code)) for code in codes]) == {1: 14}


async def test_the_rate_is_bounded(rolling: EngineHarness) -> None:
    """Ten dossiers at five a second take two seconds, however fast they could be."""
    await accepted(rolling, 10)
    rule = after_a_storm()
    began = asyncio.get_running_loop().time()
    await finished(rolling, await begun(rolling, rule, per_second=5.0))
    assert asyncio.get_running_loop().time() - began >= 2.0


async def test_a_refused_dossier_never_stops_the_rest(rolling: EngineHarness) -> None:
    """A dossier received before the new calendar begins is refused with its code; the others are done."""
    received = datetime.now(VIETNAM) - timedelta(days=20)
    over = BroughtOver(system="one-gate-old", code="HS-1", received_at=received)
    early = (await rolling.submit(FREE, brought_over=over)).dossier
    await rolling.act(early, DESK, Accept())
    codes = await accepted(rolling, 2)
    first = (datetime.now(VIETNAM) - timedelta(days=10)).date()
    seasons = tuple(season.model_copy(update={"first_day": first}) for season in CALENDAR.seasons)
    rule = after_a_storm(first_day=first, seasons=seasons)
    progress = await finished(rolling, await begun(rolling, rule))
    assert (progress.done, progress.refused, progress.pending) == (2, 1, 0)
    items = {one.dossier: one for one in await rolling.engine.rollouts.register.items((await only(rolling)).id)}
    assert (items[early].state, items[early].code) == (ItemState.REFUSED, "before_calendar")
    assert {items[code].state for code in codes} == {ItemState.DONE}


async def only(harness: EngineHarness) -> Any:
    """The one rollout of the test."""
    row = await harness.pool.fetchrow("select id from rollout")
    return await harness.engine.rollouts.register.rollout(row["id"])


async def test_a_dossier_opened_under_the_old_rule_meanwhile_is_found(harness: EngineHarness) -> None:
    """The list is looked over again before the end: whoever came under the old rule meanwhile is on it."""
    first, *others = await accepted(harness, 3)
    async with holding(harness) as held:
        held.let([first])
        rollout = await begun(harness, after_a_storm())
        await some_are_done(harness, rollout, 1)
        (late,) = await accepted(harness, 1)
        held.let([*others, late])
        progress = await finished(harness, rollout)
    assert progress.done == 4
    assert len(await changes_of(harness, late)) == 1


async def test_another_letter_waits_until_the_first_is_through(harness: EngineHarness) -> None:
    """Two letters at once would leave dossiers under either: the second is told which is unfinished."""
    codes = await accepted(harness, 2)
    rule = after_a_storm()
    async with holding(harness) as held:
        rollout = await begun(harness, rule)
        with pytest.raises(Conflict) as refused:
            await begun(harness, rule, name="b" * 64)
        assert (refused.value.code, refused.value.facts["rollout"]) == ("rollout_unfinished", str(rollout.id))
        held.let(codes)
        await finished(harness, rollout)


@pytest.mark.slow
async def test_the_merger_of_2025_with_80_dossiers(rolling: EngineHarness) -> None:
    """398 old units, 80 open dossiers: each moved whole, by its address, or waiting; no clock changed, none lost."""
    today = datetime.now(VIETNAM).date()
    pre_merger = before_merger(ninh_binh(), today)
    divided = {one.code for one in pre_merger.merger.closed if len(one.successors) > 1}
    await RulesStore(rolling.pool).publish(pre_merger.province.rulebook().stored())
    engine = Engine(rolling.env.client, rolling.pool, pre_merger.province, rolling.task_queue)
    stopping = asyncio.Event()
    following = asyncio.create_task(follow_rules(RulesStore(rolling.pool), stopping, every=0.1))
    try:
        with rolling.env.with_time_skipping_disabled():
            options = DrillOptions(dossiers=80, seed=7, rate=200.0)
            found = await drill(engine, pre_merger, options, lambda *_: None)
    finally:
        stopping.set()
        await following
    one = found.account
    assert one.sound, one.broken[:10]
    assert (found.old_units, found.new_units, one.dossiers) == (398, 129, 80)
    assert one.moved_whole + one.moved_by_address + one.waiting == 80
    assert one.moved_by_address + one.waiting >= len(divided) == 6
    assert one.moved_by_address > 0
    assert one.waiting > 0


A_NAME = "Nguyễn Văn A"
"""What the first release took for whoever gives an order, wrote down, and could not read again."""


async def broken_row(harness: EngineHarness, rule: StoredRule, **changes: Any) -> UUID:
    """Given: the row of a rollout as the first release left it."""
    file_hash = str(changes.get("file_hash", hash_of_text(harness.task_queue)))
    rollout = rollout_id(RolloutKind.CALENDAR, file_hash)
    row = {"plan": plan_for(rule).model_dump(mode="json"), "who": A_NAME, **changes}
    await harness.pool.execute(
        "insert into rollout (id, kind, file_hash, plan, who, why) values ($1, 'calendar', $2, $3, $4, $5)",
        rollout, file_hash, row["plan"], row["who"], STORM,
    )  # fmt: skip
    return rollout


async def test_an_order_by_a_name_is_refused_before_anything_is_written(rolling: EngineHarness) -> None:
    """Whoever orders, stops, resumes or abandons is an internal identifier; nothing stands in the way of the next."""
    rule = after_a_storm()
    orders = rolling.engine.rollouts
    with pytest.raises(InvalidInput) as refused:
        await orders.begin(ROOT, plan_for(rule), "c" * 64, [rule], who=A_NAME, why=STORM, per_second=5.0)
    assert refused.value.code == "operator_not_an_identifier"
    assert A_NAME not in str(refused.value)
    assert await rolling.pool.fetchval("select count(*) from rollout") == 0
    assert (await finished(rolling, await begun(rolling, rule))).total == 0


@pytest.mark.parametrize(("who", "code"), [("op.9", "unknown_person"), (OFFICER.person, "not_in_role")])
async def test_nobody_but_an_operator_orders_a_rollout(rolling: EngineHarness, who: str, code: str) -> None:
    """A service in the same process that names a stranger, or an officer, is refused as at the command line: for every
    act, before anything is written."""
    rule, orders = after_a_storm(), rolling.engine.rollouts
    rollout = await broken_row(rolling, rule, who="op.1")
    acts = (
        orders.begin(ROOT, plan_for(rule), "c" * 64, [rule], who=who, why=STORM, per_second=5.0),
        orders.stop(ROOT, rollout, who=who),
        orders.resume(ROOT, rollout, who=who, per_second=5.0),
        orders.abandon(ROOT, rollout, who=who, why="Nhầm ngày"),
    )
    for act in acts:
        with pytest.raises(DomainError) as refused:
            await act
        assert refused.value.code == code
    assert [one.id for one in await orders.register.heads()] == [rollout]
    assert await orders.register.acts(rollout) == []


async def test_a_rollout_goes_on_when_whoever_ordered_it_has_left(rolling: EngineHarness) -> None:
    """The question is asked when the order is given. Who is not named is the account of this machine."""
    codes = await accepted(rolling, 2)
    async with rolling.entries_held_up():
        rollout = await begun(rolling, after_a_storm())
        rolling.staff = people()
    assert (await finished(rolling, rollout)).done == len(codes)
    with pytest.raises(Conflict, match="rollout_finished"):
        await rolling.engine.rollouts.abandon(ROOT, rollout.id, who=None, why="Nhầm ngày")
    with pytest.raises(NotFound, match="unknown_person"):
        await rolling.engine.rollouts.abandon(ROOT, rollout.id, who="op.1", why="Nhầm ngày")


async def test_a_row_that_the_first_release_broke_goes_on(rolling: EngineHarness) -> None:
    """Its file again carries it to every dossier; no name comes into an event; who resumed it stands beside it."""
    (code,) = await accepted(rolling, 1)
    rule = after_a_storm()
    rollout = await broken_row(rolling, rule)
    assert (await finished(rolling, await begun(rolling, rule))).done == 1
    recorded = next(one for one in await rolling.engine.history(code) if isinstance(one.event, CalendarChanged))
    assert recorded.actor.person == "van-hanh"
    assert [(one.act, one.who) for one in await rolling.engine.rollouts.register.acts(rollout)] == [("resumed", "op.1")]


@pytest.mark.parametrize("changes", [{}, {"plan": {"kind": "calendar", "targets": "?"}}, {"who": ""}])
async def test_a_broken_row_can_be_stopped_and_abandoned(rolling: EngineHarness, changes: dict[str, Any]) -> None:
    """Whatever stands in it: who and why are recorded, and the next letter is free to begin."""
    codes = await accepted(rolling, 2)
    rule, another = after_a_storm(), hash_of_text(f"another of {rolling.task_queue}")
    rollout = await broken_row(rolling, rule, **changes)
    orders = rolling.engine.rollouts
    await orders.stop(ROOT, rollout, who="op.2")
    assert [one.id for one in await orders.register.heads()] == [rollout]
    with pytest.raises(InvalidInput) as refused:
        await orders.abandon(ROOT, rollout, who="op.2", why="  ")
    assert refused.value.code == "rollout_without_reason"
    await orders.abandon(ROOT, rollout, who="op.2", why="Văn bản đã thu hồi")
    assert (await orders.register.head(rollout)).abandoned_at is not None
    acts = [(one.act, one.who, one.why) for one in await orders.register.acts(rollout)]
    assert acts == [("stopped", "op.2", ""), ("abandoned", "op.2", "Văn bản đã thu hồi")]
    with pytest.raises(Conflict) as again:
        await orders.abandon(ROOT, rollout, who="op.2", why="lần nữa")
    assert again.value.code == "rollout_finished"
    assert (await finished(rolling, await begun(rolling, rule, name=another))).done == len(codes)


async def test_abandoned_in_the_middle_it_asks_nobody_more_and_can_be_taken_up_again(
    harness: EngineHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was asked keeps the new rule, the others the old one; the same file again goes on with those."""
    monkeypatch.setattr(rollout_activities, "AT_ONCE", 1)  # so that the one that is held holds up those after it
    codes = sorted(await accepted(harness, 8))
    rule = after_a_storm()
    register = harness.engine.rollouts.register
    calls = ActivityCalls()
    async with holding(harness, [calls]) as held:
        held.let(codes[:2])
        rollout = await begun(harness, rule)
        await some_are_done(harness, rollout, 2)
        await harness.engine.rollouts.abandon(ROOT, rollout.id, who="op.1", why="Nhầm ngày")
        with pytest.raises(WorkflowFailureError):
            await harness.ended(workflow_id(rollout.id))
        held.let(codes[:3])  # the next one is asked at most, since then the batch hears that it was cancelled
        await until(lambda: not calls.under_way["rollouts.work"], "the batch that asks them has ended")
        left = await register.progress(rollout.id)
        assert (left.pending, left.done + left.abandoned) == (0, 8)
        assert left.abandoned >= 4
        changed = [len(await changes_of(harness, code)) for code in codes]
        assert Counter(changed) == {1: left.done, 0: left.abandoned}
        held.let(codes)
        progress = await finished(harness, await begun(harness, rule))
    assert (progress.done, progress.abandoned) == (8, 0)
    assert [len(await changes_of(harness, code)) for code in codes] == [1] * 8


async def test_a_stop_that_temporal_did_not_hear_of_takes_effect(harness: EngineHarness) -> None:
    """Temporal died between the note of the stop and the interruption of the workflow: the next batch reads the note,
    asks no dossier and ends the workflow. It goes on when somebody resumes it."""
    codes, orders = await accepted(harness, 2), harness.engine.rollouts
    orders.learning = timedelta(0)
    rollout = await begun(harness, after_a_storm())
    await orders.register.note(rollout.id, "stopped", "op.1", "Xem lại")
    async with rollout_worker(harness.env.client, harness.pool, harness.task_queue):
        with pytest.raises(WorkflowFailureError) as ended:
            await harness.handle(workflow_id(rollout.id)).result()
        assert isinstance(ended.value.cause, CancelledError)
        assert (await orders.register.progress(rollout.id)).pending == len(codes)
        with harness.env.with_time_skipping_disabled():
            await orders.resume(ROOT, rollout.id, who="op.2", per_second=50.0)
        assert (await finished(harness, rollout)).done == len(codes)


async def test_an_order_does_not_wait_for_a_temporal_that_is_frozen(
    harness: EngineHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection stands and nothing comes back: whoever orders is told, and the order can be given again."""
    monkeypatch.setattr(rollouts, "ANSWERS_WITHIN", timedelta(milliseconds=300))
    await accepted(harness, 1)
    client = harness.env.client
    async with freezing_way_to(client.service_client.config.target_host) as way:
        through = await Client.connect(way.address, data_converter=client.data_converter)
        engine = Engine(through, harness.pool, a_small_province(), harness.task_queue, lambda: harness.staff)
        way.frozen = True
        with pytest.raises(EngineUnavailable):
            await begun(replace(harness, engine=engine), after_a_storm())
        (rollout,) = await engine.rollouts.register.heads()
        await engine.rollouts.stop(ROOT, rollout.id, who="op.1")
    await harness.engine.rollouts.resume(ROOT, rollout.id, who="op.2", per_second=50.0)


async def test_a_stopped_rollout_is_resumed_without_its_file(harness: EngineHarness) -> None:
    """By its id; one whose new rule was never stored is told apart, and a finished one is not begun again."""
    codes = await accepted(harness, 3)
    orders = harness.engine.rollouts
    async with holding(harness) as held:
        rollout = await begun(harness, after_a_storm())
        await orders.stop(ROOT, rollout.id, who="op.1")
        with harness.env.with_time_skipping_disabled():
            await orders.resume(ROOT, rollout.id, who="op.2", per_second=50.0)
        held.let(codes)
        assert (await finished(harness, rollout)).done == len(codes)
    with pytest.raises(Conflict) as over:
        await orders.resume(ROOT, rollout.id, who="op.2", per_second=50.0)
    assert over.value.code == "rollout_finished"
    with pytest.raises(Conflict) as nothing_to_stop:
        await orders.stop(ROOT, rollout.id, who="op.2")
    assert nothing_to_stop.value.code == "rollout_finished"
    assert [one.act for one in await orders.register.acts(rollout.id)] == ["ordered", "stopped", "resumed"]
    never_stored = await broken_row(harness, after_a_storm(version="9"), who="op.1", file_hash="e" * 64)
    with pytest.raises(Conflict) as missing:
        await orders.resume(ROOT, never_stored, who="op.2", per_second=50.0)
    assert missing.value.code == "rollout_rules_missing"


@pytest.mark.parametrize("result", ["done", ApplicationError("Failed by operator", non_retryable=True), NOTHING_LEFT])
async def test_a_batch_that_somebody_ended_by_hand_is_worked_again(rolling: EngineHarness, result: Any) -> None:
    """Neither garbage nor a failure nor a false report stops a rollout, or closes it before everybody was asked."""
    codes = await accepted(rolling, 3)
    async with rolling.entries_held_up():
        rollout = await begun(rolling, after_a_storm())
        await rolling.end_activity(workflow_id(rollout.id), "rollouts.work", result)
    if result is not NOTHING_LEFT:
        await rolling.until_at_rest(workflow_id(rollout.id))
        await rolling.later(workflow_id(rollout.id), seconds=MADE_AGAIN_AFTER.total_seconds())
    assert (await finished(rolling, rollout)).done == 3
    assert [len(await changes_of(rolling, code)) for code in codes] == [1, 1, 1]
    await rolling.replays(workflow_id(rollout.id))


async def test_a_rollout_that_nobody_carries_on_is_told_until_it_is_resumed(rolling: EngineHarness) -> None:
    """Somebody terminated it in Temporal: told once, by its id; one that an operator stopped is no alarm."""
    codes = await accepted(rolling, 2)
    watch = ExecutorWatch(rolling.engine.executors, rolling.pool, Runtime.default().metric_meter)
    async with rolling.entries_held_up():
        rollout = await begun(rolling, after_a_storm())
        await rolling.handle(workflow_id(rollout.id)).terminate("by mistake")
        with capture_logs() as logs:
            for _ in range(3):
                await watch.look()
        told = [(one["rollout"], one["code"]) for one in logs if one["event"] == "rollout_stuck"]
        assert told == [(str(rollout.id), "ended_terminated")]
        await rolling.engine.rollouts.stop(ROOT, rollout.id, who="op.1")
        with capture_logs() as logs:
            await watch.look()
        assert [one["event"] for one in logs if "rollout" in one["event"]] == ["rollout_goes_on"]
    with rolling.env.with_time_skipping_disabled():
        await rolling.engine.rollouts.resume(ROOT, rollout.id, who="op.1", per_second=100.0)
    assert (await finished(rolling, rollout)).done == len(codes)
    with capture_logs() as logs:
        await watch.look()
    assert not [one for one in logs if one["event"] == "rollout_stuck"]


async def test_a_rollout_whose_work_the_database_refuses_is_told(rolling: EngineHarness) -> None:
    """It is tried for ever, since it goes on once a person has put the database right: until then it is on the list."""
    codes = await accepted(rolling, 2)
    owner = await asyncpg.connect(rolling.database.admin_url)
    try:
        await owner.execute("revoke insert, update on rollout_item from luongxanh_app")
        with rolling.env.with_time_skipping_disabled():
            rollout = await begun(rolling, after_a_storm())
            found = await until(rolling.engine.executors.stuck_rollouts, "the rollout is told as stuck")
            [row] = await Incidents(rolling.engine).stuck_rollouts(IncidentFilter())
        assert found == {rollout.id: "database_refused"}
        assert (row.cause, row.code) == (Cause.TASK_FAILS, "database_refused"), "its workflow has not ended"
    finally:
        await owner.execute("grant insert, update on rollout_item to luongxanh_app")
        await owner.close()
    assert (await finished(rolling, rollout)).done == len(codes)
    assert await rolling.engine.executors.stuck_rollouts() == {}
