"""Contract tests of the channels of notices over sockets: a real SMTP session, the SMS and the Zalo gateway."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncIterator
from email import message_from_string
from email.policy import default
from typing import Any

import pytest

from activities.adapters.address import BreakerPolicy
from activities.adapters.breaker import BreakerState
from activities.adapters.email_message import message_id_of
from activities.adapters.errors import OutsideError
from activities.adapters.messages import OutsideCode
from activities.adapters.notice_requests import (
    Email,
    TextMessage,
    had_no_effect,
    is_out_of_reach,
    leaves_the_person,
)
from activities.adapters.systems import Outside, open_outside
from activities.adapters.verdict import Verdict
from domain.outside_systems import System
from tests.activities.adapters.given import Steering, fault, zalo_message
from tests.activities.adapters.test_connection import failure
from tests.support.small_province import at
from tools.simulator.world import MAIL

MAILBOX = "an.nguyen@thu.example"
FORGED = "Bổ sung\r\nBcc: ke-gian@xau.example\r\n\r\n<script>alert(1)</script>\u202e"


def an_email(key: str = "H42.1-250707-0001.v3.0", **changes: Any) -> Email:
    given = {
        "key": key,
        "to": MAILBOX,
        "name": "Nguyễn Văn An",
        "subject": "Hồ sơ H42.1-250707-0001 đã có kết quả",
        "text": "Hồ sơ H42.1-250707-0001 đã có kết quả.",
        "at": at("2025-07-08 09:00"),
        "opt_out_url": "https://mot-cua.example/v1/notices/opt-out?token=abc",
        **changes,
    }
    return Email.model_validate(given)


@pytest.fixture
async def hurried(steering: Steering) -> AsyncIterator[Outside]:
    """The adapters, which wait one second for an answer and never stop calling."""
    limits: dict[str, Any] = {"total_seconds": 1.0, "breaker": BreakerPolicy(failures=1_000)}
    async with open_outside(steering.simulator.world.access.addresses(steering.url, "H42", **limits)) as outside:
        yield outside


def received(steering: Steering, system: str = "email") -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = steering.inspect(system)["messages"]
    return messages


# ------------------------------------------------------------------ e-mail


async def test_an_e_mail_is_what_mail_servers_and_people_expect(outside: Outside, steering: Steering) -> None:
    """Plain text and a page with the same Vietnamese words, only ASCII on the wire, and the headers of an automatic
    notice: who it is from, that nobody need answer, and how to opt out with one click (RFC 3834, RFC 8058)."""
    sent = await outside.notices.email.send(an_email())
    (mail,) = received(steering)
    headers = mail["headers"]
    assert mail["message_id"] == sent.message_id == message_id_of("H42.1-250707-0001.v3.0", MAIL.sender)
    assert mail["subject"] == "Hồ sơ H42.1-250707-0001 đã có kết quả"
    assert headers["From"] == f"Trung tâm Phục vụ hành chính công <{MAIL.sender}>"
    assert headers["To"] == f"Nguyễn Văn An <{MAILBOX}>"
    assert headers["Date"] == "Tue, 08 Jul 2025 09:00:00 +0700"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Unsubscribe"] == "<https://mot-cua.example/v1/notices/opt-out?token=abc>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["text"].startswith("Kính gửi Nguyễn Văn An,\n\nHồ sơ H42.1-250707-0001 đã có kết quả.\n\nTrân trọng,")
    assert "<p>Hồ sơ H42.1-250707-0001 đã có kết quả.</p>" in mail["page"]
    assert mail["raw"].isascii()


async def test_nothing_from_outside_adds_a_header_or_a_tag(outside: Outside, steering: Steering) -> None:
    """A name and a text with line breaks, tags and marks of direction stay one header and plain words."""
    await outside.notices.email.send(an_email(name=FORGED, subject=FORGED, text=f"Tên: {FORGED}"))
    (mail,) = received(steering)
    parsed = message_from_string(mail["raw"], policy=default)
    assert parsed["Bcc"] is None
    assert [one.addr_spec for one in parsed["To"].addresses] == [MAILBOX]
    assert "\u202e" not in mail["subject"]
    assert "<script>" not in mail["page"]
    assert "&lt;script&gt;" in mail["page"]


async def test_a_name_in_parts_is_put_together(outside: Outside, steering: Steering) -> None:
    """A name from a keyboard that writes accents apart (NFD) arrives composed, in the header and in the text."""
    await outside.notices.email.send(an_email(name=unicodedata.normalize("NFD", "Trần Thị Ngọc Ánh")))
    (mail,) = received(steering)
    assert mail["headers"]["To"] == f"Trần Thị Ngọc Ánh <{MAILBOX}>"
    assert "Kính gửi Trần Thị Ngọc Ánh," in mail["text"]


async def test_the_longest_texts_arrive_whole(outside: Outside, steering: Steering) -> None:
    """A text of 4,000 letters and a subject of many words are folded for the wire and arrive as they were."""
    text, subject = "Thành phần hồ sơ. " * 220, "Hồ sơ cần bổ sung giấy tờ " * 11
    await outside.notices.email.send(an_email(text=text.strip(), subject=subject.strip()))
    (mail,) = received(steering)
    assert text.strip() in mail["text"]
    assert mail["subject"] == subject.strip()


async def test_the_same_e_mail_again_has_the_same_bytes(outside: Outside, steering: Steering) -> None:
    """Sent again under its key, it is the same byte by byte: readers and servers see one Message-ID."""
    for _ in range(2):
        await outside.notices.email.send(an_email())
    (mail,) = received(steering)
    assert mail["arrived"] == 2
    assert steering.effects("email") == {f"sent {mail['message_id']}": 1, f"repeated {mail['message_id']}": 1}


MAIL_FAULTS = [
    # mode, code, verdict, without effect, out of reach, another channel, kept by the server
    ("down", OutsideCode.UNAVAILABLE, Verdict.RETRY, True, True, False, 0),
    ("wrong_banner", OutsideCode.BAD_REPLY, Verdict.RETRY, True, True, False, 0),
    ("unanswered", OutsideCode.TIMEOUT, Verdict.RETRY, True, True, False, 0),
    ("greylisted", OutsideCode.REFUSED, Verdict.RETRY, True, False, False, 0),
    ("no_account", OutsideCode.REFUSED, Verdict.REFUSED, True, False, True, 0),
    ("refused", OutsideCode.REFUSED, Verdict.NEEDS_PERSON, True, False, False, 0),
    ("error_in_200", OutsideCode.REFUSED, Verdict.RETRY, True, False, False, 0),
    ("timeout", OutsideCode.TIMEOUT, Verdict.RETRY, False, False, False, 1),
    ("cut", OutsideCode.UNAVAILABLE, Verdict.RETRY, False, False, False, 1),
    ("reset", OutsideCode.UNAVAILABLE, Verdict.RETRY, False, False, False, 0),
    ("garbled", OutsideCode.BAD_REPLY, Verdict.RETRY, False, False, False, 0),
]


@pytest.mark.parametrize(
    ("mode", "code", "verdict", "without_effect", "unreached", "another", "kept"), MAIL_FAULTS, ids=str
)
async def test_each_misbehaviour_of_a_mail_server_is_judged_once(
    hurried: Outside, steering: Steering, mode: str, code: OutsideCode, verdict: Verdict, without_effect: bool,
    unreached: bool, another: bool, kept: int,
) -> None:  # fmt: skip
    """4yz and what breaks off before the message: later, nothing was taken. What breaks off after it: in doubt. 550 of
    the mailbox: another channel. 550 of a policy: a person."""
    steering.misbehave("email", fault(mode))
    error = await failure(hurried.notices.email.send(an_email()))
    assert (error.code, error.verdict) == (code, verdict)
    assert (had_no_effect(error), is_out_of_reach(error), leaves_the_person(error)) == (
        without_effect, unreached, another,
    )  # fmt: skip
    assert len(received(steering)) == kept
    assert "thu.example" not in f"{error} {error.reason}"
    steering.misbehave("email")
    await hurried.notices.email.send(an_email())
    assert [mail["arrived"] for mail in received(steering)] == [kept + 1]


async def test_a_slow_mail_server_is_waited_for(outside: Outside, steering: Steering) -> None:
    """An answer that takes a while is an answer."""
    steering.misbehave("email", fault("slow", delay=0.1))
    assert (await outside.notices.email.send(an_email())).message_id


async def test_wrong_credentials_concern_every_message(steering: Steering) -> None:
    """A refused log-in is no refusal of the message: it waits until the credentials were renewed."""
    addresses = steering.simulator.world.access.addresses(steering.url, "H42")
    wrong = [one.model_copy(update={"username": "nobody"}) for one in addresses]
    async with open_outside(wrong) as outside:
        error = await failure(outside.notices.email.send(an_email()))
    assert (error.reason, error.retryable, is_out_of_reach(error)) == ("door_535", True, True)


async def test_a_password_is_not_sent_without_tls(steering: Steering) -> None:
    """A mail server that offers no TLS gets neither the password nor the message, unless the file says `never`."""
    addresses = steering.simulator.world.access.addresses(steering.url, "H42")
    for starttls in ("required", "if_offered"):
        terms = MAIL.model_copy(update={"starttls": starttls})
        async with open_outside([one.model_copy(update={"email": terms}) for one in addresses]) as outside:
            error = await failure(outside.notices.email.send(an_email()))
        assert is_out_of_reach(error)
    assert received(steering) == []


async def test_each_channel_has_its_own_breaker(steering: Steering) -> None:
    """A mail server that is down opens its own breaker; text messages and Zalo go on."""
    policy = {"breaker": BreakerPolicy(failures=2, open_seconds=600)}
    steering.misbehave("email", fault("down", calls=None))
    async with open_outside(steering.simulator.world.access.addresses(steering.url, "H42", **policy)) as outside:
        for _ in range(2):
            await failure(outside.notices.email.send(an_email()))
        error = await failure(outside.notices.email.send(an_email()))
        assert (error.code, is_out_of_reach(error)) == (OutsideCode.BREAKER_OPEN, True)
        await outside.notices.sms.send(TextMessage(key="k", template="t", phone="84912345678", text="Hồ sơ"))
        await outside.notices.zalo.send(zalo_message())
        states = outside.breakers()
    assert (states[System.EMAIL], states[System.SMS]) == (BreakerState.OPEN, BreakerState.CLOSED)


# ------------------------------------------------------------------ text messages


@pytest.mark.parametrize(
    ("text", "unicode", "parts"),
    [
        ("Ho so da co ket qua", False, 1),
        ("x" * 160, False, 1),
        ("x" * 161, False, 2),
        ("Hồ sơ " + "x" * 64, True, 1),
        ("Hồ sơ " + "x" * 65, True, 2),
        ("Hồ sơ " + "x" * 195, True, 3),
    ],
)
async def test_a_text_message_says_its_alphabet_and_parts(
    outside: Outside, steering: Steering, text: str, unicode: bool, parts: int
) -> None:
    """The gateway, which counts for itself, agrees: 160 or 153 letters a part, with Vietnamese letters 70 or 67."""
    await outside.notices.sms.send(TextMessage(key="k", template="t", phone="84912345678", text=text))
    (kept,) = received(steering, "sms")
    assert (kept["message"]["unicode"], kept["message"]["parts"]) == (unicode, parts)


@pytest.mark.parametrize(
    ("system", "mode", "verdict", "without_effect", "another"),
    [
        ("sms", "no_account", Verdict.REFUSED, True, True),
        ("sms", "refused", Verdict.REFUSED, True, False),
        ("sms", "down", Verdict.RETRY, True, False),
        ("sms", "too_many", Verdict.RETRY, True, False),
        ("sms", "server_error", Verdict.RETRY, False, False),
        ("sms", "effect_then_error", Verdict.RETRY, False, False),
        ("sms", "timeout", Verdict.RETRY, False, False),
        ("sms", "cut", Verdict.RETRY, False, False),
        ("sms", "error_in_200", Verdict.RETRY, False, False),
        ("sms", "garbled", Verdict.RETRY, False, False),
        ("sms", "wrong_charset", Verdict.RETRY, False, False),
        ("zalo", "no_account", Verdict.REFUSED, True, True),
        ("zalo", "refused", Verdict.NEEDS_PERSON, True, False),
        ("zalo", "down", Verdict.RETRY, True, False),
        ("zalo", "timeout", Verdict.RETRY, False, False),
        ("zalo", "unknown_code", Verdict.RETRY, False, False),
        ("zalo", "error_in_200", Verdict.RETRY, False, False),
        ("zalo", "truncated", Verdict.RETRY, False, False),
    ],
)
async def test_each_misbehaviour_of_a_gateway_is_judged_once(
    hurried: Outside, steering: Steering, system: str, mode: str, verdict: Verdict, without_effect: bool, another: bool
) -> None:
    """Afterwards the same key is sent again, and has had one effect."""

    async def send() -> object:
        if system == "zalo":
            return await hurried.notices.zalo.send(zalo_message())
        return await hurried.notices.sms.send(TextMessage(key="k-1", template="t", phone="84912345678", text="Hồ sơ"))

    steering.misbehave(system, {**fault(mode), "service": "send"})
    error: OutsideError = await failure(send())
    assert (error.verdict, had_no_effect(error), leaves_the_person(error)) == (verdict, without_effect, another)
    steering.misbehave(system)
    await send()
    assert steering.effects(system) == {"sent k-1": 1}


@pytest.mark.parametrize("system", ["sms", "zalo"])
async def test_the_reply_to_another_message_is_no_reply(outside: Outside, steering: Steering, system: str) -> None:
    """A gateway that answers with what another message got is not believed: nothing was done, and it is sent again."""
    for place in range(2):
        steering.misbehave(system, fault("anothers_reply") if place else fault("ok"))
        sending = (
            outside.notices.zalo.send(zalo_message(f"k-{place}"))
            if system == "zalo"
            else outside.notices.sms.send(TextMessage(key=f"k-{place}", template="t", phone="84912345678", text="a"))
        )
        if place:
            assert (await failure(sending)).reason == "anothers_reply"
        else:
            await sending
    assert steering.effects(system) == {"sent k-0": 1}


# ------------------------------------------------------------------ Zalo


async def test_an_expired_token_is_renewed_and_the_message_goes_once(outside: Outside, steering: Steering) -> None:
    """Many messages at once ask for one token; after it has expired, for one more."""
    await outside.notices.zalo.send(zalo_message("k-0"))
    steering.misbehave("zalo", fault("session_expired"))
    await outside.notices.zalo.send(zalo_message("k-1"))
    assert steering.inspect("zalo")["received"]["auth"] == 2
    assert steering.effects("zalo") == {"sent k-0": 1, "sent k-1": 1}


async def test_no_token_is_no_refusal_of_the_message(steering: Steering) -> None:
    """Wrong credentials at the token's address concern every message: the notice waits."""
    addresses = steering.simulator.world.access.addresses(steering.url, "H42")
    async with open_outside([one.model_copy(update={"username": "nobody"}) for one in addresses]) as outside:
        error = await failure(outside.notices.zalo.send(zalo_message()))
    assert (error.reason, error.retryable, is_out_of_reach(error)) == ("http_401", True, True)


def test_no_request_shows_whom_it_concerns() -> None:
    """The text of a request that may reach a log has neither the number nor the mailbox, the name or the words."""
    requests = (an_email(), zalo_message(), TextMessage(key="k", template="t", phone="84912345678", text="Hồ sơ"))
    for request in requests:
        assert not re.search(r"8491|thu\.example|Nguyễn|Hồ sơ", repr(request))
