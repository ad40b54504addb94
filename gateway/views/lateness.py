"""The lateness review of a period: late and nearly late dossiers by cause, with the evidence for each.

Late: ended late in the period, or open and overdue now. Nearly late: not late, but a rung of the ladder for this clock
has fired; so the province's own warning thresholds say what is near. The cause of a late dossier is who had it after
the date (`late_holders`); one with several holders is listed under each, so causes do not add up to the whole. Where
the register names no holder, the cause is not known. The cause of an open dossier that is nearly late is who has it
now, and would be late with it: the same rule, before the date. One that ended in time has no cause.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from activities.ledger.pool import Connection, unavailable_as_answer
from activities.ledger.search.query import FallsDue, HadNow, HolderWanted, Judged, Late, SearchFilter, Window
from activities.ledger.statistics.measures import Measure, Period, both, filter_over, population_now
from activities.ledger.statistics.reader import Statistics
from activities.ledger.tracing import sql_span
from domain.deadlines import clock as clocks
from domain.deadlines.clock import HeldTime, HolderKind, SpentTime, Timeliness, Timing, WhichClock
from domain.dossier.state import State
from domain.errors import DomainError
from domain.rules.province import Province
from domain.values import Value
from gateway.views.statistics import Population


class Nearness(StrEnum):
    """How late the dossiers are, and whether they have ended."""

    ENDED_LATE = "ended_late"
    OVERDUE = "overdue"
    NEAR_ENDED = "near_ended"
    NEAR_OPEN = "near_open"


LATE = (Nearness.ENDED_LATE, Nearness.OVERDUE)
"""Those that are late."""
WITH_CAUSE = (*LATE, Nearness.NEAR_OPEN)
"""Those that have a cause."""


class NoHolder(StrEnum):
    """The cause of a late dossier of which the register names no holder."""

    NOT_KNOWN = "not_known"


Cause = HolderKind | NoHolder
CAUSES: tuple[Cause, ...] = (*HolderKind, NoHolder.NOT_KNOWN)


def filter_of(
    nearness: Nearness,
    clock: WhichClock,
    period: Period,
    at: datetime,
    rungs: tuple[str, ...],
    cause: Cause | None,
) -> SearchFilter:
    """The dossiers of a cell. `rungs`: those of this clock. `cause` None: whatever the cause."""
    by = (HolderWanted(kind=cause),) if isinstance(cause, HolderKind) else None
    nobody = clock if cause is NoHolder.NOT_KNOWN else None
    ended = {"ended": period.window, "states": (State.RESOLVED, State.RETURNED)}
    match nearness:
        case Nearness.ENDED_LATE:
            late = Late(clock=clock, ended=True, caused_by=by)
            return SearchFilter.model_validate({**ended, "late": late, "late_by_nobody": nobody})
        case Nearness.OVERDUE:
            late = Late(clock=clock, ended=False, caused_by=by)
            return SearchFilter(open=True, late=late, late_by_nobody=nobody)
        case Nearness.NEAR_ENDED:
            judged = Judged(clock=clock, judgements=(Timeliness.EARLY, Timeliness.ON_TIME))
            return SearchFilter.model_validate({**ended, "judged": judged, "rungs": rungs})
        case Nearness.NEAR_OPEN:
            had = HadNow(clock=clock, kind=cause) if isinstance(cause, HolderKind) else None
            soon = FallsDue(clock=clock, since=at)
            return SearchFilter(
                open=True, received=Window(before=at), falls_due=soon, rungs=rungs, had_now=had, late_by_nobody=nobody
            )


def whole_of(nearness: Nearness, clock: WhichClock, period: Period, at: datetime) -> SearchFilter:
    """The dossiers of which a cell is a part: those judged on the clock in the period, or all that are open now."""
    if nearness in (Nearness.ENDED_LATE, Nearness.NEAR_ENDED):
        return filter_over(JUDGED[clock], period)
    return population_now(at)


JUDGED = {WhichClock.PROMISED: Measure.JUDGED_PROMISED, WhichClock.STATUTORY: Measure.JUDGED_STATUTORY}


@dataclass(frozen=True)
class Review:
    """How many dossiers each cell has at an instant; cause None: all causes together. `wholes`: of how many."""

    at: datetime
    counts: Mapping[tuple[Nearness, Cause | None], int]
    wholes: Mapping[Nearness, int]


async def read_review(
    db: Connection, people: Population, period: Period, clock: WhichClock, at: datetime, rungs: tuple[str, ...]
) -> Review:
    """Counts every cell in one statement."""
    cells: dict[str, tuple[Nearness, Cause | None]] = {}
    for nearness in Nearness:
        for cause in (None, *CAUSES) if nearness in WITH_CAUSE else (None,):
            cells[f"{nearness.value}_{cause.value if cause else 'all'}"] = (nearness, cause)
    filters = {name: filter_of(nearness, clock, period, at, rungs, cause) for name, (nearness, cause) in cells.items()}
    wholes = {f"whole_{nearness.value}": whole_of(nearness, clock, period, at) for nearness in Nearness}
    asked = people.asked(at)
    looked_at = both(asked.population, SearchFilter(not_ended_before=period.since))  # no cell has others
    counted = await Statistics(db).counted(asked.model_copy(update={"population": looked_at}), filters | wholes)
    return Review(
        at,
        {cell: counted[name] for name, cell in cells.items()},
        {nearness: counted[f"whole_{nearness.value}"] for nearness in Nearness},
    )


class Held(Value):
    """A part of the time after the date: who had the dossier, and which version of its history began it.

    `version` None: no event has that time, as where the date passed while they had it.
    """

    part: HeldTime
    version: int | None


class Evidence(Value):
    """What a dossier's own history says about its time. `spent`: the working time of each holder since receipt."""

    timing: Timing | None
    spent: tuple[SpentTime, ...] = ()
    held: tuple[Held, ...] = ()
    """The working time after the date, in the order of time."""


EVIDENCE = """
select code, snapshot -> 'timing' as timing, snapshot #>> '{pins,calendar}' as calendar, (
    select jsonb_object_agg(at, version) from (
        select extract(epoch from at)::text as at, min(version) as version from event
        where dossier = dossier.code group by at
    ) as acts
) as versions
from dossier where code = any($1::text[])
"""


async def read_evidence(
    db: Connection, province: Province, due: Mapping[str, datetime | None], at: datetime
) -> dict[str, Evidence]:
    """The evidence for some dossiers, by their codes; `due`: the date of the clock that is reviewed."""
    with sql_span("ledger.evidence"), unavailable_as_answer():
        rows = await db.fetch(EVIDENCE, list(due))
    return await asyncio.to_thread(
        lambda: {row["code"]: _evidence(row, province, due[row["code"]], at) for row in rows}
    )


def _evidence(row: Any, province: Province, due: datetime | None, at: datetime) -> Evidence:
    if row["timing"] is None:
        return Evidence(timing=None)
    timing = Timing.model_validate(row["timing"])
    try:
        calendar = province.rulebook().calendar(row["calendar"] or "")
    except DomainError:  # a calendar of before, which the configuration no longer has
        return Evidence(timing=timing)
    spent = clocks.attribution(timing, calendar, at)
    until = timing.ended_at or at
    if due is None or due >= until:
        return Evidence(timing=timing, spent=spent)
    versions = {float(written): version for written, version in (row["versions"] or {}).items()}
    held = clocks.held_times(timing, calendar, at, since=due)
    begun = tuple(Held(part=part, version=versions.get(part.began.timestamp())) for part in held)
    return Evidence(timing=timing, spent=spent, held=begun)
