"""The register of dossiers whose workflow does not go on by itself, and of the restarts that operators ordered."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.values import Code, Instant, Name, Value

COLUMNS = "dossier, run, code, since"


class StuckExecutor(Value):
    """A dossier that was found stuck: the run of its workflow, and the code of the cause."""

    dossier: Code
    run: str
    code: str


class StuckDossier(StuckExecutor):
    """A stuck dossier in the register, and since when."""

    since: Instant


class Standing(StrEnum):
    """The state of a dossier's workflow."""

    SOUND = "sound"
    TASK_FAILS = "task_fails"
    ENDED = "ended"
    """It ended before the dossier, or Temporal does not know it."""


class Restart(Value):
    """One restart of a dossier's workflow.

    `found` is the `Standing` of the workflow before, `run` the run that was replaced (None: Temporal knew none; an
    earlier release wrote no run that had ended by itself), and `version` the version of the ledger from which the
    dossier went on.
    """

    dossier: Code
    version: int
    who: Code
    why: Name
    found: str
    run: str | None


class RecordedRestart(Restart):
    """A restart in the register."""

    at: Instant


class StuckDossiers:
    """Both registers. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def put(self, found: Sequence[StuckExecutor]) -> tuple[list[str], list[str]]:
        """Replaces the register by these dossiers. Returns those that are new and those that go on again."""
        stuck = [one.dossier for one in found]
        with sql_span("ledger.stuck_dossiers"), unavailable_as_answer():
            async with self._pool.acquire() as connection, connection.transaction():
                gone = await connection.fetch(
                    "delete from stuck_dossier where dossier <> all($1::text[]) returning dossier", stuck
                )
                new = await connection.fetch(
                    """
                    insert into stuck_dossier (dossier, run, code)
                    select * from unnest($1::text[], $2::text[], $3::text[])
                    on conflict (dossier) do update set run = excluded.run, code = excluded.code
                    returning dossier, xmax = 0 as new
                    """,
                    stuck,
                    [one.run for one in found],
                    [one.code for one in found],
                )
        return [row["dossier"] for row in new if row["new"]], [row["dossier"] for row in gone]

    async def all(self, limit: int = 1_000) -> list[StuckDossier]:
        """The stuck dossiers; those that have been stuck for the longest time come first."""
        with sql_span("ledger.stuck_dossiers"), unavailable_as_answer():
            rows = await self._pool.fetch(f"select {COLUMNS} from stuck_dossier order by since limit $1", limit)  # noqa: S608
        return [StuckDossier.model_validate(dict(row)) for row in rows]

    async def of(self, dossier: Code) -> StuckDossier | None:
        """The entry of a dossier; None when it is not stuck."""
        with sql_span("ledger.stuck_dossier", dossier=dossier), unavailable_as_answer():
            row = await self._pool.fetchrow(f"select {COLUMNS} from stuck_dossier where dossier = $1", dossier)  # noqa: S608
        return None if row is None else StuckDossier.model_validate(dict(row))

    async def record(self, restart: Restart) -> None:
        """Records a restart before it is done."""
        with sql_span("ledger.restart", dossier=restart.dossier), unavailable_as_answer():
            await self._pool.execute(
                "insert into dossier_restart (dossier, version, who, why, found, run) values ($1, $2, $3, $4, $5, $6)",
                *restart.model_dump().values(),
            )

    async def was_restarted(self, dossier: Code, run: str | None, version: int, who: Code, why: Name) -> bool:
        """True when the restart that replaces this run was recorded by this order.

        Where Temporal knows no run, it is the restart from this version.
        """
        row = """
        select from dossier_restart where (dossier, who, why) = ($1, $2, $3) and run is not distinct from $4
            and (run is not null or version = $5)
        """
        with sql_span("ledger.restarts", dossier=dossier), unavailable_as_answer():
            return bool(await self._pool.fetchval(f"select exists ({row})", dossier, who, why, run, version))

    async def goes_on(self, dossier: Code) -> None:
        """Removes a restarted dossier from the register, until it is found stuck again."""
        with sql_span("ledger.stuck_dossier", dossier=dossier), unavailable_as_answer():
            await self._pool.execute("delete from stuck_dossier where dossier = $1", dossier)

    async def restarts(self, limit: int = 50) -> list[RecordedRestart]:
        """The last restarts, the newest first."""
        with sql_span("ledger.restarts"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select dossier, version, who, why, found, run, at from dossier_restart order by number desc limit $1",
                limit,
            )
        return [RecordedRestart.model_validate(dict(row)) for row in rows]
