"""Tests of the digests that members of staff get: one for each person and window, once, and none in quiet hours."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from activities.adapters.errors import OutsideError
from activities.ledger.staff_notices import StaffNotices
from domain.errors import InvalidInput, NotFound
from domain.notices.lines import StaffNotice
from domain.rules.notice_policy import NoticePolicy, StaffMatter
from domain.values import VIETNAM
from tests.support.given import processing, resolved
from tests.support.relay_office import Office
from tests.support.small_province import HA_NAM
from tests.support.staff_mail import STAFF_MAIL_DOMAIN

pytestmark = pytest.mark.stack

AT_ALL_HOURS = NoticePolicy(quiet_from=None, quiet_to=None)
MANY = 100


async def lines(office: Office, *dossiers: str, recipient: str = "cb.1", minutes_ago: int = 16) -> None:
    """Lines that were written so many minutes ago."""
    for dossier in dossiers:
        await StaffNotices(office.pool).add(dossier, 1, [StaffNotice(recipient=recipient, matter=StaffMatter.WARNED)])
    await office.pool.execute(
        "update staff_notice set since = clock_timestamp() - make_interval(mins => $1) where digest is null",
        minutes_ago,
    )


async def received(office: Office) -> list[dict[str, Any]]:
    """The e-mails that the mail server took, with the recipient's code."""
    messages: list[dict[str, Any]] = (await office.inspect("email"))["messages"]
    return [{**one, "recipient": one["to"].removesuffix(f"@{STAFF_MAIL_DOMAIN}")} for one in messages]


async def test_a_hundred_dossiers_that_expire_at_one_minute_are_one_message(office: Office) -> None:
    """The relay writes a line for each, the unit gets one digest, and the relay that begins again adds nothing."""
    await _expired(office, MANY)
    for _ in range(2):
        while await office.notices().step():
            pass
        await office.pool.execute("update cursor set xid = '1', position = 0 where reader = 'notices'")
    await office.pool.execute("update staff_notice set since = since - interval '16 minutes'")
    units = await office.pool.fetchval("select count(distinct recipient) from staff_notice")
    assert await office.digests(AT_ALL_HOURS).step() == units
    assert await office.digests(AT_ALL_HOURS).step() == 0
    by_unit = {one["recipient"]: one["text"] for one in await received(office)}
    assert len(by_unit) == len(await received(office)) == units
    assert by_unit[HA_NAM].startswith(f"{MANY} hồ sơ: {MANY} quá hạn")


async def _expired(office: Office, dossiers: int) -> None:
    """Dossiers whose timers fire at the same minute, after the due date."""
    case = processing().later(days=30)
    assert "dossier_escalated" in case.tick()
    await asyncio.gather(*(office.record(case, f"H42.1-250707-{number:04}") for number in range(dossiers)))


async def test_nothing_is_sent_before_the_window_is_over(office: Office) -> None:
    """Lines wait for those that follow; then one digest has all of them, and later lines begin the next window."""
    await lines(office, "A-1", "A-2", minutes_ago=14)
    sender = office.digests(AT_ALL_HOURS)
    assert await sender.step() == 0
    await lines(office, "A-3", minutes_ago=15)
    assert await sender.step() == 1
    await lines(office, "A-4", minutes_ago=1)
    assert await sender.step() == 0
    assert [one["text"][:8] for one in await received(office)] == ["3 hồ sơ:"]


async def test_a_crash_between_writing_and_sending_sends_once(office: Office) -> None:
    """What was written before a crash is sent afterwards; what was sent but not noted is sent again under its key."""
    await lines(office, "A-1", "A-2")
    crashed = office.digests(AT_ALL_HOURS)
    await crashed.make()
    await lines(office, "A-3")
    assert await office.digests(AT_ALL_HOURS).step() == 2
    await office.pool.execute("update digest set sent_at = null, message_id = null")
    assert await office.digests(AT_ALL_HOURS).step() == 2
    effects = [one for one in (await office.inspect("email"))["effects"] if one["service"] == "sent"]
    assert [one["times"] for one in effects] == [1, 1]
    assert len(await received(office)) == 2


async def test_a_gateway_that_is_down_is_waited_for_and_one_that_refuses_is_not(office: Office) -> None:
    """A digest stays while the gateway does not answer; one that it refuses is kept with the code for the operators."""
    await lines(office, "A-1")
    await office.control("email", {"mode": "down"})
    with pytest.raises(OutsideError):
        await office.digests(AT_ALL_HOURS).step()
    counts = await StaffNotices(office.pool).counts()
    assert (counts.lines_waiting, counts.unsent, counts.refused) == (0, 1, 0)
    await office.control("email", {"mode": "refused"})
    await office.digests(AT_ALL_HOURS).step()
    await office.control("email")
    assert await office.digests(AT_ALL_HOURS).step() == 0
    counts = await StaffNotices(office.pool).counts()
    assert (counts.lines_waiting, counts.unsent, counts.refused) == (0, 0, 1)
    await _sent_again(office)


async def _sent_again(office: Office) -> None:
    """An operator has the refused digest sent again: once, as it was written, with who and why; not a second time."""
    register = StaffNotices(office.pool)
    (refused,) = await register.all_refused()
    with pytest.raises(InvalidInput):
        await register.order_again(refused.id, "op.1", "ẩn\u202edanh")
    ordered = await register.order_again(refused.id, "op.1", "Đã sửa số điện thoại")
    assert (ordered.code, ordered.recipient) == (refused.code, "cb.1")
    assert await office.digests(AT_ALL_HOURS).step() == 1
    assert [one["text"][:9] for one in await received(office)] == ["Hồ sơ A-1"]
    assert await register.all_refused() == []
    kept = await office.pool.fetchrow("select again_by, again_why from digest")
    assert tuple(kept) == ("op.1", "Đã sửa số điện thoại")
    with pytest.raises(NotFound) as unknown:
        await register.order_again(refused.id, "op.1", "Đã sửa số điện thoại")
    assert unknown.value.code == "digest_not_refused"


async def test_nothing_is_made_or_sent_in_quiet_hours(office: Office) -> None:
    """In quiet hours lines and unsent digests wait; afterwards they go out."""
    now = datetime.now(VIETNAM)
    quiet = NoticePolicy(quiet_from=_time(now - timedelta(hours=2)), quiet_to=_time(now + timedelta(hours=2)))
    await lines(office, "A-1")
    await office.digests(AT_ALL_HOURS).make()
    await lines(office, "A-2")
    assert await office.digests(quiet).step() == 0
    assert await received(office) == []
    assert await office.digests(AT_ALL_HOURS).step() == 2


def _time(moment: datetime) -> time:
    return moment.astimezone(VIETNAM).time().replace(second=0, microsecond=0)


async def test_a_dossier_that_closed_meanwhile_is_still_told(office: Office) -> None:
    """The digest goes out and its line says that the dossier is done."""
    code = await office.record(resolved(), "H42.1-250707-0001")
    await lines(office, code)
    await office.digests(AT_ALL_HOURS).step()
    [message] = await received(office)
    assert "nay đã xử lý xong" in message["text"]
