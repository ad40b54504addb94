"""Units of the administration as dated data. A unit is its code *and* its dates, because codes are reused."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.values import Code, Day, Indexed, Name, Strict

ONE_DAY = timedelta(days=1)


class UnitLevel(StrEnum):
    """The kinds of unit."""

    COMMUNE = "commune"  # xã
    WARD = "ward"  # phường
    TOWNSHIP = "township"  # thị trấn: none since 1 July 2025
    DEPARTMENT = "department"  # sở, ngành, văn phòng đăng ký đất đai
    PROVINCIAL_CENTRE = "provincial_centre"  # Trung tâm Phục vụ hành chính công tỉnh
    PROVINCIAL_COMMITTEE = "provincial_committee"  # Ủy ban nhân dân tỉnh

    @property
    def is_commune(self) -> bool:
        """True for the kinds that have a territory of the lowest level."""
        return self in COMMUNE_LEVEL


COMMUNE_LEVEL = frozenset({UnitLevel.COMMUNE, UnitLevel.WARD, UnitLevel.TOWNSHIP})


class Successor(Strict):
    """A unit that took over a closed one, whole or in part."""

    code: Code
    areas: tuple[Name, ...] = ()
    """The hamlets, residential groups and streets that went to it, if a unit was divided and they are known."""


class Unit(Strict):
    """One unit during one period of its code. `valid_to` is its last day."""

    code: Code
    name: Name
    level: UnitLevel
    parent: Code | None = None
    """The level that supervises it and to which its dossiers escalate."""
    authority_id: Code
    """The first part of its dossier codes, like H42.12. No two units ever have the same."""
    calendar: Code | None = None
    """The working calendar of its desk; None: the province's default."""
    valid_from: Day
    valid_to: Day | None = None
    district: Name | None = None
    province: Name | None = None
    successors: tuple[Successor, ...] = ()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise Inconsistent(
                ConfigurationFault.DATES_REVERSED, unit=self.code, valid_from=self.valid_from, valid_to=self.valid_to
            )
        if (self.valid_to is None) != (not self.successors):
            raise Inconsistent(
                ConfigurationFault.CLOSED_WITHOUT_SUCCESSOR
                if self.valid_to
                else ConfigurationFault.SUCCESSOR_OF_OPEN_UNIT,
                unit=self.code,
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
    """None: the commune of the matter's territory."""
    procedures: Annotated[tuple[Code, ...], Field(min_length=1)]
    source: Name
    """The decision that delegates."""
    valid_from: Day
    valid_to: Day | None = None

    def in_force(self, on: date) -> bool:
        """True when the delegation holds on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


class UnitRegister(Indexed):
    """The units and mandates as they are entered, found by code and day. `Organisation` is the same, checked."""

    units: Annotated[tuple[Unit, ...], Field(min_length=1)]
    mandates: tuple[Mandate, ...] = ()

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

    @cached_property
    def _by_turning_day(self) -> dict[date, tuple[Unit, ...]]:
        return {day: tuple(unit for unit in self.units if unit.in_force(day)) for day in self.turning_days}

    def in_force(self, on: date) -> tuple[Unit, ...]:
        """Every unit of that day, in the order of the data. The units change only on the turning days."""
        turn = max((day for day in self.turning_days if day <= on), default=None)
        return () if turn is None else self._by_turning_day[turn]

    @cached_property
    def turning_days(self) -> tuple[date, ...]:
        """The days on which a unit exists for the first time, or no longer exists."""
        opened = {unit.valid_from for unit in self.units}
        closed = {unit.valid_to + ONE_DAY for unit in self.units if unit.valid_to is not None}
        return tuple(sorted(opened | closed))
