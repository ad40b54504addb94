"""The repair of one dossier: what is seen before, what is done, what is left, and what a second try does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client

from activities.ledger.stuck_dossiers import StuckDossiers
from domain.dossier.commands import CompleteStep, Withdraw
from domain.dossier.state import State
from domain.errors import Conflict, InvalidInput, RuleViolation
from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.findings import AskedAgain, Finding
from domain.repairs.orders import (
    FastForwardOrder,
    MendOrder,
    MigrateOrder,
    RepairKind,
    ResetOrder,
    ResetPoint,
    RestartOrder,
    TerminateOrder,
    ToBuild,
    ToEvent,
    ToTime,
)
from domain.rules.rulebook import content_hash
from gateway.client.dossier_client import DossierClient
from gateway.client.repairs.fast_forward import FastForwardMechanic
from gateway.client.repairs.mechanics import MechanicsByKind, mechanics_of
from gateway.client.repairs.migrate import MigrateMechanic
from gateway.client.repairs.reset import ResetMechanic
from gateway.client.repairs.restart import RestartMechanic
from gateway.client.repairs.terminate import TerminateMechanic
from tests.support.dossier_steps import a_version_with_a_step_more, accepted, ordered, written_and_lost
from tests.support.engine_harness import EngineHarness
from tests.support.engine_under_test import APPLICANT
from tests.support.given import CITIZEN, OFFICER
from tests.support.small_province import PAID
from tests.support.stuck_dossiers import OLDER, another_build_asks, failed, not_replayable, other_release
from tests.support.waiting import until
from workflows.dossier import DossierWorkflow

pytestmark = pytest.mark.stack

WHY = "Kẹt sau khi nâng cấp"


def ordered_by(who: str = "op.1", why: str = WHY) -> RepairedBy:
    return RepairedBy(act=uuid4(), who=who, why=why)


def restarts(harness: EngineHarness) -> RestartMechanic:
    line = DossierClient(harness.env.client, harness.engine.reader, harness.task_queue)
    return RestartMechanic(harness.env.client, harness.pool, line)


def resets(harness: EngineHarness) -> ResetMechanic:
    return ResetMechanic(harness.env.client, harness.pool)


def fast_forwards(harness: EngineHarness) -> FastForwardMechanic:
    return FastForwardMechanic(harness.env.client, harness.pool)


def every_kind(harness: EngineHarness) -> MechanicsByKind:
    line = DossierClient(harness.env.client, harness.engine.reader, harness.task_queue)
    return mechanics_of(harness.env.client, harness.pool, line)


async def chosen(harness: EngineHarness, code: str) -> RepairKind | str | None:
    """The repair that the cause of a dossier calls for, or why none is chosen."""
    found = await every_kind(harness).look(code, MendOrder())
    assert (found.refused is None) is (found.chosen is not None)
    return found.chosen or found.refused


async def restarted(harness: EngineHarness, finding: Finding, order: RestartOrder, by: RepairedBy) -> str | None:
    with harness.env.with_time_skipping_disabled():
        return await restarts(harness).carry_out(finding, order, by)


async def test_a_dossier_that_does_not_replay_is_restarted_once(harness: EngineHarness) -> None:
    """The finding names the cause; the repair cures it; the same act again does nothing; a late order is refused."""
    code = await not_replayable(harness)
    order, by, mechanic = RestartOrder(), ordered_by(), restarts(harness)
    async with other_release(harness, DossierWorkflow):
        await another_build_asks(harness.env.client, f"{harness.task_queue}-other-release", OLDER)

        async def looked() -> Finding | None:
            """None while a worker that has gone takes the question with it: nobody has answered then."""
            finding = await mechanic.look(code, order)
            return finding if finding.cause is not None else None

        unasked = await until(looked, "a worker of this release is asked")
        assert (unasked.cause, unasked.code) == (Cause.DOES_NOT_REPLAY, "NonDeterministicError"), (
            "before any task failed"
        )
        await harness.handle(code).signal("read_ledger")
        await failed(harness, code, 2)
        found = await mechanic.look(code, order)
        assert (found.cause, found.code) == (Cause.DOES_NOT_REPLAY, "NonDeterministicError"), "after one failure"
        await failed(harness, code, 3)
        assert (found.run, found.version) == (await harness.run_of(code), (await harness.known(code)).version)
        assert (found.refused, found.again) == (None, ())
        assert await mechanic.remaining(found, order) is Cause.DOES_NOT_REPLAY
        await takes_no_command(harness, code)
        with pytest.raises(InvalidInput) as refused:
            await restarted(harness, found, order, ordered_by(why=f"Hồ sơ của {APPLICANT.name}"))
        assert refused.value.code == "particulars_in_record"
        run = await restarted(harness, found, order, by)
    assert run == await harness.run_of(code) != found.run
    assert await mechanic.remaining(found, order) is None
    assert await restarted(harness, found, order, by) == run
    with pytest.raises(Conflict) as changed:
        await restarted(harness, found, order, ordered_by("op.2"))
    assert changed.value.code == "run_changed"
    [entry] = await StuckDossiers(harness.pool).restarts()
    assert (entry.dossier, entry.who, entry.why, entry.run, entry.found) == (code, "op.1", WHY, found.run, "task_fails")
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.in_step(code)


async def takes_no_command(harness: EngineHarness, code: str) -> None:
    """Moving or ending a stuck dossier is refused with what to do first. Where the dossier itself stands in the way,
    that is said."""
    line = DossierClient(harness.env.client, harness.engine.reader, harness.task_queue)
    rule = await a_version_with_a_step_more(harness)
    moves = MigrateMechanic(harness.env.client, harness.pool, line)
    assert (await moves.look(code, MigrateOrder(procedure="f" * 64))).refused == "unknown_rule"
    found = await moves.look(code, MigrateOrder(procedure=rule.hash))
    assert (found.cause, found.refused) == (Cause.DOES_NOT_REPLAY, "workflow_takes_no_command")
    assert found.refused_because is not None
    assert "restart or reset" in found.refused_because.en


async def test_a_restart_is_for_what_does_not_go_on(harness: EngineHarness) -> None:
    """A sound dossier is left alone unless told, an ended one always; one whose workflow ended early is started."""
    mechanic = restarts(harness)
    code = await accepted(harness)
    sound = await mechanic.look(code, RestartOrder())
    assert (sound.cause, sound.refused) == (None, "restart_not_needed")
    assert await chosen(harness, code) == "nothing_to_mend"
    assert sound.refused_because is not None
    assert code in sound.refused_because.vi
    with pytest.raises(RuleViolation):
        await restarted(harness, sound, RestartOrder(), ordered_by())
    told = RestartOrder(although_sound=True)
    assert (await mechanic.look(code, told)).refused is None
    assert await restarted(harness, sound, told, ordered_by()) != sound.run
    await harness.handle(code).terminate("by mistake")
    ended = await mechanic.look(code, RestartOrder())
    assert (ended.cause, ended.code, ended.run) == (Cause.ENDED_EARLY, "ended_terminated", None)
    assert await chosen(harness, code) is RepairKind.RESTART
    assert await mechanic.remaining(ended, RestartOrder()) is Cause.ENDED_EARLY
    assert await restarted(harness, ended, RestartOrder(), ordered_by()) == await harness.run_of(code)
    assert await mechanic.remaining(ended, RestartOrder()) is None
    await harness.act(code, CITIZEN, Withdraw())
    await harness.ended(code)
    assert (await mechanic.look(code, told)).refused == await chosen(harness, code) == "repair_not_needed"
    assert (await resets(harness).look(code, ResetOrder(to=ToEvent(event=4)))).refused == "repair_not_needed"
    assert (await fast_forwards(harness).look(code, FastForwardOrder())).refused == "repair_not_needed"


async def test_a_restart_of_an_ended_workflow_that_was_interrupted_is_recorded_once(harness: EngineHarness) -> None:
    """Temporal did not answer after the restart was written down: the repeated call completes it. When the dossier has
    stopped once more, that is another restart."""
    code, order, by = await accepted(harness), RestartOrder(), ordered_by()
    silent = await Client.connect(
        "127.0.0.1:1",  # where nobody listens
        lazy=True,
        data_converter=harness.env.client.data_converter,
    )
    unanswered = DossierClient(silent, harness.engine.reader, harness.task_queue)
    for stops in (1, 2):
        await harness.handle(code).terminate("by mistake")
        ended = await restarts(harness).look(code, order)
        with pytest.raises(RuntimeError, match="client connect"):
            await RestartMechanic(harness.env.client, harness.pool, unanswered).carry_out(ended, order, by)
        await restarted(harness, ended, order, by)
        assert len(await StuckDossiers(harness.pool).restarts()) == stops


async def test_a_reset_goes_to_an_event_an_instant_or_a_build(harness: EngineHarness) -> None:
    """Each point is found in the history; the state afterwards is the ledger's, and an act is carried out once."""
    code = await accepted(harness)
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    before, mechanic = await harness.kinds(code), resets(harness)
    history = await harness.handle(code).fetch_history()
    ends = [one for one in history.events if one.HasField("workflow_task_completed_event_attributes")]
    build = ends[0].workflow_task_completed_event_attributes.worker_version.build_id
    at = ends[0].event_time.ToDatetime(tzinfo=UTC) + timedelta(milliseconds=1)
    for to in (ToEvent(event=ends[1].event_id), ToTime(at=at), ToBuild(build=build)):
        order, by = ResetOrder(to=to), ordered_by()
        found = await mechanic.look(code, order)
        assert (found.refused, found.cause, found.run) == (None, None, await harness.run_of(code)), to
        run = await mechanic.carry_out(found, order, by)
        assert run == await harness.run_of(code) != found.run
        assert await mechanic.carry_out(found, order, by) == run
        with pytest.raises(Conflict) as changed:
            await mechanic.carry_out(found, order, ordered_by())
        assert changed.value.code == "run_changed"
        assert await mechanic.remaining(found, order) is None
        assert await harness.kinds(code) == before
    first = (await harness.handle(code).fetch_history()).events
    redone = next(one for one in first if one.HasField("workflow_task_failed_event_attributes"))
    assert redone.event_id == ends[0].event_id
    await harness.handle(code).terminate("by mistake")
    order = ResetOrder(to=ToBuild(build=build))
    ended = await mechanic.look(code, order)
    assert (ended.cause, ended.run, ended.refused) == (Cause.ENDED_EARLY, None, None)
    await mechanic.carry_out(ended, order, ordered_by())
    assert await mechanic.remaining(ended, order) is None
    await harness.in_step(code)


