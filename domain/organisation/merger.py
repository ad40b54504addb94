"""A resolution by which units merge, split, close and open on a day, and the organisation after it.

    effective: 2025-07-01
    source: Nghị quyết 1674/NQ-UBTVQH15
    closed:
      - {code: "13303", successors: [{code: "13366"}]}
    opened:
      - {code: "13366", name: Phường Hà Nam, level: ward, parent: TTPVHCC, authority_id: H42.109}

A merger that is applied a second time changes nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, ValidationError

from domain.errors import Conflict, InvalidInput, NotFound
from domain.field_errors import of_validation
from domain.inconsistency import Inconsistent
from domain.messages.rollouts import RolloutRefusal
from domain.organisation.organisation import Organisation
from domain.organisation.units import ONE_DAY, Successor, Unit, UnitLevel
from domain.text.sentences import filled
from domain.values import Code, Day, Name, Strict


class Closing(Strict):
    """A unit whose last day is the day before the merger. Several successors: it is divided among them."""

    code: Code
    successors: Annotated[tuple[Successor, ...], Field(min_length=1)]


class Opening(Strict):
    """A unit that exists from the day of the merger on. Another unit may have had its code until then."""

    code: Code
    name: Name
    level: UnitLevel
    parent: Code | None = None
    authority_id: Code
    calendar: Code | None = None
    district: Name | None = None
    province: Name | None = None


class Merger(Strict):
    """One resolution: the units that close and the units that open on one day."""

    effective: Annotated[Day, Field(gt=date.min)]
    source: Name
    closed: Annotated[tuple[Closing, ...], Field(min_length=1)]
    opened: tuple[Opening, ...] = ()


def merged(organisation: Organisation, merger: Merger) -> Organisation:
    """The organisation after the merger; the same value if the merger was applied before.

    NotFound: merger_unit_unknown. Conflict: merger_closed_otherwise, merger_unit_open. InvalidInput:
    merger_unit_twice, and merger_invalid with the problem (successor that does not exist, cycle, gap, overlap).
    """
    _no_unit_twice(merger)
    closing = {(entry.code, _unit_to_close(organisation, entry, merger).valid_from): entry for entry in merger.closed}
    units = tuple(
        _closed(unit, closing[unit.code, unit.valid_from], merger) if (unit.code, unit.valid_from) in closing else unit
        for unit in organisation.units
    )
    opened = tuple(unit for entry in merger.opened if (unit := _opened(entry, merger)) not in units)
    for unit in opened:
        _require_free(unit, units)
    if units == organisation.units and not opened:
        return organisation
    return _validated(organisation, (*units, *opened))


def _no_unit_twice(merger: Merger) -> None:
    for codes in ([closing.code for closing in merger.closed], [opening.code for opening in merger.opened]):
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice is not None:
            raise InvalidInput(RolloutRefusal.MERGER_UNIT_TWICE, unit=twice)


def _unit_to_close(organisation: Organisation, closing: Closing, merger: Merger) -> Unit:
    """The unit that the merger closes; it may be closed already in exactly this way."""
    last_day = merger.effective - ONE_DAY
    unit = organisation.find(closing.code, last_day)
    if unit is None:
        raise NotFound(RolloutRefusal.MERGER_UNIT_UNKNOWN, unit=closing.code, day=last_day)
    if unit.valid_to is not None and (unit.valid_to, unit.successors) != (last_day, closing.successors):
        raise Conflict(RolloutRefusal.MERGER_CLOSED_OTHERWISE, unit=unit.code, name=unit.name, closed=unit.valid_to)
    return unit


def _closed(unit: Unit, closing: Closing, merger: Merger) -> Unit:
    update = {"valid_to": merger.effective - ONE_DAY, "successors": closing.successors}
    return unit.model_copy(update=update)


def _opened(opening: Opening, merger: Merger) -> Unit:
    return Unit(valid_from=merger.effective, **opening.model_dump())


def _require_free(unit: Unit, units: tuple[Unit, ...]) -> None:
    for other in units:
        if other.code == unit.code and (other.valid_to is None or other.valid_to >= unit.valid_from):
            raise Conflict(RolloutRefusal.MERGER_UNIT_OPEN, unit=unit.code, day=unit.valid_from, name=other.name)


def _validated(organisation: Organisation, units: tuple[Unit, ...]) -> Organisation:
    try:
        return organisation.model_copy(update={"units": units})
    except ValidationError as error:
        raise _merger_invalid(error) from None


def _merger_invalid(error: ValidationError) -> InvalidInput:

    causes = (problem.get("ctx", {}).get("error") for problem in error.errors())
    found = next((cause for cause in causes if cause), None)
    if not isinstance(found, Inconsistent):
        sentence = of_validation(error)[0]
        return InvalidInput(RolloutRefusal.MERGER_INVALID, unit="–", problem_vi=sentence.vi, problem_en=sentence.en)
    unit = " ".join(filter(None, (found.facts.get("unit"), found.facts.get("name")))) or "–"
    sentence = filled(found.code.sentence, found.facts)
    return InvalidInput(RolloutRefusal.MERGER_INVALID, unit=unit, problem_vi=sentence.vi, problem_en=sentence.en)
