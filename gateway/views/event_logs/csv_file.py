"""An event log as CSV: one row for each event, with the properties of its dossier repeated (`case:…`).

The columns have the names of XES, so that tools for process mining find case, activity and time by themselves. The
file is for programs: it begins with its headings, and a missing value is an empty cell.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import IO

from activities.ledger.event_log import LoggedDossier, LoggedEvent
from gateway.views.event_logs import attributes as log
from gateway.views.event_logs.officers import Officers

OF_CASE = "case:"
FIRST = (log.CODE, log.TRANSITION, log.TIME, log.RESOURCE, log.ROLE, log.GROUP, log.VERSION, log.STATE)
HEADINGS: tuple[str, ...] = (
    OF_CASE + log.CODE,
    *FIRST,
    *(one.name for one in log.OF_EVENTS),
    *(OF_CASE + one.name for one in log.OF_DOSSIERS),
)


class CsvLog:
    """Writes a log as CSV: see `LogWriter`."""

    def __init__(self, file: IO[bytes], officers: Officers) -> None:
        self._file, self._officers = file, officers

    def begin(self) -> None:
        """Writes the headings."""
        self._file.write(_lines([HEADINGS]))

    def add(self, dossiers: Sequence[LoggedDossier]) -> None:
        """Writes a row for each event."""
        for dossier in dossiers:
            self._file.write(_lines([[_told(cell) for cell in row] for row in rows_of(dossier, self._officers)]))

    def end(self) -> None:
        """A table has no end of its own."""


def rows_of(dossier: LoggedDossier, officers: Officers) -> list[list[log.Cell]]:
    """A row for each event, in the order of `HEADINGS`."""
    of_case = log.of_dossier(dossier.found)
    return [[dossier.found.code, *_of_event(event, officers), *of_case] for event in dossier.events]


def _of_event(event: LoggedEvent, officers: Officers) -> list[log.Cell]:
    more = log.of_event(event)
    state = event.state and event.state.value
    who = officers.name(event), event.role, event.unit
    first = event.kind, log.COMPLETE, log.local(event.at), *who, event.version, state
    return [*first, *(more.get(one.name) for one in log.OF_EVENTS)]


def _told(cell: log.Cell) -> str | int:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case datetime():
            return cell.isoformat(timespec="microseconds")
        case _:
            return cell


def _lines(rows: list[list[str | int]] | list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
