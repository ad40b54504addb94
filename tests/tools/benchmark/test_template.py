"""Tests of the rows that baseline and peers copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from activities.ledger.pool import open_pool
from activities.ledger.reading import LedgerReader
from tests.support.databases import Database
from tools.benchmark.baseline_rows import write_template
from tools.benchmark.sample_dossier import SampleDossier

pytestmark = pytest.mark.stack


async def test_a_dossier_that_is_not_standard_is_no_template(database: Database, tmp_path: Path) -> None:
    """A dossier without a warning would make the baseline fail at its second timer. Nothing is written of it."""
    file = tmp_path / "rows.json"
    pool = await open_pool(database.url, 1)
    try:
        sample = await SampleDossier.lived(pool, "sample")
        kinds = {event.kind for event in await LedgerReader(pool).history(sample.code)}
        assert "deadline_warned" not in kinds
        assert not await write_template(LedgerReader(pool), sample.code, "sample", file)
    finally:
        await pool.close()
    assert not file.exists()
