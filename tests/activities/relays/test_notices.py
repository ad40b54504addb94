"""Tests of the notices to applicants: written down first, sent once, by the first channel that reaches the person."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from activities.adapters.errors import OutsideError
from activities.ledger.notices import NoticeLine, NoticeRegister, WaitingNotice
from activities.ledger.opt_outs import OptOuts
from activities.ledger.vault import Vault
from activities.relays.set_aside import SetAsideList
from domain.channels.applicant_policy import ApplicantNotices
from domain.channels.kinds import NoticeKind
from domain.channels.notice_channel import NoticeChannel
from domain.channels.templates import NoticeTemplate, WhenOutOfDate
from domain.errors import InvalidInput
from domain.notices.choosing import NoticeState
from domain.values import VIETNAM
from tests.support.databases import Database
from tests.support.given import resolved, submitted, supplement_asked
from tests.support.relay_office import PERSON, Office
from tests.support.small_province import at

pytestmark = pytest.mark.stack

CODE = "H42.1-250707-0001"
ZALO, SMS, EMAIL = NoticeChannel.ZALO, NoticeChannel.SMS, NoticeChannel.EMAIL
BOTH = {**PERSON, "email": "an.nguyen@thu.example"}
OPERATOR = ("op.1", "Người dân yêu cầu tại quầy")


def a_policy(**changes: Any) -> ApplicantNotices:
    """Zalo, then a text message, then e-mail, at all hours."""
    template = NoticeTemplate(
        kind=NoticeKind.SUBMITTED,
        subject="Hồ sơ {dossier}",
        text="Hồ sơ {dossier} đã được gửi.",
        when_out_of_date=WhenOutOfDate.DROP,
        zalo_template="232001",
        zalo_parameters={"ten": "{applicant}", "ma": "{dossier}"},
    )
    return ApplicantNotices.model_validate({"quiet_from": None, "quiet_to": None, "templates": (template,), **changes})


USUAL = a_policy()


class Clock:
    """A clock that tests move."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


async def told(office: Office, policy: ApplicantNotices = USUAL, code: str = CODE, **person: str | None) -> None:
    """A dossier was submitted by a person with these particulars, and its notice is written down."""
    await office.record(submitted(), code, {**BOTH, **person})
    await office.written(policy)


async def effects(office: Office) -> dict[str, int]:
    """How many notices each channel has carried."""
    found = {}
    for channel in NoticeChannel:
        listed = (await office.inspect(channel.value))["effects"]
        assert all(one["times"] == 1 for one in listed)
        found[channel.value] = len(listed)
    return found


async def only(office: Office, code: str = CODE) -> NoticeLine:
    (line,) = await NoticeRegister(office.pool).of_dossier(code)
    return line


async def attempt(office: Office, channel: NoticeChannel, policy: ApplicantNotices = USUAL, **more: Any) -> str:
    """One step of a lane; the code of what it raised."""
    try:
        await office.lane(channel, policy, **more).step()
    except OutsideError as error:
        return str(error.code)
    return ""


async def hours_later(office: Office, hours: float) -> None:
    """As if every waiting notice had been written, and tried, so many hours ago."""
    ago = timedelta(hours=hours)
    await office.pool.execute(
        "update notice set made_at = made_at - $1::interval, next_try = next_try - $1::interval,"
        " doubt_since = doubt_since - $1::interval where state = 'waiting'",
        ago,
    )


# ------------------------------------------------------------------ which channel


async def test_the_first_channel_that_reaches_the_person_carries_it(office: Office) -> None:
    """One notice goes by one channel: Zalo with the approved template, and the name in one piece whatever was typed."""
    await told(office, name=unicodedata.normalize("NFD", "Trần Thị Ngọc Ánh"))
    await office.drain(USUAL)
    assert await effects(office) == {"zalo": 1, "sms": 0, "email": 0}
    (kept,) = (await office.inspect("zalo"))["messages"]
    assert kept["message"]["template_data"] == {"ten": "Trần Thị Ngọc Ánh", "ma": CODE}
    assert (await only(office)).state is NoticeState.SENT


