"""The changes of calendars by letters in open dossiers: the earlier date that binds, the new date, and the letters.

Lists read them for the dossiers of one page. The page and the explanation of a dossier show the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from activities.ledger.calendar_letters import ChangedBy, letters_of
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.rules_store import RulesStore
from domain.deadlines.bound_dates import BoundDate, bound_dates
from domain.deadlines.limits import WhichClock
from domain.dossier.events import CalendarChanged
from domain.dossier.state import Dossier
from domain.errors import NotFound
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.rules.rulebook import Rulebook
from domain.values import Hash, Value


class CalendarChanges(Value):
    """The changes of one dossier: its dates under earlier calendars that bind, and the letters."""

    bound: tuple[BoundDate, ...] = ()
    letters: tuple[ChangedBy, ...] = ()

    def of(self, which: WhichClock) -> BoundDate | None:
        """The binding date of a clock; None when the calendar in force gives it."""
        return next((one for one in self.bound if one.which is which), None)


def letters_in(history: Iterable[RecordedEvent | UnreadEvent]) -> tuple[ChangedBy, ...]:
    """The letters in a dossier's history, in order."""
    return tuple(
        ChangedBy(at=one.event.at, letter=one.event.letter)
        for one in history
        if isinstance(one, RecordedEvent) and isinstance(one.event, CalendarChanged)
    )


async def calendar_changes(pool: Pool, codes: Sequence[str], now: datetime) -> dict[str, CalendarChanges]:
    """The changes by dossier; a dossier without a letter is left out.

    A dossier whose calendars this release cannot read has its letters and no dates. Raises DatabaseUnavailable.
    """
    letters = await letters_of(pool, codes)
    if not letters:
        return {}
    dossiers = [dossier_in(row) for row in await LedgerReader(pool).whole(list(letters))]
    wanted = {hash_ for dossier in dossiers for hash_ in _calendars(dossier)}
    rulebook = Rulebook().adding(*await RulesStore(pool).load(wanted))
    return {one.code: CalendarChanges(bound=_bound(one, rulebook, now), letters=letters[one.code]) for one in dossiers}


def _calendars(dossier: Dossier) -> tuple[Hash, ...]:
    """The calendar in force, then the earlier calendars that bind."""
    return (dossier.pins.calendar, *dossier.deadlines.binding_calendars)


def _bound(dossier: Dossier, rulebook: Rulebook, now: datetime) -> tuple[BoundDate, ...]:
    timing = dossier.deadlines.timing
    try:
        calendars = [rulebook.calendar(hash_) for hash_ in _calendars(dossier)]
    except NotFound:
        return ()
    return bound_dates(timing, calendars, now) if timing else ()
