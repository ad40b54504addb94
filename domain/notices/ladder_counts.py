"""What a ladder did in a period, counted: firings of each rung, climbs, digests, and which dossiers were escalated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from domain.dossier.events import DeadlineWarned, DossierEscalated, EscalationClimbed
from domain.dossier.ladder_play import Fired
from domain.notices.lines import staff_notices
from domain.values import VIETNAM, Value

MOST_EXAMPLES = 10


class LadderCounts:
    """Counts one ladder, dossier after dossier. It keeps numbers, and one entry for each digest."""

    def __init__(self, since: datetime, until: datetime, digest_minutes: int) -> None:
        self._since, self._until = since, until
        self._minutes = digest_minutes
        self._digests: set[tuple[str, int]] = set()
        self.rungs: Counter[str] = Counter()
        self.climbs = 0
        self.at_top = 0
        self.escalated = 0
        self.lines = 0
        self.units: Counter[str] = Counter()
        self.without_people = 0

    def add(self, fired: Iterable[Fired]) -> bool:
        """Counts what a ladder did to one dossier within the period. Returns whether it was escalated."""
        escalated = False
        for event in fired:
            if self._since <= event.at < self._until:
                self._count(event)
                escalated = escalated or isinstance(event, DossierEscalated)
        self.escalated += escalated
        return escalated

    def _count(self, event: Fired) -> None:
        if isinstance(event, DeadlineWarned | DossierEscalated):
            self.rungs[event.rung] += 1
        if isinstance(event, EscalationClimbed):
            self.climbs += 1
            self.at_top += event.at_top
        self.units.update(event.notified_units)
        self.without_people += not event.addressees
        for line in staff_notices(event):
            self.lines += 1
            self._digests.add((line.recipient, int(event.at.timestamp()) // (60 * self._minutes)))

    def busiest(self) -> RecipientDay | None:
        """Who would have got the most digests on one day."""
        days: Counter[tuple[str, str]] = Counter()
        for recipient, window in self._digests:
            day = datetime.fromtimestamp(window * 60 * self._minutes, VIETNAM).date()
            days[recipient, day.isoformat()] += 1
        if not days:
            return None
        (recipient, on), digests = min(days.items(), key=lambda one: (-one[1], one[0]))
        return RecipientDay(recipient=recipient, day=on, digests=digests)

    def digests(self) -> tuple[RecipientDigests, ...]:
        """The digests of each recipient, the most first. Windows are counted from full quarters, not the first line."""
        found = Counter(recipient for recipient, _ in self._digests)
        return tuple(
            RecipientDigests(recipient=one, digests=count)
            for one, count in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        )


class RecipientDigests(Value):
    """How many digests one person got; a unit, where an event names no people."""

    recipient: str
    digests: int


class RecipientDay(Value):
    """The most digests that anybody got on one day."""

    recipient: str
    day: str
    digests: int


class UnitCount(Value):
    """How often a unit was told."""

    unit: str
    times: int


class RungCount(Value):
    """How often one rung fired under each ladder."""

    rung: str
    before: int
    after: int


class LadderTotals(Value):
    """One side of the comparison. `lines`: what people were told, of which the digests are made."""

    escalated: int
    climbs: int
    at_top: int
    lines: int
    digests: int
    recipients: tuple[RecipientDigests, ...]
    units: tuple[UnitCount, ...]
    without_people: int
    """How often only the units that a rung names were recorded: by a run of an earlier release, or by a worker without
    readable staff. Then the unit of somebody who was away counts, and not the one that would have heard instead."""
    busiest: RecipientDay | None

    @classmethod
    def of(cls, counts: LadderCounts) -> LadderTotals:
        """The totals of these counts."""
        digests = counts.digests()
        return cls(
            escalated=counts.escalated,
            climbs=counts.climbs,
            at_top=counts.at_top,
            lines=counts.lines,
            digests=sum(one.digests for one in digests),
            recipients=digests,
            units=tuple(UnitCount(unit=one, times=times) for one, times in counts.units.most_common()),
            without_people=counts.without_people,
            busiest=counts.busiest(),
        )


class LadderComparison(Value):
    """Two ladders over the same dossiers. `newly`, `no_longer`: examples of dossiers that only one escalates."""

    since: datetime
    until: datetime
    dossiers: int
    unreadable: int
    before: LadderTotals
    after: LadderTotals
    rungs: tuple[RungCount, ...]
    newly: int
    newly_examples: tuple[str, ...]
    no_longer: int
    no_longer_examples: tuple[str, ...]


class Comparing:
    """Compares two ladders dossier by dossier; it keeps counts and a few examples."""

    def __init__(self, since: datetime, until: datetime, digest_minutes: int) -> None:
        self._since, self._until = since, until
        self._before = LadderCounts(since, until, digest_minutes)
        self._after = LadderCounts(since, until, digest_minutes)
        self._newly: list[str] = []
        self._no_longer: list[str] = []
        self._counted = [0, 0]
        self.dossiers = 0
        self.unreadable = 0

    def add(self, code: str, before: Iterable[Fired], after: Iterable[Fired]) -> None:
        """Counts one dossier."""
        self.dossiers += 1
        was, now = self._before.add(before), self._after.add(after)
        if was == now:
            return
        place, examples = (0, self._newly) if now else (1, self._no_longer)
        self._counted[place] += 1
        if len(examples) < MOST_EXAMPLES:
            examples.append(code)

    def result(self) -> LadderComparison:
        """The comparison as far as it is."""
        codes = sorted(self._before.rungs.keys() | self._after.rungs.keys())
        rungs = (RungCount(rung=one, before=self._before.rungs[one], after=self._after.rungs[one]) for one in codes)
        return LadderComparison(
            since=self._since,
            until=self._until,
            dossiers=self.dossiers,
            unreadable=self.unreadable,
            before=LadderTotals.of(self._before),
            after=LadderTotals.of(self._after),
            rungs=tuple(rungs),
            newly=self._counted[0],
            newly_examples=tuple(self._newly),
            no_longer=self._counted[1],
            no_longer_examples=tuple(self._no_longer),
        )
