"""The open loop: commands are due by the clock, and a latency counts from when its command was due."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.bench_results import latencies_in_seconds
from tools.benchmark.driving import open_loop as loop
from tools.benchmark.driving.deadlines import Limits
from tools.benchmark.driving.driven_dossier import Driven, drive
from tools.benchmark.driving.open_loop import Scheduled, open_loop, schedule
from tools.benchmark.driving.standard_dossier import Command

LIMITS = Limits(call=60, dossier=60)


class Meeting:
    """Dossiers that answer only when each of them was sent its first command."""

    def __init__(self, dossiers: int) -> None:
        self._missing = dossiers
        self._all_came = asyncio.Event()

    def open(self, key: str, _: float) -> Meeting.Guest:
        return Meeting.Guest(self, key)

    class Guest:
        def __init__(self, meeting: Meeting, key: str) -> None:
            self.key, self.code, self._meeting = key, key, meeting

        async def send(self, command: Command) -> None:
            if command is Command.SUBMIT:
                self._meeting._missing -= 1
                if self._meeting._missing == 0:
                    self._meeting._all_came.set()
            await self._meeting._all_came.wait()


async def test_a_dossier_starts_although_the_one_before_it_has_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """No dossier is answered before all have started: a loop that waits for answers would never end."""
    monkeypatch.setattr(loop, "COURSE", dict.fromkeys(Command, 0.0))
    monkeypatch.setattr(loop, "JITTER", 0.001)
    ended: list[Driven] = []
    scheduled = await open_loop(Meeting(3).open, "d", 3, 1_000, LIMITS, ended.append)
    assert all(one.driven.finished for one in scheduled)
    assert len(ended) == 3


async def test_a_latency_counts_from_when_the_command_was_due() -> None:
    """A command that was due ten seconds ago and is answered at once had to wait ten seconds."""
    due = dict.fromkeys(Command, asyncio.get_running_loop().time() - 10)
    driven = await drive(Meeting(1).open("late", 0), due, LIMITS)
    latencies = [Scheduled(driven, due).latency(command) for command in Command]
    assert all(latency is not None and latency >= 10 for latency in latencies)


def test_commands_come_at_the_rate() -> None:
    """At 5 commands a second, a hundred dossiers start within a hundred seconds, each with five commands in order."""
    plan = list(schedule(100, 5.0))
    starts = [due[Command.SUBMIT] for due in plan]
    assert all(number <= start <= number + loop.JITTER for number, start in enumerate(starts))
    for due in plan:
        assert list(due) == list(Command)
        assert list(due.values()) == sorted(due.values())


def test_both_sides_of_a_comparison_get_the_same_schedule() -> None:
    """The jitter is drawn from a fixed seed."""
    assert list(schedule(20, 5.0)) == list(schedule(20, 5.0))


def test_latencies_are_told_by_percentile_and_compared_with_the_aims() -> None:
    """Of a hundred dossiers one is slow: the 99th percentile is not the slowest, and the aims are reached."""
    latencies = latencies_in_seconds(*[0.010] * 98, 0.040, 9.0)
    submit = latencies.commands[Command.SUBMIT]
    assert (submit.count, submit.p50, submit.p90, submit.p99, submit.reached) == (100, 10.0, 10.0, 40.0, True)
    assert latencies.commands[Command.RETURN].reached is None
    assert latencies.reached


def test_a_latency_over_its_aim_is_not_reached() -> None:
    """The median of a step may be 20 ms; at 25 ms neither the step nor the whole reaches the aim."""
    latencies = latencies_in_seconds(*[0.025] * 10)
    assert latencies.commands[Command.STEP].reached is False
    assert latencies.commands[Command.SUBMIT].reached is True
    assert not latencies.reached


def test_a_command_without_an_answer_reaches_no_aim() -> None:
    """An answer that never came is no fast answer: it is counted, and the aim is not reached."""
    latencies = latencies_in_seconds(*[0.001] * 10, None)
    submit = latencies.commands[Command.SUBMIT]
    assert (submit.count, submit.unanswered, submit.reached) == (10, 1, False)
    assert [one.key for one in latencies.not_finished] == ["latency-10"]
