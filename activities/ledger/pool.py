"""Connections to the ledger's database, and the one answer when it is not there."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import asyncpg

from domain.errors import DomainError
from domain.values import Bilingual

Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection


class DatabaseUnavailable(DomainError):
    """The database does not answer now (code `database_unavailable`). The same request may succeed later."""


class DatabaseRestored(DatabaseUnavailable):
    """The database was restored on another server, and what was recorded lies above the numbers that this one gives out
    (code `database_restored`). Whatever waits for a database waits for `luongxanh database after-restore`."""


class DatabaseRefuses(DomainError):
    """The database answers and says no (codes `ledger_refused`, `database_refused`): a privilege, a constraint, a table
    that is not there. The same request would be refused again, so it is not retried; a person must look."""

    @property
    def of_the_row(self) -> bool:
        """It is about what was to be written (SQLSTATE 22 and 23): another request may be taken."""
        return self.facts["sqlstate"][:2] in ("22", "23")


UNAVAILABLE = (
    OSError,  # refused, reset, unreachable; TimeoutError is one of them
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,  # too many connections, out of memory, disk full
    asyncpg.OperatorInterventionError,  # shutting down, starting up, statement cancelled
    asyncpg.ReadOnlySQLTransactionError,  # a standby that has not yet been promoted
    asyncpg.TransactionRollbackError,  # deadlock, serialisation: another try will do
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InvalidCachedStatementError,  # a migration has changed a table since the statement was prepared
    asyncpg.PostgresIOError,
    asyncpg.InvalidAuthorizationSpecificationError,  # the role is not made yet, or its password is another
    asyncpg.InvalidCatalogNameError,  # the database is not made yet
    asyncpg.InterfaceError,  # the pool is closing, the connection was lost under us
    asyncpg.InternalClientError,  # used between the server's farewell and the end of the connection
)
"""What another try may overcome. Everything else is a mistake, of the caller's or of ours, and stays visible."""

REFUSALS = (asyncpg.PostgresError, asyncpg.InterfaceError)
"""What the database, or its driver, answers beside that: asked again, it would answer the same."""


OF_POSTGRES = datetime(2000, 1, 1, tzinfo=UTC)
"""From which it counts."""
FIRST, LAST = (datetime(year, 1, 2, tzinfo=UTC) for year in (1, 9999))

SESSION = {
    "timezone": "UTC",
    "lock_timeout": "5s",
    # A transaction that nobody ends would hold every reader of the feed back: the server ends it.
    "idle_in_transaction_session_timeout": "60s",
}


async def open_pool(dsn: str, size: int = 4, *, name: str = "luongxanh") -> Pool:
    """A pool of up to `size` connections that reads and writes jsonb as Python objects.

    `name` is what PostgreSQL's own list of sessions shows. Raises `database_unavailable` when nobody answers in 10 s.
    """
    with unavailable_as_answer(dsn):
        pool: Pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=size,
            timeout=10,
            command_timeout=30,
            init=_prepare,
            reset=_nothing_to_reset,
            server_settings={"application_name": name, **SESSION},
        )
        return pool


_SAID: tuple[tuple[type[BaseException], Bilingual], ...] = (
    (asyncpg.DiskFullError, Bilingual(vi="đĩa của cơ sở dữ liệu đã đầy", en="its disk is full")),
    (asyncpg.TooManyConnectionsError, Bilingual(vi="đã hết số kết nối cho phép", en="it has no connection left")),
    (asyncpg.CannotConnectNowError, Bilingual(vi="đang khởi động hoặc đang dừng", en="it is starting or stopping")),
    (asyncpg.OperatorInterventionError, Bilingual(vi="đang dừng", en="it is being stopped")),
    (
        asyncpg.InvalidAuthorizationSpecificationError,
        Bilingual(vi="không nhận tài khoản hoặc mật khẩu này", en="it does not take this role or password"),
    ),
    (asyncpg.InvalidCatalogNameError, Bilingual(vi="chưa có cơ sở dữ liệu tên này", en="no database has this name")),
    (asyncpg.PostgresIOError, Bilingual(vi="lỗi đọc, ghi đĩa", en="its disk failed")),
    (asyncpg.PostgresConnectionError, Bilingual(vi="kết nối bị ngắt", en="the connection was lost")),
    (asyncpg.InterfaceError, Bilingual(vi="kết nối đã đóng", en="the connection is closed")),
    (socket.gaierror, Bilingual(vi="không tìm thấy máy chủ tên này", en="no server of this name is found")),
    (ssl.SSLError, Bilingual(vi="không tin được chứng thư", en="its certificate is not to be believed")),
    (TimeoutError, Bilingual(vi="không trả lời kịp", en="no answer in time")),
    (ConnectionRefusedError, Bilingual(vi="không có chương trình nào nghe ở đó", en="nothing listens there")),
    (OSError, Bilingual(vi="không nối được tới đó", en="it cannot be reached")),
)
"""The narrower kind before the wider."""
_ELSE = Bilingual(vi="tạm thời không làm được", en="it cannot now")


