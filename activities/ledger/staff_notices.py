"""The lines that wait for a digest, and the digests that wait to be sent. A digest's id is the key of its notice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.errors import NotFound
from domain.messages.record import RecordRefusal
from domain.notices.digest import DigestLine, digest_text
from domain.notices.lines import StaffNotice
from domain.operator_orders import require_operator, require_reason
from domain.values import Code, Instant, Value

ADD = """
insert into staff_notice (dossier, version, recipient, matter, due, answer_by) values ($1, $2, $3, $4, $5, $6)
on conflict do nothing
"""
WAITING = """
select recipient, min(since) as first, min(since) filter (where matter = any ($1)) as first_urgent
from staff_notice where digest is null group by recipient order by first
"""
LINES = """
select notice.dossier, notice.version, notice.matter, notice.due, notice.answer_by, dossier.state
from staff_notice notice left join dossier on dossier.code = notice.dossier
where notice.recipient = $1 and notice.digest is null
order by notice.since, notice.dossier, notice.version for update of notice
"""
MAKE = "insert into digest (recipient, lines, text, made_at) values ($1, $2, $3, $4) returning id"
COLLECT = """
update staff_notice set digest = $1
from unnest($3::text[], $4::int[]) as line (dossier, version)
where staff_notice.recipient = $2 and (staff_notice.dossier, staff_notice.version) = (line.dossier, line.version)
"""
UNSENT = """
select id, recipient, text, made_at from digest where sent_at is null and refused is null order by made_at, id limit $1
"""
REFUSED = """
select id, recipient, lines, made_at, refused as code, again_at from digest where refused is not null
order by made_at desc, id limit $1
"""
AGAIN = """
update digest set refused = null, again_at = clock_timestamp(), again_by = $2, again_why = $3
from digest as before where before.id = digest.id and digest.id = $1 and digest.refused is not null
returning digest.id, digest.recipient, digest.lines, digest.made_at, before.refused as code, digest.again_at
"""
COUNTS = """
select (select count(*) from staff_notice where digest is null) as lines_waiting,
       (select min(since) from staff_notice where digest is null) as waiting_since,
       (select count(*) from digest where sent_at is null and refused is null) as unsent,
       (select min(made_at) from digest where sent_at is null and refused is null) as unsent_since,
       (select count(*) from digest where refused is not null) as refused,
       (select refused from digest where refused is not null order by made_at desc limit 1) as refused_because
"""


class WaitingRecipient(Value):
    """A recipient for whom lines wait, and since when the first of them and the first urgent one do."""

    recipient: Code
    first: Instant
    first_urgent: Instant | None


class Digest(Value):
    """A digest that was made and is not yet sent."""

    id: UUID
    recipient: Code
    text: str
    made_at: Instant


class RefusedDigest(Value):
    """A digest that the mail server refused. `code` says why."""

    id: UUID
    recipient: Code
    lines: int
    made_at: Instant
    code: str
    again_at: Instant | None
    """When an operator ordered last that it is sent again."""


class DigestCounts(Value):
    """How many lines wait for a digest, how many digests are not sent, and how many the mail server refused."""

    lines_waiting: int
    waiting_since: Instant | None
    unsent: int
    unsent_since: Instant | None
    refused: int
    refused_because: str | None
    """The code of the latest refusal."""


class StaffNotices:
    """Reads and writes both tables. Every method raises DatabaseUnavailable."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def add(self, dossier: str, version: int, lines: Iterable[StaffNotice]) -> None:
        """Adds the lines of an event. Those that are there already stay as they are."""
        rows = [(dossier, version, line.recipient, line.matter.value, line.due, line.answer_by) for line in lines]
        with sql_span("staff_notices.add", dossier=dossier), unavailable_as_answer():
            await self._pool.executemany(ADD, rows)

    async def now(self) -> datetime:
        """The time of the database, by which all lines are counted."""
        with sql_span("staff_notices.now"), unavailable_as_answer():
            now: datetime = await self._pool.fetchval("select clock_timestamp()")
        return now

    async def waiting(self, urgent: Sequence[str]) -> list[WaitingRecipient]:
        """The recipients for whom lines wait, the longest first. `urgent`: which matters are."""
        with sql_span("staff_notices.waiting"), unavailable_as_answer():
            rows = await self._pool.fetch(WAITING, list(urgent))
        return [WaitingRecipient.model_validate(dict(row)) for row in rows]

    async def collect(self, recipient: str, now: datetime) -> None:
        """Makes one digest of all lines that wait for a recipient, text included: what is sent again is the same."""
        with sql_span("staff_notices.collect"), unavailable_as_answer():
            async with self._pool.acquire() as db, db.transaction():
                rows = await db.fetch(LINES, recipient)
                if not rows:
                    return
                text = digest_text(DigestLine.model_validate(dict(row)) for row in rows)
                digest = await db.fetchval(MAKE, recipient, len(rows), text, now)
                dossiers, versions = [row["dossier"] for row in rows], [row["version"] for row in rows]
                await db.execute(COLLECT, digest, recipient, dossiers, versions)

    async def unsent(self, limit: int) -> list[Digest]:
        """The digests that are not sent, the oldest first."""
        with sql_span("staff_notices.unsent"), unavailable_as_answer():
            rows = await self._pool.fetch(UNSENT, limit)
        return [Digest.model_validate(dict(row)) for row in rows]

    async def sent(self, digest: UUID, message_id: str) -> None:
        """Notes that the mail server has taken a digest, and under which id."""
        with sql_span("staff_notices.sent"), unavailable_as_answer():
            await self._pool.execute(
                "update digest set sent_at = clock_timestamp(), message_id = $2 where id = $1", digest, message_id
            )

    async def refused(self, digest: UUID, code: str) -> None:
        """Notes that the mail server has refused a digest for good, and why. It is sent again only after an order."""
        with sql_span("staff_notices.refused"), unavailable_as_answer():
            await self._pool.execute("update digest set refused = $2 where id = $1", digest, code)

    async def all_refused(self, limit: int = 1_000) -> list[RefusedDigest]:
        """The digests that the mail server refused, the latest first."""
        with sql_span("staff_notices.all_refused"), unavailable_as_answer():
            rows = await self._pool.fetch(REFUSED, limit)
        return [RefusedDigest.model_validate(dict(row)) for row in rows]

    async def order_again(self, digest: UUID, who: str, why: str) -> RefusedDigest:
        """Has a refused digest sent again, with the same text under the same key, and records who ordered it and why.

        Raises the InvalidInput errors of `operator_orders`; NotFound `digest_not_refused`.
        """
        require_operator(who)
        require_reason(why)
        with sql_span("staff_notices.order_again"), unavailable_as_answer():
            row = await self._pool.fetchrow(AGAIN, digest, who, why)
        if row is None:
            raise NotFound(RecordRefusal.DIGEST_NOT_REFUSED, digest=digest)
        return RefusedDigest.model_validate(dict(row))

    async def counts(self) -> DigestCounts:
        """What waits, and what was refused."""
        with sql_span("staff_notices.counts"), unavailable_as_answer():
            return DigestCounts.model_validate(dict(await self._pool.fetchrow(COUNTS)))
