"""The ladder: warnings before expiry, escalations at expiry and later. The timer starts them; they are decided here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_end import within_calendar
from domain.deadlines.clock import Course, Timing, WhichClock
from domain.dossier.context import Rules
from domain.dossier.deciding.guards import UNDER_WAY
from domain.dossier.events import AnyEvent, DeadlineWarned, DossierEscalated
from domain.dossier.state import Dossier
from domain.rules.escalation import AtShare, PastDue, Rung, Whom


def rungs_ahead(dossier: Dossier, rules: Rules) -> Iterator[tuple[datetime, Rung]]:
    """The rungs that have not fired, each with its instant; none while the clocks stand still.

    A rung that fired is ahead again only if its instant has moved to a later time: a restarted limit, a new date.
    """
    timing = dossier.deadlines.timing
    if dossier.state not in UNDER_WAY or timing is None:
        return
    fired_at = {fired.rung: fired.at for fired in dossier.deadlines.fired}
    rungs = rules.escalation.rungs
    by_calendar = [_instants(timing, rungs, calendar) for calendar in rules.calendars(dossier)]
    for rung, instants in zip(rungs, zip(*by_calendar, strict=True), strict=True):
        # The earliest over the calendars that bind: there is a warning before an earlier promised date, too.
        at = min(filter(None, instants), default=None)
        if at is not None and (rung.code not in fired_at or at > fired_at[rung.code]):
            yield at, rung


def rungs_reached(dossier: Dossier, rules: Rules, now: datetime) -> list[AnyEvent]:
    """The warnings and escalations of all rungs whose instant has come, in order of time."""
    reached = sorted(((at, rung) for at, rung in rungs_ahead(dossier, rules) if at <= now), key=lambda pair: pair[0])
    return list(_fired(dossier, [rung for _, rung in reached], rules, now))


def _instants(timing: Timing, rungs: tuple[Rung, ...], calendar: WorkingCalendar) -> list[datetime | None]:
    """The instant of each rung under one calendar. None also beyond the calendar's end, until `change_calendar` brings
    a longer calendar.

    The course of a clock is the same for all its rungs and is computed once.
    """
    courses = {which: _course(timing, which, calendar) for which in {rung.clock: None for rung in rungs}}
    return [within_calendar(partial(_instant, rung, courses[rung.clock], calendar)) for rung in rungs]


def _course(timing: Timing, which: WhichClock, calendar: WorkingCalendar) -> Course | None:
    return within_calendar(lambda: clock.running(timing, which, calendar))


def _instant(rung: Rung, found: Course | None, calendar: WorkingCalendar) -> datetime | None:
    match rung.trigger:
        case AtShare(percent=percent):
            return clock.instant_of_share(found, calendar, percent)
        case PastDue(working_hours=hours):
            return clock.instant_past_due(found, calendar, hours)


def _fired(dossier: Dossier, rungs: list[Rung], rules: Rules, now: datetime) -> Iterator[AnyEvent]:
    timing = dossier.deadlines.timing
    if timing is None:
        return
    for rung in rungs:
        dates = (clock.known_due(timing, rung.clock, calendar, now) for calendar in rules.calendars(dossier))
        due = min(filter(None, dates), default=None)
        if due is not None:
            yield _event(dossier, rung, due, rules, now)


def _event(dossier: Dossier, rung: Rung, due: datetime, rules: Rules, now: datetime) -> AnyEvent:
    units = tuple(dict.fromkeys(unit for whom in rung.notify if (unit := _unit(whom, dossier, rules, now))))
    if isinstance(rung.trigger, AtShare):
        return DeadlineWarned(
            at=now, rung=rung.code, clock=rung.clock, due=due, notify=rung.notify, notified_units=units
        )
    return DossierEscalated(
        at=now,
        rung=rung.code,
        clock=rung.clock,
        due=due,
        notify=rung.notify,
        notified_units=units,
        responsible=_taking_over(rung, units, dossier, rules, now),
    )


def _taking_over(rung: Rung, units: tuple[str, ...], dossier: Dossier, rules: Rules, now: datetime) -> str | None:
    """The highest notified unit, if the policy makes it finish the dossier and it may do so."""
    highest = units[-1] if rung.take_over and units else None
    return highest if highest and rules.takes_over(highest, dossier, now.date()) else None


def _unit(whom: Whom, dossier: Dossier, rules: Rules, now: datetime) -> str | None:
    """The unit that a rung notifies today. The ladder ends at the provincial People's Committee."""
    own = dossier.routing.competent or dossier.routing.queue
    if own is None or whom in (Whom.OFFICER, Whom.HEAD_OF_UNIT):
        return own
    above = rules.above(own, now.date())
    if whom is Whom.TWO_LEVELS_ABOVE and above is not None:
        above = rules.above(above.code, now.date()) or above
    return above.code if above else own
