"""Tests that every snippet of the guide for programmers works, and the service that it shows."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.ledger.rules_store import RulesStore
from activities.province import load_province
from luongxanh_client import AsyncLuongXanh, ClientCredentials
from tests.support.api_under_test import ApiUnderTest, open_api, open_api_of_ninh_binh
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.ninh_binh import FOLDER
from tests.support.signed_in_api import SECRET, SERVICE, SignIn, signing_in
from tests.support.small_province import HA_NAM, PAID
from workflows import rules_in_force

pytestmark = [pytest.mark.stack, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "api.md"
CLIENT = ROOT / "clients" / "python"
EXAMPLE = CLIENT / "examples" / "birth_registration.py"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMISED = re.compile(r"# → (.+)$", re.MULTILINE)
BIRTH = {
    "number": "CS-2026-000123", "residence": HA_NAM, "name": "Nguyễn Văn An", "identity_number": "037099001234",
    "birth_date": "1999-01-01", "documents": "don",
}  # fmt: skip


@dataclass(frozen=True)
class Ways:
    """The engine, and where the service signs in."""

    harness: EngineHarness
    sign_in: SignIn

    def environment(self, api: ApiUnderTest) -> dict[str, str]:
        """What the guide's snippets find in their environment, without a proxy."""
        named = {"LUONGXANH": api.url, "ISSUER": self.sign_in.issuer, "CLIENT_ID": SERVICE.code}
        ours = {"PYTHONPATH": str(CLIENT), "NO_PROXY": "*", "no_proxy": "*"}
        return {**os.environ, **named, **ours, "CLIENT_SECRET": SECRET}


@pytest.fixture(scope="module")
async def ways(
    module_database: Database, temporal_env: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Ways]:
    with temporal_env.with_time_skipping_disabled():
        async with (
            open_engine_harness(module_database, temporal_env) as harness,
            signing_in(tmp_path_factory.mktemp("sign-in")) as sign_in,
        ):
            harness.staff = harness.staff.model_copy(update={"services": (SERVICE,)})
            rules = tuple(load_province(FOLDER).rulebook().stored())
            await RulesStore(harness.pool).publish(rules)
            rules_in_force.install(rules_in_force.rulebook().adding(*rules))
            yield Ways(harness, sign_in)


def snippets(language: str) -> str:
    """The snippets of a language, one after another: they go on from each other."""
    return "\n".join(code for named, code in BLOCK.findall(GUIDE.read_text(encoding="utf-8")) if named == language)


async def ran(
    folder: Path, environment: dict[str, str], *command: str | Path, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """The result of a program that runs beside the API."""
    return await asyncio.to_thread(
        subprocess.run, list(map(str, command)), input=given, cwd=folder, env=environment, text=True, timeout=180,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.parametrize("language", ["sh", "python"])
async def test_the_snippets_of_the_guide_do_what_it_says(ways: Ways, tmp_path: Path, language: str) -> None:
    """They run one after another, and print what stands behind the arrows."""
    if language == "sh" and not all(map(shutil.which, ("bash", "curl", "jq"))):
        warnings.warn("THE GUIDE'S SHELL WAS NOT TRIED: curl or jq is missing (apt-get install curl jq)", stacklevel=1)
        pytest.skip("curl or jq is missing")
    program = snippets(language)
    (tmp_path / "snippets").write_text(program, encoding="utf-8")
    command = ("bash", "-euo", "pipefail") if language == "sh" else (sys.executable,)
    async with open_api_of_ninh_binh(ways.harness, ways.sign_in.verifier) as api:
        result = await ran(tmp_path, ways.environment(api), *command, tmp_path / "snippets")
    assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
    assert result.stdout.splitlines() == PROMISED.findall(program)


async def test_the_snippet_of_the_client_s_page_works(ways: Ways, tmp_path: Path) -> None:
    """With the addresses and the secret of a province that there is."""
    [(_, program)] = BLOCK.findall((CLIENT / "README.md").read_text(encoding="utf-8"))
    async with open_api_of_ninh_binh(ways.harness, ways.sign_in.verifier) as api:
        theirs = ("https://dang-nhap.tinh.example", "https://api.tinh.example", "kiosk", "…")
        for named, ours in zip(theirs, (ways.sign_in.issuer, api.url, SERVICE.code, SECRET), strict=True):
            assert program.count(f'"{named}"') == 1
            program = program.replace(f'"{named}"', f'"{ours}"')
        (tmp_path / "snippet").write_text(program, encoding="utf-8")
        result = await ran(tmp_path, ways.environment(api), sys.executable, tmp_path / "snippet")
    assert result.returncode == 0, result.stderr


def test_the_guide_has_snippets_of_both_kinds_only() -> None:
    """So that none is left out of the test above."""
    assert {language for language, _ in BLOCK.findall(GUIDE.read_text(encoding="utf-8"))} == {"sh", "python"}


async def test_the_service_of_the_example(ways: Ways, tmp_path: Path) -> None:
    """It files a birth and confirms the payment that an event asks for. Started again from any place in the events, it
    does nothing twice."""
    async with open_api(ways.harness, verifier=ways.sign_in.verifier) as api:
        (tmp_path / "secret").write_text(SECRET, encoding="ascii")
        who = (api.url, ways.sign_in.issuer, SERVICE.code, tmp_path / "secret")

        async def registered() -> str:
            program = (sys.executable, EXAMPLE, *who, tmp_path / "position", PAID.code, HA_NAM)
            result = await ran(tmp_path, ways.environment(api), *program, given=json.dumps(BIRTH))
            assert result.returncode == 0, f"{result.stdout}\n{result.stderr}"
            code, _state = result.stdout.split()
            return code

        async with AsyncLuongXanh(api.url, ClientCredentials(ways.sign_in.issuer, SERVICE.code, SECRET)) as client:
            before = await client.events.now()
        code = await registered()
        ways.harness.made.append(code)
        paid = await ways.harness.known(code)
        assert paid.unpaid == 0
        (tmp_path / "position").write_text(before, encoding="ascii")
        assert await registered() == code
        assert (await ways.harness.known(code)).money == paid.money
