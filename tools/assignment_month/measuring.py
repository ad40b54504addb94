"""The figures of a played month."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.limits import WhichClock
from tools.assignment_month.drawing import MINUTE, Item
from tools.assignment_month.month import PlayedMonth


def figures(played: PlayedMonth, calendar: WorkingCalendar, units: Sequence[str]) -> dict[str, float]:
    """The figures over these units."""
    items = [one for one in played.items if one.unit in units]
    courses = [calendar.working_time_between(one.received, one.ended) / MINUTE / 60 for one in items if one.ended]
    waits = [one.waited / MINUTE for one in items]
    worked = [
        [minutes / played.there[who] for who, minutes in by.items() if played.there[who]]
        for unit, by in played.worked.items()
        if unit in units
    ]
    opened = [sample for unit, sample in played.open_work if unit in units and len(sample) > 1 and any(sample)]
    return {
        "items": len(items),
        "worked_cv": _mean(variation(one) for one in worked),
        "worked_gini": _mean(gini(one) for one in worked),
        "open_cv": _mean(variation(one) for one in opened),
        "open_gini": _mean(gini(one) for one in opened),
        "open_mean_hours": _mean(statistics.fmean(one) / 60 for one in opened),
        "open_spread_hours": _mean(statistics.pstdev(one) / 60 for one in opened),
        "finish_median_hours": statistics.median(courses),
        "finish_p90_hours": _p90(courses),
        "in_time_statutory": _share(items, WhichClock.STATUTORY, calendar),
        "in_time_promised": _share(items, WhichClock.PROMISED, calendar),
        "unassigned_mean_minutes": statistics.fmean(waits),
        "unassigned_p90_minutes": _p90(waits),
        "reassigned": played.reassigned,
    }


def variation(values: Sequence[float]) -> float:
    """The coefficient of variation: 0 when all are equal."""
    mean = statistics.fmean(values)
    return statistics.pstdev(values) / mean if mean else 0.0


def gini(values: Sequence[float]) -> float:
    """The Gini coefficient: 0 when all are equal, near 1 when one has everything."""
    ordered, total = sorted(values), sum(values)
    if not total:
        return 0.0
    weighted = sum(place * value for place, value in enumerate(ordered, 1))
    return 2 * weighted / (len(ordered) * total) - (len(ordered) + 1) / len(ordered)


def medians(runs: Sequence[Mapping[str, float]]) -> dict[str, tuple[float, float, float]]:
    """Of each figure, the median, the least and the most over the seeds."""
    return {
        name: (statistics.median(values), min(values), max(values))
        for name, values in ((name, [run[name] for run in runs]) for name in runs[0])
    }


def _share(items: Sequence[Item], which: WhichClock, calendar: WorkingCalendar) -> float:
    """The share in time, in percent, of those that have this clock."""
    judged = [(one.ended, clock.due(one.timing, which, calendar)) for one in items]
    known = [ended <= due for ended, due in judged if ended is not None and due is not None]
    return 100 * sum(known) / len(known) if known else 100.0


def _p90(values: Sequence[float]) -> float:
    return sorted(values)[int(0.9 * (len(values) - 1))]


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return statistics.fmean(found) if found else 0.0
