"""Tests of the start of a dossier's workflow that nobody answers."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from gateway.client import Engine
from gateway.client.engine_errors import EngineUnavailable
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.small_province import a_small_province

pytestmark = pytest.mark.stack


@pytest.fixture
async def harness(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    async with open_engine_harness(module_database, temporal_env) as opened:
        yield opened


async def test_a_start_that_nobody_answers_is_told_once(harness: EngineHarness) -> None:
    """The caller is told. Nothing is logged besides as an error that nobody looked at."""
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    assert await answer_to_a_start(harness) == "answer_pending"
    await asyncio.sleep(0.1)  # the event loop lets go of what it held for the call
    gc.collect()
    assert told == []


async def answer_to_a_start(harness: EngineHarness) -> str:
    """Its code. The error is given up with all that it holds, as a caller does who is done with it."""
    engine = Engine(
        harness.env.client, harness.pool, a_small_province(), "a-queue-without-workers", lambda: harness.staff, 0.3
    )
    try:
        await replace(harness, engine=engine).submit()
    except EngineUnavailable as unanswered:
        return unanswered.code
    return ""
