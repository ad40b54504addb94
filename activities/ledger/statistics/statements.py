"""The statements of statistics: all measures of all groups at once, each counted under the conditions of its filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from activities.ledger.search.conditions import (
    HOUR_OF_RECEIPT,
    IN_VIETNAM,
    WEEKDAY_OF_RECEIPT,
    Condition,
    conditions_of,
    of_scope,
    written,
)
from activities.ledger.search.query import ALL_DOSSIERS, SearchFilter, SearchScope, UnitPart
from activities.ledger.statistics.measures import Measure, Period, filter_over, handled
from domain.deadlines.limits import WhichClock

Statement = tuple[str, Sequence[object]]


class Group(StrEnum):
    """By what dossiers are counted apart."""

    ALL = "all"
    UNIT = "unit"
    """The unit that is accountable for the dossier."""
    OFFICER = "officer"
    PROCEDURE = "procedure"


KEYS = {Group.ALL: "null::text", Group.UNIT: "accountable", Group.OFFICER: "assignee", Group.PROCEDURE: "procedure"}


def base_conditions(population: SearchFilter, scope: SearchScope, at: datetime) -> list[Condition]:
    """The conditions of the population within the scope.

    The accountable unit takes part in its dossier. So where only units of the scope are accountable, the scope's list
    of units, which costs more than all the rest, need not be compared again.
    """
    units = population.units
    by_accountable = units is not None and units.part is UnitPart.ACCOUNTABLE
    if units is not None and by_accountable and scope.units is not None and set(units.codes) <= set(scope.units):
        scope = scope.model_copy(update={"units": None})
    return [*of_scope(scope), *conditions_of(population, ALL_DOSSIERS, at)]


def counts(by: Group, measures: Mapping[str, SearchFilter], base: Sequence[Condition], at: datetime) -> Statement:
    """Counts each measure of each group."""
    return _grouped(KEYS[by], measures, {}, base, at)


def counts_over(by: Group, period: Period, base: Sequence[Condition], at: datetime) -> Statement:
    """Counts each measure over the period, and adds up the working times of what was resolved with a limit."""
    measures = {measure.value: filter_over(measure, period) for measure in Measure}
    sums: dict[str, tuple[str, list[Condition]]] = {}
    for clock in WhichClock:
        judged = [
            *conditions_of(measures[f"judged_{clock.value}"], ALL_DOSSIERS, at),
            Condition(f"used_minutes is not null and {clock.value}_minutes is not null"),
        ]
        sums |= {
            f"timed_{clock.value}": ("count(*)", judged),
            f"used_{clock.value}": ("sum(used_minutes)", judged),
            f"granted_{clock.value}": (f"sum({clock.value}_minutes)", judged),
        }
    known = [*base, *conditions_of(handled(period), ALL_DOSSIERS, at)]
    return _grouped(KEYS[by], measures, sums, known, at)


def counts_by_day(column: str, base: Sequence[Condition]) -> Statement:
    """Counts by the day in Vietnam of an instant (`received_at`, `ended_at`)."""
    return _simple(f"({column} {IN_VIETNAM})::date as day", base)


def counts_by_hour(base: Sequence[Condition]) -> Statement:
    """Counts by the weekday and the hour of receipt."""
    return _simple(f"{WEEKDAY_OF_RECEIPT} as weekday, {HOUR_OF_RECEIPT} as hour", base, keys="1, 2")


def counts_by_rung(base: Sequence[Condition]) -> Statement:
    """Counts by the last rung that fired."""
    return _simple("rung", [*base, Condition("rung is not null")])


def counts_by_system(base: Sequence[Condition]) -> Statement:
    """Counts by the outside system of which a call has failed; a dossier counts once for each of its systems."""
    where, arguments = written([*base, Condition("incident_systems <> '[]'")])
    return (
        "select system, count(*) from (select distinct code, jsonb_array_elements_text(incident_systems) as system"  # noqa: S608
        f" from dossier where {where}) as failed group by 1 order by 2 desc, 1",
        arguments,
    )


def _simple(columns: str, base: Sequence[Condition], keys: str = "1") -> Statement:
    where, arguments = written(base)
    return f"select {columns}, count(*) from dossier where {where} group by {keys} order by {keys}", arguments  # noqa: S608


def _grouped(
    key: str,
    measures: Mapping[str, SearchFilter],
    sums: Mapping[str, tuple[str, Sequence[Condition]]],
    base: Sequence[Condition],
    at: datetime,
) -> Statement:
    columns, arguments = [f"{key} as key"], list[object]()
    counted = {name: ("count(*)", conditions_of(wanted, ALL_DOSSIERS, at)) for name, wanted in measures.items()}
    for name, (what, conditions) in {**counted, **sums}.items():
        text, arguments = written(conditions, arguments)
        columns.append(f"{what} filter (where {text}) as {name}")
    where, arguments = written(base, arguments)
    return f"select {', '.join(columns)} from dossier where {where} group by 1", arguments  # noqa: S608  our own columns
