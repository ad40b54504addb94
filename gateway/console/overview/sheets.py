"""The tables of an overview for a file: what the page shows, with every share as its numerator and denominator."""

from __future__ import annotations

from dataclasses import dataclass

from activities.ledger.statistics.measures import AnyMeasure, Measure, MeasureNow
from activities.ledger.statistics.statements import Group
from domain.deadlines.limits import WhichClock
from gateway.console.overview.figures import OF_PERIOD, Figures, Line
from gateway.console.visits import Visit
from gateway.i18n.statistics import MEASURES, NOBODY, OF_OFFICER, OF_UNIT, SPENT
from gateway.i18n.wording import say

Cell = str | int | float | None

NOW = say("Lúc này", "As of now")
PERIOD = say("Trong kỳ", "Over the period")
NUMBER, WHOLE, SHARE = say("Số hồ sơ", "Dossiers"), say("Trên tổng", "Of"), say("Tỷ lệ %", "Share %")
COMPARED = say("So với", "Compared with")
USED, GRANTED = say("phút đã dùng", "minutes used"), say("phút theo hạn", "minutes granted")


@dataclass(frozen=True)
class Sheet:
    """A table with a title. A cell without a value is None."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def overview_sheets(visit: Visit, figures: Figures, other: Figures | None) -> list[Sheet]:
    """As of now, over the period, and by unit or officer."""
    now = _sheet(visit, visit.text(NOW), tuple(MeasureNow), figures.total, other.total if other else None)
    over = tuple(measure for block in OF_PERIOD for measure in block)
    period = _sheet(visit, visit.text(PERIOD), over, figures.total, other.total if other else None)
    return [now, period, _of_groups(visit, figures)]


def _sheet(visit: Visit, title: str, measures: tuple[AnyMeasure, ...], line: Line, other: Line | None) -> Sheet:
    headings = [title, *(visit.text(one) for one in (NUMBER, WHOLE, SHARE))]
    if other is not None:
        headings += [f"{visit.text(COMPARED)}: {visit.text(one)}" for one in (NUMBER, WHOLE, SHARE)]
    rows = []
    for measure in measures:
        cells = _cells(line, measure) + (_cells(other, measure) if other is not None else ())
        rows.append((visit.text(MEASURES[measure]), *cells))
    return Sheet(title, tuple(headings), tuple(rows))


def _cells(line: Line, measure: AnyMeasure) -> tuple[Cell, ...]:
    figure = line[measure]
    if figure.of is None:
        return figure.count, None, None
    return figure.count, figure.of, round(100 * figure.count / figure.of, 2) if figure.of else None


def _of_groups(visit: Visit, figures: Figures) -> Sheet:
    by_unit = figures.overview.by is Group.UNIT
    measures = (*Measure, *MeasureNow)
    title = visit.text(OF_UNIT if by_unit else OF_OFFICER)
    headings = [title, visit.text(say("Mã", "Code")), *(visit.text(MEASURES[one]) for one in measures)]
    for clock in WhichClock:
        headings += [f"{visit.text(SPENT)}, {visit.text(clock.words)}: {visit.text(one)}" for one in (USED, GRANTED)]
    rows = tuple(_of_group(visit, line, measures, by_unit=by_unit) for line in figures.lines)
    return Sheet(title, tuple(headings), rows)


def _of_group(visit: Visit, line: Line, measures: tuple[AnyMeasure, ...], *, by_unit: bool) -> tuple[Cell, ...]:
    name = visit.text(NOBODY) if line.key is None else visit.names.unit(line.key) if by_unit else line.key
    times = [line.times.get(clock) for clock in WhichClock]
    spent = [
        round(minutes / time.dossiers) if time and time.dossiers else None
        for time in times
        for minutes in ((time.used, time.granted) if time else (0, 0))
    ]
    return (name, line.key, *(line[one].count for one in measures), *spent)
