"""What the demo reads back from the ledger: every dossier as it stands, and every event."""

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
    """The whole ledger of a demo, in memory: some thousands of events."""

    dossiers: tuple[Dossier, ...]
    histories: dict[str, tuple[RecordedEvent, ...]]
    rulebook: Rulebook

    def rules(self, dossier: Dossier) -> Rules:
        """The rules that a dossier pinned."""
        return pinned(dossier, self.rulebook)

    @cached_property
    def events(self) -> tuple[RecordedEvent, ...]:
        """Every event in order of time."""
        return tuple(sorted((one for rows in self.histories.values() for one in rows), key=lambda one: one.at))

    @cached_property
    def kinds(self) -> Counter[str]:
        """How many events there are of each kind."""
        return Counter(one.kind for one in self.events)

    @cached_property
    def commands(self) -> Counter[bool]:
        """How many commands acted: True those of people, False those of the engine and of outside systems."""
        by_command = {one.command_id: one.actor.role not in MACHINES for one in self.events}
        return Counter(by_command.values())

    def of(self, dossier: Dossier) -> tuple[AnyEvent, ...]:
        """What happened to a dossier."""
        return tuple(one.event for one in self.histories[dossier.code])


def pinned(dossier: Dossier, rulebook: Rulebook) -> Rules:
    """The rules that a dossier pinned."""
    return Rules.pinned(dossier.pins, rulebook)


async def read(pool: Pool, rulebook: Rulebook) -> LedgerSnapshot:
    """Reads everything."""
    reader = LedgerReader(pool)
    codes: list[str] = []
    while page := await reader.dossiers(limit=PAGE, after=codes[-1] if codes else None):
        codes += [row.code for row in page]
    dossiers, histories = [], {}
    for code in codes:
        row = await reader.dossier(code)
        if row is not None:
            dossiers.append(dossier_in(row))
        histories[code] = tuple(await reader.history(code))
    return LedgerSnapshot(tuple(dossiers), histories, rulebook)


async def verified(pool: Pool) -> LedgerFigures:
    """Walks every chain, and rebuilds every dossier from its events to compare."""
    found = await verify(pool, fold=await fold_under_published_rules(pool))
    return LedgerFigures(
        chains=found.chains,
        events=found.events,
        personal_checked=found.personal_checked,
        problems=tuple(_told(one) for one in found.problems),
    )


def _told(one: Finding) -> str:
    """Where, what, and by which row or guard it was noticed: without that nobody could look for the cause."""
    noticed = f" [{one.expected or '–'} ≠ {one.found or '–'}]" if one.expected or one.found else ""
    return f"{one.dossier or '–'} {one.version or '–'}: {one.what.vi} / {one.what.en}{noticed}"
