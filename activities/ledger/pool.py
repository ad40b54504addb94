"""Connections to the ledger's database, and the errors when it does not answer or refuses."""

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
from domain.messages.record import RecordRefusal
from domain.values import Bilingual

Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection


class DatabaseUnavailable(DomainError):
    """The database does not answer now (code `database_unavailable`). The same request may succeed later."""


class DatabaseRestored(DatabaseUnavailable):
    """The database was restored on another server, whose transaction ids are below the recorded ones.

    The code is `database_restored`. Everything waits until an operator runs `luongxanh database after-restore`.
    """


class DatabaseRefuses(DomainError):
    """The database refuses a statement (codes `ledger_refused`, `database_refused`).

    Reasons are a missing privilege, a constraint or a missing table. The same request would be refused again, so it is
    not retried; a person must repair it.
    """

    @property
    def of_the_row(self) -> bool:
        """True when the data of this request are refused (SQLSTATE 22 and 23). Other requests may succeed."""
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
    asyncpg.InvalidAuthorizationSpecificationError,  # the role does not exist yet, or its password is another
    asyncpg.InvalidCatalogNameError,  # the database does not exist yet
    asyncpg.InterfaceError,  # the pool is closing, or the connection was lost
    asyncpg.InternalClientError,  # used after the server has closed the connection
)
"""Errors that another try may overcome. Every other error is a mistake of the caller or of ours and stays visible."""

REFUSALS = (asyncpg.PostgresError, asyncpg.InterfaceError)
"""The other errors of the database and its driver: another try would get the same answer."""


OF_POSTGRES = datetime(2000, 1, 1, tzinfo=UTC)
"""PostgreSQL counts time from here."""
FIRST, LAST = (datetime(year, 1, 2, tzinfo=UTC) for year in (1, 9999))

SESSION = {
    "timezone": "UTC",
    "lock_timeout": "5s",
    # A transaction that nobody ends would stop every reader of the feed, so the server ends it.
    "idle_in_transaction_session_timeout": "60s",
}


async def open_pool(dsn: str, size: int = 4, *, name: str = "luongxanh") -> Pool:
    """A pool of up to `size` connections that reads and writes jsonb as Python objects.

    PostgreSQL's list of sessions shows `name`. Raises `database_unavailable` when the server does not answer in 10 s.
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


_REASONS: tuple[tuple[type[BaseException], Bilingual], ...] = (
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
"""Why the database does not answer, by the class of the error. A subclass stands before its base class."""
_ELSE = Bilingual(vi="tạm thời không làm được", en="it cannot now")


def _reason(problem: BaseException) -> Bilingual:
    """The reason by the class of the error. The error's own text may repeat a row, a password or a file name."""
    return next((reason for kind, reason in _REASONS if isinstance(problem, kind)), _ELSE)


@contextmanager
def unavailable_as_answer(dsn: str | None = None, *, refusals: bool = True) -> Iterator[None]:
    """Turns the many errors of an absent database into `DatabaseUnavailable`, and refusals into `DatabaseRefuses`.

    With `refusals=False` refusals stay as they are. Other errors are not changed.
    """
    try:
        yield
    except UNAVAILABLE as problem:
        if isinstance(problem, ValueError) and not isinstance(problem, OSError):
            raise  # a wrong address or value is a mistake; a certificate that is not trusted is an OSError
        raise DatabaseUnavailable(
            RecordRefusal.DATABASE_UNAVAILABLE,
            address=_address(dsn),
            problem=_reason(problem),
            type=type(problem).__name__,
        ) from problem
    except asyncpg.PostgresError as problem:
        if is_restored(problem):
            raise DatabaseRestored(RecordRefusal.DATABASE_RESTORED) from problem
        if not refusals:
            raise
        raise refused_by_database(problem) from problem


def is_restored(problem: BaseException) -> bool:
    """True when the database refuses to number a transaction: see `this_transaction()` of the migrations."""
    return getattr(problem, "sqlstate", None) == "LX006"


def refused_by_database(problem: Exception, dossier: str | None = None) -> DatabaseRefuses:
    """The refusal with its SQLSTATE. The database's own text is left out: it may repeat a row."""
    sqlstate = getattr(problem, "sqlstate", None) or "–"
    facts = {"sqlstate": sqlstate, "problem": type(problem).__name__}
    if dossier is None:
        return DatabaseRefuses(RecordRefusal.DATABASE_REFUSED, **facts)
    return DatabaseRefuses(RecordRefusal.LEDGER_REFUSED, dossier=dossier, **facts)


async def _prepare(connection: Connection) -> None:
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=_dumps, decoder=_loads)
    await connection.set_type_codec(
        "timestamptz", schema="pg_catalog", encoder=_to_microseconds, decoder=_to_instant, format="tuple"
    )


async def _nothing_to_reset(_connection: Connection) -> None:
    """Does nothing: our statements leave no session state, and a reset would cost a round trip (0.2 ms)."""


def _loads(text: str) -> Any:
    """The value of a JSON text; the text itself when Python cannot build the value.

    Such a text has thousands of nested levels or a number of thousands of digits. Only the owner of the database can
    have written it. Its row is then reported as unreadable, and the rows around it stay readable.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _to_instant(sent: tuple[int]) -> datetime:
    """An instant in UTC, from PostgreSQL's microseconds.

    PostgreSQL has infinity and years before Christ. They are read as the first or last day of Python, so that the row
    stays readable: no row of ours has such a time.
    """
    try:
        return OF_POSTGRES + timedelta(microseconds=sent[0])
    except OverflowError:
        return FIRST if sent[0] < 0 else LAST


def _to_microseconds(instant: datetime) -> tuple[int]:
    return ((instant - OF_POSTGRES) // timedelta(microseconds=1),)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _address(dsn: str | None) -> str:
    """Host, port and database, without the password."""
    if dsn is None:
        return "PostgreSQL"
    parts = urlsplit(dsn)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"
