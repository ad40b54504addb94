"""The events of a dossier counted by day and group: a story of 20,000 events on one screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from activities.ledger.story_days import DayOfKind
from domain.values import Value
from gateway.views.event_groups import GROUP_OF, EventGroup


class DayOfGroup(Value):
    """The events of one group on one day. `group` None: of kinds that this release does not know."""

    day: date
    group: EventGroup | None
    events: int
    first: datetime
    last: datetime
    newest: int
    """The newest version among them."""


def days_of_groups(counted: Iterable[DayOfKind]) -> list[DayOfGroup]:
    """The same by group, in the order of the days; on a day first the group with the newest event."""
    found = []
    for day, of_day in groupby(counted, key=lambda one: one.day):
        by_group: dict[EventGroup | None, list[DayOfKind]] = {}
        for one in of_day:
            by_group.setdefault(GROUP_OF.get(one.kind), []).append(one)
        found += [_joined(day, group, kinds) for group, kinds in by_group.items()]
    return found


def _joined(day: date, group: EventGroup | None, kinds: list[DayOfKind]) -> DayOfGroup:
    return DayOfGroup(
        day=day,
        group=group,
        events=sum(kind.events for kind in kinds),
        first=min(kind.first for kind in kinds),
        last=max(kind.last for kind in kinds),
        newest=max(kind.newest for kind in kinds),
    )
