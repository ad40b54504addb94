"""An event log in XES (IEEE 1849-2016): one trace for each dossier, with the extensions concept, time, lifecycle, org.

Attributes that no extension defines keep the names that they have in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO
from xml.sax.saxutils import quoteattr

from activities.ledger.event_log import LoggedDossier, LoggedEvent
from domain.text.printable import printable
from gateway.views.event_logs import attributes as log
from gateway.views.event_logs.officers import Officers

EXTENSIONS = (("Concept", "concept"), ("Lifecycle", "lifecycle"), ("Time", "time"), ("Organizational", "org"))
UNKNOWN_TIME = "1970-01-01T00:00:00.000+00:00"
"""The value of a global attribute is only an example: every event has its own."""
HEAD = "\n".join(
    (
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">',
        *(
            f'\t<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>'
            for name, prefix in EXTENSIONS
        ),
        '\t<global scope="trace">',
        f'\t\t<string key="{log.CODE}" value="-"/>',
        "\t</global>",
        '\t<global scope="event">',
        f'\t\t<string key="{log.CODE}" value="-"/>',
        f'\t\t<string key="{log.TRANSITION}" value="{log.COMPLETE}"/>',
        f'\t\t<date key="{log.TIME}" value="{UNKNOWN_TIME}"/>',
        f'\t\t<string key="{log.RESOURCE}" value="-"/>',
        f'\t\t<string key="{log.ROLE}" value="-"/>',
        "\t</global>",
        f'\t<classifier name="Activity" keys="{log.CODE}"/>',
        f'\t<classifier name="Activity and role" keys="{log.CODE} {log.ROLE}"/>',
        f'\t<string key="{log.CODE}" value="Luồng Xanh"/>',
        '\t<string key="lifecycle:model" value="standard"/>',
        "",
    )
)
END = "</log>\n"


class XesLog:
    """Writes a log in XES: see `LogWriter`."""

    def __init__(self, file: IO[bytes], officers: Officers) -> None:
        self._file, self._officers = file, officers

    def begin(self) -> None:
        """Writes what stands before the traces."""
        self._file.write(HEAD.encode())

    def add(self, dossiers: Sequence[LoggedDossier]) -> None:
        """Writes a trace for each dossier."""
        for dossier in dossiers:
            self._file.write("".join(_trace(dossier, self._officers)).encode())

    def end(self) -> None:
        """Closes the log."""
        self._file.write(END.encode())


def _trace(dossier: LoggedDossier, officers: Officers) -> Iterator[str]:
    yield "\t<trace>\n"
    yield _attribute(log.CODE, dossier.found.code)
    for one in log.OF_DOSSIERS:
        yield _attribute(one.name, one.read(dossier.found))
    for event in dossier.events:
        yield "\t\t<event>\n"
        yield from _event(event, officers)
        yield "\t\t</event>\n"
    yield "\t</trace>\n"


def _event(event: LoggedEvent, officers: Officers) -> Iterator[str]:
    yield _attribute(log.CODE, event.kind)
    yield _attribute(log.TRANSITION, log.COMPLETE)
    yield _attribute(log.TIME, log.local(event.at))
    yield _attribute(log.RESOURCE, officers.name(event))
    yield _attribute(log.ROLE, event.role)
    yield _attribute(log.GROUP, event.unit)
    yield _attribute(log.VERSION, event.version)
    yield _attribute(log.STATE, event.state and event.state.value)
    for name, value in log.of_event(event).items():
        yield _attribute(name, value)


def _attribute(name: str, value: log.Cell) -> str:
    """One attribute; nothing for a missing value."""
    match value:
        case None:
            return ""
        case bool():
            tag, written = "boolean", '"true"' if value else '"false"'
        case int():
            tag, written = "int", f'"{value}"'
        case datetime():
            tag, written = "date", f'"{value.isoformat(timespec="microseconds")}"'
        case str():
            tag, written = "string", quoteattr(printable(value))
    return f'\t\t\t<{tag} key="{name}" value={written}/>\n'
