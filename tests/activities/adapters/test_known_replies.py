"""Tests of the tables of known replies: codes by the table, by agreement, and those that nobody knows."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from activities.adapters.interconnection_replies import PHRASES
from activities.adapters.known_replies import KNOWN_REPLIES
from activities.adapters.messages import OutsideCode
from activities.adapters.retry_after import LONGEST, seconds_of
from activities.adapters.systems import Outside, open_outside, same_host
from activities.adapters.verdict import Verdict
from domain.outside_systems import System
from tests.activities.adapters.given import Steering, fault, notice
from tests.activities.adapters.test_connection import failure, talking
from tests.activities.adapters.test_lies import reply

DOCUMENT = Path(__file__).parents[3] / "docs" / "adapters.md"


@pytest.mark.parametrize("verdict", [Verdict.RETRY, Verdict.NEEDS_PERSON, Verdict.REFUSED])
@pytest.mark.parametrize("status", ["200 OK", "422 Unprocessable Entity"])
async def test_a_code_means_what_was_agreed(status: str, verdict: Verdict) -> None:
    """What the province has agreed with the office of a system comes before our tables."""
    said = reply(json.dumps({"error_code": "4711"}).encode(), status)
    async with talking(lambda _: said) as url, open_outside(same_host(url, replies={"4711": verdict})) as outside:
        error = await failure(outside.notices.sms.send(notice()))
    assert (error.code, error.verdict, error.unknown) == (OutsideCode.REFUSED, verdict, False)


@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request", "404 Not Found", "422 Unprocessable Entity"])
async def test_a_code_that_nobody_knows_is_sent_again_with_an_alarm(status: str) -> None:
    """It is no refusal: the next try may succeed. It is counted by system, and a line of the log has the code."""
    said = reply(json.dumps({"error_code": "4711"}).encode(), status)
    async with talking(lambda _: said) as url, open_outside(same_host(url)) as outside:
        with capture_logs() as lines:
            error = await failure(outside.notices.sms.send(notice()))
        counts = {system: one.unknown_replies for system, one in outside.connections.items() if one.unknown_replies}
    assert (error.verdict, error.unknown) == (Verdict.RETRY, True)
    assert counts == {System.SMS: 1}
    [line] = [one for one in lines if one["event"] == "outside_unknown_reply"]
    assert (line["log_level"], line["system"], "4711" in line["code"]) == ("error", "sms", True)


async def test_a_known_failure_raises_no_alarm(steering: Steering, outside: Outside) -> None:
    """A system that is busy, down or refuses is no surprise."""
    for mode in ("error_in_200", "down", "refused", "cut"):
        steering.misbehave("sms", fault(mode))
        await failure(outside.notices.sms.send(notice(f"notice-{mode}")))
    assert outside.connections[System.SMS].unknown_replies == 0


@pytest.mark.parametrize("table", KNOWN_REPLIES.values(), ids=KNOWN_REPLIES.keys())
def test_a_code_has_one_meaning(table: tuple[object, ...]) -> None:
    """No table has a code twice."""
    codes = [one.code for one in table]  # type: ignore[attr-defined]
    assert len(codes) == len(set(codes))


def test_the_document_has_every_table() -> None:
    """`docs/adapters.md` goes to the other office: it has each code and phrase with its verdict, as the code has it."""
    text = DOCUMENT.read_text(encoding="utf-8")
    rows = {
        f"| `{one.code}` | {one.says.vi} | {one.says.en} | {one.verdict} |"
        for table in KNOWN_REPLIES.values()
        for one in table
    }
    rows |= {f"| `{phrase}` | {meaning} |" for phrase, _, meaning in PHRASES}
    assert [row for row in sorted(rows) if row not in text] == []


NOW = "Sat, 28 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("Sat, 28 Nov 2026 12:01:30 GMT", 90),
        (None, None),
        ("", None),
        ("0", None),
        ("-5", None),
        ("1e9", None),
        ("soon", None),
        ("١٢", None),
        ("9" * 400, LONGEST),
        ("315360000", LONGEST),
        ("Fri, 28 Nov 2036 12:00:00 GMT", LONGEST),
        ("Sat, 28 Nov 2026 11:00:00 GMT", None),
        ("Sat, 99 Nov 2026 12:00:00 GMT", None),
        ("Sat, 28 Nov 2026 12:01:30", 90),
    ],
)
def test_a_time_to_come_again_is_honoured_within_bounds(header: str | None, seconds: float | None) -> None:
    """Seconds and dates are honoured up to fifteen minutes; what is past or no time at all is as if it were absent."""
    assert seconds_of(header, NOW) == seconds


def test_a_date_is_measured_by_the_clock_of_its_system() -> None:
    """A system whose clock is seven hours ahead means the pause that it sees."""
    shown = datetime.now(UTC) + timedelta(hours=7)
    again, date = (format_datetime(at, usegmt=True) for at in (shown + timedelta(seconds=60), shown))
    assert seconds_of(again, date) == 60


@pytest.mark.parametrize("mode", ["too_many", "down"])
async def test_a_busy_system_is_asked_again_when_it_says(steering: Steering, outside: Outside, mode: str) -> None:
    """The pause of 429 and 503 goes with the error, from systems that answer in JSON and in words."""
    for system in ("sms", "interconnection"):
        steering.misbehave(system, fault(mode, retry_after="45"))
    assert outside.interconnection is not None
    calls = outside.notices.sms.send(notice()), outside.interconnection.application("LT-1")
    errors = await asyncio.gather(*(failure(call) for call in calls))
    assert [(error.code, error.retry_after) for error in errors] == [(OutsideCode.UNAVAILABLE, 45.0)] * 2
