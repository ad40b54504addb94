"""Tests of the simulator as a process: `python -m tools.simulator`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from activities.adapters.address import BreakerPolicy
from activities.adapters.errors import OutsideError
from activities.adapters.payments import OrderState, QueryOrder
from activities.adapters.systems import Outside, open_outside
from tests.activities.adapters.given import notice, order, register, sign
from tests.activities.adapters.test_connection import failure
from tests.support.plain_http import NO_TLS
from tests.support.waiting import WITHIN
from tools.simulator.world import Access

ROOT = Path(__file__).parents[3]


@contextmanager
def process(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A simulator process and its address; it is killed at the end."""
    command = [sys.executable, "-m", "tools.simulator", "--port", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as started:
        try:
            assert started.stdout is not None
            yield started, json.loads(started.stdout.readline())["address"]
        finally:
            started.kill()


async def test_a_killed_simulator_remembers(tmp_path: Path) -> None:
    """After kill -9 the platform still has its orders and payments, and a key still has one effect."""
    state = ("--state", str(tmp_path / "outside.sqlite"))
    with process(*state) as (started, url):
        async with open_outside(Access().addresses(url, "H42")) as outside:
            opened = await outside.payments.create_order(order())
            await outside.notices.sms.send(notice())
            entered = await outside.registries.register(register())
            signed = await outside.signing.sign(sign())
        assert httpx2.post(f"{url}/pay/{opened.order_id}", trust_env=False, verify=NO_TLS).status_code == 200
        started.send_signal(signal.SIGKILL)
        started.wait(10)
    with process(*state, "--address-file", str(tmp_path / "address")) as (_, url):
        assert (tmp_path / "address").read_text() == url
        async with open_outside(Access().addresses(url, "H42")) as outside:
            status = await outside.payments.query(QueryOrder(order_id=opened.order_id))
            await outside.notices.sms.send(notice())
            assert await outside.registries.register(register()) == entered
            assert await outside.signing.sign(sign()) == signed
        assert (status.state, status.paid_amount) == (OrderState.PAID, 50_000)
        for system in ("sms", "civil", "signing"):
            effects = httpx2.get(f"{url}/inspect/{system}", trust_env=False, verify=NO_TLS).json()["effects"]
            assert [one["times"] for one in effects] == [1]


async def test_it_stops_when_told_even_while_a_call_hangs() -> None:
    """SIGTERM ends the simulator, even while a call hangs."""
    with process() as (started, url):
        httpx2.post(f"{url}/control/sms", json={"mode": "timeout"}, trust_env=False, verify=NO_TLS)
        async with open_outside(Access().addresses(url, "H42", total_seconds=0.2)) as outside:
            await failure(outside.notices.sms.send(notice()))
        started.terminate()
        assert started.wait(WITHIN) in (0, -signal.SIGTERM)


async def test_an_unreliable_world_loses_nothing() -> None:
    """When a fifth of all calls fail in every known way, retries with the same key have one effect each."""
    with process("--unreliable", "0.2", "--seed", "11") as (_, url):
        never_open = BreakerPolicy(failures=1_000)
        async with open_outside(Access().addresses(url, "H42", total_seconds=1.0, breaker=never_open)) as outside:
            failures = 0
            for number in range(60):
                failures += await _until_registered(outside, number)
        effects = httpx2.get(f"{url}/inspect/civil", trust_env=False, verify=NO_TLS).json()["effects"]
    assert failures > 3
    assert sorted((one["key"], one["times"]) for one in effects) == sorted((f"r{number}", 1) for number in range(60))


async def _until_registered(outside: Outside, number: int) -> int:
    """The number of failures until the success; a failure that may not be repeated fails the test."""
    for attempt in range(20):
        try:
            await outside.registries.register(register(key=f"r{number}", number=number))
        except OutsideError as error:
            if not error.retryable:
                raise
        else:
            return attempt
    raise AssertionError(f"r{number} was never registered")
