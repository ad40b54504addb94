"""Which part of a time line is shown, and where the links lead that show another part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from domain.deadlines.calendar import WorkingCalendar
from domain.values import VIETNAM
from gateway.console.dossiers.axis import WIDTH, Axis
from gateway.views.lanes import Pause, Span, Window

SHORTEST = timedelta(seconds=10)
"""A shorter part is not shown: the ledger keeps whole acts, not what lies between them."""
NARROW = 0.02
"""A window outside working time has almost no room on the axis of the whole: its links move by this, in per cent."""


@dataclass(frozen=True)
class Zoom:
    """A link: its name (`earlier`, `later`, `in`, `out`), and its query."""

    name: str
    query: str


def window_of(life: Window, usual: Window, first: datetime | None, last: datetime | None) -> Window:
    """The part that is asked for, within the dossier's life; the usual part when nothing is left of it.

    An instant without a zone is one of Vietnam.
    """
    if first is None and last is None:
        return usual
    begin = life.first if first is None else max(life.first, _in_vietnam(first))
    end = life.end if last is None else min(life.end, _in_vietnam(last))
    if end - begin >= SHORTEST:
        return Window(first=begin, end=end)
    within = life.first <= begin <= end <= life.end
    return _at_least(life, begin, end) if within else usual


def usual_part(life: Window, submitted: datetime, dues: Iterable[datetime]) -> Window:
    """What is shown when no part is asked for: from the submission here on. The whole life when a date had passed
    before that: what made the dossier late is then in the time before."""
    first = max(submitted, life.first)
    return life if any(due < first for due in dues) else Window(first=first, end=life.end)


def zooms(life: Window, window: Window, calendar: WorkingCalendar) -> list[Zoom]:
    """Closer and wider around the middle, earlier and later by half of what is shown."""
    return [Zoom(name, query_of(shown)) for name, shown in _windows(life, window, calendar) if shown != window]


def _windows(life: Window, window: Window, calendar: WorkingCalendar) -> Iterator[tuple[str, Window]]:
    whole = Axis(life, calendar)
    first, last = whole.place(window.first), whole.place(window.end)
    half = max(NARROW, (last - first) / 2)
    if window.first > life.first:
        yield "earlier", _between(whole, life, first - half, last - half)
    if window.end < life.end:
        yield "later", _between(whole, life, first + half, last + half)
    part = Axis(window, calendar)
    closer = Window(first=part.at(WIDTH / 4), end=part.at(3 * WIDTH / 4))
    if window.end - window.first > 2 * SHORTEST:
        yield "in", closer if closer.end - closer.first >= SHORTEST else window
    if window != life:
        yield "out", _between(whole, life, first - half, last + half)


def _between(axis: Axis, life: Window, first: float, last: float) -> Window:
    """The part between two places of the whole; the whole up to its very ends."""
    begin = life.first if first <= 0 else axis.at(first)
    end = life.end if last >= WIDTH else axis.at(last)
    return _at_least(life, begin, end)


def around(life: Window, span: Span | Pause) -> str:
    """The query that shows one stay or pause with something before and after it."""
    margin = max(SHORTEST, (span.ended - span.began) / 4)
    return query_of(Window(first=max(life.first, span.began - margin), end=min(life.end, span.ended + margin)))


def _at_least(life: Window, begin: datetime, end: datetime) -> Window:
    """A part that is long enough to be shown, as far as the life of the dossier is."""
    if end - begin >= SHORTEST:
        return Window(first=begin, end=end)
    return Window(first=max(life.first, begin - SHORTEST), end=min(life.end, begin + SHORTEST))


def query_of(window: Window) -> str:
    """The query of a link to a part. Instants are of Vietnam, in whole seconds: the part gets a little wider."""
    end = window.end + timedelta(seconds=1) if window.end.microsecond else window.end
    return urlencode({"from": _written(window.first), "to": _written(end)}, safe=":")


def _written(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%Y-%m-%dT%H:%M:%S}"


def _in_vietnam(at: datetime) -> datetime:
    return at.replace(tzinfo=VIETNAM) if at.tzinfo is None else at
