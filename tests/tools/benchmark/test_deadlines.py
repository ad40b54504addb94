"""The driver never waits for ever: a call, a dossier and a loop have an end, and what did not finish is named."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from domain.errors import NotFound
from domain.messages.dossier import DossierRefusal
from tools.benchmark.bench_stack import answered
from tools.benchmark.driving.closed_loop import closed_loop
from tools.benchmark.driving.deadlines import Limits, NotInTime, within
from tools.benchmark.driving.driven_dossier import Driven, NotYet, drive
from tools.benchmark.driving.standard_dossier import Command
from tools.benchmark.messages import BenchError

HASTE = Limits(call=0.01, dossier=0.05)
PATIENT = Limits(call=60, dossier=60)
Answer = Callable[[Command], Coroutine[Any, Any, None]]


class Dossier:
    """A dossier that answers with a given function."""

    def __init__(self, key: str, answer: Answer) -> None:
        self.key = key
        self.code = f"code of {key}"
        self.sent: list[Command] = []
        self._answer = answer

    async def send(self, command: Command) -> None:
        self.sent.append(command)
        await self._answer(command)


async def at_once(_: Command) -> None:
    """Answers immediately."""


async def never(_: Command) -> None:
    """Hangs."""
    await asyncio.Event().wait()


async def stubborn(_: Command) -> None:
    """Hangs, and does not stop when it is cancelled for the first time."""
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        await asyncio.Event().wait()


def now_due() -> dict[Command, float]:
    """Every command is due now."""
    return dict.fromkeys(Command, asyncio.get_running_loop().time())


@pytest.mark.parametrize("hangs", [never, stubborn])
async def test_a_call_that_hangs_is_left_after_its_limit(hangs: Answer) -> None:
    """The caller goes on after the limit, also when the call does not stop."""

    async def call() -> None:
        await hangs(Command.SUBMIT)

    with pytest.raises(NotInTime):
        await within(0.01, call())


async def test_a_server_that_is_silent_ends_the_benchmark_with_a_coded_error() -> None:
    """A call outside of the dossiers has a limit too."""
    with pytest.raises(BenchError) as silent:
        await answered(HASTE, never(Command.SUBMIT))
    assert silent.value.code == "server_silent"


@pytest.mark.parametrize("hangs", [never, stubborn])
async def test_a_dossier_that_hangs_is_given_up_and_names_the_command(hangs: Answer) -> None:
    """A dossier that is never answered is returned as not finished, with the command that it waited for."""

    async def answer(command: Command) -> None:
        await (hangs if command is Command.STEP else at_once)(command)

    driven = await drive(Dossier("one", answer), now_due(), HASTE)
    assert not driven.finished
    assert driven.problem is not None
    assert driven.problem.startswith("step: ")
    assert set(driven.answered) == {Command.SUBMIT, Command.ACCEPT}
    assert driven.code == "code of one"


async def test_a_dossier_that_is_refused_for_ever_is_given_up() -> None:
    """A dossier that never takes a command is given up, and its problem says what it answered last."""

    async def answer(_: Command) -> None:
        raise NotYet("wrong_state")

    driven = await drive(Dossier("one", answer), now_due(), HASTE)
    assert driven.problem is not None
    assert "wrong_state" in driven.problem


async def test_a_command_is_sent_again_until_the_dossier_takes_it() -> None:
    """A refusal that passes costs one more call, and the dossier finishes."""
    refusals = [NotYet("wrong_state")]

    async def answer(_: Command) -> None:
        if refusals:
            raise refusals.pop()

    dossier = Dossier("one", answer)
    driven = await drive(dossier, now_due(), PATIENT)
    assert driven.finished
    assert driven.sent_again == 1
    assert dossier.sent == [Command.SUBMIT, *Command]


async def test_a_final_refusal_ends_the_dossier_and_not_the_benchmark() -> None:
    """A refusal that does not pass is the dossier's problem, and no further command is sent."""

    async def answer(_: Command) -> None:
        raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier="H42.1")

    dossier = Dossier("one", answer)
    driven = await drive(dossier, now_due(), PATIENT)
    assert driven.problem is not None
    assert "unknown_dossier" in driven.problem
    assert dossier.sent == [Command.SUBMIT]


async def test_a_fault_of_the_benchmark_is_no_lost_dossier() -> None:
    """An error that no system under test can cause ends the benchmark."""

    async def answer(_: Command) -> None:
        raise KeyError("of the benchmark")

    with pytest.raises(KeyError):
        await drive(Dossier("one", answer), now_due(), PATIENT)


async def test_a_loop_ends_although_one_dossier_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dossiers beside one that hangs finish, each is reported once, and the loop ends."""
    monkeypatch.setattr("tools.benchmark.driving.closed_loop.STARTS_A_SECOND", 1_000.0)
    monkeypatch.setattr("tools.benchmark.driving.closed_loop.COURSE", dict.fromkeys(Command, 0.0))
    reported: list[Driven] = []

    def open_dossier(key: str, _: float) -> Dossier:
        return Dossier(key, never if key == "b" else at_once)

    driven = await closed_loop(open_dossier, ["a", "b", "c", "d"], 1, HASTE, reported.append)
    assert [one.key for one in driven if not one.finished] == ["b"]
    assert sorted(one.key for one in reported) == ["a", "b", "c", "d"]
