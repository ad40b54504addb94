"""The organisation of a province: its units and mandates, checked as a whole and found by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Self

from pydantic import model_validator

from domain.errors import NotFound
from domain.messages.organisation import OrganisationRefusal
from domain.organisation.names import fold_name
from domain.organisation.unit_checks import first_problem
from domain.organisation.units import ONE_DAY, Mandate, Unit, UnitLevel, UnitRegister


class Organisation(UnitRegister):
    """All units, present and former, with their dates, and the mandates between them. Every answer is for one day."""

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        problem = first_problem(self)
        if problem is not None:
            raise problem
        return self

    def name_of(self, code: str, on: date) -> str | None:
        """The name of the unit of that day, else of the last unit with this code; None where no unit ever had it."""
        periods = self.periods(code)
        unit = self.find(code, on) or next(reversed(periods), None)
        return unit.name if unit else None

    def unit(self, code: str, on: date) -> Unit:
        """The unit with this code on that day.

        NotFound: unknown_unit, unit_closed (with its successors), unit_not_open_yet.
        """
        found = self.find(code, on)
        if found is not None:
            return found
        periods = self.periods(code)
        if not periods:
            raise NotFound(OrganisationRefusal.UNKNOWN_UNIT, unit=code)
        if on < periods[0].valid_from:
            raise NotFound(
                OrganisationRefusal.UNIT_NOT_OPEN_YET, unit=code, name=periods[0].name, opens=periods[0].valid_from
            )
        last = periods[-1]
        successors = ", ".join(f"{successor.code} {successor.name}" for successor in self.successors_on(last, on))
        raise NotFound(
            OrganisationRefusal.UNIT_CLOSED, unit=code, name=last.name, closed=last.valid_to, successors=successors
        )

    def above(self, code: str, on: date) -> Unit | None:
        """The next level up on that day (commune → provincial centre → provincial committee), or None at the top."""
        parent = self.unit(code, on).parent
        return None if parent is None else self.find(parent, on)

    def chain(self, code: str, on: date) -> tuple[Unit, ...]:
        """All levels above, nearest first."""
        levels: list[Unit] = []
        above = self.above(code, on)
        while above is not None:
            levels.append(above)
            above = self.above(above.code, on)
        return tuple(levels)

    def province_centre(self, on: date, near: str | None = None) -> Unit:
        """The provincial centre on that day. `near`: a unit whose own centre is meant, if there are several provinces.

        NotFound: no_provincial_centre.
        """
        centres = [unit for unit in self._centres if unit.in_force(on)]
        if near is not None:
            above = {self.unit(near, on).code, *(unit.code for unit in self.chain(near, on))}
            own = [
                centre
                for centre in centres
                if centre.code in above or near in {unit.code for unit in self.chain(centre.code, on)}
            ]
            centres = own or centres
        if len(centres) != 1:
            raise NotFound(OrganisationRefusal.NO_PROVINCIAL_CENTRE, day=on, count=len(centres))
        return centres[0]

    @cached_property
    def _centres(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.units if unit.level is UnitLevel.PROVINCIAL_CENTRE)

    def communes(self, on: date) -> tuple[Unit, ...]:
        """The units of the lowest level (communes, wards, townships) of that day."""
        return tuple(unit for unit in self.in_force(on) if unit.level.is_commune)

    def former(self, code: str, on: date) -> tuple[Unit, ...]:
        """The units that had this code and were closed before that day, newest first."""
        return tuple(unit for unit in reversed(self.periods(code)) if unit.valid_to is not None and unit.valid_to < on)

    def successors_on(self, unit: Unit, on: date) -> tuple[Unit, ...]:
        """The units of that day that took over this one, through every merger in between; itself while in force.

        Empty only for a day before the unit opened.
        """
        return tuple(dict.fromkeys(self._successors_on(unit, on)))

    def _successors_on(self, unit: Unit, on: date) -> Iterator[Unit]:
        if unit.in_force(on):
            yield unit
        elif unit.valid_to is not None and unit.valid_to < on:
            for successor in unit.successors:
                yield from self._successors_on(self.unit(successor.code, unit.valid_to + ONE_DAY), on)

    @cached_property
    def _merged_into(self) -> dict[Unit, tuple[Unit, ...]]:
        found: dict[Unit, list[Unit]] = {}
        for unit in self.units:
            if unit.valid_to is None:
                continue
            for successor in unit.successors:
                found.setdefault(self.unit(successor.code, unit.valid_to + ONE_DAY), []).append(unit)
        return {successor: tuple(units) for successor, units in found.items()}

    def predecessors(self, unit: Unit) -> Iterator[Unit]:
        """Every unit that went into this one, whole or in part, through every merger in between."""
        for former in self._merged_into.get(unit, ()):
            yield former
            yield from self.predecessors(former)

    @cached_property
    def _named(self) -> dict[str, tuple[Unit, ...]]:
        by_name: dict[str, list[Unit]] = {}
        for unit in self.units:
            if unit.level.is_commune:
                by_name.setdefault(fold_name(unit.name), []).append(unit)
        return {name: tuple(units) for name, units in by_name.items()}

    def named(self, folded: str) -> tuple[Unit, ...]:
        """Every unit of commune level, former and present, whose name folds to this (see `names.fold_name`)."""
        return self._named.get(folded, ())

    @cached_property
    def areas(self) -> tuple[tuple[str, str | None], ...]:
        """Every district (with its province) and every province (with None) of the units, present and former."""
        districts = {(unit.district, unit.province) for unit in self.units if unit.district}
        provinces: set[tuple[str, str | None]] = {(unit.province, None) for unit in self.units if unit.province}
        return tuple(sorted(districts | provinces, key=str))

    @cached_property
    def hamlets(self) -> frozenset[str]:
        """The folded names of the hamlets, groups and streets that the data give as parts of divided units."""
        areas = (area for unit in self.units for successor in unit.successors for area in successor.areas)
        return frozenset(fold_name(area) for area in areas)

    def mandate(self, giver: str, procedure: str, on: date) -> Mandate | None:
        """The delegation under which another unit exercises this authority's competence for a procedure, or None."""
        return next(
            (m for m in self.mandates if m.giver == giver and procedure in m.procedures and m.in_force(on)), None
        )
