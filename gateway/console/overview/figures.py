"""The numbers of an overview with their wholes and the addresses of their lists, ready for a template or a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
    return f"{REGISTER}?f={quote(json.dumps(wanted, separators=(',', ':'), ensure_ascii=False), safe='')}"


@dataclass(frozen=True)
class Figure:
    """A number, the whole of which it is a part (None: it is no part), and its list."""

    measure: AnyMeasure
    count: int
    of: int | None
    href: str


@dataclass(frozen=True)
class Line:
    """The numbers of one unit or officer. `key` None: nobody has the dossiers."""

    key: str | None
    figures: Mapping[AnyMeasure, Figure]
    times: Mapping[WhichClock, SpentTimes]

    def __getitem__(self, measure: AnyMeasure) -> Figure:
        return self.figures[measure]


@dataclass(frozen=True)
class Figures:
    """An overview as figures."""

    overview: Overview
    total: Line
    lines: tuple[Line, ...]

    @property
    def balanced(self) -> tuple[int, int]:
        """What came in and what became of it: the same."""
        of = {one.measure: one.count for one in self.total.figures.values()}
        came = of[Measure.CARRIED_OVER] + of[Measure.RECEIVED]
        return came, of[Measure.RESOLVED] + of[Measure.ENDED_OTHERWISE] + of[Measure.OPEN_AT_END]


def figures_of(overview: Overview, at: datetime, rungs: tuple[str, ...]) -> Figures:
    """The figures of an overview that was read at this instant."""
    filters = filters_of(overview.period, at, rungs)
    whole = overview.population.filter
    lines = []
    for over, now in overview.groups:
        key = (over or now or NOTHING_OVER).key
        lines.append(_line(key, over, now, filters, {**whole, **of_group(overview.by, key)}))
    return Figures(overview, _line(None, overview.over, overview.now, filters, whole), tuple(lines))


def _line(
    key: str | None, over: Counts | None, now: Counts | None, filters: Mapping[AnyMeasure, Filter], group: Filter
) -> Line:
    counted = {**(over or NOTHING_OVER).numbers, **(now or NOTHING_NOW).numbers}
    figures = {
        measure: Figure(
            measure,
            count,
            counted[SHARE_OF[measure]] if measure in SHARE_OF else None,
            register(group, filters[measure]),
        )
        for measure, count in counted.items()
    }
    return Line(key, figures, (over or NOTHING_OVER).times)


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


def group_of(unit: str | None) -> Group:
    """A unit is divided by officer, everything else by unit."""
    return Group.UNIT if unit is None else Group.OFFICER
