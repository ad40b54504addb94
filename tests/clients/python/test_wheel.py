"""Tests of the Python client as a package: its wheel alone, in an environment that has nothing of the engine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.dossier.state import State
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.client_wheel import OwnEnvironment, environment_with_the_client
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN
from tests.support.principals import principal_of
from tests.support.small_province import FREE, HA_NAM, PHU_LY

pytestmark = [pytest.mark.stack, pytest.mark.slow]

FILES = """
import sys
from datetime import date
from luongxanh_client import Applicant, Channel, LuongXanh, Matter, Submission
url, token, procedure, received_by, territory = sys.argv[1:]
applicant = Applicant(name="Nguyễn Văn An", identity_number="037099001234", birth_date=date(1999, 1, 1))
with LuongXanh(url, token) as client:
    receipt = client.submit(Submission(procedure=procedure, channel=Channel.ONLINE, received_by=received_by,
                                       matter=Matter(territory=territory), applicant=applicant))
    print(receipt.dossier, client.dossier(receipt.dossier).state)
"""
NAMES = """
import importlib.metadata, json, luongxanh_client, pathlib
print(json.dumps({
    "installed": sorted(one.metadata["Name"] for one in importlib.metadata.distributions()),
    "typed": (pathlib.Path(luongxanh_client.__file__).parent / "py.typed").exists(),
}))
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> OwnEnvironment:
    return environment_with_the_client(tmp_path_factory.mktemp("client"))


@pytest.fixture
async def api(database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(database, temporal_env) as harness, open_api(harness) as api:
            yield api


def test_the_wheel_brings_itself_and_its_two_libraries(alone: OwnEnvironment) -> None:
    """httpx2 and pydantic with what they need, and that the package is typed."""
    ran = alone.run("-c", NAMES)
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told["typed"]
    assert {"luongxanh-client", "httpx2", "pydantic"} <= set(told["installed"])
    assert len(told["installed"]) < 15
    for name in ("domain", "gateway", "temporalio", "fastapi", "starlette", "asyncpg"):
        assert alone.run("-c", f"import {name}").returncode != 0


async def test_it_files_a_dossier(alone: OwnEnvironment, api: ApiUnderTest, tmp_path: Path) -> None:
    """Over HTTP, knowing a URL and a token."""
    program = tmp_path / "files.py"
    program.write_text(FILES, encoding="utf-8")
    token = api.tokens.give(principal_of(CITIZEN))
    ran = await asyncio.to_thread(alone.run, program, api.url, token, FREE.code, PHU_LY, HA_NAM)
    assert ran.returncode == 0, ran.stderr
    code, state = ran.stdout.split()
    api.harness.made.append(code)
    assert state == State.SUBMITTED
    assert (await api.harness.known(code)).state is State.SUBMITTED
