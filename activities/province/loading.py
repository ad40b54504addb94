"""Loads a province from its folder and validates it. All problems are reported at once.

Required files: `province.yaml`, `organisation/*.jsonl` (units), `people.yaml`, `procedures/*.yaml`, `escalation.yaml`,
`calendars/` with a file for each desk and `base/YEAR.yaml` for each year. Optional files, where a missing file is the
same as an empty one: `organisation/mandates.yaml`, `processes.yaml`, `green.yaml`, `policies.yaml`, `notices.yaml`,
`calendars/overrides.yaml`.
"""

from __future__ import annotations

from dataclasses import replace
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
from domain.channels.applicant_policy import ApplicantNotices
from domain.messages.configuration import ConfigurationFault
from domain.organisation.assignment_rules import AssignmentRules
from domain.rules.document_rules import DocumentRules
from domain.rules.escalation import EscalationPolicy
from domain.rules.notice_policy import NoticePolicy
from domain.rules.province import Province
from domain.rules.province_checks import problems as inconsistencies
from domain.rules.province_rules import Defaults, LadderPeriod
from domain.rules.readiness_checks import problems as what_stops_a_dossier
from domain.values import Code, Name, Strict

_DAYS = ("effective_from", "effective_to")
ESCALATION = "escalation.yaml"
NOTICES = "notices.yaml"
_FOLDERS = ("", "organisation/", "procedures/", "calendars/", "calendars/base/")


class _Head(Strict):
    """The shape of province.yaml."""

    code: Code
    name: Name
    defaults: Defaults
    assignment: AssignmentRules = AssignmentRules()
    notices: NoticePolicy = NoticePolicy()
    documents: DocumentRules = DocumentRules()


def load_province(folder: Path) -> Province:
    """The province of a folder. Raises ConfigurationErrors with every problem: file, line, code and fix."""
    if not folder.is_dir():
        raise ConfigurationErrors(str(folder), [problem(ConfigurationFault.MISSING_FOLDER, ".", 1)])
    return read_province(Reading(folder))


def load_province_with_ladders(folder: Path, ladders: Path) -> Province:
    """The province with the ladders of another file, checked as a whole. Raises ConfigurationErrors."""
    return read_province(Reading(folder, {ESCALATION: ladders}))


def read_province(reading: Reading) -> Province:
    """The province of the folder that `reading` reads. Raises ConfigurationErrors with every problem."""
    _tell_unread_files(reading)
    head = _read_head(reading)
    organisation = read_organisation(reading)
    calendars = read_sources(reading)
    ladders = _read_ladders(reading)
    parts: dict[str, Any] = {
        "organisation": organisation,
        "staff": None if organisation is None else read_staff(reading, organisation),
        "procedures": read_procedures(reading),
        "calendars": None if calendars is None else compose(reading, calendars),
        "holidays": None if calendars is None else calendars.holidays,
        "escalations": None if ladders is None else tuple(policy for policy, _ in ladders),
        "applicant_notices": _read_applicant_notices(reading),
        "ladder_periods": None if ladders is None else tuple(period for _, period in ladders),
    }
    if head is not None:
        parts |= {name: getattr(head, name) for name in _Head.model_fields}
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


def _read_applicant_notices(reading: Reading) -> ApplicantNotices | None:
    source = reading.yaml(NOTICES, dict, required=False)
    return None if source is None else reading.validated(ApplicantNotices, source)


def _read_ladders(reading: Reading) -> tuple[tuple[EscalationPolicy, LadderPeriod], ...] | None:
    """The ladders with their days. The days are beside a ladder in the file and are not part of it or of its hash."""
    problems_before = len(reading.problems)
    source = reading.yaml(ESCALATION, list)
    found = []
    for item in source.items() if source else ():
        shaped = reading.shaped(item, dict)
        if shaped is None:
            continue
        days = {name: shaped.value[name] for name in _DAYS if name in shaped.value}
        ladder = {name: value for name, value in shaped.value.items() if name not in _DAYS}
        policy = reading.validated(EscalationPolicy, replace(shaped, value=ladder))
        period = reading.validated(LadderPeriod, replace(shaped, value={"code": ladder.get("code", "-"), **days}))
        if policy is not None and period is not None:
            reading.mark(item, "escalation", policy.code)
            for index, rung in enumerate(policy.rungs):
                reading.mark(item.inside("rungs", index), "rung", policy.code, rung.code)
            for index, council in enumerate(policy.councils):
                reading.mark(item.inside("councils", index), "council", policy.code, council.code)
            found.append((policy, period))
    return tuple(found) if len(reading.problems) == problems_before else None
