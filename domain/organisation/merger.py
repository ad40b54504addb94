"""Units that merge, split, close and open on a day, by a resolution; and the organisation that follows from it.

    effective: 2025-07-01
    source: Nghị quyết 1674/NQ-UBTVQH15
    closed:
      - {code: "13303", successors: [{code: "13366"}]}
    opened:
      - {code: "13366", name: Phường Hà Nam, level: ward, parent: TTPVHCC, authority_id: H42.109}

Applied twice it changes nothing the second time: what stands already is left as it stands.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, ValidationError

from domain.errors import Conflict, InvalidInput, NotFound
from domain.field_errors import of_validation
from domain.inconsistency import Inconsistent
from domain.organisation.organisation import Organisation
from domain.organisation.units import ONE_DAY, Successor, Unit, UnitLevel
from domain.text.sentences import filled
from domain.values import Code, Day, Name, Strict


class Closing(Strict):
    """A unit whose last day is the one before the merger. Several successors: it is divided among them."""

    code: Code
    successors: Annotated[tuple[Successor, ...], Field(min_length=1)]


class Opening(Strict):
    """A unit that exists from the day of the merger on; its code may have been another unit's until then."""

    code: Code
    name: Name
    level: UnitLevel
    parent: Code | None = None
    authority_id: Code
    calendar: Code | None = None
    district: Name | None = None
    province: Name | None = None


class Merger(Strict):
    """One resolution: what closes, what opens, on which day."""

    effective: Annotated[Day, Field(gt=date.min)]
    source: Name
    closed: Annotated[tuple[Closing, ...], Field(min_length=1)]
    opened: tuple[Opening, ...] = ()


def merged(organisation: Organisation, merger: Merger) -> Organisation:
    """The organisation after the merger; the same value where it stands already.

    NotFound: merger_unit_unknown. Conflict: merger_closed_otherwise, merger_unit_open. InvalidInput:
    merger_unit_twice, and merger_invalid with what does not hold (successor that does not exist, cycle, gap, overlap).
    """
    _no_unit_twice(merger)
    closing = {(one.code, _closing(organisation, one, merger).valid_from): one for one in merger.closed}
    units = tuple(
        _closed(unit, closing[unit.code, unit.valid_from], merger) if (unit.code, unit.valid_from) in closing else unit
        for unit in organisation.units
    )
    opened = tuple(unit for one in merger.opened if (unit := _opened(one, merger)) not in units)
    for unit in opened:
        _require_free(unit, units)
    if units == organisation.units and not opened:
        return organisation
    return _validated(organisation, (*units, *opened))


def _no_unit_twice(merger: Merger) -> None:
    for codes in ([one.code for one in merger.closed], [one.code for one in merger.opened]):
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice is not None:
            raise InvalidInput("merger_unit_twice", unit=twice)


def _closing(organisation: Organisation, closing: Closing, merger: Merger) -> Unit:
    """The unit that closes, as it stands; it may have been closed just so already."""
    last_day = merger.effective - ONE_DAY
    unit = organisation.find(closing.code, last_day)
    if unit is None:
        raise NotFound("merger_unit_unknown", unit=closing.code, day=last_day)
    if unit.valid_to is not None and (unit.valid_to, unit.successors) != (last_day, closing.successors):
        raise Conflict("merger_closed_otherwise", unit=unit.code, name=unit.name, closed=unit.valid_to)
    return unit


def _closed(unit: Unit, closing: Closing, merger: Merger) -> Unit:
    update = {"valid_to": merger.effective - ONE_DAY, "successors": closing.successors}
    return unit.model_copy(update=update)


def _opened(opening: Opening, merger: Merger) -> Unit:
    return Unit(valid_from=merger.effective, **opening.model_dump())


def _require_free(unit: Unit, units: tuple[Unit, ...]) -> None:
    for other in units:
        if other.code == unit.code and (other.valid_to is None or other.valid_to >= unit.valid_from):
            raise Conflict("merger_unit_open", unit=unit.code, day=unit.valid_from, name=other.name)


def _validated(organisation: Organisation, units: tuple[Unit, ...]) -> Organisation:
    try:
        return organisation.model_copy(update={"units": units})
    except ValidationError as error:
        raise _told(error) from None


def _told(error: ValidationError) -> InvalidInput:
    from domain.messages.rules import CONFIGURATION_MESSAGES  # that table's subjects import this package

    found = next((one for one in (e.get("ctx", {}).get("error") for e in error.errors()) if one), None)
    if not isinstance(found, Inconsistent):
        told = of_validation(error)[0]
        return InvalidInput("merger_invalid", unit="–", problem_vi=told.vi, problem_en=told.en)
    text = CONFIGURATION_MESSAGES[found.code]
    unit = " ".join(filter(None, (found.facts.get("unit"), found.facts.get("name")))) or "–"
    told = filled(text, found.facts)
    return InvalidInput("merger_invalid", unit=unit, problem_vi=told.vi, problem_en=told.en)
