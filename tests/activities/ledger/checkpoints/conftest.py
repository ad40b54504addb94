"""An archive outside the database, for the tests of checkpoints and proofs."""

from __future__ import annotations

from pathlib import Path

import pytest

from activities.ledger.checkpoints.keys import Signer, new_key
from activities.ledger.pool import Pool
from tests.support.checkpoint_archive import ORIGIN, Archive


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    file = tmp_path / "key.pem"
    file.touch(mode=0o600)
    file.write_bytes(new_key())
    return Signer.read(ORIGIN, file)


@pytest.fixture
async def archive(pool: Pool, tmp_path: Path, signer: Signer) -> Archive:
    return Archive(pool, tmp_path / "outside", signer)
