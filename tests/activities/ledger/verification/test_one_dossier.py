"""Tests of the check of one dossier while a person waits."""

from __future__ import annotations

import pytest

from activities.ledger.pool import Connection, Pool
from activities.ledger.verification import one_dossier
from activities.ledger.verification.one_dossier import verify_dossier
from tests.support.ledger_samples import open_dossier, started, step
from tests.support.tampering import as_owner_of_the_server

pytestmark = pytest.mark.stack


async def test_a_chain_is_checked_in_parts(pool: Pool, superuser: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sound dossier has no finding; after a change of a row the first broken version is named, whatever part of the
    rows it is in; a register that is behind is a finding too."""
    monkeypatch.setattr(one_dossier, "PART", 2)
    code = await open_dossier(pool, "key-chain", started(), step(1), step(2), step(3))
    sound = await verify_dossier(pool, code)
    assert (sound.versions, sound.problems, sound.first_broken) == (5, (), None)
    assert sound.head == await pool.fetchval(
        "select encode(hash, 'hex') from event where dossier = $1 order by version desc limit 1", code
    )
    await as_owner_of_the_server(
        superuser,
        "update event set at = at + interval '1 day' where version = 3",
        "update dossier set version = 4",
    )
    broken = await verify_dossier(pool, code)
    assert broken.first_broken == 3
    assert [one.code for one in broken.problems if one.version == 3] == ["row_altered"]
    assert "view_behind" in [one.code for one in broken.problems]


async def test_a_dossier_that_is_not_there(pool: Pool) -> None:
    """Without versions there is nothing to find."""
    nothing = await verify_dossier(pool, "H42.12-250701-9999")
    assert (nothing.versions, nothing.head, nothing.problems) == (0, None, ())
