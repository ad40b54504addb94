"""What is counted of dossiers. Each measure is a filter of the register, under which its dossiers are listed too.

The words and the sums are those of the reports on one-stop processing (Decree 61/2018, changed by 118/2025: carried
over, received, resolved early, on time and late, being resolved). The population is what was validly received: a
dossier that is only submitted, or was refused at intake, is in no measure. So, over a period,

    carried over + received = resolved + ended otherwise + open at the end.

Resolved is judged at the end of processing, when the result exists, not when the applicant fetches it. A result is
returned later: *returned* are those resolved in the period whose result the applicant has by now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from activities.ledger.search.query import FallsDue, Judged, Late, SearchFilter, Window
from domain.deadlines.calendar import ONE_DAY
from domain.deadlines.clock import Timeliness
from domain.deadlines.limits import WhichClock
from domain.dossier.state import State
from domain.errors import InvalidInput
from domain.messages.deadlines import DeadlineRefusal
from domain.procedures.procedure import Channel
from domain.values import VIETNAM, Day, Value, midnight

LONGEST = timedelta(days=366)


class Period(Value):
    """Days in Vietnam, the first and the last, both included. At most 366."""

    first: Day
    last: Day

    @classmethod
    def of(cls, first: date, last: date) -> Self:
        """The period of these days. Raises InvalidInput `period_reversed`, `period_too_long`."""
        if last < first:
            raise InvalidInput(DeadlineRefusal.PERIOD_REVERSED, first=first, last=last)
        if last - first >= LONGEST:
            raise InvalidInput(DeadlineRefusal.PERIOD_TOO_LONG, first=first, last=last, most=LONGEST.days)
        return cls(first=first, last=last)

    @property
    def since(self) -> datetime:
        """The instant at which it begins."""
        return midnight(self.first)

    @property
    def before(self) -> datetime:
        """The instant before which it ends."""
        return midnight(self.last + ONE_DAY)

    @property
    def window(self) -> Window:
        """The same as a window of a filter."""
        return Window(since=self.since, before=self.before)


class Measure(StrEnum):
    """A number of dossiers over a period."""

    CARRIED_OVER = "carried_over"
    RECEIVED = "received"
    RECEIVED_ONLINE = "received_online"
    RECEIVED_CROSSING = "received_crossing"
    RESOLVED = "resolved"
    RETURNED = "returned"
    ENDED_OTHERWISE = "ended_otherwise"
    OPEN_AT_END = "open_at_end"
    JUDGED_STATUTORY = "judged_statutory"
    KEPT_STATUTORY = "kept_statutory"
    """Early or on time."""
    EARLY_STATUTORY = "early_statutory"
    ON_TIME_STATUTORY = "on_time_statutory"
    LATE_STATUTORY = "late_statutory"
    JUDGED_PROMISED = "judged_promised"
    KEPT_PROMISED = "kept_promised"
    EARLY_PROMISED = "early_promised"
    ON_TIME_PROMISED = "on_time_promised"
    LATE_PROMISED = "late_promised"


class MeasureNow(StrEnum):
    """A number of dossiers as of now."""

    OPEN = "open"
    DUE_TODAY = "due_today"
    OVERDUE_STATUTORY = "overdue_statutory"
    OVERDUE_PROMISED = "overdue_promised"
    STANDING_STILL = "standing_still"
    """Waiting for the applicant or a payment, or suspended: the clocks stand still."""
    ESCALATED = "escalated"
    """A rung of the ladder has fired: a warning or an escalation."""
    WITH_INCIDENT = "with_incident"
    UNASSIGNED = "unassigned"


AnyMeasure = Measure | MeasureNow

SHARE_OF: Mapping[AnyMeasure, AnyMeasure] = {
    Measure.RECEIVED_ONLINE: Measure.RECEIVED,
    Measure.RECEIVED_CROSSING: Measure.RECEIVED,
    Measure.RETURNED: Measure.RESOLVED,
    **{
        Measure(f"{what}_{clock.value}"): Measure(f"judged_{clock.value}")
        for what in ("kept", "early", "on_time", "late")
        for clock in WhichClock
    },
    **dict.fromkeys(set(MeasureNow) - {MeasureNow.OPEN}, MeasureNow.OPEN),
}
"""The denominator of each measure that is a share."""

WITH_RESULT = (State.RESOLVED, State.RETURNED)
WITHOUT_RESULT = (State.WITHDRAWN, State.STOPPED)
"""How a dossier that was received ends otherwise."""
PAUSED = (State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED, State.SUSPENDED)
DATED = (Timeliness.EARLY, Timeliness.ON_TIME, Timeliness.LATE)


def filter_over(measure: Measure, period: Period) -> SearchFilter:
    """The dossiers that the measure counts over the period."""
    clock, judgements = _JUDGED.get(measure, (None, ()))
    if clock is not None:
        return _resolved(period, judged=Judged(clock=clock, judgements=judgements))
    return _OVER[measure](period)


def filter_now(measure: MeasureNow, at: datetime, rungs: tuple[str, ...]) -> SearchFilter:
    """The dossiers that the measure counts at an instant; `rungs`: the codes of the ladder's rungs."""
    today = at.astimezone(VIETNAM).date()
    narrower: dict[MeasureNow, SearchFilter] = {
        MeasureNow.OPEN: SearchFilter(),
        MeasureNow.DUE_TODAY: SearchFilter(
            falls_due=FallsDue(since=midnight(today), before=midnight(today + ONE_DAY)),
        ),
        MeasureNow.OVERDUE_STATUTORY: SearchFilter(late=Late(clock=WhichClock.STATUTORY, ended=False)),
        MeasureNow.OVERDUE_PROMISED: SearchFilter(late=Late(clock=WhichClock.PROMISED, ended=False)),
        MeasureNow.STANDING_STILL: SearchFilter(states=PAUSED),
        MeasureNow.ESCALATED: SearchFilter(rungs=rungs),
        MeasureNow.WITH_INCIDENT: SearchFilter(incident=True),
        MeasureNow.UNASSIGNED: SearchFilter(assigned=False),
    }
    return both(population_now(at), narrower[measure])


