"""Checks units against each other: dates without gap or overlap, known parents and successors, no cycle, no ring."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from domain.inconsistency import Inconsistent
from domain.messages.coded import CodedSentence
from domain.messages.configuration import ConfigurationFault
from domain.organisation.units import ONE_DAY, Unit, UnitRegister


def first_problem(organisation: UnitRegister) -> Inconsistent | None:
    """The first problem, or None."""
    return next(problems(organisation), None)


def problems(organisation: UnitRegister) -> Iterator[Inconsistent]:
    """Every problem, with its code and its unit."""
    yield from _dates(organisation)
    yield from _authority_ids(organisation)
    yield from _parents(organisation)
    yield from _cycles(organisation)
    yield from _successors(organisation)
    yield from _mandates(organisation)


def _about(unit: Unit, code: CodedSentence, /, **facts: object) -> Inconsistent:
    """A problem of one unit. `valid_from` distinguishes the units that had the same code."""
    return Inconsistent(code, unit=unit.code, name=unit.name, valid_from=unit.valid_from, **facts)


def _dates(organisation: UnitRegister) -> Iterator[Inconsistent]:
    for code in dict.fromkeys(unit.code for unit in organisation.units):
        for earlier, later in pairwise(organisation.periods(code)):
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                yield _about(later, ConfigurationFault.DATES_OVERLAP)
            elif (later.valid_from - earlier.valid_to).days != 1:
                yield _about(later, ConfigurationFault.DATES_GAP)


def _authority_ids(organisation: UnitRegister) -> Iterator[Inconsistent]:
    seen: dict[str, Unit] = {}
    for unit in organisation.units:
        first = seen.setdefault(unit.authority_id, unit)
        if first is not unit:
            yield _about(unit, ConfigurationFault.DUPLICATE_AUTHORITY_ID, authority=unit.authority_id, other=first.code)


def _parents(organisation: UnitRegister) -> Iterator[Inconsistent]:
    for unit in organisation.units:
        if unit.parent is not None and not _covered(organisation, unit.parent, unit.valid_from, unit.valid_to):
            yield _about(unit, ConfigurationFault.UNKNOWN_PARENT, parent=unit.parent)


def _covered(organisation: UnitRegister, code: str, first: date, last: date | None) -> bool:
    """True when the code is in use during the whole period (gaps between its periods are reported elsewhere)."""
    periods = organisation.periods(code)
    if not periods or periods[0].valid_from > first:
        return False
    end = periods[-1].valid_to
    return end is None or (last is not None and last <= end)


def _cycles(organisation: UnitRegister) -> Iterator[Inconsistent]:
    reported: set[str] = set()
    for day in organisation.turning_days:
        parents = {unit.code: unit.parent for unit in organisation.in_force(day)}
        for unit in organisation.in_force(day):
            ring = _ring(parents, unit.code)
            if ring and not reported.intersection(ring):
                reported.update(ring)
                yield _about(unit, ConfigurationFault.ORGANISATION_CYCLE, ring=" → ".join([*ring, unit.code]))


def _ring(parents: dict[str, str | None], start: str) -> list[str]:
    """The codes from `start` back to itself; empty when the way up ends, or reaches another unit's ring."""
    path = [start]
    above = parents.get(start)
    while above is not None and above not in path:
        path.append(above)
        above = parents.get(above)
    return path if above == start else []


def _successors(organisation: UnitRegister) -> Iterator[Inconsistent]:
    for unit in organisation.units:
        if unit.valid_to is None:
            continue
        for successor in unit.successors:
            if organisation.find(successor.code, unit.valid_to + ONE_DAY) is None:
                yield _about(unit, ConfigurationFault.UNKNOWN_SUCCESSOR, successor=successor.code)


def _mandates(organisation: UnitRegister) -> Iterator[Inconsistent]:
    for mandate in organisation.mandates:
        for code in filter(None, (mandate.giver, mandate.receiver)):
            if not _covered(organisation, code, mandate.valid_from, mandate.valid_to):
                yield Inconsistent(ConfigurationFault.UNKNOWN_MANDATE_UNIT, mandate=mandate.code, unit=code)
        if mandate.giver == mandate.receiver:
            yield Inconsistent(ConfigurationFault.MANDATE_TO_ONESELF, mandate=mandate.code, unit=mandate.giver)
    yield from _mandate_rings(organisation)


def _mandate_rings(organisation: UnitRegister) -> Iterator[Inconsistent]:
    procedures = dict.fromkeys(code for mandate in organisation.mandates for code in mandate.procedures)
    days = dict.fromkeys(mandate.valid_from for mandate in organisation.mandates)
    reported: set[str] = set()
    for procedure in procedures:
        for day in days:
            held = [
                mandate
                for mandate in organisation.mandates
                if procedure in mandate.procedures and mandate.in_force(day)
            ]
            receivers: dict[str, str | None] = {}
            for mandate in held:
                if mandate.giver in receivers and mandate.code not in reported:
                    reported.add(mandate.code)
                    yield Inconsistent(
                        ConfigurationFault.MANDATE_TWICE, mandate=mandate.code, unit=mandate.giver, procedure=procedure
                    )
                receivers.setdefault(mandate.giver, mandate.receiver)
            for mandate in held:
                ring = _ring(receivers, mandate.giver)
                if len(ring) > 1 and mandate.code not in reported:
                    reported.add(mandate.code)
                    path = " → ".join([*ring, mandate.giver])
                    yield Inconsistent(
                        ConfigurationFault.MANDATE_RING, mandate=mandate.code, unit=mandate.giver, ring=path
                    )
