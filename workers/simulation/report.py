"""What a played log comes to: how many cases were on time, late or waiting, and who had how much to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from domain.deadlines.limits import WhichClock
from domain.dossier.events import DeadlineWarned, DossierEscalated
from domain.dossier.state import OPEN, State
from domain.dossier.view import DossierView
from domain.values import Bilingual, Instant, Value
from workers.simulation.played_dossier import PlayedDossier
from workers.simulation.playing import Played


class OfficerLoad(Value):
    """What one officer did: activities of the log, and their working minutes."""

    activities: int
    minutes: int


class UnitLoad(Value):
    """The dossiers for which a unit answered at the end, and how many of them were late."""

    cases: int
    late: int


class Report(Value):
    """One scenario. `cases` = `finished` + `waiting` + `refused`; `on_time` and `late` are among the finished ones."""

    what_if: str
    cases: int
    finished: int
    """Ended: with a result, or withdrawn or stopped."""
    waiting: int
    """Still open when the log ends, most of them because the log has no end of them."""
    refused: int
    """Refused at intake, by the authority or by the engine's rules."""
    on_time: int
    late: int
    """Resolved after the date on the receipt: the promised one, or the statutory one where nothing was promised."""
    late_statutory: int
    waiting_overdue: int
    warned: int
    """Cases with a warning before expiry."""
    escalated: int
    """Cases with an escalation."""
    taken_over: int
    """Cases for which a unit above became responsible."""
    rungs: dict[str, int]
    """How often each rung of the ladder fired."""
    mean_used_minutes: int | None
    """Working minutes from intake to the end, of those with a result."""
    waited_for_officers_minutes: int
    """The sum of calendar minutes by which activities were done later than their case was ready for them."""
    by_officer: dict[str, OfficerLoad]
    absent_officers: tuple[str, ...]
    by_unit: dict[str, UnitLoad]
    repeated_rows: int
    """Rows that stand in the log once more, cell for cell, and were counted once."""
    assumed_minutes: int
    """The working minutes of an activity for which the mapping says none of its own: an assumption, as all of them,
    because a log only says when something was done."""
    unmapped: dict[str, int]
    """Activities of the log that the mapping does not have."""
    refused_commands: dict[str, int]
    """Commands that the engine refused, by the code of the refusal."""
    begins: Instant
    until: Instant
    """When the first case was opened; when the log ends."""
    notes: tuple[Bilingual, ...]
    """What a reader should know of the changed policy."""


def report_of(played: Played) -> Report:
    """The report of a played log."""
    dossiers = played.dossiers
    views = [dossier.view for dossier in dossiers if dossier.view is not None]
    refused = len(dossiers) - len(views) + sum(view.state is State.REFUSED for view in views)
    waiting = [view for view in views if view.state in OPEN]
    resolved = [view for view in views if view.state in (State.RESOLVED, State.RETURNED)]
    late = sum(_late(view) for view in resolved)
    return Report(
        what_if=played.policy.name,
        cases=len(dossiers),
        finished=len(dossiers) - refused - len(waiting),
        waiting=len(waiting),
        refused=refused,
        on_time=len(resolved) - late,
        late=late,
        late_statutory=sum((view.late_statutory_minutes or 0) > 0 for view in resolved),
        waiting_overdue=sum(_overdue(view, played.until) for view in waiting),
        **_ladder(dossiers),
        mean_used_minutes=_mean([view.used_minutes for view in resolved if view.used_minutes is not None]),
        waited_for_officers_minutes=_minutes(played.waited),
        by_officer=_by_officer(played),
        absent_officers=tuple(sorted(played.absent)),
        by_unit=_by_unit(views, played.until),
        repeated_rows=sum(dossier.case.repeated_rows for dossier in dossiers),
        assumed_minutes=played.assumed_minutes,
        unmapped=dict(sorted(played.unmapped.items())),
        refused_commands=dict(sorted(Counter(code for dossier in dossiers for code in dossier.refused).items())),
        begins=min(dossier.case.opened for dossier in dossiers),
        until=played.until,
        notes=played.policy.notes,
    )


def _late(view: DossierView) -> bool:
    promised, statutory = view.late_promised_minutes, view.late_statutory_minutes
    return (promised if promised is not None else statutory or 0) > 0


def _overdue(view: DossierView, at: datetime) -> bool:
    return any(view.is_late(which, at) for which in WhichClock)


def _ladder(dossiers: Iterable[PlayedDossier]) -> dict[str, Any]:
    """What the ladder did: cases with a warning, with an escalation, taken over; and how often each rung fired."""
    warned = escalated = taken_over = 0
    rungs: Counter[str] = Counter()
    for dossier in dossiers:
        warnings = [event for event in dossier.ledger.events if isinstance(event, DeadlineWarned)]
        escalations = [event for event in dossier.ledger.events if isinstance(event, DossierEscalated)]
        fired: list[DeadlineWarned | DossierEscalated] = [*warnings, *escalations]
        rungs.update(event.rung for event in fired)
        warned += bool(warnings)
        escalated += bool(escalations)
        units = {event.responsible for event in escalations if event.responsible is not None}
        taken_over += bool(units - {dossier.unit})
    return {"warned": warned, "escalated": escalated, "taken_over": taken_over, "rungs": dict(sorted(rungs.items()))}


def _by_officer(played: Played) -> dict[str, OfficerLoad]:
    most_first = sorted(played.load.items(), key=lambda one: (-one[1].activities, one[0]))
    return {who: OfficerLoad(activities=load.activities, minutes=load.minutes) for who, load in most_first}


def _by_unit(views: Iterable[DossierView], until: datetime) -> dict[str, UnitLoad]:
    cases: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for view in views:
        unit = view.responsible or view.competent or view.received_by
        cases[unit] += 1
        late[unit] += _overdue(view, until) if view.state in OPEN else _late(view)
    return {unit: UnitLoad(cases=cases[unit], late=late[unit]) for unit in sorted(cases)}


def _mean(minutes: list[int]) -> int | None:
    return round(sum(minutes) / len(minutes)) if minutes else None


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
