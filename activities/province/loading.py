"""Loads a province from its folder and validates it. All problems are reported at once.

Required files: `province.yaml`, `organisation/*.jsonl` (units), `people.yaml`, `procedures/*.yaml`, `escalation.yaml`,
`calendars/` with a file for each desk and `base/YEAR.yaml` for each year. Optional files, where a missing file is the
same as an empty one: `organisation/mandates.yaml`, `processes.yaml`, `green.yaml`, `policies.yaml`,
`calendars/overrides.yaml`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from activities.province.calendars import compose, read_sources
from activities.province.organisation import MANDATES, read_organisation
from activities.province.people import read_staff
from activities.province.problems import ConfigurationErrors, of_validation, problem
from activities.province.procedures import read_procedures
from activities.province.reading import Reading
from activities.province.source import Source
from domain.messages.configuration import ConfigurationFault
from domain.organisation.assignment_rules import AssignmentRules
from domain.rules.escalation import EscalationPolicy
from domain.rules.province import Province
from domain.rules.province_checks import problems as inconsistencies
from domain.rules.province_rules import Defaults
from domain.rules.readiness_checks import problems as what_stops_a_dossier
from domain.values import Code, Name, Strict

_FOLDERS = ("", "organisation/", "procedures/", "calendars/", "calendars/base/")


class _Head(Strict):
    """The shape of province.yaml."""

    code: Code
    name: Name
    defaults: Defaults
    assignment: AssignmentRules = AssignmentRules()


def load_province(folder: Path) -> Province:
    """The province of a folder. Raises ConfigurationErrors with every problem: file, line, code and fix."""
    if not folder.is_dir():
        raise ConfigurationErrors(str(folder), [problem(ConfigurationFault.MISSING_FOLDER, ".", 1)])
    return read_province(Reading(folder))


def read_province(reading: Reading) -> Province:
    """The province of the folder that `reading` reads. Raises ConfigurationErrors with every problem."""
    _tell_unread_files(reading)
    head = _read_head(reading)
    organisation = read_organisation(reading)
    calendars = read_sources(reading)
    parts: dict[str, Any] = {
        "organisation": organisation,
        "staff": None if organisation is None else read_staff(reading, organisation),
        "procedures": read_procedures(reading),
        "calendars": None if calendars is None else compose(reading, calendars),
        "holidays": None if calendars is None else calendars.holidays,
        "escalations": _read_escalations(reading),
    }
    if head is not None:
        parts |= {"code": head.code, "name": head.name, "defaults": head.defaults, "assignment": head.assignment}
    if head is not None and all(part is not None for part in parts.values()):
        whole = Province.model_construct(**parts)
        reading.tell_inconsistencies((*inconsistencies(whole), *what_stops_a_dossier(whole)))
    if reading.problems:
        raise ConfigurationErrors(str(reading.folder), reading.problems)
    return _whole(parts, reading.folder)


def _tell_unread_files(reading: Reading) -> None:
    """Reports files whose names nothing reads: people would believe that they are in force."""
    stray = [name for folder in _FOLDERS for name in reading.names(f"{folder}*.yml")]
    stray += [name for name in reading.names("organisation/*.yaml") if name != MANDATES]
    for name in stray:
        reading.tell(ConfigurationFault.FILE_NOT_READ, name, 1)


def _whole(parts: dict[str, Any], folder: Path) -> Province:
    try:
        return Province(**parts)
    except ValidationError as error:
        raise ConfigurationErrors(str(folder), list(of_validation(error, Source("province.yaml", {})))) from None


def _read_head(reading: Reading) -> _Head | None:
    source = reading.yaml("province.yaml", dict)
    if source is None:
        return None
    reading.mark(source, "province", source.value.get("code"))
    return reading.validated(_Head, source)


def _read_escalations(reading: Reading) -> tuple[EscalationPolicy, ...] | None:
    problems_before = len(reading.problems)
    source = reading.yaml("escalation.yaml", list)
    found = []
    for item in source.items() if source else ():
        policy = reading.validated(EscalationPolicy, item)
        if policy is not None:
            reading.mark(item, "escalation", policy.code)
            found.append(policy)
    return tuple(found) if len(reading.problems) == problems_before else None
