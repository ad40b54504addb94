"""What an applicant may see of a dossier: how it stands, the date and why, what is asked of them, the result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from domain.deadlines.clock import Timeliness, WhichClock, judge_by_earliest
from domain.dossier.context import Rules
from domain.dossier.deciding.lateness import minutes_past
from domain.dossier.state import Deadlines, Dossier, PaymentStatus, State
from domain.values import Bilingual, Instant, Value
from gateway.views.dossier_page import papers
from gateway.views.names import Names
from gateway.views.parts_of_whole import Part, parts_of, path_reasons
from gateway.views.tracked.reasons import date_reasons

NOBODY: Mapping[str, str | None] = MappingProxyType({})
WITHOUT_RESULT = (State.REFUSED, State.WITHDRAWN, State.STOPPED)
"""The states in which nobody waits for a result any more, so that nothing is late."""


class DateNow(Value):
    """The date on which the result is promised, else the one that the law sets."""

    due: Instant | None
    """None: there is no limit, or the date lies beyond the calendar."""
    printed: Instant | None
    """The date on the receipt, which never changes."""
    paused: bool
    """True: time stands still, and `due` is the date if it went on now."""
    late_minutes: int
    """Working minutes past the date, now or when the result was there; 0: not late."""
    reasons: tuple[Bilingual, ...]


class ToPay(Value):
    """What the applicant still has to pay, in dong. `url` is there while it can be paid at the platform."""

    amount: int
    url: str | None
    until: Instant | None


class Tracked(Value):
    """A dossier as its applicant sees it."""

    dossier: str
    procedure: str
    state: State
    received_by: str
    """The unit that received it. It gives the result back too."""
    handled_by: str | None
    submitted_at: Instant
    received_at: Instant | None
    """From when the time counts: for a dossier that came from an older system, when that one received it."""
    taken_over: bool
    """True: it was late, so another level than the competent one answers for it now."""
    ended_at: Instant | None
    date: DateNow
    asked_documents: tuple[str, ...]
    asked_at: Instant | None
    to_pay: ToPay | None
    result_ready: bool
    stars: int | None
    """How the applicant rated the service."""
    may_rate: bool
    parts: tuple[Part, ...] = ()
    """The parts of an interconnected dossier, which is one to its applicant; empty for any other."""


def tracked(
    dossier: Dossier, rules: Rules, names: Names, now: datetime, parts_with: Mapping[str, str | None] = NOBODY
) -> Tracked:
    """The dossier as its applicant sees it at `now`, under the rules that it pinned.

    `parts_with`: the unit that has the dossier of each part.
    """
    routing = dossier.routing
    handled_by = routing.responsible or routing.competent or routing.queue
    asked = [paper for paper in papers(dossier, rules) if paper.asked_at is not None]
    return Tracked(
        dossier=dossier.code,
        procedure=rules.procedure.name,
        state=dossier.state,
        received_by=names.unit(routing.received_by),
        handled_by=names.unit(handled_by) if handled_by else None,
        submitted_at=dossier.intake.submitted_at,
        received_at=dossier.deadlines.timing.received_at if dossier.deadlines.timing else dossier.intake.accepted_at,
        taken_over=routing.taken_over,
        ended_at=dossier.ended_at,
        date=_date(dossier, rules, now),
        asked_documents=tuple(paper.name for paper in asked),
        asked_at=asked[0].asked_at if asked else None,
        to_pay=_to_pay(dossier, now),
        result_ready=dossier.state is State.RESOLVED,
        stars=dossier.result.stars,
        may_rate=dossier.result.stars is None and dossier.state in (State.RESOLVED, State.RETURNED),
        parts=parts_of(dossier, rules, names, now.date(), parts_with),
    )


def _date(dossier: Dossier, rules: Rules, now: datetime) -> DateNow:
    timing, deadlines = dossier.deadlines.timing, dossier.deadlines
    if timing is None:
        return DateNow(due=None, printed=deadlines.printed_promise, paused=False, late_minutes=0, reasons=())
    which = _clock_that_counts(deadlines)
    calendars = rules.calendars(dossier)
    judged = judge_by_earliest(timing, which, calendars, now)
    late = judged is not None and judged.timeliness is Timeliness.LATE and dossier.state not in WITHOUT_RESULT
    return DateNow(
        due=None if judged is None else judged.due,
        printed=deadlines.printed_promise,
        paused=timing.paused,
        late_minutes=minutes_past(judged) if judged is not None and late else 0,
        reasons=(*path_reasons(dossier, rules), *date_reasons(timing, which, calendars, now)),
    )


def _clock_that_counts(deadlines: Deadlines) -> WhichClock:
    return WhichClock.PROMISED if deadlines.has(WhichClock.PROMISED) else WhichClock.STATUTORY


def _to_pay(dossier: Dossier, now: datetime) -> ToPay | None:
    """What is missing, with the way to the platform while its order can be paid."""
    payment = dossier.payment
    if dossier.unpaid <= 0:
        return None
    ordered = payment.status is PaymentStatus.ORDERED and payment.expires_at is not None and now < payment.expires_at
    url = payment.pay_url if ordered else None
    return ToPay(amount=dossier.unpaid, url=url, until=payment.expires_at if url else None)
