"""The engine on a real Temporal whose time can be skipped, a real PostgreSQL and a simulator on a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.databases import Database
from tests.workflows.hall import APPLICANT, Hall, open_hall

__all__ = ["APPLICANT", "Hall"]


@pytest.fixture
async def hall(database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[Hall]:
    """Everything up, for one test."""
    async with open_hall(database, temporal_env) as opened:
        yield opened
