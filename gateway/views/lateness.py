"""The lateness review of a period: late and nearly late dossiers by cause, with the evidence for each.

Late: ended late in the period, or open and overdue now. Nearly late: not late, but a rung of the ladder for this clock
has fired; so the province's own warning thresholds say what is near. The cause of a late dossier is who had it after
the date (`late_holders`); one with several holders is listed under each, so causes do not add up to the whole. A nearly
late one has no cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from activities.ledger.pool import Pool, unavailable_as_answer
from activities.ledger.search.query import FallsDue, HolderWanted, Judged, Late, SearchFilter, Window
from activities.ledger.statistics.measures import Period, both
from activities.ledger.statistics.reader import StatisticsReader
from activities.ledger.tracing import sql_span
from domain.deadlines import clock as clocks
from domain.deadlines.clock import HolderKind, SpentTime, Timeliness, Timing, WhichClock
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
"""Those that have a cause."""


def filter_of(
    nearness: Nearness,
    clock: WhichClock,
    period: Period,
    at: datetime,
    rungs: tuple[str, ...],
    cause: HolderKind | None,
) -> SearchFilter:
    """The dossiers of a cell. `rungs`: those of this clock. `cause` None: whatever the cause."""
    by = None if cause is None else (HolderWanted(kind=cause),)
    ended = {"ended": period.window, "states": (State.RESOLVED, State.RETURNED)}
    match nearness:
        case Nearness.ENDED_LATE:
            return SearchFilter.model_validate({**ended, "late": Late(clock=clock, ended=True, caused_by=by)})
        case Nearness.OVERDUE:
            return SearchFilter(open=True, late=Late(clock=clock, ended=False, caused_by=by))
        case Nearness.NEAR_ENDED:
            judged = Judged(clock=clock, judgements=(Timeliness.EARLY, Timeliness.ON_TIME))
            return SearchFilter.model_validate({**ended, "judged": judged, "rungs": rungs})
        case Nearness.NEAR_OPEN:
            return SearchFilter(
                open=True, received=Window(before=at), falls_due=FallsDue(clock=clock, since=at), rungs=rungs
            )


@dataclass(frozen=True)
class Review:
    """How many dossiers each cell has at an instant; cause None: all causes together."""

    at: datetime
    counts: Mapping[tuple[Nearness, HolderKind | None], int]


async def read_review(
    pool: Pool, people: Population, period: Period, clock: WhichClock, at: datetime, rungs: tuple[str, ...]
) -> Review:
    """Counts every cell in one statement."""
    cells: dict[str, tuple[Nearness, HolderKind | None]] = {}
    for nearness in Nearness:
        for cause in (None, *HolderKind) if nearness in LATE else (None,):
            cells[f"{nearness.value}_{cause.value if cause else 'all'}"] = (nearness, cause)
    filters = {name: filter_of(nearness, clock, period, at, rungs, cause) for name, (nearness, cause) in cells.items()}
    async with StatisticsReader(pool).at_one_moment() as statistics:
        asked = people.asked(at)
        looked_at = both(asked.population, SearchFilter(not_ended_before=period.since))  # no cell has others
        counted = await statistics.counted(asked.model_copy(update={"population": looked_at}), filters)
    return Review(at, {cell: counted[name] for name, cell in cells.items()})


class Evidence(Value):
    """What a dossier's own history says about its time. `spent`: the working time of each holder since receipt."""

    timing: Timing | None
    spent: tuple[SpentTime, ...] = ()
    after: tuple[SpentTime, ...] = ()
    """The working time of each holder after the date."""


async def read_evidence(
    pool: Pool, province: Province, due: Mapping[str, datetime | None], at: datetime
) -> dict[str, Evidence]:
    """The evidence for some dossiers, by their codes; `due`: the date of the clock that is reviewed."""
    with sql_span("ledger.evidence"), unavailable_as_answer():
        rows = await pool.fetch(
            "select code, snapshot -> 'timing' as timing, snapshot #>> '{pins,calendar}' as calendar from dossier"
            " where code = any($1::text[])",
            list(due),
        )
    return {row["code"]: _evidence(row["timing"], row["calendar"], province, due[row["code"]], at) for row in rows}


def _evidence(told: object, pinned: str | None, province: Province, due: datetime | None, at: datetime) -> Evidence:
    if told is None:
        return Evidence(timing=None)
    timing = Timing.model_validate(told)
    try:
        calendar = province.rulebook().calendar(pinned or "")
    except DomainError:  # a calendar of before, which the configuration no longer has
        return Evidence(timing=timing)
    spent = clocks.attribution(timing, calendar, at)
    until = timing.ended_at or at
    after = clocks.attribution(timing, calendar, at, since=due) if due is not None and due < until else ()
    return Evidence(timing=timing, spent=spent, after=after)
