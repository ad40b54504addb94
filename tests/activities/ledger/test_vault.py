"""Tests of the vault: personal data is bound to the record, readable only by permitted roles, and can be erased for
good."""

from __future__ import annotations

from datetime import date, timedelta

import asyncpg
import pytest

from activities.ledger.dossier_codes import DossierCodes, submission_of
from activities.ledger.pool import Connection, Pool
from activities.ledger.store import Ledger
from activities.ledger.vault import Vault
from activities.ledger.verification.walk import verify
from domain.errors import InvalidInput, NotFound
from domain.record.sealing import commitment
from tests.support.ledger_samples import append, step, submitted

pytestmark = pytest.mark.stack
CODE = "H42.12-250701-0001"
APPLICANT = {"name": "Nguyễn Thị Hồng Ánh", "identity_number": "037090000001", "phones": ["0912000001"], "age": 35}


async def test_what_is_kept_is_revealed(vault: Vault) -> None:
    """The vault gives back exactly the stored data."""
    kept = await vault.keep(CODE, APPLICANT)
    assert await vault.reveal(kept) == APPLICANT
    assert await vault.reveal_all([kept, "0" * 64]) == {kept: APPLICANT}


async def test_equal_data_cannot_be_seen_to_be_equal(vault: Vault) -> None:
    """Each stored item has its own salt, so the record does not show that two dossiers are of one person."""
    assert await vault.keep(None, APPLICANT) != await vault.keep(None, APPLICANT)


async def test_erasing_keeps_the_chain(vault: Vault, ledger: Ledger, pool: Pool, superuser: Connection) -> None:
    """After erasure no row of the database has the data or the salt, and the record still verifies."""
    assert await DossierCodes(pool).allocate("key", "H42.12", date(2025, 7, 1), "f") == CODE
    applicant, note = await vault.keep(CODE, APPLICANT), await vault.keep(CODE, {"text": "Thiếu giấy chứng sinh"})
    happened = [submitted(CODE, applicant=applicant, note=note)]
    await ledger.record(append(CODE, happened, command_id=submission_of("key")))
    before = await verify(pool)
    erased_at = await vault.erase(applicant, "operator-1", "Theo yêu cầu của công dân")
    after = await verify(pool)

    assert (before.personal_checked, before.erased, before.problems) == (2, 0, ())
    assert (after.personal_checked, after.erased, after.problems) == (1, 1, ())
    row = await superuser.fetchrow("select salt, body from vault.personal where commitment = $1", applicant)
    assert tuple(row) == (None, None)
    with pytest.raises(NotFound, match="personal_erased"):
        await vault.reveal(applicant)
    assert await vault.erase(applicant, "operator-2", "again") == erased_at
    records = await superuser.fetch("select commitment, dossier, who, why from vault.erasure")
    assert [tuple(record) for record in records] == [(applicant, CODE, "operator-1", "Theo yêu cầu của công dân")]


async def test_a_dossier_is_erased_whole(vault: Vault, ledger: Ledger, pool: Pool) -> None:
    """Erasure removes all data of a dossier, found by its code and by its events."""
    applicant = await vault.keep(None, APPLICANT)  # stored before the dossier had a code
    await ledger.record(append(CODE, [submitted(CODE, applicant=applicant)]))
    note = await vault.keep(CODE, {"text": "…"})
    await ledger.record(append(CODE, [step(1, note=note)], after=[submitted(CODE, applicant=applicant)]))
    other = await vault.keep("H42.12-250701-0002", APPLICANT)

    assert await vault.erase_dossier(CODE, "operator-1", "retention ended") == 2
    assert await vault.erase_dossier(CODE, "operator-1", "retention ended") == 0
    assert await vault.reveal_all([applicant, note, other]) == {other: APPLICANT}
    assert (await verify(pool)).erased == 2


async def test_erasure_needs_a_reason(vault: Vault) -> None:
    """Erasure needs who and why, and an unknown commitment is refused as unknown."""
    kept = await vault.keep(CODE, APPLICANT)
    with pytest.raises(InvalidInput, match="erasure_without_reason"):
        await vault.erase(kept, "operator-1", "  ")
    assert await vault.reveal(kept) == APPLICANT
    for act in (vault.reveal("0" * 64), vault.erase("0" * 64, "operator-1", "request")):
        with pytest.raises(NotFound, match="personal_unknown"):
            await act


async def test_the_sweep_takes_what_nothing_speaks_of(vault: Vault, ledger: Ledger, superuser: Connection) -> None:
    """Data that no event refers to is removed after a day; data of an event stays."""
    spoken_of, abandoned = await vault.keep(None, APPLICANT), await vault.keep(CODE, {"text": "never sent"})
    await ledger.record(append(CODE, [submitted(CODE, applicant=spoken_of)]))
    await superuser.execute("update vault.personal set created_at = created_at - interval '25 hours'")
    waiting = await vault.keep(None, APPLICANT)

    assert await vault.sweep() == 1
    assert set(await vault.reveal_all([spoken_of, abandoned, waiting])) == {spoken_of, waiting}
    assert await vault.sweep(timedelta(0)) == 0, "never younger than an hour, whoever asks"


@pytest.mark.parametrize(
    "statement",
    [
        "update vault.personal set body = '{}'",
        "delete from vault.personal",
        "delete from vault.reference",
        "insert into vault.erasure (commitment, who, why) values ('x', 'y', 'z')",
        "delete from vault.erasure",
    ],
)
async def test_the_application_cannot_change_the_vault(pool: Pool, statement: str) -> None:
    """Only the two functions that record their work can remove data."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(statement)


async def test_readers_see_the_record_but_not_the_vault(vault: Vault, ledger: Ledger, superuser: Connection) -> None:
    """The role for screens and statistics reads events and read models, but no personal data."""
    await ledger.record(append(CODE, [submitted(CODE, applicant=await vault.keep(CODE, APPLICANT))]))
    await superuser.execute("set role luongxanh_reader")
    assert await superuser.fetchval("select count(*) from event join dossier on code = dossier") == 1
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await superuser.fetch("select * from vault.personal")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await superuser.execute("delete from dossier")


async def test_nothing_personal_is_in_an_event(vault: Vault, ledger: Ledger, superuser: Connection) -> None:
    """The rows of the record have only the commitment, which needs both data and salt to match."""
    applicant = await vault.keep(CODE, APPLICANT)
    await ledger.record(append(CODE, [submitted(CODE, applicant=applicant)]))
    text = await superuser.fetchval("select string_agg(event::text, '') from event")
    assert applicant in text
    assert "037090000001" not in text
    salt = await superuser.fetchval("select salt from vault.personal")
    assert commitment(salt, APPLICANT) == applicant
    assert commitment(b"", APPLICANT) != applicant
