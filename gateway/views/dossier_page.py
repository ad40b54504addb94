"""The page of one dossier for people: where it is and why, both clocks now, and who must do what next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from activities.ledger.calendar_letters import ChangedBy
from activities.ledger.reading import DossierRow, dossier_in
from activities.ledger.stuck_dossiers import StuckDossier
from domain.deadlines.bound_dates import BoundDate, bound_dates
from domain.deadlines.clock import Timeliness, Timing, WhichClock, judge_by_earliest
from domain.dossier.commands import BroughtOver
from domain.dossier.context import Rules
from domain.dossier.deciding.lateness import minutes_past
from domain.dossier.events import (
    AnyEvent,
    CalendarChanged,
    DossierAccepted,
    DossierRefused,
    DossierRouted,
    DossierStopped,
    DossierSubmitted,
    FeeApproved,
    FeeProposed,
    MovedToSuccessor,
)
from domain.dossier.state import Dossier, Snapshot, State
from domain.dossier.view import WorkItem
from domain.dossier.work import work_of
from domain.organisation.routing import Reason
from domain.record.sealing import RecordedEvent, UnreadEvent
from domain.values import Instant, Value
from gateway.views.calendar_changes import letters_in
from gateway.views.event_groups import kinds_of
from gateway.views.fee_ground import FeeGround, fee_grounds
from gateway.views.possible_acts import PossibleAct

ROUTING_KINDS = kinds_of((DossierRouted, MovedToSuccessor))
"""The events that `reasons_of` needs."""
LETTER_KINDS = kinds_of((CalendarChanged,))
"""The events that `letters_in` needs."""
PAGE_KINDS = (
    ROUTING_KINDS
    | LETTER_KINDS
    | kinds_of((DossierSubmitted, DossierAccepted, DossierRefused, DossierStopped, FeeProposed, FeeApproved))
)
"""The events that a page needs. Of each there are few, also where the story is long."""


class Going(StrEnum):
    """The state of a clock."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    WITHOUT_RESULT = "ended_without_result"
    """The dossier was stopped or withdrawn.

    `timeliness` and `minutes` are those of that moment; nothing was on time.
    """


class ClockNow(Value):
    """One clock now, or at its end. `minutes` is the working time left, negative when overdue.

    `due` is None when the date is beyond the calendar; it is computed when the calendar is extended.
    """

    clock: WhichClock
    due: Instant | None
    going: Going
    timeliness: Timeliness
    minutes: int
    bound: BoundDate | None = None
    """The date of an earlier calendar that binds, with the date of the calendar in force; None when none binds."""


class Paper(Value):
    """One document of the dossier: whether it was brought, and since when the applicant is asked for it."""

    code: str
    name: str
    required: bool
    brought: bool
    asked_at: Instant | None = None


class StepNow(Value):
    """One step of the internal process."""

    code: str
    name: str
    done: bool
    current: bool


class DossierPage(Value):
    """The content of the page, as data."""

    row: DossierRow
    dossier: Snapshot
    reasons: tuple[Reason, ...]
    clocks: tuple[ClockNow, ...]
    work: tuple[WorkItem, ...]
    papers: tuple[Paper, ...] = ()
    steps: tuple[StepNow, ...] = ()
    acts: tuple[PossibleAct, ...] = ()
    """The commands that would be accepted now, each with its data."""
    fee_grounds: tuple[FeeGround, ...] = ()
    published_fee: int | None = None
    """In dong; None when the catalogue does not publish a fee."""
    brought_over: BroughtOver | None = None
    """The older system, the dossier's code there, and when that system received it."""
    ended_because: str | None = None
    """The legal basis of a refusal or a stop."""
    stuck: StuckDossier | None = None
    """Set when its workflow does not go on by itself: an operator must restart it."""
    letters: tuple[ChangedBy, ...] = ()
    """The letters that changed its calendar."""
    unread: tuple[UnreadEvent, ...] = ()
    """Its events that this release cannot read."""


