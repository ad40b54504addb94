"""Checks the parts of a province against each other: every code that one part names exists in another, on its days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations

from domain.deadlines.calendar import ONE_DAY
from domain.inconsistency import Inconsistent
from domain.messages.configuration import ConfigurationFault
from domain.procedures.critical_path import limit_of
from domain.procedures.group import Child
from domain.procedures.procedure import Level, Procedure
from domain.rules.province_rules import ProvinceRules, PublishedProcedure, Status


def problems(province: ProvinceRules) -> Iterator[Inconsistent]:
    """Every problem, with its code and its subject."""
    for calendar in _repeated(calendar.code for calendar in province.calendars):
        yield Inconsistent(ConfigurationFault.DUPLICATE_CALENDAR, calendar=calendar)
    for escalation in _repeated(policy.code for policy in province.escalations):
        yield Inconsistent(ConfigurationFault.DUPLICATE_ESCALATION, escalation=escalation)
    yield from _defaults(province)
    yield from _calendars_of_units(province)
    yield from _versions(province)
    for published in province.procedures:
        yield from _authority(province, published)
        yield from _steps(published.procedure)
        yield from _children(province, published)
    yield from _staff(province)
    yield from _four_eyes(province)
    yield from _left_to_heads(province)
    yield from _mandates(province)
    for authority in province.documents.authorities:
        if not province.organisation.periods(authority.unit):
            yield Inconsistent(
                ConfigurationFault.DOCUMENT_AUTHORITY_UNKNOWN, province=province.code, unit=authority.unit
            )


def _repeated(codes: Iterable[str]) -> Iterator[str]:
    """Every code that is not the first of its kind."""
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            yield code
        seen.add(code)


def _defaults(province: ProvinceRules) -> Iterator[Inconsistent]:
    if province.defaults.calendar not in {calendar.code for calendar in province.calendars}:
        yield Inconsistent(
            ConfigurationFault.UNKNOWN_CALENDAR, province=province.code, calendar=province.defaults.calendar
        )
    if province.defaults.escalation not in {policy.code for policy in province.escalations}:
        yield Inconsistent(
            ConfigurationFault.UNKNOWN_ESCALATION, province=province.code, escalation=province.defaults.escalation
        )


def _calendars_of_units(province: ProvinceRules) -> Iterator[Inconsistent]:
    known = {calendar.code for calendar in province.calendars}
    for unit in province.organisation.units:
        if unit.calendar is not None and unit.calendar not in known:
            yield Inconsistent(
                ConfigurationFault.UNKNOWN_CALENDAR, unit=unit.code, valid_from=unit.valid_from, calendar=unit.calendar
            )


def _versions(province: ProvinceRules) -> Iterator[Inconsistent]:
    by_code: dict[str, list[PublishedProcedure]] = {}
    for published in province.procedures:
        by_code.setdefault(published.procedure.code, []).append(published)
    for code, versions in by_code.items():
        for version, other in combinations(versions, 2):
            subject = {"procedure": code, "version": other.procedure.version}
            if version.procedure.version == other.procedure.version:
                yield Inconsistent(ConfigurationFault.DUPLICATE_PROCEDURE, **subject)
            elif _overlap(version, other):
                yield Inconsistent(ConfigurationFault.VERSIONS_OVERLAP, **subject, other=version.procedure.version)


def _overlap(version: PublishedProcedure, other: PublishedProcedure) -> bool:
    """True when both versions accept dossiers on some day."""
    return any(version.accepts(day) and other.accepts(day) for day in (version.effective_from, other.effective_from))


def _authority(province: ProvinceRules, published: PublishedProcedure) -> Iterator[Inconsistent]:
    procedure = published.procedure
    subject = _subject(procedure)
    authority = procedure.specialised_authority
    if authority is None:
        if procedure.level is Level.PROVINCE:
            yield Inconsistent(ConfigurationFault.AUTHORITY_NOT_NAMED, **subject)
    elif not province.organisation.periods(authority):
        yield Inconsistent(ConfigurationFault.UNKNOWN_AUTHORITY, **subject, unit=authority)


def _steps(procedure: Procedure) -> Iterator[Inconsistent]:
    """The steps that Green Stream does not shorten must be steps of the procedure."""
    known = {step.code for step in procedure.steps}
    for step in procedure.green.excluded_steps if procedure.green else ():
        if step not in known:
            yield Inconsistent(ConfigurationFault.UNKNOWN_STEP, **_subject(procedure), step=step)


def _children(province: ProvinceRules, parent: PublishedProcedure) -> Iterator[Inconsistent]:
    """Each child must have a version on every day of the group's version, whose limit can be added up."""
    for child in parent.procedure.children:
        subject = {
            "procedure": parent.procedure.code,
            "version": parent.procedure.version,
            "child": child.code,
            "child_procedure": child.procedure,
        }
        versions = [one for one in province.procedures if one.procedure.code == child.procedure]
        if not versions:
            yield Inconsistent(ConfigurationFault.CHILD_PROCEDURE_MISSING, **subject)
            continue
        if parent.status is not Status.ACTIVE:
            continue
        current = next((one for one in versions if one.accepts(parent.effective_from)), None)
        if current is None:
            yield Inconsistent(ConfigurationFault.CHILD_NOT_IN_EFFECT, **subject, day=parent.effective_from)
            continue
        last = max(one.effective_to or date.max for one in versions if one.status is not Status.DRAFT)
        if last < (parent.effective_to or date.max):
            yield Inconsistent(ConfigurationFault.CHILD_NOT_IN_EFFECT, **subject, day=last + ONE_DAY)
        yield from _terms_of_child(parent.procedure, child, versions)


