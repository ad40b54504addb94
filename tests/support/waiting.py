"""How tests wait for what must come. That something did not come is proved by something later that did."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar, overload

WITHIN = 40.0
"""Seconds after which what has not come does not come. Far longer than anything takes: the machine may be slow."""
FIRST_PAUSE, GROWS = 0.02, 1.5
"""Seconds after the first look, and by how much each next pause is longer."""
LONGEST, LONGEST_WITHOUT_LOOP = 0.1, 0.3
"""The longest pauses. A look in a test without event loop is often a run of the command line, which costs much more."""

Seen = TypeVar("Seen")


@overload
async def until(look: Callable[[], Awaitable[Seen | None]], what: str, within: float = WITHIN) -> Seen: ...
@overload
async def until(look: Callable[[], Seen | None], what: str, within: float = WITHIN) -> Seen: ...
async def until(look: Callable[[], Any], what: str, within: float = WITHIN) -> Any:
    """Looks again and again until what it sees is true, and gives that. Fails with `what` when it does not come."""
    try:
        pauses = _pauses(LONGEST)
        async with asyncio.timeout(within) as limit:
            while True:
                seen = look()
                if inspect.isawaitable(seen):
                    seen = await seen
                if seen:
                    return seen
                await asyncio.sleep(next(pauses))
    except TimeoutError:
        if not limit.expired():
            raise
        raise AssertionError(_in_vain(what, within)) from None


def wait_until(look: Callable[[], Seen | None], what: str, within: float = WITHIN) -> Seen:
    """The same in a test that runs no event loop."""
    end, pauses = time.monotonic() + within, _pauses(LONGEST_WITHOUT_LOOP)
    while not (seen := look()):
        if time.monotonic() > end:
            raise AssertionError(_in_vain(what, within))
        time.sleep(next(pauses))
    return seen


def _pauses(longest: float) -> Iterator[float]:
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * GROWS, longest)


def _in_vain(what: str, within: float) -> str:
    return f"waited {within:.0f} seconds in vain: {what}"
