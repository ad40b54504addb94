"""Reads the units and mandates of a province."""

from __future__ import annotations

from activities.province.reading import Reading
from domain.messages.configuration import ConfigurationFault
from domain.organisation.organisation import Organisation
from domain.organisation.unit_checks import problems as inconsistencies
from domain.organisation.units import Mandate, Unit

UNITS = "organisation/*.jsonl"
MANDATES = "organisation/mandates.yaml"


def read_organisation(reading: Reading) -> Organisation | None:
    """The organisation. Returns None when it is wrong; the problems are then in `reading`."""
    units = _read_units(reading)
    mandates = _read_mandates(reading)
    if units is None or mandates is None:
        return None
    problems_before = len(reading.problems)
    reading.tell_inconsistencies(inconsistencies(Organisation.model_construct(units=units, mandates=mandates)))
    if len(reading.problems) > problems_before:
        return None
    return Organisation.model_construct(units=units, mandates=mandates)


def _read_units(reading: Reading) -> tuple[Unit, ...] | None:
    """Every unit of every file. Returns None when one unit is wrong: the whole cannot be checked without it."""
    names = reading.names(UNITS)
    if not names:
        reading.tell(ConfigurationFault.MISSING_FILE, "organisation/units.jsonl", 1)
        return None
    units: list[Unit] = []
    problems_before = len(reading.problems)
    for name in names:
        for source in reading.json_lines(name):
            unit = reading.validated(Unit, source)
            if unit is None:
                continue
            first = reading.where("unit", unit.code, unit.valid_from)
            if first is not None:
                reading.tell_duplicate(source, unit.code, first)
                continue
            reading.mark(source, "unit", unit.code, unit.valid_from)
            reading.mark(source, "unit", unit.code)
            units.append(unit)
    return tuple(units) if len(reading.problems) == problems_before else None


def _read_mandates(reading: Reading) -> tuple[Mandate, ...] | None:
    source = reading.yaml(MANDATES, list, required=False)
    if source is None:
        return None
    mandates: list[Mandate] = []
    for item in source.items():
        mandate = reading.validated(Mandate, item)
        first = None if mandate is None else reading.where("mandate", mandate.code)
        if mandate is not None and first is not None:
            reading.tell_duplicate(item, mandate.code, first)
        elif mandate is not None:
            reading.mark(item, "mandate", mandate.code)
            mandates.append(mandate)
    return tuple(mandates) if len(mandates) == len(source.value) else None
