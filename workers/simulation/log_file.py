"""Reads a foreign event log from CSV: its cases, each with its activities in order of time."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from domain.errors import InvalidInput
from domain.machine_errors import machine_says
from domain.procedures.procedure import Channel
from domain.values import VIETNAM, Bilingual, Instant, Value
from workers.simulation.mapping import Does, MappedActivity, Mapping
from workers.simulation.messages import SimulationRefusal

Row = dict[str, str]
TOO_MANY = "\0"
"""The name under which a reader of rows keeps cells without a heading. No heading has it."""
THE_END = "–"
"""The name of the activity that the end of a case stands for."""


class LoggedActivity(Value):
    """One activity of a case: who did it, and when. `mapped` None: the mapping does not have it."""

    name: str
    at: Instant
    officer: str
    mapped: MappedActivity | None


class LoggedCase(Value):
    """One case: its opening, and its activities in order. Its end, if the log has one, is `THE_END` among them."""

    name: str
    channel: Channel
    opened: Instant
    activities: tuple[LoggedActivity, ...]
    repeated_rows: int = 0
    """Rows that stand in the log once more, cell for cell. They are the same activity and count once."""


def read_log(path: Path, mapping: Mapping) -> list[LoggedCase]:
    """The cases in order of their opening.

    Raises InvalidInput `log_unreadable`, `log_column_missing`, `log_row_wrong`, `log_empty`.
    """
    try:
        with _opened(path) as file:
            cases = _Cases(path, mapping, csv.DictReader(file, restkey=TOO_MANY, strict=True))
            return sorted(cases.read(), key=lambda case: (case.opened, case.name))
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as problem:
        told = machine_says(problem) if isinstance(problem, OSError) else Bilingual(vi=str(problem), en=str(problem))
        raise InvalidInput(SimulationRefusal.LOG_UNREADABLE, path=path, problem=told) from None


@contextmanager
def _opened(path: Path) -> Iterator[IO[str]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield file


class _Cases:
    """Reads the rows of one file."""

    def __init__(self, path: Path, mapping: Mapping, rows: csv.DictReader[str]) -> None:
        self._path, self._mapping, self._rows = path, mapping, rows
        self._moved = timedelta(weeks=mapping.moved_by_weeks)

    def read(self) -> list[LoggedCase]:
        """Every case."""
        self._require_columns()
        cases: dict[str, list[tuple[int, Row]]] = {}
        for row in self._rows:
            line = self._rows.line_num
            self._require_whole(row, line)
            cases.setdefault(self._text(row, self._mapping.columns.case, line), []).append((line, row))
        if not cases:
            raise InvalidInput(SimulationRefusal.LOG_EMPTY, path=self._path)
        return [self._case(name, rows) for name, rows in cases.items()]

    def _require_whole(self, row: Row, line: int) -> None:
        """Refuses a row with more or fewer cells than headings: a comma in a cell would move the others."""
        if TOO_MANY in row or None in row.values():
            last = (self._rows.fieldnames or ("",))[-1]
            raise self._wrong(line, last, "số ô khác số cột", "there are not as many cells as columns")

    def _require_columns(self) -> None:
        known = self._rows.fieldnames
        if not known:
            raise InvalidInput(SimulationRefusal.LOG_EMPTY, path=self._path)
        for column in self._mapping.columns.model_dump().values():
            if column is not None and known.count(column) > 1:
                raise self._wrong(1, column, "tên cột này đứng hai lần", "this heading stands there twice")
            if column is not None and column not in known:
                raise InvalidInput(
                    SimulationRefusal.LOG_COLUMN_MISSING, path=self._path, column=column, known=", ".join(known)
                )

    def _case(self, name: str, rows: list[tuple[int, Row]]) -> LoggedCase:
        columns, (line, first) = self._mapping.columns, rows[0]
        each_once = {tuple(row.items()): (row, at_line) for at_line, row in rows}
        activities = sorted((self._activity(*one) for one in each_once.values()), key=lambda one: one.at)
        opened = self._instant(first, columns.opened, line) if columns.opened else activities[0].at
        ended = self._instant(first, columns.ended, line) if columns.ended and first[columns.ended] else None
        given = first[columns.channel] if columns.channel else ""
        return LoggedCase(
            name=name,
            channel=self._mapping.channels.get(given, self._mapping.played_as.channel),
            opened=min(opened, activities[0].at),
            activities=tuple(_only_once(activities if ended is None else self._with_end(activities, ended))),
            repeated_rows=len(rows) - len(each_once),
        )

    def _with_end(self, activities: list[LoggedActivity], ended: datetime) -> list[LoggedActivity]:
        """The activities with the end of the case, which is never before one that moves the dossier. It takes no
        time, and is done by the officer of the activity before it."""
        moving = [one.at for one in activities if one.mapped is not None and one.mapped.does is not Does.WORK]
        at = max([ended, *moving])
        officer = next((one.officer for one in reversed(activities) if one.at <= at), activities[0].officer)
        end = MappedActivity(does=self._mapping.at_the_end, minutes=0)
        return sorted(
            [*activities, LoggedActivity(name=THE_END, at=at, officer=officer, mapped=end)], key=lambda one: one.at
        )

    def _activity(self, row: Row, line: int) -> LoggedActivity:
        columns = self._mapping.columns
        name = self._text(row, columns.activity, line)
        at, officer = self._instant(row, columns.time, line), self._text(row, columns.officer, line)
        return LoggedActivity(name=name, at=at, officer=officer, mapped=self._mapping.activities.get(name))

    def _instant(self, row: Row, column: str, line: int) -> datetime:
        """The time as the clock on the wall showed it there, moved, in Vietnam's zone."""
        written = self._text(row, column, line)
        try:
            return (datetime.fromisoformat(written).replace(tzinfo=VIETNAM) + self._moved).astimezone(VIETNAM)
        except (ValueError, OverflowError):
            raise self._wrong(line, column, "không phải thời điểm", "no instant") from None

    def _text(self, row: Row, column: str, line: int) -> str:
        text = (row.get(column) or "").strip()
        if not text:
            raise self._wrong(line, column, "đang trống", "is empty")
        return text

    def _wrong(self, line: int, column: str, vi: str, en: str) -> InvalidInput:
        facts = {"path": self._path, "line": line, "column": column, "problem_vi": vi, "problem_en": en}
        return InvalidInput(SimulationRefusal.LOG_ROW_WRONG, **facts)


def _only_once(activities: list[LoggedActivity]) -> Iterator[LoggedActivity]:
    """The activities; a repeated one that counts once is only work."""
    seen: set[str] = set()
    for one in activities:
        if one.mapped is not None and one.mapped.once and one.name in seen:
            yield one.model_copy(update={"mapped": one.mapped.model_copy(update={"does": Does.WORK})})
        else:
            yield one
        seen.add(one.name)
