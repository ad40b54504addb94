"""The data of the simulated systems: typed shelves in memory, also written to one SQLite file if there is one.

Writes within `undone` are undone. With it a system reports success without an effect.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from domain.values import Value

Row = TypeVar("Row", bound=Value)


class Store:
    """The file of the shelves. Killing the process loses nothing; a loss of power may lose data."""

    def __init__(self, path: Path | None) -> None:
        self._file = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=OFF")
        self._file.execute("CREATE TABLE IF NOT EXISTS row (shelf TEXT, key TEXT, body TEXT, PRIMARY KEY (shelf, key))")
        self._undo: list[Callable[[], None]] | None = None

    def rows(self, shelf: str) -> list[tuple[str, str]]:
        """Every key and body of a shelf in the file."""
        return list(self._file.execute("SELECT key, body FROM row WHERE shelf = ? ORDER BY rowid", (shelf,)))

    def write(self, shelf: str, key: str, body: str, undo: Callable[[], None]) -> None:
        """Writes one row. Within `undone` it only records how to undo it."""
        if self._undo is not None:
            self._undo.append(undo)
            return
        self._file.execute(
            "INSERT INTO row VALUES (?, ?, ?) ON CONFLICT (shelf, key) DO UPDATE SET body = excluded.body",
            (shelf, key, body),
        )

    def remove(self, shelf: str, key: str) -> None:
        """Removes one row."""
        self._file.execute("DELETE FROM row WHERE (shelf, key) = (?, ?)", (shelf, key))

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Undoes every write within this context."""
        self._undo = []
        try:
            yield
        finally:
            steps, self._undo = self._undo, None
            for step in reversed(steps):
                step()

    def clear(self) -> None:
        """Erases every row. Shelves that were made before must not be used any more."""
        self._file.execute("DELETE FROM row")

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


class Shelf(Generic[Row]):
    """Rows of one type by key, in the order in which they were first stored."""

    def __init__(self, store: Store, name: str, kind: type[Row]) -> None:
        self._store = store
        self._name = name
        self._rows: dict[str, Row] = {key: kind.model_validate_json(body) for key, body in store.rows(name)}

    def get(self, key: str) -> Row | None:
        """The row of this key, or None."""
        return self._rows.get(key)

    def put(self, key: str, row: Row) -> None:
        """Stores the row of this key."""
        before = self._rows.get(key)
        self._rows[key] = row
        self._store.write(self._name, key, row.model_dump_json(), lambda: self._restore(key, before))

    def drop(self, key: str) -> None:
        """Removes the row of this key, also from the file."""
        if self._rows.pop(key, None) is not None:
            self._store.remove(self._name, key)

    def all(self) -> list[Row]:
        """Every row."""
        return list(self._rows.values())

    def _restore(self, key: str, before: Row | None) -> None:
        if before is None:
            del self._rows[key]
        else:
            self._rows[key] = before
