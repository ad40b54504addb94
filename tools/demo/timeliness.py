"""Counts dossiers on time and late, the rungs of the escalation ladder, and the slowest units."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from domain.deadlines import clock
from domain.deadlines.clock import Timeliness, Timing, WhichClock
from domain.dossier.events import DeadlineWarned, DossierEscalated
from domain.dossier.state import Dossier, State
from domain.rules.escalation import EscalationPolicy, Rung
from domain.values import Bilingual
from gateway.i18n.wording import rung_name
from gateway.views.names import Names
from tools.demo.ledger_snapshot import LedgerSnapshot
from tools.demo.report import ClockFigures, RungFigures, UnitFigures

WITH_RESULT = (State.RESOLVED, State.RETURNED)
FEWEST = 3
"""Units with fewer dossiers are not compared with others, unless all units have fewer."""
SLOWEST = 5


def against(which: WhichClock, record: LedgerSnapshot, now: datetime) -> ClockFigures:
    """The accepted dossiers by one clock: judged when they were resolved, else by their state now."""
    counts = Counter(
        _figure_of(dossier, dossier.deadlines.timing, which, record, now)
        for dossier in record.dossiers
        if dossier.deadlines.timing is not None
    )
    return ClockFigures.model_validate({"clock": which, **{name: counts[name] for name in _FIGURES}})


_FIGURES = tuple(name for name in ClockFigures.model_fields if name != "clock")


def _figure_of(dossier: Dossier, timing: Timing, which: WhichClock, record: LedgerSnapshot, now: datetime) -> str:
    judged = clock.judge(timing, which, record.rules(dossier).calendar, now)
    if judged is None:
        return "without_clock"
    if dossier.state in WITH_RESULT:
        return "resolved_late" if late_minutes(dossier, which) > 0 else "resolved_on_time"
    if dossier.ended_at is not None:
        return "ended_otherwise"
    return "open_late" if judged.timeliness is Timeliness.LATE else "open_on_time"


def late_minutes(dossier: Dossier, which: WhichClock) -> int:
    """The lateness that was recorded at the result, in working minutes; 0 when there is none."""
    statutory = which is WhichClock.STATUTORY
    return (dossier.deadlines.late_statutory_minutes if statutory else dossier.deadlines.late_promised_minutes) or 0


def made_late(dossier: Dossier, by: datetime) -> bool:
    """Whether a clock that had not expired at the time `by` was late at the result."""
    dues = (
        (WhichClock.STATUTORY, dossier.deadlines.statutory_due),
        (WhichClock.PROMISED, dossier.deadlines.promised_due),
    )
    return any(due is not None and due >= by and late_minutes(dossier, which) > 0 for which, due in dues)


def ladder(policy: EscalationPolicy, record: LedgerSnapshot) -> tuple[RungFigures, ...]:
    """Every rung of the policy, in its order, also those that did not fire."""
    fired: dict[str, list[str]] = defaultdict(list)
    for recorded in record.events:
        if isinstance(recorded.event, DeadlineWarned | DossierEscalated):
            fired[recorded.event.rung].append(recorded.dossier)
    return tuple(
        RungFigures(
            rung=rung.code, meaning=meaning(rung), fired=len(fired[rung.code]), dossiers=len(set(fired[rung.code]))
        )
        for rung in policy.rungs
    )


def meaning(rung: Rung) -> Bilingual:
    """The meaning of a rung as a text, made from its data."""
    name = rung_name(rung)
    vi, en = (f"cảnh báo: {name.vi}", f"warning: {name.en}") if rung.warns else (name.vi, name.en)
    if rung.take_over:
        return Bilingual(vi=f"{vi}; cấp trên nhận việc", en=f"{en}; the level above takes over")
    return Bilingual(vi=vi, en=en)


def slowest(record: LedgerSnapshot, names: Names, now: datetime) -> tuple[UnitFigures, ...]:
    """The units with the longest mean working time from receipt to the end, or until now."""
    spent: dict[str, list[int]] = defaultdict(list)
    for dossier in record.dossiers:
        unit = dossier.routing.competent or dossier.routing.queue
        if unit is not None and dossier.deadlines.timing is not None:
            calendar = record.rules(dossier).calendar
            until = dossier.ended_at or now
            spent[unit].append(_minutes(calendar.working_time_between(dossier.deadlines.timing.received_at, until)))
    compared = {unit: minutes for unit, minutes in spent.items() if len(minutes) >= FEWEST} or spent
    figures = (_of_unit(unit, minutes, names) for unit, minutes in compared.items())
    return tuple(sorted(figures, key=lambda figure: (-figure.mean_minutes, figure.unit))[:SLOWEST])


def _of_unit(unit: str, minutes: Iterable[int], names: Names) -> UnitFigures:
    each = list(minutes)
    return UnitFigures(
        unit=unit,
        name=names.unit(unit),
        dossiers=len(each),
        mean_minutes=round(sum(each) / len(each)),
        longest_minutes=max(each),
    )


def _minutes(spent: timedelta) -> int:
    return int(spent.total_seconds()) // 60
