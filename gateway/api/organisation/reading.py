"""Reads the units of the province as of a day. The organisation is public, so nobody has to sign in for it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from domain.organisation.units import Unit, UnitLevel
from domain.rules.province import Province
from domain.text.folding import fold
from domain.values import Code
from gateway.api.bodies import StrictRoute
from gateway.api.callers import counted_by_address
from gateway.api.documented import operation
from gateway.api.named_codes import NamedCode
from gateway.api.organisation.answers import PeriodLine, SuccessorLine, UnitAnswer, UnitLine, UnitPage
from gateway.api.pages import Cursor, Limit, Listing
from gateway.api.parts import Parts
from gateway.api.queries import OnDay, SearchedName
from gateway.views.names import Names

router = APIRouter(route_class=StrictRoute, tags=["Đơn vị (organisation)"])

UnitCode = Annotated[
    Code, Path(description="Mã đơn vị, cũ hay mới (code of the unit, present or former).", examples=["13285"])
]
ParentCode = Annotated[
    Code | None, Query(description="Mã cấp trên trực tiếp (code of the next level up).", examples=["H42.01"])
]


@router.get(
    "/units",
    dependencies=[Depends(counted_by_address)],
    response_model=UnitPage,
    **operation("list_units", "Các đơn vị của một ngày", "the units of a day"),
)
async def list_units(
    parts: Parts,
    on: OnDay = None,
    level: Annotated[UnitLevel | None, Query(description="Loại đơn vị (kind of unit).")] = None,
    parent: ParentCode = None,
    text: SearchedName = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> object:
    """Answers with the units that exist on the day, in the order of their codes."""
    province, day = parts.engine.province, on or parts.now().date()
    names = Names.of_province(province, day)
    listing = Listing(parts.keys, ("list_units", on, level, parent, text))
    shown = (
        unit
        for unit in province.organisation.in_force(day)
        if level in (None, unit.level) and parent in (None, unit.parent) and _has(unit, text)
    )
    page = listing.page_of(shown, cursor, limit, lambda unit: unit.code)
    lines = tuple(UnitLine.of(unit, names) for unit in page.items)
    return UnitPage(on=day, items=lines, next=page.next, previous=page.previous)


def _has(unit: Unit, text: str | None) -> bool:
    return text is None or any(fold(text) in fold(part) for part in (unit.name, unit.code))


@router.get(
    "/units/{code}",
    dependencies=[Depends(counted_by_address)],
    response_model=UnitAnswer,
    **operation(
        "read_unit",
        "Một đơn vị tại một ngày",
        "one unit as of a day, with its history",
    ),
)
async def read_unit(code: UnitCode, parts: Parts, on: OnDay = None) -> object:
    """Answers with the unit of the day, the levels above, its calendar, its successors, and all periods of the code."""
    province, day = parts.engine.province, on or parts.now().date()
    names = Names.of_province(province, day)
    names.require_unit(code)
    organisation = province.organisation
    periods = organisation.periods(code)
    present = organisation.find(code, day)
    shown = present or max((one for one in periods if one.valid_from <= day), key=_begins, default=periods[0])
    heirs = () if present else organisation.successors_on(shown, day)
    return UnitAnswer(
        code=code,
        name=shown.name,
        on=day,
        in_force=present is not None,
        level=shown.level,
        above=tuple(_named(unit) for unit in organisation.chain(code, day)) if present else (),
        calendar=_calendar(province, code, day) if present else None,
        succeeded_by=tuple(_named(unit) for unit in heirs),
        periods=tuple(_period(unit, province) for unit in periods),
    )


def _begins(unit: Unit) -> date:
    return unit.valid_from


def _named(unit: Unit) -> NamedCode:
    return NamedCode(code=unit.code, name=unit.name)


def _calendar(province: Province, code: str, on: date) -> NamedCode:
    calendar = province.calendar_of(code, on)
    return NamedCode(code=calendar.code, name=calendar.name)


def _period(unit: Unit, province: Province) -> PeriodLine:
    """One period. The successors have their names of the day after it."""
    after = unit.valid_to + timedelta(days=1) if unit.valid_to else unit.valid_from
    names = Names.of_province(province, after)
    kept = ("name", "level", "authority_id", "valid_from", "valid_to", "district", "province")
    successors = tuple(
        SuccessorLine(code=one.code, name=names.unit(one.code), areas=one.areas) for one in unit.successors
    )
    return PeriodLine.model_validate({**{name: getattr(unit, name) for name in kept}, "successors": successors})
