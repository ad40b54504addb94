"""Walks every chain of the ledger and says what it checked and what is wrong, row by row.

The walk reads one consistent moment of the database in one transaction, through a cursor: appends go on beside it,
and its memory does not grow with the ledger. A finding never stops it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

from activities.ledger.checkpoints.comparing import compare
from activities.ledger.checkpoints.keys import PublicKey
from activities.ledger.checkpoints.log import CheckpointLog
from activities.ledger.findings import Compared, Problem, Verified, problem
from activities.ledger.guards import guard_problems
from activities.ledger.interface import Fold, Progress, no_progress
from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.rows import EVENT_COLUMNS, Row, envelope_of, event_of
from activities.ledger.tracing import sql_span
from domain.errors import InvalidInput
from domain.record import GENESIS, RecordedEvent, chain, commitment, commitments_of
from domain.values import Hash

BATCH = 200
"""Dossiers whose personal data and read models are looked up together."""

WHOLE_TABLE = 3_600.0
"""Seconds allowed to what looks at every row at once, beyond the pool's usual patience."""

EVENTS = f"select {EVENT_COLUMNS} from event where $1::text is null or dossier = $1 order by dossier, version"  # noqa: S608

COMMANDS = """
select coalesce(said.dossier, kept.dossier) as dossier, coalesce(said.command_id, kept.command_id) as command_id,
       said.first_version, said.last_version,
       kept.first_version as kept_first, kept.last_version as kept_last
from (
    select dossier, command_id, min(version) as first_version, max(version) as last_version, count(*) as rows
    from event where $1::text is null or dossier = $1 group by dossier, command_id
) as said
full join (select * from command where $1::text is null or dossier = $1) as kept using (dossier, command_id)
where (said.first_version, said.last_version) is distinct from (kept.first_version, kept.last_version)
   or said.rows <> said.last_version - said.first_version + 1
"""

ORPHANS = """
select code, version from dossier
where ($1::text is null or code = $1) and not exists (select from event where event.dossier = dossier.code)
"""


@dataclass(frozen=True)
class Anchored:
    """With which checkpoints to compare, by which key, and what time it is."""

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
) -> Verified:
    """Verifies one dossier, or all of them.

    Checked: the chain of hashes, versions without a gap, the table of commands, every commitment against the vault,
    the read model's version, and, where `fold` is given, that the stored state is the state rebuilt from the events;
    for the whole ledger also the guards of the tables. Raises DatabaseUnavailable.
    """
    with sql_span("ledger.verify", dossier=code), unavailable_as_answer():
        async with pool.acquire() as db, db.transaction(isolation="repeatable_read", readonly=True):
            walk = _Walk(db, fold)
            batch: list[list[Row]] = []
            async for rows in _chains(db, code):
                batch.append(rows)
                if len(batch) == BATCH:
                    await walk.over(batch)
                    progress(walk.chains)
                    batch = []
            await walk.over(batch)
            progress(walk.chains)
            await walk.look_across(code)
            if anchored is not None:
                walk.compared, differences = await compare(db, anchored.log, anchored.key, anchored.now)
                walk.problems += [one for one in differences if code is None or one.dossier in (None, code)]
            return walk.result()


