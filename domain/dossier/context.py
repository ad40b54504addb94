"""What a decision gets besides the dossier: the instant, the actor, and the rules that the dossier pins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.clock import Timing, WhichClock
from domain.dossier.events import Due
from domain.dossier.revision import CURRENT, Revision
from domain.dossier.state import Dossier
from domain.errors import RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.organisation import competence
from domain.organisation.address_parts import as_punctuated
from domain.organisation.addresses import resolve
from domain.organisation.organisation import Organisation
from domain.organisation.routing import Reader
from domain.organisation.units import Unit
from domain.procedures.procedure import Procedure, Step
from domain.roles import Actor
from domain.rules.escalation import EscalationPolicy
from domain.rules.rulebook import Pins, Rulebook


@dataclass(frozen=True)
class Rules:
    """The four rules that a dossier pins, looked up by their hashes."""

    procedure: Procedure
    calendar: WorkingCalendar
    organisation: Organisation
    escalation: EscalationPolicy
    rulebook: Rulebook
    revision: int = CURRENT

    @classmethod
    def pinned(cls, pins: Pins, rulebook: Rulebook, revision: int = CURRENT) -> Rules:
        """The rules of these pins. NotFound `unknown_rule` when this process has not loaded one of them."""
        return cls(
            procedure=rulebook.procedure(pins.procedure),
            calendar=rulebook.calendar(pins.calendar),
            organisation=rulebook.organisation(pins.organisation),
            escalation=rulebook.escalation(pins.escalation),
            rulebook=rulebook,
            revision=revision,
        )

    def calendars(self, dossier: Dossier) -> tuple[WorkingCalendar, ...]:
        """The calendar in force, then the earlier ones whose promised dates still bind."""
        return (self.calendar, *(self.rulebook.calendar(pinned) for pinned in dossier.deadlines.binding_calendars))

    def step(self, code: str | None) -> Step:
        """The step with this code; RuleViolation `unknown_step`."""
        found = next((step for step in self.procedure.steps if step.code == code), None)
        if found is None:
            raise RuleViolation(DossierRefusal.UNKNOWN_STEP, step=code, procedure=self.procedure.code)
        return found

    def step_after(self, code: str) -> str | None:
        """The code of the next step; None after the last."""
        codes = [step.code for step in self.procedure.steps]
        place = codes.index(code) + 1
        return codes[place] if place < len(codes) else None

    def above(self, unit: str, on: date) -> Unit | None:
        """The unit one level up; None for the provincial People's Committee. For a closed unit: the level above its
        successor, because the timer's escalation must not fail after a merger.
        """
        today = self._of_today(unit, on)
        return self.organisation.above(today.code, on) if today else None

    def _of_today(self, unit: str, on: date) -> Unit | None:
        """The unit, or the first successor of a closed unit."""
        today = self.organisation.find(unit, on)
        former = () if today else self.organisation.former(unit, on)
        successors = self.organisation.successors_on(former[0], on) if former else ()
        return today or next(iter(successors), None)

    @property
    def reader(self) -> Reader:
        """The function that reads the address of a matter."""
        return as_punctuated if self.revision < Revision.SECOND else resolve

    def can_have(self, unit: Unit, on: date) -> bool:
        """True when the unit's level and field allow it to be competent for this procedure."""
        return competence.can_have(unit, self.procedure, self.organisation, on)

    def competent(self, dossier: Dossier) -> Unit | None:
        """The competent authority, as of the day on which it was found; None while the dossier is coordinated.

        None too for a named unit that cannot have the matter: an earlier release allowed a handover to any unit.
        """
        routing = dossier.routing
        on = max(filter(None, (routing.routed_on, routing.followed_on)), default=None)
        unit = self.organisation.find(routing.competent, on) if routing.competent and on else None
        return unit if unit is not None and on is not None and self.can_have(unit, on) else None

    def signs_above(self, unit: str, on: date) -> Unit | None:
        """The next level that may sign in the place of a unit; None at the top."""
        if self.revision < Revision.SECOND:
            return self.above(unit, on)
        below = self._of_today(unit, on)
        return competence.next_level(below, self.procedure, self.organisation, on) if below else None

    def takes_over(self, unit: str, dossier: Dossier, on: date) -> bool:
        """True when a level of the ladder may finish the dossier in the place of its competent authority.

        Coordinating is not a competence: without a competent authority nobody can take over.
        """
        if self.revision < Revision.SECOND:
            return True
        competent = dossier.routing.competent
        below = self._of_today(competent, on) if competent and self.competent(dossier) else None
        above = self.organisation.find(unit, on)
        if below is None or above is None:
            return False
        return above == below or competence.acts_for(above, below, self.procedure, self.organisation, on)

    def due(self, timing: Timing | None, now: datetime) -> Due:
        """Both dates of a timing under this calendar. A date beyond the calendar's end is None, with its clock in
        `beyond`."""
        if timing is None:
            return Due(statutory=None, promised=None)
        dates = {which: clock.known_due(timing, which, self.calendar, now) for which in WhichClock}
        return Due(
            statutory=dates[WhichClock.STATUTORY],
            promised=dates[WhichClock.PROMISED],
            beyond=tuple(which for which, date in dates.items() if date is None and clock.has(timing, which)),
        )


@dataclass(frozen=True)
class Context:
    """Everything that a decision gets besides the dossier and the act."""

    now: datetime
    actor: Actor
    rulebook: Rulebook
    revision: int = CURRENT
    """The revision of the life cycle's rules that decides; see `domain/dossier/revision.py`."""

    def rules(self, dossier: Dossier) -> Rules:
        """The rules that a dossier pins."""
        return self.rules_of(dossier.pins)

    def rules_of(self, pins: Pins) -> Rules:
        """The rules that these pins name; NotFound `unknown_rule` when one is not loaded."""
        return Rules.pinned(pins, self.rulebook, self.revision)

    def register_of(self, unit: str, dossier: Dossier) -> str | None:
        """The register in which a unit takes its numbers: the authority's identifier, because unit codes are reused.

        None under the first revision, whose events name no register.
        """
        if self.revision < Revision.SECOND:
            return None
        found = self.rules(dossier).organisation.find(unit, self.now.date())
        return found.authority_id or unit if found else unit
