"""Tests that only slow readings are kept, and that several who ask the same at once wait for one."""

from __future__ import annotations

import asyncio

import pytest

from activities.ledger.pool import DatabaseUnavailable
from domain.messages.record import RecordRefusal
from gateway.console import kept_readings as kept
from gateway.console.kept_readings import KeptReadings


@pytest.mark.parametrize(("long", "readings"), [(0.0, 1), (1_000.0, 3)], ids=["slow", "quick"])
async def test_a_slow_reading_is_made_once(monkeypatch: pytest.MonkeyPatch, long: float, readings: int) -> None:
    monkeypatch.setattr(kept, "LONG", long)
    made: list[int] = []

    async def reading() -> int:
        await asyncio.sleep(0)
        made.append(1)
        return len(made)

    readings_of_process = KeptReadings()
    await asyncio.gather(*(readings_of_process.read("year", reading) for _ in range(3)))
    assert len(made) == readings
    monkeypatch.setattr(kept, "KEPT", -1.0)
    await readings_of_process.read("another", reading)
    assert await readings_of_process.read("another", reading) == readings + 2


async def test_who_comes_later_does_not_wait_for_a_new_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kept reading is given at once, while one new reading is made for who asks next."""
    monkeypatch.setattr(kept, "LONG", 0.0)
    monkeypatch.setattr(kept, "FRESH", -1.0)
    made: list[int] = []
    may_end = asyncio.Event()

    async def reading() -> int:
        made.append(1)
        if len(made) > 1:
            await may_end.wait()
        return len(made)

    readings_of_process = KeptReadings()
    assert [await readings_of_process.read("year", reading) for _ in range(3)] == [1, 1, 1]
    await asyncio.sleep(0)
    assert len(made) == 2
    may_end.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert await readings_of_process.read("year", reading) == 2


async def test_a_reading_that_cannot_be_made_anew_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """So nobody looks at an old reading for long, and who asks next learns why."""
    monkeypatch.setattr(kept, "LONG", 0.0)
    monkeypatch.setattr(kept, "FRESH", -1.0)
    answers = iter([1])

    async def reading() -> int:
        found = next(answers, None)
        if found is None:
            raise DatabaseUnavailable(RecordRefusal.DATABASE_UNAVAILABLE, problem="it is shut down")
        return found

    readings_of_process = KeptReadings()
    assert [await readings_of_process.read("year", reading) for _ in range(2)] == [1, 1]
    await asyncio.sleep(0)
    with pytest.raises(DatabaseUnavailable):
        await readings_of_process.read("year", reading)


async def test_a_failure_is_not_kept() -> None:
    async def fails() -> int:
        raise ValueError("x")

    readings_of_process = KeptReadings()
    for _ in range(2):
        with pytest.raises(ValueError, match="x"):
            await readings_of_process.read("year", fails)
