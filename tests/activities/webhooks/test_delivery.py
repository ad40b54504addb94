"""Tests of webhooks with real receivers: nothing lost, in order for each dossier, and nobody waits for another."""

from __future__ import annotations

import asyncio
import random
from functools import partial

import asyncpg
import httpx2
import pytest

from activities.events_out.filters import EventFilter
from activities.ledger.feed import Cursor
from activities.webhooks.failures import DeliveryFailure
from activities.webhooks.progress import WebhookProgress
from activities.webhooks.register import Owner, WebhookState
from activities.webhooks.retries import RetrySchedule
from tests.activities.webhooks.conftest import OWNER, Post
from tests.support.databases import Database
from tests.support.plain_http import NO_TLS
from tests.support.waiting import WITHIN, until
from tests.support.webhook_receiver import OK, Answer, Received, Receiver, receiving, saying, status, well

pytestmark = pytest.mark.stack

ONE, TWO, THREE = CODES = [f"H42.12-250701-000{number}" for number in (1, 2, 3)]


def _more_than(receiver: Receiver, before: int) -> bool:
    return len(receiver.received) > before


CUT = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and usename = 'luongxanh_app' and pid <> pg_backend_pid()
"""
CUTS = 3
PATIENT = RetrySchedule(pauses=(0.05,) * 50, longest_rest=0.1)


async def test_events_arrive_signed_in_order_and_once(post: Post) -> None:
    """Each message is a CloudEvent with a number of its own, signed by the scheme's library."""
    async with receiving() as receiver:
        made, secret = await post.register.create(OWNER, receiver.url, EventFilter(), "van-hanh", Cursor())
        await post.write(ONE, 3)
        async with post.delivering():
            await post.takes_all(receiver, ONE)
            await post.write(TWO, 2)
            await post.takes_all(receiver, ONE, TWO)
    assert all(one.signed_by(secret) and not one.signed_by("whsec_" + "A" * 44) for one in receiver.taken)
    assert {one.headers["content-type"] for one in receiver.taken} == {"application/cloudevents+json"}
    assert len({one.headers["webhook-id"] for one in receiver.taken}) == 5
    assert all("." not in one.headers["webhook-id"] for one in receiver.taken)
    assert (await post.register.get(made.id, OWNER)).failures == 0
    assert await post.register.behind(made.id, OWNER) == []


async def test_while_a_secret_changes_both_sign(post: Post) -> None:
    """Until the old one ends; a receiver that knows either takes the message."""
    async with receiving() as receiver:
        made, old = await post.register.create(OWNER, receiver.url, EventFilter(), "van-hanh", Cursor())
        new = await post.register.rotate(made.id, OWNER, "van-hanh")
        await post.write(ONE, 1)
        async with post.delivering():
            await post.takes_all(receiver, ONE)
            await post.pool.execute("update webhook_secret set ends_at = clock_timestamp() where ends_at is not null")
            await post.write(TWO, 1)
            await post.takes_all(receiver, ONE, TWO)
    first, second = receiver.taken
    assert first.signed_by(old)
    assert first.signed_by(new)
    assert second.signed_by(new)
    assert not second.signed_by(old)


async def hanging(_received: Received, _writer: asyncio.StreamWriter) -> None:
    """Never answers."""
    await asyncio.sleep(3_600)


async def dripping(_received: Received, writer: asyncio.StreamWriter) -> None:
    """Answers a letter at a time, for ever (slow loris)."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-")
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless_head(_received: Received, writer: asyncio.StreamWriter) -> None:
    """Sends headers without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Header: " + b"x" * 4_000 + b"\r\n")
        await writer.drain()


async def cutting(_received: Received, _writer: asyncio.StreamWriter) -> None:
    """Ends the connection without an answer."""


