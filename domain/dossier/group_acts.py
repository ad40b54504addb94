"""What the dossier of the whole wants of its children in its present state. The follower carries it out.

It depends on the state alone. So it does not matter how often it is asked for, or what was lost on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.dossier.commands import Handback
from domain.dossier.context import Rules
from domain.dossier.group_commands import (
    ENDED,
    FAILED,
    UNDER_WAY,
    WITH_RESULT,
    ChildStatus,
    CorrectChild,
    EndChild,
    HandBackChild,
    OpenChild,
    ParentLink,
    PassOnSupplement,
    ReportChild,
)
from domain.dossier.state import TERMINAL, ChildOfDossier, Dossier, State
from domain.procedures.group import AfterFailure, Child, WhenLate

OPENS_IN = (State.ACCEPTED, State.PROCESSING, State.SUPPLEMENT_REQUESTED)
"""Nothing is opened while the fee is awaited, and nothing after the end."""


THE_WHOLE_ENDED = "Hồ sơ liên thông đã kết thúc"
"""The ground on which the dossier of a child ends with the whole."""


CORRECTED_IN_THE_WHOLE = "Theo nội dung đã đính chính ở hồ sơ liên thông"
"""The ground on which an entry of a child is corrected."""


@dataclass(frozen=True)
class OpensChild:
    """What the child needs is there."""

    child: str


@dataclass(frozen=True)
class PassesOn:
    """The papers were received that the child asked for."""

    child: str
    dossier: str
    documents: tuple[str, ...]


@dataclass(frozen=True)
class EndsChild:
    """The whole has ended, or another child's end ends this one too."""

    child: str
    dossier: str
    withdrawn: bool


@dataclass(frozen=True)
class HandsBack:
    """The results of the whole were handed back."""

    child: str
    dossier: str


GroupAct = OpensChild | PassesOn | EndsChild | HandsBack


def wanted_of_children(dossier: Dossier, children: tuple[Child, ...]) -> tuple[GroupAct, ...]:
    """What is wanted now of each child, in their order. `children`: as the procedure of the whole has them."""
    rules = {child.code: child for child in children}
    known = {one.child: one for one in dossier.children}
    acts = (_wanted(one, rules, known, dossier) for one in dossier.children if one.child in rules)
    return tuple(act for act in acts if act is not None)


def _wanted(
    one: ChildOfDossier, rules: dict[str, Child], known: dict[str, ChildOfDossier], dossier: Dossier
) -> GroupAct | None:
    if one.status is ChildStatus.WAITING:
        opens = dossier.intake.accepted_at is not None and dossier.state in OPENS_IN
        return OpensChild(one.child) if opens and _has_its_turn(rules[one.child], rules, known) else None
    if one.dossier is None:
        return None
    if one.status in UNDER_WAY and (dossier.state in TERMINAL or ends_all(dossier, rules)):
        return EndsChild(one.child, one.dossier, withdrawn=dossier.state is State.WITHDRAWN)
    if one.status is ChildStatus.SUPPLIED:
        return PassesOn(one.child, one.dossier, one.documents)
    if one.status is ChildStatus.RESOLVED and dossier.state is State.RETURNED:
        return HandsBack(one.child, one.dossier)
    return None


def _has_its_turn(child: Child, rules: dict[str, Child], known: dict[str, ChildOfDossier]) -> bool:
    return all(known[other].status in WITH_RESULT for other in child.needs_result_of) and all(
        _is_passed(rules[other], known[other]) for other in child.starts_after
    )


def _is_passed(before: Child, one: ChildOfDossier) -> bool:
    """True if those that only start after it may start."""
    return one.ended or (one.late_at is not None and before.on_late is WhenLate.START_FOLLOWERS)


def ends_all(dossier: Dossier, rules: dict[str, Child]) -> bool:
    """True if a child has ended in a way that ends all others."""
    return any(after_failure(one, rules) is AfterFailure.END_ALL for one in dossier.children)


def after_failure(one: ChildOfDossier, rules: dict[str, Child]) -> AfterFailure | None:
    """What the end of a child means for the others; None while it goes on or has its result."""
    if one.status not in FAILED or one.child not in rules:
        return None
    rule = rules[one.child]
    match one.status:
        case ChildStatus.REFUSED:
            return rule.on_refused
        case ChildStatus.WITHDRAWN:
            return rule.on_withdrawn
        case ChildStatus.STOPPED:
            return rule.on_stopped
        case _:
            return AfterFailure.END_DEPENDANTS


