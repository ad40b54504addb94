"""The time limits of the driver. Without them one answer that never comes would stop the whole benchmark."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Limits:
    """Seconds that one call may take, and that a dossier may take from its first command to its end."""

    call: float = 30.0
    dossier: float = 120.0


class NotInTime(Exception):
    """A call was not answered within its limit."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer in {seconds:.0f} s")


async def within(seconds: float, call: Coroutine[Any, Any, T]) -> T:
    """The answer of the call. Raises NotInTime after `seconds`.

    It does not wait until the call has ended: a call may be slow to stop after it was cancelled.
    """
    task = asyncio.create_task(call)
    task.add_done_callback(_take_error)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            raise NotInTime(seconds)
        return task.result()
    finally:
        task.cancel()


def _take_error(task: asyncio.Task[Any]) -> None:
    """Takes the error of a call for which nobody waits any more. Else asyncio prints it at the end of the program."""
    if not task.cancelled():
        task.exception()
