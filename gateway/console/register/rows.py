"""The found dossiers as the rows of a page, and the headings by which they are sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Literal

from activities.ledger.search.order import SearchOrder, SortKey
from activities.ledger.search.pages import SearchPage, SearchPages
from activities.ledger.search.query import SearchFilter, SearchScope
from activities.ledger.search.reader import FoundDossier
from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from gateway.access.scopes import search_scope
from gateway.api.dossiers.reading import to_staff
from gateway.api.dossiers.search_bodies import filter_of
from gateway.api.dossiers.searching import search_pages
from gateway.console.register.reading import Question
from gateway.console.visits import Visit
from gateway.i18n.wording import say
from gateway.views.exports.columns import Cell, Column, Wording, cells

ROWS = 50
PAUSED = frozenset({State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED, State.SUSPENDED})
"""The states in which the clocks of an accepted dossier stand still."""
LATE = {
    WhichClock.STATUTORY: (say("quá hạn quy định", "past the statutory date"), say("trễ quy định", "late by law")),
    WhichClock.PROMISED: (say("quá hạn hẹn trả", "past the promised date"), say("trễ hẹn", "later than promised")),
}
"""The words for an open dossier that is overdue, and for one that ended late."""
STAFF_ONLY = ("assignee",)
SORTABLE = {key.value for key in SortKey}


@dataclass(frozen=True)
class ShownCell:
    """One value of a row. `text` None: nothing. `badges`: (kind of badge, words), beside the state."""

    column: Column
    text: str | None
    badges: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ShownRow:
    """One dossier."""

    code: str
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True)
class Heading:
    """A heading. `address`: the same list sorted by it; None: it cannot be. `sorted`: as `aria-sort` says it."""

    column: Column
    words: str
    address: str | None
    sorted: Literal["ascending", "descending"] | None


@dataclass(frozen=True)
class Asking:
    """A question of one visitor: the filter in codes, and the visitor's scope."""

    visit: Visit
    question: Question

    @property
    def wanted(self) -> SearchFilter:
        """The filter of today, with names and lower units looked up. An applicant's does not know officers."""
        return self._meant()

    @property
    def _meant(self) -> Callable[..., SearchFilter]:
        """What the filter means as of an instant; of none: now."""
        asked = self.question.filter if to_staff(self.visit.signed) else self.question.filter.of_applicant()
        return partial(filter_of, asked, self.visit.api.engine.province, self.visit.names, self.visit.now)

    @property
    def scope(self) -> SearchScope:
        """The dossiers that the visitor may read, whatever the question says."""
        return search_scope(self.visit.signed.scope)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The chosen columns, without those that the visitor may not read."""
        staff = to_staff(self.visit.signed)
        return tuple(column for column in self.question.shown if staff or column.key not in STAFF_ONLY)

    def wording(self, at: datetime) -> Wording:
        """In which words the values are written. `at`: the instant at which lateness is judged."""
        staff = to_staff(self.visit.signed)
        return Wording(self.visit.names, self.visit.language, at, to_staff=staff, chosen=self.columns)

    async def page(self, cursor: str | None) -> SearchPage:
        """The page of a cursor, or the first. Raises InvalidInput `cursor_invalid`."""
        pages: SearchPages = search_pages(self.visit.api)
        now, order = self.visit.now, self.question.order
        return await pages.page(self._meant, self.scope, order, now=now, limit=ROWS, cursor=cursor)

    def rows(self, page: SearchPage) -> Iterator[ShownRow]:
        """The dossiers of a page."""
        wording = self.wording(page.at)
        for found in page.items:
            values = zip(self.columns, cells(found, wording), strict=True)
            yield ShownRow(found.code, tuple(self._cell(column, value, found, wording) for column, value in values))

    def _cell(self, column: Column, value: Cell, found: FoundDossier, wording: Wording) -> ShownCell:
        badges = tuple(_badges(found, wording)) if column.key == "state" else ()
        text = f"{value:%H:%M %d/%m/%Y}" if isinstance(value, datetime) else None if value is None else str(value)
        if column.key == "assignee" and text is not None:  # files have the code
            text = self.visit.officer(text, found.responsible)
        return ShownCell(column, text, badges)

    def headings(self) -> Sequence[Heading]:
        """The headings of the chosen columns."""
        order = self.question.order
        return [_heading(column, self.question, order, self.wording(self.visit.now)) for column in self.columns]


def _badges(found: FoundDossier, wording: Wording) -> Iterator[tuple[str, str]]:
    for which, (overdue, late) in LATE.items():
        if found.is_late(which, wording.at):
            yield "bad", wording.of(late if found.ended_at else overdue)
    if found.state in PAUSED and found.received_at is not None:
        yield "info", wording.of(say("tạm dừng tính hạn", "clocks paused"))
    if found.incident_systems:
        yield "warn", wording.of(say("sự cố kết nối", "outside call fails"))


def _heading(column: Column, question: Question, order: SearchOrder, wording: Wording) -> Heading:
    if column.key not in SORTABLE:
        return Heading(column, wording.of(column.heading), None, None)
    by, now = SortKey(column.key), order.by.value == column.key
    turned = replace(question, order=SearchOrder(by=by, descending=now and not order.descending))
    way: Literal["ascending", "descending"] = "descending" if order.descending else "ascending"
    return Heading(column, wording.of(column.heading), turned.address(), way if now else None)
