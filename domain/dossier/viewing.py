"""Builds the read models of a dossier."""

from __future__ import annotations

from datetime import datetime

from domain.deadlines import clock
from domain.deadlines.clock import Holder, WhichClock
from domain.dossier.context import Rules
from domain.dossier.spent_time import granted_minutes, used_minutes
from domain.dossier.state import Dossier, snapshot_of
from domain.dossier.view import FORM, DossierView
from domain.dossier.work import work_of
from domain.rules.rulebook import Rulebook


def view_of(dossier: Dossier, rulebook: Rulebook) -> DossierView:
    """The read models of a dossier in its present state."""
    rules = Rules.pinned(dossier.pins, rulebook)
    routing, deadlines, processing = dossier.routing, dossier.deadlines, dossier.processing
    beyond = dossier.beyond_the_calendar
    overdue = {which: _overdue_from(dossier, which, rules) for which in WhichClock}
    return DossierView(
        code=dossier.code,
        version=dossier.version,
        state=dossier.state,
        portal_code=dossier.state.portal_code,
        procedure=dossier.intake.procedure,
        channel=dossier.intake.channel,
        received_by=routing.received_by,
        competent=routing.competent,
        responsible=routing.responsible,
        assignee=processing.assignee,
        step=processing.step,
        statutory_due=deadlines.statutory_due,
        promised_due=deadlines.promised_due,
        statutory_beyond=WhichClock.STATUTORY in beyond,
        promised_beyond=WhichClock.PROMISED in beyond,
        overdue_statutory_from=overdue[WhichClock.STATUTORY],
        overdue_promised_from=overdue[WhichClock.PROMISED],
        received_at=_received_at(dossier),
        ended_at=dossier.ended_at,
        late_statutory_minutes=deadlines.late_statutory_minutes,
        late_promised_minutes=deadlines.late_promised_minutes,
        used_minutes=used_minutes(dossier, rules),
        statutory_minutes=granted_minutes(dossier, WhichClock.STATUTORY, rules),
        promised_minutes=granted_minutes(dossier, WhichClock.PROMISED, rules),
        late_statutory_by=_late_by(dossier, WhichClock.STATUTORY, overdue[WhichClock.STATUTORY], rules),
        late_promised_by=_late_by(dossier, WhichClock.PROMISED, overdue[WhichClock.PROMISED], rules),
        rung=deadlines.fired[-1].rung if deadlines.fired else None,
        crossing=routing.crossing,
        updated_at=dossier.updated_at,
        form=FORM,
        snapshot=snapshot_of(dossier),
        work=work_of(dossier, rules),
    )


def _received_at(dossier: Dossier) -> datetime | None:
    """When it was received. A child of an interconnected dossier was not: the whole was, and counts as one."""
    timing = dossier.deadlines.timing
    return timing.received_at if timing is not None and dossier.intake.parent is None else None


def _overdue_from(dossier: Dossier, which: WhichClock, rules: Rules) -> datetime | None:
    timing = dossier.deadlines.timing
    return clock.overdue_from(timing, which, rules.calendars(dossier)) if timing else None


def _late_by(dossier: Dossier, which: WhichClock, overdue: datetime | None, rules: Rules) -> tuple[Holder, ...]:
    """To whom the lateness of one clock is attributed; `overdue`: the date that binds while the clock runs."""
    timing = dossier.deadlines.timing
    if timing is None:
        return ()
    if timing.ended_at is not None:
        if (dossier.deadlines.late_minutes(which) or 0) <= 0:
            return ()
        judgement = clock.judge_by_earliest(timing, which, rules.calendars(dossier), timing.ended_at)
        overdue = judgement.due if judgement else None
    if overdue is None:
        return ()
    return clock.late_holders(timing, rules.calendar, overdue, dossier.updated_at)
