"""The activity that makes a quick call and writes its outcome, beside the workflow that asks for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.adapters.outside_calls import Call
from activities.adapters.recorded_calls import CallOfDossier, RecordedCalls
from activities.ledger.reading import LedgerReader
from domain.dossier.commands import Accept
from domain.dossier.context import Rules
from domain.dossier.effects import Effect
from domain.dossier.events import OutsideCallFailed
from domain.dossier.outcomes import RecordFailure, RecordPaymentOrder
from domain.dossier.react import react
from domain.dossier.revision import CURRENT
from domain.dossier.state import Identity
from domain.outside_orders import OutsideAct, OutsideOrder
from domain.outside_systems import System
from domain.values import VIETNAM
from tests.support.dossier_steps import written_and_lost
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK
from tests.support.small_province import PAID, RULEBOOK

pytestmark = pytest.mark.stack


async def accepted_unseen(harness: EngineHarness) -> str:
    """Given: a dossier that waits for its identity and its order, and a workflow that does not know it yet."""
    code = (await harness.submit(PAID)).dossier
    await harness.until_workflow(code, lambda now: now.version == 1)
    await written_and_lost(harness, code, DESK, Accept())
    return code


async def asked(harness: EngineHarness, code: str, kind: str) -> CallOfDossier:
    """The call that the workflow would make for an effect of this kind."""
    dossier = await harness.known(code)
    effects = react(dossier, Rules.pinned(dossier.pins, RULEBOOK)).effects
    effect: Effect = next(one for one in effects if one.kind == kind)
    now = (await harness.database_time()).astimezone(VIETNAM)
    return CallOfDossier(call=Call(dossier=code, effect=effect), dossier=dossier, now=now, revision=CURRENT)


def recorded_calls(harness: EngineHarness) -> RecordedCalls:
    return RecordedCalls(harness.calls, harness.pool, lambda: RULEBOOK)


async def goes_on(harness: EngineHarness, code: str) -> None:
    """Then: the workflow, once it reads the ledger, is in step with it, and everything was done once."""
    await harness.handle(code).signal("read_ledger")
    await harness.until(code, lambda one: one.payment.order is not None and one.applicant.identity is Identity.MATCHES)
    kinds = await harness.kinds(code)
    assert (kinds.count("payment_order_created"), kinds.count("identity_verified")) == (1, 1)
    for system in ("payments", "population"):
        assert {effect["times"] for effect in (await harness.inspect(system))["effects"]} <= {1}
    await harness.in_step(code)


async def test_the_outcome_is_written_and_returned_with_its_events(harness: EngineHarness) -> None:
    """The workflow gets exactly what stands in the ledger; the same call again writes nothing and returns the same."""
    code = await accepted_unseen(harness)
    call = await asked(harness, code, "verify_identity")
    first = await recorded_calls(harness).quick_recorded(call)
    assert first.appended is not None
    assert not first.appended.repeated
    written = await harness.engine.reader.history(code, after_version=call.dossier.version)
    assert [one.event for one in written] == list(first.appended.earlier)
    assert written[0].at >= call.now
    again = await recorded_calls(harness).quick_recorded(call)
    assert again.appended is not None
    assert again.appended.repeated
    assert again.appended.earlier == first.appended.earlier
    await goes_on(harness, code)


async def test_an_outcome_after_another_is_decided_again(harness: EngineHarness) -> None:
    """Two calls begin at the same version. The slower one is decided by what the faster one wrote."""
    code = await accepted_unseen(harness)
    identity, order = await asked(harness, code, "verify_identity"), await asked(harness, code, "create_payment_order")
    faster = await recorded_calls(harness).quick_recorded(identity)
    slower = await recorded_calls(harness).quick_recorded(order)
    assert faster.appended is not None
    assert slower.appended is not None
    assert slower.appended.first_version == faster.appended.last_version + 1
    dossier = await harness.known(code)
    assert isinstance(slower.outcome, RecordPaymentOrder)
    assert (dossier.applicant.identity, dossier.payment.order) == (Identity.MATCHES, slower.outcome.order)
    await goes_on(harness, code)


async def test_calls_side_by_side_are_written_without_a_conflict(
    harness: EngineHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one is decided by what the first one wrote. Only after a refused entry would the ledger be read."""

    async def never_read(*_: object, **__: object) -> None:
        raise AssertionError("an entry was refused")

    code = await accepted_unseen(harness)
    calls = [await asked(harness, code, kind) for kind in ("verify_identity", "create_payment_order")]
    one_process = recorded_calls(harness)
    with monkeypatch.context() as while_they_run:
        while_they_run.setattr(LedgerReader, "history", never_read)
        recorded = await asyncio.gather(*map(one_process.quick_recorded, calls))
    appended = sorted(one.appended.first_version for one in recorded if one.appended is not None)
    assert appended == [calls[0].dossier.version + 1, calls[0].dossier.version + 2]
    await goes_on(harness, code)