async def test_without_an_account_it_goes_by_text_message_and_without_that_by_e_mail(office: Office) -> None:
    """`No Zalo account` and `blocked number` had no effect, so the next channel has its turn at once."""
    await office.control("zalo", {"mode": "no_account"})
    await told(office)
    await office.drain(USUAL)
    assert await effects(office) == {"zalo": 0, "sms": 1, "email": 0}
    await office.control("sms", {"mode": "no_account"})
    await told(office, code="H42.1-250707-0002")
    await office.drain(USUAL)
    assert await effects(office) == {"zalo": 0, "sms": 1, "email": 1}


@pytest.mark.parametrize(
    ("phone", "email", "expected"),
    [
        (None, None, NoticeState.UNREACHABLE),
        ("02293851234", None, NoticeState.UNREACHABLE),
        ("12345678", "khong co@thu", NoticeState.UNREACHABLE),
        ("+84 912 345 678", None, NoticeState.SENT),
        (None, "an@thu.example", NoticeState.SENT),
        ("0912345678\r\nBcc: x", None, NoticeState.UNREACHABLE),
    ],
    ids=["none", "fixed_line", "wrong", "plus", "e_mail", "forged"],
)
async def test_a_number_that_cannot_be_one_is_none(
    office: Office, phone: str | None, email: str | None, expected: NoticeState
) -> None:
    """An absent, a fixed or a wrong number is no reason to fail: the other channel is used, or the notice ends."""
    await told(office, phone=phone, email=email)
    await office.drain(USUAL)
    assert (await only(office)).state is expected
    assert await SetAsideList(office.pool).open() == []


async def test_a_person_who_was_erased_gets_nothing(office: Office) -> None:
    """The vault is asked when the notice is sent: whoever was erased meanwhile cannot be reached."""
    await told(office)
    await Vault(office.pool).erase_dossier(CODE, "op.1", "Quyết định số 12/QĐ-UBND")
    await office.drain(USUAL)
    assert (await only(office)).state is NoticeState.UNREACHABLE
    assert await effects(office) == {"zalo": 0, "sms": 0, "email": 0}
    row = str(dict(await office.pool.fetchrow("select * from notice")))
    assert not any(part in row for part in ("912345678", "an.nguyen", "Nguyễn"))


async def test_every_channel_where_the_policy_says_so(office: Office) -> None:
    """Then each channel has a row and a key of its own."""
    policy = a_policy(reach="every_channel")
    await told(office, policy)
    await office.drain(policy)
    assert await effects(office) == {"zalo": 1, "sms": 1, "email": 1}


# ------------------------------------------------------------------ failures


async def test_a_gateway_that_is_down_holds_no_other_channel(office: Office) -> None:
    """The lane of Zalo waits; the notice of a person who has only a mailbox goes out. After the policy's minutes the
    notice that waits goes by text message, once, and Zalo, which is back, does not send it too."""
    await office.control("zalo", {"mode": "down"})
    await told(office)
    await told(office, code="H42.1-250707-0002", phone=None)
    clock = Clock(datetime.now(VIETNAM))
    zalo = office.lane(ZALO, USUAL, clock)
    for _ in range(2):
        with pytest.raises(OutsideError):
            await zalo.step()
    await office.lane(EMAIL, USUAL, clock).step()
    clock.now += timedelta(minutes=29)
    with pytest.raises(OutsideError):
        await zalo.step()
    assert (await only(office)).state is NoticeState.WAITING
    clock.now += timedelta(minutes=2)
    while await zalo.step():
        pass
    await office.control("zalo")
    await office.drain(USUAL, clock)
    assert await effects(office) == {"zalo": 0, "sms": 1, "email": 1}


@pytest.mark.parametrize("mode", ["timeout", "cut", "effect_then_error", "server_error", "garbled", "error_in_200"])
async def test_in_doubt_it_stays_with_its_channel_and_its_key(office: Office, mode: str) -> None:
    """Nobody knows whether it was taken: the same key goes to the same channel again, later, and never to another."""
    await office.control("zalo", {"mode": mode, "service": "send", "calls": 1})
    await told(office)
    assert await attempt(office, ZALO) == ""
    await office.drain(USUAL)
    assert (await only(office)).state is NoticeState.WAITING
    await hours_later(office, 1)
    await office.drain(USUAL)
    assert await effects(office) == {"zalo": 1, "sms": 0, "email": 0}
    assert (await only(office)).state is NoticeState.SENT


