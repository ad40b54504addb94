"""Reads of files that may never end: a disk of another machine that is gone keeps whoever reads from it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def in_its_own_thread(look: Callable[[], T]) -> T:
    """The result of `look`, which may block; nothing else waits meanwhile.

    When the caller gives up, the thread is left alone. Neither the loop nor the end of the process waits for it; they
    would wait for one of `asyncio.to_thread`.
    """
    done: Future[T] = Future()

    def work() -> None:
        try:
            found = look()
        except BaseException as problem:  # whoever waits gets it
            done.set_exception(problem)
        else:
            done.set_result(found)

    done.set_running_or_notify_cancel()
    threading.Thread(target=work, name="luongxanh-doctor", daemon=True).start()
    return await asyncio.wrap_future(done)
