"""Tests of rebuilding the read models from the events."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.rebuild import PAGE, rebuild
from activities.ledger.rows import SUMMARY_COLUMNS
from activities.ledger.store import Ledger
from activities.ledger.verification.walk import verify
from domain.dossier.view import DossierView
from domain.record.sealing import RecordedEvent
from domain.roles import Role
from tests.support.ledger_samples import append, fold, started, submitted
from tests.support.register_pages import listed

pytestmark = pytest.mark.stack
ROW = f"{SUMMARY_COLUMNS}, snapshot"
ONE, TWO = "H42.12-250701-0001", "H42.12-250701-0002"


async def test_thrown_away_and_rebuilt(pool: Pool, ledger: Ledger, reader: LedgerReader) -> None:
    """The rebuild makes the register and the work-lists from the events as they were."""
    codes = [f"H42.12-250701-{number:04d}" for number in range(PAGE + 5)]
    for code in codes:
        await ledger.record(append(code, [started()]))
    before = await listed(pool, limit=1_000), await reader.work_list("13366", Role.SPECIALIST, limit=1_000)
    await pool.execute("delete from dossier")
    await pool.execute("delete from work_item")
    progress: list[int] = []
    rebuilt = await rebuild(pool, fold, progress=progress.append)

    assert (rebuilt.dossiers, rebuilt.written, rebuilt.overtaken, rebuilt.removed) == (len(codes), len(codes), 0, 0)
    after = await listed(pool, limit=1_000), await reader.work_list("13366", Role.SPECIALIST, limit=1_000)
    assert after == before
    assert progress == [PAGE, len(codes)]
    assert (await verify(pool, fold=fold)).sound is True


async def test_what_lied_is_put_right(pool: Pool, ledger: Ledger, reader: LedgerReader) -> None:
    """The rebuild corrects a wrong state and a wrong version, and removes a dossier without events."""
    await ledger.record(append(ONE, [started()]))
    await ledger.record(append(TWO, [started()]))
    await pool.execute("update dossier set version = 7, state = 'returned' where code = $1", ONE)
    await pool.execute(
        f"insert into dossier ({ROW}) select 'H42.x', {ROW.removeprefix('code, ')}"  # noqa: S608
        " from dossier where code = $1",
        TWO,
    )
    await pool.execute("update work_item set dossier = 'H42.x' where dossier = $1", TWO)
    assert not (await verify(pool, fold=fold)).sound
    rebuilt = await rebuild(pool, fold)

    assert (rebuilt.dossiers, rebuilt.written, rebuilt.removed) == (2, 2, 2)
    assert (await verify(pool, fold=fold)).sound
    assert [row.item.dossier for row in await reader.work_list("13366", Role.SPECIALIST)] == [ONE, TWO]


async def test_a_newer_view_is_never_overwritten(pool: Pool, ledger: Ledger, reader: LedgerReader) -> None:
    """A rebuild that read the events before the newest command does not change that command's view."""
    await ledger.record(append(ONE, [submitted(ONE), started()]))

    def as_of_before(history: Sequence[RecordedEvent]) -> DossierView:
        return fold(history[:-1])

    rebuilt = await rebuild(pool, as_of_before)
    assert (rebuilt.written, rebuilt.overtaken) == (0, 1)
    row = await reader.dossier(ONE)
    assert row is not None
    assert row.version == 2


async def test_one_bad_case_does_not_block_the_rest(pool: Pool, ledger: Ledger, reader: LedgerReader) -> None:
    """A dossier that cannot be folded is named and keeps its view; the others are rebuilt."""
    await ledger.record(append(ONE, [started()]))
    await ledger.record(append(TWO, [started()]))
    await pool.execute("update dossier set state = 'returned'")

    def failing(history: Sequence[RecordedEvent]) -> DossierView:
        if history[0].dossier == ONE:
            raise LookupError("no such rule")
        return fold(history)

    rebuilt = await rebuild(pool, failing)
    assert [(one.code, one.dossier, one.found) for one in rebuilt.problems] == [
        ("cannot_be_folded", ONE, "LookupError")
    ]
    assert (rebuilt.dossiers, rebuilt.written, rebuilt.overtaken) == (2, 1, 0)
    assert [row.state.value for row in await listed(pool)] == ["returned", "processing"]
