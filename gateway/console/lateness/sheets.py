"""The lateness review as tables for the monthly meeting: by cause, by unit, and every dossier with its evidence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.ledger.pool import Connection
from activities.ledger.search.order import Reading, SearchOrder, SortKey
from activities.ledger.search.reader import FoundDossier, Search, Searching
from activities.ledger.statistics.measures import Measure, MeasureNow, Period, both
from activities.ledger.statistics.reader import Statistics
from activities.ledger.statistics.statements import Group
from domain.deadlines.clock import Holder, WhichClock
from domain.values import VIETNAM, Bilingual
from gateway.console.lateness import words
from gateway.console.overview.report import Cell, Sheet, with_share
from gateway.console.visits import Visit
from gateway.i18n.deadline_wording import holder_name
from gateway.i18n.wording import system_name
from gateway.views.exports.columns import local
from gateway.views.lateness import JUDGED, LATE, Cause, Evidence, Nearness, Review, filter_of, read_evidence
from gateway.views.statistics import Population

MOST = 10_000
"""Dossiers of each cell and cause in a file for a spreadsheet. It says so when there are more."""
ON_PAPER = 40
"""The same on paper: the worst."""
AT_ONCE = 200
"""Dossiers whose evidence is read at once."""
MISSED = {
    WhichClock.PROMISED: (Measure.LATE_PROMISED, MeasureNow.OVERDUE_PROMISED),
    WhichClock.STATUTORY: (Measure.LATE_STATUTORY, MeasureNow.OVERDUE_STATUTORY),
}


@dataclass(frozen=True)
class Reviewed:
    """What is reviewed: the dossiers, the period, the clock, and the rungs of the clock."""

    people: Population
    period: Period
    clock: WhichClock
    rungs: tuple[str, ...]

    def search(self, visit: Visit, cell: Nearness, cause: Cause | None) -> Search:
        """The dossiers of a cell, the worst first: by working minutes if they have ended, by their date if open."""
        wanted = filter_of(cell, self.clock, self.period, visit.now, self.rungs, cause)
        by, descending = SortKey(f"{self.clock.value}_due"), False
        if cell in (Nearness.ENDED_LATE, Nearness.NEAR_ENDED):
            by, descending = SortKey(f"late_{self.clock.value}_minutes"), True
        order, people = SearchOrder(by=by, descending=descending), self.people
        return Search(wanted=both(people.wanted, wanted), scope=people.scope, order=order, at=visit.now)

    def due(self, row: FoundDossier) -> datetime | None:
        """The date of a dossier on the clock."""
        return row.statutory_due if self.clock is WhichClock.STATUTORY else row.promised_due

    def granted(self, row: FoundDossier) -> int | None:
        """The working minutes that the clock gave."""
        return row.statutory_minutes if self.clock is WhichClock.STATUTORY else row.promised_minutes


async def review_sheets(
    visit: Visit, db: Connection, reviewed: Reviewed, review: Review, *, on_paper: bool
) -> list[Sheet]:
    """By cause, by unit, and a table of dossiers for each cause; then those that were nearly late.

    `db`: that on which the review was counted, so that the lists have what was counted (`one_moment`).
    """
    parts = [
        _Part(name, LATE, cause, on_paper)
        for cause, name in words.CAUSES.items()
        if any(review.counts[cell, cause] for cell in LATE)
    ]
    parts += [_Part(words.CELLS[cell], (cell,), None, on_paper) for cell in (Nearness.NEAR_OPEN, Nearness.NEAR_ENDED)]
    dossiers = [await _listed(visit, db, reviewed, review, part) for part in parts]
    return [_by_cause(visit, review), await _by_unit(visit, db, reviewed), *dossiers]


def _by_cause(visit: Visit, review: Review) -> Sheet:
    headings = [visit.text(words.CAUSE)]
    for cell in Nearness:
        headings += [visit.text(words.CELLS[cell]), visit.text(words.WHOLES[cell]), visit.text(words.SHARE)]
    rows: list[tuple[Cell, ...]] = []
    for cause in (None, *words.CAUSES):
        row: list[Cell] = [visit.text(words.ALL if cause is None else words.CAUSES[cause])]
        for cell in Nearness:
            whole = review.wholes[cell] if cause is None else review.counts[cell, None]
            row += (
                with_share(review.counts[cell, cause], whole) if (cell, cause) in review.counts else (None, None, None)
            )
        rows.append(tuple(row))
    widths = (24, *(width for _ in Nearness for width in (11, 13, 8)))
    return Sheet(visit.text(words.BY_CAUSE), tuple(headings), tuple(rows), widths, visit.text(words.OF_WHAT))


async def _by_unit(visit: Visit, db: Connection, reviewed: Reviewed) -> Sheet:
    """A row for each unit that has dossiers, the most late ones first: each number with its whole."""
    asked, (late, overdue) = reviewed.people.asked(visit.now), MISSED[reviewed.clock]
    statistics = Statistics(db)
    over = {one.key: one.numbers for one in await statistics.over(asked, reviewed.period, Group.UNIT)}
    now = {one.key: one.numbers for one in await statistics.now(asked, reviewed.rungs, Group.UNIT)}
    counted = []
    for code in {*over, *now}:
        ended, is_open = over.get(code, {}), now.get(code, {})
        numbers = (ended.get(late, 0), ended.get(JUDGED[reviewed.clock], 0))
        counted.append((visit.names.unit(code or ""), code, numbers, (is_open.get(overdue, 0), is_open.get(OPEN, 0))))
    counted.sort(key=lambda one: (-one[2][0], -one[3][0], one[0]))
    rows = tuple((name, code, *with_share(*ended), *with_share(*is_open)) for name, code, ended, is_open in counted)
    headings = [visit.text(words.UNIT), visit.text(words.CODE)]
    for cell in LATE:
        headings += [visit.text(words.CELLS[cell]), visit.text(words.WHOLES[cell]), visit.text(words.SHARE)]
    return Sheet(visit.text(words.BY_UNIT), tuple(headings), rows, (40, 12, 14, 18, 8, 14, 18, 8))


OPEN = MeasureNow.OPEN


@dataclass(frozen=True)
class _Part:
    """The cells of one table of dossiers."""

    name: Bilingual
    cells: tuple[Nearness, ...]
    cause: Cause | None
    on_paper: bool


async def _listed(visit: Visit, db: Connection, reviewed: Reviewed, review: Review, part: _Part) -> Sheet:
    columns = _columns(on_paper=part.on_paper)
    most = ON_PAPER if part.on_paper else MOST
    rows: list[tuple[Cell, ...]] = []
    notes = []
    for cell in part.cells:
        search = reviewed.search(visit, cell, part.cause)
        found = await Searching(db).readable(search, Reading(), most + 1)
        rows += [row async for row in _written(visit, db, reviewed, cell, found[:most], columns)]
        notes.append(_note(visit, cell, len(found), most, review.counts[cell, part.cause]))
    headings, widths = zip(*((visit.text(one.heading), one.width) for one in columns), strict=True)
    return Sheet(visit.text(part.name), headings, tuple(rows), widths, "; ".join(notes))


def _columns(*, on_paper: bool) -> list[Column]:
    return [one for one in COLUMNS if one.printed or not on_paper]


def _note(visit: Visit, cell: Nearness, found: int, most: int, counted: int) -> str:
    """How many of the found are listed, and of how many."""
    name = visit.text(words.CELLS[cell])
    if found > most:
        return f"{name}: {visit.text(words.BOUNDED).format(some=most, all=counted)}"
    return f"{name}: {found}"


async def _written(
    visit: Visit,
    db: Connection,
    reviewed: Reviewed,
    cell: Nearness,
    found: Sequence[FoundDossier],
    columns: Sequence[Column],
) -> AsyncIterator[tuple[Cell, ...]]:
    """The rows. The evidence is read for some dossiers at a time and is not kept."""
    for first in range(0, len(found), AT_ONCE):
        some = found[first : first + AT_ONCE]
        due = {row.code: reviewed.due(row) for row in some}
        evidence = await read_evidence(db, visit.api.engine.province, due, visit.now)
        for row in some:
            line = Line(visit, reviewed, cell, row, evidence.get(row.code, Evidence(timing=None)))
            yield tuple(column.value(line) for column in columns)


@dataclass(frozen=True)
class Line:
    """One dossier in a table."""

    visit: Visit
    reviewed: Reviewed
    cell: Nearness
    row: FoundDossier
    proof: Evidence

    def holder(self, one: Holder) -> str:
        """The name of who had it."""
        return self.visit.text(holder_name(one, self.visit.names.unit))

    @property
    def late_minutes(self) -> int | None:
        """The working minutes after the date: as judged, or so far."""
        if self.row.ended_at is not None:
            return self.row.late_minutes(self.reviewed.clock)
        held = [one.part.working for one in self.proof.held]
        return _minutes(sum(held, timedelta())) if held else None

    def held(self) -> str:
        """Who had it after the date: from when to when, how many working minutes, from which event on."""
        parts = []
        for one in self.proof.held:
            event = "" if one.version is None else f", {self.visit.text(words.EVENT)} {one.version}"
            span = f"{_moment(one.part.began)} – {_moment(one.part.ended)}"
            parts.append(f"{self.holder(one.part.holder)}: {self.minutes(one.part.working)} ({span}{event})")
        return "; ".join(parts)

    def causes(self) -> str:
        """To whom its lateness is attributed, or would be while it is in time; empty for one that ended in time."""
        return "; ".join(self.holder(one) for one in self.row.late_by(self.reviewed.clock))

    def spent(self) -> str:
        """The working minutes of each holder since receipt."""
        return "; ".join(f"{self.holder(one.holder)}: {self.minutes(one.working)}" for one in self.proof.spent)

    def minutes(self, working: timedelta) -> str:
        """Whole working minutes; less than one is said so: nearly nothing of the lateness was theirs."""
        return str(_minutes(working)) if _minutes(working) or not working else self.visit.text(words.SHORT)

    def pauses(self) -> str:
        """When the clocks stood still, and by which rule."""
        stops = self.proof.timing.pauses if self.proof.timing else ()
        told = []
        for one in stops:
            basis = f" ({one.legal_basis})" if one.legal_basis else ""
            ended = "…" if one.ended is None else _moment(one.ended)
            told.append(f"{self.visit.text(one.ground.words)} {_moment(one.began)} – {ended}{basis}")
        return "; ".join(told)


def _minutes(working: timedelta) -> int:
    return int(working.total_seconds() // 60)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


@dataclass(frozen=True)
class Column:
    """One column of a table of dossiers. `printed`: also on paper."""

    heading: Bilingual
    value: Callable[[Line], Cell]
    width: int
    printed: bool = True


COLUMNS = (
    Column(words.DOSSIER, lambda one: one.row.code, 25),
    Column(words.UNIT, lambda one: one.visit.names.unit(one.row.responsible or one.row.received_by), 24),
    Column(words.UNIT_CODE, lambda one: one.row.responsible or one.row.received_by, 10, printed=False),
    Column(words.PROCEDURE, lambda one: one.visit.names.procedure(one.row.procedure), 28),
    Column(words.OFFICER, lambda one: one.row.assignee, 20, printed=False),
    Column(words.HOW, lambda one: one.visit.text(words.CELLS[one.cell]), 13),
    Column(words.RECEIVED, lambda one: local(one.row.received_at), 16, printed=False),
    Column(words.DUE, lambda one: local(one.reviewed.due(one.row)), 11),
    Column(words.ENDED, lambda one: local(one.row.ended_at), 11),
    Column(words.CAUSE, Line.causes, 30, printed=False),
    Column(words.MINUTES, lambda one: one.late_minutes, 9),
    Column(words.AFTER, Line.held, 40),
    Column(words.SINCE_RECEIPT, Line.spent, 40, printed=False),
    Column(words.PAUSES, Line.pauses, 40, printed=False),
    Column(
        words.FAILED,
        lambda one: ", ".join(one.visit.text(system_name(system)) for system in one.row.incident_systems) or None,
        24,
        printed=False,
    ),
)
