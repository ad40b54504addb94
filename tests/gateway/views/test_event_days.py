"""Tests of the events counted by day and group."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from activities.ledger.story_days import DayOfKind
from domain.values import VIETNAM
from gateway.views.event_days import days_of_groups
from gateway.views.event_groups import EventGroup

MORNING = datetime(2025, 7, 8, 8, 0, tzinfo=VIETNAM)


def counted(days_ago: int, kind: str, events: int, newest: int) -> DayOfKind:
    first = MORNING - timedelta(days=days_ago)
    last = first + timedelta(minutes=newest)
    return DayOfKind(day=first.date(), kind=kind, events=events, first=first, last=last, newest=newest)


def test_kinds_of_one_group_are_counted_together() -> None:
    """Each day has one row for a group, with all its events, and the newest of them; an unknown kind stays."""
    days = days_of_groups(
        [
            counted(0, "outside_call_failed", 19_000, 20_000),
            counted(0, "handover_acknowledged", 1, 9),
            counted(0, "handover_sent", 2, 8),
            counted(1, "of_a_newer_release", 3, 5),
        ]
    )
    assert [(one.day, one.group, one.events, one.newest) for one in days] == [
        (date(2025, 7, 8), EventGroup.OUTSIDE, 19_000, 20_000),
        (date(2025, 7, 8), EventGroup.HANDOVER, 3, 9),
        (date(2025, 7, 7), None, 3, 5),
    ]
    assert days[1].last == MORNING + timedelta(minutes=9)
