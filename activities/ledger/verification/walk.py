"""Verifies every dossier of the ledger and reports what it checked and each finding.

It reads one consistent moment of the database in one transaction, through a cursor. Appends go on meanwhile, and the
memory does not grow with the ledger. A finding never stops it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

from activities.ledger.checkpoints.comparison import compare
from activities.ledger.checkpoints.keys import PublicKey
from activities.ledger.checkpoints.log import CheckpointLog
from activities.ledger.contracts import Fold, Progress, no_progress
from activities.ledger.integrity_report import Compared, Finding, Verified
from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.rows import SEALED_COLUMNS, SEALED_EVENTS, Row
from activities.ledger.tracing import sql_span
from activities.ledger.verification.chains import check_chain
from activities.ledger.verification.guard_trials import try_guards
from activities.ledger.verification.guards import guard_problems
from activities.ledger.verification.lists import list_problems
from activities.ledger.verification.numbers import compare_numbers, numbers_without_events
from activities.ledger.verification.personal import Personal
from activities.ledger.verification.read_models import compare_read_models, read_models_without_events
from activities.ledger.verification.registers import code_problems, command_problems, feed_problems, rule_problems
from activities.ledger.verification.releases import migration_problems
from activities.ledger.verification.servers import server_problems
from domain.messages.findings import RecordFinding

BATCH = 200
"""Dossiers whose personal data and read models are looked up together."""

WHOLE_TABLE = 3_600.0
"""Seconds allowed for a statement that reads every row, more than the pool's usual limit."""

EVENTS = (
    f"select {SEALED_COLUMNS} from {SEALED_EVENTS} where $1::text is null or dossier = $1 "  # noqa: S608  our own columns
    "order by dossier, version"
)


@dataclass(frozen=True)
class Anchored:
    """The checkpoints to compare with, the public key, and the time now."""

    log: CheckpointLog
    key: PublicKey
    now: datetime


async def verify(
    pool: Pool,
    code: str | None = None,
    *,
    fold: Fold | None = None,
    progress: Progress = no_progress,
    anchored: Anchored | None = None,
    owner: Pool | None = None,
) -> Verified:
    """Verifies one dossier, or all dossiers.

    For each dossier it checks the chain of hashes, the versions, the places in the feed, the table of commands, the
    registers of codes and of numbers in use, and the commitments in both directions between events and vault. With
    `fold` it compares the register and the work-list with the events, column by column; without it only the version.

    For the whole ledger it also checks the migrations, the cursors, the servers, the texts of the rules, and the guards
    of the tables. It tries the guards too, with `owner` also as the owner. With `anchored` it compares the checkpoints.

    A database of an older release is reported as such and not verified. In a database of a newer release the guards are
    not checked. Raises DatabaseUnavailable, NotFound (`no_checkpoint`).
    """
    with sql_span("ledger.verify", dossier=code), unavailable_as_answer():
        async with pool.acquire() as db:
            release = await migration_problems(db)
        if RecordFinding.DATABASE_OLDER in [one.code for one in release]:
            return Verified(chains=0, events=0, personal_checked=0, erased=0, problems=tuple(release))
        problems = [] if code is not None else [*release, *await _weak_guards(pool, owner)]
        async with pool.acquire() as db, db.transaction(isolation="repeatable_read", readonly=True):
            newer = RecordFinding.DATABASE_NEWER in [one.code for one in problems]
            verification = _Verification(db, fold, of_a_newer_release=newer, problems=problems)
            batch: list[list[Row]] = []
            async for rows in _chains(db, code):
                batch.append(rows)
                if len(batch) == BATCH:
                    await verification.check_dossiers(batch)
                    progress(verification.chains)
                    batch = []
            await verification.check_dossiers(batch)
            progress(verification.chains)
            await verification.check_tables(code)
            if anchored is not None:
                verification.compared, differences = await compare(db, anchored.log, anchored.key, anchored.now)
                verification.problems += [one for one in differences if code is None or one.dossier in (None, code)]
            return verification.result()


@dataclass
class _Verification:
    """The counts and findings so far."""

    db: Connection
    fold: Fold | None
    of_a_newer_release: bool = False
    """True when the guards are those of a newer release, which this release does not know."""
    chains: int = 0
    events: int = 0
    personal: Personal = field(default_factory=Personal)
    compared: Compared | None = None
    problems: list[Finding] = field(default_factory=list)

    async def check_dossiers(self, batch: list[list[Row]]) -> None:
        """Checks some dossiers, each with all of its rows."""
        chains = []
        for rows in batch:
            found, chain = check_chain(rows)
            self.problems += found
            self.chains += 1
            self.events += len(rows)
            chains.append(chain)
        await self.personal.check(self.db, chains)
        self.problems += await compare_read_models(self.db, chains, self.fold)
        self.problems += await compare_numbers(self.db, [chain.dossier for chain in chains])

    async def check_tables(self, code: str | None) -> None:
        """Checks whole tables across dossiers, and the guards."""
        self.problems += await command_problems(self.db, code, WHOLE_TABLE)
        self.problems += await read_models_without_events(self.db, code, WHOLE_TABLE)
        self.problems += await code_problems(self.db, code, WHOLE_TABLE)
        self.problems += await numbers_without_events(self.db, code, WHOLE_TABLE)
        self.problems += await list_problems(self.db, code, WHOLE_TABLE)
        await self.personal.check_unnamed(self.db, code, WHOLE_TABLE)
        if code is None:
            self.problems += await feed_problems(self.db, WHOLE_TABLE)
            self.problems += await server_problems(self.db, WHOLE_TABLE)
            self.problems += await rule_problems(self.db, WHOLE_TABLE)
            self.problems += [] if self.of_a_newer_release else await guard_problems(self.db)

    def result(self) -> Verified:
        """The result, with the findings in order of dossier and version."""
        problems = [*self.problems, *self.personal.problems]
        return Verified(
            chains=self.chains,
            events=self.events,
            personal_checked=self.personal.checked,
            erased=self.personal.erased,
            problems=tuple(sorted(problems, key=lambda one: (one.dossier or "", one.version or 0, one.code))),
            compared=self.compared,
        )


async def _weak_guards(pool: Pool, owner: Pool | None) -> list[Finding]:
    return [found for one in (pool, owner) if one for found in await try_guards(one)]


async def _chains(db: Connection, code: str | None) -> AsyncIterator[list[Row]]:
    """The rows of each dossier, one dossier at a time."""
    rows: list[Row] = []
    async for row in db.cursor(EVENTS, code, prefetch=1_000):
        if rows and row["dossier"] != rows[0]["dossier"]:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows
