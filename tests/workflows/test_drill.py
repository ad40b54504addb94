"""A bad release leaves dossiers stuck in four ways. After the fix each is repaired by its mechanic, and all finish."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import uuid4

import pytest
from temporalio.exceptions import ApplicationError

from domain.dossier.commands import Approve, Assign, CompleteStep, Resume, ReturnResult, Suspend
from domain.dossier.revision import CURRENT
from domain.dossier.state import State
from domain.repairs.acts import RepairedBy
from domain.repairs.causes import Cause
from domain.repairs.orders import FastForwardOrder, MendOrder, RepairKind, ResetOrder, RestartOrder, ToBuild
from gateway.client.dossier_client import DossierClient
from gateway.client.repairs.cause_of_one import ENDED_BY_HAND
from gateway.client.repairs.mechanics import mechanics_of
from tests.support.dossier_steps import accepted, paid, sign
from tests.support.engine_harness import EngineHarness
from tests.support.given import DESK, HEAD, OFFICER, OFFICIAL
from tests.support.small_province import PAID
from tests.support.stuck_dossiers import failed, other_release
from tests.workflows.broken_dossier_workflows import BadRelease
from workflows.dossier import DossierWorkflow
from workflows.messages import OpenDossier

pytestmark = pytest.mark.stack

BAD = "2.0.0-bad"
EACH_ONCE = {"payments": ("order",), "signing": ("sign", "seal"), "civil": ("registered",)}


async def taken_over(harness: EngineHarness, code: str, queue: str, revision: int = CURRENT) -> str:
    """The dossier's workflow is started again on a queue, as another release starts it."""
    snapshot = await harness.known(code)
    await harness.handle(code).terminate("another release takes it over")
    start = OpenDossier(code=code, snapshot=snapshot, revision=revision)
    await harness.env.client.start_workflow("Dossier", start, id=code, task_queue=queue)
    return code


async def call_ended_by_hand(harness: EngineHarness) -> str:
    """A dossier whose call for an order failed for many tries, until somebody ended it in Temporal."""
    await harness.control("payments", {"mode": "timeout", "service": "create_order"})
    code = await accepted(harness, PAID)
    await harness.until_pending(code, "outside.patient")
    await harness.end_activity(code, "outside.patient", ApplicationError("enough", non_retryable=True))
    await harness.until_at_rest(code)
    await harness.control("payments")
    return code


async def finished(harness: EngineHarness, code: str) -> None:
    """What people do until the result is returned and registered."""
    if (await harness.known(code)).state is State.PAYMENT_REQUESTED:
        order = (await harness.until(code, lambda one: one.payment.order is not None)).payment.order or ""
        await harness.pay(order)
        await harness.call_back(code, order)
        await harness.until(code, lambda one: one.state is State.ACCEPTED)
    if (await harness.known(code)).state is State.SUSPENDED:
        await harness.act(code, HEAD, Resume())
    if (await harness.known(code)).processing.step == "process":
        await harness.act(code, OFFICER, CompleteStep(step="process"))
    await harness.act(code, HEAD, Approve(step="approve"))
    await harness.act(code, OFFICIAL, sign(code))
    await harness.until(code, lambda one: one.state is State.RESOLVED and one.result.reference is not None)
    await harness.act(code, DESK, ReturnResult())


async def test_four_ways_of_being_stuck_are_repaired(harness: EngineHarness) -> None:
    """An exception, a history that does not replay, a call that was given up, data that cannot be read."""
    line = DossierClient(harness.env.client, harness.engine.reader, harness.task_queue)
    mechanics = mechanics_of(harness.env.client, harness.pool, line)
    raising, not_replaying, unread = [await paid(harness) for _ in range(3)]
    given_up = await call_ended_by_hand(harness)
    other_queue = f"{harness.task_queue}-other-release"
    with harness.env.with_time_skipping_disabled():
        async with other_release(harness, BadRelease, BAD):
            for code in (raising, not_replaying):
                await taken_over(harness, code, other_queue)
            await harness.act(not_replaying, HEAD, Assign(person=OFFICER.person))
            await harness.act(not_replaying, HEAD, Suspend(legal_basis="Điều 5"))
            lost = asyncio.create_task(harness.act(raising, OFFICER, CompleteStep(step="process")))
            await failed(harness, raising, 3)
            lost.cancel()
        await taken_over(harness, unread, harness.task_queue, revision=CURRENT + 90)
        await failed(harness, unread, 3)
    async with other_release(harness, DossierWorkflow, "2.0.1"):
        await harness.handle(not_replaying).signal("read_ledger")
        await failed(harness, not_replaying, 3)
        [made] = (await mechanics.look(given_up, FastForwardOrder())).again
        assert made.effect == "payment-order/1"
        cured: dict[str, tuple[RestartOrder | ResetOrder | MendOrder, Cause, str]] = {
            raising: (MendOrder(), Cause.TASK_FAILS, "WorkflowWorkerUnhandledFailure"),
            not_replaying: (ResetOrder(to=ToBuild(build=BAD)), Cause.DOES_NOT_REPLAY, "NonDeterministicError"),
            given_up: (MendOrder(), Cause.CALL_NOT_ANSWERED, ENDED_BY_HAND),
            unread: (RestartOrder(), Cause.TASK_FAILS, "WorkflowWorkerUnhandledFailure"),
        }
        for code, (order, cause, why) in cured.items():
            found = await mechanics.look(code, order)
            assert (found.cause, found.code, found.refused) == (cause, why, None), code
            mended = RepairKind.FAST_FORWARD if code == given_up else RepairKind.RESTART
            assert found.chosen == (mended if isinstance(order, MendOrder) else None)
            with harness.env.with_time_skipping_disabled():
                await mechanics.carry_out(found, order, RepairedBy(act=uuid4(), who="op.1", why="Bản 2.0.0 lỗi"))
            assert await mechanics.remaining(found, order) is None, code
        for code in cured:
            await finished(harness, code)
            assert (await harness.known(code)).state is State.RETURNED
            kinds = Counter(await harness.kinds(code))
            assert [kinds[kind] for kind in ("payment_order_created", "result_signed", "result_registered")] == [1] * 3
    for system, services in EACH_ONCE.items():
        effects = (await harness.inspect(system))["effects"]
        for service in services:
            times = [one["times"] for one in effects if one["service"] == service]
            assert times == [1] * len(cured), service
