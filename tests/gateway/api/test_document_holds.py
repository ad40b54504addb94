"""Tests that the API answers as its OpenAPI document says, whatever it is sent (schemathesis)."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.roles import MACHINES, Role
from gateway.access.principals import ApplicantPrincipal, PersonPrincipal, Principal
from gateway.access.rates import Quota
from gateway.api.parts import ApiPolicy
from tests.support import every_caller
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN
from tests.support.small_province import ACTING, HA_NAM, people

pytestmark = [pytest.mark.stack, pytest.mark.slow]

STAFF = sorted(frozenset(Role) - MACHINES - {Role.APPLICANT})
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,allow_header_conformance,every_caller"
)
EXAMPLES = int(os.environ.get("LUONGXANH_SCHEMATHESIS_EXAMPLES", "1"))
"""Generated requests for each operation, besides its examples: each is sent by every caller."""
SETTINGS = f"""
hooks = "{every_caller.__file__}"
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


async def schemathesis(api: ApiUnderTest, folder: Path, first: str, others: dict[str, str | None]) -> tuple[int, str]:
    """Runs it against the served API as the first caller, and each request again as the others, who are named.

    Callers are Authorization headers. Returns its exit code and its report.
    """
    options = [
        *("--phases", "examples,fuzzing", "--max-examples", str(EXAMPLES), "--seed", "20261126"),
        *("--checks", CHECKS, "--suppress-health-check", "all", "--workers", "1", "--no-color"),
        *("--header", f"Authorization: {first}"),
    ]
    program = Path(sys.executable).with_name("schemathesis")
    (folder / "schemathesis.toml").write_text(SETTINGS, encoding="utf-8")
    running = await asyncio.create_subprocess_exec(
        *(str(program), "run", f"{api.url}/v1/openapi.json", *options),
        cwd=folder,
        env={**os.environ, every_caller.CALLERS: json.dumps(others)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await running.communicate()
    return running.returncode or 0, output.decode()


async def test_every_answer_is_declared(api: ApiUnderTest, tmp_path: Path) -> None:
    """No 5xx, no undeclared status, form, header or shape of an answer: without a token, and with one of each role."""
    principals: dict[str, Principal] = {role: PersonPrincipal(person=f"anybody.{role}") for role in STAFF}
    principals[Role.APPLICANT] = ApplicantPrincipal(applicant=CITIZEN.person)
    callers: dict[str, str | None] = {role: f"Bearer {api.tokens.give(who)}" for role, who in principals.items()}
    first = callers.pop(Role.SUPERVISOR)
    assert first is not None
    code, report = await schemathesis(api, tmp_path, first, {**callers, "nobody": None})
    assert code == 0, report.partition("= FAILURES =")[2][:6_000] or report[-6_000:]
    requests = {role: api.tokens.believed[who] for role, who in principals.items()}
    assert set(requests.values()) == {requests[Role.SUPERVISOR]}, "each request was sent as each caller"
    assert requests[Role.SUPERVISOR] > 100
