"""What an overview is asked for, read from its address. What cannot be read is left out and said in a notice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from pydantic import TypeAdapter

from activities.ledger.statistics.measures import Period
from domain.deadlines.calendar import ONE_DAY
from domain.errors import DomainError
from domain.organisation.organisation import Organisation
from domain.values import FROM_OUTSIDE, VIETNAM, Day
from gateway.console.visits import Visit
from gateway.dossiers.forms.fields import option_named
from gateway.dossiers.forms.options import units_of_day
from gateway.dossiers.forms.reading import iso_day
from gateway.views.statistics import Population, population_of

_DAY: TypeAdapter[date] = TypeAdapter(Day)


@dataclass(frozen=True)
class OverviewAsked:
    """A unit (None: every unit of the caller) and a period; beside them what they are compared with."""

    unit: str | None
    period: Period
    with_unit: str | None = None
    with_period: Period | None = None
    unread: tuple[str, ...] = ()
    """The parameters that could not be read."""

    @property
    def compares(self) -> bool:
        """True if there is something beside it."""
        return self.with_unit is not None or self.with_period is not None

    @property
    def other(self) -> OverviewAsked:
        """What it is compared with: another unit, another period, or both."""
        return OverviewAsked(self.with_unit or self.unit, self.with_period or self.period)

    def parameters(self) -> Iterator[tuple[str, str]]:
        """The address again."""
        if self.unit is not None:
            yield "unit", self.unit
        yield from (("first", self.period.first.isoformat()), ("last", self.period.last.isoformat()))
        if self.with_unit is not None:
            yield "with_unit", self.with_unit
        if self.with_period is not None:
            yield "with_first", self.with_period.first.isoformat()
            yield "with_last", self.with_period.last.isoformat()

    @property
    def query(self) -> str:
        """The address again, after the question mark."""
        return urlencode(list(self.parameters()))

    @property
    def beside_the_period_before(self) -> str:
        """The address of the same overview, compared with as many days before it."""
        days = self.period.last - self.period.first
        before = Period(first=self.period.first - days - ONE_DAY, last=self.period.first - ONE_DAY)
        return replace(self, with_unit=None, with_period=before).query

    def of_unit(self, unit: str | None) -> str:
        """The address of the same overview of another unit alone."""
        return OverviewAsked(unit, self.period).query


def asked_of(visit: Visit) -> OverviewAsked:
    """The overview that the address asks for. A unit outside the caller's scope is refused later, by its population."""
    given = {name: value for name, value in visit.request.query_params.items() if value}
    today = visit.now.astimezone(VIETNAM).date()
    unread: list[str] = []
    period = _period(given, "first", "last", unread) or Period(first=today.replace(day=1), last=today)
    with_period = _period(given, "with_first", "with_last", unread, like=period)
    units = {name: _unit(given, name, visit, unread) for name in ("unit", "with_unit")}
    return replace(OverviewAsked(units["unit"], period, units["with_unit"], with_period), unread=tuple(unread))


def _unit(given: Mapping[str, str], name: str, visit: Visit, unread: list[str]) -> str | None:
    """The unit of a parameter."""
    typed = given.get(name)
    if typed is None:
        return None
    meant = unit_meant(visit.api.engine.province.organisation, typed, visit.now.astimezone(VIETNAM).date())
    if meant is None:
        unread.append(name)
    return meant


def unit_meant(organisation: Organisation, typed: str, on: date) -> str | None:
    """The unit that a person named, by its code, also of a former one, or by its name of the day.

    The form writes the code before the name: several units had one name, and a former name is some letters of others.
    """
    code = typed.strip().partition(" ")[0]
    if organisation.periods(code):
        return code
    meant = option_named(units_of_day(organisation, on), typed)
    return None if meant is None else meant.value


def _period(
    given: Mapping[str, str],
    first: str,
    last: str,
    unread: list[str],
    like: Period | None = None,
) -> Period | None:
    """The period of two parameters, as `2025-07-31` or as people write it (`31/7/2025`).

    Without the last day it is as long as `like`, or ends with its month.
    """
    if first not in given and last not in given:
        return None
    try:
        begin = _day(given[first]) if first in given else _day(given[last]).replace(day=1)
        if last in given:
            return Period.of(begin, _day(given[last]))
        if like is not None:
            return Period.of(begin, begin + (like.last - like.first))
        return Period.of(begin, (begin.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1))
    except (ValueError, OverflowError, DomainError):
        unread.append(first)
        return None


def _day(typed: str) -> date:
    """A day, of the years that other software may ask for too. Raises ValueError."""
    return _DAY.validate_python(iso_day(typed.strip()), context=FROM_OUTSIDE)


def population(visit: Visit, asked: OverviewAsked) -> Population:
    """Its dossiers. Raises NotAuthorised `unit_not_in_scope`."""
    return population_of(visit.signed, visit.api.engine.province, asked.unit)
