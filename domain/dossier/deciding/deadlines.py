"""The ladder: which rungs are ahead, when, and for what; and what is recorded when they fire.

The timer starts them; they are decided here. A run under an earlier revision fires the rungs of clocks only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from domain.deadlines import clock
from domain.deadlines.calendar import WorkingCalendar
from domain.deadlines.calendar_end import within_calendar
from domain.deadlines.clock import Course, Timing, WhichClock
from domain.dossier.context import Rules
from domain.dossier.deciding.guards import UNDER_WAY
from domain.dossier.events import AnyEvent, DeadlineWarned, DossierEscalated
from domain.dossier.occasions import Occasion, limit_occasion, limits_granted, stored_occasion, waits
from domain.dossier.outcomes import EvaluateTimers
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier
from domain.rules.audience import Audience, AudienceWanted
from domain.rules.escalation import (
    AtShare,
    BeforeDue,
    ClockTrigger,
    HandoverWaits,
    OpinionWaits,
    PastDue,
    PaymentHangs,
    Rung,
    SigningHangs,
    Whom,
)


class Ahead(NamedTuple):
    """A rung that fires at an instant, if nothing changes, and the occasion that it fires for."""

    at: datetime
    rung: Rung
    occasion: str

    @property
    def key(self) -> str:
        """Names the firing within the dossier."""
        return f"{self.rung.code}/{self.occasion}"


def rungs_ahead(dossier: Dossier, rules: Rules) -> Iterator[Ahead]:
    """The rungs that have not fired, each with its instant; those of clocks only while the clocks run."""
    if rules.revision < Revision.SIXTH:
        yield from _ahead_by_instant(dossier, rules)
        return
    fired = {(fired.rung, fired.occasion) for fired in dossier.deadlines.fired}
    for ahead in (*_ahead_of_clocks(dossier, rules), *_ahead_of_waits(dossier, rules)):
        if (ahead.rung.code, stored_occasion(ahead.occasion)) not in fired and in_scope(ahead.rung, dossier, rules):
            yield ahead


def _ahead_by_instant(dossier: Dossier, rules: Rules) -> Iterator[Ahead]:
    """The way of runs under an earlier revision: a rung that fired is ahead again if its instant has moved to a later
    time."""
    fired_at = {fired.rung: fired.at for fired in dossier.deadlines.fired}
    for at, rung in _clock_rungs(dossier, rules):
        if rung.code not in fired_at or at > fired_at[rung.code]:
            yield Ahead(at, rung, "")


def _ahead_of_clocks(dossier: Dossier, rules: Rules) -> Iterator[Ahead]:
    """A rung whose instant had passed when a new limit was granted belongs to the limit before."""
    timing = dossier.deadlines.timing
    if timing is None:
        return
    limits = {which: limits_granted(timing, which) for which in WhichClock}
    for at, rung in _clock_rungs(dossier, rules):
        if rung.clock is not None:
            granted = limits[rung.clock]
            if not granted or at > granted[-1]:
                yield Ahead(at, rung, limit_occasion(rung.clock, granted))


def _clock_rungs(dossier: Dossier, rules: Rules) -> Iterator[tuple[datetime, Rung]]:
    """The rungs of clocks with their instants; none while the clocks stand still."""
    timing = dossier.deadlines.timing
    if dossier.state not in UNDER_WAY or timing is None:
        return
    rungs = tuple(rung for rung in rules.escalation.rungs if _known(rung, rules.revision))
    by_calendar = [_instants(timing, rungs, calendar) for calendar in rules.calendars(dossier)]
    for rung, instants in zip(rungs, zip(*by_calendar, strict=True), strict=True):
        # The earliest over the calendars that bind: there is a warning before an earlier promised date, too.
        at = min(filter(None, instants), default=None)
        if at is not None:
            yield at, rung


def _known(rung: Rung, revision: int) -> bool:
    later = isinstance(rung.trigger, BeforeDue) and revision < Revision.SIXTH
    return isinstance(rung.trigger, ClockTrigger) and not later


def _ahead_of_waits(dossier: Dossier, rules: Rules) -> Iterator[Ahead]:
    for rung in rules.escalation.rungs:
        if isinstance(rung.trigger, ClockTrigger):
            continue
        for occasion, since in waits(rung.trigger, dossier, rules.procedure):
            at = after_working_hours(since, rung.trigger.working_hours, rules)
            if at is not None:
                yield Ahead(at, rung, occasion)


def after_working_hours(since: datetime, hours: int, rules: Rules) -> datetime | None:
    """So many working hours later; None beyond the calendar's end."""
    return within_calendar(lambda: rules.calendar.add_working_time(since, timedelta(hours=hours)))


