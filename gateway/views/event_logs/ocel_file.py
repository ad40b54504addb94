"""An event log in OCEL 2.0, in its JSON form: events, and the objects that they are about, each with a qualifier.

The objects come after the events in the file. They are kept in a temporary file until then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from activities.ledger.event_log import LoggedDossier, LoggedEvent
from gateway.views.event_logs import attributes as log
from gateway.views.event_logs.objects import Objects, ObjectType, of_event, reference
from gateway.views.event_logs.officers import Officers

IN_MEMORY = 8 * 1024 * 1024
"""Bytes of objects that wait in memory before they go to a temporary file."""
AT_ONCE = 1024 * 1024
FROM_THE_START = "1970-01-01T00:00:00Z"
"""The time of an attribute that never changes, as the standard asks for it."""
TYPES = {log.Kind.TEXT: "string", log.Kind.NUMBER: "integer", log.Kind.TRUTH: "boolean", log.Kind.TIME: "time"}
OF_EVERY_EVENT = (("version", "integer"), ("role", "string"), ("state", "string"))

Json = dict[str, Any]


class OcelLog:
    """Writes a log in OCEL 2.0: see `LogWriter`."""

    def __init__(self, file: IO[bytes], officers: Officers) -> None:
        self._file, self._officers = file, officers
        self._later = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  `end` closes it; without its end nobody needs it
        self._events, self._objects, self._shared = _List(file), _List(self._later), Objects()

    def begin(self) -> None:
        """Writes the types, and opens the list of events."""
        types = b'{"objectTypes":' + _json(_object_types()) + b',"eventTypes":' + _json(_event_types())
        self._file.write(types + b',"events":[')

    def add(self, dossiers: Sequence[LoggedDossier]) -> None:
        """Writes the events. The objects wait in the temporary file."""
        for dossier in dossiers:
            self._events.add(_event(dossier, event, self._officers, self._shared) for event in dossier.events)
            self._objects.add([_dossier(dossier, self._shared), *self._shared.taken_of(dossier.found.code)])

    def end(self) -> None:
        """Writes the objects after the events."""
        with self._later as later:
            self._objects.add(self._shared.everywhere())
            self._file.write(b'],"objects":[')
            later.seek(0)
            while chunk := later.read(AT_ONCE):
                self._file.write(chunk)
            self._file.write(b"]}\n")


class _List:
    """A list of JSON values that is written piece by piece."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._first = file, True

    def add(self, values: Iterable[Json]) -> None:
        """Writes the values at the end of the list."""
        for value in values:
            self._file.write(_json(value) if self._first else b",\n" + _json(value))
            self._first = False


def _event(dossier: LoggedDossier, event: LoggedEvent, officers: Officers, objects: Objects) -> Json:
    code = dossier.found.code
    state = event.state and event.state.value
    attributes = {"version": event.version, "role": event.role, "state": state, **log.of_event(event)}
    return {
        "id": f"{code}/{event.version}",
        "type": event.kind,
        "time": _time(event.at),
        "attributes": [
            {"name": name, "value": _told(value)} for name, value in attributes.items() if value is not None
        ],
        "relationships": [
            {"objectId": objects.put(one.object), "qualifier": one.qualifier} for one in of_event(code, event, officers)
        ],
    }


def _dossier(dossier: LoggedDossier, objects: Objects) -> Json:
    """The dossier as an object: its properties, each change of its state, and its parts and units."""
    found = dossier.found
    fixed = [
        {"name": one.name, "time": FROM_THE_START, "value": _told(value)}
        for one in log.OF_DOSSIERS
        if one.name != log.STATE and (value := one.read(found)) is not None
    ]
    units = (("received by", found.received_by), ("competent", found.competent), ("responsible", found.responsible))
    parts = [{"objectId": part["id"], "qualifier": part["type"]} for part in objects.of(found.code)]
    related = [
        {"objectId": objects.put(reference(ObjectType.UNIT, code)), "qualifier": qualifier}
        for qualifier, code in units
        if code is not None
    ]
    return {
        "id": found.code,
        "type": ObjectType.DOSSIER.value,
        "attributes": [*fixed, *_states(dossier.events)],
        "relationships": [*parts, *related],
    }


def _states(events: Iterable[LoggedEvent]) -> list[Json]:
    states: list[Json] = []
    for event in events:
        if event.state is not None and (not states or states[-1]["value"] != event.state.value):
            states.append({"name": log.STATE, "time": _time(event.at), "value": event.state.value})
    return states


def _object_types() -> list[Json]:
    of_dossiers = [{"name": one.name, "type": TYPES[one.kind]} for one in log.OF_DOSSIERS]
    return [
        {"name": kind.value, "attributes": of_dossiers if kind is ObjectType.DOSSIER else []} for kind in ObjectType
    ]


def _event_types() -> list[Json]:
    of_every = [{"name": name, "type": kind} for name, kind in OF_EVERY_EVENT]
    return [{"name": kind, "attributes": [*of_every, *_of_kind(fields)]} for kind, fields in log.kinds().items()]


def _of_kind(fields: Iterable[log.OfEvent]) -> list[Json]:
    return [{"name": one.name, "type": TYPES[one.kind]} for one in fields]


def _time(at: datetime) -> str:
    return log.local(at).isoformat(timespec="microseconds")


def _told(value: log.Cell) -> log.Cell:
    return _time(value) if isinstance(value, datetime) else value


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
