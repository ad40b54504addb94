"""The tables of an overview for a file: what the page shows, with every share as its numerator and denominator."""

from __future__ import annotations

from collections.abc import Mapping

from activities.ledger.statistics.measures import AnyMeasure, Measure, MeasureNow
from activities.ledger.statistics.statements import Group
from domain.deadlines.limits import WhichClock
from gateway.console.overview.figures import OF_PERIOD, Figures, Line
from gateway.console.overview.report import Cell, Sheet, with_share
from gateway.console.visits import Visit
from gateway.i18n.statistics import MEASURES, NOBODY, OF_OFFICER, OF_UNIT, SPENT
from gateway.i18n.wording import WEEKDAYS, rung_name, say, system_name
from gateway.views.arrivals import HeatMap
from gateway.views.statistics import Overview

NOW = say("Lúc này", "As of now")
PERIOD = say("Trong kỳ", "Over the period")
NUMBER, WHOLE, SHARE = say("Số hồ sơ", "Dossiers"), say("Trên tổng", "Of"), say("Tỷ lệ %", "Share %")
RUNG, SYSTEM = say("Bậc leo thang gần nhất", "Last rung"), say("Sự cố theo hệ thống", "Failed system")
DAY, HOUR = say("Ngày", "Day"), say("Giờ đến", "Hour of arrival")
OPEN_MINUTES = say("Phút mở cửa trong kỳ", "Minutes open in the period")
LOAD = say("Hồ sơ mỗi người mỗi giờ", "Dossiers per officer and hour")
COMPARED = say("So với", "Compared with")
USED, GRANTED = say("phút đã dùng", "minutes used"), say("phút theo hạn", "minutes granted")


def overview_sheets(visit: Visit, figures: Figures, other: Figures | None, heat: HeatMap) -> list[Sheet]:
    """Every table of the page: as of now, over the period, rungs, systems, days, hours, and units or officers.

    `other`: what it is compared with. As of now only other dossiers have other numbers, whatever the periods.
    """
    same = other is not None and other.overview.population.key == figures.overview.population.key
    beside = None if other is None or same else other.total
    now = _sheet(visit, visit.text(NOW), tuple(MeasureNow), figures.total, beside)
    over = tuple(measure for block in OF_PERIOD for measure in block)
    period = _sheet(visit, visit.text(PERIOD), over, figures.total, other.total if other else None)
    return [
        now,
        period,
        *_troubles(visit, figures),
        _days(visit, figures),
        _hours(visit, heat),
        _of_groups(visit, figures),
    ]


def _troubles(visit: Visit, figures: Figures) -> tuple[Sheet, Sheet]:
    number = visit.text(NUMBER)
    overview, open_now = figures.overview, figures.total[MeasureNow.OPEN].count
    by_rung = tuple((rung_words(visit, code), count, open_now) for code, count in by_ladder(visit, overview.rungs))
    by_system = tuple((visit.text(system_name(code)), count) for code, count in overview.systems.items())
    return (
        Sheet(visit.text(RUNG), (visit.text(RUNG), number, visit.text(WHOLE)), by_rung),
        Sheet(visit.text(SYSTEM), (visit.text(SYSTEM), number), by_system),
    )


def by_ladder(visit: Visit, counted: Mapping[str, int]) -> list[tuple[str, int]]:
    """The rungs with their dossiers in the order of the ladder; those of earlier ladders last."""
    order = {code: place for place, code in enumerate(visit.names.rungs)}
    return sorted(counted.items(), key=lambda one: (order.get(one[0], len(order)), one[0]))


def rung_words(visit: Visit, code: str) -> str:
    """The name of a rung; the code of one that no ladder has any more."""
    rung = visit.names.rungs.get(code)
    return code if rung is None else visit.text(rung_name(rung))


def _days(visit: Visit, figures: Figures) -> Sheet:
    words = [visit.text(MEASURES[one]) for one in (Measure.RECEIVED, Measure.RESOLVED)]
    rows = tuple((f"{one.day:%d/%m/%Y}", one.received, one.resolved) for one in figures.overview.days)
    return Sheet(visit.text(DAY), (visit.text(DAY), *words), rows)


def _hours(visit: Visit, heat: HeatMap) -> Sheet:
    """A row for each hour of the week: dossiers, the minutes in which desks were open, and the load."""
    headings = [visit.text(one) for one in (HOUR, NUMBER, OPEN_MINUTES, LOAD)]
    rows = tuple(
        (f"{visit.text(WEEKDAYS[weekday - 1])} {hour}–{hour + 1}", cell.received, cell.open_minutes,
         None if cell.load is None else round(cell.load, 4))
        for (weekday, hour), cell in sorted(heat.cells.items())
    )  # fmt: skip
    return Sheet(visit.text(HOUR), tuple(headings), rows)


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
    return with_share(figure.count, figure.of)


def _of_groups(visit: Visit, figures: Figures) -> Sheet:
    by_unit = figures.overview.by is Group.UNIT
    measures = (*Measure, *MeasureNow)
    title = visit.text(OF_UNIT if by_unit else OF_OFFICER)
    headings = [title, visit.text(say("Mã", "Code")), *(visit.text(MEASURES[one]) for one in measures)]
    for clock in WhichClock:
        headings += [f"{visit.text(SPENT)}, {visit.text(clock.words)}: {visit.text(one)}" for one in (USED, GRANTED)]
    rows = tuple(_of_group(visit, line, measures, figures.overview) for line in figures.lines)
    return Sheet(title, tuple(headings), rows)


def _of_group(visit: Visit, line: Line, measures: tuple[AnyMeasure, ...], overview: Overview) -> tuple[Cell, ...]:
    if line.key is None:
        name = visit.text(NOBODY)
    elif overview.by is Group.UNIT:
        name = visit.names.unit(line.key)
    else:
        name = visit.officer(line.key, overview.population.unit)
    times = [line.times.get(clock) for clock in WhichClock]
    spent = [
        round(minutes / time.dossiers) if time and time.dossiers else None
        for time in times
        for minutes in ((time.used, time.granted) if time else (0, 0))
    ]
    return (name, line.key, *(line[one].count for one in measures), *spent)
