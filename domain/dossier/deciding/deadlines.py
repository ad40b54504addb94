"""The ladder: warnings before expiry, escalations at expiry and later. The timer starts them; they are decided here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_end import within_calendar
from domain.deadlines.clock import Timing
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
    for rung in rules.escalation.rungs:
        at = _instant(dossier, timing, rung, rules)
        if at is not None and (rung.code not in fired_at or at > fired_at[rung.code]):
            yield at, rung


def rungs_reached(dossier: Dossier, rules: Rules, now: datetime) -> list[AnyEvent]:
    """The warnings and escalations of all rungs whose instant has come, in order of time."""
    reached = sorted(((at, rung) for at, rung in rungs_ahead(dossier, rules) if at <= now), key=lambda pair: pair[0])
    return list(_fired(dossier, [rung for _, rung in reached], rules, now))


def _instant(dossier: Dossier, timing: Timing, rung: Rung, rules: Rules) -> datetime | None:
    """The earliest over the calendars that bind, so that there is a warning before an earlier promised date, too."""
    instants = (_instant_under(timing, rung, calendar) for calendar in rules.calendars(dossier))
    return min(filter(None, instants), default=None)


def _instant_under(timing: Timing, rung: Rung, calendar: WorkingCalendar) -> datetime | None:
    """None also beyond the calendar's end, until `change_calendar` brings a longer calendar."""
    match rung.trigger:
        case AtShare(percent=percent):
            return within_calendar(lambda: clock.instant_of_share(timing, rung.clock, calendar, percent))
        case PastDue(working_hours=hours):
            return within_calendar(lambda: clock.instant_past_due(timing, rung.clock, calendar, hours))


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
