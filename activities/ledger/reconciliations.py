"""The register of the comparisons of Temporal with the ledger, and the list of what the newest one found.

A comparison is entered when it begins. Its process tells every few seconds that it works; one that has been silent for
`SILENT` is taken for dead, and another may begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from pydantic import Field

from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import Conflict, NotFound
from domain.messages.reconciling import ReconcilingRefusal
from domain.repairs.differences import Difference, Different
from domain.values import Bilingual, Code, Instant, Value

KEPT = 50
"""Comparisons that are kept; older ones are removed."""
MOST_LISTED = 100_000
"""Differences of one comparison that are listed. All of them are counted."""
SILENT = timedelta(seconds=60)
"""A comparison of which nothing was heard for so long is interrupted: its process has died, or it was cut off."""
INTERRUPTED = "interrupted"
"""What stands instead of the code of an error when the process ended before the comparison did."""
COLUMNS = """
number, at, who, workflows, dossiers, moving, whole, counts, examples, done, listed, ended_at, failed,
ended_at is null and alive_at < clock_timestamp() - $1::interval as silent
"""
REMOVE_OLD = """
delete from reconciliation where number <= (select number from reconciliation order by number desc offset $1 limit 1)
"""
"""Rows are counted: one that was refused has a number too."""


class ReconciliationState(StrEnum):
    """How far a comparison is."""

    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    """A server did not answer."""
    INTERRUPTED = "interrupted"
    """Its process ended before."""

    @property
    def words(self) -> Bilingual:
        """The state, for people."""
        return _STATES[self]


_STATES = {
    ReconciliationState.RUNNING: Bilingual(vi="đang chạy", en="running"),
    ReconciliationState.FINISHED: Bilingual(vi="đã xong", en="finished"),
    ReconciliationState.FAILED: Bilingual(vi="dừng vì lỗi", en="ended by an error"),
    ReconciliationState.INTERRUPTED: Bilingual(vi="bị ngắt giữa chừng", en="interrupted"),
}


class Tally(Value):
    """What a comparison has counted until now.

    `workflows` and `dossiers` are 0 until both lists are read; `done` of the workflows were compared. `moving`: those
    that changed at every look. `examples` has some differences of each kind.
    """

    workflows: int = 0
    dossiers: int = 0
    moving: int = 0
    done: int = 0
    counts: dict[Difference, int] = Field(default_factory=dict)
    examples: tuple[Different, ...] = ()


class Reconciled(Tally):
    """A comparison in the register. `whole` is False when only the lists were compared.

    `listed`: how many of its differences are in the list now; 0 when a later comparison has ended.
    """

    number: int
    who: Code
    at: Instant
    """When it began."""
    whole: bool
    listed: int
    ended_at: Instant | None
    failed: str | None
    """The code of the error that ended it."""
    silent: bool

    @property
    def state(self) -> ReconciliationState:
        """How far it is."""
        if self.silent or self.failed == INTERRUPTED:
            return ReconciliationState.INTERRUPTED
        if self.failed is not None:
            return ReconciliationState.FAILED
        return ReconciliationState.RUNNING if self.ended_at is None else ReconciliationState.FINISHED

    @property
    def agree(self) -> bool:
        """True when it has ended and found no difference."""
        return self.state is ReconciliationState.FINISHED and not self.counts

    @property
    def differences(self) -> int:
        """How many differences it has found."""
        return sum(self.counts.values())

    @property
    def by_kind(self) -> tuple[tuple[Difference, int], ...]:
        """How many there are of each kind, the kinds in their own order: the database keeps no order."""
        return tuple((kind, self.counts[kind]) for kind in Difference if kind in self.counts)

    @property
    def to_be_restarted(self) -> int:
        """How many of them a restart from the ledger removes."""
        return sum(count for kind, count in self.counts.items() if kind.to_be_restarted)

    @property
    def lasted(self) -> int | None:
        """Seconds from its beginning to its end; None before that."""
        return None if self.ended_at is None else round((self.ended_at - self.at).total_seconds())


class Listed(Different):
    """A difference in the list, with its place there."""

    place: int


class Reconciliations:
    """The register. Every method raises DatabaseUnavailable when the database does not answer.

    A method that writes for a running comparison raises Conflict `reconciliation_interrupted` when it was taken for
    dead.
    """

    def __init__(self, pool: Pool, silent: timedelta = SILENT) -> None:
        self._pool = pool
        self._silent = silent

    async def begin(self, who: str, *, whole: bool) -> Reconciled:
        """Enters a comparison, and marks one that is silent as interrupted.

        Raises Conflict `reconciliation_under_way` while another one runs.
        """
        with sql_span("ledger.reconciliation"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await db.execute(
                    "with dead as (update reconciliation set ended_at = clock_timestamp(), failed = $2, listed = 0 "
                    "where ended_at is null and alive_at < clock_timestamp() - $1::interval returning number) "
                    "delete from reconciliation_difference where reconciliation in (select number from dead)",
                    self._silent,
                    INTERRUPTED,
                )
                row = await db.fetchrow(
                    "insert into reconciliation (who, whole) values ($2, $3) on conflict do nothing "  # noqa: S608
                    f"returning {COLUMNS}",
                    self._silent,
                    who,
                    whole,
                )
                if row is not None:
                    await db.execute(REMOVE_OLD, KEPT)
        if row is None:
            newest = next(iter(await self.last(1)), None)
            number, who = (newest.number, newest.who) if newest is not None else ("–", "–")
            raise Conflict(ReconcilingRefusal.RECONCILIATION_UNDER_WAY, number=number, who=who)
        return Reconciled.model_validate(dict(row))

    async def tell(self, number: int, tally: Tally) -> None:
        """Says that the comparison goes on, and how far it is."""
        with sql_span("ledger.reconciliation"), unavailable_as_answer():
            await _tell(self._pool, number, tally)

    async def add(self, number: int, differences: Sequence[Different], tally: Tally) -> None:
        """Puts differences at the end of the list, at most `MOST_LISTED` in all, and tells how far it is."""
        with sql_span("ledger.reconciliation"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                listed = await _tell(db, number, tally)
                room = [one.model_dump(mode="json") for one in differences[: MOST_LISTED - listed]]
                await db.executemany(
                    "insert into reconciliation_difference values ($1, $2, $3, $4, $5, $6, $7, $8)",
                    [(number, listed + place, *one.values()) for place, one in enumerate(room, 1)],
                )
                await db.execute("update reconciliation set listed = listed + $2 where number = $1", number, len(room))

    async def finish(self, number: int, tally: Tally) -> Reconciled:
        """Ends the comparison. The lists of the earlier ones go."""
        with sql_span("ledger.reconciliation"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await _tell(db, number, tally)
                await db.execute("delete from reconciliation_difference where reconciliation <> $1", number)
                await db.execute("update reconciliation set listed = 0 where listed > 0 and number <> $1", number)
                await db.execute("update reconciliation set ended_at = clock_timestamp() where number = $1", number)
        return await self.one(number)

    async def fail(self, number: int, code: str) -> None:
        """Ends the comparison by the code of an error, or as interrupted. Its list goes; that of the last one stays."""
        with sql_span("ledger.reconciliation"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                await db.execute(
                    "update reconciliation set ended_at = clock_timestamp(), failed = $2, listed = 0 "
                    "where number = $1 and ended_at is null",
                    number,
                    code,
                )
                await db.execute(
                    "delete from reconciliation_difference using reconciliation "
                    "where reconciliation = $1 and number = $1 and failed is not null",
                    number,
                )

    async def one(self, number: int) -> Reconciled:
        """One comparison. Raises NotFound `unknown_reconciliation`."""
        with sql_span("ledger.reconciliation"), unavailable_as_answer():
            row = await self._pool.fetchrow(
                f"select {COLUMNS} from reconciliation where number = $2",  # noqa: S608
                self._silent,
                number,
            )
        if row is None:
            raise NotFound(ReconcilingRefusal.UNKNOWN_RECONCILIATION, number=number)
        return Reconciled.model_validate(dict(row))

    async def last(self, limit: int = KEPT, place: tuple[int, bool] | None = None) -> list[Reconciled]:
        """The comparisons, the newest first, after the number of `place`, or before it, the nearest first."""
        number, back = place or (None, False)
        with sql_span("ledger.reconciliation"), unavailable_as_answer():
            rows = await self._pool.fetch(
                f"select {COLUMNS} from reconciliation "  # noqa: S608
                "where $2::bigint is null or case when $3 then number > $2 else number < $2 end "
                "order by case when $3 then number else -number end limit $4",
                self._silent,
                number,
                back,
                limit,
            )
        return [Reconciled.model_validate(dict(row)) for row in rows]

    async def finished(self, *, whole: bool = False) -> Reconciled | None:
        """The newest comparison that has finished: it has the list. `whole`: the newest of every version, not of the
        lists alone. None when there is none."""
        with sql_span("ledger.reconciliation"), unavailable_as_answer():
            row = await self._pool.fetchrow(
                f"select {COLUMNS} from reconciliation where ended_at is not null and failed is null "  # noqa: S608
                "and (whole or not $2) order by number desc limit 1",
                self._silent,
                whole,
            )
        return None if row is None else Reconciled.model_validate(dict(row))

    async def differences(
        self,
        number: int,
        kinds: Sequence[Difference] = (),
        *,
        place: tuple[int, bool] | None = None,
        limit: int,
    ) -> list[Listed]:
        """The differences of a comparison, of these kinds or of all, after a place of the list, or before it."""
        after, back = place or (None, False)
        with sql_span("ledger.reconciliation"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select place, difference, name, version, known, run, detail from reconciliation_difference "
                "where reconciliation = $1 and (cardinality($2::text[]) = 0 or difference = any ($2)) "
                "and ($3::int is null or case when $4 then place < $3 else place > $3 end) "
                "order by case when $4 then -place else place end limit $5",
                number,
                list(kinds),
                after,
                back,
                limit,
            )
        return [Listed.model_validate(dict(row)) for row in rows]


async def _tell(db: Pool | Connection, number: int, tally: Tally) -> int:
    """Writes how far a comparison is; returns how many differences are listed."""
    told = tally.model_dump(mode="json")
    listed: int | None = await db.fetchval(
        "update reconciliation set alive_at = clock_timestamp(), workflows = $2, dossiers = $3, moving = $4, "
        "done = $5, counts = $6, examples = $7 where number = $1 and ended_at is null returning listed",
        number,
        *told.values(),
    )
    if listed is None:
        raise Conflict(ReconcilingRefusal.RECONCILIATION_INTERRUPTED, number=number)
    return listed
