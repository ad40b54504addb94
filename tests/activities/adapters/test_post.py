"""Tests of the postal service's adapter, with items that a test moves and reports that may fail.

Its operations in every misbehaviour are in `test_misbehaviours`.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from pydantic import ValidationError

from activities.adapters.messages import OutsideCode
from activities.adapters.post import (
    REPORT_SIGNATURE_HEADER,
    PostalParty,
    PostedOrder,
    PostOrder,
    PostReport,
    verify_report,
)
from activities.adapters.systems import Outside, open_outside, same_host
from domain.dossier.commands import PostPurpose
from domain.dossier.post_stages import PostStage
from domain.errors import InvalidInput
from tests.activities.adapters.given import DOSSIER, Steering, fault, post_of, post_order
from tests.activities.adapters.test_connection import failure, http, talking
from tests.activities.adapters.test_payments import Merchant
from tools.simulator.world import Access

KEY = post_order().key
SECRET = Access().post_secret


async def moved(steering: Steering, item: str, stage: PostStage, **how: object) -> dict[str, object]:
    """The post moves an item."""
    return await asyncio.to_thread(steering.post, f"/post-items/{item}", {"stage": stage, **how})


@pytest.fixture
async def desk(steering: Steering) -> AsyncIterator[Merchant]:
    """Where the reports arrive."""
    desk = Merchant()
    async with await asyncio.start_server(desk.serve, "127.0.0.1", 0) as server:
        desk.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1/post/reports"
        await asyncio.to_thread(steering.post, "/post-reports", {"url": desk.url})
        yield desk


async def hears(desk: Merchant, times: int) -> list[PostReport]:
    """The reports, once that many have arrived; each must be signed by the post."""
    async with asyncio.timeout(30), desk.came:
        await desk.came.wait_for(lambda: len(desk.heard) >= times)
        header = REPORT_SIGNATURE_HEADER.lower()
    return [verify_report(SECRET, body, signatures[header]) for signatures, body in desk.heads]


async def test_an_item_from_its_order_to_the_door(steering: Steering, outside: Outside, desk: Merchant) -> None:
    """Ordered, collected, under way, delivered: each stage is found by asking, and reported once."""
    post = post_of(outside)
    ordered = await post.order(post_order())
    assert ordered.stage is PostStage.ORDERED
    for stage in (PostStage.COLLECTED, PostStage.UNDER_WAY, PostStage.DELIVERED):
        await moved(steering, ordered.item_code, stage)
        assert (await post.track(KEY, ordered.item_code)).stage is stage
    reports = await hears(desk, 3)
    assert [report.stage for report in reports] == ["collected", "under_way", "delivered"]
    assert {report.dossier for report in reports} == {DOSSIER}
    assert steering.effects("post", KEY) == {
        f"order {KEY}": 1, f"collected {KEY}": 1, f"under_way {KEY}": 1, f"delivered {KEY}": 1,
    }  # fmt: skip


async def test_a_success_without_effect_is_seen_at_once(steering: Steering, outside: Outside) -> None:
    """The post says that it took the order and knows nothing of it: no packet waits at the desk for nobody."""
    steering.misbehave("post", fault("no_effect"))
    error = await failure(post_of(outside).order(post_order()))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, "no_effect", True)


async def test_an_order_that_comes_after_its_cancellation(steering: Steering, outside: Outside) -> None:
    """The answer to the order was lost and it was cancelled; the order that still comes is not carried out."""
    post = post_of(outside)
    assert (await post.cancel(KEY)).cancelled
    assert (await post.order(post_order())).stage is PostStage.CANCELLED
    assert steering.effects("post", KEY) == {}


async def test_what_the_post_has_is_not_cancelled(steering: Steering, outside: Outside) -> None:
    """Too late: the answer says so, and the item goes on."""
    post = post_of(outside)
    item = (await post.order(post_order())).item_code
    await moved(steering, item, PostStage.COLLECTED)
    done = await post.cancel(KEY)
    assert (done.cancelled, done.item_code) == (False, item)
    assert (await post.track(KEY, item)).stage is PostStage.COLLECTED


async def test_a_key_means_one_order(outside: Outside) -> None:
    """The same key with another address is refused for good; the address is not in the error."""
    post = post_of(outside)
    await post.order(post_order())
    error = await failure(post.order(post_order(address="Số 7, phố Khác")))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.REFUSED, "key_reused", False)
    assert "phố" not in str(error)


async def test_an_unknown_order(outside: Outside) -> None:
    """A key that the post does not know is refused for good, with its own reason."""
    error = await failure(post_of(outside).track(KEY, "EH1"))
    assert (error.retryable, error.reason) == (False, "unknown_order")


@pytest.mark.parametrize(
    ("mode", "stages"),
    [
        ("report_lost", []),
        ("report_twice", ["collected", "collected"]),
        ("report_late", ["collected"]),
        ("report_wrong_stage", ["delivered"]),
    ],
)
async def test_a_report_that_fails(
    steering: Steering, outside: Outside, desk: Merchant, mode: str, stages: list[str]
) -> None:
    """Whatever a report says or whether it comes, asking gives the truth."""
    post = post_of(outside)
    item = (await post.order(post_order())).item_code
    await moved(steering, item, PostStage.COLLECTED, report=mode, delay=0.0)
    assert [report.stage for report in await hears(desk, len(stages))] == stages
    assert (await post.track(KEY, item)).stage is PostStage.COLLECTED


async def test_reports_out_of_order_and_by_a_wrong_clock(steering: Steering, outside: Outside, desk: Merchant) -> None:
    """A held report comes after the next one; a clock that is seven hours off is only what the post states."""
    post = post_of(outside)
    item = (await post.order(post_order())).item_code
    await moved(steering, item, PostStage.COLLECTED, report="report_out_of_order")
    await moved(steering, item, PostStage.UNDER_WAY, clock_hours=7)
    reports = await hears(desk, 2)
    assert [report.stage for report in reports] == ["under_way", "collected"]
    assert (reports[0].stated_at - reports[1].stated_at).total_seconds() > 6 * 3_600


async def test_an_item_moves_only_as_items_do(steering: Steering, outside: Outside) -> None:
    """The simulated post is strict: no stage backwards or left out, and nothing after the end, unless a test wants."""
    item = (await post_of(outside).order(post_order())).item_code
    assert (await moved(steering, item, PostStage.UNDER_WAY))["error_code"] == "no_such_move"
    assert (await moved(steering, "EH0", PostStage.COLLECTED))["error_code"] == "unknown_item"
    await moved(steering, item, PostStage.LOST)
    assert (await moved(steering, item, PostStage.DELIVERED))["error_code"] == "no_such_move"


def answer(**changes: object) -> str:
    """The post's answer about the order."""
    at = {"stage": "ordered", "stated_at": "2026-01-05T08:00:00+07:00", "cancelled": True}
    return json.dumps({"error_code": "00", "reference": KEY, "item_code": "EH1", **at, **changes})