async def test_a_point_that_does_not_exist_is_refused_with_those_that_do(harness: EngineHarness) -> None:
    """After the end, between two tasks, before the first task, a build that never worked: each has its code."""
    code = await accepted(harness)
    events = (await harness.handle(code).fetch_history()).events
    now = events[-1].event_time.ToDatetime(tzinfo=UTC)
    refusals: list[tuple[ResetPoint, str]] = [
        (ToEvent(event=len(events) + 100), "reset_point_ahead"),
        (ToEvent(event=5), "reset_point_inside"),
        (ToTime(at=max(now, datetime.now(UTC)) + timedelta(days=1)), "reset_point_ahead"),
        (ToTime(at=now - timedelta(days=1)), "reset_point_missing"),
        (ToBuild(build="2.0.0-bad"), "reset_point_missing"),
    ]
    run = await harness.run_of(code)
    for to, expected in refusals:
        found = await resets(harness).look(code, ResetOrder(to=to))
        assert (found.refused, found.again) == (expected, ()), to
        assert found.refused_because is not None
        assert "#4 #10" in found.refused_because.en
        with pytest.raises(RuleViolation) as refused:
            await resets(harness).carry_out(found, ResetOrder(to=to), ordered_by())
        assert refused.value.code == expected
    assert await harness.run_of(code) == run
    before = datetime.now(UTC)
    told = RestartOrder(although_sound=True)
    await restarted(harness, await restarts(harness).look(code, told), told, ordered_by())
    await harness.in_step(code)
    for to, expected in (
        (ToTime(at=before), "reset_point_before_restart"),
        (ToBuild(build="2.0.0-bad"), "reset_point_before_restart"),
        (ToTime(at=now - timedelta(days=1)), "reset_point_missing"),
    ):
        found = await resets(harness).look(code, ResetOrder(to=to))
        assert (found.refused, found.again) == (expected, ()), to


