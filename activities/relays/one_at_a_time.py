"""Work that goes on as long as a worker runs, in one process at a time, by an advisory lock in the database."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress

import structlog

from activities.adapters.errors import OutsideError
from activities.adapters.messages import OutsideCode
from activities.ledger.pool import Connection, DatabaseRefuses, DatabaseUnavailable, Pool, unavailable_as_answer

log = structlog.get_logger(__name__)

BACKOFF = (1.0, 2.0, 5.0, 15.0, 60.0)
"""Seconds between tries while the other side does not answer.

A library for retries does not fit: the loop runs as long as the process, stops in the middle of a pause when told to,
and counts its failures anew after each success.
"""


HELD_PAUSE = 5.0
"""The longest pause while an operator holds the calls back: nothing goes out, so nobody is spared by a longer one."""


class NotNow(Exception):
    """The receiver cannot take the events now; the same events are sent again later. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def pause_of(failures: int, problem: Exception | None = None) -> float:
    """Seconds after so many failures in a row (1 or more). A system that asks us to wait is left alone for so long;
    while an operator holds the calls back, the pause is short."""
    pause = BACKOFF[min(failures, len(BACKOFF)) - 1]
    if not isinstance(problem, OutsideError):
        return pause
    if problem.code is OutsideCode.SYSTEM_HELD:
        return min(pause, HELD_PAUSE)
    return max(pause, problem.asked_to_wait or 0.0)


def lock_of(relay: str) -> str:
    """The name of the relay's advisory lock. It is held to send events and to move the cursor."""
    return f"relay {relay}"


class OneAtATime(ABC):
    """A relay, or the sender of digests: steps that follow each other, with `IDLE` seconds after one without work."""

    IDLE = 0.5

    def __init__(self, name: str, pool: Pool) -> None:
        self.name = name
        self._pool = pool
        self._holding: Connection | None = None

    def held(self) -> Pool | Connection:
        """The session that holds the lock. It ends with the lock, so what is written through it is written while no
        other process does this work. Without a lock, as for one step by itself, any session."""
        return self._holding or self._pool

    @abstractmethod
    async def step(self) -> int:
        """Does what is to be done next; returns how much that was, 0 for nothing."""

    async def run(self, stopping: asyncio.Event) -> None:
        """Runs until told to stop. Every failure is logged and tried again; no event is left out."""
        failures = 0
        while not stopping.is_set():
            pause = 0.0
            try:
                handed = await self._run_locked(stopping)
                failures = 0
            except (OutsideError, DatabaseUnavailable, NotNow) as problem:
                handed = 0
                failures += 1
                pause = pause_of(failures, problem)
                log.warning("relay_waits", relay=self.name, code=str(problem.code), failures=failures)
            except DatabaseRefuses as refused:
                handed = 0
                failures += 1
                facts = {"code": refused.code, "sqlstate": refused.facts["sqlstate"]}
                log.error("relay_failed", relay=self.name, failures=failures, **facts)
            except Exception as mistake:  # the relay goes on and logs every failure: if it ended, nobody would notice
                handed = 0
                failures += 1
                log.error("relay_failed", relay=self.name, exception_type=type(mistake).__name__, failures=failures)
            pause = pause or (pause_of(failures) if failures else (0 if handed else self.IDLE))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause or 0.01)

    async def _run_locked(self, stopping: asyncio.Event) -> int:
        """Sends batches while this process holds the relay's lock. Returns 0 when another process holds it."""
        handed = 0
        with unavailable_as_answer():
            async with self._pool.acquire() as connection:
                if not await connection.fetchval("select pg_try_advisory_lock(hashtext($1))", lock_of(self.name)):
                    return 0
                self._holding = connection
                try:
                    while not stopping.is_set() and (more := await self.step()):
                        handed += more
                finally:
                    self._holding = None
                    await connection.execute("select pg_advisory_unlock(hashtext($1))", lock_of(self.name))
        return handed
