"""The sign-ins of people at the web console: any process of the API knows them, and a sign-out counts at once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.tracing import sql_span

SECRET_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)
"""A session that is used is marked as seen at most so often: a page is then mostly read without writing."""
SWEPT_ROWS = 10_000

_OPEN = """
insert into console_session (id, principal, ends_at) values ($1, $2::text::jsonb, clock_timestamp() + $3::interval)
"""
_FIND = """
select principal::text as principal, seen_at < clock_timestamp() - $3::interval as unmarked from console_session
where id = $1 and ends_at > clock_timestamp() and seen_at > clock_timestamp() - $2::interval
"""
_LASTING = """
select id from console_session
where id = any($1) and ends_at > clock_timestamp() and seen_at > clock_timestamp() - $2::interval
"""
_MARK = "update console_session set seen_at = clock_timestamp() where id = $1"
_END = "delete from console_session where id = $1"
_SWEEP = """
delete from console_session where id in (
    select id from console_session where ends_at < clock_timestamp() order by ends_at limit $1
)
"""


class ConsoleSessions:
    """Keeps sessions for `lasting`, and ends one that was not used for `idle`.

    Every method raises DatabaseUnavailable when the database does not answer.
    """

    def __init__(self, pool: Pool, lasting: timedelta, idle: timedelta) -> None:
        self._pool = pool
        self._lasting = lasting
        self._idle = idle

    async def open(self, principal: str) -> str:
        """Opens a session of a principal, given as JSON. Returns its secret, which only the browser keeps.

        Sessions that ended long ago are removed on the way.
        """
        secret = secrets.token_urlsafe(SECRET_BYTES)
        with sql_span("console_session.open"), unavailable_as_answer():
            await self._pool.execute(_OPEN, _id(secret), principal, self._lasting)
            await self._pool.execute(_SWEEP, SWEPT_ROWS)
        return secret

    async def find(self, secret: str, *, used: bool = True) -> str | None:
        """The principal of a session, as JSON; None when there is no such session, or it has ended.

        `used`: whether a person uses it now. An open page that renews itself is no use.
        """
        with sql_span("console_session.find"), unavailable_as_answer():
            row = await self._pool.fetchrow(_FIND, _id(secret), self._idle, SEEN_EVERY)
            if row is None:
                return None
            if used and row["unmarked"]:
                await self._pool.execute(_MARK, _id(secret))
        principal: str = row["principal"]
        return principal

    async def lasting(self, secrets: set[str]) -> set[str]:
        """Those of some sessions that have not ended. None is marked as used."""
        by_id = {_id(secret): secret for secret in secrets}
        with sql_span("console_session.lasting", sessions=len(by_id)), unavailable_as_answer():
            rows = await self._pool.fetch(_LASTING, list(by_id), self._idle)
        return {by_id[row["id"]] for row in rows}

    async def end(self, secret: str) -> None:
        """Ends a session. One that has ended already is no error."""
        with sql_span("console_session.end"), unavailable_as_answer():
            await self._pool.execute(_END, _id(secret))


def _id(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
