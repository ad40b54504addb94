"""Units of the administration as dated data: a unit is its code *and* its dates, because codes are reused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from domain.errors import NotFound
from domain.inconsistency import Inconsistent
from domain.organisation.names import fold_name
from domain.values import Code, Day, Name, Strict

ONE_DAY = timedelta(days=1)


class UnitLevel(StrEnum):
    """What kind of unit this is."""

    COMMUNE = "commune"  # xã
    WARD = "ward"  # phường
    TOWNSHIP = "township"  # thị trấn: none since 1 July 2025
    DEPARTMENT = "department"  # sở, ngành, văn phòng đăng ký đất đai
    PROVINCIAL_CENTRE = "provincial_centre"  # Trung tâm Phục vụ hành chính công tỉnh
    PROVINCIAL_COMMITTEE = "provincial_committee"  # Ủy ban nhân dân tỉnh

    @property
    def is_commune(self) -> bool:
        """True for the kinds that hold a territory of the lowest level."""
        return self in COMMUNE_LEVEL


COMMUNE_LEVEL = frozenset({UnitLevel.COMMUNE, UnitLevel.WARD, UnitLevel.TOWNSHIP})


class Successor(Strict):
    """A unit that took over a closed one, whole or in part."""

    code: Code
    areas: tuple[Name, ...] = ()
    """The hamlets, residential groups and streets that went to it, when a unit was divided and they are known."""


class Unit(Strict):
    """One unit during one period of its code. `valid_to` is its last day."""

    code: Code
    name: Name
    level: UnitLevel
    parent: Code | None = None
    """The level that watches over it and to which its dossiers escalate."""
    authority_id: Code
    """The identifier at the head of its dossier codes, like H42.12; never used by two units at any time."""
    calendar: Code | None = None
    """The working calendar of its desk; None: the province's default."""
    valid_from: Day
    valid_to: Day | None = None
    district: Name | None = None
    province: Name | None = None
    successors: tuple[Successor, ...] = ()

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise Inconsistent("dates_reversed", unit=self.code, valid_from=self.valid_from, valid_to=self.valid_to)
        if (self.valid_to is None) != (not self.successors):
            raise Inconsistent(
                "closed_without_successor" if self.valid_to else "successor_of_open_unit", unit=self.code
            )
        return self

    def in_force(self, on: date) -> bool:
        """True when the unit exists on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Mandate(Strict):
    """A dated delegation between authorities (ủy quyền): the receiver exercises the giver's competence."""

    code: Code
    giver: Code
    receiver: Code | None
    """None: the commune of the territory that the matter belongs to."""
    procedures: Annotated[tuple[Code, ...], Field(min_length=1)]
    source: Name
    """The decision that delegates."""
    valid_from: Day
    valid_to: Day | None = None

    def in_force(self, on: date) -> bool:
        """True when the delegation holds on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class Organisation(Strict):
    """Every unit that ever was, with its dates, and the mandates between them. All questions are as of a day."""

    units: Annotated[tuple[Unit, ...], Field(min_length=1)]
    mandates: tuple[Mandate, ...] = ()

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        from domain.organisation.unit_checks import first_problem  # it reads this module's types

        problem = first_problem(self)
        if problem is not None:
            raise problem
        return self

    def model_copy(self, *, update: Any = None, deep: bool = False) -> Self:
        """A changed copy, validated, with indexes of its own (pydantic's would keep this one's)."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**fields, **(update or {})})

    @cached_property
    def _periods(self) -> dict[str, tuple[Unit, ...]]:
        by_code: dict[str, list[Unit]] = {}
        for unit in self.units:
            by_code.setdefault(unit.code, []).append(unit)
        return {code: tuple(sorted(units, key=lambda unit: unit.valid_from)) for code, units in by_code.items()}

    def periods(self, code: str) -> tuple[Unit, ...]:
        """Every unit that ever had this code, oldest first; empty when the code was never used."""
        return self._periods.get(code, ())

    def find(self, code: str, on: date) -> Unit | None:
        """The unit with this code on that day, or None."""
        return next((unit for unit in self.periods(code) if unit.in_force(on)), None)

    def name_of(self, code: str, on: date) -> str | None:
        """The name of the unit of that day, else of the last one that had the code; None where none ever had it."""
        periods = self.periods(code)
        unit = self.find(code, on) or next(reversed(periods), None)
        return unit.name if unit else None

    def unit(self, code: str, on: date) -> Unit:
        """The unit with this code on that day.

        NotFound: unknown_unit, unit_closed (its successors are named), unit_not_open_yet.
        """
        found = self.find(code, on)
        if found is not None:
            return found
        periods = self.periods(code)
        if not periods:
            raise NotFound("unknown_unit", unit=code)
        if on < periods[0].valid_from:
            raise NotFound("unit_not_open_yet", unit=code, name=periods[0].name, opens=periods[0].valid_from)
        last = periods[-1]
        heirs = ", ".join(f"{heir.code} {heir.name}" for heir in self.heirs(last, on))
        raise NotFound("unit_closed", unit=code, name=last.name, closed=last.valid_to, successors=heirs)

    def above(self, code: str, on: date) -> Unit | None:
        """The next level up on that day (commune → provincial centre → provincial committee), or None at the top."""
        parent = self.unit(code, on).parent
        return None if parent is None else self.find(parent, on)

    def chain(self, code: str, on: date) -> tuple[Unit, ...]:
        """Every level above, nearest first."""
        levels: list[Unit] = []
        above = self.above(code, on)
        while above is not None:
            levels.append(above)
            above = self.above(above.code, on)
        return tuple(levels)

    def province_centre(self, on: date, near: str | None = None) -> Unit:
        """The provincial centre on that day; `near` picks a unit's own while several provinces stood apart.

        NotFound: no_provincial_centre.
        """
        centres = [unit for unit in self.in_force(on) if unit.level is UnitLevel.PROVINCIAL_CENTRE]
        if near is not None:
            above = {self.unit(near, on).code, *(unit.code for unit in self.chain(near, on))}
            of_its_own = [c for c in centres if c.code in above or near in {u.code for u in self.chain(c.code, on)}]
            centres = of_its_own or centres
        if len(centres) != 1:
            raise NotFound("no_provincial_centre", day=on, count=len(centres))
        return centres[0]

    @cached_property
    def _by_turning_day(self) -> dict[date, tuple[Unit, ...]]:
        return {day: tuple(unit for unit in self.units if unit.in_force(day)) for day in self.turning_days}

    def in_force(self, on: date) -> tuple[Unit, ...]:
        """Every unit of that day, in the order of the data. It changes on the turning days only."""
        turn = max((day for day in self.turning_days if day <= on), default=None)
        return () if turn is None else self._by_turning_day[turn]

    @cached_property
    def turning_days(self) -> tuple[date, ...]:
        """The days on which some unit opens, or is closed for the first day."""
        opened = {unit.valid_from for unit in self.units}
        closed = {unit.valid_to + ONE_DAY for unit in self.units if unit.valid_to is not None}
        return tuple(sorted(opened | closed))

    def communes(self, on: date) -> tuple[Unit, ...]:
        """The units of the lowest level (communes, wards, townships) of that day."""
        return tuple(unit for unit in self.in_force(on) if unit.level.is_commune)

    def former(self, code: str, on: date) -> tuple[Unit, ...]:
        """The units that had this code and were closed before that day, newest first."""
        return tuple(unit for unit in reversed(self.periods(code)) if unit.valid_to is not None and unit.valid_to < on)

    def heirs(self, unit: Unit, on: date) -> tuple[Unit, ...]:
        """The units of that day that took over this one, through every merger in between; itself when still in force.

        Empty only for a day before the unit opened.
        """
        return tuple(dict.fromkeys(self._heirs(unit, on)))

    def _heirs(self, unit: Unit, on: date) -> Iterator[Unit]:
        if unit.in_force(on):
            yield unit
        elif unit.valid_to is not None and unit.valid_to < on:
            for successor in unit.successors:
                yield from self._heirs(self.unit(successor.code, unit.valid_to + ONE_DAY), on)

    @cached_property
    def _merged_into(self) -> dict[Unit, tuple[Unit, ...]]:
        found: dict[Unit, list[Unit]] = {}
        for unit in self.units:
            if unit.valid_to is None:
                continue
            for successor in unit.successors:
                found.setdefault(self.unit(successor.code, unit.valid_to + ONE_DAY), []).append(unit)
        return {heir: tuple(units) for heir, units in found.items()}

    def forebears(self, unit: Unit) -> Iterator[Unit]:
        """Every unit of which a part or the whole went into this one, through every merger in between."""
        for former in self._merged_into.get(unit, ()):
            yield former
            yield from self.forebears(former)

    @cached_property
    def _named(self) -> dict[str, tuple[Unit, ...]]:
        by_name: dict[str, list[Unit]] = {}
        for unit in self.units:
            if unit.level.is_commune:
                by_name.setdefault(fold_name(unit.name), []).append(unit)
        return {name: tuple(units) for name, units in by_name.items()}

    def named(self, folded: str) -> tuple[Unit, ...]:
        """Every commune-level unit, former and present, whose name folds to this (see `names.fold_name`)."""
        return self._named.get(folded, ())

    @cached_property
    def areas(self) -> tuple[tuple[str, str | None], ...]:
        """Every district (with its province) and every province (with None) that units lie in or lay in."""
        districts = {(unit.district, unit.province) for unit in self.units if unit.district}
        provinces: set[tuple[str, str | None]] = {(unit.province, None) for unit in self.units if unit.province}
        return tuple(sorted(districts | provinces, key=str))

    @cached_property
    def hamlets(self) -> frozenset[str]:
        """The folded names of the hamlets, groups and streets that the data name as parts of divided units."""
        areas = (area for unit in self.units for successor in unit.successors for area in successor.areas)
        return frozenset(fold_name(area) for area in areas)

    def mandate(self, giver: str, procedure: str, on: date) -> Mandate | None:
        """The delegation under which somebody else exercises this authority's competence for a procedure, or None."""
        return next(
            (m for m in self.mandates if m.giver == giver and procedure in m.procedures and m.in_force(on)), None
        )
