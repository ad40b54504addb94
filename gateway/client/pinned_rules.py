"""Reads the rules that a dossier pinned from the table of published rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from activities.ledger.pool import Pool
from activities.ledger.rules_store import RulesStore
from domain.deadlines.calendar import WorkingCalendar
from domain.dossier.context import Rules
from domain.dossier.state import Dossier
from domain.rules.rulebook import Pins, Rulebook
from domain.values import Hash

MOST_EARLIER = 64
"""Earlier rules in memory. An organisation of a province is the largest: about 130 units."""


async def pinned_rules(pool: Pool, pins: Pins, binding_calendars: Iterable[Hash] = ()) -> Rules:
    """The pinned rules, with the earlier calendars whose dates still bind.

    They do not depend on today's configuration. Raises NotFound `unknown_rule`, DatabaseUnavailable.
    """
    stored = await RulesStore(pool).load(_hashes(pins, binding_calendars))
    return Rules.pinned(pins, Rulebook().adding(*stored))


class PinnedRules:
    """The rules that dossiers pin: those of today, and earlier ones, read from the table and kept in memory.

    A rule is named by its content and never changes, so one that was read is read no more. `most`: how many earlier
    rules are kept; one more, and all of them are forgotten.
    """

    def __init__(self, pool: Pool, today: Rulebook, most: int = MOST_EARLIER) -> None:
        self._store = RulesStore(pool)
        self._today = self._known = today
        self._most = most

    async def of(self, dossier: Dossier) -> Rules:
        """The rules that a dossier pinned, with the earlier calendars whose dates still bind.

        Raises NotFound `unknown_rule`, DatabaseUnavailable.
        """
        pins, binding = dossier.pins, dossier.deadlines.binding_calendars
        known = self._known
        if not known.knows(pins, binding):
            known = await self._read(_hashes(pins, binding))
        return Rules.pinned(pins, known)

    async def calendars(self, hashes: Collection[Hash]) -> dict[Hash, WorkingCalendar]:
        """The calendars with these hashes. One that cannot be read is left out. Raises DatabaseUnavailable."""
        known = self._known
        missing = {one for one in hashes if known.find_calendar(one) is None}
        if missing:
            known = await self._read(missing)
        return {one: calendar for one in hashes if (calendar := known.find_calendar(one)) is not None}

    async def _read(self, hashes: Iterable[Hash]) -> Rulebook:
        """The rules in memory with these added, which stay in memory while there is room."""
        known = self._known.adding(*await self._store.load(hashes))
        self._known = known if len(known) - len(self._today) <= self._most else self._today
        return known


def _hashes(pins: Pins, calendars: Iterable[Hash]) -> set[Hash]:
    return {pins.procedure, pins.calendar, pins.organisation, pins.escalation, *calendars}