def page_of(
    row: DossierRow,
    history: Sequence[RecordedEvent | UnreadEvent],
    rules: Rules,
    now: datetime,
    stuck: StuckDossier | None = None,
    acts: tuple[PossibleAct, ...] = (),
) -> DossierPage:
    """The page of a dossier at `now`, under the rules that it pinned, with the acts that it names as possible.

    `history`: at least its events of `PAGE_KINDS`; `unread` has those among them that cannot be read.
    """
    dossier = dossier_in(row)
    recorded = [one for one in history if isinstance(one, RecordedEvent)]
    terms = rules.procedure.terms_for(dossier.intake.channel, dossier.intake.case)
    clocks = (_clock(dossier, which, rules, now) for which in WhichClock)
    return DossierPage(
        row=row,
        dossier=dossier,
        reasons=reasons_of(recorded),
        clocks=tuple(clock for clock in clocks if clock is not None),
        work=work_of(dossier, rules),
        papers=papers(dossier, rules),
        steps=_steps(dossier, rules),
        acts=acts,
        fee_grounds=fee_grounds(recorded),
        published_fee=terms.fee if terms else None,
        brought_over=next(
            (one.event.brought_over for one in recorded if isinstance(one.event, DossierSubmitted)), None
        ),
        ended_because=_ended_because(dossier, [one.event for one in recorded]),
        stuck=stuck,
        letters=letters_in(history),
        unread=tuple(one for one in history if isinstance(one, UnreadEvent)),
    )


def _ended_because(dossier: Dossier, events: list[AnyEvent]) -> str | None:
    if dossier.state not in (State.REFUSED, State.STOPPED):
        return None
    ended = (event for event in reversed(events) if isinstance(event, DossierRefused | DossierStopped))
    return next((event.legal_basis for event in ended), None)


def papers(dossier: Dossier, rules: Rules) -> tuple[Paper, ...]:
    """Every document that the procedure names, with what is known of it in this dossier."""
    brought = {one.code for one in dossier.intake.documents}
    asked = dossier.processing.open_supplement
    return tuple(
        Paper(
            code=one.code,
            name=one.name,
            required=one.required,
            brought=one.code in brought,
            asked_at=asked.requested_at if asked and one.code in asked.documents else None,
        )
        for one in rules.procedure.documents
    )


def _steps(dossier: Dossier, rules: Rules) -> tuple[StepNow, ...]:
    if dossier.intake.accepted_at is None:
        return ()
    return tuple(
        StepNow(
            code=one.code,
            name=one.name,
            done=one.code in dossier.processing.steps_done,
            current=one.code == dossier.processing.step,
        )
        for one in rules.procedure.steps
    )


def reasons_of(history: Sequence[RecordedEvent | UnreadEvent]) -> tuple[Reason, ...]:
    """The reasons of the last routing, or of the merger that moved the dossier."""
    events = (one.event for one in reversed(history) if isinstance(one, RecordedEvent))
    routed = (event for event in events if isinstance(event, DossierRouted | MovedToSuccessor))
    return next((event.reasons for event in routed), ())


def _clock(dossier: Dossier, which: WhichClock, rules: Rules, now: datetime) -> ClockNow | None:
    timing = dossier.deadlines.timing
    if timing is None:
        return None
    judged = judge_by_earliest(timing, which, rules.calendars(dossier), now)
    if judged is None:
        return None
    bound = bound_dates(timing, rules.calendars(dossier), now)
    return ClockNow(
        clock=which,
        due=judged.due,
        going=_going(dossier, timing),
        timeliness=judged.timeliness,
        minutes=-minutes_past(judged),
        bound=next((one for one in bound if one.which is which), None),
    )


def _going(dossier: Dossier, timing: Timing) -> Going:
    if timing.ended_at is None:
        return Going.PAUSED if timing.paused else Going.RUNNING
    return Going.ENDED if dossier.state in (State.RESOLVED, State.RETURNED) else Going.WITHOUT_RESULT
