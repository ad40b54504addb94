"""How long the steps of procedures take: the working time between two moves of a dossier, without the pauses.

It is read when a page asks, from the events of the dossiers that were resolved last, a bounded number of a procedure.
No table keeps it: of 1.5 million events a page needs a few thousand, which the key of the ledger finds quickly, and a
new calendar needs no rebuild.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.search.conditions import conditions_of, written
from activities.ledger.search.query import ALL_DOSSIERS, SearchFilter
from activities.ledger.statistics.measures import Measure, Period, both, filter_over
from activities.ledger.statistics.statements import base_conditions
from activities.ledger.tracing import sql_span
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.pauses import running_between
from domain.deadlines.timing import Timing
from domain.errors import DomainError
from domain.rules.province import Province
from domain.values import Code, Value
from gateway.views.statistics import Population

MOVES = ("dossier_accepted", "processing_started", "step_completed", "step_sent_back", "result_rejected")
"""The events at which a step begins. A step ends with its `step_completed`."""


class StepTime(Value):
    """The working time of one step, added up over the dossiers that completed it."""

    times: int = 0
    working: timedelta = timedelta()

    @property
    def average(self) -> timedelta:
        """The working time of one completion."""
        return self.working / self.times if self.times else timedelta()


Steps = Mapping[Code, StepTime]


async def read_step_times(
    pool: Pool, province: Province, people: Population, period: Period, procedures: Sequence[Code], at_most: int
) -> Mapping[Code, Steps]:
    """The times of the steps of each procedure, over the `at_most` dossiers that were resolved last in the period."""
    wanted = both(filter_over(Measure.RESOLVED, period), SearchFilter(procedures=tuple(procedures)))
    base = base_conditions(people.wanted, people.scope, period.before)
    where, arguments = written([*base, *conditions_of(wanted, ALL_DOSSIERS, period.before)])
    with sql_span("ledger.step_times"), unavailable_as_answer():
        rows = await pool.fetch(
            STATEMENT.format(where=where, at_most=at_most, moves=", ".join(f"'{m}'" for m in MOVES)), *arguments
        )
    found: dict[Code, dict[Code, StepTime]] = {}
    for row in rows:
        steps = found.setdefault(row["procedure"], {})
        for step, working in _of_dossier(row, province):
            known = steps.get(step, StepTime())
            steps[step] = StepTime(times=known.times + 1, working=known.working + working)
    return found


STATEMENT = """
select procedure, timing, calendar, moves from (
    select code, procedure, snapshot -> 'timing' as timing, snapshot #>> '{{pins,calendar}}' as calendar
    from dossier where code = any (array(
        select code from (
            select code, row_number() over (partition by procedure order by ended_at desc) as number
            from dossier where {where}
        ) as resolved where number <= {at_most:d}
    ))
) as chosen, lateral (
    select jsonb_agg(jsonb_build_array(kind, at, body ->> 'step') order by version) as moves
    from event where event.dossier = chosen.code and kind in ({moves})
) as of_ledger
"""


def _of_dossier(row: Any, province: Province) -> Iterable[tuple[Code, timedelta]]:
    if row["timing"] is None or row["moves"] is None:
        return
    timing = Timing.model_validate(row["timing"])
    calendar = _calendar(row["calendar"], province)
    stretches = [(pause.began, pause.ended) for pause in timing.pauses if pause.ended is not None]
    began: datetime | None = None
    for kind, written_at, step in row["moves"]:
        at = datetime.fromisoformat(written_at)
        if kind == "step_completed" and began is not None and calendar.reaches(at):
            yield step, running_between(began, at, stretches, calendar)
        began = at


def _calendar(pinned: str | None, province: Province) -> WorkingCalendar:
    """The calendar of the dossier; the province's own where the configuration no longer has it."""
    try:
        return province.rulebook().calendar(pinned or "")
    except DomainError:
        return province.calendar(province.defaults.calendar)


def bottleneck(steps: Steps) -> tuple[Code, StepTime, int] | None:
    """The step with the longest average working time, with its share of all steps in percent; None without times."""
    whole = sum((one.average for one in steps.values()), timedelta())
    if not whole:
        return None
    code = max(steps, key=lambda one: steps[one].average)
    return code, steps[code], round(100 * (steps[code].average / whole))
