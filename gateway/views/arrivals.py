"""Arrivals in each working hour of the week, against the officers who receive in it.

Capacity: the catalogue and the organisation say nothing about how much a desk can take. So it is the officer-hours of
the period: for each hour of a weekday the minutes in which desks are open for dossiers by the calendar, times the
officers with a duty at a reception desk today. The load of a cell: the dossiers that each of them received in an hour.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.ledger.statistics.measures import Period
from activities.ledger.statistics.reader import ByHour
from domain.deadlines.calendar import WorkingCalendar
from domain.errors import DomainError
from domain.organisation.staff import Staff
from domain.roles import Role

STEPS = 10
ONE_HOUR = 60


@dataclass(frozen=True)
class HourOfWeek:
    """One cell: an hour of a weekday (1 is Monday)."""

    weekday: int
    hour: int
    received: int
    open_minutes: int
    """The minutes of the period in which the desks were open in this hour; 0: never."""
    load: float | None
    """Dossiers for each officer at the desk and hour; None where no desk is open."""
    step: int
    """The colour, 0 to 9: the share of the highest load."""


@dataclass(frozen=True)
class HeatMap:
    """The cells by weekday and hour, and the officers at the desks."""

    cells: Mapping[tuple[int, int], HourOfWeek]
    weekdays: Sequence[int]
    hours: Sequence[int]
    officers: int
    outside: int
    """Dossiers received while no desk is open."""


def receptionists(staff: Staff, units: Collection[str], at: datetime) -> int:
    """How many people have a duty at a reception desk of these units, by their own post or for somebody who is away."""
    return len({one.acting for unit in units for one in staff.acting_in(unit, Role.RECEPTION, at)})


def heat_map(
    arrivals: Sequence[ByHour], calendar: WorkingCalendar, period: Period, until: datetime, officers: int
) -> HeatMap:
    """The map of a period, of which only the days until `until` count."""
    received = {(one.weekday, one.hour): one.received for one in arrivals}
    minutes = _open_minutes(calendar, period, until)
    keys = {*received, *minutes}
    loads = {key: received.get(key, 0) * ONE_HOUR / (minutes[key] * officers) for key in minutes if officers}
    highest = max(loads.values(), default=0) or 1
    cells = {
        key: HourOfWeek(
            weekday=key[0],
            hour=key[1],
            received=received.get(key, 0),
            open_minutes=minutes.get(key, 0),
            load=loads.get(key),
            step=min(STEPS - 1, int(loads.get(key, 0) / highest * STEPS)),
        )
        for key in keys
    }
    return HeatMap(
        cells=cells,
        weekdays=sorted({weekday for weekday, _ in keys} | {1, 2, 3, 4, 5}),
        hours=sorted({hour for _, hour in keys}),
        officers=officers,
        outside=sum(number for key, number in received.items() if key not in minutes),
    )


def _open_minutes(calendar: WorkingCalendar, period: Period, until: datetime) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    last = min(period.last, until.astimezone(period.since.tzinfo).date())
    for number in range((last - period.first).days + 1):
        day = period.first + timedelta(days=number)
        try:
            sessions = [one for one in calendar.sessions_on(day) if one.intake]
        except DomainError:  # beyond the calendar
            continue
        for session in sessions:
            opens, closes = (one.hour * ONE_HOUR + one.minute for one in (session.opens, session.closes))
            for hour in range(opens // ONE_HOUR, -(-closes // ONE_HOUR)):
                worked = min(closes, (hour + 1) * ONE_HOUR) - max(opens, hour * ONE_HOUR)
                key = (day.isoweekday(), hour)
                found[key] = found.get(key, 0) + worked
    return found
