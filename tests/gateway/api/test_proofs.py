"""The proof of a dossier from the API and from the console is the file that the independent script verifies."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.ledger.checkpoints.keys import new_key
from activities.ledger.checkpoints.places import CheckpointPlaces
from domain.dossier.commands import Accept
from gateway.dossiers.proving import Proofs
from tests.activities.ledger.checkpoints.test_proof import check
from tests.support.api_under_test import ApiUnderTest, open_api
from tests.support.console_under_test import open_console_under_test
from tests.support.databases import Database
from tests.support.engine_harness import EngineHarness, open_engine_harness
from tests.support.given import CITIZEN, DESK, STRANGER

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
async def harness(module_database: Database, temporal_env: WorkflowEnvironment) -> AsyncIterator[EngineHarness]:
    with temporal_env.with_time_skipping_disabled():
        async with open_engine_harness(module_database, temporal_env) as opened:
            yield opened


@pytest.fixture
def places(tmp_path: Path) -> CheckpointPlaces:
    """A folder for the log, and a key."""
    key = tmp_path / "key.pem"
    key.touch(mode=0o600)
    key.write_bytes(new_key())
    return CheckpointPlaces(origin="luongxanh/H42", folder=tmp_path / "log", key_file=key)


async def refused(api: ApiUnderTest, code: str) -> tuple[int, str]:
    """The refusal that the desk gets."""
    answer = await api.ask("GET", f"/v1/dossiers/{code}/proof", DESK)
    return answer.status_code, answer.json()["code"]


async def test_the_file_of_the_api_and_of_the_console_verifies(
    harness: EngineHarness, places: CheckpointPlaces, tmp_path: Path
) -> None:
    """The same file; who may not read the dossier gets none, an applicant neither: it names officers by their codes."""
    code = (await harness.submit()).dossier
    await harness.act(code, DESK, Accept())
    proofs = Proofs(places, timedelta(hours=1))
    async with open_api(harness, proofs=proofs) as api:
        assert await refused(api, code) == (409, "proof_not_yet")
        await places.checkpointer(harness.pool).make()
        later = (await harness.submit()).dossier
        assert await refused(api, later) == (409, "proof_not_yet")
        answer = await api.ask("GET", f"/v1/dossiers/{code}/proof", DESK)
        assert answer.headers["content-disposition"] == f'attachment; filename="{code}-proof.json"'
        assert (await api.ask("GET", f"/v1/dossiers/{code}/proof", STRANGER)).status_code == 403
        assert (await api.ask("GET", f"/v1/dossiers/{code}/proof", CITIZEN)).status_code == 403
    async with open_console_under_test(harness, proofs=proofs) as console, console.browser(DESK) as browser:
        page = await browser.get(f"/console/dossiers/{code}/ledger")
        assert f"/console/dossiers/{code}/proof.json" in page.text
        downloaded = await browser.get(f"/console/dossiers/{code}/proof.json")
        assert (await browser.get(f"/console/dossiers/{later}/proof.json")).status_code == 409
    assert downloaded.json() == answer.json()
    result, output = check(downloaded.json(), str(places.public_key()), tmp_path)
    assert result == 0, output
    assert f"{code}: 3 events" in output


async def test_the_refusal_says_when_the_next_checkpoint_is_due(
    harness: EngineHarness, places: CheckpointPlaces
) -> None:
    """In both languages. A process that cannot read the log says so, and is not available for it."""
    code = (await harness.submit()).dossier
    async with open_api(harness, proofs=Proofs(places, timedelta(hours=1))) as api:
        told = (await api.ask("GET", f"/v1/dossiers/{code}/proof", DESK, headers={"Accept-Language": "en"})).json()
    assert (told["code"], told["facts"]["dossier"]) == ("proof_not_yet", code)
    assert "The next is made before " in told["detail"]
    assert told["facts"]["due"]
    async with open_api(harness, proofs=Proofs(CheckpointPlaces(origin="luongxanh/H42"))) as api:
        assert await refused(api, code) == (503, "proofs_not_offered")