def in_scope(rung: Rung, dossier: Dossier, rules: Rules) -> bool:
    """True if the rung applies to a dossier of this procedure and limit."""
    scope = rung.scope
    if scope.procedures is not None and dossier.intake.procedure not in scope.procedures:
        return False
    if scope.limit_at_least_working_hours is None:
        return True
    timing = dossier.deadlines.timing
    which = rung.clock or WhichClock.STATUTORY
    allowed = within_calendar(lambda: clock.allowed(timing, which, rules.calendar)) if timing else None
    return allowed is not None and allowed >= timedelta(hours=scope.limit_at_least_working_hours)


def _instants(timing: Timing, rungs: tuple[Rung, ...], calendar: WorkingCalendar) -> list[datetime | None]:
    """The instant of each rung under one calendar. None also beyond the calendar's end, until `change_calendar` brings
    a longer calendar.

    The course of a clock is the same for all its rungs and is computed once.
    """
    courses = {which: _course(timing, which, calendar) for which in {rung.clock: None for rung in rungs} if which}
    return [
        within_calendar(partial(_instant, rung, courses[rung.clock] if rung.clock else None, calendar))
        for rung in rungs
    ]


def _course(timing: Timing, which: WhichClock, calendar: WorkingCalendar) -> Course | None:
    return within_calendar(lambda: clock.running(timing, which, calendar))


def _instant(rung: Rung, found: Course | None, calendar: WorkingCalendar) -> datetime | None:
    match rung.trigger:
        case AtShare(percent=percent):
            return clock.instant_of_share(found, calendar, percent)
        case BeforeDue(working_hours=hours):
            return clock.instant_before_due(found, calendar, hours)
        case PastDue(working_hours=hours):
            return clock.instant_past_due(found, calendar, hours)
        case _:
            return None


def audiences_wanted(dossier: Dossier, rules: Rules, now: datetime) -> tuple[AudienceWanted, ...]:
    """Whose people must be looked up for the rungs that are due now."""
    return tuple(people_of(ahead, dossier, rules) for ahead in _reached(dossier, rules, now))


def _reached(dossier: Dossier, rules: Rules, now: datetime) -> list[Ahead]:
    return sorted((ahead for ahead in rungs_ahead(dossier, rules) if ahead.at <= now), key=lambda ahead: ahead.at)


def people_of(ahead: Ahead, dossier: Dossier, rules: Rules) -> AudienceWanted:
    """Whose people are looked up when the rung fires."""
    council = rules.escalation.council(ahead.rung.council)
    return AudienceWanted(
        key=ahead.key,
        notify=ahead.rung.notify,
        unit=_waits_at(ahead, dossier),
        on=known_on(dossier),
        assignee=dossier.processing.assignee,
        field=rules.procedure.field,
        posts=council.members if council else (),
    )


def known_on(dossier: Dossier) -> date:
    """A day on which the codes of the dossier's units were right."""
    routing = dossier.routing
    return max(filter(None, (routing.routed_on, routing.followed_on)), default=dossier.intake.submitted_at.date())


def _waits_at(ahead: Ahead, dossier: Dossier) -> str:
    """The unit at which the dossier waits; the audience of a rung is seen from there."""
    routing, handover = dossier.routing, dossier.handovers.open
    own = routing.competent or routing.queue or routing.received_by
    match ahead.rung.trigger:
        case HandoverWaits() if handover is not None:
            return handover.to_unit
        case OpinionWaits():
            return dossier.processing.opinions[Occasion.read(ahead.occasion).number - 1].unit
        case SigningHangs():
            return dossier.signing.unit or own
        case PaymentHangs():
            return routing.received_by
        case _:
            return own


def rungs_reached(dossier: Dossier, command: EvaluateTimers, rules: Rules, now: datetime) -> list[AnyEvent]:
    """The warnings and escalations of all rungs whose instant has come, in order of time.

    A rung whose people were not looked up waits for the next look at the clock.
    """
    found: list[AnyEvent] = []
    number = dossier.next_escalation
    for ahead in _reached(dossier, rules, now):
        audience = _audience(ahead, command, dossier, rules, now)
        due = _due(ahead, dossier, rules, now)
        if audience is not None and due is not None:
            event = _event(ahead, audience, due, number, dossier, rules, now)
            number += 1 if event.number else 0
            found.append(event)
    return found


