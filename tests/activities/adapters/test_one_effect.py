"""The property of every operation with an effect: whatever happens on the way, it has its effect once, or a person is
told.

A life is a list of tries. Each meets a misbehaviour on a real socket; the caller waits for the answer, gives up, dies
and starts anew, or is two at once (the try of a worker that is thought dead, and its repetition).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.adapters.address import BreakerPolicy
from activities.adapters.contracts import contracts_of
from activities.adapters.errors import OutsideError
from activities.adapters.systems import Outside, open_outside
from activities.adapters.verdict import Verdict
from tests.activities.adapters.given import Steering
from tests.activities.adapters.operations import Operation, operations
from tests.activities.adapters.test_misbehaviours import BELIEVED, EXPECTED, OTHERWISE
from tests.support.waiting import WITHIN, until
from tools.simulator.fault_injection import Fault, FaultMode


class Caller(StrEnum):
    """What the caller does during a try."""

    WAITS = "waits"
    GIVES_UP = "gives_up"
    """As soon as the system has the request: a time-out, or a worker that is killed."""
    TWICE = "twice"
    """Two tries at once."""


NOT_HERE = frozenset({FaultMode.HUGE, FaultMode.DRIP, FaultMode.DEEP, FaultMode.EXPIRED_CERTIFICATE})
"""Misbehaviours that only cost time here, and the certificate, which stays expired."""
WITH_EFFECT = (
    "portal.send",
    "portal.report",
    "registries.register",
    "payments.create_order",
    "payments.refund",
    "signing.sign",
    "signing.seal",
    "sms.send",
    "zalo.send",
    "post.order",
    "post.cancel",
    "documents.send",
    "documents.tell",
    "documents.taken",
    "documents.refuse",
    "interconnection.tell",
    "interconnection.tell (2)",
)
NUMBERS = count(100)


@dataclass
class Life:
    """One operation, from its first try to its end."""

    steering: Steering
    one: Operation
    number: int
    outside: Outside
    tried: bool = False
    ended: Verdict | None = None
    met: list[str] = field(default_factory=list)

    async def try_once(self, mode: FaultMode, caller: Caller) -> None:
        """One try, if the operation has not ended. A refusal after an earlier try is no end (decision 037)."""
        self.met.append(f"{mode}/{caller}")
        fault = {"mode": mode, "service": self.one.service, "delay": 0.01, "size": 100_000}
        self.steering.simulator.systems[self.one.system].faults.set([Fault.model_validate(fault)])
        silent = mode in (FaultMode.TIMEOUT, FaultMode.UNANSWERED)
        if silent or caller is Caller.GIVES_UP:
            await self._given_up()
            verdict = Verdict.RETRY
        elif caller is Caller.TWICE:
            verdicts = await asyncio.gather(self._verdict(), self._verdict())
            verdict = Verdict.DONE if Verdict.DONE in verdicts else verdicts[0]
            self.tried = True
        else:
            verdict = await self._verdict()
        if verdict is Verdict.DONE or (verdict is not Verdict.RETRY and not self.tried):
            self.ended = verdict
        self.tried = True

    async def _verdict(self) -> Verdict:
        try:
            await self.one.call(self.outside, self.number)
        except OutsideError as error:
            return error.verdict
        return Verdict.DONE

    async def _given_up(self) -> None:
        system = self.steering.simulator.systems[self.one.system]
        before = system.received[self.one.service]
        call = asyncio.create_task(self._verdict())
        await until(lambda: call.done() or system.received[self.one.service] > before, "the system has the request")
        call.cancel()
        with suppress(asyncio.CancelledError):
            await call

    @property
    def effects(self) -> int:
        """How often it had its effect."""
        assert self.one.effect is not None
        name = self.one.effect(self.number)
        records = self.steering.simulator.systems[self.one.system].contract.records(None)["effects"]
        return sum(effect["times"] for effect in records if f"{effect['service']} {effect['key']}" == name)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for all lives."""
    with asyncio.Runner() as runner:
        yield runner


def possible(steering: Steering, one: Operation, mode: FaultMode) -> bool:
    """Whether this operation can meet it, and does not believe it (where nothing can be looked up)."""
    modes = steering.simulator.systems[one.system].contract.modes | {FaultMode.OK}
    believed = OTHERWISE.get((one.name, mode)) == BELIEVED
    if (one.name, mode) == ("interconnection.tell", FaultMode.ANOTHERS_REPLY):
        return False  # `đã tồn tại` says not of which status, and a later status hides it: version 2 says which
    return mode in modes and mode in EXPECTED and mode not in NOT_HERE and not believed


async def lived(steering: Steering, one: Operation, tries: list[tuple[FaultMode, Caller]], crashes: set[int]) -> Life:
    """A life to its end. After the tries with these numbers the caller dies: its sessions and certificates are gone."""
    never_open = BreakerPolicy(failures=1_000_000)
    access = steering.simulator.world.access
    addresses = [
        address.model_copy(update={"contract": one.contract})
        if one.contract in contracts_of(address.system)
        else address
        for address in access.addresses(steering.url, "H42", total_seconds=WITHIN, breaker=never_open)
    ]
    async with AsyncExitStack() as stack:
        outside = await stack.enter_async_context(open_outside(addresses))
        steering.simulator.systems[one.system].faults.set([])  # those of the test before
        life = Life(steering, one, next(NUMBERS), outside)
        if one.prepare is not None:
            await one.prepare(outside, life.number)
        for number, (mode, caller) in enumerate([*tries, *[(FaultMode.OK, Caller.WAITS)] * 3]):
            if life.ended is not None:
                break
            if number in crashes:
                life.outside = await stack.enter_async_context(open_outside(addresses))
            await life.try_once(mode, caller)
        steering.simulator.systems[one.system].faults.set([])
        return life


@pytest.mark.parametrize("name", WITH_EFFECT)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), crashes=st.sets(st.integers(1, 5), max_size=2))
def test_one_effect_or_a_person_is_told(
    running: Steering, runner: asyncio.Runner, name: str, data: st.DataObject, crashes: set[int]
) -> None:
    """Done means one effect. A refusal at the first try means none, and an incident. Nothing else is an end."""
    [one] = [one for one in operations(running) if one.name == name]
    modes = st.sampled_from([mode for mode in sorted(FaultMode) if possible(running, one, mode)])
    tries = data.draw(st.lists(st.tuples(modes, st.sampled_from(Caller)), min_size=2, max_size=5))
    life = runner.run(lived(running, one, tries, crashes))
    told = (life.met, life.ended)
    assert life.ended is not None, told
    assert life.effects == (1 if life.ended is Verdict.DONE else 0), told


def test_every_operation_with_an_effect_is_lived(running: Steering) -> None:
    """A new operation with an effect has to be named here."""
    assert {one.name for one in operations(running) if one.effect is not None} == set(WITH_EFFECT)
