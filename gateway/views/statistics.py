"""Statistics for a caller: of which dossiers, in whose scope, and the filters under which each number is listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from activities.ledger.pool import Pool
from activities.ledger.search.query import OfUnits, SearchFilter, SearchScope, UnitPart
from activities.ledger.statistics.measures import AnyMeasure, Measure, MeasureNow, Period, filter_now, filter_over
from activities.ledger.statistics.reader import Asked, ByDay, ByHour, Counts, SpentTimes, StatisticsReader
from activities.ledger.statistics.statements import Group
from domain.deadlines.limits import WhichClock
from domain.errors import NotAuthorised
from domain.rules.province import Province
from domain.values import Code
from gateway.access.callers import subtree
from gateway.access.messages import AccessRefusal
from gateway.access.scopes import search_scope
from gateway.access.sign_in import SignedIn

Filter = dict[str, Any]
"""A filter of the register as its address and the API's body of a search have it."""


@dataclass(frozen=True)
class Population:
    """Of which dossiers numbers are wanted: of one unit, or of every unit of the caller with those below."""

    unit: Code | None
    roots: tuple[Code, ...] | None
    """The units at the top, when `unit` is None. None: every dossier."""
    wanted: SearchFilter
    scope: SearchScope

    @property
    def filter(self) -> Filter:
        """The same for the register: units below are named by the unit above them, so that an address stays short."""
        if self.unit is not None:
            return of_units(self.unit)
        if self.roots is None:
            return {}
        return {"units": {"codes": list(self.roots), "part": UnitPart.ACCOUNTABLE.value, "with_below": True}}

    @property
    def key(self) -> str:
        """The same for the same dossiers seen by callers with the same scope."""
        return f"{self.wanted.model_dump_json()} {self.scope.model_dump_json()}"

    def asked(self, at: datetime) -> Asked:
        """The question as of an instant."""
        return Asked(population=self.wanted, scope=self.scope, at=at)


def population_of(signed: SignedIn, province: Province, unit: Code | None) -> Population:
    """The dossiers for which a unit is accountable; `unit` None: those of every unit of the caller.

    Raises NotAuthorised `unit_not_in_scope`: of a unit outside the scope a caller sees some dossiers only, and a number
    of these would be taken for the number of the unit.
    """
    scope, caller = signed.scope, signed.caller
    if unit is not None:
        if scope.units is not None and unit not in scope.units:
            raise NotAuthorised(AccessRefusal.UNIT_NOT_IN_SCOPE, unit=unit)
        return Population(unit, None, SearchFilter(units=_accountable(unit)), search_scope(scope))
    if scope.units is None:
        return Population(None, None, SearchFilter(), search_scope(scope))
    own = {duty.unit for duty in caller.duties if duty.role in signed.roles} or scope.units
    codes = sorted(subtree(own, province.organisation, caller.at)) if caller.duties else sorted(own)
    return Population(None, tuple(sorted(own)), SearchFilter(units=_accountable(*codes)), search_scope(scope))


def _accountable(*codes: Code) -> OfUnits:
    return OfUnits(codes=codes, part=UnitPart.ACCOUNTABLE)


@dataclass(frozen=True)
class Overview:
    """The numbers of a population over a period and as of now, in the whole and in groups."""

    population: Population
    period: Period
    by: Group
    over: Counts
    now: Counts
    groups: tuple[tuple[Counts | None, Counts | None], ...] = ()
    """Each group over the period and as of now; None: no number of it is above zero."""
    days: tuple[ByDay, ...] = ()
    hours: tuple[ByHour, ...] = ()
    rungs: Mapping[str, int] = field(default_factory=dict)
    systems: Mapping[str, int] = field(default_factory=dict)


async def read_overview(
    pool: Pool, population: Population, period: Period, by: Group, *, at: datetime, rungs: tuple[str, ...]
) -> Overview:
    """Everything of one moment. `rungs`: the codes of the ladder's rungs."""
    asked = population.asked(at)
    async with StatisticsReader(pool).at_one_moment() as statistics:
        over = {one.key: one for one in await statistics.over(asked, period, by)}
        now = {one.key: one for one in await statistics.now(asked, rungs, by)}
        days, hours = await statistics.by_time(asked, period)
        by_rung, by_system = await statistics.by_rung(asked), await statistics.by_system(asked)
    keys = sorted({*over, *now}, key=lambda key: (key is None, key))
    return Overview(
        population, period, by,
        over=_whole(list(over.values()), NOTHING_OVER), now=_whole(list(now.values()), NOTHING_NOW),
        groups=tuple((over.get(key), now.get(key)) for key in keys), days=tuple(days), hours=tuple(hours),
        rungs=by_rung, systems=by_system,
    )  # fmt: skip


NOTHING_OVER = Counts(numbers=dict.fromkeys(Measure, 0), times=dict.fromkeys(WhichClock, SpentTimes()))
NOTHING_NOW = Counts(numbers=dict.fromkeys(MeasureNow, 0))


def _whole(groups: list[Counts], total: Counts) -> Counts:
    for group in groups:
        total += group
    return total


def of_units(*codes: Code) -> Filter:
    """The dossiers for which these units are accountable."""
    return {"units": {"codes": list(codes), "part": UnitPart.ACCOUNTABLE.value}}


def of_group(by: Group, key: Code | None) -> Filter:
    """The dossiers of a group, beside the population."""
    match by:
        case Group.UNIT:
            return of_units(key or "")
        case Group.OFFICER:
            return {"assigned": False} if key is None else {"officers": [key]}
        case Group.PROCEDURE:
            return {"procedures": [key]}
        case Group.ALL:
            return {}


def as_filter(wanted: SearchFilter) -> Filter:
    """The filter as the register takes it."""
    return wanted.model_dump(mode="json", exclude_none=True)


def filters_of(period: Period, at: datetime, rungs: tuple[str, ...]) -> dict[AnyMeasure, Filter]:
    """The filter of each measure, without the population."""
    over: dict[AnyMeasure, Filter] = {one: as_filter(filter_over(one, period)) for one in Measure}
    return over | {one: as_filter(filter_now(one, at, rungs)) for one in MeasureNow}


def rungs_of(province: Province) -> tuple[str, ...]:
    """The codes of the rungs of every ladder: a dossier keeps the ladder that it pinned."""
    return tuple(sorted({rung.code for ladder in province.escalations for rung in ladder.rungs}))
