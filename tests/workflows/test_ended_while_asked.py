"""A dossier ends while a system is doing something for it: what is done outside is on record, however it ends."""

from __future__ import annotations

from typing import Any

import pytest

from domain.dossier.commands import Accept, Approve, RejectResult, Stop, Terminate, Withdraw
from domain.dossier.state import SigningStatus, State
from domain.roles import Actor
from tests.support.dossier_steps import approved, sign
from tests.support.engine_harness import EngineHarness
from tests.support.given import CITIZEN, DESK, HEAD, OFFICIAL, OFFICIAL_ABOVE, OFFICIAL_AT_TOP, OPERATOR
from tests.support.small_province import PAID
from tests.support.waiting import until

pytestmark = pytest.mark.stack

ANSWER_LOST = {"mode": "cut"}
"""The call is carried out, and its answer breaks off."""


async def under_way(harness: EngineHarness, system: str, service: str, times: int = 1) -> None:
    """Waits until the system has received so many calls."""

    async def received() -> bool:
        calls: dict[str, int] = (await harness.inspect(system))["received"]
        return calls.get(service, 0) >= times

    await until(received, f"{system} has received {service}")


async def made_outside(harness: EngineHarness, system: str, service: str) -> list[tuple[str, int]]:
    """What the system did in this service, by key."""
    book = await harness.inspect(system)
    return [(one["key"], one["times"]) for one in book["effects"] if one["service"] == service]


async def ended_and_recorded(harness: EngineHarness, code: str, service: str, actor: Actor, command: Any) -> list[str]:
    """The dossier is ended while the call has no answer, and then the system answers: the kinds of what followed."""
    await harness.act(code, actor, command)
    ended = await harness.known(code)
    await harness.control("signing")
    await harness.ended(code)
    now = await harness.known(code)
    assert (now.incidents, now.closed, now.state) == ((), True, ended.state)
    assert all(times == 1 for _, times in await made_outside(harness, "signing", service))
    return (await harness.kinds(code))[ended.version :]


@pytest.mark.parametrize(
    ("actor", "command"),
    [(CITIZEN, Withdraw()), (HEAD, Stop(legal_basis="Điều 19")), (OPERATOR, Terminate(reason="Nhập hai lần"))],
    ids=["withdrawn", "stopped", "terminated"],
)
async def test_ended_while_it_is_sealed(harness: EngineHarness, actor: Actor, command: Any) -> None:
    """The seal that is known after the end is in the history, and nothing follows it."""
    await harness.control("signing", {**ANSWER_LOST, "service": "seal"})
    code = (await harness.submit()).dossier
    await harness.act(code, DESK, Accept())
    await harness.act(await approved(harness, code), OFFICIAL, sign(code))
    await under_way(harness, "signing", "seal", 2)

    assert await ended_and_recorded(harness, code, "seal", actor, command) == ["result_sealed"]


async def signed_without_an_answer(harness: EngineHarness) -> str:
    """Given: a dossier whose result the highest level has signed, and the service's answer was lost."""
    await harness.control("signing", {**ANSWER_LOST, "service": "sign"})
    code = (await harness.submit()).dossier
    await harness.act(code, DESK, Accept())
    await harness.act(await approved(harness, code), OFFICIAL, sign(code))
    for above in (OFFICIAL_ABOVE, OFFICIAL_AT_TOP):
        await harness.until(code, lambda one: one.signing.status is SigningStatus.HANDED_OVER)
        await harness.act(code, above, sign(code))
    await under_way(harness, "signing", "sign", 4)
    return code


async def test_ended_while_it_is_signed(harness: EngineHarness) -> None:
    """The signature of the highest level has no answer. It is in the history, but its number is not given out."""
    code = await signed_without_an_answer(harness)

    assert await ended_and_recorded(harness, code, "sign", CITIZEN, Withdraw()) == ["result_signed"]
    assert (await harness.known(code)).result.number is None


async def test_sent_back_while_it_is_signed(harness: EngineHarness) -> None:
    """The draft goes back to be approved again. The signature of before is recorded, and its result is signed anew."""
    code = await signed_without_an_answer(harness)
    await harness.act(code, OFFICIAL_AT_TOP, RejectResult(to_step="approve"))
    await harness.control("signing")
    await harness.until(code, lambda one: not one.awaited)

    await harness.act(code, HEAD, Approve(step="approve"))
    await harness.act(code, OFFICIAL, sign(code))
    await harness.until(code, lambda one: one.state is State.RESOLVED)
    assert (await harness.kinds(code)).count("result_signed") == 2
    assert dict(await made_outside(harness, "signing", "sign")).keys() >= {f"{code}.sign-3", f"{code}.sign-4"}


async def test_ended_while_an_order_is_made(harness: EngineHarness) -> None:
    """The order that the platform made is known, so money that comes in on it goes back."""
    await harness.control("payments", {**ANSWER_LOST, "service": "create_order"})
    code = (await harness.submit(PAID)).dossier
    await harness.act(code, DESK, Accept())
    await under_way(harness, "payments", "create_order", 2)
    await harness.act(code, CITIZEN, Withdraw())
    await harness.control("payments")

    known = await harness.until(code, lambda one: one.payment.order is not None)
    await harness.pay(known.payment.order or "")
    await harness.call_back(code, known.payment.order or "")
    back = await harness.until(code, lambda one: bool(one.money.refunded))
    assert (back.state, back.money.refunded) == (State.WITHDRAWN, back.payment.amount)
