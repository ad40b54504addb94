"""Tests of the simulator's faults as bytes on a socket, seen by a client that knows nothing of the adapters."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr

from domain.values import VIETNAM
from tests.activities.adapters.given import CITIZEN, Steering, fault
from tests.support.plain_http import NO_TLS
from tools.simulator.app import Simulator
from tools.simulator.fault_injection import Call, Fault, FaultInjector, FaultMode
from tools.simulator.server import running_simulator
from tools.simulator.tls_door import Certificate

TOKEN = SecretStr("simulator-token").get_secret_value()
MESSAGE = json.dumps(
    {
        "key": "k-1",
        "template": "t",
        "brandname": "LUONGXANH",
        "phone": "84912345678",
        "text": "Hồ sơ đã có kết quả",
        "unicode": True,
        "parts": 1,
    },
    ensure_ascii=False,
).encode()


@pytest.fixture(scope="module")
def running() -> Iterator[Steering]:
    """One simulator for all tests of this file."""
    simulator = Simulator(state=None)
    with running_simulator(simulator) as url, httpx2.Client(trust_env=False, verify=NO_TLS) as client:
        yield Steering(simulator, url, client)


@pytest.fixture
def steering(running: Steering) -> Steering:
    """The simulator after a reset, with one citizen."""
    running.post("/reset", {"seed": 7})
    running.post("/citizens", [CITIZEN])
    return running


async def sent(url: str, *, body: bytes = MESSAGE, headers: str = "", within: float = 0.3) -> tuple[bytes, str]:
    """What comes back to one message, and how it ended: `closed`, `reset` or `silent`."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /sms/messages HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {TOKEN}\r\n"
    head += f"Content-Type: application/json; charset=utf-8\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    got = bytearray()
    try:
        async with asyncio.timeout(within):
            while part := await reader.read(65_536):
                got += part
        return bytes(got), "closed"
    except TimeoutError:
        return bytes(got), "silent"
    except ConnectionError:
        return bytes(got), "reset"
    finally:
        writer.transport.abort()


@pytest.mark.parametrize(
    ("mode", "ending", "has_head", "effects"),
    [
        ("timeout", "silent", False, 1),
        ("unanswered", "silent", False, 0),
        ("reset", "reset", False, 0),
        ("half_closed", "closed", False, 0),
        ("cut", "closed", True, 1),
        ("drip", "silent", True, 1),
    ],
)
async def test_each_way_to_break_off(steering: Steering, mode: str, ending: str, has_head: bool, effects: int) -> None:
    """A connection ends in its own way, with or without the effect, and the simulator goes on."""
    steering.misbehave("sms", fault(mode))
    got, ended = await sent(steering.url, within=5 if ending != "silent" else 0.3)
    assert (ended, b"\r\n\r\n" in got) == (ending, has_head)
    assert sum(steering.effects("sms").values()) == effects
    assert (await sent(steering.url, within=5))[0].startswith(b"HTTP/1.1 200")


async def test_a_call_is_carried_out_after_its_connection_was_lost(steering: Steering) -> None:
    """Its own time comes, or somebody has it carried out at once; a simulator that forgets all forgets it too."""
    steering.misbehave("sms", fault("late_effect", delay=3_600))
    assert (await sent(steering.url, within=5))[1] == "reset"
    assert steering.effects("sms") == {}
    assert steering.post("/late")["sms"] == 1
    assert sum(steering.effects("sms").values()) == 1
    assert steering.post("/late")["sms"] == 0
    steering.misbehave("sms", fault("late_effect", delay=0))
    await sent(steering.url, within=5)
    assert steering.post("/late")["sms"] == 0, "it was carried out by itself"
    steering.misbehave("sms", fault("late_effect", delay=3_600))
    await sent(steering.url, within=5)
    steering.post("/reset", {"seed": 7})
    assert steering.post("/late")["sms"] == 0


async def test_a_head_that_ends_in_the_middle(steering: Steering) -> None:
    """The answer ends within its headers: there is a status and no body."""
    steering.misbehave("sms", fault("cut_in_head"))
    got, ended = await sent(steering.url, within=5)
    assert (got.startswith(b"HTTP/1.1 200"), b"\r\n\r\n" in got, ended) == (True, False, "closed")


async def test_fifty_megabytes_are_sent(steering: Steering) -> None:
    """The answer really has 50 MB, and is still right JSON at its beginning."""
    steering.misbehave("sms", fault("huge"))
    got, _ = await sent(steering.url, within=60)
    head, _, body = got.partition(b"\r\n\r\n")
    assert len(body) == 50_000_000
    assert json.loads(body[:1_000].rstrip())["error_code"] == "00"
    assert b"ontent-" in head


async def test_an_endless_answer_ends_with_its_caller(steering: Steering) -> None:
    """An endless answer is sent until the caller hangs up; then the simulator answers others as before."""
    steering.misbehave("sms", fault("endless"))
    got, ended = await sent(steering.url, within=0.3)
    assert (len(got) > 100_000, ended) == (True, "silent")
    assert (await sent(steering.url, within=5))[0].startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(("mode", "after"), [("too_many", "120"), ("down", "Wed, 21 Oct 2015 07:28:00 GMT")])
