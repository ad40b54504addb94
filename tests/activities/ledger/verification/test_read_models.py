"""Tests that every change in the register or a work-list is named with table and column, and rebuilt."""

from __future__ import annotations

import pytest

from activities.ledger.pool import Pool
from activities.ledger.rows import SUMMARY_COLUMNS
from activities.ledger.verification.walk import verify
from domain.dossier.view import DossierSummary
from tests.support.ledger_samples import fold, open_dossier, rebuilt, started

pytestmark = pytest.mark.stack

ROW = f"{SUMMARY_COLUMNS}, snapshot"
WORK = "select dossier, act, unit, role, person, due, since from work_item"
ALTERED = {
    "state": "state = 'returned'", "portal_code": "portal_code = 10", "procedure": "procedure = '9.999999'",
    "channel": "channel = 'post'", "received_by": "received_by = '1'", "competent": "competent = null",
    "responsible": "responsible = 'x'", "assignee": "assignee = 'x'", "step": "step = 'x'",
    "statutory_due": "statutory_due = statutory_due + interval '1 day'", "promised_due": "promised_due = null",
    "received_at": "received_at = now()", "ended_at": "ended_at = now()",
    "late_statutory_minutes": "late_statutory_minutes = 0", "late_promised_minutes": "late_promised_minutes = 1",
    "used_minutes": "used_minutes = 1", "statutory_minutes": "statutory_minutes = 1",
    "promised_minutes": "promised_minutes = 1",
    "late_statutory_by": "late_statutory_by = '[{\"kind\": \"applicant\", \"code\": null}]'",
    "late_promised_by": "late_promised_by = '[{\"kind\": \"unit\", \"code\": \"x\"}]'",
    "statutory_beyond": "statutory_beyond = not statutory_beyond",
    "promised_beyond": "promised_beyond = not promised_beyond",
    "overdue_statutory_from": "overdue_statutory_from = now()",
    "overdue_promised_from": "overdue_promised_from = now()",
    "rung": "rung = 'x'", "crossing": "crossing = not crossing",
    "updated_at": "updated_at = updated_at + interval '1 microsecond'",
    "snapshot.code": "snapshot = jsonb_set(snapshot, '{code}', '1')",
    "snapshot.extra": "snapshot = snapshot || '{\"extra\": 1}'",
    "snapshot.happened": "snapshot = snapshot - 'happened'",
}  # fmt: skip
SABOTAGE: dict[str, tuple[str, list[tuple[str, str | None, str | None]]]] = {
    **{
        column: (f"update dossier set {change} where code = '{{one}}'", [("view_differs", "dossier", column)])  # noqa: S608
        for column, change in ALTERED.items()
    },
    "an older version": (
        "update dossier set version = 1 where code = '{one}'",
        [("view_behind", "dossier", "version")],
    ),
    "a version to come": (
        "update dossier set version = 9 where code = '{one}'",
        [("view_behind", "dossier", "version")],
    ),
    "a row gone": ("delete from dossier where code = '{one}'", [("view_behind", "dossier", "version")]),
    "an item gone": ("delete from work_item where dossier = '{one}'", [("work_missing", "work_item", None)]),
    "another role": (
        "update work_item set role = 'clerk' where dossier = '{one}'",
        [("work_differs", "work_item", "role")],
    ),
    "another person": (
        "update work_item set person = 'x' where dossier = '{one}'",
        [("work_differs", "work_item", "person")],
    ),
    "another date": (
        "update work_item set due = null where dossier = '{one}'",
        [("work_differs", "work_item", "due")],
    ),
    "another time": (
        "update work_item set since = now() where dossier = '{one}'",
        [("work_differs", "work_item", "since")],
    ),
    "another act": (
        "update work_item set act = 'sign' where dossier = '{one}'",
        [("work_missing", "work_item", None), ("work_unfounded", "work_item", None)],
    ),
    "a forged item": (
        f"insert into work_item {WORK.replace('unit,', chr(39) + '99' + chr(39) + ',', 1)} where dossier = '{{one}}'",
        [("work_unfounded", "work_item", None)],
    ),
    "a forged dossier": (
        f"insert into dossier ({ROW}) select '{{one}}x', 0, {ROW.removeprefix('code, version, ')}"  # noqa: S608
        " from dossier where code = '{one}'",
        [("view_without_events", "dossier", None)],
    ),
    "an item of no dossier": (
        f"insert into work_item {WORK.replace('dossier,', chr(39) + 'x' + chr(39) + ',', 1)} where dossier = '{{one}}'",
        [("work_unfounded", "work_item", None)],
    ),
}


def test_every_column_of_the_register_is_altered_once() -> None:
    """These tests change every column; add a new column here too."""
    assert {column for column in ALTERED if "." not in column} == {*DossierSummary.model_fields} - {"code", "version"}


@pytest.mark.parametrize("what", SABOTAGE)
async def test_what_was_altered_is_named_and_mended(pool: Pool, owner: Pool, what: str) -> None:
    """A change that the application itself may make is found only by comparison with the events."""
    one = await open_dossier(pool, "one", started())
    two = await open_dossier(pool, "two", started())
    assert (await verify(pool, fold=fold)).problems == ()
    statement, wanted = SABOTAGE[what]
    await pool.execute(statement.replace("{one}", one))
    problems = (await verify(pool, fold=fold)).problems
    assert sorted((one.code, one.table, one.column) for one in problems) == wanted
    assert all("luongxanh ledger rebuild" in one.what.en for one in problems)
    assert (await verify(pool, two, fold=fold)).sound
    await rebuilt(owner)
    assert (await verify(pool, fold=fold)).problems == ()
