"""Reads the whole ledger after the demo: every dossier in its current state, and every event."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from activities.ledger.integrity_report import Finding
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader, dossier_in
from activities.ledger.verification.walk import verify
from domain.dossier.context import Rules
from domain.dossier.events import AnyEvent
from domain.dossier.state import Dossier
from domain.record.sealing import RecordedEvent
from domain.roles import MACHINES
from domain.rules.rulebook import Rulebook
from gateway.views.projection import fold_under_published_rules
from tools.demo.report import LedgerFigures

PAGE = 500


@dataclass(frozen=True)
class LedgerSnapshot:
    """The whole ledger of a demo, in memory. It has some thousands of events."""

    dossiers: tuple[Dossier, ...]
    histories: dict[str, tuple[RecordedEvent, ...]]
    rulebook: Rulebook

    def rules(self, dossier: Dossier) -> Rules:
        """The rules that a dossier has pinned."""
        return pinned(dossier, self.rulebook)

    @cached_property
    def events(self) -> tuple[RecordedEvent, ...]:
        """Every event, in order of time."""
        return tuple(sorted((event for rows in self.histories.values() for event in rows), key=lambda event: event.at))

    @cached_property
    def kinds(self) -> Counter[str]:
        """The number of events of each kind."""
        return Counter(event.kind for event in self.events)

    @cached_property
    def commands(self) -> Counter[bool]:
        """The number of accepted commands: under True those of people, under False those of machines."""
        by_command = {event.command_id: event.actor.role not in MACHINES for event in self.events}
        return Counter(by_command.values())

    def of(self, dossier: Dossier) -> tuple[AnyEvent, ...]:
        """The events of a dossier."""
        return tuple(recorded.event for recorded in self.histories[dossier.code])


def pinned(dossier: Dossier, rulebook: Rulebook) -> Rules:
    """The rules that a dossier has pinned."""
    return Rules.pinned(dossier.pins, rulebook)


async def read(pool: Pool, rulebook: Rulebook) -> LedgerSnapshot:
    """Reads every dossier and every event."""
    reader = LedgerReader(pool)
    codes: list[str] = []
    while page := await reader.codes(limit=PAGE, after=codes[-1] if codes else None):
        codes += page
    dossiers, histories = [], {}
    for code in codes:
        row = await reader.dossier(code)
        if row is not None:
            dossiers.append(dossier_in(row))
        histories[code] = tuple(await reader.history(code))
    return LedgerSnapshot(tuple(dossiers), histories, rulebook)


async def verified(pool: Pool) -> LedgerFigures:
    """Verifies every chain, and compares every dossier with one rebuilt from its events."""
    report = await verify(pool, fold=await fold_under_published_rules(pool))
    return LedgerFigures(
        chains=report.chains,
        events=report.events,
        personal_checked=report.personal_checked,
        problems=tuple(_line(problem) for problem in report.problems),
    )


def _line(problem: Finding) -> str:
    """One line: the place, the problem, and the two values that differ, which help to find the cause."""
    values = f" [{problem.expected or '–'} ≠ {problem.found or '–'}]" if problem.expected or problem.found else ""
    return f"{problem.dossier or '–'} {problem.version or '–'}: {problem.what.vi} / {problem.what.en}{values}"
