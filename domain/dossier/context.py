"""What a decision may know besides the dossier: the instant, who asks, and the rules that the dossier pinned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.clock import Timing, WhichClock
from domain.dossier.events import Due
from domain.dossier.revision import CURRENT
from domain.dossier.state import Dossier
from domain.errors import DomainError, RuleViolation
from domain.escalation import EscalationPolicy
from domain.organisation.units import Organisation, Unit
from domain.procedure import Procedure, Step
from domain.roles import Actor
from domain.rules import Pins, Rulebook

BEYOND_THE_CALENDAR = "calendar_exhausted"


def within_calendar(instant: Callable[[], datetime | None]) -> datetime | None:
    """The instant; None where the calendar does not reach so far: a later calendar will tell (`change_calendar`)."""
    try:
        return instant()
    except DomainError as beyond:
        if beyond.code != BEYOND_THE_CALENDAR:
            raise
        return None


@dataclass(frozen=True)
class Rules:
    """The four rules that a dossier lives under, looked up by its pins."""

    procedure: Procedure
    calendar: WorkingCalendar
    organisation: Organisation
    escalation: EscalationPolicy
    rulebook: Rulebook
    revision: int = CURRENT

    @classmethod
    def pinned(cls, pins: Pins, rulebook: Rulebook, revision: int = CURRENT) -> Rules:
        """Raises NotFound `unknown_rule` when this process has not loaded one of them."""
        return cls(
            procedure=rulebook.procedure(pins.procedure),
            calendar=rulebook.calendar(pins.calendar),
            organisation=rulebook.organisation(pins.organisation),
            escalation=rulebook.escalation(pins.escalation),
            rulebook=rulebook,
            revision=revision,
        )

    def binding_calendars(self, dossier: Dossier) -> tuple[WorkingCalendar, ...]:
        """Earlier calendars under which a date was promised that still binds."""
        return tuple(self.rulebook.calendar(one) for one in dossier.binding_calendars)

    def step(self, code: str | None) -> Step:
        """The step of this internal process; RuleViolation `unknown_step`."""
        found = next((step for step in self.procedure.steps if step.code == code), None)
        if found is None:
            raise RuleViolation("unknown_step", step=code, procedure=self.procedure.code)
        return found

    def step_after(self, code: str) -> str | None:
        """The code of the step that follows, None after the last."""
        codes = [step.code for step in self.procedure.steps]
        place = codes.index(code) + 1
        return codes[place] if place < len(codes) else None

    def above(self, unit: str, on: date) -> Unit | None:
        """The unit one level up, None for the provincial People's Committee; of a closed unit, the level over its heir.

        The ladder is climbed by a timer: it must not stumble over a merger.
        """
        if self.organisation.find(unit, on) is None:
            former = self.organisation.former(unit, on)
            heirs = self.organisation.heirs(former[0], on) if former else ()
            return self.organisation.above(heirs[0].code, on) if heirs else None
        return self.organisation.above(unit, on)

    def due(self, timing: Timing | None, now: datetime) -> Due:
        """Both dates of a timing under this calendar."""
        if timing is None:
            return Due(statutory=None, promised=None)
        return Due(
            statutory=clock.due(timing, WhichClock.STATUTORY, self.calendar, now),
            promised=clock.due(timing, WhichClock.PROMISED, self.calendar, now),
        )


@dataclass(frozen=True)
class Context:
    """Everything a decision is handed."""

    now: datetime
    actor: Actor
    rulebook: Rulebook
    revision: int = CURRENT
    """By which revision of the life cycle's rules it is decided; see `domain/dossier/revision.py`."""

    def rules(self, dossier: Dossier) -> Rules:
        """The rules of a submitted dossier."""
        return self.rules_of(self.pins(dossier))

    def rules_of(self, pins: Pins) -> Rules:
        """The rules that these pins name; NotFound `unknown_rule` when one is not loaded."""
        return Rules.pinned(pins, self.rulebook, self.revision)

    def pins(self, dossier: Dossier) -> Pins:
        """What a submitted dossier pinned; RuleViolation `not_submitted`."""
        if dossier.pins is None:
            raise RuleViolation("not_submitted", dossier=dossier.code)
        return dossier.pins
