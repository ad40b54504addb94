"""How tests wait for what must come. That something did not come is proved by something later that did."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

WITHIN = 40.0
"""Seconds after which what has not come does not come. Far longer than anything takes: the machine may be slow."""
PAUSE = 0.05
"""Seconds between two looks."""

Seen = TypeVar("Seen")


@overload
async def until(look: Callable[[], Awaitable[Seen | None]], what: str, within: float = WITHIN) -> Seen: ...
@overload
async def until(look: Callable[[], Seen | None], what: str, within: float = WITHIN) -> Seen: ...
async def until(look: Callable[[], Any], what: str, within: float = WITHIN) -> Any:
    """Looks again and again until what it sees is true, and gives that. Fails with `what` when it does not come."""
    try:
        async with asyncio.timeout(within) as limit:
            while True:
                seen = look()
                if inspect.isawaitable(seen):
                    seen = await seen
                if seen:
                    return seen
                await asyncio.sleep(PAUSE)
    except TimeoutError:
        if not limit.expired():
            raise
        raise AssertionError(_in_vain(what, within)) from None


def wait_until(look: Callable[[], Seen | None], what: str, within: float = WITHIN) -> Seen:
    """The same in a test that runs no event loop."""
    end = time.monotonic() + within
    while not (seen := look()):
        if time.monotonic() > end:
            raise AssertionError(_in_vain(what, within))
        time.sleep(PAUSE)
    return seen


def _in_vain(what: str, within: float) -> str:
    return f"waited {within:.0f} seconds in vain: {what}"
