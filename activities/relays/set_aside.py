"""The list of events that a relay could not send on. A person repairs them; the relay goes on with the others."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from activities.ledger.pool import Connection, Pool, unavailable_as_answer
from activities.ledger.search.conditions import Condition, of_scope, written
from activities.ledger.search.query import SearchScope
from activities.ledger.tracing import sql_span
from domain.errors import NotFound
from domain.messages.record import RecordRefusal
from domain.operator_orders import require_operator, require_reason
from domain.values import Instant, Value


class SetAside(Value):
    """One event that a relay set aside. `code` says why."""

    relay: str
    dossier: str
    version: int
    code: str
    at: Instant
    again_at: Instant | None = None
    """When an operator ordered that it is sent again; None: nobody has, or it was refused again since."""


class SetAsideList:
    """Reads and writes the list. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool | Connection) -> None:
        self._pool = pool

    async def put(self, relay: str, dossier: str, version: int, code: str) -> None:
        """Adds an event to the list, or opens its entry again."""
        with sql_span("relay.set_aside", dossier=dossier), unavailable_as_answer():
            await self._pool.execute(
                "insert into relay_problem (reader, dossier, version, code) values ($1, $2, $3, $4)"
                " on conflict (reader, dossier, version)"
                " do update set code = $4, mended_at = null, mended_by = null, mended_why = null, again_at = null",
                relay,
                dossier,
                version,
                code,
            )

    async def open(self, relay: str | None = None, limit: int = 1_000) -> list[SetAside]:
        """The entries that nobody has resolved yet, the oldest first; of one relay, or of all when None."""
        with sql_span("relay.set_aside"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select reader as relay, dossier, version, code, at, again_at from relay_problem"
                " where mended_at is null and ($1::text is null or reader = $1) order by at limit $2",
                relay,
                limit,
            )
        return [SetAside.model_validate(dict(row)) for row in rows]

    async def ordered_again(self, relay: str, limit: int = 500) -> list[SetAside]:
        """The open entries of a relay that an operator ordered to be sent again, the oldest order first."""
        with sql_span("relay.ordered_again"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select reader as relay, dossier, version, code, at, again_at from relay_problem"
                " where mended_at is null and reader = $1 and again_at is not null order by again_at limit $2",
                relay,
                limit,
            )
        return [SetAside.model_validate(dict(row)) for row in rows]

    async def of_dossiers(self, relay: str, dossiers: Collection[str]) -> list[SetAside]:
        """The open entries of these dossiers at a relay, the earliest versions first."""
        with sql_span("relay.set_aside"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select reader as relay, dossier, version, code, at, again_at from relay_problem"
                " where mended_at is null and reader = $1 and dossier = any ($2) order by dossier, version",
                relay,
                list(dossiers),
            )
        return [SetAside.model_validate(dict(row)) for row in rows]

    async def open_within(self, scope: SearchScope, limit: int = 200) -> list[SetAside]:
        """The open entries whose dossiers are within a scope, the oldest first."""
        where, arguments = written([*of_scope(scope), Condition("problem.mended_at is null")])
        with sql_span("relay.set_aside"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select problem.reader as relay, problem.dossier, problem.version, problem.code, problem.at"  # noqa: S608
                " from relay_problem as problem join dossier as found on found.code = problem.dossier"
                f" where {where} order by problem.at limit {limit:d}",
                *arguments,
            )
        return [SetAside.model_validate(dict(row)) for row in rows]

    async def resolve(self, relay: str, dossier: str, version: int, who: str, why: str) -> SetAside:
        """Closes an entry, records who did it and why, and returns the entry.

        Raises the InvalidInput errors of `operator_orders`; NotFound `nothing_set_aside` when there is no such open
        entry.
        """
        return await self._ordered("mended", relay, dossier, version, who, why)

    async def order_again(self, relay: str, dossier: str, version: int, who: str, why: str) -> SetAside:
        """Has the relay send an entry again, and records who ordered it and why. The relay does it at its next turn.

        Raises the InvalidInput errors of `operator_orders`; NotFound `nothing_set_aside`.
        """
        return await self._ordered("again", relay, dossier, version, who, why)

    async def _ordered(
        self, what: Literal["mended", "again"], relay: str, dossier: str, version: int, who: str, why: str
    ) -> SetAside:
        """Records an order on an open entry, in the columns of that order."""
        require_operator(who)
        require_reason(why)
        with sql_span(f"relay.{what}", dossier=dossier), unavailable_as_answer():
            row = await self._pool.fetchrow(
                f"update relay_problem set {what}_at = clock_timestamp(), {what}_by = $4, {what}_why = $5"  # noqa: S608
                " where (reader, dossier, version) = ($1, $2, $3) and mended_at is null"
                " returning reader as relay, dossier, version, code, at, again_at",
                relay,
                dossier,
                version,
                who,
                why,
            )
        if row is None:
            raise NotFound(RecordRefusal.NOTHING_SET_ASIDE, relay=relay, dossier=dossier, version=version)
        return SetAside.model_validate(dict(row))

    async def sent(self, relay: str, dossier: str, version: int) -> None:
        """Takes an entry off the list, because the relay has sent it on after all."""
        with sql_span("relay.sent_after_all", dossier=dossier), unavailable_as_answer():
            await self._pool.execute(
                "update relay_problem set mended_at = clock_timestamp(), mended_by = again_by, mended_why = again_why"
                " where (reader, dossier, version) = ($1, $2, $3) and mended_at is null",
                relay,
                dossier,
                version,
            )

    async def counts(self) -> dict[str, int]:
        """How many entries are open, by relay."""
        with sql_span("relay.set_aside"), unavailable_as_answer():
            rows = await self._pool.fetch(
                "select reader, count(*) as open from relay_problem where mended_at is null group by reader"
            )
        return {row["reader"]: row["open"] for row in rows}
