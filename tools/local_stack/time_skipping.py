"""Starts a Temporal whose workflows skip over their waits: thirty days pass in a second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import Interceptor, WorkflowHandle
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from tools.local_stack.temporal import ONE_PARTITION, temporal_program
from workflows.search_attributes import SEARCH_ATTRIBUTES

STARTS = 3
WITHIN = timedelta(seconds=40)
"""Far longer than a start takes: the machine may be slow."""


class TimeSkippingTemporal(WorkflowEnvironment):
    """The SDK's environment, in which the blocks of `with_time_skipping_disabled` may overlap.

    The SDK's own block keeps what it found when it began. When two tasks are in a block at once and leave in the order
    in which they came, the second one leaves time skipping off for ever: every later workflow that waits for a month
    then waits for a month, and whoever waits for its result hangs. Here the last block that ends turns it on again.
    """

    def __init__(self, started: WorkflowEnvironment) -> None:
        super().__init__(started.client)
        self._started = started
        self._open_blocks = 0
        self._disabled = ExitStack()

    @contextmanager
    def with_time_skipping_disabled(self) -> Iterator[None]:
        """The time of workflows that are started in the block passes as real time does, until they are fast-forwarded.

        That holds for workflows that other tasks start meanwhile too.
        """
        if not self._open_blocks:
            self._disabled.enter_context(self._started.with_time_skipping_disabled())
        self._open_blocks += 1
        try:
            yield
        finally:
            self._open_blocks -= 1
            if not self._open_blocks:
                self._disabled.close()

    async def fast_forward(
        self, handle: WorkflowHandle[Any, Any], duration: timedelta | float | None = None, /
    ) -> bool:
        """Time passes for one workflow; None: until it has ended. False: it ended first."""
        return await self._started.fast_forward(handle, duration)

    async def get_current_time(self, handle: WorkflowHandle[Any, Any] | None = None) -> datetime:
        """The time of one workflow."""
        return await self._started.get_current_time(handle)

    async def sleep(self, duration: timedelta | float) -> None:
        """Raises RuntimeError: there is no time that all workflows share."""
        await self._started.sleep(duration)

    async def shutdown(self) -> None:
        """Stops the server."""
        await self._started.shutdown()


async def time_skipping_temporal(*settings: str, interceptors: Sequence[Interceptor] = ()) -> WorkflowEnvironment:
    """A new server with these settings, such as `limit.historyCount.suggestContinueAsNew=30`.

    A busy machine starts it slowly, and another program may take its port first: then another one is started. Timers
    are not prompt here: a dossier would skip to its warnings while a test looks at it.
    """
    given = ("frontend.WorkflowTimeSkippingEnabled=true", *ONE_PARTITION, *settings)
    for start in range(1, STARTS + 1):
        try:
            started = await WorkflowEnvironment.start_time_skipping_v2(
                dev_server_existing_path=str(temporal_program()),
                data_converter=pydantic_data_converter,
                search_attributes=SEARCH_ATTRIBUTES,
                interceptors=interceptors,
                dev_server_startup_timeout=WITHIN,
                dev_server_extra_args=[part for one in given for part in ("--dynamic-config-value", one)],
            )
            return TimeSkippingTemporal(started)
        except RuntimeError as problem:
            if "did not start within" not in str(problem) or start == STARTS:
                raise
    raise AssertionError("the last start returns or raises")
