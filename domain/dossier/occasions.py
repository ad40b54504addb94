"""What a rung fires for: one limit of a clock, one step, one handover … A rung fires once for one occasion.

A restart or an extension of the limit is another occasion. A changed calendar or a corrected receipt is not: the date
moves, and the limit is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, assert_never

from domain.deadlines.clock import Extension, Pause, Timing, WhichClock
from domain.dossier.events import EndCause
from domain.dossier.state import UNMET, Dossier, SigningStatus, State
from domain.procedures.procedure import Procedure, StepKind
from domain.rules.escalation import (
    CoordinationWaits,
    HandoverWaits,
    NobodyAssigned,
    OnStep,
    OpinionWaits,
    PaymentHangs,
    SigningHangs,
    WaitTrigger,
)

UNDER_WAY = (State.ACCEPTED, State.PROCESSING)
_NOT_SIGNED = (SigningStatus.REQUESTED, SigningStatus.SIGNED, SigningStatus.HANDED_OVER)
"""A signature was ordered and is not made. One that failed waits for an official of the next level."""


class OccasionKind(StrEnum):
    """What a rung or an escalation is for."""

    STATUTORY = WhichClock.STATUTORY.value
    PROMISED = WhichClock.PROMISED.value
    STEP = "step"
    HANDOVER = "handover"
    COORDINATION = "coordination"
    OPINION = "opinion"
    SIGNING = "signing"
    PAYMENT = "payment"
    UNASSIGNED = "unassigned"
    HANDED_BACK = "handed_back"


class Occasion(NamedTuple):
    """One occasion: the third step that was begun, the second handover. Events and the state have its text."""

    kind: OccasionKind
    number: int

    @property
    def text(self) -> str:
        """As it is written down: `step/3`."""
        return f"{self.kind}/{self.number}"

    @classmethod
    def read(cls, text: str) -> Occasion:
        """The occasion that was written down. ValueError for a kind of a newer release."""
        kind, _, number = text.partition("/")
        return cls(OccasionKind(kind), int(number))


def limits_granted(timing: Timing, which: WhichClock) -> tuple[datetime, ...]:
    """When each new limit of a clock was granted after the first: by a restart or by an extension."""
    changes: list[Pause | Extension] = [pause for pause in timing.pauses if pause.restarts and pause.ended]
    changes += timing.extensions
    return tuple(sorted(_since(change) for change in changes if _is_granted(change, which)))


def clock_occasion(timing: Timing, which: WhichClock) -> str:
    """The limit that a clock counts now: `promised/1`, after an extension `promised/2`."""
    return limit_occasion(which, limits_granted(timing, which))


def limit_occasion(which: WhichClock, granted: tuple[datetime, ...]) -> str:
    """The same, for a clock to which these new limits were granted."""
    return Occasion(OccasionKind(which), 1 + len(granted)).text


def stored_occasion(occasion: str) -> str:
    """The occasion as the state has it: nothing for the first limit of a clock, as earlier releases stored it."""
    return "" if occasion in _FIRST_LIMITS else occasion


_FIRST_LIMITS = frozenset(Occasion(OccasionKind(which), 1).text for which in WhichClock)


def _is_granted(change: Pause | Extension, which: WhichClock) -> bool:
    return change.granted_to is None or which in change.granted_to


def _since(change: Pause | Extension) -> datetime:
    if isinstance(change, Extension):
        return change.at
    return change.ended or change.began


def waits(trigger: WaitTrigger, dossier: Dossier, procedure: Procedure) -> Iterator[tuple[str, datetime]]:
    """The waits of the kind that the dossier has now: each occasion with the instant at which it began.

    A pause of the clocks begins the wait anew: nobody could act meanwhile. The steps of an interconnected dossier are
    done in the dossiers of its children, so nobody is waited for in its own.
    """
    if isinstance(trigger, PaymentHangs):
        yield from _payment(dossier)
    elif not dossier.children and dossier.state in UNDER_WAY and dossier.intake.accepted_at is not None:
        yield from _under_way(trigger, dossier, procedure)


def _under_way(trigger: WaitTrigger, dossier: Dossier, procedure: Procedure) -> Iterator[tuple[str, datetime]]:
    match trigger:
        case OnStep(step=step):
            here = dossier.processing.step
            if here is not None and step in (None, here) and dossier.routing.competent is not None:
                yield Occasion(OccasionKind.STEP, dossier.processing.step_number).text, dossier.moved_at
        case HandoverWaits():
            handover = dossier.handovers.open
            if handover is not None:
                yield (
                    Occasion(OccasionKind.HANDOVER, len(dossier.handovers.sent)).text,
                    max(handover.sent_at, dossier.moved_at),
                )
        case CoordinationWaits():
            if dossier.routing.waits_for_authority and dossier.handovers.open is None:
                yield Occasion(OccasionKind.COORDINATION, len(dossier.handovers.sent) + 1).text, dossier.moved_at
        case OpinionWaits():
            for number, opinion in enumerate(dossier.processing.opinions, 1):
                if opinion.agrees is None:
                    yield (
                        Occasion(OccasionKind.OPINION, number).text,
                        max(opinion.asked_at, _last_pause_ended(dossier, opinion.asked_at)),
                    )
        case SigningHangs():
            signing = dossier.signing
            if signing.status in _NOT_SIGNED:
                since = _held_since(dossier)
                yield (
                    Occasion(OccasionKind.SIGNING, signing.attempt).text,
                    max(since, _last_pause_ended(dossier, since)),
                )
        case NobodyAssigned():
            if _is_unassigned(dossier, procedure):
                yield _unassigned(dossier), max(dossier.moved_at, _handover_answered(dossier))
        case PaymentHangs():
            return
        case _:
            assert_never(trigger)


def _payment(dossier: Dossier) -> Iterator[tuple[str, datetime]]:
    payment = dossier.payment
    if dossier.ended_at is None and payment.status in UNMET and payment.requested_at is not None:
        yield Occasion(OccasionKind.PAYMENT, payment.attempt).text, payment.requested_at


def _is_unassigned(dossier: Dossier, procedure: Procedure) -> bool:
    """True while the competent unit has the dossier on a step of an officer, and nobody is named."""
    step = next((step for step in procedure.steps if step.code == dossier.processing.step), None)
    to_be_processed = step is not None and step.kind is StepKind.PROCESS
    routing = dossier.routing
    here = routing.competent is not None and dossier.handovers.open is None
    return to_be_processed and here and dossier.processing.assignee is None


def _unassigned(dossier: Dossier) -> str:
    return Occasion(OccasionKind.UNASSIGNED, dossier.processing.step_number + len(dossier.handovers.sent)).text


def _handover_answered(dossier: Dossier) -> datetime:
    """When the last handover ended: before, its receiver had nothing to assign."""
    sent = dossier.handovers.sent
    ends = (sent[-1].acknowledged_at, sent[-1].refused_at, sent[-1].lapsed_at) if sent else ()
    return max(filter(None, ends), default=dossier.moved_at)


def _held_since(dossier: Dossier) -> datetime:
    """Since when its present holder has it: while it is signed, the signing service."""
    timing = dossier.deadlines.timing
    return timing.holdings[-1].since if timing is not None and timing.holdings else dossier.moved_at


def _last_pause_ended(dossier: Dossier, otherwise: datetime) -> datetime:
    timing = dossier.deadlines.timing
    return max((pause.ended for pause in (timing.pauses if timing else ()) if pause.ended), default=otherwise)


def end_of(written: str, competent: str | None, dossier: Dossier) -> EndCause | None:
    """Why an occasion is over; None while it lasts. `competent`: the competent authority when it began."""
    if dossier.ended_at is not None:
        return EndCause.RESOLVED if dossier.state in (State.RESOLVED, State.RETURNED) else EndCause.CLOSED
    occasion = Occasion.read(written)
    number = occasion.number
    match occasion.kind:
        case OccasionKind.STATUTORY | OccasionKind.PROMISED:
            return _end_of_limit(WhichClock(occasion.kind), written, competent, dossier)
        case OccasionKind.STEP:
            return None if dossier.processing.step_number == number else EndCause.STEP_DONE
        case OccasionKind.HANDOVER:
            return None if _handover_open(dossier, number) else EndCause.HANDOVER_ANSWERED
        case OccasionKind.COORDINATION:
            return None if dossier.routing.waits_for_authority else EndCause.AUTHORITY_FOUND
        case OccasionKind.OPINION:
            opinions = dossier.processing.opinions
            return None if number <= len(opinions) and opinions[number - 1].agrees is None else EndCause.OPINION_GIVEN
        case OccasionKind.SIGNING:
            signing = dossier.signing
            return None if signing.status in _NOT_SIGNED and signing.attempt == number else EndCause.SIGNED
        case OccasionKind.PAYMENT:
            payment = dossier.payment
            return None if payment.status in UNMET and payment.attempt == number else EndCause.PAID
        case OccasionKind.UNASSIGNED:
            return _end_of_being_unassigned(written, dossier)
        case OccasionKind.HANDED_BACK:
            return _end_of_handing_back(competent, dossier)


def _end_of_limit(which: WhichClock, occasion: str, competent: str | None, dossier: Dossier) -> EndCause | None:
    timing = dossier.deadlines.timing
    if timing is not None and clock_occasion(timing, which) != occasion:
        return EndCause.NEW_LIMIT
    return None if dossier.routing.competent == competent else EndCause.HANDED_OVER


def _handover_open(dossier: Dossier, number: int) -> bool:
    sent = dossier.handovers.sent
    return number == len(sent) and dossier.handovers.open is not None


def _end_of_being_unassigned(occasion: str, dossier: Dossier) -> EndCause | None:
    if dossier.processing.assignee is not None:
        return EndCause.ASSIGNED
    return None if _unassigned(dossier) == occasion else EndCause.STEP_DONE


def _end_of_handing_back(competent: str | None, dossier: Dossier) -> EndCause | None:
    if dossier.routing.competent != competent:
        return EndCause.HANDED_OVER
    return EndCause.TAKEN_OVER_AGAIN if dossier.routing.taken_over else None