@dataclass
class _Walk:
    """What has been seen so far."""

    db: Connection
    fold: Fold | None
    chains: int = 0
    events: int = 0
    personal_checked: int = 0
    erased: int = 0
    compared: Compared | None = None
    problems: list[Problem] = field(default_factory=list)

    async def over(self, batch: list[list[Row]]) -> None:
        """Checks some whole chains, each of them a dossier."""
        intact: dict[str, list[RecordedEvent]] = {}
        for rows in batch:
            found, readable = check_chain(rows)
            self.problems += found
            self.chains += 1
            self.events += len(rows)
            intact[rows[0]["dossier"]] = readable
        await self._compare_personal([event for events in intact.values() for event in events])
        await self._compare_views({rows[0]["dossier"]: rows[-1]["version"] for rows in batch}, intact)

    async def look_across(self, code: str | None) -> None:
        """What can only be seen across dossiers, and the state of the guards."""
        for row in await self.db.fetch(COMMANDS, code, timeout=WHOLE_TABLE):
            self.problems.append(
                problem(
                    "command_disagrees",
                    row["dossier"],
                    row["first_version"] or row["kept_first"],
                    expected=f"{row['command_id']}: {row['first_version']}-{row['last_version']}",
                    found=f"{row['command_id']}: {row['kept_first']}-{row['kept_last']}",
                )
            )
        for row in await self.db.fetch(ORPHANS, code, timeout=WHOLE_TABLE):
            self.problems.append(problem("view_without_events", row["code"], row["version"]))
        if code is None:
            self.problems += await guard_problems(self.db)

    def result(self) -> Verified:
        """Everything seen, problems in order of dossier and version."""
        return Verified(
            chains=self.chains,
            events=self.events,
            personal_checked=self.personal_checked,
            erased=self.erased,
            problems=tuple(sorted(self.problems, key=lambda one: (one.dossier or "", one.version or 0, one.code))),
            compared=self.compared,
        )

    async def _compare_personal(self, events: list[RecordedEvent]) -> None:
        spoken_of: dict[Hash, RecordedEvent] = {}
        for recorded in events:
            for kept in commitments_of(recorded.event):
                spoken_of.setdefault(kept, recorded)
        if not spoken_of:
            return
        rows = await self.db.fetch(
            "select commitment, salt, body, erased_at from vault.personal where commitment = any ($1)", list(spoken_of)
        )
        vault = {row["commitment"]: row for row in rows}
        for kept, recorded in spoken_of.items():
            self._compare_one(kept, recorded, vault.get(kept))

    def _compare_one(self, kept: Hash, recorded: RecordedEvent, row: Row | None) -> None:
        if row is None:
            self.problems.append(problem("personal_missing", recorded.dossier, recorded.version, expected=kept))
        elif row["erased_at"] is not None:
            self.erased += 1
        elif (computed := _commitment(row)) != kept:
            self.problems.append(
                problem("personal_altered", recorded.dossier, recorded.version, expected=kept, found=computed)
            )
        else:
            self.personal_checked += 1

    async def _compare_views(self, last: dict[str, int], intact: dict[str, list[RecordedEvent]]) -> None:
        rows = await self.db.fetch("select code, version, snapshot from dossier where code = any ($1)", list(last))
        views = {row["code"]: row for row in rows}
        for code, version in last.items():
            view = views.get(code)
            if view is None or view["version"] != version:
                found = None if view is None else view["version"]
                self.problems.append(problem("view_behind", code, version, expected=version, found=found))
            elif self.fold is not None and len(intact[code]) == version:
                self.problems += _differences(view, intact[code], self.fold)


def check_chain(rows: list[Row]) -> tuple[list[Problem], list[RecordedEvent]]:
    """Checks one dossier's rows, in order; returns what is wrong, and the events that can be relied upon.

    After an altered row the walk goes on from the seal that is stored, so that one altered row is one finding.
    """
    problems: list[Problem] = []
    readable: list[RecordedEvent] = []
    seal_before, version_before = GENESIS, 0
    for row in rows:
        if row["version"] != version_before + 1:
            gap = {"expected": version_before + 1, "found": row["version"]}
            problems.append(problem("version_gap", row["dossier"], row["version"], **gap))
        elif (seal := _seal(seal_before, row)) != row["hash"]:
            seals = {"expected": seal and seal.hex(), "found": row["hash"].hex()}
            problems.append(problem("row_altered", row["dossier"], row["version"], **seals))
        else:
            try:
                readable.append(event_of(row))
            except InvalidInput as unreadable:
                told = unreadable.message.en
                problems.append(problem("event_unreadable", row["dossier"], row["version"], found=told))
        seal_before, version_before = row["hash"], row["version"]
    return problems, readable


async def _chains(db: Connection, code: str | None) -> AsyncIterator[list[Row]]:
    """The rows of each dossier, one dossier after the other."""
    rows: list[Row] = []
    async for row in db.cursor(EVENTS, code, prefetch=1_000):
        if rows and row["dossier"] != rows[0]["dossier"]:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def _seal(previous: bytes, row: Row) -> bytes | None:
    """The seal that the row should bear; None where it says something that was never recordable."""
    try:
        return chain(previous, envelope_of(row))
    except (InvalidInput, ValueError):
        return None


def _commitment(row: Row) -> Hash | None:
    try:
        return commitment(row["salt"], row["body"])
    except InvalidInput:
        return None


def _differences(view: Row, events: list[RecordedEvent], fold: Fold) -> list[Problem]:
    """Where the stored state is not the one that the events give."""
    try:
        rebuilt = fold(events).model_dump(mode="json")["snapshot"]
    except Exception as failure:
        return [problem("cannot_be_folded", view["code"], view["version"], found=type(failure).__name__)]
    stored = view["snapshot"]
    names = sorted(name for name in {*rebuilt, *stored} if rebuilt.get(name, ...) != stored.get(name, ...))
    return [problem("view_differs", view["code"], view["version"], found=", ".join(names))] if names else []
