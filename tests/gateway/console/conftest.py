"""One engine and one console for each module of tests of pages."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from gateway.access.rates import Quota
from gateway.api.parts import ApiPolicy
from tests.support.console_under_test import ConsoleUnderTest, open_console_under_test
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness


@pytest.fixture(scope="module")
async def harness(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as opened:
            yield opened


@pytest.fixture(scope="module")
async def console(harness: EngineHarness) -> AsyncIterator[ConsoleUnderTest]:
    """The public may ask as often as the tests of a module do, who come from one address."""
    often = ApiPolicy(public=Quota(requests=100_000, seconds=60))
    async with open_console_under_test(harness, api_policy=often) as opened:
        yield opened
