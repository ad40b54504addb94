"""The numbers of an overview with their wholes and the addresses of their lists, ready for a template or a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import quote

from activities.ledger.statistics.measures import SHARE_OF, AnyMeasure, Measure, MeasureNow
from activities.ledger.statistics.reader import Counts, SpentTimes
from activities.ledger.statistics.statements import Group
from domain.deadlines.limits import WhichClock
from gateway.views.statistics import (
    NOTHING_NOW,
    NOTHING_OVER,
    Filter,
    Overview,
    filters_of,
    of_group,
)

REGISTER = "/console/register"


def register(*filters: Filter) -> str:
    """The address of the register with these filters together. Where two name units, the later, narrower one counts."""
    wanted = {name: value for one in filters for name, value in one.items()}
    return f"{REGISTER}?f=%7B{_written(wanted)}%7D"


def _written(wanted: Filter) -> str:
    """The fields of a filter as an address has them, without the braces around."""
    return quote(json.dumps(wanted, separators=(",", ":"), ensure_ascii=False)[1:-1], safe="")


@dataclass(frozen=True)
class Figure:
    """A number, the whole of which it is a part (None: it is no part), and its list."""

    measure: AnyMeasure
    count: int
    of: int | None
    href: str


@dataclass(frozen=True)
class Lists:
    """The addresses of the lists of one unit or officer. A page has thousands, so each part is written once."""

    group: Filter
    measures: Mapping[AnyMeasure, tuple[Filter, str]]
    """The filter of each measure, and the same as a part of an address."""

    @cached_property
    def _group(self) -> str:
        return _written(self.group)

    def of(self, measure: AnyMeasure) -> str:
        """The address of the list of a measure."""
        wanted, written = self.measures[measure]
        if not self.group or not wanted.keys().isdisjoint(self.group):
            return register(self.group, wanted)
        return f"{REGISTER}?f=%7B{self._group}%2C{written}%7D"


@dataclass(frozen=True)
class Line:
    """The numbers of one unit or officer. `key` None: nobody has the dossiers, or all are one."""

    key: str | None
    counted: Mapping[AnyMeasure, int]
    times: Mapping[WhichClock, SpentTimes]
    lists: Lists

    def __getitem__(self, measure: AnyMeasure) -> Figure:
        whole = SHARE_OF.get(measure)
        of = None if whole is None else self.counted[whole]
        return Figure(measure, self.counted[measure], of, self.lists.of(measure))


@dataclass(frozen=True)
class Figures:
    """An overview as figures."""

    overview: Overview
    total: Line
    lines: tuple[Line, ...]

    @property
    def balanced(self) -> tuple[int, int]:
        """What came in and what became of it: the same."""
        of = self.total.counted
        came = of[Measure.CARRIED_OVER] + of[Measure.RECEIVED]
        return came, of[Measure.RESOLVED] + of[Measure.ENDED_OTHERWISE] + of[Measure.OPEN_AT_END]


def figures_of(overview: Overview, at: datetime, rungs: tuple[str, ...]) -> Figures:
    """The figures of an overview that was read at this instant."""
    measures = {
        measure: (wanted, _written(wanted)) for measure, wanted in filters_of(overview.period, at, rungs).items()
    }
    whole = overview.population.filter
    lines = []
    for over, now in overview.groups:
        key = (over or now or NOTHING_OVER).key
        lines.append(_line(key, over, now, Lists({**whole, **of_group(overview.by, key)}, measures)))
    return Figures(overview, _line(None, overview.over, overview.now, Lists(whole, measures)), tuple(lines))


def _line(key: str | None, over: Counts | None, now: Counts | None, lists: Lists) -> Line:
    counted = {**(over or NOTHING_OVER).numbers, **(now or NOTHING_NOW).numbers}
    return Line(key, counted, (over or NOTHING_OVER).times, lists)


OF_PERIOD: tuple[tuple[Measure, ...], ...] = (
    (Measure.CARRIED_OVER, Measure.RECEIVED, Measure.RECEIVED_ONLINE, Measure.RECEIVED_CROSSING),
    (Measure.RESOLVED, Measure.RETURNED, Measure.ENDED_OTHERWISE, Measure.OPEN_AT_END),
    (Measure.KEPT_PROMISED, Measure.EARLY_PROMISED, Measure.ON_TIME_PROMISED, Measure.LATE_PROMISED),
    (Measure.KEPT_STATUTORY, Measure.EARLY_STATUTORY, Measure.ON_TIME_STATUTORY, Measure.LATE_STATUTORY),
)
"""The numbers over a period in the order of a report: what came, what became of it, and how it was judged."""
COLUMNS: tuple[AnyMeasure, ...] = (
    Measure.CARRIED_OVER,
    Measure.RECEIVED,
    Measure.RECEIVED_ONLINE,
    Measure.RESOLVED,
    Measure.KEPT_PROMISED,
    Measure.LATE_PROMISED,
    Measure.LATE_STATUTORY,
    MeasureNow.OPEN,
    MeasureNow.DUE_TODAY,
    MeasureNow.OVERDUE_PROMISED,
)
"""The columns of the table of units or officers."""


def in_order(lines: tuple[Line, ...], wanted: str) -> tuple[Line, ...]:
    """The lines in the order of a column: `received` has the most first, `-received` the fewest.

    A number that is a part of a whole is ordered by its share; without a whole it stands last. An unknown column
    changes nothing.
    """
    measure = next((one for one in COLUMNS if one.value == wanted.removeprefix("-")), None)
    if measure is None:
        return lines
    shares = {id(line): _share(line[measure]) for line in lines}
    known = sorted((one for one in lines if shares[id(one)] is not None), key=lambda one: shares[id(one)] or 0.0)
    if not wanted.startswith("-"):
        known.reverse()
    return (*known, *(one for one in lines if shares[id(one)] is None))


def _share(figure: Figure) -> float | None:
    if figure.of is None:
        return float(figure.count)
    return figure.count / figure.of if figure.of else None


def group_of(unit: str | None) -> Group:
    """A unit is divided by officer, everything else by unit."""
    return Group.UNIT if unit is None else Group.OFFICER
