"""Checks the parts of a province against each other: every code that one part names exists in another, on its days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from domain.inconsistency import Inconsistent
from domain.procedures.procedure import Level, Procedure
from domain.rules.province_rules import ProvinceRules, PublishedProcedure


def problems(province: ProvinceRules) -> Iterator[Inconsistent]:
    """Every problem, with its code and its subject."""
    yield from _twice("duplicate_calendar", "calendar", (calendar.code for calendar in province.calendars))
    yield from _twice("duplicate_escalation", "escalation", (policy.code for policy in province.escalations))
    yield from _defaults(province)
    yield from _calendars_of_units(province)
    yield from _versions(province)
    for published in province.procedures:
        yield from _authority(province, published)
        yield from _steps(published.procedure)
    yield from _staff(province)
    yield from _mandates(province)


def _twice(code: str, subject: str, codes: Iterable[str]) -> Iterator[Inconsistent]:
    seen: set[str] = set()
    for subject_code in codes:
        if subject_code in seen:
            yield Inconsistent(code, **{subject: subject_code})
        seen.add(subject_code)


def _defaults(province: ProvinceRules) -> Iterator[Inconsistent]:
    if province.defaults.calendar not in {calendar.code for calendar in province.calendars}:
        yield Inconsistent("unknown_calendar", province=province.code, calendar=province.defaults.calendar)
    if province.defaults.escalation not in {policy.code for policy in province.escalations}:
        yield Inconsistent("unknown_escalation", province=province.code, escalation=province.defaults.escalation)


def _calendars_of_units(province: ProvinceRules) -> Iterator[Inconsistent]:
    known = {calendar.code for calendar in province.calendars}
    for unit in province.organisation.units:
        if unit.calendar is not None and unit.calendar not in known:
            yield Inconsistent("unknown_calendar", unit=unit.code, valid_from=unit.valid_from, calendar=unit.calendar)


def _versions(province: ProvinceRules) -> Iterator[Inconsistent]:
    by_code: dict[str, list[PublishedProcedure]] = {}
    for published in province.procedures:
        by_code.setdefault(published.procedure.code, []).append(published)
    for code, versions in by_code.items():
        for one, other in combinations(versions, 2):
            subject = {"procedure": code, "version": other.procedure.version}
            if one.procedure.version == other.procedure.version:
                yield Inconsistent("duplicate_procedure", **subject)
            elif _overlap(one, other):
                yield Inconsistent("versions_overlap", **subject, other=one.procedure.version)


def _overlap(one: PublishedProcedure, other: PublishedProcedure) -> bool:
    """True when both versions accept dossiers on some day."""
    return any(one.accepts(day) and other.accepts(day) for day in (one.effective_from, other.effective_from))


def _authority(province: ProvinceRules, published: PublishedProcedure) -> Iterator[Inconsistent]:
    procedure, subject = published.procedure, _subject(published.procedure)
    authority = procedure.specialised_authority
    if authority is None:
        if procedure.level is Level.PROVINCE:
            yield Inconsistent("authority_not_named", **subject)
    elif not province.organisation.periods(authority):
        yield Inconsistent("unknown_authority", **subject, unit=authority)


def _steps(procedure: Procedure) -> Iterator[Inconsistent]:
    """The steps that Green Stream does not shorten must be steps of the procedure."""
    known = {step.code for step in procedure.steps}
    for step in procedure.green.excluded_steps if procedure.green else ():
        if step not in known:
            yield Inconsistent("unknown_step", **_subject(procedure), step=step)


def _subject(procedure: Procedure) -> dict[str, object]:
    return {"procedure": procedure.code, "version": procedure.version}


def _staff(province: ProvinceRules) -> Iterator[Inconsistent]:
    for post in province.staff.posts:
        if not province.organisation.periods(post.unit):
            yield Inconsistent("unknown_unit_of_post", post=post.code, unit=post.unit)
    for service in province.staff.services:
        for unit in service.units or ():
            if not province.organisation.periods(unit):
                yield Inconsistent("unknown_unit_of_service", service=service.code, unit=unit)


def _mandates(province: ProvinceRules) -> Iterator[Inconsistent]:
    known = {published.procedure.code for published in province.procedures}
    for mandate in province.organisation.mandates:
        for code in mandate.procedures:
            if code not in known:
                yield Inconsistent("unknown_mandate_procedure", mandate=mandate.code, procedure_code=code)
