"""The report of the day. Every figure is read from the ledger, from Temporal or from an outside system."""

from __future__ import annotations

from collections.abc import Mapping

from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from domain.values import Bilingual, Instant, Value


class StateFigures(Value):
    """How many dossiers are in a state."""

    state: State
    portal_code: int
    name: Bilingual
    dossiers: int


class ClockFigures(Value):
    """The accepted dossiers by one clock. The fields after `clock` add up to all of them."""

    clock: WhichClock
    resolved_on_time: int
    resolved_late: int
    open_on_time: int
    open_late: int
    ended_otherwise: int
    """Withdrawn or stopped: there was no result to judge."""
    without_clock: int

    @property
    def total(self) -> int:
        """The number of accepted dossiers."""
        return sum(getattr(self, name) for name in type(self).model_fields if name != "clock")


class RungFigures(Value):
    """How often a rung of the ladder fired, and what it means."""

    rung: str
    meaning: Bilingual
    fired: int
    dossiers: int


class UnitFigures(Value):
    """How long dossiers took in a unit, in working minutes from receipt to result, or until now."""

    unit: str
    name: str
    dossiers: int
    mean_minutes: int
    longest_minutes: int


class MoneyFigures(Value):
    """Amounts in dong. `asked` = `paid_online` + `paid_at_desk` + `awaited` + `lapsed`."""

    dossiers: int
    asked: int
    paid_online: int
    paid_at_desk: int
    awaited: int
    lapsed: int
    """Requested, but the dossier ended without the payment."""
    refunded: int
    platform_received: int
    """The amount that the payment platform itself reports as received."""
    platform_refunded: int


class Spread(Value):
    """The median and the largest value."""

    median: int
    largest: int


class HistoryFigures(Value):
    """The rows of a dossier in the ledger, and its events and bytes in Temporal, for a sample of dossiers."""

    ledger_events: Spread
    sample: int
    temporal_events: Spread
    temporal_bytes: Spread


class RelayFigures(Value):
    """How many events a relay has not yet passed on, and how many the other side refused for good."""

    relay: str
    behind: int
    refused: int


class RegistryCase(Value):
    """The first of the two failures: a registry could not register the result."""

    registry: str
    dossiers: int
    returned: int
    made_late: int
    registered_since: int
    longest_wait_seconds: int
    """The time from the result to its registration."""


class SigningCase(Value):
    """The second of the two failures: a signing token failed, and the level above signed."""

    unit: str
    name: str
    signed_by: tuple[str, ...]
    """The names of the units that signed instead."""
    dossiers: int
    resolved: int
    made_late: int
    median_seconds: float
    """The time from the failure to the signature of the level above."""


class LedgerFigures(Value):
    """The result of verifying every chain."""

    chains: int
    events: int
    personal_checked: int
    problems: tuple[str, ...]


class Check(Value):
    """Two figures that must agree."""

    what: Bilingual
    holds: bool
    found: str


class StoryLine(Value):
    """One event as a sentence."""

    at: Instant
    who: str
    what: str


class DossierStory(Value):
    """The events of one dossier from beginning to end."""

    dossier: str
    procedure: str
    lines: tuple[StoryLine, ...]


class DayFigures(Value):
    """Duration and speed of the day, from the first event to the last command of a person."""

    began: Instant
    ended: Instant
    seconds: float
    events: int
    commands: int
    commands_by_people: int
    dossiers_per_second: float


class SizeFigures(Value):
    """How many dossiers there were, of which kinds, and where they went."""

    received: int
    accepted: int
    brought_over: int
    crossing: int
    """Accepted dossiers that another unit than the competent one received."""
    to_coordination: int
    units: int
    procedures: int
    channels: Mapping[str, int]


class Report(Value):
    """Everything that the demo reports."""

    province: str
    seed: int
    day: DayFigures
    size: SizeFigures
    states: tuple[StateFigures, ...]
    clocks: tuple[ClockFigures, ...]
    rungs: tuple[RungFigures, ...]
    slowest: tuple[UnitFigures, ...]
    happened: Mapping[str, int]
    """The number of events of each kind."""
    money: MoneyFigures
    history: HistoryFigures
    relays: tuple[RelayFigures, ...]
    registry_case: tuple[RegistryCase, ...]
    signing_case: tuple[SigningCase, ...]
    mean_stars: float | None
    refusals: Mapping[str, int]
    """The number of refusals by code. The players count them, since refusals are not recorded."""
    ledger: LedgerFigures
    checks: tuple[Check, ...]
    failures: tuple[str, ...]
    story: DossierStory | None

    @property
    def sound(self) -> bool:
        """Whether nothing unexpected happened, every chain verifies, and the figures agree."""
        return not self.failures and not self.ledger.problems and all(check.holds for check in self.checks)
