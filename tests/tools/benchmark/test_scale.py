"""Tests of the measurement of a large ledger. No test judges speed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from activities.ledger.feed import Feed
from activities.ledger.pool import Pool, open_pool
from activities.ledger.reading import LedgerReader, dossier_in
from tests.support.databases import Database
from tests.support.register_pages import listed
from tests.support.work_of_units import work_of
from tools.benchmark.large_ledger import Size, fill
from tools.benchmark.sample_dossier import SampleDossier
from tools.benchmark.scale import ScaleOptions, run

pytestmark = pytest.mark.stack

SIZE = Size(dossiers=300, open=120, units=("13366", "13369", "13372"), procedures=("1.004222", "2.000815"))


async def filled(database: Database) -> Pool:
    pool = await open_pool(database.url, 1)
    await fill(database.admin_url, pool, SIZE)
    return pool


async def test_a_filled_ledger_reads_like_one_that_grew(database: Database) -> None:
    """Every dossier has the events up to its version, a readable state, and work in its own unit if it is open."""
    pool = await filled(database)
    reader = LedgerReader(pool)
    found = await listed(pool, limit=1_000)
    assert len(found) == SIZE.dossiers + 1  # the sample is there too
    for row in found[:40]:
        history = await reader.history(row.code)
        assert [event.version for event in history] == list(range(1, row.version + 1))
        whole = await reader.dossier(row.code)
        assert whole is not None
        assert dossier_in(whole).code == row.code
        assert {item.unit for item in await reader.work_of(row.code)} <= {row.received_by}
    assert {row.received_by for row in found} == set(SIZE.units)
    assert 80 <= len(await reader.open_dossiers()) <= 160
    assert await work_of(pool, SIZE.units[0])
    await pool.close()


async def test_a_filled_ledger_is_written_on(database: Database) -> None:
    """After the copies, a dossier is appended as in any ledger, and comes last in the feed."""
    pool = await filled(database)
    sample = await SampleDossier.lived(pool, "another")
    end = await Feed(pool).end()
    last = await pool.fetchrow("select xid, position from event where dossier = $1 order by version desc", sample.code)
    assert last is not None
    assert (last["xid"], last["position"]) == (end.xid, end.position)
    await pool.close()


@pytest.mark.slow
async def test_reads_appends_and_bytes_are_measured(tmp_path: Path) -> None:
    """The figures of every read, of the appends and of the tables are written."""
    file = tmp_path / "bench-scale.json"
    assert await run(ScaleOptions(dossiers=300, open=100, repeats=2, file=file)) in (0, 1)
    scale = json.loads(file.read_text(encoding="utf-8"))["scale"]
    assert all(times["median_ms"] > 0 for times in scale["reads"].values())
    assert scale["reads"]["search for a whole code"]["rows"] == 1
    assert scale["appends"]["ratio"] > 0
    assert scale["bytes_per_dossier"]["event"] > 1_000