async def test_what_stays_in_doubt_is_a_person_s_question_and_others_go_on(office: Office) -> None:
    """After the policy's hours it is set aside; an operator's order sends it again under its key."""
    await office.control("zalo", {"mode": "server_error", "service": "send", "match": {"tracking_id": f"{CODE}.v1.0"}})
    await told(office)
    await told(office, code="H42.1-250707-0002")
    await office.drain(USUAL)
    assert (await only(office, "H42.1-250707-0002")).state is NoticeState.SENT
    await hours_later(office, 73)
    await office.drain(USUAL)
    (entry,) = await SetAsideList(office.pool).open("notices")
    assert (entry.dossier, entry.version, entry.code) == (CODE, 1, "in_doubt")
    await office.control("zalo")
    await office.drain(USUAL)
    assert (await only(office)).state is NoticeState.REFUSED
    await SetAsideList(office.pool).order_again("notices", CODE, 1, *OPERATOR)
    await office.drain(USUAL)
    assert await SetAsideList(office.pool).open() == []
    assert await effects(office) == {"zalo": 2, "sms": 0, "email": 0}


async def test_what_a_gateway_refuses_is_set_aside_and_others_go_on(office: Office) -> None:
    """A template that is not approved is nobody's wrong number: a person looks, and no other channel is tried."""
    await office.control("zalo", {"mode": "refused", "calls": 1})
    await told(office)
    await office.drain(USUAL)
    await told(office, code="H42.1-250707-0002")
    await office.drain(USUAL)
    assert [one.code for one in await SetAsideList(office.pool).open("notices")] == ["error_-131"]
    assert await effects(office) == {"zalo": 1, "sms": 0, "email": 0}


async def test_what_an_earlier_release_told_is_not_told_again(office: Office, database: Database) -> None:
    """It wrote no rows. When the relay begins again, the applicants are told of nothing that came before the rows."""
    await office.record(submitted(), CODE, BOTH)
    owner = await asyncpg.connect(database.admin_url)
    await owner.execute("insert into notice_before (xid, position) select xid, position from event")
    await owner.close()
    later = "H42.1-250707-0002"
    await told(office, code=later)
    await office.drain(USUAL)
    assert {one["key"] for one in (await office.inspect("zalo"))["effects"]} == {f"{later}.v1.0"}


async def test_a_crash_in_the_middle_of_a_try_sends_once(office: Office) -> None:
    """The try was noted before the call. Whether or not the call had come through, its key is sent again."""
    await told(office)
    register = NoticeRegister(office.pool)
    (notice,) = await register.due(ZALO, datetime.now(VIETNAM) + timedelta(minutes=1), (), 10)
    await register.begun(notice, datetime.now(VIETNAM))
    await office.drain(USUAL)
    await office.pool.execute("update notice set state = 'waiting', done_at = null, doubt_since = clock_timestamp()")
    await office.drain(USUAL)
    assert await effects(office) == {"zalo": 1, "sms": 0, "email": 0}


async def test_two_workers_that_try_the_same_notice_do_not_hide_each_other_s_doubt(office: Office) -> None:
    """One stood still in its try and lost the lock of the lane; the other tried meanwhile and is in doubt. What
    the first knows of its own try, that it had no effect, does not send the notice to another channel."""
    await told(office)
    register, now = NoticeRegister(office.pool), datetime.now(VIETNAM)

    async def read() -> WaitingNotice:
        [notice] = await register.due(ZALO, now + timedelta(days=1), [], 1)
        return notice

    slow = await register.begun(await read(), now)
    quick = await register.begun(await read(), now)
    assert slow is not None
    assert quick is not None
    await register.doubtful(quick, "after_data", now)
    await register.without_effect(slow, "no_way_to_person.-118", gone="no_way_to_person.-118")
    await register.later(slow, "smtp_451", now)
    found = await read()
    assert (found.gone, found.tries) == ((), 2)
    assert found.doubt_since is not None
    await register.moved(slow, SMS)
    assert (await read()).channel is ZALO
    assert await register.done(quick, NoticeState.SENT, message_id="m")
    assert not await register.done(slow, NoticeState.REFUSED, "error_9")
    assert (await only(office)).state is NoticeState.SENT


