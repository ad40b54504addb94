"""Verifies the chain of one dossier while a person waits: every hash, its head in the register, its numbers.

It reads the rows in parts and lets others work between them, so a dossier of 20,000 events stops nobody.
`luongxanh ledger verify` checks more: the vault, the read models, the registers, the guards.
"""

from __future__ import annotations

import asyncio

from activities.ledger.integrity_report import Finding, finding
from activities.ledger.one_moment import one_moment
from activities.ledger.pool import Connection, Pool
from activities.ledger.rows import SEALED_COLUMNS, SEALED_EVENTS, Row
from activities.ledger.verification.chains import check_chain
from activities.ledger.verification.numbers import compare_numbers
from domain.messages.findings import RecordFinding
from domain.values import Code, Value

PART = 200
ROWS = f"select {SEALED_COLUMNS} from {SEALED_EVENTS} where dossier = $1 order by version"  # noqa: S608  our own columns


class VerifiedDossier(Value):
    """What was checked, and every finding. `head`: the hash of the last version; None without versions."""

    versions: int
    head: str | None
    problems: tuple[Finding, ...]

    @property
    def first_broken(self) -> int | None:
        """The first version with a finding; None when no finding names one."""
        return min((one.version for one in self.problems if one.version is not None), default=None)


async def verify_dossier(pool: Pool, code: Code) -> VerifiedDossier:
    """Verifies one dossier, at one moment of the database. Raises DatabaseUnavailable."""
    async with one_moment(pool, "verify_dossier", dossier=code) as db:
        last, problems = await _chain(db, code)
        problems += await _head(db, code, last)
        problems += await compare_numbers(db, [code])
    return VerifiedDossier(
        versions=last["version"] if last else 0,
        head=last["hash"].hex() if last else None,
        problems=tuple(sorted(problems, key=lambda one: (one.version or 0, one.code))),
    )


async def _chain(db: Connection, code: str) -> tuple[Row | None, list[Finding]]:
    problems: list[Finding] = []
    last: Row | None = None
    rows = await db.cursor(ROWS, code)
    while part := await rows.fetch(PART):
        problems += check_chain(part, last)[0]
        last = part[-1]
        await asyncio.sleep(0)
    return last, problems


async def _head(db: Connection, code: str, last: Row | None) -> list[Finding]:
    """A finding when the register has another version than the last of the chain."""
    shown = await db.fetchval("select version from dossier where code = $1", code)
    expected = last["version"] if last else None
    if shown == expected:
        return []
    return [finding(RecordFinding.VIEW_BEHIND, code, table="dossier", column="version", expected=expected, found=shown)]
