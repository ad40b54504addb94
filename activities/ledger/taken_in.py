"""The list of applications of the interconnection software that somebody ordered to be taken in.

The order is written down before anything is asked of the software, so nothing is lost while it is down. What the
applicant filed is not in it: that goes to the vault with the dossier.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.roles import Actor
from domain.values import Bilingual, Code, Instant, Value


class IntakeState(StrEnum):
    """How an order stands."""

    WAITING = "waiting"
    """The engine asks the software for it, or will again."""
    TAKEN = "taken"
    """It has become a dossier."""
    REFUSED = "refused"
    """It cannot become one as it is: a person must look."""

    @property
    def words(self) -> Bilingual:
        """The name on screens and in sentences."""
        return _WORDS[self]


_WORDS = {
    IntakeState.WAITING: Bilingual(vi="chờ lấy về", en="waiting"),
    IntakeState.TAKEN: Bilingual(vi="đã thành hồ sơ", en="taken in"),
    IntakeState.REFUSED: Bilingual(vi="chưa lấy được, cần người xem", en="not taken in: a person must look"),
}


class TakenIn(Value):
    """One application. `code` and `sentence`: why it is refused, or why it still waits."""

    application: Code
    state: IntakeState
    received_by: Code
    actor: Actor
    asked_at: Instant
    tried_at: Instant | None
    tries: int
    dossier: Code | None
    code: str | None
    sentence: Bilingual | None


class Order(TakenIn):
    """The same with the verified principal who ordered it, for the process that carries it out."""

    principal: dict[str, Any]


COLUMNS = "application, state, received_by, actor, asked_at, tried_at, tries, dossier, code, sentence"
ORDERED = f"""
insert into interconnection_application as known (application, principal, actor, received_by)
values ($1, $2, $3, $4)
on conflict (application) do update
set state = 'waiting', principal = $2, actor = $3, received_by = $4, asked_at = clock_timestamp(), code = null,
    sentence = null
where known.state = 'refused'
returning {COLUMNS}
"""  # noqa: S608  our own columns
ONE = f"select {COLUMNS} from interconnection_application where application = $1"  # noqa: S608
LISTED = f"""
select {COLUMNS} from interconnection_application
where ($1::text is null or state = $1) and ($2::text[] is null or received_by = any ($2))
order by asked_at desc, application limit $3
"""  # noqa: S608
WAITING = f"""
select {COLUMNS}, principal from interconnection_application
where state = 'waiting' and (tried_at is null or tried_at < clock_timestamp() - make_interval(secs => $1))
order by asked_at limit $2
"""  # noqa: S608


class TakenInList:
    """Reads and writes the list. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def order(self, application: str, principal: dict[str, Any], actor: Actor, received_by: str) -> TakenIn:
        """Writes an order down. One that waits or is done is left as it is; a refused one is tried again."""
        with sql_span("interconnection.order"), unavailable_as_answer():
            row = await self._pool.fetchrow(
                ORDERED, application, principal, actor.model_dump(mode="json"), received_by
            ) or await self._pool.fetchrow(ONE, application)
        return TakenIn.model_validate(dict(row))

    async def one(self, application: str) -> TakenIn | None:
        """The entry of an application; None where nobody has ordered it."""
        with sql_span("interconnection.one"), unavailable_as_answer():
            row = await self._pool.fetchrow(ONE, application)
        return None if row is None else TakenIn.model_validate(dict(row))

    async def listed(
        self, state: IntakeState | None = None, units: Collection[str] | None = None, limit: int = 200
    ) -> list[TakenIn]:
        """The newest entries, of one state, of some receiving units. None: of all."""
        of_units = None if units is None else list(units)
        with sql_span("interconnection.listed"), unavailable_as_answer():
            rows = await self._pool.fetch(LISTED, state, of_units, limit)
        return [TakenIn.model_validate(dict(row)) for row in rows]

    async def due(self, pause: float, limit: int) -> list[Order]:
        """The orders to carry out now, the oldest first. `pause`: seconds since the last try."""
        with sql_span("interconnection.due"), unavailable_as_answer():
            rows = await self._pool.fetch(WAITING, pause, limit)
        return [Order.model_validate(dict(row)) for row in rows]

    async def taken(self, application: str, dossier: str) -> None:
        """It has become this dossier."""
        await self._changed(application, "state = 'taken', dossier = $2, code = null, sentence = null", dossier)

    async def refused(self, application: str, code: str, sentence: Bilingual) -> None:
        """It cannot become a dossier as it is."""
        told = sentence.model_dump(mode="json")
        await self._changed(application, "state = 'refused', code = $2, sentence = $3", code, told)

    async def waits(self, application: str, code: str, sentence: Bilingual) -> None:
        """The software or the engine did not answer; it is tried again."""
        await self._changed(application, "code = $2, sentence = $3", code, sentence.model_dump(mode="json"))

    async def _changed(self, application: str, change: str, *values: Any) -> None:
        with sql_span("interconnection.changed"), unavailable_as_answer():
            await self._pool.execute(
                f"update interconnection_application set {change}, tries = tries + 1, "  # noqa: S608  our own words
                "tried_at = clock_timestamp() where application = $1 and state = 'waiting'",
                application,
                *values,
            )