@pytest.mark.parametrize(
    ("operation", "changes", "reason"),
    [
        ("order", {"reference": "H42.12-250701-0002.post-order-1"}, "another_order"),
        ("order", {"stage": "requested"}, "field.stage"),
        ("order", {"stage": "teleported"}, "field.stage"),
        ("order", {"item_code": ""}, "field.item_code"),
        ("track", {"item_code": "EH2"}, "another_item"),
        ("track", {"stated_at": "hôm qua"}, "field.stated_at"),
        ("cancel", {"reference": "other"}, "another_order"),
        ("cancel", {"cancelled": None}, "field.cancelled"),
    ],
)
async def test_an_answer_about_something_else_is_no_answer(
    operation: str, changes: dict[str, object], reason: str
) -> None:
    """An answer about another order, another item or with a stage that nobody knows moves nothing, and is asked for
    again."""
    calls: dict[str, Callable[[Outside], Awaitable[object]]] = {
        "order": lambda outside: post_of(outside).order(post_order()),
        "track": lambda outside: post_of(outside).track(KEY, "EH1"),
        "cancel": lambda outside: post_of(outside).cancel(KEY),
    }
    async with talking(lambda _: http(answer(**changes))) as url, open_outside(same_host(url)) as outside:
        error = await failure(calls[operation](outside))
        assert (error.code, error.reason, error.retryable) == (OutsideCode.BAD_REPLY, reason, True)


REPORT = json.dumps(
    {
        "event_id": "BP-1",
        "reference": KEY,
        "item_code": "EH1",
        "stage": "delivered",
        "stated_at": "2026-01-05T08:00:00+07:00",
    }
).encode()


def signed(body: bytes, secret: str = SECRET.get_secret_value()) -> str:
    """The signature of a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_a_signed_report_is_taken() -> None:
    """A report is accepted only when its exact bytes were signed with the shared secret."""
    assert verify_report(SECRET, REPORT, signed(REPORT)).dossier == DOSSIER


@pytest.mark.parametrize(
    ("body", "signature"),
    [(REPORT, None), (REPORT, ""), (REPORT, signed(REPORT, "another")), (REPORT + b" ", signed(REPORT))],
)
def test_an_unsigned_report_is_refused(body: bytes, signature: str | None) -> None:
    """A report without a signature, with another secret's, or over other bytes raises InvalidInput."""
    with pytest.raises(InvalidInput) as caught:
        verify_report(SECRET, body, signature)
    assert caught.value.code == "report_signature"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", REPORT.replace(b"delivered", b"flown")])
def test_a_signed_report_of_another_shape_is_refused(body: bytes) -> None:
    """A signed body that is no report raises its own InvalidInput."""
    with pytest.raises(InvalidInput) as caught:
        verify_report(SECRET, body, signed(body))
    assert caught.value.code == "report_unreadable"


@pytest.mark.parametrize(
    "wrong",
    [{"address": ""}, {"address": "x" * 501}, {"phone": "không có"}, {"name": " "}, {"phone": "0912 345 678"}],
)
def test_a_party_that_no_postman_finds_is_not_sent(wrong: dict[str, str]) -> None:
    """An absent or a huge address is refused here, and its content is not in the error."""
    given = {"name": "Trần Thị Ánh", "phone": "0912345678", "address": "Số 5"} | wrong
    with pytest.raises(ValidationError) as caught:
        PostalParty.model_validate(given)
    assert "Ánh" not in str(caught.value)


def test_the_address_is_not_shown() -> None:
    """Neither the order nor its party shows whose address it is."""
    assert "Ánh" not in repr(post_order())
    assert PostOrder.model_validate(post_order().model_dump()).purpose is PostPurpose.DELIVERY
    assert PostedOrder.model_validate_json(answer()).evidence is None