async def test_it_says_when_to_come_again(steering: Steering, mode: str, after: str) -> None:
    """429 and 503 have the header Retry-After as it was ordered, in seconds or as a date."""
    steering.misbehave("sms", fault(mode, retry_after=after))
    got, _ = await sent(steering.url, within=5)
    assert f"retry-after: {after}".lower().encode() in got.lower()


async def test_a_clock_that_is_hours_ahead(steering: Steering) -> None:
    """The header Date and the times inside the answer are wrong by the same hours; the next answer is right again."""
    times = []
    for one in (fault("clock_off", hours=5), fault("ok")):
        steering.misbehave("sms", one)
        got, _ = await sent(steering.url, body=MESSAGE.replace(b"k-1", one["mode"].encode()), within=5)
        head, _, body = got.partition(b"\r\n\r\n")
        date = next(line for line in head.decode().splitlines() if line.lower().startswith("date:"))
        shown = parsedate_to_datetime(date.partition(":")[2].strip()).astimezone(VIETNAM)
        assert json.loads(body)["accepted_at"] == shown.isoformat()
        times.append(shown)
    assert 4.9 < (times[0] - times[1]).total_seconds() / 3_600 < 5.1


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (MESSAGE.decode().encode("utf-16-le"), ""),
        (MESSAGE.replace(b'{"key"', b'{"key": "k-0", "key"'), ""),
        (MESSAGE.replace("kết".encode(), "kê\u0301t".encode()), ""),
        (MESSAGE.replace(b"}", b', "extra": NaN}'), ""),
        (MESSAGE.replace(b"}", b', "extra": 1}'), ""),
        (b"[" * 100_000, ""),
    ],
    ids=["utf_16", "twice", "not_composed", "no_number", "unknown_field", "deep"],
)
async def test_it_takes_only_what_the_contract_allows(steering: Steering, body: bytes, headers: str) -> None:
    """A message in another encoding, with a field twice, with letters in parts, or with more fields has no effect."""
    got, _ = await sent(steering.url, body=body, headers=headers, within=5)
    assert got.startswith(b"HTTP/1.1 4")
    assert steering.effects("sms") == {}


def test_one_call_shows_everything(steering: Steering) -> None:
    """The summary has what each system received, how it misbehaved, what it rejected, and its effects."""
    steering.misbehave("sms", fault("no_effect"), fault("duplicate"))
    for _ in range(3):
        steering.client.post(
            f"{steering.url}/sms/messages",
            content=MESSAGE,
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"},
        )
    steering.client.post(f"{steering.url}/sms/messages", content=MESSAGE)
    summary = steering.client.get(f"{steering.url}/inspect").json()
    messages = summary["systems"]["sms"]
    assert set(summary["systems"]) == set(steering.simulator.steered)
    assert messages.pop("modes") == sorted(steering.simulator.systems["sms"].contract.modes)
    assert messages == {
        "received": {"send": 3},
        "rejected": 1,
        "misbehaved": {"no_effect": 1, "duplicate": 1},
        "effects": {"sent": {"keys": 1, "times": 1, "most": 1}},
    }


def test_many_systems_are_told_at_once(steering: Steering) -> None:
    """Faults of many systems are set in one call, all or none; a schedule begins later."""
    assert steering.post("/control", {"portal": [{"mode": "down"}], "nowhere": []})["error_code"] == "unknown_system"
    wrong = {"portal": [{"mode": "down"}], "sms": [{"mode": "xml_bomb"}]}
    assert steering.post("/control", wrong)["error_code"] == "unknown_mode"
    faults: dict[str, Any] = steering.post("/control", {"civil": [{"mode": "down", "after": 60, "seconds": 60}]})
    assert {name for name, those in faults["faults"].items() if those} == {"civil"}


def test_an_outage_follows_its_schedule() -> None:
    """Two outages at their times: before, between and after them the system answers."""
    seconds = 0.0
    injector = FaultInjector("portal", 1, lambda: seconds)
    injector.set([Fault(mode=FaultMode.DOWN, after=begin, seconds=10) for begin in (5, 30)])
    hit = []
    for second in range(0, 50, 5):
        seconds = float(second)
        if injector.next_fault(Call("x", "k", {})):
            hit.append(second)
    assert hit == [5, 10, 30, 35]
    assert injector.current() == []


@pytest.mark.parametrize("certificate", Certificate)
async def test_the_door_shows_its_certificate(steering: Steering, certificate: Certificate) -> None:
    """Only the right certificate lets a client that checks it through; the door can change it while it is open."""
    for shown in (certificate, Certificate.RIGHT):
        door = steering.post("/tls", {"certificate": shown})
        context = ssl.create_default_context(cadata=door["authority"])
        async with httpx2.AsyncClient(trust_env=False, verify=context) as client:
            if shown is Certificate.RIGHT:
                assert (await client.get(f"{door['url']}/health")).status_code == 200
            else:
                with pytest.raises(httpx2.ConnectError, match="certificate"):
                    await client.get(f"{door['url']}/health")