async def test_that_it_was_sent_is_noted_whatever_the_other_worker_said(office: Office) -> None:
    """The other one set it aside as refused: a person would have sent it again."""
    await told(office)
    register, now = NoticeRegister(office.pool), datetime.now(VIETNAM)
    [notice] = await register.due(ZALO, now + timedelta(days=1), [], 1)
    assert await register.done(notice, NoticeState.REFUSED, "error_9")
    assert await register.done(notice, NoticeState.SENT, message_id="m")
    assert (await only(office)).state is NoticeState.SENT


async def test_in_doubt_it_does_not_leave_a_channel_that_the_province_gives_up(office: Office) -> None:
    """Zalo may have taken it; then the file takes Zalo's template back. A person looks; no text message is sent."""
    await office.control("zalo", {"mode": "effect_then_error", "service": "send", "calls": 1})
    await told(office)
    await attempt(office, ZALO)
    await hours_later(office, 1)
    without = a_policy(
        templates=(USUAL.templates[0].model_copy(update={"zalo_template": None, "zalo_parameters": {}}),)
    )
    await office.drain(without)
    assert await effects(office) == {"zalo": 1, "sms": 0, "email": 0}
    assert [one.code for one in await SetAsideList(office.pool).open("notices")] == ["in_doubt"]


async def test_the_night_begins_while_a_step_goes_on(office: Office) -> None:
    """A slow channel takes minutes for what was due at once: what has its turn after nine waits for the morning."""
    await told(office)
    instants = [at("2026-07-06 20:59"), at("2026-07-06 21:00")]
    night = a_policy(quiet_from="21:00", quiet_to="06:30")
    await office.pool.execute("update notice set next_try = $1", instants[0])
    await office.lane(ZALO, night, lambda: instants.pop(0) if len(instants) > 1 else instants[0]).step()
    assert await effects(office) == {"zalo": 0, "sms": 0, "email": 0}
    line = await only(office)
    assert (line.state, line.tries) == (NoticeState.WAITING, 0)


async def test_an_e_mail_in_doubt_is_repeated_under_its_message_id(office: Office) -> None:
    """SMTP has no keys: the server that broke off after the message has it twice, under one Message-ID."""
    await office.control("email", {"mode": "cut", "calls": 1})
    await told(office, phone=None)
    await office.drain(USUAL)
    await hours_later(office, 1)
    await office.drain(USUAL)
    (mail,) = (await office.inspect("email"))["messages"]
    assert mail["arrived"] == 2
    assert (await only(office)).state is NoticeState.SENT


async def test_a_mailbox_that_is_refused_after_doubt_is_a_person_s_question(office: Office) -> None:
    """An earlier try may have arrived, and SMTP cannot be asked: it does not go by another channel by itself."""
    policy = a_policy(channels=("email", "sms"))
    await office.control("email", {"mode": "reset"})
    await told(office, policy)
    await office.drain(policy)
    await office.control("email", {"mode": "no_account"})
    await hours_later(office, 1)
    await office.drain(policy)
    (entry,) = await SetAsideList(office.pool).open("notices")
    assert entry.code == "no_way_to_person.550"
    assert await effects(office) == {"zalo": 0, "sms": 0, "email": 0}


async def test_a_mail_server_that_asks_to_come_again_later_is_asked_later(office: Office) -> None:
    """Greylisting holds one notice for minutes; the others of the lane go on."""
    await office.control("email", {"mode": "greylisted", "calls": 1})
    await told(office, phone=None)
    await office.drain(USUAL)
    await told(office, code="H42.1-250707-0002", phone=None)
    await office.drain(USUAL)
    assert (await only(office)).state is NoticeState.WAITING
    assert (await only(office, "H42.1-250707-0002")).state is NoticeState.SENT
    await hours_later(office, 1)
    await office.drain(USUAL)
    assert await effects(office) == {"zalo": 0, "sms": 0, "email": 2}


