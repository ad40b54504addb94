"""An event log as Parquet: the rows and columns of the CSV file, with their types.

It needs the package `pyarrow`, which is large: it is an extra of this program (`luongxanh[parquet]`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from activities.ledger.event_log import LoggedDossier
from domain.errors import InvalidInput
from gateway.views.event_logs import attributes as log
from gateway.views.event_logs.csv_file import FIRST, HEADINGS, OF_CASE, rows_of
from gateway.views.event_logs.messages import EventLogRefusal
from gateway.views.event_logs.officers import Officers

ROWS_AT_ONCE = 20_000
"""Rows of a group, which are in memory together."""
ZONE = "Asia/Ho_Chi_Minh"


class _Guarded:
    """Hands on what the library writes while it is open. The rest is dropped.

    The library ends a file also when its writer is dropped after an error: a log that lacks half of its rows would have
    a table of contents, and look whole.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.closed = False  # the library asks for it

    @contextmanager
    def open(self) -> Iterator[None]:
        """Opens it for one step of the log."""
        self._handed_on = True
        try:
            yield
        finally:
            self._handed_on = False

    def write(self, content: bytes) -> int:
        """Writes the content, or drops it."""
        return self._file.write(content) if self._handed_on else len(content)

    def flush(self) -> None:
        """Whoever gave the file flushes it."""


class ParquetLog:
    """Writes a log as Parquet: see `LogWriter`. Raises InvalidInput `parquet_not_installed`."""

    def __init__(self, file: IO[bytes], officers: Officers) -> None:
        self._file, self._officers = _Guarded(file), officers
        self._arrow, self._parquet = _libraries()
        self._schema = self._arrow.schema([(name, _type(self._arrow, kind)) for name, kind in _columns()])
        self._rows: list[list[log.Cell]] = []

    def begin(self) -> None:
        """Opens the file."""
        with self._file.open():
            self._writer = self._parquet.ParquetWriter(self._file, self._schema, compression="zstd")

    def add(self, dossiers: Sequence[LoggedDossier]) -> None:
        """Collects a row for each event, and writes a group when there are enough."""
        for dossier in dossiers:
            self._rows += rows_of(dossier, self._officers)
            if len(self._rows) >= ROWS_AT_ONCE:
                self._write_group()

    def end(self) -> None:
        """Writes the last group and the table of contents, without which nobody can read the file."""
        self._write_group()
        with self._file.open():
            self._writer.close()

    def _write_group(self) -> None:
        batch = _batch(self._arrow, self._schema, self._rows)
        with self._file.open():
            self._writer.write_batch(batch)
        self._rows = []


def require_parquet() -> None:
    """Raises InvalidInput `parquet_not_installed` when the file could not be written."""
    _libraries()


def _libraries() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise InvalidInput(EventLogRefusal.PARQUET_NOT_INSTALLED) from None
    return pyarrow, pyarrow.parquet


def _columns() -> list[tuple[str, log.Kind]]:
    kinds = {
        **dict.fromkeys((OF_CASE + log.CODE, *FIRST), log.Kind.TEXT),
        log.TIME: log.Kind.TIME,
        log.VERSION: log.Kind.NUMBER,
        **{one.name: one.kind for one in log.OF_EVENTS},
        **{OF_CASE + one.name: one.kind for one in log.OF_DOSSIERS},
    }
    return [(heading, kinds[heading]) for heading in HEADINGS]


def _type(arrow: Any, kind: log.Kind) -> Any:
    match kind:
        case log.Kind.TEXT:
            return arrow.string()
        case log.Kind.NUMBER:
            return arrow.int64()
        case log.Kind.TRUTH:
            return arrow.bool_()
        case log.Kind.TIME:
            return arrow.timestamp("us", tz=ZONE)


def _batch(arrow: Any, schema: Any, rows: list[list[log.Cell]]) -> Any:
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [arrow.array(list(cells), type=field.type) for cells, field in zip(columns, schema, strict=True)]
    return arrow.record_batch(arrays, schema=schema)
