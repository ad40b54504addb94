"""How the two dates of a dossier came to be what they are: each event that set or changed one, with old and new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from domain.deadlines.limits import WhichClock
from domain.dossier.events import AnyEvent, DossierAccepted
from domain.dossier.events.base import Due
from domain.record.sealing import RecordedEvent, UnreadEvent
from gateway.views.event_groups import kind_of

DATED = [event for event in get_args(AnyEvent) if "due" in event.model_fields]
DATED_KINDS = frozenset(kind_of(event) for event in DATED if event.model_fields["due"].annotation is Due)
"""The events that may set or change a date."""


@dataclass(frozen=True)
class OneDate:
    """One clock's date before and after an event. None: there was no such date, or it lies beyond the calendar."""

    clock: WhichClock
    before: datetime | None
    after: datetime | None

    @property
    def changed(self) -> bool:
        """True when the event set or changed it, by a minute at least: dates are shown to the minute."""
        return _minute(self.before) != _minute(self.after)


def _minute(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(second=0, microsecond=0)


@dataclass(frozen=True)
class DateChange:
    """An event that set or changed a date, and both dates. `first`: it set them."""

    recorded: RecordedEvent
    dates: tuple[OneDate, OneDate]
    first: bool


def date_changes(events: Iterable[RecordedEvent | UnreadEvent]) -> list[DateChange]:
    """The changes in order. `events`: at least those of `DATED_KINDS`, the oldest first."""
    before: Due | None = None
    found = []
    for one in events:
        after = getattr(one.event, "due", None) if isinstance(one, RecordedEvent) else None
        if not isinstance(one, RecordedEvent) or not isinstance(after, Due):
            continue
        change = DateChange(one, _dates(before, after), isinstance(one.event, DossierAccepted))
        if change.first or any(date.changed for date in change.dates):
            found.append(change)
        before = after
    return found


def newest_changes(events: Sequence[RecordedEvent | UnreadEvent], most: int) -> tuple[list[DateChange], bool]:
    """The changes by the newest `most` of these events, in order; and whether there are older events.

    `events`: the newest first, one more than `most` if there are that many. That one gives the dates before the others.
    """
    more = len(events) > most
    left_out = {one.version for one in events[most:]}
    return [one for one in date_changes(reversed(events)) if one.recorded.version not in left_out], more


def _dates(before: Due | None, after: Due) -> tuple[OneDate, OneDate]:
    promised = OneDate(WhichClock.PROMISED, before.promised if before else None, after.promised)
    return promised, OneDate(WhichClock.STATUTORY, before.statutory if before else None, after.statutory)
