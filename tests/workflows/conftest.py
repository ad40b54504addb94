"""The engine on a real Temporal whose time can be skipped, a real PostgreSQL and a simulator on a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness


@pytest.fixture
async def harness(database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    """Everything up, for one test."""
    async with open_engine_harness(database, temporal_env) as opened:
        yield opened
