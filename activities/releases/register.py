"""The register of the worker's builds, and of what was ordered for them. Rows are only added."""

from __future__ import annotations

from enum import StrEnum

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.operator_orders import require_operator, require_reason
from domain.values import Code, Instant, Name, Value


class ReleaseAct(StrEnum):
    """What happens to a build."""

    BEGAN = "began"
    """It took the work by itself: the first build of an installation, or where the setting says so."""
    RAMPED = "ramped"
    """It gets this part of the work; 0: none any more."""
    PROMOTED = "promoted"
    """It gets all work."""
    ROLLED_BACK = "rolled_back"
    """It gets all work again, instead of a newer one."""
    RETIRED = "retired"
    """It never gets work again."""


class Build(Value):
    """A build of the worker. `revision`: the newest revision of the rules that it knows (`domain/dossier/revision`)."""

    build: Name
    release: Name
    revision: int
    migration: Name
    """The newest migration that it was written with."""


class SeenBuild(Build):
    """A build in the register, and when a worker of it started first."""

    at: Instant


class Ordered(Value):
    """One row: who gave a build its part of the work. `instead`: the build that had it before."""

    build: Name
    act: ReleaseAct
    percent: int | None = None
    instead: Name | None = None
    who: Code
    why: Name


class RecordedAct(Ordered):
    """A row of the register."""

    number: int
    at: Instant


LAST_ACTS = "select distinct on (build) build, act from release_act order by build, number desc"
KEPT_REVISION = f"""
select min(revision) from release_build join ({LAST_ACTS}) as last using (build) where last.act <> 'retired'
"""  # noqa: S608  our own text


class ReleaseRegister:
    """Reads and adds. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def seen(self, build: Build) -> None:
        """Records that a worker of this build runs. Nothing is written when it is known."""
        with sql_span("releases.seen"), unavailable_as_answer():
            await self._pool.execute(
                "insert into release_build (build, release, revision, migration) values ($1, $2, $3, $4)"
                " on conflict (build) do nothing",
                build.build, build.release, build.revision, build.migration,
            )  # fmt: skip

    async def record(self, ordered: Ordered) -> None:
        """Records what is ordered, before it is done. Raises the InvalidInput errors of `operator_orders`."""
        require_operator(ordered.who)
        require_reason(ordered.why)
        one = ordered
        with sql_span("releases.record", act=one.act.value), unavailable_as_answer():
            await self._pool.execute(
                "insert into release_act (build, act, percent, instead, who, why) values ($1, $2, $3, $4, $5, $6)",
                one.build, one.act.value, one.percent, one.instead, one.who, one.why,
            )  # fmt: skip

    async def builds(self) -> list[SeenBuild]:
        """Every build that ever ran here, the newest first."""
        with sql_span("releases.builds"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select build, release, revision, migration, at from release_build order by at desc, build"
            )
        return [SeenBuild.model_validate(dict(row)) for row in rows]

    async def acts(self, limit: int = 50, place: tuple[int, bool] | None = None) -> list[RecordedAct]:
        """What was ordered, the newest first. `place`: only what is behind a number, or before it, nearest first."""
        back = place is not None and place[1]
        compared, order = (">", "number") if back else ("<", "number desc")
        behind = "" if place is None else f"where number {compared} $2"
        query = (
            "select number, build, act, percent, instead, who, why, at from release_act "  # noqa: S608
            f"{behind} order by {order} limit $1"
        )
        with sql_span("releases.acts"), unavailable_as_answer():
            rows = await self._pool.fetch(query, limit, *(place[:1] if place else ()))
        return [RecordedAct.model_validate(dict(row)) for row in rows]

    async def retired(self) -> frozenset[str]:
        """The builds that never get work again, by their last row."""
        with sql_span("releases.retired"), unavailable_as_answer():
            rows = await self._pool.fetch(f"select build from ({LAST_ACTS}) as last where act = 'retired'")  # noqa: S608
        return frozenset(row["build"] for row in rows)

    async def kept_revision(self) -> int | None:
        """The newest revision that every build knows which had work and is not retired; None: no build had any.

        A run that starts under it can go on with each of these builds, so a rollback leaves no dossier behind.
        """
        with sql_span("releases.kept_revision"), unavailable_as_answer():
            found: int | None = await self._pool.fetchval(KEPT_REVISION)
        return found