async def test_what_waits_for_hours_goes_out_in_its_order(office: Office) -> None:
    """After an outage the notices of all dossiers drain in the order in which they happened."""
    codes = [f"H42.1-250707-{number:04}" for number in range(1, 31)]
    await office.control("sms", {"mode": "down"})
    for code in codes:
        await office.record(supplement_asked(), code, BOTH)
    policy = a_policy(channels=("sms",))
    await office.written(policy)
    assert await attempt(office, SMS, policy) == "outside_unavailable"
    await office.control("sms")
    await office.drain(policy)
    kept = [one["message"]["key"] for one in (await office.inspect("sms"))["messages"]]
    numbers = {row["key"]: row["number"] for row in await office.pool.fetch("select key, number from notice")}
    by_dossier = {code: [key for key in kept if key.startswith(code)] for code in codes}
    assert all(keys == sorted(keys, key=numbers.__getitem__) and keys for keys in by_dossier.values())
    assert len(kept) == len(set(kept)) == 2 * len(codes)  # accepted, asked for more; `submitted` was out of date


# ------------------------------------------------------------------ when


TET = {date(2026, 2, day) for day in range(14, 23)}
"""Tết Bính Ngọ with its weekends: 14 to 22 February 2026."""


@pytest.mark.parametrize(
    ("days_off", "now", "goes_at"),
    [
        (False, "2026-02-13 20:59", "2026-02-13 20:59"),
        (False, "2026-02-13 21:00", "2026-02-14 06:30"),
        (False, "2026-02-14 06:29", "2026-02-14 06:30"),
        (True, "2026-02-13 21:30", "2026-02-23 06:30"),
        (True, "2026-02-14 10:00", "2026-02-23 06:30"),
        (True, "2026-02-22 23:59", "2026-02-23 06:30"),
        (True, "2026-02-23 06:30", "2026-02-23 06:30"),
    ],
)
async def test_nobody_is_disturbed_at_night_or_over_tet(office: Office, days_off: bool, now: str, goes_at: str) -> None:
    """What waits goes out when the quiet time ends, to the minute, and not before."""
    policy = a_policy(quiet_from="21:00", quiet_to="06:30", quiet_on_days_off=days_off)
    await told(office, policy)
    clock = Clock(at(now))
    assert policy.may_be_sent_from(NoticeKind.SUBMITTED, clock.now, TET.__contains__) == at(goes_at)
    await office.pool.execute("update notice set next_try = $1", at("2026-02-01 08:00"))
    lane = office.lane(ZALO, policy, clock, TET.__contains__)
    if at(goes_at) > clock.now:
        assert await lane.step() == 0
        clock.now = at(goes_at) - timedelta(minutes=1)
        assert await lane.step() == 0
    clock.now = at(goes_at)
    assert await lane.step() == 1
    assert (await effects(office))["zalo"] == 1


async def test_what_is_urgent_is_sent_at_night(office: Office) -> None:
    """By the policy's word only."""
    urgent = USUAL.templates[0].model_copy(update={"urgent": True})
    policy = a_policy(quiet_from="21:00", quiet_to="06:30", templates=(urgent,))
    await told(office, policy)
    await office.pool.execute("update notice set next_try = $1", at("2026-02-01 08:00"))
    assert await office.lane(ZALO, policy, Clock(at("2026-02-13 23:00"))).step() == 1


async def test_what_is_out_of_date_is_not_sent(office: Office) -> None:
    """The supplement had come before the notice could go out: nobody is asked for it any more."""
    await office.record(resolved(), CODE, BOTH)
    await office.written(USUAL)
    await office.drain(USUAL)
    states = {one.kind: one.state for one in await NoticeRegister(office.pool).of_dossier(CODE)}
    assert states[NoticeKind.SUBMITTED] is NoticeState.OUT_OF_DATE
    assert states[NoticeKind.RESOLVED] is NoticeState.SENT


# ------------------------------------------------------------------ opting out


async def test_an_opt_out_between_the_writing_and_the_sending_is_obeyed(office: Office) -> None:
    """It holds from the moment in which it is recorded, for that channel and that contact however it is written."""
    await told(office)
    opt_outs = OptOuts(office.pool)
    for channel in (ZALO, SMS):
        await opt_outs.opt_out(channel, "+84 912.345.678", *OPERATOR)
    await opt_outs.opt_out(EMAIL, "AN.Nguyen@Thu.example", *OPERATOR)
    await office.drain(USUAL)
    assert (await only(office)).state is NoticeState.OPTED_OUT
    assert await effects(office) == {"zalo": 0, "sms": 0, "email": 0}
    kept = str([dict(row) for row in await office.pool.fetch("select * from notice_opt_out")])
    assert not any(part in kept for part in ("912345678", "912.345", "Nguyen", "thu.example"))
    await opt_outs.take_back(EMAIL, BOTH["email"] or "", *OPERATOR)
    await told(office, code="H42.1-250707-0002")
    await office.drain(USUAL)
    assert await effects(office) == {"zalo": 0, "sms": 0, "email": 1}