def all_ended(dossier: Dossier) -> bool:
    """True if nothing is left to be done by any child."""
    return bool(dossier.children) and all(one.status in ENDED for one in dossier.children)


def opening(dossier: Dossier, child: str, rules: Rules) -> OpenChild:
    """The command that opens a child: with the particulars, the matter and those papers of the whole that it has.

    It is under the version that the whole pinned at its intake, and under the organisation, the calendar and the ladder
    that the whole has now: a merger or a letter meanwhile has reached it through the whole.
    """
    pinned = next(pin.procedure for pin in dossier.pins.children if pin.child == child)
    procedure = rules.rulebook.procedure(pinned)
    known = {document.code for document in procedure.documents}
    return OpenChild(
        parent=ParentLink(dossier=dossier.code, child=child),
        procedure=procedure.code,
        pins=dossier.pins.of_child(pinned),
        channel=dossier.intake.channel,
        received_by=dossier.routing.received_by,
        assisted_by=dossier.intake.assisted_by,
        matter=dossier.intake.matter,
        applicant=dossier.applicant.commitment,
        submitted_by=dossier.applicant.submitted_by,
        documents=tuple(one for one in dossier.intake.documents if one.code in known),
        limit=next((one.limit for one in rules.procedure.children if one.code == child), None),
    )


def command_for(
    act: PassesOn | EndsChild | HandsBack, dossier: Dossier, by: Handback
) -> PassOnSupplement | EndChild | HandBackChild:
    """The command to a child's dossier. `by`: how the results of the whole were handed back."""
    match act:
        case PassesOn(documents=documents):
            wanted = set(documents)
            return PassOnSupplement(documents=tuple(one for one in dossier.intake.documents if one.code in wanted))
        case EndsChild(withdrawn=withdrawn):
            return EndChild(withdrawn=withdrawn, legal_basis=THE_WHOLE_ENDED)
        case HandsBack():
            return HandBackChild(by=by)


def correction_of(whole: Dossier, child: Dossier) -> CorrectChild | None:
    """What was corrected in the whole and not yet in the dossier of a child that goes on; None for nothing."""
    wanted = CorrectChild(
        applicant=whole.applicant.commitment, matter=whole.intake.matter, legal_basis=CORRECTED_IN_THE_WHOLE
    )
    same = (child.applicant.commitment, child.intake.matter) == (wanted.applicant, wanted.matter)
    return None if same or child.ended_at is not None or whole.state in TERMINAL else wanted


def report_of(dossier: Dossier) -> ReportChild | None:
    """What a child's dossier reports to the whole; None for a dossier that is no child."""
    parent = dossier.intake.parent
    if parent is None:
        return None
    asked = dossier.processing.open_supplement
    status = _REPORTED.get(dossier.state, ChildStatus.OPEN)
    return ReportChild.model_validate(
        {
            "child": parent.child,
            "dossier": dossier.code,
            "seen": dossier.version,
            "status": status,
            "due": _binding(dossier),
            "result_number": dossier.result.number if status in WITH_RESULT else None,
            "documents": asked.documents if asked else (),
        }
    )


def _binding(dossier: Dossier) -> datetime | None:
    """The earlier of its two dates, by which its authority's list and ladder go. None while its clocks stand still."""
    deadlines = dossier.deadlines
    if dossier.ended_at is not None or (deadlines.timing is not None and deadlines.timing.paused):
        return None
    return min(filter(None, (deadlines.statutory_due, deadlines.promised_due)), default=None)


def differs(known: ChildOfDossier, dossier: Dossier) -> bool:
    """True if the whole does not know yet how its child stands. The two differ only while the follower is behind."""
    reported = report_of(dossier)
    if reported is None or (known.ended and known.status is not ChildStatus.RESOLVED):
        return False
    supplied = known.status is ChildStatus.SUPPLIED and reported.status is ChildStatus.SUPPLEMENT
    if reported.seen <= known.seen or supplied:
        return False
    told = (known.status, known.due, known.result_number, known.documents)
    return told != (reported.status, reported.due, reported.result_number, reported.documents)


_REPORTED = {
    State.SUPPLEMENT_REQUESTED: ChildStatus.SUPPLEMENT,
    State.RESOLVED: ChildStatus.RESOLVED,
    State.RETURNED: ChildStatus.RETURNED,
    State.REFUSED: ChildStatus.REFUSED,
    State.WITHDRAWN: ChildStatus.WITHDRAWN,
    State.STOPPED: ChildStatus.STOPPED,
}
