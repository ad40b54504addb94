"""The answers about units: a line of the list, and one unit with its periods."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from domain.organisation.units import Unit, UnitLevel
from domain.values import Code, Value
from gateway.api.named_codes import NamedCode, unit_or_none
from gateway.views.names import Names


class UnitLine(Value):
    """One unit of a day."""

    code: Code
    name: str
    level: UnitLevel
    parent: NamedCode | None = Field(description="Cấp trên trực tiếp (the next level up).")
    valid_from: date
    valid_to: date | None

    @classmethod
    def of(cls, unit: Unit, names: Names) -> UnitLine:
        """The line of a unit, with the names of a day."""
        return cls(
            code=unit.code, name=unit.name, level=unit.level, parent=unit_or_none(unit.parent, names),
            valid_from=unit.valid_from, valid_to=unit.valid_to,
        )  # fmt: skip


class UnitPage(Value):
    """A page of the units of a day, in the order of their codes."""

    on: date
    items: tuple[UnitLine, ...]
    next: str | None
    previous: str | None


class SuccessorLine(Value):
    """A unit that took over a closed one, whole or in part."""

    code: Code
    name: str
    areas: tuple[str, ...] = Field(description="Thôn, tổ, phố đã sang đơn vị này (hamlets and streets that went to it)")


class PeriodLine(Value):
    """One unit that had the code, from its first to its last day."""

    name: str
    level: UnitLevel
    authority_id: Code = Field(description="Phần đầu của mã hồ sơ (the first part of its dossier codes).")
    valid_from: date
    valid_to: date | None
    district: str | None
    province: str | None
    successors: tuple[SuccessorLine, ...]


class UnitAnswer(Value):
    """A code as of a day: the unit that has it then, its place, and every unit that ever had the code."""

    code: Code
    name: str
    on: date
    in_force: bool = Field(description="false: ngày đó không có đơn vị mang mã này (no unit has the code on that day).")
    level: UnitLevel
    above: tuple[NamedCode, ...] = Field(description="Các cấp trên, gần nhất trước (the levels above, nearest first).")
    calendar: NamedCode | None = Field(description="Lịch làm việc (the working calendar of its desk).")
    succeeded_by: tuple[NamedCode, ...] = Field(
        description="Các đơn vị kế thừa tại ngày đó, nếu đã đóng (the units of that day that took over a closed one)."
    )
    periods: tuple[PeriodLine, ...] = Field(
        description="Mã được dùng lại: từng thời kỳ (codes are reused: each period)."
    )
