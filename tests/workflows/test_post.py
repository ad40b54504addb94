"""The post collects papers and delivers results, whatever happens meanwhile, on a real Temporal and PostgreSQL."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from activities.adapters.outside_calls import OutsideCalls
from activities.adapters.post import REPORT_SIGNATURE_HEADER
from activities.ledger.outside_tries import OutsideTries
from activities.ledger.reading import LedgerReader
from activities.ledger.vault import Vault
from domain.dossier.commands import (
    Accept,
    CancelPost,
    Handback,
    PostPurpose,
    RequestPost,
    ReturnResult,
    Withdraw,
)
from domain.dossier.post_stages import UNDER_ORDER, PostStage
from domain.dossier.state import Dossier, State
from domain.dossier.state.post import current
from domain.dossier.work import work_of
from domain.errors import DomainError
from gateway.api.post_reports import report_router
from gateway.client.requests import PostalAddress
from tests.histories.stories import AT_HOME
from tests.support.api_under_test import open_api
from tests.support.dossier_steps import ordered_to_be_signed, reset, restart, set_back
from tests.support.engine_harness import EngineHarness
from tests.support.given import CITIZEN, DESK
from tests.support.waiting import until
from tools.simulator.world import Access

pytestmark = pytest.mark.stack

AT_WORK = PostalAddress(name="Nguyễn Văn An", phone="0912345678", address="Số 80, đường Trần Phú")
SECRET = Access().post_secret
DELIVERY, COLLECTION = PostPurpose.DELIVERY, PostPurpose.COLLECTION


def delivery(dossier: Dossier) -> Any:
    """The delivery that is wanted."""
    found = current(dossier.postal_items, DELIVERY)
    assert found is not None
    return found


def at_stage(stage: PostStage) -> Callable[[Dossier], bool]:
    """The delivery has come so far."""
    return lambda one: delivery(one).stage is stage


async def to_be_delivered(harness: EngineHarness) -> str:
    """A dossier that was filed with the wish to have the result delivered, up to its signature."""
    code = (await harness.submit(postal_address=AT_HOME)).dossier
    await harness.act(code, DESK, Accept())
    return await ordered_to_be_signed(harness, code)


async def ordered(harness: EngineHarness) -> tuple[str, str]:
    """The same, when the post has taken the order; with the number of the item."""
    code = await to_be_delivered(harness)
    now = await harness.until(code, lambda one: delivery(one).stage is PostStage.ORDERED)
    return code, delivery(now).item


async def work(harness: EngineHarness, code: str) -> set[tuple[str, str]]:
    """What somebody should do now, and in which role."""
    dossier = await harness.known(code)
    return {(item.act, item.role) for item in work_of(dossier, await harness.engine.rules_of(dossier))}


async def moved(harness: EngineHarness, item: str, *stages: PostStage, **how: Any) -> None:
    """The post moves an item through these stages."""
    for stage in stages:
        answer = await harness.http.post(f"{harness.simulator}/post-items/{item}", json={"stage": stage, **how})
        answer.raise_for_status()


async def effects(harness: EngineHarness, code: str) -> dict[str, int]:
    """What really happened at the post for a dossier, by service and key."""
    found = (await harness.inspect("post"))["effects"]
    return {f"{one['service']} {one['key'][len(code) + 1 :]}": one["times"] for one in found}


@asynccontextmanager
async def reporting(harness: EngineHarness) -> AsyncIterator[str]:
    """The API over a socket, to which the post reports."""
    async with open_api(harness, None, report_router(harness.engine, SECRET)) as opened:
        url = f"{opened.url}/v1/post/reports"
        (await harness.http.post(f"{harness.simulator}/post-reports", json={"url": url})).raise_for_status()
        yield url


async def reported(harness: EngineHarness, url: str, secret: str = "", **changes: str) -> httpx2.Response:
    """A report that somebody sends."""
    told = {
        "event_id": "BP-1",
        "reference": "H42.1-250101-0001.post-order-1",
        "item_code": "EH000000000VN",
        "stage": "delivered",
        "stated_at": "2026-01-05T08:00:00+07:00",
    }
    body = json.dumps(told | changes).encode()
    signature = hmac.new((secret or SECRET.get_secret_value()).encode(), body, hashlib.sha256).hexdigest()
    return await harness.http.post(url, content=body, headers={REPORT_SIGNATURE_HEADER: f"sha256={signature}"})


async def test_a_result_goes_to_the_door(harness: EngineHarness) -> None:
    """Filed with the wish, issued, ordered once, reported stage by stage; delivered closes it as returned by post. The
    address is in the vault, and in no event, no history and no report."""
    code, item = await ordered(harness)
    async with reporting(harness):
        for stage in (PostStage.COLLECTED, PostStage.UNDER_WAY):
            await moved(harness, item, stage)
            await harness.until(code, at_stage(stage))
        await harness.in_step(code)
        assert await work(harness, code) == set()
        await moved(harness, item, PostStage.DELIVERED, report="report_twice")
        now = await harness.until(code, lambda one: one.state is State.RETURNED)
    await harness.ended(code)
    history = await harness.engine.history(code)
    returned = next(one for one in history if one.kind == "result_returned")
    assert returned.event.model_dump()["by"] == Handback.POST
    assert delivery(now).stage is PostStage.DELIVERED
    assert await effects(harness, code) == {
        "order post-order-1": 1, "collected post-order-1": 1, "under_way post-order-1": 1,
        "delivered post-order-1": 1,
    }  # fmt: skip
    told = "".join(one.event.model_dump_json() for one in history)
    past = (await harness.handle(code).fetch_history()).to_json()
    assert "Lê Công Thanh" not in told + past
    await harness.replays(code)


async def _nothing(_harness: EngineHarness, _code: str) -> None:
    pass


async def _new_workers(harness: EngineHarness, _code: str) -> None:
    await harness.close_workers()
    await harness.open_workers()


DISTURBANCES: dict[str, Callable[[EngineHarness, str], Awaitable[object]]] = {
    "left alone": _nothing,
    "set back": set_back,
    "reset": reset,
    "restarted": restart,
    "its workers died": _new_workers,
}


@pytest.mark.parametrize(
    ("mode", "disturbance"),
    [
        ("timeout", "set back"),
        ("cut", "restarted"),
        ("duplicate", "reset"),
        ("down", "its workers died"),
        ("no_effect", "left alone"),
        ("garbled", "restarted"),
    ],
)
async def test_one_delivery_whatever_happens_to_its_order(harness: EngineHarness, mode: str, disturbance: str) -> None:
    """The answer to the order is lost, or nothing was done, and meanwhile the dossier's run is set back, started anew
    or loses its workers: the post has one order in the end."""
    await harness.control("post", {"mode": mode, "service": "order", "calls": 2})
    code = await to_be_delivered(harness)
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    await DISTURBANCES[disturbance](harness, code)
    now = await harness.until(code, lambda one: delivery(one).stage is PostStage.ORDERED, 60)
    assert now.incidents == ()
    assert await effects(harness, code) == {"order post-order-1": 1}


async def test_every_report_was_lost(harness: EngineHarness) -> None:
    """Nobody told that it was delivered: the dossier asks by its own timer, and is returned."""
    code, item = await ordered(harness)
    await moved(harness, item, PostStage.COLLECTED, PostStage.UNDER_WAY)
    await harness.later(code, hours=7)
    await harness.until(code, lambda one: delivery(one).stage is PostStage.UNDER_WAY)
    await moved(harness, item, PostStage.DELIVERED, clock_hours=-30)
    await harness.later(code, hours=13)
    await harness.until(code, lambda one: one.state is State.RETURNED)
    kinds = await harness.kinds(code)
    assert kinds.count("post_check_asked") == 2


async def test_the_post_is_down_for_three_days(harness: EngineHarness) -> None:
    """The result is issued in time and nobody is late; a changed address counts when the post is back, once."""
    await harness.control("post", {"mode": "down"})
    code = await to_be_delivered(harness)
    resolved = await harness.until(code, lambda one: one.state is State.RESOLVED and bool(one.incidents))
    assert (resolved.incidents[0].system, resolved.incidents[0].final) == ("post", False)
    await harness.later(code, days=3)
    await harness.act(code, CITIZEN, RequestPost(purpose=DELIVERY), postal_address=AT_WORK)
    await harness.control("post")
    now = await harness.until(code, lambda one: delivery(one).stage is PostStage.ORDERED, 90)
    assert (now.deadlines.late_promised_minutes or 0) <= 0
    assert (now.ended_at, now.incidents) == (resolved.ended_at, ())
    items = [(one["reference"], one["stage"]) for one in (await harness.inspect("post"))["items"]]
    assert sorted(items) == [(f"{code}.post-order-1", "cancelled"), (f"{code}.post-order-2", "ordered")]


async def test_what_came_back_is_sent_again_or_fetched(harness: EngineHarness) -> None:
    """Undeliverable: the desk is told what to do. Sent again to another address it is lost; then it is fetched."""
    code, item = await ordered(harness)
    async with reporting(harness):
        await moved(harness, item, PostStage.COLLECTED)
        await harness.until(code, lambda one: delivery(one).stage is PostStage.COLLECTED)
        with pytest.raises(DomainError, match="post_has_item"):
            await harness.act(code, DESK, ReturnResult())
        with pytest.raises(DomainError, match="post_has_item"):
            await harness.act(code, CITIZEN, RequestPost(purpose=DELIVERY), postal_address=AT_WORK)
        await moved(harness, item, PostStage.UNDELIVERABLE)
        await harness.until(code, lambda one: delivery(one).stage is PostStage.UNDELIVERABLE)
        assert await work(harness, code) == {("request_post", "reception"), ("return_result", "reception")}
        await harness.act(code, DESK, RequestPost(purpose=DELIVERY), postal_address=AT_WORK)
        again = await harness.until(code, lambda one: delivery(one).stage is PostStage.ORDERED)
        await moved(harness, delivery(again).item, PostStage.LOST)
        await harness.until(code, lambda one: delivery(one).stage is PostStage.LOST)
        await harness.act(code, DESK, ReturnResult())
    await harness.ended(code)
    assert await effects(harness, code) == {
        "order post-order-1": 1, "collected post-order-1": 1, "undeliverable post-order-1": 1,
        "order post-order-2": 1, "lost post-order-2": 1,
    }  # fmt: skip


async def test_fetched_at_the_counter_while_nobody_knows_of_the_order(harness: EngineHarness) -> None:
    """The answer to the order is lost and the applicant comes to the counter: the dossier is returned at once, and ends
    when the post has cancelled whatever it had."""
    await harness.control("post", {"mode": "timeout", "service": "order"})
    code = await to_be_delivered(harness)
    await harness.until(code, lambda one: one.state is State.RESOLVED and bool(one.incidents), 60)
    await harness.act(code, DESK, ReturnResult())
    now = await harness.until(code, lambda one: one.postal_items[0].stage is PostStage.CANCELLED, 60)
    assert now.state is State.RETURNED
    await harness.ended(code)
    assert await effects(harness, code) == {"order post-order-1": 1, "cancelled post-order-1": 1}


async def test_papers_are_collected(harness: EngineHarness) -> None:
    """The post collects papers for a dossier filed online; its stage is seen, and an officer receives them as ever.
    When the applicant withdraws instead, the order is cancelled."""
    code = (await harness.submit()).dossier
    await harness.act(code, CITIZEN, RequestPost(purpose=COLLECTION), postal_address=AT_HOME)
    other = (await harness.submit()).dossier
    await harness.act(other, DESK, RequestPost(purpose=COLLECTION), postal_address=AT_HOME)

    def at(stage: PostStage) -> Callable[[Dossier], bool]:
        return lambda one: one.postal_items[0].stage is stage

    now = await harness.until(code, at(PostStage.ORDERED))
    async with reporting(harness):
        await moved(harness, now.postal_items[0].item or "", PostStage.COLLECTED)
        await harness.until(code, at(PostStage.COLLECTED))
        await moved(harness, now.postal_items[0].item or "", PostStage.DELIVERED)
        assert (await harness.until(code, at(PostStage.DELIVERED))).state is State.SUBMITTED
    await harness.until(other, at(PostStage.ORDERED))
    await harness.act(other, CITIZEN, Withdraw())
    await harness.until(other, at(PostStage.CANCELLED))
    await harness.ended(other)


async def test_nobody_wants_it_by_post_any_more(harness: EngineHarness) -> None:
    """Cancelled before the result: nothing is ordered. Cancelled before it is collected: the post is told."""
    early = await to_be_delivered_and_cancelled(harness)
    code, _ = await ordered(harness)
    await harness.act(code, CITIZEN, CancelPost(purpose=DELIVERY))
    await harness.until(code, lambda one: one.postal_items[0].stage is PostStage.CANCELLED)
    assert await effects(harness, code) == {"order post-order-1": 1, "cancelled post-order-1": 1}
    assert (await harness.known(early)).state is State.RESOLVED
    with pytest.raises(DomainError, match="no_postal_item"):
        await harness.act(early, CITIZEN, CancelPost(purpose=DELIVERY))


async def to_be_delivered_and_cancelled(harness: EngineHarness) -> str:
    """A dossier with a result whose applicant changed their mind before it."""
    code = (await harness.submit(postal_address=AT_HOME)).dossier
    await harness.act(code, CITIZEN, CancelPost(purpose=DELIVERY))
    await harness.act(code, DESK, Accept())
    await ordered_to_be_signed(harness, code)
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    return code


async def test_reports_that_move_nothing(harness: EngineHarness) -> None:
    """Forged, of nobody, of another dossier's item, twice, and a lie: each has its code, and no dossier is returned."""
    code, item = await ordered(harness)
    other, item_of_another = await ordered(harness)
    reference = f"{code}.post-order-1"
    async with reporting(harness) as url:
        forged = await reported(harness, url, "another-secret", reference=reference, item_code=item)
        assert (forged.status_code, forged.json()["code"]) == (401, "report_signature")
        nobody = await reported(harness, url)
        assert (nobody.status_code, nobody.json()["code"]) == (404, "unknown_dossier")
        no_dossier = await reported(harness, url, reference="post-order-1")
        assert (no_dossier.status_code, no_dossier.json()["code"]) == (404, "dossier_code_unreadable")
        crossed = await reported(harness, url, reference=reference, item_code=item_of_another)
        assert (crossed.status_code, crossed.json()["code"]) == (409, "unknown_postal_item")
        lies = [await reported(harness, url, reference=reference, item_code=item) for _ in range(2)]
        assert [lie.status_code for lie in lies] == [200, 200]
        assert lies[1].json()["repeated"] is True
        same_name = [
            await reported(harness, url, reference=f"{other}.post-order-1", item_code=item_of_another) for _ in range(2)
        ]
        assert [(one.status_code, one.json()["repeated"]) for one in same_name] == [(200, False), (200, True)]
        now = await harness.until(code, lambda one: one.postal_items[0].checks == 1 and not one.postal_items[0].asked)
    assert (now.state, now.postal_items[0].stage) == (State.RESOLVED, PostStage.ORDERED)