def population_now(at: datetime) -> SearchFilter:
    """What was received and has not ended."""
    return SearchFilter(open=True, received=Window(before=at))


def handled(period: Period) -> SearchFilter:
    """Carried over or received: everything that a measure over the period counts."""
    return SearchFilter(received=Window(before=period.before), not_ended_before=period.since)


def both(one: SearchFilter, other: SearchFilter) -> SearchFilter:
    """Two filters together; they restrict different fields."""
    set_in = {name: value for name in type(other).model_fields if (value := getattr(other, name)) is not None}
    twice = [name for name in set_in if getattr(one, name) is not None]
    if twice:
        raise ValueError(twice)
    return one.model_copy(update=set_in)


def _resolved(period: Period, **narrower: object) -> SearchFilter:
    wanted = {"states": WITH_RESULT, **narrower}
    return SearchFilter.model_validate({"received": Window(before=period.before), "ended": period.window, **wanted})


_OVER: Mapping[Measure, Callable[[Period], SearchFilter]] = {
    Measure.CARRIED_OVER: lambda period: SearchFilter(under_way_at=period.since),
    Measure.RECEIVED: lambda period: SearchFilter(received=period.window),
    Measure.RECEIVED_ONLINE: lambda period: SearchFilter(received=period.window, channels=(Channel.ONLINE,)),
    Measure.RECEIVED_CROSSING: lambda period: SearchFilter(received=period.window, crossing=True),
    Measure.RESOLVED: _resolved,
    Measure.RETURNED: lambda period: _resolved(period, states=(State.RETURNED,)),
    Measure.ENDED_OTHERWISE: lambda period: _resolved(period, states=WITHOUT_RESULT),
    Measure.OPEN_AT_END: lambda period: SearchFilter(under_way_at=period.before),
}
_JUDGED: Mapping[Measure, tuple[WhichClock, tuple[Timeliness, ...]]] = {
    Measure(f"{what}_{clock.value}"): (clock, judgements)
    for clock in WhichClock
    for what, judgements in (
        ("judged", DATED),
        ("kept", (Timeliness.EARLY, Timeliness.ON_TIME)),
        ("early", (Timeliness.EARLY,)),
        ("on_time", (Timeliness.ON_TIME,)),
        ("late", (Timeliness.LATE,)),
    )
}
"""Of the dossiers resolved in the period that have the clock: those that ended early, on time or late on it."""
