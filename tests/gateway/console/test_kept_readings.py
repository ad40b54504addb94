"""Tests that only slow readings are kept, that several who ask the same at once get one, and that failures are told."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from activities.ledger.pool import DatabaseUnavailable
from domain.messages.record import RecordRefusal
from gateway.console import kept_readings as kept
from gateway.console.kept_readings import KeptReadings


@pytest.mark.parametrize(("long", "readings"), [(0.0, 1), (1_000.0, 2)], ids=["slow", "quick"])
async def test_several_who_ask_at_once_get_one_reading(
    monkeypatch: pytest.MonkeyPatch, long: float, readings: int
) -> None:
    """Also a quick one, which is not kept for who asks afterwards."""
    monkeypatch.setattr(kept, "LONG", long)
    made: list[int] = []

    async def reading() -> int:
        await asyncio.sleep(0)
        made.append(1)
        return len(made)

    readings_of_process = KeptReadings()
    assert await asyncio.gather(*(readings_of_process.read("year", reading) for _ in range(3))) == [1, 1, 1]
    await readings_of_process.read("year", reading)
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


async def test_the_oldest_reading_leaves_for_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the last that was looked at is kept, however many were kept before."""
    monkeypatch.setattr(kept, "LONG", 0.0)
    monkeypatch.setattr(kept, "MOST", 2)
    made: list[str] = []
    readings_of_process = KeptReadings()

    async def asks(year: str) -> None:
        async def reading() -> None:
            made.append(year)
            await asyncio.sleep(0)

        await readings_of_process.read(year, reading)

    for year in ("2024", "2025", "2026", "2026", "2025", "2024"):
        await asks(year)
    assert made == ["2024", "2025", "2026", "2024"]


async def test_who_leaves_ends_the_reading_for_nobody_else() -> None:
    """Two wait for the reading that a third began, who leaves."""
    may_end, made = asyncio.Event(), list[int]()

    async def reading() -> int:
        made.append(1)
        await may_end.wait()
        return len(made)

    readings_of_process = KeptReadings()
    first, *others = (asyncio.create_task(readings_of_process.read("year", reading)) for _ in range(3))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    may_end.set()
    assert await asyncio.gather(*others) == [1, 1]
    assert first.cancelled()
    assert await readings_of_process.read("year", reading) == 2


async def test_a_failure_of_a_new_reading_is_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw is logged although nobody waits, and the next one gets it. No task is left."""
    monkeypatch.setattr(kept, "LONG", 0.0)
    monkeypatch.setattr(kept, "FRESH", -1.0)
    answers = iter([1])

    async def reading() -> int:
        return next(answers, None) or 1 // 0

    readings_of_process = KeptReadings()
    with capture_logs() as logs:
        assert [await readings_of_process.read("year", reading) for _ in range(2)] == [1, 1]
        for _ in range(2):
            await asyncio.sleep(0)
            with pytest.raises(ZeroDivisionError):
                await readings_of_process.read("year", reading)
    assert {one["event"] for one in logs} == {"reading_failed"}


async def test_a_failure_is_shared_and_not_kept() -> None:
    made: list[int] = []

    async def fails() -> int:
        made.append(1)
        raise ValueError("x")

    readings_of_process = KeptReadings()
    for times in (1, 2):
        asking = (readings_of_process.read("year", fails) for _ in range(3))
        failures = await asyncio.gather(*asking, return_exceptions=True)
        assert [str(one) for one in failures] == ["x", "x", "x"]
        assert len(made) == times