async def test_a_report_before_the_answer_to_the_order(harness: EngineHarness) -> None:
    """Answered 503, to be sent again: the item is not known yet. When the order is recorded, it is taken."""
    await harness.control("post", {"mode": "cut", "service": "order"})
    code = await to_be_delivered(harness)

    async def item() -> str | None:
        return next((str(one["item_code"]) for one in (await harness.inspect("post"))["items"]), None)

    number = await until(item, "the post has the order")
    async with reporting(harness) as url:
        early = await reported(harness, url, reference=f"{code}.post-order-1", item_code=number)
        assert (early.status_code, early.json()["code"]) == (503, "unknown_postal_item")
        await harness.control("post")
        await harness.until(code, lambda one: delivery(one).stage in UNDER_ORDER, 60)
        taken = await reported(harness, url, reference=f"{code}.post-order-1", item_code=number)
        assert taken.status_code == 200


async def test_the_post_gives_one_number_twice(harness: EngineHarness) -> None:
    """The answer is the item of another dossier: it is not recorded, and a person looks."""
    first, item = await ordered(harness)
    await harness.control("post", {"mode": "order_of_another", "service": "order"})
    code = await to_be_delivered(harness)
    now = await harness.until(code, lambda one: one.state is State.RESOLVED and bool(one.incidents), 60)
    assert delivery(now).item is None
    assert delivery(await harness.known(first)).item == item