def firing_of(
    ahead: Ahead, audience: Audience, dossier: Dossier, rules: Rules
) -> DeadlineWarned | DossierEscalated | None:
    """What is recorded when the rung fires at its instant, if nothing changes before."""
    due = _due(ahead, dossier, rules, ahead.at)
    if due is None:
        return None
    return _event(ahead, audience, due, dossier.next_escalation, dossier, rules, ahead.at)


def _audience(ahead: Ahead, command: EvaluateTimers, dossier: Dossier, rules: Rules, now: datetime) -> Audience | None:
    """The people as they were looked up. Where nobody was asked, only the units, by the organisation of the dossier."""
    if command.audiences is not None:
        return next((one for one in command.audiences if one.key == ahead.key), None)
    units = _units(ahead, dossier, rules, now)
    return Audience(key=ahead.key, units=units, answers=units[-1] if units else None)


def _due(ahead: Ahead, dossier: Dossier, rules: Rules, now: datetime) -> datetime | None:
    """The date of the rung's clock, the earliest that binds; of a wait, the instant that has passed."""
    timing, which = dossier.deadlines.timing, ahead.rung.clock
    if which is None:
        return ahead.at
    if timing is None:
        return None
    dates = (clock.known_due(timing, which, calendar, now) for calendar in rules.calendars(dossier))
    return min(filter(None, dates), default=None)


def _event(
    ahead: Ahead, audience: Audience, due: datetime, number: int, dossier: Dossier, rules: Rules, now: datetime
) -> DeadlineWarned | DossierEscalated:
    rung = ahead.rung
    told: dict[str, object] = {
        "at": now,
        "rung": rung.code,
        "clock": rung.clock,
        "due": due,
        "notify": rung.notify,
        "notified_units": audience.units,
        "occasion": ahead.occasion,
    }
    if rules.revision >= Revision.SIXTH:
        told |= _asked(ahead, audience, number, dossier, rules, now)
    if rung.warns:
        return DeadlineWarned.model_validate(told)
    units = _units(ahead, dossier, rules, now)
    return DossierEscalated.model_validate({**told, "responsible": _taking_over(rung, units, dossier, rules, now)})


def _asked(
    ahead: Ahead, audience: Audience, number: int, dossier: Dossier, rules: Rules, now: datetime
) -> dict[str, object]:
    """Whom it reached, and what is wanted of them by when."""
    rung = ahead.rung
    answer, explanation = rung.answer_within_working_hours, rung.explanation_within_working_hours
    return {
        "number": number if answer or explanation else 0,
        "unit": audience.answers,
        "addressees": audience.addressees,
        "passed_over": audience.passed_over,
        "council": rung.council,
        "answer_within_working_hours": answer,
        "answer_by": after_working_hours(now, answer, rules) if answer else None,
        "explains": _explaining(ahead, dossier) if explanation else None,
        "explain_by": after_working_hours(now, explanation, rules) if explanation else None,
    }


def _explaining(ahead: Ahead, dossier: Dossier) -> str:
    """The unit that kept the dossier waiting: who must finish it, or at whom it waits."""
    if isinstance(ahead.rung.trigger, ClockTrigger):
        return dossier.routing.responsible or _waits_at(ahead, dossier)
    return _waits_at(ahead, dossier)


def _units(ahead: Ahead, dossier: Dossier, rules: Rules, now: datetime) -> tuple[str, ...]:
    """The units that a rung names today, by the organisation that the dossier pins."""
    return tuple(dict.fromkeys(unit for whom in ahead.rung.notify if (unit := _unit(whom, ahead, dossier, rules, now))))


def _taking_over(rung: Rung, units: tuple[str, ...], dossier: Dossier, rules: Rules, now: datetime) -> str | None:
    """The highest notified unit, if the policy makes it finish the dossier and it may do so."""
    highest = units[-1] if rung.take_over and units else None
    return highest if highest and rules.takes_over(highest, dossier, now.date()) else None


def _unit(whom: Whom, ahead: Ahead, dossier: Dossier, rules: Rules, now: datetime) -> str | None:
    """The unit that a rung notifies today. The ladder ends at the provincial People's Committee."""
    if rules.revision < Revision.SIXTH:
        own = dossier.routing.competent or dossier.routing.queue
    else:
        own = _waits_at(ahead, dossier)
    if own is None or whom.levels_up == 0:
        return own
    above = rules.above(own, now.date())
    if whom.levels_up > 1 and above is not None:
        above = rules.above(above.code, now.date()) or above
    return above.code if above else own
