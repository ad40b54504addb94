"""The answers that are kept by the caller's key, so that a request that is sent again gets the same answer.

They make no act safe to repeat: the ledger does that by the command id, for ever. They only give back the same answer.

So a row may be written without waiting for the disk (`lasting` False) where the ledger has the act. A crash of
PostgreSQL within the next second may lose it. The request that is sent again then gets the ledger's receipt
(`repeated`), and another request with the key is refused by the ledger (`command_id_reused`). Where nothing but the row
knows what was answered, it is on the disk before the answer goes out: a refusal, an act that is only accepted, a change
of a webhook.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span
from domain.values import Value

TAKEN_FOR = timedelta(seconds=60)
"""How long a request may be under way. Then the process that took it is believed dead, and another may take it."""
SWEEP_ROWS = 10_000


class KeyedRequest(Value):
    """A request that acts, as it is known again by the caller's key."""

    caller: str
    key: str
    fingerprint: bytes
    """What is asked, and for whom, signed with the newest secret."""
    older_fingerprints: tuple[bytes, ...] = ()
    """The same, signed with older secrets."""
    command_id: UUID
    for_applicant: str | None = None
    """The applicant for whom a service asks."""

    @property
    def fingerprints(self) -> tuple[bytes, ...]:
        """Every fingerprint under which it may have been taken."""
        return (self.fingerprint, *self.older_fingerprints)


class Answer(Value):
    """What was answered: the HTTP status, the headers that belong to the answer, and the body."""

    status: int
    headers: dict[str, str]
    body: str


class Found(StrEnum):
    """What is known about a key when a request comes."""

    NEW = "new"
    """Nothing: the request is taken, and is to be answered."""
    IN_FLIGHT = "in_flight"
    """Another request with the key is being answered."""
    OTHER_REQUEST = "other_request"
    """The key was used for another request."""
    ANSWERED = "answered"


class Taken(Value):
    """The result of taking a key. `answer` is set when it was answered before."""

    found: Found
    answer: Answer | None = None
    taken_at: datetime | None = None
    """When it was taken, if it is new. Only who took it then may give it back."""


_TAKE = """
with taken as (
    insert into kept_answer as old (caller, key, command_id, for_applicant, fingerprint) values ($1, $2, $3, $4, $5)
    on conflict (caller, key) do update set taken_at = clock_timestamp()
    where old.answered_at is null and old.fingerprint = any ($6::bytea[])
    and old.taken_at < clock_timestamp() - $7::interval
    returning taken_at
)
select (select taken_at from taken) as taken_at, kept.fingerprint, kept.status, kept.headers, kept.body
from ({commit}) as commit left join kept_answer as kept on kept.caller = $1 and kept.key = $2
"""
"""Takes the key if nobody has it, or if whoever took it is believed dead. The row is that of before the statement."""
_KEEP = """
insert into kept_answer as old (
    caller, key, command_id, for_applicant, fingerprint, answered_at, status, headers, body
)
select $1, $2, $3, $4, $5, clock_timestamp(), $7, $8, $9 from ({commit}) as commit
on conflict (caller, key) do update set
    answered_at = excluded.answered_at, status = excluded.status, headers = excluded.headers, body = excluded.body
where old.answered_at is null and old.fingerprint = any ($6::bytea[])
"""
"""Keeps the answer, also when a crash has lost the row by which the key was taken."""
_COMMIT = {True: "select", False: "select set_config('synchronous_commit', 'off', true)"}
"""How the statement commits: as the server does, or without waiting. In the statement itself it costs no round trip."""
TAKE, KEEP = ({how: sql.format(commit=commit) for how, commit in _COMMIT.items()} for sql in (_TAKE, _KEEP))

OF_COMMAND = """
select status, headers, body from kept_answer
where caller = $1 and command_id = $2 and ($3::text is null or for_applicant = $3)
"""


class KeptAnswers:
    """Kept answers in PostgreSQL. Every method raises DatabaseUnavailable when the database does not answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def take(self, request: KeyedRequest, taken_for: timedelta = TAKEN_FOR, *, lasting: bool = True) -> Taken:
        """Takes the key for a request, or says what is known about it. One of several requests at once takes it."""
        with sql_span("ledger.take_key"), unavailable_as_answer():
            row = await self._pool.fetchrow(TAKE[lasting], *_columns(request), taken_for)
        if row["taken_at"] is not None:
            return Taken(found=Found.NEW, taken_at=row["taken_at"])
        if row["fingerprint"] is None:  # another request took the key during the statement
            return Taken(found=Found.IN_FLIGHT)
        if row["fingerprint"] not in request.fingerprints:
            return Taken(found=Found.OTHER_REQUEST)
        if row["status"] is None:
            return Taken(found=Found.IN_FLIGHT)
        return Taken(
            found=Found.ANSWERED, answer=Answer(status=row["status"], headers=row["headers"], body=row["body"])
        )

    async def of_command(self, caller: str, command_id: UUID, for_applicant: str | None = None) -> Taken | None:
        """What is known about the caller's request with this command; None when the caller sent none.

        `for_applicant`: a request that was sent for anybody else is not known.
        """
        with sql_span("ledger.answer_of_command"), unavailable_as_answer():
            row = await self._pool.fetchrow(
                OF_COMMAND,
                caller,
                command_id,
                for_applicant,
            )
        if row is None:
            return None
        if row["status"] is None:
            return Taken(found=Found.IN_FLIGHT)
        return Taken(
            found=Found.ANSWERED, answer=Answer(status=row["status"], headers=row["headers"], body=row["body"])
        )

    async def keep(self, request: KeyedRequest, answer: Answer, *, lasting: bool = True) -> None:
        """Keeps the answer to a request that took the key. An answer that is kept already stays."""
        with sql_span("ledger.keep_answer"), unavailable_as_answer():
            await self._pool.execute(KEEP[lasting], *_columns(request), answer.status, answer.headers, answer.body)

    async def release(self, request: KeyedRequest, taken_at: datetime) -> None:
        """Gives the key back: the request was not carried out, and the same request may be sent again.

        It does nothing when another request has taken the key over since.
        """
        with sql_span("ledger.release_key"), unavailable_as_answer():
            await self._pool.execute(
                "delete from kept_answer where caller = $1 and key = $2 and taken_at = $3 and answered_at is null",
                request.caller,
                request.key,
                taken_at,
            )

    async def sweep(self, older_than: timedelta) -> int:
        """Removes the answers that are older; returns how many. At most `SWEEP_ROWS` at once."""
        with sql_span("ledger.sweep_answers"), unavailable_as_answer():
            removed: int = await self._pool.fetchval(
                """
                with old as (
                    select ctid from kept_answer where taken_at < clock_timestamp() - $1::interval limit $2
                ), gone as (
                    delete from kept_answer where ctid = any (array(select ctid from old)) returning 1
                ) select count(*) from gone
                """,
                older_than,
                SWEEP_ROWS,
            )
        return removed


def _columns(request: KeyedRequest) -> tuple[object, ...]:
    """The first six parameters of `TAKE` and `KEEP`."""
    known = (request.caller, request.key, request.command_id, request.for_applicant)
    return (*known, request.fingerprint, request.fingerprints)
