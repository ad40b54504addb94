"""Tests that the API's document gives other languages a client: here TypeScript, with the usual generator.

It needs Node and an npm registry. Where there is none the test is skipped, and says so at the end of the run.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.dossier.state import State
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.databases import Database
from tests.support.engine_harness import open_engine_harness
from tests.support.given import CITIZEN
from tests.support.principals import principal_of
from tests.support.small_province import FREE, HA_NAM, PHU_LY

pytestmark = [pytest.mark.stack, pytest.mark.slow]

DOCUMENT = Path(__file__).parents[3] / "docs" / "api" / "openapi.json"
PROGRAM = Path(__file__).with_name("files_a_birth.ts")
PACKAGES = ("openapi-typescript@7.13.0", "openapi-fetch@0.17.0", "typescript@5.9.3")
COMPILER = (
    "--strict",
    "--noUncheckedIndexedAccess",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--lib",
    "es2022,dom",
)

UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT")
"""What npm says when there is no registry. Any other failure is one of the test."""


def skipped(why: str) -> None:
    """Skips, loudly: a warning stands at the end of the run."""
    warnings.warn(f"THE TYPESCRIPT CLIENT WAS NOT TRIED: {why}", stacklevel=2)
    pytest.skip(why)


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Runs a program of Node in a folder."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def done(folder: Path, *command: str) -> str:
    """What it prints; it must end well."""
    ran = run(folder, *command)
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    return ran.stdout


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the client generated from the document, and the program compiled with it."""
    if not all(map(shutil.which, ("node", "npm", "npx"))):
        skipped("there is no Node on this machine")
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "package.json").write_text('{"private": true, "type": "module"}', encoding="utf-8")
    quiet = ("--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--fetch-retries=1")
    installed = run(folder, "npm", "install", *quiet, *PACKAGES)
    if installed.returncode != 0 and any(code in installed.stderr for code in UNREACHABLE):
        skipped("no npm registry can be reached")
    assert installed.returncode == 0, installed.stderr
    shutil.copy(PROGRAM, folder)
    generated = ("openapi-typescript", str(DOCUMENT), "--default-non-nullable", "false", "--output", "api.d.ts")
    done(folder, "npx", "--no-install", *generated)
    done(folder, "npx", "--no-install", "tsc", *COMPILER, PROGRAM.name)
    return folder


@pytest.fixture
async def api(database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[ApiUnderTest]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(database, temporal_env) as harness, open_api(harness) as api:
            yield api


async def test_the_generated_client_files_a_dossier(compiled: Path, api: ApiUnderTest) -> None:
    """It compiles under strict rules, files a dossier over HTTP, and reads it back."""
    token = api.tokens.give(principal_of(CITIZEN))
    program = PROGRAM.with_suffix(".js").name
    told = await asyncio.to_thread(done, compiled, "node", program, api.url, token, FREE.code, PHU_LY, HA_NAM)
    code, state = told.split()
    api.harness.made.append(code)
    assert state == State.SUBMITTED
    assert (await api.harness.known(code)).state is State.SUBMITTED


def test_what_the_document_forbids_does_not_compile(compiled: Path) -> None:
    """The types are those of the document: a field that does not exist is an error of the compiler."""
    wrong = PROGRAM.read_text(encoding="utf-8").replace("received_by: receivedBy", "receivedBy")
    (compiled / "wrong.ts").write_text(wrong, encoding="utf-8")
    assert "receivedBy" in run(compiled, "npx", "--no-install", "tsc", "--noEmit", *COMPILER, "wrong.ts").stdout
