"""Checks what a province needs so that no dossier gets stuck: readable codes, a centre, successors, people for steps,
days on which limits run.

Only a province's files are checked, never a stored rule: what an earlier release accepted must stay readable.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from domain.errors import NotFound
from domain.inconsistency import Inconsistent
from domain.messages.coded import CodedSentence
from domain.messages.configuration import ConfigurationFault
from domain.organisation.units import ONE_DAY, Unit
from domain.procedures.procedure import Procedure, TerritoryBasis
from domain.roles import OF_NO_POST, Role, typed
from domain.rules import ladder_checks
from domain.values import AUTHORITY_ID

if TYPE_CHECKING:
    from domain.rules.province import Province


def problems(province: Province) -> Iterator[Inconsistent]:
    """Everything that would stop a dossier, with its code and its subject."""
    yield from _authority_ids(province)
    yield from _centres(province)
    yield from _successors(province)
    yield from _mandates(province)
    yield from _calendars(province)
    yield from ladder_checks.problems(province)
    for post in province.staff.posts:
        if post.role in OF_NO_POST:
            yield Inconsistent(ConfigurationFault.POST_OF_NOBODY, post=post.code, role=typed(post.role))
    roles = province.roles_of_units
    for published in province.procedures:
        yield from _steps(province, published.procedure, roles)
        yield from _extension(published.procedure)


def _about(unit: Unit, code: CodedSentence, /, **facts: object) -> Inconsistent:
    return Inconsistent(code, unit=unit.code, name=unit.name, valid_from=unit.valid_from, **facts)


def _authority_ids(province: Province) -> Iterator[Inconsistent]:
    """A dossier's code begins with it. So it must be readable there, and differ from others in more than capitals."""
    seen: dict[str, Unit] = {}
    for unit in province.organisation.units:
        if not AUTHORITY_ID.fullmatch(unit.authority_id):
            yield _about(unit, ConfigurationFault.BAD_AUTHORITY_ID, authority=unit.authority_id)
        first = seen.setdefault(unit.authority_id.casefold(), unit)
        if first.authority_id != unit.authority_id:
            yield _about(unit, ConfigurationFault.DUPLICATE_AUTHORITY_ID, authority=unit.authority_id, other=first.code)


def _centres(province: Province) -> Iterator[Inconsistent]:
    """Where the competent unit is unknown, a centre decides. So every commune of the last known day must have one."""
    organisation = province.organisation
    last = max(organisation.turning_days)
    for unit in organisation.communes(last):
        try:
            organisation.province_centre(last, near=unit.code)
        except NotFound as missing:
            yield _about(unit, ConfigurationFault.NO_CENTRE_ABOVE, day=last, count=missing.facts["count"])
            return


def _successors(province: Province) -> Iterator[Inconsistent]:
    """Only communes may succeed a commune, and no commune another unit: the dossiers would reach no competent unit."""
    for unit in province.organisation.units:
        for named in unit.successors:
            successor = province.organisation.find(named.code, unit.valid_to + ONE_DAY) if unit.valid_to else None
            if successor is not None and successor.level.is_commune is not unit.level.is_commune:
                facts = {"successor": successor.code, "successor_name": successor.name}
                yield _about(unit, ConfigurationFault.SUCCESSOR_OF_ANOTHER_LEVEL, **facts)


def _mandates(province: Province) -> Iterator[Inconsistent]:
    for mandate in province.organisation.mandates:
        if mandate.valid_to is not None and mandate.valid_to < mandate.valid_from:
            days = {"valid_from": mandate.valid_from, "valid_to": mandate.valid_to}
            yield Inconsistent(ConfigurationFault.MANDATE_DATES_REVERSED, mandate=mandate.code, **days)


def _calendars(province: Province) -> Iterator[Inconsistent]:
    """If the clock never runs, no dossier is ever due and none is ever late."""
    for calendar in province.calendars:
        sessions = [session for season in calendar.seasons for pattern in season.week for session in pattern.sessions]
        if not any(session.clock for session in sessions):
            yield Inconsistent(ConfigurationFault.CLOCK_NEVER_RUNS, calendar=calendar.code)
        for exception in calendar.exceptions:
            if exception.swapped_with == exception.day:
                yield Inconsistent(ConfigurationFault.SWAPPED_WITH_ITSELF, calendar=calendar.code, day=exception.day)


def _steps(province: Province, procedure: Procedure, roles: Mapping[str, frozenset[Role]]) -> Iterator[Inconsistent]:
    held: frozenset[Role] = frozenset().union(*(roles[unit] for unit in _units_at_work(province, procedure, roles)))
    for step in procedure.steps:
        if step.role not in held - OF_NO_POST:
            yield Inconsistent(
                ConfigurationFault.STEP_OF_NOBODY, **_subject(procedure), step=step.code, role=typed(step.role)
            )


def _units_at_work(province: Province, procedure: Procedure, units: Collection[str]) -> set[str]:
    """The units that could be responsible for a dossier of the procedure, by level, field or mandate."""
    if procedure.territory is TerritoryBasis.ANYWHERE:
        return set(units)
    mandates = [mandate for mandate in province.organisation.mandates if procedure.code in mandate.procedures]
    named = {procedure.specialised_authority, *(mandate.receiver for mandate in mandates)}
    at_work = {unit for unit in units if unit in named}
    if procedure.specialised_authority is None or any(mandate.receiver is None for mandate in mandates):
        periods = province.organisation.periods
        at_work |= {unit for unit in units if any(period.level.is_commune for period in periods(unit))}
    return at_work


def _extension(procedure: Procedure) -> Iterator[Inconsistent]:
    if OF_NO_POST.issuperset(procedure.extension.decided_by):
        yield Inconsistent(
            ConfigurationFault.EXTENSION_OF_NOBODY, **_subject(procedure), roles=typed(*procedure.extension.decided_by)
        )


def _subject(procedure: Procedure) -> dict[str, object]:
    return {"procedure": procedure.code, "version": procedure.version}
