"""Tests that the vault, its references and its record of erasures agree with the events."""

# ruff: noqa: S608 - the statements are our own

from __future__ import annotations

from datetime import timedelta

import pytest

from activities.ledger.dossier_codes import DossierCodes, submission_of
from activities.ledger.pool import Connection, Pool
from activities.ledger.store import Ledger
from activities.ledger.vault import Vault
from activities.ledger.verification.personal import SWEPT_WITHIN
from activities.ledger.verification.walk import verify
from domain.dossier.group_commands import ParentLink
from tests.support.ledger_samples import MORNING, append, fold, open_dossier, started, submitted
from tests.support.tampering import as_owner_of_the_server

pytestmark = pytest.mark.stack

OF_ONE = "where dossier = '{one}'"
SABOTAGE: dict[str, tuple[str, list[str]]] = {
    "blanked": (
        f"update vault.personal set salt = null, body = null, erased_at = now() {OF_ONE}",
        ["personal_blanked"],
    ),
    "another name": (f'update vault.personal set body = \'{{{{"name": "x"}}}}\' {OF_ONE}', ["personal_altered"]),
    "another salt": (f"update vault.personal set salt = '\\x00' {OF_ONE}", ["personal_altered"]),
    "a row gone": (f"delete from vault.personal {OF_ONE}", ["personal_missing", "reference_unfounded"]),
    "another's": (f"update vault.personal set dossier = '{{two}}' {OF_ONE}", ["personal_of_another"]),
    "nobody's": (f"update vault.personal set dossier = null {OF_ONE}", ["personal_of_another"]),
    "a reference gone": (f"delete from vault.reference {OF_ONE}", ["reference_missing"]),
    "a reference of another version": (
        f"update vault.reference set version = 2 {OF_ONE}",
        ["reference_missing", "reference_unfounded"],
    ),
    "a forged reference": (
        "insert into vault.reference select commitment, '{two}', 1 from vault.personal where dossier = '{one}'",
        ["reference_unfounded"],
    ),
    "a reference of no dossier": (
        "insert into vault.reference select commitment, 'x', 1 from vault.personal where dossier = '{one}'",
        ["reference_unfounded"],
    ),
    "a forged record of erasure": (
        "insert into vault.erasure select commitment, dossier, 'x', 'x' from vault.personal where dossier = '{one}'",
        ["erasure_disagrees"],
    ),
}


@pytest.mark.parametrize("what", SABOTAGE)
async def test_what_was_altered_is_named(pool: Pool, superuser: Connection, what: str) -> None:
    """Each change is named with its own code, for its dossier and for no other."""
    one, two = await open_dossier(pool, "one", started()), await open_dossier(pool, "two", started())
    statement, wanted = SABOTAGE[what]
    await as_owner_of_the_server(superuser, statement.format(one=one, two=two))
    problems = (await verify(pool, fold=fold)).problems
    assert sorted(one.code for one in problems) == wanted
    assert {one.table for one in problems} <= {"vault.personal", "vault.reference"}


async def open_child(pool: Pool, whole: str, of: str) -> str:
    """Given: the dossier of a child of one dossier, which names the particulars that were stored for another."""
    applicant = await pool.fetchval("select commitment from vault.personal where dossier = $1", of)
    code = await DossierCodes(pool).allocate(f"child of {whole}", "H42.12", MORNING.date(), "f")
    parent = ParentLink(dossier=whole, child="residence")
    opened = submitted(code, applicant=applicant).model_copy(update={"parent": parent})
    await Ledger(pool).record(append(code, [opened], command_id=submission_of(f"child of {whole}")))
    return code


@pytest.mark.parametrize(("of", "wanted"), [("one", []), ("two", ["personal_of_another"])])
async def test_a_child_names_the_particulars_of_its_whole_and_of_no_other(
    pool: Pool, of: str, wanted: list[str]
) -> None:
    """Whether the child is walked alone or with the dossier of the whole."""
    codes = {key: await open_dossier(pool, key, started()) for key in ("one", "two")}
    child = await open_child(pool, codes["one"], codes[of])
    for walked in (child, None):
        assert [one.code for one in (await verify(pool, walked, fold=fold)).problems] == wanted


async def test_an_erasure_on_request_is_no_fault(pool: Pool, vault: Vault, superuser: Connection) -> None:
    """A recorded erasure is no fault; with its record changed or removed it is one."""
    one = await open_dossier(pool, "one", started())
    await vault.erase_dossier(one, "operator.1", "Theo yêu cầu")
    never_sent = await vault.keep(None, {"name": "x"})
    await vault.erase(never_sent, "operator.1", "Theo yêu cầu")
    verified = await verify(pool, fold=fold)
    assert (verified.problems, verified.erased) == ((), 1)
    await as_owner_of_the_server(superuser, "delete from vault.erasure")
    problems = (await verify(pool, fold=fold)).problems
    assert sorted((one.code, one.dossier or "") for one in problems) == [
        ("personal_blanked", ""), ("personal_blanked", one)
    ]  # fmt: skip


async def test_what_no_event_speaks_of_may_wait_for_its_command(
    pool: Pool, vault: Vault, superuser: Connection
) -> None:
    """Data without an event is allowed for a day, since its command may still arrive; after that it is a fault."""
    kept = await vault.keep("H42.12-250701-0001", {"name": "x"})
    assert (await verify(pool, fold=fold)).problems == ()
    late = SWEPT_WITHIN + timedelta(minutes=1)
    await superuser.execute("update vault.personal set created_at = now() - $1::interval", late)
    problems = (await verify(pool, fold=fold)).problems
    assert [(one.code, one.found) for one in problems] == [("personal_unclaimed", kept)]
    assert await vault.sweep() == 1
    assert (await verify(pool, fold=fold)).problems == ()
