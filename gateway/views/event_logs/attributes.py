"""What an event log says of a dossier and of an event: the names, the kinds of values, and where they are read.

The names with a colon are those of the extensions of XES (IEEE 1849), which every tool for process mining knows. Only
what is listed here leaves the ledger: texts that people wrote, addresses and commitments are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias, get_args

from activities.ledger.event_log import LoggedEvent
from activities.ledger.search.reader import FoundDossier
from domain.dossier.events import AnyEvent, OutsideCallFailed
from domain.values import VIETNAM

Cell: TypeAlias = str | int | bool | datetime | None


class Kind(StrEnum):
    """The kind of a value."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    TIME = "time"


@dataclass(frozen=True)
class OfDossier:
    """A property of the dossier, as the register has it when the log is read."""

    name: str
    kind: Kind
    read: Callable[[FoundDossier], Cell]


@dataclass(frozen=True)
class OfEvent:
    """A field of some events."""

    name: str
    kind: Kind


def _of(name: str, kind: Kind) -> OfDossier:
    return OfDossier(name, kind, lambda found: _plain(getattr(found, name)))


CODE_ALONE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,63}")
CODE = "concept:name"
"""The name of a case (the dossier's code), and the name of an event (its kind)."""
TRANSITION, COMPLETE = "lifecycle:transition", "complete"
"""Each event of the ledger is something that has happened: there is no other transition."""
TIME, RESOURCE, ROLE, GROUP = "time:timestamp", "org:resource", "org:role", "org:group"
VERSION, STATE = "version", "state"

OF_DOSSIERS: tuple[OfDossier, ...] = (
    *(
        _of(name, Kind.TEXT)
        for name in ("procedure", "channel", "state", "received_by", "competent", "responsible", "green")
    ),
    _of("crossing", Kind.TRUTH),
    *(_of(name, Kind.TIME) for name in ("received_at", "statutory_due", "promised_due", "ended_at")),
    *(_of(name, Kind.NUMBER) for name in ("late_statutory_minutes", "late_promised_minutes", "used_minutes")),
)

OF_EVENTS: tuple[OfEvent, ...] = (
    *(
        OfEvent(name, Kind.TEXT)
        for name in (
            "step", "next_step", "from_step", "to_step", "from_unit", "to_unit", "unit", "queue", "competent",
            "responsible", "rung", "clock", "wait", "system", "failure", "because", "charge", "cause",
        )
    ),
    *(OfEvent(name, Kind.NUMBER) for name in ("amount", "attempt", "fee", "stars")),
    *(OfEvent(name, Kind.NUMBER) for name in ("late_statutory_minutes", "late_promised_minutes")),
    *(OfEvent(name, Kind.TRUTH) for name in ("crossing", "matches", "agrees", "final", "implied")),
    OfEvent("until", Kind.TIME),
)  # fmt: skip
"""Codes, numbers and times of events. `failure` is the code of a failed call to an outside system."""

_FIELDS = {"failure": "code"}
"""Names that differ from the name of the field, because other events have such a field with another meaning."""


def of_dossier(found: FoundDossier) -> list[Cell]:
    """The values of `OF_DOSSIERS`."""
    return [one.read(found) for one in OF_DOSSIERS]


def of_event(logged: LoggedEvent) -> dict[str, Cell]:
    """The values of `OF_EVENTS` that this event has."""
    if logged.event is None:
        return {}
    event = logged.event
    read = ((name, _code_or_number(getattr(event, field))) for name, field in _fields_of(type(event)))
    return {name: value for name, value in read if value is not None}


def kinds() -> dict[str, list[OfEvent]]:
    """Every kind of event, with those of `OF_EVENTS` that it has."""
    known = {one.name: one for one in OF_EVENTS}
    return {
        event.model_fields["kind"].default: [known[name] for name, _ in _fields_of(event)]
        for event in get_args(AnyEvent)
    }


@cache
def _fields_of(event: type[AnyEvent]) -> tuple[tuple[str, str], ...]:
    wanted = ((one.name, _FIELDS.get(one.name, one.name)) for one in OF_EVENTS)
    has = event.model_fields
    return tuple(
        (name, field)
        for name, field in wanted
        if field in has and (name not in _FIELDS or issubclass(event, OutsideCallFailed))
    )


def local(at: datetime) -> datetime:
    """The instant in Vietnam's time."""
    return at.astimezone(VIETNAM)


def _code_or_number(value: Any) -> Cell:
    """The value, unless it is a text with anything but a code: an outside system may have put words there."""
    plain = _plain(value)
    return None if isinstance(plain, str) and not is_code(plain) else plain


def is_code(text: str) -> bool:
    """Whether a text is a code alone, without words."""
    return CODE_ALONE.fullmatch(text) is not None


def _plain(value: Any) -> Cell:
    if isinstance(value, StrEnum):
        return value.value
    return local(value) if isinstance(value, datetime) else value
