"""The time line of a dossier: swim-lanes over working time, drawn and as a table."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from activities.ledger.failed_calls import FailedCalls, failed_calls
from domain.dossier.commands import BroughtOver
from domain.dossier.state import Dossier
from domain.record.sealing import RecordedEvent
from domain.text.printable import printable
from domain.values import VIETNAM
from gateway.console.dossiers.drawing import Due, drawing_of
from gateway.console.dossiers.shown import ShownDossier
from gateway.console.dossiers.zooming import around, query_of, usual_part, window_of, zooms
from gateway.console.formats import Formats
from gateway.i18n.deadline_wording import GROUNDS
from gateway.i18n.wording import failure_name, work_name
from gateway.views.lane_marks import MARKED_KINDS
from gateway.views.lanes import lanes_of, life_of
from gateway.views.timeline import row_sentence, to_an_applicant
from gateway.views.work_course import MOST_MOVES, Course, Desk, DeskKind, Held, course_of

BROUGHT_OVER = "brought_over"
"""The stay of a dossier at its unit while an older system had it."""
LONG_AGO = datetime(1900, 1, 1, tzinfo=VIETNAM)
"""Before every call of every dossier."""
FINE = timedelta(hours=1)
"""A shorter part is told with seconds."""


async def timeline_context(one: ShownDossier, first: datetime | None, last: datetime | None) -> Mapping[str, Any]:
    """What the template of the time line needs for the part from `first` to `last` (None: the usual part)."""
    dossier, calendar, now = one.dossier, one.rules.calendar, one.visit.now
    pool, whole = one.visit.api.pool, first is None and last is None
    told, failures = await asyncio.gather(
        course_of(pool, dossier, one.rules, MARKED_KINDS),
        failed_calls(pool, one.code, LONG_AGO, now) if whole else _none(),
    )
    submitted = dossier.intake.submitted_at
    course = _with_older_system(told, one.page.brought_over, dossier)
    begun = min([submitted, *(stay.began for stay in course.stays)])
    still_called = bool(dossier.incidents)
    life = life_of(course, dossier.deadlines.timing, begun, dossier.updated_at, now, still_called=still_called)
    dues = [Due(clock.now.clock, clock.now.due) for clock in one.clocks if clock.now.due is not None]
    usual = life if one.page.brought_over is None else usual_part(life, submitted, (due.at for due in dues))
    window = window_of(life, usual, first, last)
    if not whole:
        failures = await failed_calls(pool, one.code, window.first, window.end)
    fine = window.end - window.first < FINE
    lanes = lanes_of(course, dossier.deadlines.timing, failures, calendar, window, now)
    return {
        "lanes": lanes, "drawing": drawing_of(lanes, calendar, dues), "life": life, "usual": usual,
        "whole": query_of(life), "most_moves": MOST_MOVES,
        "zooms": zooms(life, window, calendar), "around": around, "grounds": GROUNDS, "work_name": work_name,
        "failure_name": failure_name, "brought_over": BROUGHT_OVER, "answer_told": lambda event: _answer(one, event),
        "stamp": _stamp(one, fine), "lasted": lambda seconds: _lasted(one, seconds, fine), "printable": printable,
    }  # fmt: skip


async def _none() -> list[FailedCalls]:
    return []


def _with_older_system(course: Course, brought_over: BroughtOver | None, dossier: Dossier) -> Course:
    """With the time before it came into this system, if there was one: it is that of the unit that answered for it."""
    submitted = dossier.intake.submitted_at
    if brought_over is None or brought_over.received_at >= submitted:
        return course
    desk = Desk(kind=DeskKind.STAFF, unit=_first_holder(dossier))
    stay = Held(desk=desk, act=BROUGHT_OVER, began=brought_over.received_at, ended=submitted, version=1)
    return replace(course, stays=(stay, *course.stays))


def _first_holder(dossier: Dossier) -> str:
    """The unit to which the clocks give the time since the receipt; before intake the desk that filed the dossier.

    The clocks do so for every page (`domain.deadlines.clock.held_times`): an older system is the software of the unit.
    """
    timing = dossier.deadlines.timing
    first = timing.holdings[0].holder.code if timing and timing.holdings else None
    return first or dossier.routing.received_by


def _answer(one: ShownDossier, recorded: RecordedEvent) -> str:
    """The sentence of an event that records an answer of an outside system."""
    return one.visit.text(row_sentence(recorded if one.to_staff else to_an_applicant(recorded), one.names))


def _stamp(one: ShownDossier, fine: bool) -> Callable[[datetime], str]:
    """Writes instants to the minute; to the second in a short part of the time line."""
    if fine:
        return lambda at: f"{at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"
    return Formats(one.visit.language).instant


def _lasted(one: ShownDossier, seconds: int, fine: bool) -> str:
    """Working time in minutes; in a short part less than a minute in seconds."""
    if fine and seconds < 60:
        return one.visit.written("%(n)s s") % {"n": seconds}
    return Formats(one.visit.language).duration(round(seconds / 60))
