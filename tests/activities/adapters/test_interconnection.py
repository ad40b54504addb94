"""Tests of the adapter of the national interconnection software, against the simulated one on a socket."""

from __future__ import annotations

import asyncio

import pytest

from activities.adapters.interconnection import Interconnection
from activities.adapters.interconnection_replies import ReplyText
from activities.adapters.messages import OutsideCode
from activities.adapters.pace import Pace
from activities.adapters.systems import Outside, open_outside, same_host
from domain.outside_systems import OPTIONAL
from tests.activities.adapters.given import BIRTH, CITIZEN, Steering, fault, filed, hurried, told
from tests.activities.adapters.test_connection import failure, talking
from tests.activities.adapters.test_lies import interconnection_of, reply


@pytest.fixture
def software(steering: Steering, outside: Outside) -> Interconnection:
    """The adapter, with one application filed."""
    steering.post("/applications", [filed()])
    return interconnection_of(outside)


async def test_what_was_filed_is_read(software: Interconnection) -> None:
    """The group, the commune and the documents of each part; the applicant is in no error and no representation."""
    found = await software.application(BIRTH)
    assert found is not None
    assert (found.group, found.unit, [one.procedure for one in found.parts]) == (
        "KHAISINH",
        "13366",
        ["1.001193", "1.004222"],
    )
    assert [one.component for one in found.parts[0].documents] == ["1.001193-01"]
    assert CITIZEN["name"] not in repr(found)
    assert await software.application("LT-none") is None


async def test_each_status_has_one_effect(steering: Steering, software: Interconnection) -> None:
    """The statuses arrive in order; a repetition is `đã tồn tại`, and an unknown application is `không tồn tại`."""
    for status in "123745":
        assert (await software.tell(told(status))).confirmed
    again = await software.tell(told("3"))
    assert (again.reply, again.confirmed) == (ReplyText.EXISTS, False)
    assert (await software.tell(told(application="LT-none"))).reply is ReplyText.MISSING
    assert [one["status"] for one in steering.inspect("interconnection", BIRTH)["told"]] == list("123745")
    assert set(steering.effects("interconnection").values()) == {1}


@pytest.mark.parametrize(
    "mode",
    [
        *("timeout", "cut", "down", "garbled", "error_in_200", "no_effect", "duplicate", "session_expired"),
        *("not_updated", "soap_fault", "unknown_reply", "other_unicode"),
    ],
)
async def test_told_once_whatever_happens(
    steering: Steering, outside: Outside, software: Interconnection, mode: str
) -> None:
    """After any failure the same status is sent again and has one effect."""
    await software.application(BIRTH)
    steering.misbehave("interconnection", fault(mode, service="trangthai"))
    if mode not in ("duplicate", "session_expired", "other_unicode"):
        with hurried(outside, mode):
            error = await failure(software.tell(told()))
        assert error.retryable
    assert (await software.tell(told())).application == BIRTH
    assert steering.effects("interconnection") == {f"told {BIRTH}//1": 1}


async def test_a_person_must_look(steering: Steering, software: Interconnection) -> None:
    """`logic xử lý không hợp lệ` is final, and it says nothing against the system: its breaker stays closed."""
    error = await failure(software.tell(told("5")))
    assert (error.code, error.reason, error.retryable) == (OutsideCode.REFUSED, "logic_invalid", False)
    for _ in range(6):
        assert (await failure(software.tell(told("5")))).reason == "logic_invalid"


async def test_the_token_expires_in_the_middle(steering: Steering, software: Interconnection) -> None:
    """Many calls at once after the tokens were dropped: one new token, and every call succeeds."""
    await software.tell(told("1"))
    steering.misbehave("interconnection", fault("session_expired", service="trangthai"))
    done = await asyncio.gather(*(software.tell(told("3", part=f"1.00000{place}")) for place in range(4)))
    assert {one.reply for one in done} == {ReplyText.SUCCESS}
    assert steering.inspect("interconnection")["received"]["token"] == 2


async def test_an_outage_opens_only_its_own_breaker(steering: Steering, outside: Outside) -> None:
    """Server errors in words count as failures of the system, though they come in an HTTP 200."""
    steering.misbehave("interconnection", {"mode": "error_in_200", "service": "trangthai"})
    codes = [(await failure(interconnection_of(outside).tell(told()))).code for _ in range(6)]
    assert codes == [*[OutsideCode.UNAVAILABLE] * 5, OutsideCode.BREAKER_OPEN]


@pytest.mark.parametrize("form", ["403", "page", "another", "no_name", "huge"])
async def test_a_false_application_is_no_application(form: str) -> None:
    """A page, an answer about another application, or one of another shape is an error that may be tried again."""
    answers = {
        "403": reply("Không có quyền".encode(), "403 Forbidden"),
        "page": reply(b"<html>" + "Trang không tồn tại".encode() + b"</html>", "404 Not Found"),
        "another": reply(b'{"MaHoSoLienThong": "LT-2", "MaNhom": "A", "MaDonVi": "1", "NgayNop": "20250701083015"}'),
        "no_name": reply(b'{"MaHoSoLienThong": "LT-2026-000001", "ChuHoSo": {"HoTen": 7}}'),
        "huge": reply(b'"' + b"a" * 2_000_000 + b'"'),
    }
    token = reply(b'{"access_token": "t"}')

    def lie(request: bytes) -> bytes:
        return token if b"/token" in request else answers[form]

    async with talking(lie) as url, open_outside(same_host(url, total_seconds=2)) as outside:
        assert (await failure(interconnection_of(outside).application(BIRTH))).retryable


async def test_a_province_without_it_needs_no_address() -> None:
    """Its address may be missing, so an older list of addresses is still accepted."""
    addresses = [one for one in same_host("http://127.0.0.1:9") if one.system not in OPTIONAL]
    async with open_outside(addresses) as outside:
        assert outside.interconnection is None


async def test_calls_keep_the_pace() -> None:
    """Ten turns at a hundred a second: each has a later start than the one before, in the order of asking."""
    loop, pace, starts = asyncio.get_running_loop(), Pace(100), list[float]()

    async def call() -> None:
        await pace.turn()
        starts.append(loop.time())

    await asyncio.gather(*(call() for _ in range(10)))
    assert starts == sorted(starts)
    assert starts[-1] - starts[0] >= 0.08