async def test_a_waiting_call_is_made_now(harness: EngineHarness) -> None:
    """The preview names the calls. The system that works again answers before its pause is over; the other is told."""
    for system in ("payments", "population"):
        await harness.control(system, {"mode": "down"})
    code, mechanic = await accepted(harness, PAID), fast_forwards(harness)
    await harness.until_pending(code, "outside.patient", 4)
    both = await mechanic.look(code, FastForwardOrder())
    assert (both.cause, both.code) == (Cause.CALL_NOT_ANSWERED, "outside_unavailable")
    assert {(one.effect, one.system) for one in both.again} == {
        ("identity/1", "population"),
        ("payment-order/1", "payments"),
    }
    assert await chosen(harness, code) is RepairKind.FAST_FORWARD
    assert (await mechanic.look(code, FastForwardOrder(system="signing"))).refused == "nothing_waits"
    await harness.control("payments")
    order = FastForwardOrder(system="payments")
    found = await mechanic.look(code, order)
    assert found.again == (AskedAgain(effect="payment-order/1", system="payments"),)
    assert await mechanic.carry_out(found, order, ordered_by()) == found.run
    assert await mechanic.remaining(found, order) is None
    now = await harness.known(code)
    assert now.payment.order is not None
    assert {one.system for one in now.incidents} == {"population"}
    assert [one["times"] for one in (await harness.inspect("payments"))["effects"]] == [1]
    assert (await mechanic.look(code, order)).refused == "nothing_waits"
    other = FastForwardOrder(system="population")
    await mechanic.carry_out(found, other, ordered_by())
    assert await mechanic.remaining(found, other) is Cause.CALL_NOT_ANSWERED