async def test_an_opt_out_ends_what_is_in_doubt(office: Office) -> None:
    """What may have arrived already is not sent a second time to a person who has opted out since."""
    await office.control("zalo", {"mode": "timeout", "service": "send", "calls": 1})
    await told(office)
    await office.drain(USUAL)
    await OptOuts(office.pool).opt_out(ZALO, "0912345678", *OPERATOR)
    await hours_later(office, 1)
    await office.drain(USUAL)
    assert (await only(office)).state is NoticeState.OPTED_OUT
    assert await effects(office) == {"zalo": 1, "sms": 0, "email": 0}


async def test_a_mandatory_notice_goes_by_the_channel_that_is_left(office: Office) -> None:
    """What the law demands to be told cannot be opted out of: it goes by another channel, and where none is left, by
    the first. Its e-mail has no link to opt out."""
    by_law = NoticeTemplate(
        kind=NoticeKind.SUPPLEMENT_REQUESTED,
        subject="Hồ sơ {dossier} cần bổ sung",
        text="Hồ sơ {dossier} cần bổ sung: {papers}.",
        mandatory="Khoản 2 Điều 7 Nghị định 118/2025/NĐ-CP",
    )
    policy = ApplicantNotices(quiet_from=None, quiet_to=None, channels=(SMS, EMAIL), templates=(by_law,))
    await office.record(supplement_asked(), CODE, BOTH)
    await office.written(policy)
    await OptOuts(office.pool).opt_out(SMS, "0912345678", *OPERATOR)
    await office.drain(policy)
    mails = {mail["subject"]: mail for mail in (await office.inspect("email"))["messages"]}
    mandatory = mails[f"Hồ sơ {CODE} cần bổ sung"]
    assert "List-Unsubscribe" not in mandatory["headers"]
    assert (await office.inspect("sms"))["effects"] == []
    await OptOuts(office.pool).opt_out(EMAIL, BOTH["email"] or "", *OPERATOR)
    other = "H42.1-250707-0002"
    await office.record(supplement_asked(), other, BOTH)
    await office.written(policy)
    await office.drain(policy)
    states = {one.kind: one.state for one in await NoticeRegister(office.pool).of_dossier(other)}
    assert states[NoticeKind.SUPPLEMENT_REQUESTED] is NoticeState.SENT
    assert states[NoticeKind.ACCEPTED] is NoticeState.OPTED_OUT


async def test_a_mandatory_notice_that_reaches_nobody_is_a_person_s_question(office: Office) -> None:
    """Somebody calls, or sends a letter."""
    by_law = USUAL.templates[0].model_copy(update={"mandatory": "Điều 7"})
    policy = a_policy(templates=(by_law,))
    await told(office, policy, phone=None, email=None)
    await office.drain(policy)
    assert [one.code for one in await SetAsideList(office.pool).open("notices")] == ["unreachable"]


async def test_the_link_of_an_e_mail_opts_out(office: Office) -> None:
    """One click is enough, shows nothing of the person, and holds for e-mail only. A changed link does nothing."""
    await told(office, phone=None)
    await office.drain(USUAL)
    (mail,) = (await office.inspect("email"))["messages"]
    token = mail["headers"]["List-Unsubscribe"].partition("token=")[2].rstrip(">")
    opt_outs = OptOuts(office.pool)
    for wrong in (token[:-2] + "AA", token[::-1], "", "ơ" * 64, "A" * 10_000):
        with pytest.raises(InvalidInput) as refused:
            await opt_outs.opt_out_by_link(EMAIL, wrong)
        assert refused.value.code == "opt_out_link_wrong"
    await opt_outs.opt_out_by_link(EMAIL, token)
    await opt_outs.opt_out_by_link(EMAIL, token)
    found = await opt_outs.look(EMAIL, BOTH["email"] or "")
    assert found is not None
    assert (found.how, found.who) == ("link", "applicant")
    assert await opt_outs.look(SMS, "0912345678") is None
