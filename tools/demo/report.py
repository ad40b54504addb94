"""What is told after the day. Every figure is read from the ledger, from Temporal or from an outside system's books."""

from __future__ import annotations

from collections.abc import Mapping

from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from domain.values import Bilingual, Instant, Value


class StateFigures(Value):
    """How many dossiers stand in a state."""

    state: State
    portal_code: int
    name: Bilingual
    dossiers: int


class ClockFigures(Value):
    """Accepted dossiers against one clock; the fields after `clock` add up to all of them."""

    clock: WhichClock
    resolved_on_time: int
    resolved_late: int
    open_on_time: int
    open_late: int
    ended_otherwise: int
    """Withdrawn or stopped: there was no result to be judged."""
    without_clock: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(getattr(self, name) for name in type(self).model_fields if name != "clock")


class RungFigures(Value):
    """How often a rung of the ladder fired, and what it means."""

    rung: str
    meaning: Bilingual
    fired: int
    dossiers: int


class UnitFigures(Value):
    """How long dossiers stayed with a unit, in working minutes from receipt to result, or to now."""

    unit: str
    name: str
    dossiers: int
    mean_minutes: int
    longest_minutes: int


class MoneyFigures(Value):
    """In dong. `asked` = `paid_online` + `paid_at_desk` + `awaited` + `lapsed`."""

    dossiers: int
    asked: int
    paid_online: int
    paid_at_desk: int
    awaited: int
    lapsed: int
    """Asked for, and then the dossier ended without it."""
    refunded: int
    platform_received: int
    """What the payment platform's own books say came in."""
    platform_refunded: int


class Spread(Value):
    """The middle and the largest."""

    median: int
    largest: int


class HistoryFigures(Value):
    """What a dossier costs: rows in the ledger, and events and bytes in Temporal for a sample of dossiers."""

    ledger_events: Spread
    sample: int
    temporal_events: Spread
    temporal_bytes: Spread


class RelayFigures(Value):
    """How many events a relay has still to hand on, and how many the other side refused for good."""

    relay: str
    behind: int
    refused: int


class RegistryCase(Value):
    """The first failure to beat: a registry could not take the result."""

    registry: str
    dossiers: int
    returned: int
    made_late: int
    registered_since: int
    longest_wait_seconds: int
    """From the result to its registration."""


class SigningCase(Value):
    """The second failure to beat: a signing token failed, and the level above signed."""

    unit: str
    name: str
    signed_by: tuple[str, ...]
    """The names of the units that signed instead."""
    dossiers: int
    resolved: int
    made_late: int
    median_seconds: float
    """From the failure to the signature of the level above."""


class LedgerFigures(Value):
    """What the walk over every chain found."""

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
    """One event in readable words."""

    at: Instant
    who: str
    what: str


class DossierStory(Value):
    """One dossier from beginning to end."""

    dossier: str
    procedure: str
    lines: tuple[StoryLine, ...]


class DayFigures(Value):
    """The size of the day and its pace, from the first event to the last command of a person."""

    began: Instant
    ended: Instant
    seconds: float
    events: int
    commands: int
    commands_by_people: int
    dossiers_per_second: float


class SizeFigures(Value):
    """How many dossiers there were, of what kinds, and where they went."""

    received: int
    accepted: int
    brought_over: int
    crossing: int
    """Accepted ones that were received by another unit than the competent one."""
    to_coordination: int
    units: int
    procedures: int
    channels: Mapping[str, int]


class Report(Value):
    """Everything that the demo says."""

    province: str
    seed: int
    day: DayFigures
    size: SizeFigures
    states: tuple[StateFigures, ...]
    clocks: tuple[ClockFigures, ...]
    rungs: tuple[RungFigures, ...]
    slowest: tuple[UnitFigures, ...]
    happened: Mapping[str, int]
    """How many events of each kind."""
    money: MoneyFigures
    history: HistoryFigures
    relays: tuple[RelayFigures, ...]
    registry_case: tuple[RegistryCase, ...]
    signing_case: tuple[SigningCase, ...]
    mean_stars: float | None
    refusals: Mapping[str, int]
    """What people were refused, by code: counted by the players, since a refusal leaves no trace."""
    ledger: LedgerFigures
    checks: tuple[Check, ...]
    failures: tuple[str, ...]
    story: DossierStory | None

    @property
    def sound(self) -> bool:
        """Nothing unexpected happened, every chain verifies, and the figures agree."""
        return not self.failures and not self.ledger.problems and all(check.holds for check in self.checks)