HOSTILE: dict[str, tuple[Answer, DeliveryFailure]] = {
    "silent": (hanging, DeliveryFailure.TIMEOUT),
    "slow loris": (dripping, DeliveryFailure.TIMEOUT),
    "endless headers": (endless_head, DeliveryFailure.BROKEN_OFF),
    "a huge header": (saying(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"), DeliveryFailure.BROKEN_OFF),
    "no HTTP": (saying(b"\x00\xff not HTTP at all\r\n\r\n"), DeliveryFailure.BROKEN_OFF),
    "cut off": (cutting, DeliveryFailure.BROKEN_OFF),
    "an error": (saying(status(500)), DeliveryFailure.FAILED),
    "refused": (saying(status(404)), DeliveryFailure.REFUSED),
    "informed": (saying(status(304)), DeliveryFailure.REDIRECTED),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_receiver_delays_only_itself(post: Post, name: str) -> None:
    """A good receiver has everything meanwhile. When the other mends its ways, it gets all in order, and once."""
    answer, failure = HOSTILE[name]
    patience = 2.0 if failure is DeliveryFailure.TIMEOUT else WITHIN
    async with receiving(answer) as hostile, receiving() as good:
        bad_hook, _ = await post.webhook(hostile), await post.webhook(good)
        for code in CODES:
            await post.write(code, 2)
        async with post.delivering(PATIENT, patience):
            await post.takes_all(good, *CODES)
            codes = await until(lambda: _codes_behind(post, bad_hook.id), "the hostile receiver is behind")
            assert failure in codes
            hostile.answer = well
            hostile.taken.clear()
            await post.takes_all(hostile, *CODES)
        assert (await post.register.get(bad_hook.id, OWNER)).failures == 0
        assert await post.register.behind(bad_hook.id, OWNER) == []


async def _codes_behind(post: Post, webhook: str) -> set[str]:
    return {one.code for one in await post.register.behind(webhook, OWNER)} - {"waits"}


async def test_an_endless_body_is_not_read(post: Post) -> None:
    """A receiver that took the message and goes on sending has taken it; the connection is closed."""
    closed = asyncio.Event()

    async def endless(_received: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                writer.write(b"1000\r\n" + b"x" * 4_096 + b"\r\n")
                await writer.drain()
        finally:
            closed.set()

    async with receiving(endless) as receiver:
        await post.webhook(receiver)
        await post.write(ONE, 1)
        async with post.delivering():
            await until(closed.is_set, "the connection is closed")
            await until(lambda: receiver.received, "the message came")
            await post.write(TWO, 1)
            await until(lambda: len(receiver.received) >= 2, "the next message came")
    assert [one.id for one in receiver.received] == [f"{ONE}/1", f"{TWO}/1"]


async def test_a_redirect_is_not_followed(post: Post) -> None:
    """Not even to an address that is allowed: the target gets nothing."""
    async with receiving() as target, receiving() as receiver:
        receiver.answer = saying(status(307, f"Location: {target.url}"))
        made = await post.webhook(receiver)
        await post.write(ONE, 1)
        async with post.delivering(PATIENT):
            codes = await until(lambda: _codes_behind(post, made.id), "the receiver is behind")
        assert codes == {DeliveryFailure.REDIRECTED}
        assert target.received == []


async def test_a_receiver_inside_is_not_reached(post: Post) -> None:
    """A webhook whose host the operator no longer allows: nothing is sent, and the reason is told."""
    async with receiving() as receiver:
        made = await post.webhook(receiver)
        await post.pool.execute(
            "update webhook set url = replace(url, '127.0.0.1', '127.0.0.2') where id = $1", made.id
        )
        await post.write(ONE, 1)
        async with post.delivering(PATIENT):
            codes = await until(lambda: _codes_behind(post, made.id), "the webhook is behind")
        assert codes == {DeliveryFailure.ADDRESS_PRIVATE}
        assert receiver.received == []


async def test_one_dossier_that_is_refused_holds_up_no_other(post: Post) -> None:
    """Its later events wait behind the refused one, so that the order of the dossier is kept; others go on."""
    async with receiving() as receiver:

        async def picky(received: Received, writer: asyncio.StreamWriter) -> None:
            writer.write(status(500) if received.id == f"{ONE}/2" else OK)

        receiver.answer = picky
        made = await post.webhook(receiver)
        await post.write(ONE, 4)
        await post.write(TWO, 3)
        async with post.delivering(PATIENT):
            await until(lambda: receiver.ids(TWO) == post.all_of(TWO), "the other dossier is through")
            await post.write(ONE, 1)
            await post.write(THREE, 2)
            await until(lambda: receiver.ids(THREE) == post.all_of(THREE), "a later dossier too")
            assert receiver.ids(ONE) == [f"{ONE}/1"]
            [behind] = await post.register.behind(made.id, OWNER)
            assert (behind.dossier, behind.version, behind.code) == (ONE, 2, DeliveryFailure.FAILED)
            receiver.answer = well
            await post.takes_all(receiver, *CODES)


async def test_after_the_last_try_a_person_decides(post: Post) -> None:
    """The dossier is given up, its owner gets one e-mail, and nothing further is tried until somebody orders it. A
    retry goes on where it stopped: nothing is lost or out of order."""
    async with receiving() as receiver:

        async def picky(received: Received, writer: asyncio.StreamWriter) -> None:
            writer.write(status(422) if received.event["subject"] == ONE else OK)

        receiver.answer = picky
        made = await post.webhook(receiver)
        await post.write(ONE, 3)
        await post.write(TWO, 2)
        async with post.delivering():
            [dead] = await until(lambda: post.register.behind(made.id, OWNER, dead=True), "the dossier is given up")
            assert (dead.dossier, dead.version, dead.tries, dead.code) == (ONE, 1, 9, DeliveryFailure.REFUSED)
            [email] = await until(post.emails, "the owner was told")
            tried = len(receiver.received)
            await post.write(ONE, 1)
            await post.write(TWO, 1)
            await until(lambda: receiver.ids(TWO) == post.all_of(TWO), "others go on")
            assert [one.id for one in receiver.received[tried:]] == [f"{TWO}/3"]
            receiver.answer = well
            assert await post.register.retry(made.id, OWNER, ONE, "van-hanh") == 1
            await post.takes_all(receiver, ONE, TWO)
        assert email["times"] == 1
        assert len(await post.emails()) == 1


async def test_an_owner_who_cannot_be_told_keeps_nobody_from_being_told(post: Post) -> None:
    """While the gateway does not answer, the e-mails wait. One that it refuses for good is given up; the stop stays on
    the operators' list, and the others are told."""
    async with receiving(saying(status(410))) as receiver, httpx2.AsyncClient(trust_env=False, verify=NO_TLS) as http:

        async def gateway(*faults: dict[str, str]) -> None:
            (await http.post(f"{post.simulator}/control/email", json=list(faults))).raise_for_status()

        await gateway({"mode": "down"})
        await post.webhook(receiver)
        await post.webhook(receiver, owner=Owner(kind="service", code="mot-xa"))
        await post.write(ONE, 1)
        async with post.delivering():

            async def both() -> bool:
                return len(await WebhookProgress(post.pool).stopped()) == 2

            await until(both, "both webhooks are disabled")
            assert len(await WebhookProgress(post.pool).untold()) == 2
            assert await post.emails() == []
            await gateway()

            async def told() -> bool:
                return not await WebhookProgress(post.pool).untold()

            await until(told, "both owners were told")
        assert [one["times"] for one in await post.emails()] == [1, 1]
        assert {one.code for one in await WebhookProgress(post.pool).stopped()} == {DeliveryFailure.GONE}


async def test_an_event_can_be_left_out(post: Post) -> None:
    """By order, when the receiver will never take it: those after it are sent."""
    async with receiving() as receiver:

        async def picky(received: Received, writer: asyncio.StreamWriter) -> None:
            writer.write(status(400) if received.id == f"{ONE}/2" else OK)

        receiver.answer = picky
        made = await post.webhook(receiver)
        await post.write(ONE, 4)
        async with post.delivering():
            await until(lambda: post.register.behind(made.id, OWNER, dead=True), "the dossier is given up")
            assert await post.register.skip(made.id, OWNER, ONE, "van-hanh") == 2
            await until(lambda: len(receiver.taken) == 3, "the others were sent")
    assert receiver.ids() == [f"{ONE}/1", f"{ONE}/3", f"{ONE}/4"]


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_nothing_is_lost_or_out_of_order(post: Post, seed: int) -> None:
    """A receiver that fails at random, pauses and resumptions in between, and dossiers that are written meanwhile: each
    event arrives once, in the order of its dossier."""
    chance = random.Random(seed)  # noqa: S311  a story, no secret
    codes = [f"H42.12-250701-{number:04}" for number in range(1, 9)]
    async with receiving() as receiver:

        async def moody(_received: Received, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(chance.random() / 50)
            writer.write(OK if chance.random() < 0.6 else status(chance.choice((500, 429, 400, 302))))

        receiver.answer = moody
        made = await post.webhook(receiver)
        async with post.delivering(RetrySchedule(pauses=(0.02,) * 50, longest_rest=0.05)):
            for _ in range(40):
                await post.write(chance.choice(codes), chance.randint(1, 3))
                if chance.random() < 0.2:
                    await post.register.pause(made.id, OWNER, "van-hanh")
                    await asyncio.sleep(chance.random() / 20)
                    await post.register.resume(made.id, OWNER, "van-hanh")
            await post.takes_all(receiver, *post.happened)


async def test_gone_disables_and_resuming_goes_on(post: Post) -> None:
    """After a 410 nothing more is sent and the owner is told. When it is active again, everything arrives in order."""
    async with receiving(saying(status(410))) as receiver:
        made = await post.webhook(receiver)
        for code in CODES:
            await post.write(code, 2)
        async with post.delivering():

            async def disabled() -> bool:
                return (await post.register.get(made.id, OWNER)).state is WebhookState.DISABLED

            await until(disabled, "the webhook is disabled")
            await until(post.emails, "the owner was told")
            assert (await post.register.get(made.id, OWNER)).because == DeliveryFailure.GONE
            asked = len(receiver.received)
            assert asked <= 4
            receiver.answer = well
            await post.register.resume(made.id, OWNER, "van-hanh")
            await post.takes_all(receiver, *CODES)


async def test_a_dead_receiver_rests(post: Post) -> None:
    """Of forty dossiers that wait for it only a few are tried, until its rest is over or its owner resumes it. Then all
    arrive in order. Another receiver has everything meanwhile."""
    codes = [f"H42.12-250701-{number:04}" for number in range(1, 41)]
    async with receiving(saying(status(503))) as dead, receiving() as good:
        made, _ = await post.webhook(dead), await post.webhook(good)
        for code in codes:
            await post.write(code, 1)
        async with post.delivering(RetrySchedule(pauses=(600.0,) * 3, longest_rest=600.0)):
            await post.takes_all(good, *codes)
            await until(lambda: len(dead.received) >= 3, "the dead receiver was tried")
            await post.write(codes[0], 1)
            await post.takes_all(good, *codes)
            assert len(dead.received) <= 6  # three in a row, and those that were on their way then
            assert (await post.register.get(made.id, OWNER)).rests_until is not None
            dead.answer = well
            await post.register.resume(made.id, OWNER, "van-hanh")
            await post.takes_all(dead, *codes)


async def test_a_receiver_that_asks_to_wait_is_obeyed(post: Post) -> None:
    """`Retry-After` of a 429 puts the next try off."""
    async with receiving(saying(status(429, "Retry-After: 1000"))) as receiver:
        made = await post.webhook(receiver)
        await post.write(ONE, 1)
        async with post.delivering():
            [behind] = await until(lambda: post.register.behind(made.id, OWNER), "the dossier is behind")
    assert 990 < (behind.next_try - behind.since).total_seconds() < 1_010


async def test_a_webhook_sees_what_its_owner_may_see_now(post: Post) -> None:
    """Its filter and the owner's scope both count; an owner without any right is paused, and loses nothing."""
    narrow = Owner(kind="service", code="mot-xa")
    post.scopes["mot-xa"] = EventFilter(procedures=frozenset({"9.999999"}))
    async with receiving() as receiver, receiving() as wide:
        made = await post.webhook(receiver, owner=narrow)
        await post.webhook(wide, EventFilter(kinds=frozenset({"dossier_submitted"})))
        await post.write(ONE, 2)
        async with post.delivering():
            await until(lambda: wide.taken, "the other webhook was sent")
            last = await post.pool.fetchrow("select xid, position from event order by xid desc, position desc limit 1")

            async def passed_over() -> bool:
                return (await post.register.get(made.id, narrow)).sent == Cursor(**last)

            await until(passed_over, "what it may not see is passed over")
            post.scopes["mot-xa"] = None
            await post.write(TWO, 1)

            async def paused() -> bool:
                found = await post.register.get(made.id, narrow)
                return (found.state, found.because) == (WebhookState.PAUSED, DeliveryFailure.OWNER_WITHOUT_RIGHT)

            await until(paused, "the webhook is paused")
            post.scopes["mot-xa"] = EventFilter()
            await post.register.resume(made.id, narrow, "van-hanh")
            await until(lambda: receiver.ids() == [f"{TWO}/1"], "what came since is sent")
        assert wide.ids() == [f"{ONE}/1", f"{TWO}/1"]


async def test_a_replay_sends_again_from_a_point(post: Post) -> None:
    """In order, with the same numbers, so that a receiver knows repetitions; also a dossier that was behind."""
    async with receiving() as receiver:
        made = await post.webhook(receiver)
        await post.write(ONE, 2)
        await post.write(TWO, 2)
        async with post.delivering():
            await post.takes_all(receiver, ONE, TWO)
            numbers = {one.id: one.headers["webhook-id"] for one in receiver.taken}

            async def picky(received: Received, writer: asyncio.StreamWriter) -> None:
                writer.write(status(500) if received.event["subject"] == ONE else OK)

            receiver.answer = picky
            await post.write(ONE, 1)
            await until(lambda: post.register.behind(made.id, OWNER), "one dossier is behind")
            receiver.taken.clear()
            await post.register.replay(made.id, OWNER, Cursor(), "van-hanh")
            receiver.answer = well
            await until(lambda: receiver.ids(ONE)[-3:] == post.all_of(ONE), "the dossier that was behind came again")
            await until(lambda: receiver.ids(TWO) == post.all_of(TWO), "and the other one, once")
        assert all(
            numbers.get(one.id, one.headers["webhook-id"]) == one.headers["webhook-id"] for one in receiver.taken
        )


async def test_a_database_that_breaks_off_loses_nothing(post: Post, database: Database) -> None:
    """Every connection is cut again and again, also between a message and its record. It is sent again: nothing
    is missing, and each dossier is in order."""
    cuts = 0
    async with receiving() as receiver:

        async def between_cuts(_received: Received, writer: asyncio.StreamWriter) -> None:
            """Holds every fifth message, and those after it, until another cut was made."""
            cut = min(len(receiver.received) // 5, CUTS)
            await until(lambda: cuts >= cut, "the connections are cut")
            writer.write(OK)

        receiver.answer = between_cuts
        await post.webhook(receiver)
        for code in CODES:
            await post.write(code, 6)
        superuser = await asyncpg.connect(database.superuser_url)
        async with post.delivering():
            for _ in range(CUTS):
                before = len(receiver.received)
                await until(partial(_more_than, receiver, before), "something more was sent")
                await superuser.execute(CUT)
                cuts += 1
            everything = {one for code in CODES for one in post.all_of(code)}
            await until(lambda: {*receiver.ids()} == everything, "all events are there")
        await superuser.close()
    for code in CODES:
        assert list(dict.fromkeys(receiver.ids(code))) == post.all_of(code)


async def test_only_one_process_delivers(post: Post) -> None:
    """A second deliverer waits for the first to end."""
    async with receiving() as receiver:
        await post.webhook(receiver)
        async with post.delivering(), post.delivering():
            for code in CODES:
                await post.write(code, 3)
            await post.takes_all(receiver, *CODES)
    assert len(receiver.received) == 9


async def test_a_paused_webhook_waits_and_a_deleted_one_is_forgotten(post: Post) -> None:
    """A pause loses nothing; after a deletion nothing is sent, and its secrets are gone."""
    async with receiving() as receiver, receiving() as other:
        made, second = await post.webhook(receiver), await post.webhook(other)
        await post.register.pause(made.id, OWNER, "van-hanh")
        await post.register.delete(second.id, OWNER, "van-hanh")
        await post.write(ONE, 1)
        async with receiving() as third, post.delivering():
            await post.webhook(third)
            await post.takes_all(third, ONE)
            assert receiver.received == other.received == []
            await post.register.resume(made.id, OWNER, "van-hanh")
            await post.takes_all(receiver, ONE)
        assert other.received == []
    assert await post.pool.fetchval("select count(*) from webhook_secret where webhook = $1", second.id) == 0