async def test_a_ledger_that_does_not_answer_is_left_to_the_workflow(harness: EngineHarness) -> None:
    """The outside system has answered and is not blamed. The workflow writes the outcome when the ledger is back."""
    code = await accepted_unseen(harness)
    call = await asked(harness, code, "create_payment_order")
    async with harness.entries_held_up():
        recorded = await recorded_calls(harness).quick_recorded(call)
    assert recorded.appended is None
    assert recorded.outcome.kind == "record_payment_order"
    await goes_on(harness, code)


async def test_a_failure_is_written_too(harness: EngineHarness) -> None:
    """It becomes an incident of the dossier, and the patient call follows."""
    code = await accepted_unseen(harness)
    await harness.control("payments", {"mode": "down", "calls": 1})
    failed = await recorded_calls(harness).quick_recorded(await asked(harness, code, "create_payment_order"))
    assert failed.appended is not None
    [event] = failed.appended.earlier
    assert isinstance(event, OutsideCallFailed)
    await goes_on(harness, code)


async def test_a_refusal_after_a_try_whose_end_nobody_saw_is_not_final(harness: EngineHarness) -> None:
    """The platform opens the order, and the worker is killed before the ledger knows it. The next worker makes the call
    again and is refused at the door: an operator who may have it asked again under another key would double it."""
    code = await accepted_unseen(harness)
    call = await asked(harness, code, "create_payment_order")
    await harness.calls.quick(call.call)  # what came of it is lost with its worker
    await harness.control("payments", {"mode": "refused", "calls": 1})
    recorded = await recorded_calls(harness).quick_recorded(call)
    assert isinstance(recorded.outcome, RecordFailure)
    assert (recorded.outcome.code, recorded.outcome.final) == ("not_accepted", False)
    await goes_on(harness, code)


async def test_nothing_is_sent_before_it_is_on_record_that_it_is_tried(harness: EngineHarness) -> None:
    """While the ledger cannot take that down, only looks go out. The patient call follows when the ledger is back."""
    code = await accepted_unseen(harness)
    call, look = [await asked(harness, code, kind) for kind in ("create_payment_order", "verify_identity")]
    async with harness.pool.acquire() as holding, holding.transaction():
        await holding.execute("lock table outside_tries in access exclusive mode")
        outcome = (await harness.calls.quick(call.call)).outcome
        assert (await harness.calls.quick(look.call)).outcome.kind == "record_identity"
    assert isinstance(outcome, RecordFailure)
    assert (outcome.code, outcome.final) == ("database_unavailable", False)
    assert (await harness.inspect("payments"))["received"] == {}
    await goes_on(harness, code)


async def tried(harness: EngineHarness, call: Call, attempt: int) -> str | tuple[str, float]:
    """What a try of the patient call brought: the outcome, or why and for how many seconds Temporal waits now."""
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=attempt)
    try:
        return str((await environment.run(harness.calls.patient, call)).outcome.kind)
    except ApplicationError as failed:
        return str(failed.type), (failed.next_retry_delay or timedelta()).total_seconds()


@pytest.mark.parametrize(
    ("kind", "system", "outcome"),
    [
        ("create_payment_order", System.PAYMENTS, "record_payment_order"),
        ("verify_identity", System.POPULATION, "record_identity"),
    ],
)
async def test_a_system_that_asks_for_a_pause_gets_it_between_the_quick_and_the_patient_call(
    harness: EngineHarness, kind: str, system: System, outcome: str
) -> None:
    """429 with Retry-After: the first try of the patient call sends nothing and leaves the waiting to Temporal; the
    next one goes out. Operators who order the system to be called do not wait."""
    code = await accepted_unseen(harness)
    call = (await asked(harness, code, kind)).call
    await harness.control(system, {"mode": "too_many", "retry_after": "600", "calls": 1})
    failed = (await harness.calls.quick(call)).outcome
    assert isinstance(failed, RecordFailure)
    assert (failed.code, failed.final) == ("http_429", False)
    waits = await tried(harness, call, 1)
    assert waits[0] == "asked_to_wait"
    assert 500 < float(waits[1]) <= 600
    received = (await harness.inspect(system))["received"]
    assert sum(received.values()) == 1, "the quick call"
    connection, now = harness.outside.connections[system], datetime.now(VIETNAM)
    order = OutsideOrder(number=1, system=system, act=OutsideAct.CLOSE, until=now, who="v", why="w", at=now)
    connection.obey(order, 100)
    assert await tried(harness, call, 1) == outcome
    connection.obey(None)
    assert await tried(harness, call, 2) == outcome
    await goes_on(harness, code)


async def test_a_ledger_behind_the_workflow_is_left_to_the_workflow(harness: EngineHarness) -> None:
    """A database that was set back to an earlier moment: nothing is written, and the outside system is not blamed."""
    code = await accepted_unseen(harness)
    call = await asked(harness, code, "create_payment_order")
    ahead = call.model_copy(update={"dossier": replace(call.dossier, version=call.dossier.version + 5)})
    before = await harness.kinds(code)
    recorded = await recorded_calls(harness).quick_recorded(ahead)
    assert (recorded.appended, recorded.outcome.kind) == (None, "record_payment_order")
    assert await harness.kinds(code) == before