async def test_a_workflow_that_lacks_an_act_reads_the_ledger(harness: EngineHarness) -> None:
    """It is found behind its ledger and follows; no clock moves, and the due dates are those of the ledger."""
    code = await accepted(harness)
    await written_and_lost(harness, code, OFFICER, CompleteStep(step="process"))
    mechanic, order = every_kind(harness), MendOrder()
    found = await mechanic.look(code, order)
    assert (found.cause, found.refused) == (Cause.BEHIND_ITS_LEDGER, None)
    assert (found.chosen, found.again) == (RepairKind.FAST_FORWARD, ())
    await mechanic.carry_out(found, order, ordered_by())
    assert await mechanic.remaining(found, order) is None
    await harness.in_step(code)


async def test_a_dossier_is_moved_to_another_version(harness: EngineHarness) -> None:
    """The preview says whether it can go on there; the act is a command and acts once; its dates stay."""
    code = await accepted(harness)
    line = DossierClient(harness.env.client, harness.engine.reader, harness.task_queue)
    mechanic = MigrateMechanic(harness.env.client, harness.pool, line)
    unknown = await mechanic.look(code, MigrateOrder(procedure="f" * 64))
    assert unknown.refused == "unknown_rule"
    other = MigrateOrder(procedure=content_hash(PAID))
    assert (await mechanic.look(code, other)).refused == "pins_of_another_procedure"
    rule = await a_version_with_a_step_more(harness)
    order, by, before = MigrateOrder(procedure=rule.hash), ordered_by(), await harness.known(code)
    found = await mechanic.look(code, order)
    assert (found.refused, found.again, found.cause) == (None, (), None)
    assert await mechanic.carry_out(found, order, by) == await mechanic.carry_out(found, order, by) == found.run
    assert await mechanic.remaining(found, order) is None
    after = await harness.known(code)
    assert (after.pins.procedure, after.version) == (rule.hash, before.version + 1)
    assert after.deadlines == before.deadlines
    assert (await mechanic.look(code, order)).refused == "rules_pinned_already"
    entry = (await harness.engine.history(code))[-1]
    assert (entry.event.kind, entry.actor.person) == ("rules_changed", "op.1")
    await harness.act(code, OFFICER, CompleteStep(step="process"))
    assert (await harness.known(code)).processing.step == "check"
    back = await mechanic.look(code, MigrateOrder(procedure=before.pins.procedure))
    assert back.refused == "step_not_in_version"
    assert back.refused_because is not None
    assert "check" in back.refused_because.vi
    await harness.in_step(code)


async def test_a_dossier_that_was_entered_twice_is_ended(harness: EngineHarness) -> None:
    """The payment that came in goes back once; an ended dossier, and one before intake, are refused."""
    code, order = await ordered(harness)
    await harness.pay(order, amount=5_000)
    line = DossierClient(harness.env.client, harness.engine.reader, harness.task_queue)
    mechanic = TerminateMechanic(harness.env.client, harness.pool, line)
    terminate, by = TerminateOrder(), ordered_by(why="Nhập hai lần")
    found = await mechanic.look(code, terminate)
    assert (found.refused, found.again) == (None, ())
    for _ in range(2):
        await mechanic.carry_out(found, terminate, by)
    now = await harness.until(code, lambda one: one.money.refunded == 5_000)
    assert now.state is State.STOPPED
    assert await mechanic.remaining(found, terminate) is None
    effects = (await harness.inspect("payments"))["effects"]
    assert [one["times"] for one in effects if one["service"] == "refund"] == [1]
    assert (await mechanic.look(code, terminate)).refused == "wrong_state"
    other = (await harness.submit()).dossier
    assert (await mechanic.look(other, terminate)).refused == "wrong_state"
    await harness.in_step(code)
