"""Tests that the API answers as its OpenAPI document says, whatever it is sent (schemathesis)."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.roles import MACHINES, Role
from gateway.access.principals import ApplicantPrincipal, PersonPrincipal
from gateway.access.rates import Quota
from gateway.api.parts import ApiPolicy
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN
from tests.support.small_province import ACTING, HA_NAM, people

pytestmark = [pytest.mark.stack, pytest.mark.slow]

STAFF = sorted(frozenset(Role) - MACHINES - {Role.APPLICANT})
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,allow_header_conformance"
)
EXAMPLES = int(os.environ.get("LUONGXANH_SCHEMATHESIS_EXAMPLES", "2"))
"""Generated requests for each operation and caller."""
SETTINGS = """
request-timeout = 60

[[operations]]
include-path = "/v1/events/stream"
request-timeout = 10

[[operations]]
include-path = "/health/ready"
checks.not_a_server_error.expected-statuses = ["200", "503"]
"""
"""Readiness answers 503 while a server is slow to answer, as its document says: a loaded machine may make it so, and an
answer may take longer than the ten seconds that are usual. A stream is read for as long as an answer may take."""
PLENTY = Quota(requests=10_000_000, seconds=60)


@pytest.fixture(scope="module")
async def api(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    unlimited = ApiPolicy(caller=PLENTY, public=PLENTY, guesses=PLENTY)
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as harness, open_api(harness, unlimited) as api:
            harness.staff = people(*ACTING, *((f"anybody.{role}", role, HA_NAM) for role in STAFF))
            yield api


async def schemathesis(api: ApiUnderTest, folder: Path, *headers: str) -> tuple[int, str]:
    """Runs it against the served API; returns its exit code and its report."""
    options = [
        *("--phases", "examples,fuzzing", "--max-examples", str(EXAMPLES), "--seed", "20261126"),
        *("--checks", CHECKS, "--suppress-health-check", "all", "--workers", "1", "--no-color"),
        *(part for header in headers for part in ("--header", header)),
    ]
    program = Path(sys.executable).with_name("schemathesis")
    (folder / "schemathesis.toml").write_text(SETTINGS, encoding="utf-8")
    running = await asyncio.create_subprocess_exec(
        *(str(program), "run", f"{api.url}/v1/openapi.json", *options),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await running.communicate()
    return running.returncode or 0, output.decode()


@pytest.mark.parametrize("who", ["nobody", Role.APPLICANT, *STAFF])
async def test_every_answer_is_declared(api: ApiUnderTest, tmp_path: Path, who: str) -> None:
    """No 5xx, no undeclared status, form, header or shape of an answer: without a token, and with one of each role."""
    headers = []
    if who != "nobody":
        applicant = ApplicantPrincipal(applicant=CITIZEN.person)
        principal = applicant if who == Role.APPLICANT else PersonPrincipal(person=f"anybody.{who}")
        headers = [f"Authorization: Bearer {api.tokens.give(principal)}"]
    code, report = await schemathesis(api, tmp_path, *headers)
    assert code == 0, report[-6_000:]