def _terms_of_child(parent: Procedure, child: Child, versions: Iterable[PublishedProcedure]) -> Iterator[Inconsistent]:
    """The limit of a child, and its papers, in each of its versions; it may have no children itself."""
    subject = {
        "procedure": parent.code,
        "version": parent.version,
        "child": child.code,
        "child_procedure": child.procedure,
    }
    own = {document.code for document in parent.documents}
    channels = dict.fromkeys(terms.channel for terms in parent.terms)
    for version in versions:
        if version.procedure.children:
            yield Inconsistent(ConfigurationFault.CHILD_HAS_CHILDREN, **subject)
            return
        if any(limit_of(child, version.procedure, channel) is None for channel in channels):
            yield Inconsistent(ConfigurationFault.CHILD_LIMIT_NOT_ADDABLE, **subject)
            return
        missing = tuple(one.code for one in version.procedure.documents if one.code not in own)
        if missing:
            yield Inconsistent(ConfigurationFault.CHILD_DOCUMENT_MISSING, **subject, documents=missing)
            return


def _subject(procedure: Procedure) -> dict[str, object]:
    return {"procedure": procedure.code, "version": procedure.version}


def _staff(province: ProvinceRules) -> Iterator[Inconsistent]:
    for post in province.staff.posts:
        if not province.organisation.periods(post.unit):
            yield Inconsistent(ConfigurationFault.UNKNOWN_UNIT_OF_POST, post=post.code, unit=post.unit)
    known = {published.procedure.code for published in province.procedures}
    for service in province.staff.services:
        for unit in service.units or ():
            if not province.organisation.periods(unit):
                yield Inconsistent(ConfigurationFault.UNKNOWN_UNIT_OF_SERVICE, service=service.code, unit=unit)
        for code in service.procedures or ():
            if code not in known:
                yield Inconsistent(
                    ConfigurationFault.UNKNOWN_PROCEDURE_OF_SERVICE, service=service.code, procedure_code=code
                )


def _left_to_heads(province: ProvinceRules) -> Iterator[Inconsistent]:
    """A unit or a procedure that does not exist would be assigned by the engine after all."""
    for unit in province.assignment.by_hand_units:
        if not province.organisation.periods(unit):
            yield Inconsistent(ConfigurationFault.UNKNOWN_UNIT_BY_HAND, province=province.code, unit=unit)
    known = {published.procedure.code for published in province.procedures}
    for code in province.assignment.by_hand_procedures:
        if code not in known:
            yield Inconsistent(
                ConfigurationFault.UNKNOWN_PROCEDURE_BY_HAND, province=province.code, procedure_code=code
            )


def _four_eyes(province: ProvinceRules) -> Iterator[Inconsistent]:
    known = {published.procedure.code for published in province.procedures}
    for policy in province.staff.four_eyes:
        for code in policy.procedures or ():
            if code not in known:
                yield Inconsistent(
                    ConfigurationFault.UNKNOWN_PROCEDURE_OF_FOUR_EYES, four_eyes=policy.source, procedure_code=code
                )


def _mandates(province: ProvinceRules) -> Iterator[Inconsistent]:
    known = {published.procedure.code for published in province.procedures}
    for mandate in province.organisation.mandates:
        for code in mandate.procedures:
            if code not in known:
                yield Inconsistent(
                    ConfigurationFault.UNKNOWN_MANDATE_PROCEDURE, mandate=mandate.code, procedure_code=code
                )
