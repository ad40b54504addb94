"""Starts a Temporal whose workflows skip over their waits: thirty days pass in a second."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from temporalio.client import Interceptor
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from tools.local_stack.temporal import ONE_PARTITION, temporal_program
from workflows.search_attributes import SEARCH_ATTRIBUTES

STARTS = 3
WITHIN = timedelta(seconds=40)
"""Far longer than a start takes: the machine may be slow."""


async def time_skipping_temporal(*settings: str, interceptors: Sequence[Interceptor] = ()) -> WorkflowEnvironment:
    """A new server with these settings, such as `limit.historyCount.suggestContinueAsNew=30`.

    A busy machine starts it slowly, and another program may take its port first: then another one is started.
    """
    given = ("frontend.WorkflowTimeSkippingEnabled=true", *ONE_PARTITION, *settings)
    for start in range(1, STARTS + 1):
        try:
            return await WorkflowEnvironment.start_time_skipping_v2(
                dev_server_existing_path=str(temporal_program()),
                data_converter=pydantic_data_converter,
                search_attributes=SEARCH_ATTRIBUTES,
                interceptors=interceptors,
                dev_server_startup_timeout=WITHIN,
                dev_server_extra_args=[part for one in given for part in ("--dynamic-config-value", one)],
            )
        except RuntimeError as problem:
            if "did not start within" not in str(problem) or start == STARTS:
                raise
    raise AssertionError("the last start returns or raises")