def _said(problem: BaseException) -> Bilingual:
    """Why, by what it is: its own words may repeat a row, a password or a file."""
    return next((told for kind, told in _SAID if isinstance(problem, kind)), _ELSE)


@contextmanager
def unavailable_as_answer(dsn: str | None = None, *, refusals: bool = True) -> Iterator[None]:
    """Turns the many ways in which a database can be absent into `DatabaseUnavailable`, its refusals into
    `DatabaseRefuses` (without `refusals`, they stay what they are), and nothing else."""
    try:
        yield
    except UNAVAILABLE as problem:
        if isinstance(problem, ValueError) and not isinstance(problem, OSError):
            raise  # an address or a value that cannot be read is a mistake; a certificate not believed is an absence
        raise DatabaseUnavailable(
            "database_unavailable", address=_address(dsn), problem=_said(problem), type=type(problem).__name__
        ) from problem
    except asyncpg.PostgresError as problem:
        if is_restored(problem):
            raise DatabaseRestored("database_restored") from problem
        if not refusals:
            raise
        raise refused_by_database(problem) from problem


def is_restored(problem: BaseException) -> bool:
    """Whether the database refuses to number a transaction: see `this_transaction()` of the migrations."""
    return getattr(problem, "sqlstate", None) == "LX006"


def refused_by_database(problem: Exception, dossier: str | None = None) -> DatabaseRefuses:
    """What the database said, by its SQLSTATE: its own words may repeat a row, and are told to nobody."""
    sqlstate = getattr(problem, "sqlstate", None) or "–"
    facts = {"sqlstate": sqlstate, "problem": type(problem).__name__}
    if dossier is None:
        return DatabaseRefuses("database_refused", **facts)
    return DatabaseRefuses("ledger_refused", dossier=dossier, **facts)


async def _prepare(connection: Connection) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=_dumps, decoder=_loads)
    await connection.set_type_codec(
        "timestamptz", schema="pg_catalog", encoder=_to_microseconds, decoder=_to_instant, format="tuple"
    )


async def _nothing_to_reset(_connection: Connection) -> None:
    """Our statements leave no session state behind, so a connection goes back without another round trip (0.2 ms)."""


def _loads(text: str) -> Any:
    """A value; the bare text of one that cannot be built, nested by the thousand or a number of thousands of digits.

    Only somebody who owns the database can have put it there. Its row is read as one of no known shape: it is named,
    and keeps nobody from reading those around it.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _to_instant(told: tuple[int]) -> datetime:
    """An instant, in UTC. PostgreSQL has infinity and years before Christ; they are read as the first and last day that
    Python has, for the same reason: no event, row or finding of ours is of such a time."""
    try:
        return OF_POSTGRES + timedelta(microseconds=told[0])
    except OverflowError:
        return FIRST if told[0] < 0 else LAST


def _to_microseconds(instant: datetime) -> tuple[int]:
    return ((instant - OF_POSTGRES) // timedelta(microseconds=1),)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _address(dsn: str | None) -> str:
    """Host, port and database; never the password."""
    if dsn is None:
        return "PostgreSQL"
    parts = urlsplit(dsn)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"
