"""The events of found dossiers as an event log: one dossier after the other, of one moment, in bounded memory.

The log has what the ledger holds without the vault. The state after each event is folded from the events themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.ledger.one_moment import one_moment
from activities.ledger.pool import Connection, Pool
from activities.ledger.rows import Row
from activities.ledger.search.conditions import Condition, written
from activities.ledger.search.query import Window
from activities.ledger.search.reader import FoundDossier, Search, Searching
from domain.dossier.events import AnyEvent
from domain.dossier.evolve import evolve
from domain.dossier.state import Dossier, NotSubmitted, State
from domain.errors import DomainError, InvalidInput
from domain.record.sealing import read_event
from domain.values import Instant, Value

DOSSIERS_AT_ONCE = 200
"""The dossiers whose events are in memory together."""
NOT_LATER_THAN = timedelta(days=1)
"""The last event of a dossier is no earlier than this before any other one of its events, whatever clocks did."""
COLUMNS = "dossier, version, kind, schema, at, actor_person, actor_role, actor_unit, body"


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event. `event` None: this release cannot read it. `state`: of the dossier after it; None: not known."""

    version: int
    kind: str
    at: datetime
    person: str
    role: str
    unit: str | None
    event: AnyEvent | None
    state: State | None


@dataclass(frozen=True, slots=True)
class LoggedDossier:
    """A dossier as the register has it, and its events in order. There is at least one."""

    found: FoundDossier
    events: tuple[LoggedEvent, ...]


class LogSize(Value):
    """How many dossiers the search finds, and how many events they have, also those outside of the span."""

    dossiers: int
    events: int


class _ChangedSince(Search):
    """The same search, for dossiers that have changed since."""

    changed_since: Instant

    def conditions(self) -> list[Condition]:
        """The conditions of the search, and this one."""
        return [*super().conditions(), Condition("updated_at >= {}", (self.changed_since,))]


class _ReadLog:
    """The log of a search, as the ledger is at one moment. `span`: only the events in it."""

    def __init__(self, db: Connection, search: Search, span: Window) -> None:
        self._db, self._span = db, span
        changed_since = span.since and span.since - NOT_LATER_THAN
        self._search = (
            _ChangedSince(**dict(search), changed_since=changed_since) if changed_since is not None else search
        )

    async def size(self) -> LogSize:
        """How much is read. A dossier has as many events as its version says."""
        conditions, arguments = written(self._search.conditions())
        sql = (
            f"select count(*) as dossiers, coalesce(sum(version), 0)::bigint as events from dossier where {conditions}"  # noqa: S608
        )
        return LogSize.model_validate(dict(await self._db.fetchrow(sql, *arguments)))

    async def batches(self) -> AsyncGenerator[Sequence[LoggedDossier], None]:
        """Every dossier that has an event in the span, in order of code, some at once."""
        batch: list[FoundDossier] = []
        async for found in Searching(self._db).all(self._search):
            batch.append(found)
            if len(batch) == DOSSIERS_AT_ONCE:
                yield await self._read(batch)
                batch = []
        yield await self._read(batch)

    async def _read(self, batch: Sequence[FoundDossier]) -> Sequence[LoggedDossier]:
        """The dossiers with their events. They are folded in a thread: that takes the time of many requests."""
        sql = f"select {COLUMNS} from event where dossier = any($1::text[]) order by dossier, version"  # noqa: S608  our own columns
        rows = await self._db.fetch(sql, [found.code for found in batch])
        return await asyncio.to_thread(self._logged, batch, rows)

    def _logged(self, batch: Sequence[FoundDossier], rows: Sequence[Row]) -> Sequence[LoggedDossier]:
        of_each: dict[str, list[Row]] = {found.code: [] for found in batch}
        for row in rows:
            of_each[row["dossier"]].append(row)
        logged = (LoggedDossier(found, self._within(found.code, of_each[found.code])) for found in batch)
        return [dossier for dossier in logged if dossier.events]

    def _within(self, code: str, rows: Sequence[Row]) -> tuple[LoggedEvent, ...]:
        return tuple(event for event in folded(code, rows) if _is_in(self._span, event.at))


class EventLog:
    """Reads event logs. Both methods raise DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def size(self, search: Search, span: Window) -> LogSize:
        """How much a log would have now."""
        async with one_moment(self._pool, "event_log_size") as db:
            return await _ReadLog(db, search, span).size()

    async def batches(self, search: Search, span: Window) -> AsyncGenerator[Sequence[LoggedDossier], None]:
        """The found dossiers that have an event in the span, in order of code, as the ledger is at one moment.

        They come some at once; a batch may be empty. Raises InvalidInput `register_unreadable` at a dossier whose row
        in the register cannot be read: a log without it would look whole.

        Its connection is held while the caller reads: a caller that waits for a minute loses it.
        """
        async with one_moment(self._pool, "event_log") as db:
            async for batch in _ReadLog(db, search, span).batches():
                yield batch


def folded(code: str, rows: Sequence[Row]) -> list[LoggedEvent]:
    """The events of a dossier from its first one on, each with the state after it."""
    standing: Dossier | NotSubmitted | None = NotSubmitted(code)
    events: list[LoggedEvent] = []
    for row in rows:
        event = _read(row)
        standing = _after(standing, event)
        state = standing.state if isinstance(standing, Dossier) else None
        events.append(
            LoggedEvent(
                row["version"], row["kind"], row["at"], row["actor_person"], row["actor_role"], row["actor_unit"],
                event, state,
            )
        )  # fmt: skip
    return events


def _read(row: Row) -> AnyEvent | None:
    try:
        return read_event(row["kind"], row["schema"], row["body"])
    except InvalidInput:
        return None


def _after(standing: Dossier | NotSubmitted | None, event: AnyEvent | None) -> Dossier | None:
    """The dossier after an event; None after one that cannot be read."""
    if standing is None or event is None:
        return None
    try:
        return evolve(standing, event)
    except DomainError:
        return None


def _is_in(span: Window, at: datetime) -> bool:
    return (span.since is None or at >= span.since) and (span.before is None or at < span.before)
