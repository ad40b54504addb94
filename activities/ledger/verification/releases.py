"""Compares the migrations that have run in the database with those of this release.

A database of a newer release is reported as such: what that release added is not damage. A database of an older release
is not verified: the tables that this release checks do not exist yet.
"""

from __future__ import annotations

from itertools import pairwise

import asyncpg

from activities.ledger.integrity_report import Finding, finding
from activities.ledger.migrations import read_files
from activities.ledger.pool import Connection
from activities.ledger.rows import Row
from activities.ledger.verification.guards import functions_differ
from activities.ledger.verification.shape import shape_differs
from domain.messages.findings import RecordFinding

APPLIED = "select file, checksum, applied_at from migration order by file"
TABLE = "migration"


async def migration_problems(db: Connection) -> list[Finding]:
    """Rows that were altered, removed or invented, and whether the database belongs to another release."""
    files = {one.file: one.checksum for one in read_files()}
    last = max(files)
    rows = {row["file"]: row for row in await _applied(db)}
    missing = [file for file in files if file not in rows]
    newer = [file for file in rows if file > last]
    of_a_later_release = bool(missing) and missing[0] > max(rows, default="")
    if of_a_later_release and (await shape_differs(db) or await functions_differ(db)):
        return [finding(RecordFinding.DATABASE_OLDER, table=TABLE, expected=last, found=max(rows, default=None))]
    found = [finding(RecordFinding.MIGRATION_MISSING, table=TABLE, expected=file) for file in missing]
    found += [
        finding(RecordFinding.MIGRATION_INVENTED, table=TABLE, found=file)
        for file in rows
        if file not in files and file < last
    ]
    if newer:
        found.append(finding(RecordFinding.DATABASE_NEWER, table=TABLE, expected=last, found=", ".join(newer)))
    return [*found, *_altered(list(rows.values()), files)]


async def _applied(db: Connection) -> list[Row]:
    """The rows of the table of migrations; empty when the role may not read it, as in earlier releases."""
    try:
        rows: list[Row] = await db.fetch(APPLIED)
    except (asyncpg.InsufficientPrivilegeError, asyncpg.UndefinedTableError):
        return []
    return rows


def _altered(rows: list[Row], files: dict[str, str]) -> list[Finding]:
    found = [
        finding(
            RecordFinding.MIGRATION_ALTERED,
            table=TABLE,
            column="checksum",
            expected=f"{row['file']} {files[row['file']]}",
            found=row["checksum"],
        )
        for row in rows
        if row["checksum"] != files.get(row["file"], row["checksum"])
    ]
    return found + [
        finding(
            RecordFinding.MIGRATION_ALTERED,
            table=TABLE,
            column="applied_at",
            expected=f"{after['file']} > {before['applied_at'].isoformat()}",
            found=after["applied_at"].isoformat(),
        )
        for before, after in pairwise(rows)
        if after["applied_at"] < before["applied_at"]
    ]
