"""The statements of statistics: all measures of all groups at once, each counted under the conditions of its filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from activities.ledger.search.conditions import Condition, conditions_of, of_scope, written
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


ROWS = "rows"
Summed = dict[str, tuple[str, Sequence[Condition]]]
"""What is summed up by the name of its column: `ROWS` or a column of the dossier, and of which dossiers."""
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
    columns, arguments = [f"{KEYS[by]} as key"], list[object]()
    for name, wanted in measures.items():
        text, arguments = written(conditions_of(wanted, ALL_DOSSIERS, at), arguments)
        columns.append(f"count(*) filter (where {text}) as {name}")
    where, arguments = written(base, arguments)
    return f"select {', '.join(columns)} from dossier where {where} group by 1", arguments  # noqa: S608  our own columns


def counts_over(by: Group, period: Period, base: Sequence[Condition], at: datetime) -> Statement:
    """Counts each measure over the period, and adds up the working times of what was resolved with a limit."""
    measures = {measure.value: filter_over(measure, period) for measure in Measure}
    wanted: Summed = {name: (ROWS, conditions_of(one, ALL_DOSSIERS, at)) for name, one in measures.items()}
    for clock in WhichClock:
        minutes = f"{clock.value}_minutes"
        judged = [
            *conditions_of(measures[f"judged_{clock.value}"], ALL_DOSSIERS, at),
            Condition(f"used_minutes is not null and {minutes} is not null"),
        ]
        wanted = wanted | {
            f"timed_{clock.value}": (ROWS, judged),
            f"used_{clock.value}": ("used_minutes", judged),
            f"granted_{clock.value}": (minutes, judged),
        }
    summed = ("used_minutes", *(f"{clock.value}_minutes" for clock in WhichClock))
    return _summed(KEYS[by], wanted, summed, [*base, *conditions_of(handled(period), ALL_DOSSIERS, at)])


def counts_by(instant: str, base: Sequence[Condition]) -> Statement:
    """Counts by an instant (`day_of`, `hour_of`)."""
    return _simple(f"{instant} as began", base)


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


def _simple(columns: str, base: Sequence[Condition]) -> Statement:
    where, arguments = written(base)
    return f"select {columns}, count(*) from dossier where {where} group by 1 order by 1", arguments  # noqa: S608


def _summed(key: str, wanted: Summed, summed: Sequence[str], base: Sequence[Condition]) -> Statement:
    """The measures of a period share most of their conditions. So each condition is asked once of a dossier, dossiers
    that answer alike are counted together, and the measures are sums of these few counts."""
    asked: list[Condition] = []
    for _, conditions in wanted.values():
        asked += [one for one in conditions if one not in asked]
    arguments = list[object]()
    answers = []
    for number, condition in enumerate(asked):
        text, arguments = written([condition], arguments)
        answers.append(f"{text} as a{number}")
    where, arguments = written(base, arguments)
    alike = [f"{key} as key", *answers]
    sums = [f"count(*) as {ROWS}", *(f"sum({column}) as {column}" for column in summed)]
    columns = [
        f"coalesce(sum({column}) filter (where {_all_of(conditions, asked)}), 0)::bigint as {name}"
        for name, (column, conditions) in wanted.items()
    ]
    places = ", ".join(str(place + 1) for place in range(len(alike)))
    return (
        f"select key, {', '.join(columns)} from ("  # noqa: S608  our own columns
        f"select {', '.join([*alike, *sums])} from dossier where {where} group by {places}) as alike group by key",
        arguments,
    )


def _all_of(conditions: Sequence[Condition], asked: Sequence[Condition]) -> str:
    return " and ".join(f"a{asked.index(one)}" for one in conditions) or "true"
