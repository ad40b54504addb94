"""Looks at the ramp that an operator ordered, beside the work of the worker: any worker may (`RampRegister.take`)."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from gateway.client import EngineUnavailable
from gateway.client.releases.ramps import RampWatch

log = structlog.get_logger(__name__)

ASK_EVERY = 2.0
"""Seconds between two questions whether a look is due."""
AFTER_TROUBLE = 5.0


async def watch_ramps(watch: RampWatch, stopping: asyncio.Event) -> None:
    """Runs until told to stop. What goes wrong is logged, and tried again: no step is given meanwhile."""
    while not stopping.is_set():
        pause = ASK_EVERY
        try:
            while not stopping.is_set() and await watch.look():
                pass
        except (DatabaseUnavailable, DatabaseRefuses, EngineUnavailable) as problem:
            log.warning("release_ramp_not_watched", code=problem.code)
            pause = AFTER_TROUBLE
        except Exception as mistake:  # the worker goes on: a ramp must never end it
            log.error("release_ramp_failed", exception_type=type(mistake).__name__)
            pause = AFTER_TROUBLE
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause)
