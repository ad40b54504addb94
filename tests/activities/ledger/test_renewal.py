"""Read models that an older release wrote: they are read rightly at once, and written again by `database migrate`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.renewal import older, renew
from activities.ledger.store import Ledger
from activities.ledger.verification.walk import verify
from domain.dossier.events import AnyEvent
from domain.dossier.evolve import evolve_all
from domain.dossier.state import NotSubmitted, snapshot_of
from domain.dossier.view import FORM, DossierView
from domain.record.sealing import RecordedEvent
from tests.support.ledger_samples import append, started, step, submitted, view_of

pytestmark = pytest.mark.stack

CODES = [f"H42.12-250701-{number:04d}" for number in range(3)]
NEW_FIELDS = ("steps_done", "submitted_at", "matter", "documents", "updated_at", "step")
"""Fields that an older release might not have known. Only the events tell their values."""


def happened(code: str) -> list[AnyEvent]:
    return [submitted(code), started(), step(1), step(2)]


def snapshot(events: Sequence[AnyEvent], code: str) -> dict[str, Any]:
    return snapshot_of(evolve_all(NotSubmitted(code), events))


def fold(history: Sequence[RecordedEvent]) -> DossierView:
    """As the product makes it, except that no rule is needed."""
    code, events = history[0].dossier, [recorded.event for recorded in history]
    return view_of(code, events, snapshot=snapshot(events, code))


async def written_by_an_older_release(pool: Pool, code: str) -> dict[str, Any]:
    """Given: a dossier whose row lacks the fields, as if its release had not known them. Returns what is right."""
    events = happened(code)
    right = snapshot(events, code)
    await Ledger(pool).record(append(code, events, snapshot=right))
    stored = {name: value for name, value in right.items() if name not in NEW_FIELDS}
    await pool.execute("update dossier set form = 0, snapshot = $2 where code = $1", code, stored)
    return right


async def test_a_new_field_has_its_value_before_anything_was_written_again(pool: Pool, reader: LedgerReader) -> None:
    """A reader makes it from the events, for one dossier and for many. The row of a newer release is read as it is."""
    right = {code: await written_by_an_older_release(pool, code) for code in CODES}
    row = await reader.dossier(CODES[0])
    assert row is not None
    assert row.snapshot == right[CODES[0]]
    assert dossier_in(row).processing.steps_done
    assert {one.code: one.snapshot for one in await reader.whole(CODES)} == right
    await pool.execute("update dossier set form = $2 where code = $1", CODES[1], FORM + 1)
    [newer] = await reader.whole(CODES[1:2])
    assert "steps_done" not in newer.snapshot


async def test_they_are_written_again_page_by_page(pool: Pool, reader: LedgerReader) -> None:
    """Interrupted, the rest is done by the next run. A dossier with an event that cannot be read stays and is told."""
    right = {code: await written_by_an_older_release(pool, code) for code in CODES}

    class Interrupted(Exception):
        """Somebody pressed Ctrl-C."""

    def interrupt(done: int) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        await renew(pool, fold, progress=interrupt, page=1)
    assert await older(pool) == 2

    told: list[int] = []
    done = await renew(pool, fold, progress=told.append, page=1)
    assert (done.older, done.written, done.problems, told) == (2, 2, (), [1, 2])
    assert await older(pool) == 0
    stored = {row["code"]: row["snapshot"] for row in await pool.fetch("select code, snapshot from dossier")}
    assert stored == right
    found = await verify(pool, fold=fold)
    assert [one for one in found.problems if one.table in ("dossier", "work_item")] == []
    assert (await renew(pool, fold)).older == 0


async def test_an_event_that_cannot_be_read(pool: Pool, owner: Pool, reader: LedgerReader) -> None:
    """The row stays as it is: what it has is read, and the renewal tells of it."""
    await written_by_an_older_release(pool, CODES[0])
    await owner.execute("alter table event disable trigger user")
    await owner.execute("update event set schema = 99 where dossier = $1 and version = 3", CODES[0])
    with capture_logs() as logs:
        [row] = await asyncio.gather(reader.whole(CODES[:1]))
    assert [one["event"] for one in logs] == ["snapshot_not_renewed"]
    assert "steps_done" not in row[0].snapshot
    done = await renew(pool, fold)
    assert (done.older, done.written, [one.dossier for one in done.problems]) == (1, 0, CODES[:1])
