"""The rules of a province as one validated whole."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Self

from pydantic import model_validator

from domain.deadlines.calendar import WorkingCalendar
from domain.errors import NotFound
from domain.messages.rules import RulesRefusal
from domain.rules.escalation import EscalationPolicy
from domain.rules.province_checks import problems
from domain.rules.province_rules import ProvinceRules, PublishedProcedure
from domain.rules.rulebook import ChildPin, Pins, Rulebook, content_hash
from domain.values import Hash


class Province(ProvinceRules):
    """The whole configuration of a province, checked: one with a contradiction cannot be constructed."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        problem = next(problems(self), None)
        if problem is not None:
            raise problem
        return self

    @cached_property
    def _versions(self) -> dict[str, tuple[PublishedProcedure, ...]]:
        by_code: dict[str, list[PublishedProcedure]] = {}
        for published in self.procedures:
            by_code.setdefault(published.procedure.code, []).append(published)
        return {code: tuple(versions) for code, versions in by_code.items()}

    def versions(self, code: str) -> tuple[PublishedProcedure, ...]:
        """Every version of a procedure, in the order of the data. NotFound: unknown_procedure."""
        if code not in self._versions:
            raise NotFound(RulesRefusal.UNKNOWN_PROCEDURE, procedure=code)
        return self._versions[code]

    def published(self, code: str, on: date) -> PublishedProcedure:
        """The version for a dossier received on a day. NotFound: unknown_procedure, procedure_not_in_effect."""
        versions = self.versions(code)
        found = next((published for published in versions if published.accepts(on)), None)
        if found is None:
            raise NotFound(
                RulesRefusal.PROCEDURE_NOT_IN_EFFECT, procedure=code, name=versions[-1].procedure.name, day=on
            )
        return found

    def version_of(self, pinned: Hash) -> PublishedProcedure | None:
        """The version that a dossier pins; None when the configuration no longer contains it."""
        return next((published for published in self.procedures if published.hash == pinned), None)

    def calendar(self, code: str) -> WorkingCalendar:
        """The calendar with this code. NotFound: no_such_calendar."""
        if code not in self._calendars:
            raise NotFound(RulesRefusal.NO_SUCH_CALENDAR, calendar=code, known=tuple(self._calendars))
        return self._calendars[code]

    def hash_of_calendar(self, code: str) -> Hash:
        """The content hash of the calendar with this code, which must exist."""
        return self._hashes[code]

    def calendar_of(self, unit: str | None, on: date) -> WorkingCalendar:
        """The calendar of a unit's desk on a day; None: the province's default. NotFound: unknown_unit, unit_closed."""
        code = None if unit is None else self.organisation.unit(unit, on).calendar
        return self._calendars[code or self.defaults.calendar]

    @property
    def escalation(self) -> EscalationPolicy:
        """The newest ladder: the one without a last day; the default one if none has days."""
        open_ended = (one.code for one in self.ladder_periods if one.is_dated and one.effective_to is None)
        return self._ladder(next(open_ended, self.defaults.escalation))

    def escalation_on(self, on: date) -> EscalationPolicy:
        """The ladder of dossiers that are accepted on a day."""
        in_force = (one.code for one in self.ladder_periods if one.holds(on))
        return self._ladder(next(in_force, self.defaults.escalation))

    def _ladder(self, code: str) -> EscalationPolicy:
        return next(policy for policy in self.escalations if policy.code == code)

    def pins_for(self, procedure: str, on: date, unit: str | None = None) -> Pins:
        """The pins of a dossier that is accepted on a day and resolved by a unit.

        NotFound: unknown_procedure, procedure_not_in_effect, unknown_unit, unit_closed.
        """
        published = self.published(procedure, on)
        children = published.procedure.children
        return Pins(
            procedure=published.hash,
            calendar=self.hash_of_calendar(self.calendar_of(unit, on).code),
            organisation=self.organisation_hash,
            escalation=self._ladder_hashes[self.escalation_on(on).code],
            children=tuple(
                ChildPin(child=child.code, procedure=self.published(child.procedure, on).hash) for child in children
            ),
        )

    @cached_property
    def _calendars(self) -> dict[str, WorkingCalendar]:
        return {calendar.code: calendar for calendar in self.calendars}

    @cached_property
    def _hashes(self) -> dict[str, Hash]:
        return {calendar.code: content_hash(calendar) for calendar in self.calendars}

    @cached_property
    def _ladder_hashes(self) -> dict[str, Hash]:
        return {policy.code: content_hash(policy) for policy in self.escalations}

    @cached_property
    def organisation_hash(self) -> Hash:
        """The content hash of the organisation."""
        return content_hash(self.organisation)

    @cached_property
    def _rulebook(self) -> Rulebook:
        procedures = [published.procedure for published in self.procedures]
        return Rulebook.of(self.organisation, *procedures, *self.calendars, *self.escalations)

    def rulebook(self) -> Rulebook:
        """Every rule of the province, drafts and retired versions included, by hash."""
        return self._rulebook
