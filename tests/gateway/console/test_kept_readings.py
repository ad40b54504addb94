"""Tests that only slow readings are kept, and that several who ask the same at once wait for one."""

from __future__ import annotations

import asyncio

import pytest

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


async def test_a_failure_is_not_kept() -> None:
    async def fails() -> int:
        raise ValueError("x")

    readings_of_process = KeptReadings()
    for _ in range(2):
        with pytest.raises(ValueError, match="x"):
            await readings_of_process.read("year", fails)