async def test_a_province_without_a_post(harness: EngineHarness) -> None:
    """Nothing is asked of anybody: the order is refused at once, the desk is told, and returns it at the counter."""
    there = harness.calls
    without = replace(harness.outside, post=None)
    harness.calls = OutsideCalls(
        without, without, Vault(harness.pool), LedgerReader(harness.pool), OutsideTries(harness.pool), "http://none"
    )
    await harness.close_workers()
    await harness.open_workers()
    code = await to_be_delivered(harness)
    now = await harness.until(code, lambda one: bool(one.incidents))
    harness.calls = there
    assert [(one.code, one.final) for one in now.incidents] == [("post_not_connected", True)]
    assert ("request_post", "reception") in await work(harness, code)
    await harness.act(code, DESK, ReturnResult())
    await harness.ended(code)


async def test_an_address_of_nobody_is_refused(harness: EngineHarness) -> None:
    """Without an address, with one beside another command, or with a commitment that was made up."""
    code = (await harness.submit()).dossier
    with pytest.raises(DomainError, match="postal_address_missing"):
        await harness.act(code, CITIZEN, RequestPost(purpose=DELIVERY))
    with pytest.raises(DomainError, match="postal_address_not_wanted"):
        await harness.act(code, CITIZEN, Withdraw(), postal_address=AT_HOME)
    with pytest.raises(DomainError, match="postal_address_not_kept"):
        await harness.act(code, CITIZEN, RequestPost(purpose=DELIVERY, postal_address="a" * 64))
